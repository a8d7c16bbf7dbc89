package index

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/thau-cx/thau/feedback"
)

// termsFilter holds for records with one of some values in a keyword field.
type termsFilter struct {
	field  string
	values []string
}

func (f termsFilter) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(f.values))
	for i, value := range f.values {
		var err error
		if sets[i], err = v.docs(f.field, value); err != nil {
			return nil, err
		}
	}
	return roaring.And(among, union(sets)), nil
}

// rangeFilter holds for records whose number in a field is in a closed range.
type rangeFilter struct {
	field      string
	start, end string // encoded; end is past the last
}

func newRangeFilter(field string, low, high *float64) (rangeFilter, error) {
	f := rangeFilter{field: field, end: "\x7f"}
	for _, v := range []*float64{low, high} {
		if v != nil && math.IsNaN(*v) {
			return f, fmt.Errorf("a range has a number at each end or none")
		}
	}
	if low != nil {
		f.start = encodeNumber(*low)
	}
	if high != nil {
		f.end = encodeNumber(*high) + "\x00"
	}
	return f, nil
}

func (f rangeFilter) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	if f.start >= f.end {
		return empty, nil
	}
	var sets []*roaring.Bitmap
	err := v.terms(f.field, f.start, f.end, nil, func(d segment.TermDictionary, term string) error {
		docs, err := v.docsOf(d, term)
		sets = append(sets, docs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return roaring.And(among, union(sets)), nil
}

// timeFilter holds for records collected at or after from and before to, to the millisecond.
type timeFilter struct{ from, to time.Time }

func (f timeFilter) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	keys, err := v.keys()
	if err != nil {
		return nil, err
	}
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	if !f.from.IsZero() {
		low = timeKey(f.from)
	}
	if !f.to.IsZero() {
		high = timeKey(f.to)
	}
	var in []uint32
	for it := among.Iterator(); it.HasNext(); {
		if doc := it.Next(); keys[doc] >= low && keys[doc] < high {
			in = append(in, doc)
		}
	}
	return roaring.BitmapOf(in...), v.ctx.Err()
}

// filterExpr turns a filter into an expression.
func filterExpr(f *feedback.Filter) (expr, error) {
	var parts []expr
	for _, k := range []struct {
		field  string
		values []string
	}{
		{fieldSource, f.Source}, {fieldChannel, f.Channel}, {fieldLanguage, f.Language}, {fieldSentiment, f.Sentiment},
		{fieldTopic, f.Topic}, {fieldIntent, f.Intent}, {fieldUrgency, f.Urgency}, {fieldAccount, f.Account},
		{fieldCustomer, f.Customer}, {fieldTouchpoint, f.Touchpoint}, {fieldTag, f.Tag},
	} {
		if len(k.values) > 0 {
			parts = append(parts, termsFilter{k.field, k.values})
		}
	}
	for name, values := range f.Attributes {
		if len(values) > 0 {
			parts = append(parts, attrFilter(name, values...))
		}
	}
	for name, r := range f.Ranges {
		if !numbers[name] {
			return nil, feedback.Errorf(feedback.CodeInvalid, name, "there is no number %q: use nps, csat, ces, rating or score", name)
		}
		if r.Min == nil && r.Max == nil {
			continue
		}
		part, err := newRangeFilter(name, r.Min, r.Max)
		if err != nil {
			return nil, feedback.Errorf(feedback.CodeInvalid, name, "%v", err)
		}
		parts = append(parts, part)
	}
	if !f.From.IsZero() || !f.To.IsZero() {
		parts = append(parts, timeFilter{f.From, f.To})
	}
	return newAnd(parts...), nil
}

func attrFilter(name string, values ...string) termsFilter {
	terms := slices.Clone(values)
	for i := range terms {
		terms[i] = name + attrSeparator + terms[i]
	}
	return termsFilter{fieldAttr, terms}
}

// keywords are the fields that a query's text can name, beside attr.NAME, the numbers, from and to.
var keywords = []string{fieldSource, fieldChannel, fieldLanguage, fieldSentiment, fieldTopic, fieldIntent, fieldUrgency, fieldAccount,
	fieldCustomer, fieldTouchpoint, fieldTag}

// fieldFilter reads field:value of a query's text; known is false when there is no such field.
func fieldFilter(field, value string, zone *time.Location) (e expr, known bool, err error) {
	if name, ok := strings.CutPrefix(field, "attr."); ok && name != "" {
		return attrFilter(name, value), true, nil
	}
	switch {
	case slices.Contains(keywords, field):
		return termsFilter{field, []string{value}}, true, nil
	case numbers[field]:
		e, err := parseRange(field, value)
		return e, true, err
	case field == "from", field == "to":
		at, err := parseMoment(value, zone)
		if field == "from" {
			return timeFilter{from: at}, true, err
		}
		return timeFilter{to: at}, true, err
	}
	return nil, false, nil
}
