package feedback

import (
	"context"
	"strings"

	"github.com/thau-cx/thau/insight"
)

// SegmentsQuery asks how two groups of records differ.
type SegmentsQuery struct {
	Filter Filter // within these
	By     string // the facet that tells the groups apart
	A      string // its value in the one
	B      string // its value in the other; empty means all others
	Limit  int    // themes of each, 1–100; 0 means 10
	Quotes int    // of each theme, 1–10; 0 means 3, negative none
	Least  int    // voices a theme needs; 0 means 5
}

// Segments is how two groups of records differ: in their metrics, and in what they say.
type Segments struct {
	By      string          `json:"by"`
	A       Segment         `json:"a"`
	B       Segment         `json:"b"`
	Metrics []SegmentMetric `json:"metrics"` // those that both have answers to
}

// Segment is one group, and what it says more than the other.
type Segment struct {
	Value string `json:"value"` // empty for all others
	Heard
	Themes []Theme `json:"themes"`
}

// SegmentMetric is a metric of both groups: before is A, after is B.
type SegmentMetric struct {
	Metric string  `json:"metric"`
	A      float64 `json:"a"`
	AN     int     `json:"a_n"`
	B      float64 `json:"b"`
	BN     int     `json:"b_n"`
	// Difference is A less B.
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	P          float64 `json:"p"`
	Small      bool    `json:"small,omitempty"`
}

// Segments compares two groups.
func (s *Service) Segments(ctx context.Context, q SegmentsQuery) (Segments, error) {
	if q.Limit == 0 {
		q.Limit = 10
	}
	themes := ThemesQuery{Filter: q.Filter, Against: AgainstRest, Limit: q.Limit, Quotes: q.Quotes, Least: q.Least}
	if err := themes.normalise(); err != nil {
		return Segments{}, err
	}
	a, ok := facetFilter(q.By, q.A)
	switch {
	case !ok:
		return Segments{}, Errorf(CodeInvalid, "by", "no such facet: use source, channel, language, sentiment, topic, intent, urgency, account, customer, touchpoint, tag or attr.<name>")
	case q.A == "":
		return Segments{}, Errorf(CodeInvalid, "a", "names the value to compare and is missing")
	case q.A == q.B:
		return Segments{}, Errorf(CodeInvalid, "b", "is the same value as a")
	}
	sets := []Filter{a}
	if q.B != "" {
		b, _ := facetFilter(q.By, q.B)
		sets = append(sets, b)
	}
	columns, err := s.store.Columns(ctx, ColumnsQuery{Filter: q.Filter, Sets: sets, Terms: true, Zone: s.zone})
	if err != nil {
		return Segments{}, err
	}
	if q.B == "" {
		columns.others()
	}
	swapped := *columns
	swapped.Sets = make([]uint8, len(columns.Sets))
	for i, sets := range columns.Sets {
		if sets&insight.InSet != 0 {
			swapped.Sets[i] = insight.InRest
		} else if sets&insight.InRest != 0 {
			swapped.Sets[i] = insight.InSet
		}
	}
	ofA, err := s.themesOf(ctx, columns, themes)
	if err != nil {
		return Segments{}, err
	}
	ofB, err := s.themesOf(ctx, &swapped, themes)
	if err != nil {
		return Segments{}, err
	}
	out := Segments{By: q.By, A: Segment{q.A, ofA.Set, ofA.Items}, B: Segment{q.B, ofB.Set, ofB.Items}, Metrics: []SegmentMetric{}}
	for _, metric := range insight.Metrics {
		tallies, err := s.store.Tally(ctx, TallyQuery{Metric: metric, Filter: q.Filter, By: q.By, Zone: s.zone})
		if err != nil {
			return Segments{}, err
		}
		var countsA, countsB []insight.Count
		for i := range tallies {
			switch group := tallies[i].Group; {
			case group == q.A:
				countsA = append(countsA, tallies[i].counts()...)
			case q.B == "" && parts(q.By), group == q.B && q.B != "":
				countsB = append(countsB, tallies[i].counts()...)
			}
		}
		if q.B == "" && !parts(q.By) { // records have several values: all, less those of A
			if countsB, err = s.without(ctx, metric, q.Filter, countsA); err != nil {
				return Segments{}, err
			}
		}
		if d := insight.Compare(metric, countsB, countsA, insight.Options{}); d.BeforeN > 0 && d.AfterN > 0 {
			out.Metrics = append(out.Metrics, SegmentMetric{
				Metric: metric, A: d.After, AN: d.AfterN, B: d.Before, BN: d.BeforeN, Difference: d.Difference, Low: d.Low, High: d.High, P: d.P, Small: d.Small,
			})
		}
	}
	return out, nil
}

// without gives the counts of all records of a filter less some.
func (s *Service) without(ctx context.Context, metric string, f Filter, less []insight.Count) ([]insight.Count, error) {
	tallies, err := s.store.Tally(ctx, TallyQuery{Metric: metric, Filter: f, Zone: s.zone})
	if err != nil {
		return nil, err
	}
	var out []insight.Count
	for i := range tallies {
		for _, c := range tallies[i].counts() {
			for _, l := range less {
				if n := l.N; l.Value == c.Value && l.Min == c.Min && l.Max == c.Max && l.HighIs == c.HighIs {
					c.N -= n
				}
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// facetFilter gives the filter for one value of a facet.
func facetFilter(facet, value string) (f Filter, ok bool) {
	fields := map[string]*[]string{
		"source": &f.Source, "channel": &f.Channel, "language": &f.Language, "sentiment": &f.Sentiment, "topic": &f.Topic, "intent": &f.Intent,
		"urgency": &f.Urgency, "account": &f.Account, "customer": &f.Customer, "touchpoint": &f.Touchpoint, "tag": &f.Tag,
	}
	if field, ok := fields[facet]; ok {
		*field = []string{value}
		return f, true
	}
	name, ok := strings.CutPrefix(facet, "attr.")
	if !ok || name == "" {
		return f, false
	}
	f.Attributes = map[string][]string{name: {value}}
	return f, true
}
