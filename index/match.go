package index

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
)

// expr is a query as an expression over sets of documents.
type expr interface {
	// match gives the documents of a segment, among the given ones, for which the expression holds.
	match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error)
}

// all holds for every record.
type all struct{}

func (all) match(_ *view, among *roaring.Bitmap) (*roaring.Bitmap, error) { return among, nil }

// and holds where all its parts do. Each part looks only at what the parts before it left; costly parts stand last (see newAnd).
type and []expr

func (e and) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	for _, part := range e {
		if among.IsEmpty() {
			break
		}
		var err error
		if among, err = part.match(v, among); err != nil {
			return nil, err
		}
	}
	return among, nil
}

// newAnd joins expressions, cheap ones first: phrases and prefixes look closely at what is left.
func newAnd(parts ...expr) expr {
	var flat, cheap, costly and
	for _, p := range parts {
		switch p := p.(type) {
		case all:
		case and:
			flat = append(flat, p...)
		default:
			flat = append(flat, p)
		}
	}
	for _, p := range flat {
		switch p.(type) {
		case *wordLeaf, termsFilter:
			cheap = append(cheap, p)
		default:
			costly = append(costly, p)
		}
	}
	parts = append(cheap, costly...)
	switch len(parts) {
	case 0:
		return all{}
	case 1:
		return parts[0]
	}
	return and(parts)
}

// or holds where one of its parts does.
type or []expr

func (e or) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(e))
	for i, part := range e {
		var err error
		if sets[i], err = part.match(v, among); err != nil {
			return nil, err
		}
	}
	return union(sets), nil
}

// not holds where its part does not.
type not struct{ part expr }

func (e not) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	b, err := e.part.match(v, among)
	if err != nil {
		return nil, err
	}
	return roaring.AndNot(among, b), nil
}

// union joins sets.
func union(sets []*roaring.Bitmap) *roaring.Bitmap {
	switch len(sets) {
	case 0:
		return empty
	case 1:
		return sets[0]
	}
	return roaring.FastOr(sets...)
}

// leaf is an expression about words: it also says how well a document matches, for ranking, and where, for highlights.
type leaf interface {
	expr
	// candidates gives a set that includes all that match in a segment, from which the leaf's rarity is estimated.
	candidates(v *view) (*roaring.Bitmap, error)
	// grade tells how well each of the given documents matches.
	grade(v *view, among *roaring.Bitmap, report func(doc uint32, g grade)) error
	// spans calls report with the first and last word of each match in a text.
	spans(list []word, report func(first, last int))
}

// grade is how well a document matches a leaf: quality first, then frequency against length, in [0, maxFrequency].
type grade struct {
	quality   uint64
	frequency uint64
}

// slot is what a query accepts at one position.
type slot []alt

func (s slot) candidates(v *view) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(s))
	for i, a := range s {
		var err error
		if sets[i], err = v.docs(fieldWords, a.term); err != nil {
			return nil, err
		}
	}
	return union(sets), nil
}

// quality tells how well an indexed word fits, 0 when it does not.
func (s slot) quality(w *word) uint64 {
	var buf [4]string
	forms := w.forms(buf[:0])
	var best uint64
	for _, a := range s {
		if slices.Contains(forms, a.term) {
			best = max(best, a.quality)
		}
	}
	return best
}

// wordLeaf matches one word.
type wordLeaf struct{ slot slot }

func (l *wordLeaf) candidates(v *view) (*roaring.Bitmap, error) {
	return v.once(l, func() (*roaring.Bitmap, error) { return l.slot.candidates(v) })
}

func (l *wordLeaf) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := l.candidates(v)
	if err != nil {
		return nil, err
	}
	return roaring.And(among, docs), nil
}

func (l *wordLeaf) grade(v *view, among *roaring.Bitmap, report func(uint32, grade)) error {
	for _, a := range l.slot {
		it, _, err := v.postings(a.term, among, false)
		if err != nil {
			return err
		}
		if it == nil {
			continue
		}
		for {
			if err := v.step(); err != nil {
				return err
			}
			p, err := it.Next()
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			report(uint32(p.Number()), grade{a.quality, frequency(p.Frequency(), p.Norm())})
		}
	}
	return nil
}

func (l *wordLeaf) spans(list []word, report func(first, last int)) {
	for i := range list {
		if l.slot.quality(&list[i]) > 0 {
			report(i, i)
		}
	}
}

// phraseLeaf matches words in a row.
type phraseLeaf struct{ slots []slot }

func (l *phraseLeaf) candidates(v *view) (*roaring.Bitmap, error) {
	return v.once(l, func() (*roaring.Bitmap, error) {
		out := v.live
		for _, s := range l.slots {
			docs, err := s.candidates(v)
			if err != nil {
				return nil, err
			}
			out = roaring.And(out, docs)
		}
		return out, nil
	})
}

func (l *phraseLeaf) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := l.candidates(v)
	if err != nil {
		return nil, err
	}
	out := roaring.New()
	err = l.walk(v, roaring.And(among, docs), func(doc uint32, _ uint64) { out.Add(doc) })
	return out, err
}

func (l *phraseLeaf) grade(v *view, among *roaring.Bitmap, report func(uint32, grade)) error {
	docs, err := l.candidates(v)
	if err != nil {
		return err
	}
	return l.walk(v, roaring.And(among, docs), func(doc uint32, quality uint64) { report(doc, grade{quality: quality}) })
}

// occurrence is a position where a query's words so far end, and the worst quality among them.
type occurrence struct{ at, quality uint64 }

// walk reports the documents in which the phrase stands, with the quality of its best occurrence.
func (l *phraseLeaf) walk(v *view, docs *roaring.Bitmap, report func(doc uint32, quality uint64)) error {
	type cursor struct {
		slot    int
		quality uint64
		it      segment.PostingsIterator
		now     segment.Posting
	}
	var cursors []*cursor
	for i, s := range l.slots {
		for _, a := range s {
			it, _, err := v.postings(a.term, docs, true)
			if err != nil {
				return err
			}
			if it == nil {
				continue
			}
			c := &cursor{slot: i, quality: a.quality, it: it}
			if c.now, err = it.Next(); err != nil {
				return err
			}
			cursors = append(cursors, c)
		}
	}
	var ends, here, reached []occurrence
	for walk := docs.Iterator(); walk.HasNext(); {
		doc := walk.Next()
		if err := v.step(); err != nil {
			return err
		}
		slot := 0
		here, ends = here[:0], ends[:0]
		for i, c := range cursors {
			if c.now != nil && uint32(c.now.Number()) == doc {
				for _, at := range c.now.Locations() {
					here = append(here, occurrence{at.Pos(), c.quality})
				}
				var err error
				if c.now, err = c.it.Next(); err != nil {
					return err
				}
			}
			if i+1 < len(cursors) && cursors[i+1].slot == slot {
				continue
			}
			if slot == 0 {
				inOrder(here)
				ends, here = here, ends
			} else {
				reached = follow(reached[:0], ends, here)
				ends, reached = reached, ends
			}
			here = here[:0]
			if i+1 < len(cursors) {
				slot = cursors[i+1].slot
			}
		}
		var best uint64
		if slot == len(l.slots)-1 {
			for _, e := range ends {
				best = max(best, e.quality)
			}
		}
		if best > 0 {
			report(doc, best)
		}
	}
	return nil
}

// follow appends to out the occurrences of a word that stand right after one of the ends. Ends are in order of position, and so is
// what it gives.
func follow(out, ends, here []occurrence) []occurrence {
	inOrder(here)
	for _, h := range here {
		for len(ends) > 0 && ends[0].at+1 < h.at {
			ends = ends[1:]
		}
		var best uint64
		for _, e := range ends {
			if e.at+1 != h.at {
				break
			}
			best = max(best, e.quality)
		}
		if best > 0 {
			out = append(out, occurrence{h.at, min(best, h.quality)})
		}
	}
	return out
}

func inOrder(list []occurrence) {
	slices.SortFunc(list, func(a, b occurrence) int { return cmp.Compare(a.at, b.at) })
}

func (l *phraseLeaf) spans(list []word, report func(first, last int)) {
	for i := 0; i+len(l.slots) <= len(list); i++ {
		n := 0
		for n < len(l.slots) && l.slots[n].quality(&list[i+n]) > 0 {
			n++
		}
		if n == len(l.slots) {
			report(i, i+n-1)
		}
	}
}

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
			err := v.terms(fieldWords, r.start, r.end, a, func(d segment.TermDictionary, term string, _ uint8) error {
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
