package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer"
)

type lexiconExplainCmd struct {
	JSON  bool   `name:"json" help:"Print JSON: the text, its Analysis and the sum of each sentence."`
	Title string `help:"A title that is read before the text."`
	Lang  string `placeholder:"vi|en" help:"A hint on the language, which only breaks ties."`
	layerFlags
	Text []string `arg:"" optional:"" help:"The text; several are read as one with blanks between. None is standard input."`
}

// Run reads a text and says why it was read so.
func (c *lexiconExplainCmd) Run(std streams) error {
	text := strings.Join(c.Text, " ")
	if len(c.Text) == 0 {
		b, err := io.ReadAll(io.LimitReader(std.in, maxLine+1))
		if err != nil {
			return err
		}
		if len(b) > maxLine {
			return fmt.Errorf("the text is longer than %d MB; thau analyze reads streams", maxLine>>20)
		}
		text = strings.TrimSuffix(string(b), "\n")
	}
	a, _, err := c.analyzer()
	if err != nil {
		return err
	}
	x := newExplanation(a, analyzer.Input{Title: c.Title, Text: text, Lang: c.Lang})
	if c.JSON {
		e := json.NewEncoder(std.out)
		e.SetEscapeHTML(false)
		return e.Encode(x)
	}
	w := &painter{w: bufio.NewWriter(std.out), colour: marks(std.out)}
	w.explanation(x)
	return w.w.Flush()
}

// explanation is a text with what was read in it and what each sentence comes to.
type explanation struct {
	Title    string            `json:"title,omitempty"`
	Text     string            `json:"text"`
	Sums     []sentenceSum     `json:"sums"`
	Analysis analyzer.Analysis `json:"analysis"`
}

// sentenceSum is what the evidence of a sentence adds to the sentiment. The sums and the bias add up to the raw score.
type sentenceSum struct {
	Field string  `json:"field,omitempty"`
	Start int     `json:"start"`
	End   int     `json:"end"`
	Text  string  `json:"text"`
	Sum   float64 `json:"sum"`
}

func newExplanation(a *analyzer.Analyzer, in analyzer.Input) *explanation {
	x := &explanation{Title: in.Title, Text: in.Text, Sums: []sentenceSum{}, Analysis: a.Analyze(in)}
	for _, s := range x.Analysis.Sentences {
		sum := sentenceSum{Field: s.Field, Start: s.Start, End: s.End, Text: string([]rune(x.field(s.Field))[s.Start:s.End])}
		micro := 0.0
		for _, e := range x.Analysis.Sentiment.Evidence {
			if e.Field == s.Field && s.Start <= e.Start && e.Start < s.End {
				micro += math.Round(e.Contribution * 1e6)
			}
		}
		sum.Sum = micro / 1e6
		x.Sums = append(x.Sums, sum)
	}
	return x
}

// field gives a field of the text by its name in an Analysis.
func (x *explanation) field(name string) string {
	if name == "title" {
		return x.Title
	}
	return x.Text
}

// painter writes an explanation for people, with colours where they are seen.
type painter struct {
	w      *bufio.Writer
	colour bool
}

// The colours of an explanation.
const (
	inGood  = "\x1b[32m"
	inBad   = "\x1b[31m"
	inLabel = "\x1b[36m"
	inBold  = "\x1b[1m"
	inFaint = "\x1b[2m"
)

func (p *painter) printf(format string, args ...any) { fmt.Fprintf(p.w, format, args...) }

// in writes a text in a colour.
func (p *painter) in(colour, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return colour + text + markOff
}

// sign gives the colour of what a number says.
func sign(v float64) string {
	switch {
	case v > 0:
		return inGood
	case v < 0:
		return inBad
	}
	return inFaint
}

// signed writes a number in its colour, with its sign, as wide as the column.
func (p *painter) signed(v float64) string { return p.in(sign(v), fmt.Sprintf("%+9.3f", v)) }

func (p *painter) heading(text string) { p.printf("\n%s\n", p.in(inBold, text)) }

func (p *painter) explanation(x *explanation) {
	a := &x.Analysis
	if x.Title != "" {
		p.printf("%s\n", p.painted(x.Title, evidenceIn("title", a.Sentiment.Evidence)))
	}
	p.printf("%s\n", p.painted(x.Text, evidenceIn("", a.Sentiment.Evidence)))

	p.heading("Language")
	p.printf("  %s, sure by %.3f%s\n", a.Language.Code, a.Language.Confidence, mixOf(a.Language.Mix))

	s := &a.Sentiment
	p.heading("Sentiment")
	p.printf("  %s  score %+.3f", p.in(polarityColour(s.Label), s.Label), s.Score)
	if s.Mixed {
		p.printf("  (mixed: strong reasons on both sides)")
	}
	p.printf("\n  negative %.3f  neutral %.3f  positive %.3f\n", s.Probabilities.Negative, s.Probabilities.Neutral, s.Probabilities.Positive)
	p.reasons(s.Evidence)
	p.total(s.Raw, s.Bias)

	if len(x.Sums) > 1 {
		p.heading("Sentences")
		for i, sum := range x.Sums {
			st := a.Sentences[i]
			p.printf("  %s  %s  %s  %s\n", p.signed(sum.Sum), p.in(polarityColour(st.Sentiment.Label), fmt.Sprintf("%-8s", st.Sentiment.Label)), st.Language, shortened(sum.Text, mostSentence))
		}
	}
	p.heading("Topics")
	for _, t := range a.Topics {
		p.label(t.ID, t.Confidence, t.Sure)
		p.printf("  spoken of as %s\n", p.in(polarityColour(t.Sentiment.Label), fmt.Sprintf("%s %+.3f", t.Sentiment.Label, t.Sentiment.Score)))
		p.reasons(t.Evidence)
		p.total(t.Raw, t.Bias)
	}
	p.none(len(a.Topics))
	p.heading("Intents")
	for _, t := range a.Intents {
		p.label(t.ID, t.Confidence, t.Sure)
		p.printf("\n")
		p.reasons(t.Evidence)
		p.total(t.Raw, t.Bias)
	}
	p.none(len(a.Intents))
	p.heading("Urgency")
	p.printf("  %s  %.3f\n", p.in(inLabel, a.Urgency.Level), a.Urgency.Confidence)
	p.reasons(a.Urgency.Evidence)
	p.total(a.Urgency.Raw, a.Urgency.Bias)
	if len(a.PII) > 0 {
		p.heading("Personal data")
		for _, d := range a.PII {
			p.printf("  %s  %s\n", p.in(inLabel, d.Kind), plainText(string([]rune(x.field(d.Field))[d.Start:d.End])))
		}
	}
	p.printf("\n%s\n", p.in(inFaint, "engine "+a.Engine.Version+", lexicon "+a.Engine.Lexicon))
}

// label begins a label that was given.
func (p *painter) label(id string, confidence float64, sure bool) {
	p.printf("  %s  %.3f", p.in(inLabel, id), confidence)
	if !sure {
		p.printf("  (not sure)")
	}
}

func (p *painter) none(n int) {
	if n == 0 {
		p.printf("  none\n")
	}
}

// reasons writes evidence: what it adds, the words, the entry where it reads otherwise, the rules and the lexicon.
func (p *painter) reasons(evidence []analyzer.Evidence) {
	words, entries := 0, 0
	for i := range evidence {
		words, entries = max(words, width(shortened(evidence[i].Text, mostWords))), max(entries, width(shortened(evidence[i].Entry, mostWords)))
	}
	for i := range evidence {
		e := &evidence[i]
		text, entry := shortened(e.Text, mostWords), shortened(e.Entry, mostWords)
		p.printf("    %s  %s%s  %s%s  %s", p.signed(e.Contribution), p.in(sign(e.Contribution), text), blanks(words-width(text)),
			entry, blanks(entries-width(entry)), p.in(inFaint, lexiconFile(e.Lexicon)))
		if len(e.Rules) > 0 {
			p.printf("  %s", strings.Join(e.Rules, ", "))
		}
		p.printf("\n")
	}
}

// total writes what reasons come to with the bias.
func (p *painter) total(raw, bias float64) {
	p.printf("    %s  = %+.3f bias %+.3f reasons\n", p.signed(raw), bias, raw-bias)
}

// painted gives a text with its evidence in colours. Without colours, brackets with signs stand around it.
func (p *painter) painted(text string, evidence []analyzer.Evidence) string {
	runes := []rune(text)
	slices.SortStableFunc(evidence, func(a, b analyzer.Evidence) int { return cmp.Compare(a.Start, b.Start) })
	var b strings.Builder
	at := 0
	for _, e := range evidence {
		if e.Start < at || e.Contribution == 0 {
			continue
		}
		b.WriteString(plainText(string(runes[at:e.Start])))
		words := plainText(string(runes[e.Start:e.End]))
		switch {
		case p.colour:
			b.WriteString(p.in(inBold+sign(e.Contribution), words))
		case e.Contribution > 0:
			b.WriteString("[+" + words + "]")
		default:
			b.WriteString("[-" + words + "]")
		}
		at = e.End
	}
	b.WriteString(plainText(string(runes[at:])))
	return b.String()
}

// evidenceIn gives the evidence in a field.
func evidenceIn(field string, evidence []analyzer.Evidence) []analyzer.Evidence {
	return slices.DeleteFunc(slices.Clone(evidence), func(e analyzer.Evidence) bool { return e.Field != field })
}

func polarityColour(label string) string {
	switch label {
	case analyzer.Positive:
		return inGood
	case analyzer.Negative:
		return inBad
	}
	return inFaint
}

// lexiconFile gives the file of a lexicon; ratings and marks have none.
func lexiconFile(lexicon string) string {
	if strings.HasPrefix(lexicon, "vi/") || strings.HasPrefix(lexicon, "en/") || lexicon == "shared/emoji" || lexicon == "shared/emoticons" {
		return lexicon + ".tsv"
	}
	return lexicon
}

// mixOf writes the shares of two languages.
func mixOf(mix map[string]float64) string {
	if len(mix) < 2 {
		return ""
	}
	return fmt.Sprintf("  (words: en %.3f, vi %.3f)", mix["en"], mix["vi"])
}

// plainText makes a text fit for one line of a terminal.
func plainText(s string) string { return strings.Map(printable, s) }

// How much of a sentence and of the words and entry of a reason a line holds, in characters.
const (
	mostSentence = 100
	mostWords    = 44
)

// shortened cuts a text to what a line holds.
func shortened(s string, most int) string {
	s = plainText(s)
	if width(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// width gives the columns of a text, about: marks that combine take none.
func width(s string) int { return utf8.RuneCountInString(s) }

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }
