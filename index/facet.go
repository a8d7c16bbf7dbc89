package index

import (
	"cmp"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/thau-cx/thau/feedback"
)

// maxFacetValues bounds a facet to its most frequent values; the counts of those are exact.
const maxFacetValues = 1000

// facets are the fields that can be counted, beside attr.NAME.
var facets = []string{fieldSource, fieldChannel, fieldLanguage, fieldSentiment, fieldTopic, fieldIntent, fieldUrgency, fieldAccount,
	fieldTouchpoint, fieldTag}

// facet counts the values of a field over a result.
type facet struct {
	field  string
	prefix string // of the terms that count; cut off
	counts map[string]int
}

func newFacet(name string) (*facet, error) {
	if attr, ok := strings.CutPrefix(name, "attr."); ok && attr != "" {
		return &facet{fieldAttr, attr + attrSeparator, map[string]int{}}, nil
	}
	if !slices.Contains(facets, name) {
		return nil, feedback.Errorf(feedback.CodeInvalid, "facets", "there is no facet %q: use %s or attr.NAME", name, strings.Join(facets, ", "))
	}
	return &facet{field: name, counts: map[string]int{}}, nil
}

// add counts the documents of a segment, by the shorter of two ways: value by value, or document by document.
func (f *facet) add(v *view, docs *roaring.Bitmap) error {
	d, err := v.dict(f.field)
	if err != nil {
		return err
	}
	if n := docs.GetCardinality(); n == 0 {
		return nil
	} else if n < uint64(d.Cardinality()) && f.hasDocValues() {
		return f.addDocuments(v, docs)
	}
	end := ""
	if f.prefix != "" {
		end = after(f.prefix)
	}
	return v.terms(f.field, f.prefix, end, nil, func(d segment.TermDictionary, term string) error {
		have, err := v.docsOf(d, term)
		if err != nil {
			return err
		}
		if n := have.AndCardinality(docs); n > 0 {
			f.counts[term[len(f.prefix):]] += int(n)
		}
		return nil
	})
}

// hasDocValues tells the fields that callers fill freely, which may have more values than a result has records.
func (f *facet) hasDocValues() bool {
	switch f.field {
	case fieldChannel, fieldAccount, fieldTouchpoint, fieldTag, fieldAttr:
		return true
	}
	return false
}

func (f *facet) addDocuments(v *view, docs *roaring.Bitmap) error {
	var state segment.DocVisitState
	fields := []string{f.field}
	for it := docs.Iterator(); it.HasNext(); {
		if err := v.step(); err != nil {
			return err
		}
		var err error
		state, err = v.docValues(it.Next(), fields, state, func(_ string, term []byte) {
			if value, ok := strings.CutPrefix(string(term), f.prefix); ok {
				f.counts[value]++
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// list gives the values, most frequent first.
func (f *facet) list() []feedback.FacetCount {
	out := make([]feedback.FacetCount, 0, len(f.counts))
	for value, n := range f.counts {
		out = append(out, feedback.FacetCount{Value: value, Count: n})
	}
	slices.SortFunc(out, func(a, b feedback.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return out[:min(len(out), maxFacetValues)]
}
