package index

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

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
