package store

import (
	"cmp"
	"context"
	"database/sql"
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
	if _, _, ok := feedback.Scales(q.Metric); !ok && q.Metric != metricSentiment && q.Metric != metricRecords {
		return fail(feedback.Errorf(feedback.CodeInvalid, "metric", "no such metric: use nps, csat, csat:<aspect>, ces, rating, sentiment or records"))
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
	if r, ok := db.rolled.rolled(q); ok {
		if err = db.read(ctx, func(tx *sql.Tx) error {
			out, err = r.tally(ctx, tx)
			return err
		}); err != nil {
			return fail(err)
		}
		return out, nil
	}
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

// The metrics that are not scores.
const (
	metricSentiment = "sentiment"
	metricRecords   = "records"
)

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

// counter counts values by group and period.
type counter struct {
	view    *view
	by      groups
	dated   bool
	buckets []bucket          // the groups and periods met so far
	bucket  map[bucketKey]int // where each is among those
	recent  []int32           // by group, the bucket counted in last and 1: without periods there is no other
}

// bucket holds the counts of a group and period, by the view's kinds.
type bucket struct {
	bucketKey
	counts []int
}

type bucketKey struct {
	group  int32 // number of a label or account
	period int32 // first day, in days since 1970
}

// count walks over the records a query means.
func (v *view) count(ctx context.Context, q feedback.TallyQuery, by groups, days *periods) (*counter, error) {
	c := &counter{view: v, by: by, dated: q.Period != "", bucket: map[bucketKey]int{}}
	f, err := v.filter(q.Filter)
	if err != nil || f.none {
		return c, err
	}
	kindOf := v.metric(q.Metric)
	facet := v.facets[by.facet]
	for i := range v.rows {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r := &v.rows[i]
		if !f.match(v, r) {
			continue
		}
		kind, ok := kindOf(r)
		if !ok {
			continue
		}
		period := days.of(r.collected)
		switch by.kind {
		case byNothing:
			c.add(bucketKey{0, period}, kind)
		case byAccount:
			c.add(bucketKey{r.account, period}, kind)
		case bySingle:
			c.add(bucketKey{r.single[by.single], period}, kind)
		case byMultiple:
			found := false
			for _, id := range v.labelsOf(r) {
				if v.facetOf[id] == facet {
					found = true
					c.add(bucketKey{id, period}, kind)
				}
			}
			if !found {
				c.add(bucketKey{0, period}, kind)
			}
		}
	}
	return c, nil
}

// metric gives the function that reads a metric off a record, if it is there.
func (v *view) metric(name string) func(*fact) (kind int32, ok bool) {
	if name == metricRecords {
		return func(*fact) (int32, bool) { return kindRecord, true }
	}
	if name != metricSentiment {
		id, known := v.numbers[label{facetScore, name}]
		return func(r *fact) (int32, bool) {
			for _, s := range v.scoresOf(r) {
				if s.name == id && known {
					return s.kind, true
				}
			}
			return 0, false
		}
	}
	id := func(l string) int32 { return v.numbers[label{singleFacetNames[facetSentiment], l}] }
	negative, neutral, positive := id(analyzer.Negative), id(analyzer.Neutral), id(analyzer.Positive)
	return func(r *fact) (int32, bool) {
		switch s := r.single[facetSentiment]; {
		case s == 0 || !r.written:
			return 0, false
		case s == negative:
			return kindNegative, true
		case s == neutral:
			return kindNeutral, true
		case s == positive:
			return kindPositive, true
		}
		return 0, false
	}
}

// add counts one value.
func (c *counter) add(key bucketKey, kind int32) {
	if int(key.group) >= len(c.recent) {
		c.recent = append(c.recent, make([]int32, int(key.group)+1-len(c.recent))...)
	}
	recent := &c.recent[key.group]
	if *recent == 0 || c.buckets[*recent-1].bucketKey != key {
		at, ok := c.bucket[key]
		if !ok {
			at = len(c.buckets)
			c.bucket[key], c.buckets = at, append(c.buckets, bucket{bucketKey: key})
		}
		*recent = int32(at) + 1
	}
	b := &c.buckets[*recent-1]
	if int(kind) >= len(b.counts) {
		b.counts = extend(b.counts, int(kind))
	}
	b.counts[kind]++
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
	kinds := c.view.kinds
	order := make([]int, len(kinds))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compareScores(kinds[i].score(), kinds[j].score()) })
	out := make([]feedback.Tally, len(c.buckets))
	for i, b := range c.buckets {
		out[i].Group = c.name(b.group)
		if c.dated {
			out[i].Period = time.Unix(int64(b.period)*daySeconds, 0).UTC().Format(time.DateOnly)
		}
		for _, kind := range order {
			if kind < len(b.counts) && b.counts[kind] > 0 {
				out[i].Counts = append(out[i].Counts, feedback.ValueCount{Score: kinds[kind].score(), N: b.counts[kind]})
			}
		}
	}
	slices.SortFunc(out, func(a, b feedback.Tally) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Period, b.Period))
	})
	return out
}
