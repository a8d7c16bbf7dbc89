package index

import "github.com/RoaringBitmap/roaring/v2"

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
		case *wordLeaf, *themeLeaf, termsFilter:
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
