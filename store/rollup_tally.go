package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// rolled is a tally that rollups answer. One that they cannot is left to the view, which knows everything and costs more.
type rolled struct {
	q      feedback.TallyQuery
	zone   *time.Location
	label  label    // to count records with; the zero label means all
	values []string // of an attribute to count records with, instead of label
	by     string   // "", a dimension, or a facet of labels
	shape  int64
	from   int32 // days; to is not included
	to     int32
}

// The facets that are dimensions of every count.
const (
	bySource     = "source"
	byTouchpoint = "touchpoint"
	bySentiment  = "sentiment"
)

// rolled gives the way to answer a tally by rollups, false where there is none.
func (s rollupSettings) rolled(q feedback.TallyQuery) (r rolled, ok bool) {
	f := &q.Filter
	if len(f.Channel)+len(f.Language)+len(f.Intent)+len(f.Urgency)+len(f.Account)+len(f.Customer)+len(f.Tag)+len(f.Ranges) > 0 {
		return r, false
	}
	r = rolled{q: q, zone: s.zone, by: q.By, shape: narrowShape, from: -farDay, to: farDay}
	if q.Period != "" && (q.Zone == nil || q.Zone.String() != s.zone.String()) {
		return r, false
	}
	for _, end := range []struct {
		at  time.Time
		day *int32
	}{{f.From, &r.from}, {f.To, &r.to}} {
		if !end.at.IsZero() {
			if *end.day, ok = midnight(end.at, s.zone); !ok {
				return r, false
			}
		}
	}
	labels := 0 // what picks labels: there can be one
	if len(f.Topic) > 0 {
		if labels++; len(f.Topic) > 1 { // a record may have both
			return r, false
		}
		r.label = label{facetTopic, f.Topic[0]}
	}
	for name, values := range f.Attributes {
		if len(values) == 0 {
			continue
		}
		if labels++; !slices.Contains(s.attributes, name) {
			return r, false
		}
		r.label, r.values = label{facet: facetAttributes + name}, values
	}
	switch {
	case q.By == "" || q.By == bySentiment:
	case q.By == bySource || q.By == byTouchpoint:
		r.shape = wideShape
	case q.By == facetTopic || slices.ContainsFunc(s.attributes, func(name string) bool { return q.By == facetAttributes+name }):
		labels++
	default:
		return r, false
	}
	if len(f.Source)+len(f.Touchpoint) > 0 {
		r.shape = wideShape
	}
	return r, labels <= 1
}

// farDay lies beyond every day of the store's times.
const farDay = 1 << 27

// midnight gives the day that begins at a moment in a zone; false where none does.
func midnight(at time.Time, zone *time.Location) (day int32, ok bool) {
	days, err := newPeriods("day", zone)
	if err != nil {
		return 0, false
	}
	us := ceilMicros(at)
	day = days.of(us)
	return day, days.of(us-1) == day-1
}

// tally answers from the counts and the log.
func (r *rolled) tally(ctx context.Context, tx *sql.Tx) ([]feedback.Tally, error) {
	c := rolledCounter{rolled: r, counts: map[rolledKey]map[int64]int64{}, groups: map[int64]string{}}
	if known, err := c.resolve(ctx, tx); err != nil || !known {
		return nil, err
	}
	if err := c.readCounts(ctx, tx); err != nil {
		return nil, err
	}
	if err := c.readLog(ctx, tx); err != nil {
		return nil, err
	}
	return c.tallies(), nil
}

// rolledCounter adds up counts.
type rolledCounter struct {
	*rolled
	labels     []int64          // to read the counts of
	groups     map[int64]string // what groups are called, by number; where By is a facet of labels, those
	dimensions [3]map[int64]bool
	kinds      map[int64]feedback.Score
	sentiments map[int64]feedback.Score // where the metric is sentiment, instead of kinds
	periods    *periods
	counts     map[rolledKey]map[int64]int64 // by kind, or by sentiment
	lastKey    rolledKey                     // what was counted last, for days of one period come together
	last       map[int64]int64
}

// rolledKey is a group and period.
type rolledKey struct {
	group  int64
	period int32
}

// resolve finds the numbers of everything that the tally names; false where something has none, so that nothing can match.
func (c *rolledCounter) resolve(ctx context.Context, tx *sql.Tx) (known bool, err error) {
	number := func(l label) (id int64, err error) {
		err = tx.QueryRowContext(ctx, "SELECT id FROM labels WHERE facet = ? AND value = ?", l.facet, l.value).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, nil
		}
		return id, err
	}
	for i, d := range []struct {
		facet  string
		values []string
	}{{bySource, c.q.Filter.Source}, {byTouchpoint, c.q.Filter.Touchpoint}, {bySentiment, c.q.Filter.Sentiment}} {
		if len(d.values) == 0 {
			continue
		}
		c.dimensions[i] = map[int64]bool{}
		for _, value := range d.values {
			id, err := number(label{d.facet, value})
			if err != nil {
				return false, err
			}
			if id != 0 || value == "" {
				c.dimensions[i][id] = true
			}
		}
	}
	if c.periods, err = newPeriods(c.q.Period, c.zone); err != nil {
		return false, err
	}
	if known, err := c.resolveMetric(ctx, tx, number); err != nil || !known {
		return false, err
	}
	values := c.values
	switch c.by {
	case "":
	case bySource, byTouchpoint, bySentiment:
		if err := c.name(ctx, tx, c.by); err != nil {
			return false, err
		}
	default:
		if err := c.name(ctx, tx, c.by); err != nil {
			return false, err
		}
		for id := range c.groups {
			c.labels = append(c.labels, id)
		}
		id, err := number(label{facetNone, c.by})
		if err != nil {
			return false, err
		}
		if id != 0 {
			c.labels, c.groups[id] = append(c.labels, id), ""
		}
		return true, nil
	}
	switch {
	case c.label.facet == "":
		c.labels = []int64{0}
		return true, nil
	case values == nil:
		values = []string{c.label.value}
	}
	for _, value := range values {
		id, err := number(label{c.label.facet, value})
		if err != nil {
			return false, err
		}
		if id != 0 && !slices.Contains(c.labels, id) {
			c.labels = append(c.labels, id)
		}
	}
	return len(c.labels) > 0, nil
}

// name reads what the values of a facet are called.
func (c *rolledCounter) name(ctx context.Context, tx *sql.Tx, facet string) error {
	return each(ctx, tx, func(row scanner) error {
		var (
			id    int64
			value string
		)
		err := row.Scan(&id, &value)
		c.groups[id] = value
		return err
	}, "SELECT id, value FROM labels WHERE facet = ?", facet)
}

// resolveMetric finds the kinds that the metric counts.
func (c *rolledCounter) resolveMetric(ctx context.Context, tx *sql.Tx, number func(label) (int64, error)) (known bool, err error) {
	c.kinds = map[int64]feedback.Score{}
	switch c.q.Metric {
	case metricRecords:
		c.kinds[countRecords] = feedback.Score{}
		return true, nil
	case metricSentiment:
		c.kinds[countWritten] = feedback.Score{}
		c.sentiments = map[int64]feedback.Score{}
		for value, name := range map[float64]string{-1: analyzer.Negative, 0: analyzer.Neutral, 1: analyzer.Positive} {
			id, err := number(label{bySentiment, name})
			if err != nil {
				return false, err
			}
			if id != 0 {
				c.sentiments[id] = feedback.Score{Value: value, Min: -1, Max: 1}
			}
		}
		return len(c.sentiments) > 0, nil
	}
	name, err := number(label{facetScore, c.q.Metric})
	if err != nil || name == 0 {
		return false, err
	}
	err = each(ctx, tx, func(row scanner) error {
		var (
			id int64
			s  scoreFact
		)
		err := row.Scan(&id, &s.value, &s.min, &s.max, &s.effort)
		c.kinds[id] = s.score()
		return err
	}, "SELECT id, value, low, high, effort FROM score_kinds WHERE name = ?", name)
	return len(c.kinds) > 0, err
}

// wants tells whether the filter means what a count is of.
func (c *rolledCounter) wants(source, touchpoint, sentiment int64) bool {
	for i, id := range [3]int64{source, touchpoint, sentiment} {
		if c.dimensions[i] != nil && !c.dimensions[i][id] {
			return false
		}
	}
	if c.sentiments != nil {
		if _, ok := c.sentiments[sentiment]; !ok {
			return false
		}
	}
	return true
}

// group gives the group of a count.
func (c *rolledCounter) group(label, source, touchpoint, sentiment int64) int64 {
	switch c.by {
	case "":
		return 0
	case bySource:
		return source
	case byTouchpoint:
		return touchpoint
	case bySentiment:
		return sentiment
	}
	return label
}

func (c *rolledCounter) add(group int64, period int32, kind, sentiment, n int64) {
	if c.sentiments != nil {
		kind = sentiment
	}
	if key := (rolledKey{group, period}); c.last == nil || key != c.lastKey {
		if c.last = c.counts[key]; c.last == nil {
			c.last = map[int64]int64{}
			c.counts[key] = c.last
		}
		c.lastKey = key
	}
	c.last[kind] += n
}

// readCounts adds what was folded.
func (c *rolledCounter) readCounts(ctx context.Context, tx *sql.Tx) error {
	low, _ := monthOf(c.from)
	high, _ := monthOf(c.to)
	for _, label := range c.labels {
		if err := each(ctx, tx, func(row scanner) error {
			var (
				key    int64
				packed sql.RawBytes
			)
			if err := row.Scan(&key, &packed); err != nil {
				return err
			}
			return c.readMonth(label, int32(key&(1<<monthBits-1)-1<<(monthBits-1)), packed)
		}, "SELECT key, cells FROM rollups WHERE key BETWEEN ? AND ?", rollupKey(label, c.shape, low), rollupKey(label, c.shape, high)); err != nil {
			return err
		}
	}
	return nil
}

// readMonth adds the counts of a label in a month.
func (c *rolledCounter) readMonth(label int64, month int32, packed []byte) error {
	first := firstDay(month)
	whole := c.from <= first && int64(firstDay(month+1)) <= int64(c.to) && (c.q.Period == "" || c.q.Period == "month")
	return unpackCells(packed, func(g cellGroup) error {
		if _, ok := c.kinds[int64(g.kind)]; !ok || !c.wants(int64(g.source), int64(g.touchpoint), int64(g.sentiment)) {
			return nil
		}
		group := c.group(label, int64(g.source), int64(g.touchpoint), int64(g.sentiment))
		if whole {
			c.add(group, c.periods.start(first), int64(g.kind), int64(g.sentiment), g.total)
			return nil
		}
		return g.each(func(day int32, n int64) {
			if day += first; c.from <= day && day < c.to {
				c.add(group, c.periods.start(day), int64(g.kind), int64(g.sentiment), n)
			}
		})
	})
}

// readLog adds what was not folded yet.
func (c *rolledCounter) readLog(ctx context.Context, tx *sql.Tx) error {
	wanted := make(map[int64]bool, len(c.labels))
	for _, id := range c.labels {
		wanted[id] = true
	}
	var e entry
	return each(ctx, tx, func(row scanner) error {
		var log sql.RawBytes
		if err := row.Scan(&log); err != nil {
			return err
		}
		for len(log) > 0 {
			rest, err := e.unpack(log)
			if err != nil {
				return err
			}
			log = rest
			if e.day < c.from || e.day >= c.to || !c.wants(e.source, e.touchpoint, e.sentiment) {
				continue
			}
			period := c.periods.start(e.day)
			count := func(label int64) {
				group := c.group(label, e.source, e.touchpoint, e.sentiment)
				if _, ok := c.kinds[countRecords]; ok {
					c.add(group, period, countRecords, e.sentiment, e.sign)
				}
				for _, kind := range e.kinds {
					if _, ok := c.kinds[kind]; ok {
						c.add(group, period, kind, e.sentiment, e.sign)
					}
				}
			}
			if wanted[0] {
				count(0)
			}
			for _, id := range e.labels {
				if wanted[id] {
					count(id)
				}
			}
		}
		return nil
	}, "SELECT body FROM rollup_log ORDER BY n")
}

// tallies gives the counts as Tally does.
func (c *rolledCounter) tallies() []feedback.Tally {
	scores := c.kinds
	if c.sentiments != nil {
		scores = c.sentiments
	}
	out := make([]feedback.Tally, 0, len(c.counts))
	for key, counts := range c.counts {
		t := feedback.Tally{Group: c.groups[key.group]}
		if c.q.Period != "" {
			t.Period = time.Unix(int64(key.period)*daySeconds, 0).UTC().Format(time.DateOnly)
		}
		for kind, n := range counts {
			if n > 0 {
				t.Counts = append(t.Counts, feedback.ValueCount{Score: scores[kind], N: int(n)})
			}
		}
		if len(t.Counts) == 0 {
			continue
		}
		slices.SortFunc(t.Counts, func(a, b feedback.ValueCount) int { return compareScores(a.Score, b.Score) })
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b feedback.Tally) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Period, b.Period))
	})
	return out
}

// compareScores orders values, and equal ones by scale.
func compareScores(a, b feedback.Score) int {
	return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Min, b.Min), cmp.Compare(a.Max, b.Max), cmp.Compare(a.HighIs, b.HighIs))
}
