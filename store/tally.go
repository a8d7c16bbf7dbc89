package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// Tally counts the values of a score by group and period, both sorted, and within those by value and scale. A record with several
// values of the facet counts in each of them; one with none counts in the group "". The facet "topic" has the groups that a search's
// facet has. Sentiment is the label in force of records with a text.
func (db *DB) Tally(ctx context.Context, q feedback.TallyQuery) (out []feedback.Tally, err error) {
	fail := func(err error) ([]feedback.Tally, error) {
		return nil, fmt.Errorf("store: tally %s: %w", quoted(q.Metric), explain(err))
	}
	if _, _, ok := feedback.Scales(q.Metric); !ok && q.Metric != metricSentiment {
		return fail(feedback.Errorf(feedback.CodeInvalid, "metric", "no such metric: use nps, csat, csat:<aspect>, ces, rating or sentiment"))
	}
	group, err := grouping(q.By)
	if err != nil {
		return fail(err)
	}
	days, err := newPeriods(q.Period, q.Zone)
	if err != nil {
		return fail(err)
	}
	if err := db.enter(); err != nil {
		return fail(err)
	}
	db.life.RUnlock()
	err = db.withView(ctx, func(v *view) error {
		c, err := v.count(ctx, q, group, days)
		if err != nil {
			return err
		}
		out = c.tallies()
		return nil
	})
	if err != nil {
		return fail(err)
	}
	return out, nil
}

// metricSentiment is the metric that is not a score.
const metricSentiment = "sentiment"

// The ways to group.
const (
	byNothing = iota
	byAccount
	bySingle
	byMultiple
)

// groups says what to group by.
type groups struct {
	kind   int
	single int    // of bySingle
	facet  string // of byMultiple
}

func grouping(by string) (groups, error) {
	switch by {
	case "":
		return groups{kind: byNothing}, nil
	case "account":
		return groups{kind: byAccount}, nil
	}
	facet, single, ok := facetName(by)
	switch {
	case !ok:
		return groups{}, feedback.Errorf(feedback.CodeInvalid, "by", "no facet %s", quoted(by))
	case single >= 0:
		return groups{kind: bySingle, single: single}, nil
	}
	return groups{kind: byMultiple, facet: facet}, nil
}

// cell is what is counted apart.
type cell struct {
	group  int32 // number of a label or account
	period int32 // first day, in days since 1970
	scale  uint16
	value  float64
}

// counter counts values.
type counter struct {
	view   *view
	by     groups
	dated  bool
	scales []feedback.Score // with Value 0
	cells  map[cell]int
}

// count walks over the records a query means.
func (v *view) count(ctx context.Context, q feedback.TallyQuery, by groups, days *periods) (*counter, error) {
	c := &counter{view: v, by: by, dated: q.Period != "", cells: map[cell]int{}}
	f, err := v.filter(q.Filter)
	if err != nil || f.none {
		return c, err
	}
	values := v.values(q.Metric)
	if values == nil {
		return c, nil
	}
	facet := v.facets[by.facet]
	for i := range v.rows {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r := &v.rows[i]
		s, ok := values(r)
		if !ok || !f.match(v, r) {
			continue
		}
		at := cell{value: s.Value, scale: c.scale(s), period: days.of(r.collected)}
		switch by.kind {
		case byNothing:
			c.cells[at]++
		case byAccount:
			at.group = r.account
			c.cells[at]++
		case bySingle:
			at.group = r.single[by.single]
			c.cells[at]++
		case byMultiple:
			found := false
			for _, id := range v.labelsOf(r) {
				if v.facetOf[id] == facet {
					at.group, found = id, true
					c.cells[at]++
				}
			}
			if !found {
				c.cells[at]++
			}
		}
	}
	return c, nil
}

// values gives the function that reads a metric off a record, or nil where no record can have it.
func (v *view) values(metric string) func(*fact) (feedback.Score, bool) {
	if metric != metricSentiment {
		name, ok := v.numbers[label{facetScore, metric}]
		if !ok {
			return nil
		}
		return func(r *fact) (feedback.Score, bool) {
			for _, s := range v.scoresOf(r) {
				if s.name == int64(name) {
					return s.score(), true
				}
			}
			return feedback.Score{}, false
		}
	}
	sentiment := func(l string) int32 { return v.numbers[label{singleFacetNames[facetSentiment], l}] }
	negative, neutral, positive := sentiment(analyzer.Negative), sentiment(analyzer.Neutral), sentiment(analyzer.Positive)
	return func(r *fact) (feedback.Score, bool) {
		s := feedback.Score{Min: -1, Max: 1}
		switch id := r.single[facetSentiment]; {
		case !r.written || id == 0:
			return s, false
		case id == negative:
			s.Value = -1
		case id == positive:
			s.Value = 1
		case id != neutral:
			return s, false
		}
		return s, true
	}
}

func (s scoreFact) score() feedback.Score {
	out := feedback.Score{Value: s.value, Min: s.min, Max: s.max}
	if s.effort {
		out.HighIs = "effort"
	}
	return out
}

// scale numbers the scale of a score.
func (c *counter) scale(s feedback.Score) uint16 {
	s.Value = 0
	for i := range c.scales {
		if c.scales[i] == s {
			return uint16(i)
		}
	}
	c.scales = append(c.scales, s)
	return uint16(len(c.scales) - 1)
}

// name gives the name of a group.
func (c *counter) name(group int32) string {
	switch {
	case group == 0:
		return ""
	case c.by.kind == byAccount:
		return c.view.accounts[group]
	default:
		return c.view.labels[group].value
	}
}

// tallies gives the counts, sorted.
func (c *counter) tallies() []feedback.Tally {
	type place struct{ group, period int32 }
	at := map[place]int{}
	var out []feedback.Tally
	for k, n := range c.cells {
		p := place{k.group, k.period}
		i, ok := at[p]
		if !ok {
			i = len(out)
			at[p] = i
			t := feedback.Tally{Group: c.name(k.group)}
			if c.dated {
				t.Period = time.Unix(int64(k.period)*daySeconds, 0).UTC().Format(time.DateOnly)
			}
			out = append(out, t)
		}
		s := c.scales[k.scale]
		s.Value = k.value
		out[i].Counts = append(out[i].Counts, feedback.ValueCount{Score: s, N: n})
	}
	for i := range out {
		slices.SortFunc(out[i].Counts, func(a, b feedback.ValueCount) int {
			return cmp.Or(cmp.Compare(a.Score.Value, b.Score.Value), cmp.Compare(a.Score.Min, b.Score.Min),
				cmp.Compare(a.Score.Max, b.Score.Max), cmp.Compare(a.Score.HighIs, b.Score.HighIs))
		})
	}
	slices.SortFunc(out, func(a, b feedback.Tally) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Period, b.Period))
	})
	return out
}
