package store

import (
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// filter is a feedback.Filter in the numbers of a view.
type filter struct {
	none     bool // nothing can match
	from, to int64
	single   [singleFacets][]int32 // nil where any value will do
	accounts []int32
	people   []uint64  // customers
	groups   [][]int32 // of each, one label must be there
	ranges   []scoreRange
}

// scoreRange bounds a score, or the sentiment's where name is 0.
type scoreRange struct {
	name int32
	feedback.Range
}

// filter translates a filter. A value that no record has matches none.
func (v *view) filter(q feedback.Filter) (filter, error) {
	var f filter
	f.from, f.to = bounds(q.From, q.To)
	for i, values := range [singleFacets][]string{
		facetSource: q.Source, facetChannel: q.Channel, facetLanguage: q.Language,
		facetSentiment: q.Sentiment, facetUrgency: q.Urgency, facetTouchpoint: q.Touchpoint,
	} {
		f.single[i] = known(&f, values, func(value string) (int32, bool) {
			id, ok := v.numbers[label{singleFacetNames[i], value}]
			return id, ok || value == ""
		})
	}
	f.accounts = known(&f, q.Account, func(id string) (int32, bool) {
		num, ok := v.account[id]
		return num, ok || id == ""
	})
	for _, id := range q.Customer {
		f.people = append(f.people, hashCustomer(id))
	}
	several := func(facet string, values []string) {
		ids := known(&f, values, func(value string) (int32, bool) {
			id, ok := v.numbers[label{facet, value}]
			return id, ok
		})
		if ids != nil {
			f.groups = append(f.groups, ids)
		}
	}
	several(facetTopic, q.Topic)
	several(facetIntent, q.Intent)
	several(facetTag, q.Tag)
	for name, values := range q.Attributes {
		several(facetAttributes+name, values)
	}
	for name, r := range q.Ranges {
		if name == "score" {
			f.ranges = append(f.ranges, scoreRange{0, r})
			continue
		}
		if _, _, ok := feedback.Scales(name); !ok {
			return f, feedback.Errorf(feedback.CodeInvalid, name, "no such score: use nps, csat, ces, rating or score")
		}
		id, ok := v.numbers[label{facetScore, name}]
		if !ok {
			f.none = true
		}
		f.ranges = append(f.ranges, scoreRange{id, r})
	}
	return f, nil
}

// known translates the values of one field, nil where there are none. Where no value is known, nothing can match.
func known(f *filter, values []string, number func(string) (int32, bool)) []int32 {
	if len(values) == 0 {
		return nil
	}
	ids := []int32{}
	for _, value := range values {
		if id, ok := number(value); ok {
			ids = append(ids, id)
		}
	}
	f.none = f.none || len(ids) == 0
	return ids
}

// bounds gives the half-open interval of a filter's period.
func bounds(from, to time.Time) (int64, int64) {
	low, high := int64(-1<<63), int64(1<<63-1)
	if !from.IsZero() {
		low = ceilMicros(from)
	}
	if !to.IsZero() {
		high = ceilMicros(to)
	}
	return low, high
}

// ceilMicros rounds up, so that comparing microseconds with it is comparing with the time itself.
func ceilMicros(t time.Time) int64 {
	us := micros(t)
	if t.After(moment(us)) {
		us++
	}
	return us
}

// match tells whether a record is meant.
func (f *filter) match(v *view, r *fact) bool {
	if r.seq == 0 || r.collected < f.from || r.collected >= f.to {
		return false
	}
	for i, ids := range f.single {
		if ids != nil && !slices.Contains(ids, r.single[i]) {
			return false
		}
	}
	if f.accounts != nil && !slices.Contains(f.accounts, r.account) || f.people != nil && !slices.Contains(f.people, r.customer) {
		return false
	}
	labels := v.labelsOf(r)
	for _, ids := range f.groups {
		if !slices.ContainsFunc(ids, func(id int32) bool { return slices.Contains(labels, id) }) {
			return false
		}
	}
	for _, bounds := range f.ranges {
		value, ok := r.score, r.written
		if bounds.name != 0 {
			value, ok = v.scoreOf(r, bounds.name)
		}
		if !ok || !within(value, bounds.Range) {
			return false
		}
	}
	return true
}

// within tells whether a value lies in a range, its ends included.
func within(value float64, r feedback.Range) bool {
	return (r.Min == nil || value >= *r.Min) && (r.Max == nil || value <= *r.Max)
}

// scoreOf gives the value of a score of a record.
func (v *view) scoreOf(r *fact, name int32) (float64, bool) {
	for _, s := range v.scoresOf(r) {
		if s.name == name {
			return v.kinds[s.kind].value, true
		}
	}
	return 0, false
}

// facetName tells which facet a name of Query.Facets stands for; single is −1 for one with many values.
func facetName(name string) (facet string, single int, ok bool) {
	if i := slices.Index(singleFacetNames[:], name); i >= 0 {
		return name, i, true
	}
	switch {
	case name == facetTopic, name == facetIntent, name == facetTag,
		strings.HasPrefix(name, facetAttributes) && len(name) > len(facetAttributes):
		return name, -1, true
	}
	return "", 0, false
}
