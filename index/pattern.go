package index

import (
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
	"github.com/thau-cx/thau/analyzer"
)

// patternLeaf matches words by a beginning or by likeness: a few ranges of the dictionary, each perhaps narrowed by an automaton.
type patternLeaf struct {
	ranges  []termRange
	matches func(norm string) bool
}

// termRange is a range of terms. Those that quality gives 0 do not count.
type termRange struct {
	start, end string
	automaton  *levenshtein.DFA // nil: any term
	quality    func(term string) uint64
}

func (l *patternLeaf) candidates(v *view) (*roaring.Bitmap, error) {
	return v.once(l, func() (*roaring.Bitmap, error) {
		var sets []*roaring.Bitmap
		for _, q := range []uint64{exact, prefixed, near} {
			docs, err := l.ofQuality(v, q)
			if err != nil {
				return nil, err
			}
			sets = append(sets, docs)
		}
		return union(sets), nil
	})
}

// qualityOf names the documents of a pattern with one quality, for view.once.
type qualityOf struct {
	leaf    *patternLeaf
	quality uint64
}

// ofQuality gives the documents with a term of a quality. The dictionary is walked once for all qualities.
func (l *patternLeaf) ofQuality(v *view, quality uint64) (*roaring.Bitmap, error) {
	return v.once(qualityOf{l, quality}, func() (*roaring.Bitmap, error) {
		found := map[uint64]*roaring.Bitmap{exact: roaring.New(), prefixed: roaring.New(), near: roaring.New()}
		for _, r := range l.ranges {
			var a segment.Automaton
			if r.automaton != nil {
				a = r.automaton
			}
			err := v.terms(fieldWords, r.start, r.end, a, func(d segment.TermDictionary, term string) error {
				q := r.quality(term)
				if q == 0 {
					return nil
				}
				docs, err := v.docsOf(d, term)
				if err == nil {
					found[q].Or(docs)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		for q, docs := range found {
			v.sets[qualityOf{l, q}] = docs
		}
		return found[quality], nil
	})
}

func (l *patternLeaf) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := l.candidates(v)
	if err != nil {
		return nil, err
	}
	return roaring.And(among, docs), nil
}

func (l *patternLeaf) grade(v *view, among *roaring.Bitmap, report func(uint32, grade)) error {
	for _, q := range []uint64{exact, prefixed, near} {
		docs, err := l.ofQuality(v, q)
		if err != nil {
			return err
		}
		for it := roaring.And(docs, among).Iterator(); it.HasNext(); {
			report(it.Next(), grade{quality: q})
		}
	}
	return v.ctx.Err()
}

func (l *patternLeaf) spans(list []word, report func(first, last int)) {
	for i := range list {
		if l.matches(list[i].norm) || list[i].written != "" && l.matches(list[i].written) {
			report(i, i)
		}
	}
}

// fragment normalises a part of a word. The analyzer may only change its marks: ko* begins không and kotlin alike.
func (p *parser) fragment(text string) string {
	plain := term(text)
	if list := words(p.tokenizer, plain); len(list) == 1 && analyzer.Fold(list[0].norm) == analyzer.Fold(plain) {
		return list[0].norm
	}
	return plain
}

func (p *parser) prefix(column int, text string) (expr, error) {
	start := p.fragment(text)
	if utf8.RuneCountInString(start) < 2 {
		return nil, syntax(column, "* needs at least 2 characters before it")
	}
	if err := p.count(column, 1); err != nil {
		return nil, err
	}
	bare := analyzer.Fold(start)
	begins := func(prefix string, quality uint64) termRange {
		return termRange{start: prefix, end: after(prefix), quality: func(string) uint64 { return quality }}
	}
	l := &patternLeaf{}
	if bare == start {
		l.ranges = []termRange{begins(start, exact), begins(foldedMark+start, prefixed)}
		l.matches = func(w string) bool { return strings.HasPrefix(analyzer.Fold(w), start) || strings.HasPrefix(w, start) }
		return p.add(l), nil
	}
	// Marks of a whole word need not be those of its beginning (to* of tố), so a bare word counts when its letters begin so.
	l.ranges = []termRange{begins(start, exact), begins(bare, prefixed)}
	isBare := func(term string) bool { return analyzer.Fold(term) == term }
	l.ranges[1].quality = func(term string) uint64 {
		if isBare(term) {
			return prefixed
		}
		return 0
	}
	l.matches = func(w string) bool { return strings.HasPrefix(w, start) || isBare(w) && strings.HasPrefix(w, bare) }
	return p.add(l), nil
}

// fuzziness builds automata that accept what is at most one letter away.
var fuzziness = func() *levenshtein.LevenshteinAutomatonBuilder {
	b, err := levenshtein.NewLevenshteinAutomatonBuilder(1, false)
	if err != nil {
		panic(err) // a constant argument
	}
	return b
}()

func (p *parser) fuzzy(column int, text string) (expr, error) {
	word := p.fragment(text)
	if utf8.RuneCountInString(word) < 3 {
		return nil, syntax(column, "~ needs at least 3 characters before it")
	}
	if err := p.count(column, 1); err != nil {
		return nil, err
	}
	like := func(start, end, term string) (termRange, error) {
		a, err := fuzziness.BuildDfa(term, 1)
		return termRange{start: start, end: end, automaton: a, quality: func(t string) uint64 {
			if t == term {
				return exact
			}
			return near
		}}, err
	}
	written, err := like("\x20", "", word)
	if err != nil {
		return nil, syntax(column, "this word is too long for ~")
	}
	l := &patternLeaf{ranges: []termRange{written}, matches: func(w string) bool { return within1(w, word) }}
	if bare := analyzer.Fold(word); bare == word {
		marked, err := like(foldedMark, after(foldedMark), foldedMark+bare)
		if err != nil {
			return nil, syntax(column, "this word is too long for ~")
		}
		l.ranges = append(l.ranges, marked)
		l.matches = func(w string) bool { return within1(w, word) || within1(analyzer.Fold(w), word) }
	}
	return p.add(l), nil
}

// within1 tells whether one letter inserted, left out or replaced makes b of a.
func within1(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) <= 1 && len(y) <= 1
}
