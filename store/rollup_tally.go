package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// rolled is a tally that rollups answer. One that they cannot is left to the view, which knows everything and costs more.
type rolled struct {
	q        feedback.TallyQuery
	zone     *time.Location
	facet    string   // of the labels to count records with; "" means all
	values   []string // of those; nil means each, as groups
	byKind   bool     // languages are told by their kinds
	shape    int64
	from, to int32 // days; to is not included
}

// The facets that are dimensions of every count.
const (
	bySource     = "source"
	byTouchpoint = "touchpoint"
	bySentiment  = "sentiment"
	byLanguage   = "language"
)

// rolled gives the way to answer a tally by rollups, false where there is none: they know one facet of labels at a time, with sources,
// touchpoints and sentiments.
func (s rollupSettings) rolled(q feedback.TallyQuery) (r rolled, ok bool) {
	f := &q.Filter
	if len(f.Account)+len(f.Customer) > 0 || len(f.Ranges) > 1 {
		return r, false
	}
	r = rolled{q: q, zone: s.zone, shape: narrowShape, from: -farDay, to: farDay}
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
	r.byKind = q.Metric == metricRecords && (q.By == byLanguage || len(f.Language) > 0)
	for name := range f.Ranges {
		if _, _, ok := feedback.Scales(name); !ok || name != q.Metric && q.Metric != metricRecords || r.byKind {
			return r, false
		}
	}
	facets := 0
	pick := func(facet string, values []string) {
		facets++
		r.facet, r.values = facet, values
	}
	for facet, values := range map[string][]string{
		facetTopic: f.Topic, facetIntent: f.Intent, facetTag: f.Tag,
		singleFacetNames[facetChannel]: f.Channel, singleFacetNames[facetUrgency]: f.Urgency, byLanguage: f.Language,
	} {
		switch {
		case len(values) == 0 || facet == byLanguage && r.byKind:
		case len(values) > 1 && (facet == facetTopic || facet == facetIntent || facet == facetTag): // a record may have several of them
			return r, false
		default:
			pick(facet, values)
		}
	}
	for name, values := range f.Attributes {
		if len(values) == 0 {
			continue
		}
		if !slices.Contains(s.attributes, name) {
			return r, false
		}
		pick(facetAttributes+name, values)
	}
	name, declared := strings.CutPrefix(q.By, facetAttributes)
	switch {
	case q.By == "" || q.By == bySentiment || q.By == byLanguage && r.byKind:
	case q.By == bySource || q.By == byTouchpoint:
		r.shape = wideShape
	case q.By == facetTopic || slices.Contains(leanFacets, q.By) || declared && slices.Contains(s.attributes, name):
		pick(q.By, nil)
	default:
		return r, false
	}
	if len(f.Source)+len(f.Touchpoint) > 0 {
		r.shape = wideShape
	}
	return r, facets <= 1 && (r.shape == narrowShape || !slices.Contains(leanFacets, r.facet))
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
	groups     map[int64]string // what groups are called, by number
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
	if c.q.By != "" {
		if err := c.name(ctx, tx, c.q.By); err != nil {
			return false, err
		}
	}
	switch {
	case c.facet == "":
		c.labels = []int64{0}
		return true, nil
	case c.values == nil:
		for id := range c.groups {
			c.labels = append(c.labels, id)
		}
		id, err := number(label{facetNone, c.facet})
		if id != 0 {
			c.labels, c.groups[id] = append(c.labels, id), ""
		}
		return true, err
	}
	for _, value := range c.values {
		l := label{c.facet, value}
		if value == "" && slices.Contains(singleFacetNames[:], c.facet) {
			l = label{facetNone, c.facet}
		}
		id, err := number(l)
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
	scale, bounds := c.q.Metric, feedback.Range{}
	for name, r := range c.q.Filter.Ranges { // one at most: of the metric, or of what records are counted with
		scale, bounds = name, r
	}
	switch {
	case c.byKind:
		return c.resolveLanguages(ctx, tx, number)
	case scale == metricRecords:
		c.kinds[countRecords] = feedback.Score{}
		return true, nil
	case scale == metricSentiment:
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
	name, err := number(label{facetScore, scale})
	if err != nil || name == 0 {
		return false, err
	}
	err = each(ctx, tx, func(row scanner) error {
		var (
			id int64
			s  scoreFact
		)
		err := row.Scan(&id, &s.value, &s.min, &s.max, &s.effort)
		if within(s.value, bounds) {
			c.kinds[id] = s.score()
		}
		return err
	}, "SELECT id, value, low, high, effort FROM score_kinds WHERE name = ?", name)
	return len(c.kinds) > 0, err
}

// resolveLanguages finds the kinds of records in the languages that are asked for.
func (c *rolledCounter) resolveLanguages(ctx context.Context, tx *sql.Tx, number func(label) (int64, error)) (known bool, err error) {
	if len(c.q.Filter.Language) == 0 {
		c.kinds[countLanguage(0)] = feedback.Score{}
		return true, each(ctx, tx, func(row scanner) error {
			var id int64
			err := row.Scan(&id)
			c.kinds[countLanguage(id)] = feedback.Score{}
			return err
		}, "SELECT id FROM labels WHERE facet = ?", byLanguage)
	}
	for _, value := range c.q.Filter.Language {
		id, err := number(label{byLanguage, value})
		if err != nil {
			return false, err
		}
		if id != 0 || value == "" {
			c.kinds[countLanguage(id)] = feedback.Score{}
		}
	}
	return len(c.kinds) > 0, nil
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
func (c *rolledCounter) group(label, source, touchpoint, sentiment, kind int64) int64 {
	switch c.q.By {
	case "":
		return 0
	case bySource:
		return source
	case byTouchpoint:
		return touchpoint
	case bySentiment:
		return sentiment
	case byLanguage:
		if c.byKind {
			return countLanguage(kind) // which undoes itself
		}
	}
	return label
}

func (c *rolledCounter) add(group int64, period int32, kind, sentiment, n int64) {
	switch {
	case c.sentiments != nil:
		kind = sentiment
	case c.q.Metric == metricRecords:
		kind = countRecords
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

// readCounts adds what was folded: whole months from the yearly counts where those say enough, the rest from the monthly ones.
func (c *rolledCounter) readCounts(ctx context.Context, tx *sql.Tx) error {
	low, into := monthOf(c.from)
	high, _ := monthOf(c.to - 1)
	first, last := low, high // the first and last month that are asked for whole
	if into > 0 && c.from > -farDay {
		first++
	}
	if firstDay(high+1) > c.to && c.to < farDay {
		last--
	}
	if c.shape != narrowShape || c.q.Period != "" && c.q.Period != "month" || first > last {
		return c.readMonths(ctx, tx, low, high)
	}
	if low < first {
		if err := c.readMonths(ctx, tx, low, low); err != nil {
			return err
		}
	}
	if last < high {
		if err := c.readMonths(ctx, tx, high, high); err != nil {
			return err
		}
	}
	return c.readYears(ctx, tx, first, last)
}

// readMonths adds the days asked for of some months.
func (c *rolledCounter) readMonths(ctx context.Context, tx *sql.Tx, low, high int32) error {
	return c.readKeys(ctx, tx, c.shape, low, high, func(label int64, month int32, packed []byte) error {
		first := firstDay(month)
		whole := c.from <= first && firstDay(month+1) <= c.to && (c.q.Period == "" || c.q.Period == "month")
		return c.readGroups(label, packed, whole, c.periods.start(first), func(day int32) (period int32, ok bool) {
			day += first
			return c.periods.start(day), c.from <= day && day < c.to
		})
	})
}

// readYears adds whole months, from the first to the last.
func (c *rolledCounter) readYears(ctx context.Context, tx *sql.Tx, first, last int32) error {
	low, _ := yearOf(first)
	high, _ := yearOf(last)
	return c.readKeys(ctx, tx, yearShape, low, high, func(label int64, year int32, packed []byte) error {
		whole := c.q.Period == "" && first <= 12*year && 12*year+11 <= last
		return c.readGroups(label, packed, whole, 0, func(month int32) (period int32, ok bool) {
			month += 12 * year
			if month < first || month > last {
				return 0, false
			}
			return c.periods.start(firstDay(month)), true
		})
	})
}

// readKeys calls do with the counts of every label in a range of months, or years.
func (c *rolledCounter) readKeys(ctx context.Context, tx *sql.Tx, shape int64, low, high int32, do func(label int64, month int32, packed []byte) error) error {
	keys := make([]int64, len(c.labels))
	for i, id := range c.labels {
		keys[i] = rollupKey(id, shape, low)
	}
	from, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	return each(ctx, tx, func(row scanner) error {
		var (
			key    int64
			packed sql.RawBytes
		)
		if err := row.Scan(&key, &packed); err != nil {
			return err
		}
		label, _, month := splitKey(key)
		return do(label, month, packed)
	}, "SELECT r.key, r.cells FROM json_each(?) f CROSS JOIN rollups r ON r.key BETWEEN f.value AND f.value + ?", string(from), high-low)
}

// readGroups adds the groups of packed counts: whole ones to a period, the others by the period of each of their days.
func (c *rolledCounter) readGroups(label int64, packed []byte, whole bool, period int32, periodOf func(day int32) (int32, bool)) error {
	return unpackCells(packed, func(g packedGroup) error {
		kind, sentiment := int64(g.kind), int64(g.sentiment)
		if _, ok := c.kinds[kind]; !ok || !c.wants(int64(g.source), int64(g.touchpoint), sentiment) {
			return nil
		}
		group := c.group(label, int64(g.source), int64(g.touchpoint), sentiment, kind)
		if whole {
			c.add(group, period, kind, sentiment, g.total)
			return nil
		}
		return g.each(func(day int32, n int64) {
			if period, ok := periodOf(day); ok {
				c.add(group, period, kind, sentiment, n)
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
			c.addEntry(&e, wanted)
		}
		return nil
	}, "SELECT body FROM rollup_log ORDER BY n")
}

// addEntry adds one entry of the log to those of its labels that are wanted.
func (c *rolledCounter) addEntry(e *entry, wanted map[int64]bool) {
	period := c.periods.start(e.day)
	count := func(label, kind int64) {
		if _, ok := c.kinds[kind]; ok {
			c.add(c.group(label, e.source, e.touchpoint, e.sentiment, kind), period, kind, e.sentiment, e.sign)
		}
	}
	counts := func(label int64) {
		if !wanted[label] {
			return
		}
		count(label, countRecords)
		count(label, countLanguage(e.language))
		for _, kind := range e.kinds {
			count(label, kind)
		}
	}
	counts(0)
	for _, id := range e.labels {
		counts(id)
	}
	for _, id := range e.lean {
		counts(id)
	}
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
