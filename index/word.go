package index

import "github.com/RoaringBitmap/roaring/v2"

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
	var (
		f    forms
		best uint64
	)
	f.add(w)
	for _, a := range s {
		if f.has(a.term) {
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

// places gives where the word stands in each of some documents, whose numbers they are.
func (l *wordLeaf) places(v *view, docs *roaring.Bitmap, numbers []uint32) ([][]uint64, error) {
	out := make([][]uint64, len(numbers))
	for _, a := range l.slot {
		it, _, err := v.postings(a.term, docs, true)
		if err != nil {
			return nil, err
		}
		if it == nil {
			continue
		}
		place := placer{numbers: numbers}
		for {
			if err := v.step(); err != nil {
				return nil, err
			}
			p, err := it.Next()
			if err != nil {
				return nil, err
			}
			if p == nil {
				break
			}
			k := place.of(uint32(p.Number()))
			for _, at := range p.Locations() {
				if len(out[k]) < maxPlaces {
					out[k] = append(out[k], at.Pos())
				}
			}
		}
	}
	return out, nil
}
