package feedback

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/insight"
)

const (
	candidates    = 300 // phrases that are given words
	wordSamples   = 4   // records read for the words of one
	quoteSamples  = 24  // records read for the quotes of a theme
	oneForm       = 2.0 / 3
	shortestTopic = 4   // letters of a label that is proposed as a topic
	knownFrom     = 0.3 // the share of a theme's words from which the taxonomy knows them
)

// themer gives phrases their words back and puts them together.
type themer struct {
	*Service
	ctx     context.Context
	columns *Columns
	heard   *insight.Heard
	phrases *insight.Phrases
	sets    uint8 // where examples come from

	found   []insight.Phrase
	named   []named
	records map[int32]*Record // read so far, by text
}

// named is a phrase with its words.
type named struct {
	keys      []uint32 // its own, and that of its bare form where that stands for nothing else
	text      string
	spellings []string
	words     int
	english   bool
	bare      bool
	weak      bool
}

// form is one way a term was written.
type form struct {
	text string
	bare bool
	n    int
}

// written are the ways a term was written in the records read.
type written struct {
	forms   map[string]*form
	words   int
	parts   [2]uint32
	english int
	weak    int
	n       int
}

// name reads some records of each phrase and gives it the words it is most often written in. What has no words in the records that can
// still be read, and what another phrase of the list stands for, is left out. texts are the texts of each phrase, nil where they are to be
// found.
func (t *themer) name(found []insight.Phrase, texts [][]int32) error {
	groups := make([][]uint32, len(found))
	index := make(map[uint32]int, len(found))
	for i, p := range found {
		groups[i], index[p.Key] = []uint32{p.Key}, i
	}
	if texts == nil {
		texts = t.heard.Members(groups, t.sets)
	}
	var wanted []int32
	for _, list := range texts {
		wanted = append(wanted, t.heard.Sample(list, wordSamples)...)
	}
	if err := t.read(wanted); err != nil {
		return err
	}
	seen := t.terms(wanted, func(key uint32) (int, bool) {
		i, ok := index[key]
		return i, ok
	}, len(found))
	for i, p := range found {
		if w := seen[i]; w.n > 0 {
			if n := t.word(p.Key, w, index); n.text != "" {
				t.found, t.named = append(t.found, p), append(t.named, n)
			}
		}
	}
	return nil
}

// read reads the records of texts that were not read yet.
func (t *themer) read(texts []int32) error {
	if t.records == nil {
		t.records = map[int32]*Record{}
	}
	var rows []int64
	var at []int32
	for _, i := range texts {
		if _, ok := t.records[i]; !ok {
			t.records[i] = nil
			rows, at = append(rows, t.columns.Rows[i]), append(at, i)
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), 500)
		got, err := t.store.RecordsAt(t.ctx, rows[:n]...)
		if err != nil {
			return err
		}
		for k := range n {
			if r, ok := got[rows[k]]; ok {
				t.records[at[k]] = &r
			}
		}
		rows, at = rows[n:], at[n:]
	}
	return nil
}

// terms reads how the wanted terms are written in texts.
func (t *themer) terms(texts []int32, wanted func(uint32) (int, bool), n int) []written {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	texts = slices.Compact(texts)
	read := make([][]analyzer.Term, len(texts))
	a := t.analyzer.Load()
	each(len(texts), func(i int) {
		if r := t.records[texts[i]]; r != nil {
			read[i] = a.Terms(r.input())
		}
	})
	out := make([]written, n)
	for k, terms := range read {
		for _, term := range terms {
			i, ok := wanted(term.Key)
			if !ok {
				continue
			}
			w := &out[i]
			if w.forms == nil {
				w.forms = map[string]*form{}
			}
			text := term.Text
			if term.English && term.Words > 1 { // `delivery was late` reads better than `delivery late`
				text = between(t.records[texts[k]], &term)
			}
			f := w.forms[text]
			if f == nil {
				f = &form{text: text, bare: term.Bare}
				w.forms[text] = f
			}
			f.n++
			w.n++
			w.words, w.parts = term.Words, term.Parts
			if term.English {
				w.english++
			}
			if term.Weak {
				w.weak++
			}
		}
	}
	return out
}

// between gives the words of a term with those that stand between them, in lower case and with single blanks.
func between(r *Record, term *analyzer.Term) string {
	text := r.Text
	if term.Field == "title" {
		text = r.Title
	}
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	if term.End > len(runes) {
		return term.Text
	}
	return strings.Join(strings.Fields(strings.ToLower(string(runes[term.Start:term.End]))), " ")
}

// word chooses how a phrase is written: with its marks where anybody gave it any, else as most people did.
func (t *themer) word(key uint32, w written, index map[uint32]int) named {
	forms := slices.SortedFunc(maps.Values(w.forms), func(a, b *form) int {
		if a.bare != b.bare {
			return cmp.Compare(flagOf(a.bare), flagOf(b.bare))
		}
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(len(a.text), len(b.text)), cmp.Compare(a.text, b.text))
	})
	n := named{keys: []uint32{key}, text: forms[0].text, words: w.words, english: 2*w.english > w.n, bare: forms[0].bare, weak: 2*w.weak > w.n}
	for _, f := range forms[1:] {
		n.spellings = append(n.spellings, f.text)
	}
	if n.words > 1 && !t.phrases.Collocated(key, w.parts) {
		return named{} // its words only happen to stand together
	}
	if n.english || n.words > 1 || strings.Contains(n.text, " ") {
		return n
	}
	bareKey := analyzer.BareKey(n.text)
	accented, share := t.accented(n.text)
	switch {
	case n.bare && share >= oneForm && accented != n.text:
		own := analyzer.WordKey(accented)
		if _, ok := index[own]; ok {
			return named{} // the other takes it in
		}
		n.keys, n.spellings, n.text, n.bare = append(n.keys, own), append([]string{n.text}, n.spellings...), accented, false
	case !n.bare && bareKey != key && share >= oneForm && accented == n.text:
		if inSet, inRest := t.phrases.Count(bareKey); inSet+inRest > 0 {
			n.keys = append(n.keys, bareKey)
			if bare := analyzer.Fold(n.text); bare != n.text {
				n.spellings = append(n.spellings, bare)
			}
		}
	}
	return n
}

func flagOf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// accented gives the way to write a syllable that most voices use who give it marks, and its share of them.
func (t *themer) accented(syllable string) (best string, share float64) {
	total, most := 0, 0
	for _, f := range analyzer.Accented(syllable) {
		inSet, inRest := t.phrases.Count(analyzer.WordKey(f))
		total += inSet + inRest
		if n := inSet + inRest; n > most {
			best, most = f, n
		}
	}
	if total == 0 {
		return "", 0
	}
	return best, float64(most) / float64(total)
}

// gather puts the named phrases together that the same records say, and gives their places by theme.
func (t *themer) gather() [][]int {
	groups := make([][]uint32, len(t.named))
	for i := range t.named {
		groups[i] = t.named[i].keys
	}
	return insight.Gather(t.heard.Members(groups, t.sets))
}

// members gives the texts of themes in the set and in the rest.
func (t *themer) members(themes [][]int) (inSet, inRest [][]int32) {
	groups := make([][]uint32, len(themes))
	for i, phrases := range themes {
		for _, p := range phrases {
			groups[i] = append(groups[i], t.named[p].keys...)
		}
	}
	return t.heard.Members(groups, insight.InSet), t.heard.Members(groups, insight.InRest)
}

// show gives a theme its label, topics and quotes. Its phrases are places in named; its texts are those of the set.
func (t *themer) show(phrases []int, texts []int32, measured insight.Theme, quotes int) (Theme, error) {
	out := Theme{Theme: measured, Topics: []TopicShare{}, Quotes: []Quotation{}, Variants: []Variant{}}
	keys := map[uint32]bool{}
	for _, p := range phrases {
		n := &t.named[p]
		for _, key := range n.keys {
			keys[key] = true
		}
		out.Variants = append(out.Variants, Variant{Text: n.text, N: t.found[p].N, Spellings: n.spellings})
	}
	head := t.head(phrases)
	out.Label, out.Language = head.text, LanguageVietnamese
	if head.english {
		out.Language = LanguageEnglish
	}
	sample := t.heard.Sample(texts, quoteSamples)
	if err := t.read(sample); err != nil {
		return Theme{}, err
	}
	examples := t.examples(sample, keys)
	thing := strings.Contains(head.text, " ") || !head.english // a single English word may be anything, until it is found in a noun phrase
	if head.english {
		if phrase := t.nounPhrase(examples, head); phrase != "" {
			out.Label, thing = phrase, true
		}
	} else {
		out.Label = longest(examples, head.text)
	}
	known := 0.0
	out.Topics, known = topicsOf(examples)
	if thing && known < knownFrom && len(examples) > 0 && utf8.RuneCountInString(out.Label) >= shortestTopic {
		out.Proposal = propose(out.Label, out.Variants)
	}
	if quotes > 0 {
		out.Quotes = quotesOf(examples, measured.Sentiment.Sentiment, quotes)
	}
	return out, nil
}

// The languages of a label.
const (
	LanguageVietnamese = "vi"
	LanguageEnglish    = "en"
)

// head gives the phrase that names a theme: the most distinct, or one with it that half as many say and that says more, for a pair says more
// than a word and a word more than a mere syllable.
func (t *themer) head(phrases []int) *named {
	best := phrases[0]
	for _, p := range phrases[1:] {
		if t.named[p].telling() > t.named[best].telling() && 2*t.found[p].N >= t.found[phrases[0]].N {
			best = p
		}
	}
	return &t.named[best]
}

// telling is how much a phrase says by itself.
func (n *named) telling() int {
	switch {
	case n.weak:
		return 0
	case n.words == 1:
		return 1
	}
	return 2
}

// example is a record that says a theme, with where.
type example struct {
	record   *Record
	terms    []analyzer.Term
	distinct int
}

// examples finds where texts say a theme.
func (t *themer) examples(texts []int32, keys map[uint32]bool) []example {
	out := make([]example, len(texts))
	a := t.analyzer.Load()
	each(len(texts), func(i int) {
		r := t.records[texts[i]]
		if r == nil {
			return
		}
		seen := map[uint32]bool{}
		for _, term := range a.Terms(r.input()) {
			if keys[term.Key] {
				out[i].terms = append(out[i].terms, term)
				seen[term.Key] = true
			}
		}
		if len(seen) > 0 {
			out[i].record, out[i].distinct = r, len(seen)
		}
	})
	return slices.DeleteFunc(out, func(e example) bool { return e.record == nil })
}

// nounPhrase gives the English noun phrase that most examples say the theme in, or nothing where there is no such.
func (t *themer) nounPhrase(examples []example, head *named) string {
	a := t.analyzer.Load()
	found := make([][]string, len(examples))
	each(len(examples), func(i int) {
		e := &examples[i]
		in := e.record.input()
		in.Phrases = true
		for _, p := range a.Analyze(in).KeyPhrases {
			for _, term := range e.terms {
				if term.Field == p.Field && term.Start < p.End && p.Start < term.End {
					found[i] = append(found[i], strings.Join(strings.Fields(strings.ToLower(p.Text)), " "))
					break
				}
			}
		}
	})
	counts := map[string]int{}
	for _, list := range found {
		slices.Sort(list)
		for _, p := range slices.Compact(list) {
			counts[p]++
		}
	}
	best := ""
	for _, p := range slices.Sorted(maps.Keys(counts)) {
		// A phrase must hold what it replaces, or the theme would lose what is said of the thing (`not working`).
		if holds(p, head.text) && (best == "" || counts[p] > counts[best]) {
			best = p
		}
	}
	if best != "" && 2*counts[best] >= len(examples) {
		return best
	}
	return ""
}

// longest gives the longest run of words around a phrase that most examples mark which have it: three syllables of which two by two are
// phrases (`bãi đỗ`, `đỗ xe`) are one thing. It is the phrase itself where there is none.
func longest(examples []example, phrase string) string {
	counts, whole := map[string]int{}, 0
	for i := range examples {
		e := &examples[i]
		if len(e.terms) == 0 || e.terms[0].Bare {
			continue
		}
		runs := map[string]bool{}
		for _, span := range e.quote().Spans {
			text := e.record.Text
			if span.Field == "title" {
				text = e.record.Title
			}
			words := strings.Fields(strings.ToLower(string([]rune(strings.ToValidUTF8(text, "\uFFFD"))[span.Start:span.End])))
			for from := range words {
				for to := from + 1; to <= min(from+longestLabel, len(words)); to++ {
					if run := strings.Join(words[from:to], " "); strings.Contains(" "+run+" ", " "+phrase+" ") {
						runs[run] = true
					}
				}
			}
		}
		for run := range runs {
			counts[run]++
		}
		whole += flagOf(runs[phrase])
	}
	best := phrase
	for _, run := range slices.Sorted(maps.Keys(counts)) {
		if counts[run] >= 2 && float64(counts[run]) >= mostExamples*float64(whole) && len(strings.Fields(run)) > len(strings.Fields(best)) {
			best = run
		}
	}
	return best
}

const (
	longestLabel = 5   // syllables
	mostExamples = 0.6 // of those that have the phrase
)

// holds tells whether every word of a text begins a word of a phrase.
func holds(phrase, text string) bool {
	for word := range strings.FieldsSeq(text) {
		stem := analyzer.Stem(word)
		if !slices.ContainsFunc(strings.Fields(phrase), func(w string) bool { return analyzer.Stem(w) == stem }) {
			return false
		}
	}
	return true
}

// topicsOf gives the topics that a theme's words are a reason for, and the share of its examples in which there is any.
func topicsOf(examples []example) (topics []TopicShare, known float64) {
	counts := map[string]int{}
	any := 0
	for i := range examples {
		e := &examples[i]
		found := false
		for _, topic := range e.record.Analysis.Topics {
			if topic.Sure && slices.ContainsFunc(topic.Evidence, e.touches) {
				counts[topic.ID]++
				found = true
			}
		}
		if found {
			any++
		}
	}
	topics = []TopicShare{}
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		if share := float64(counts[id]) / float64(len(examples)); share >= 0.1 {
			topics = append(topics, TopicShare{id, round2(share)})
		}
	}
	slices.SortStableFunc(topics, func(a, b TopicShare) int { return cmp.Compare(b.Share, a.Share) })
	if len(examples) == 0 {
		return topics, 0
	}
	return topics, float64(any) / float64(len(examples))
}

// touches tells whether a piece of evidence for a topic shares words with the example's terms.
func (e *example) touches(ev analyzer.Evidence) bool {
	return ev.Contribution > 0 && slices.ContainsFunc(e.terms, func(t analyzer.Term) bool {
		return t.Field == ev.Field && t.Start < ev.End && ev.Start < t.End
	})
}

// propose makes a topic of a theme.
func propose(label string, variants []Variant) *TopicProposal {
	p := &TopicProposal{ID: strings.ReplaceAll(analyzer.Fold(label), " ", "_")}
	for _, v := range variants {
		p.Terms = append(p.Terms, v.Text)
	}
	return p
}

// quotesOf chooses the examples that say a theme best: with most of its phrases, in a text of a length to read, and in the mood of the
// rest; of equal ones the newest.
func quotesOf(examples []example, mood float64, n int) []Quotation {
	rank := func(e *example) int {
		points := 2 * min(e.distinct, 3)
		switch length := len(e.record.Text); {
		case length >= 30 && length <= 300:
			points += 3
		case length <= 600:
			points++
		}
		switch label := e.record.Labels().Sentiment; {
		case mood > 0 && label == analyzer.Positive, mood < 0 && label == analyzer.Negative:
			points++
		}
		return points
	}
	sorted := slices.Clone(examples)
	slices.SortStableFunc(sorted, func(a, b example) int {
		return cmp.Or(cmp.Compare(rank(&b), rank(&a)), b.record.CollectedAt.Compare(*a.record.CollectedAt), cmp.Compare(a.record.ID, b.record.ID))
	})
	out := []Quotation{}
	for i := range sorted[:min(n, len(sorted))] {
		out = append(out, sorted[i].quote())
	}
	return out
}

// quote gives an example as a quote; places that meet are one.
func (e *example) quote() Quotation {
	r := e.record
	q := Quotation{ID: r.ID, Title: r.Title, Text: r.Text, CollectedAt: r.CollectedAt, Sentiment: r.Labels().Sentiment, Spans: []Span{}}
	for _, t := range e.terms {
		field := "text"
		if t.Field != "" {
			field = t.Field
		}
		q.Spans = append(q.Spans, Span{Field: field, Start: t.Start, End: t.End})
	}
	slices.SortFunc(q.Spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(b.Field, a.Field), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	merged := q.Spans[:0]
	for _, s := range q.Spans {
		if n := len(merged); n > 0 && merged[n-1].Field == s.Field && s.Start <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	q.Spans = merged
	return q
}

// round2 rounds a share to hundredths.
func round2(v float64) float64 { return float64(int(v*100+0.5)) / 100 }
