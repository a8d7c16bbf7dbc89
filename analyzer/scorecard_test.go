package analyzer_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/stats"
)

// TestScorecardOwn holds the sentiment of our own held-out sentences, by language and slice, to testdata/scorecard/own.txt.
func TestScorecardOwn(t *testing.T) {
	a, all := builtin(t), sentences(t)
	var b strings.Builder
	fmt.Fprintf(&b, "%-4s %-18s %5s %9s %9s %11s %6s\n", "lang", "slice", "n", "accuracy", "macro_f1", "neutral_f1", "ece")
	for _, lang := range []string{"en", "vi"} {
		rows := keep(all, func(l labelled) bool { return l.Lang == lang })
		for _, s := range slicesOf(lang, rows) {
			c := newCard()
			for _, row := range s.rows {
				c.add(row.Sentiment, a.Analyze(analyzer.Input{Text: s.typed(row.Text)}).Sentiment)
			}
			if c.n < fewest {
				continue
			}
			classes := c.confusion.Classes()
			fmt.Fprintf(&b, "%-4s %-18s %5d %9.3f %9.3f %11.3f %6.3f\n", lang, s.name, c.n, c.confusion.Accuracy(), stats.MacroF1(classes), classes[analyzer.Neutral].F1, c.ece())
		}
	}
	golden(t, filepath.Join(scorecards, "own.txt"), b.String())
}

// fewest is how many sentences a slice needs for a figure: below it one sentence moves ten points.
const fewest = 10

// slice is a part of the sentences, typed in some way.
type slice struct {
	name  string
	rows  []labelled
	typed func(string) string
}

// slicesOf cuts the sentences of a language by style, domain, way of typing and construction.
func slicesOf(lang string, rows []labelled) []slice {
	asIs := func(text string) string { return text }
	out := []slice{{"all", rows, asIs}}
	for _, key := range []struct {
		name string
		of   func(labelled) string
	}{{"style", func(l labelled) string { return l.style }}, {"domain", func(l labelled) string { return l.domain }}} {
		parts := map[string][]labelled{}
		for _, row := range rows {
			parts[key.of(row)] = append(parts[key.of(row)], row)
		}
		names := make([]string, 0, len(parts))
		for name := range parts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			out = append(out, slice{key.name + " " + name, parts[name], asIs})
		}
	}
	if lang == "vi" {
		std := keep(rows, func(l labelled) bool { return l.style == "std" })
		out = append(out, slice{"std, stripped", std, stripped})
	}
	return append(out,
		slice{"nfd", rows, norm.NFD.String},
		slice{"upper", rows, strings.ToUpper},
		slice{"negation", having(rows, "not", "no", "never", "nothing", "nobody", "without", "n't", "không", "ko", "kh", "hong", "chưa", "chẳng", "chả", "đừng"), asIs},
		slice{"contrast", having(rows, "but", "however", "although", "though", "yet", "despite", "nhưng", "tuy", "dù"), asIs},
		slice{"question", keep(rows, func(l labelled) bool { return strings.Contains(l.Text, "?") }), asIs},
		slice{"short", keep(rows, func(l labelled) bool { return len(strings.Fields(l.Text)) <= 5 }), asIs},
		slice{"long", keep(rows, func(l labelled) bool { return len(strings.Fields(l.Text)) >= 25 }), asIs},
	)
}

func keep(rows []labelled, want func(labelled) bool) []labelled {
	var out []labelled
	for _, row := range rows {
		if want(row) {
			out = append(out, row)
		}
	}
	return out
}

// having keeps the rows that have one of the words; a word that begins with n' may stand at the end of another.
func having(rows []labelled, words ...string) []labelled {
	return keep(rows, func(l labelled) bool {
		for _, w := range strings.Fields(strings.ToLower(strings.ReplaceAll(l.Text, "’", "'"))) {
			w = strings.Trim(w, `.,;:!?()"…`)
			if slices.Contains(words, w) || strings.HasSuffix(w, "n't") && slices.Contains(words, "n't") {
				return true
			}
		}
		return false
	})
}

// card counts verdicts against labels.
type card struct {
	n         int
	confusion stats.Confusion
	bins      [10]struct{ n, right, confidence float64 }
}

func newCard() *card { return &card{confusion: stats.Confusion{}} }

func (c *card) add(truth string, s analyzer.Sentiment) {
	c.n++
	c.confusion.Add(truth, s.Label)
	b := &c.bins[min(int(s.Confidence*10), 9)]
	b.n++
	b.confidence += s.Confidence
	if s.Label == truth {
		b.right++
	}
}

// ece gives the expected calibration error: how far, on average, the confidence of a verdict is from how often such verdicts are right.
func (c *card) ece() float64 {
	sum := 0.0
	for _, b := range c.bins {
		sum += math.Abs(b.confidence - b.right)
	}
	return sum / float64(c.n)
}
