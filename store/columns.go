package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// maxSets is how many sets one bit each of a byte can tell.
const maxSets = 8

// Columns gives the records that a filter means as columns. A voice is the customer's, else the account's, else the record's own.
func (db *DB) Columns(ctx context.Context, q feedback.ColumnsQuery) (out *feedback.Columns, err error) {
	fail := func(err error) (*feedback.Columns, error) { return nil, fmt.Errorf("store: columns: %w", explain(err)) }
	if len(q.Sets) > maxSets {
		return fail(feedback.Errorf(feedback.CodeInvalid, "", "at most %d sets can be told apart", maxSets))
	}
	if _, _, ok := feedback.Scales(q.Metric); !ok && q.Metric != "" {
		return fail(feedback.Errorf(feedback.CodeInvalid, "metric", "no such metric: use nps, csat, csat:<aspect>, ces or rating"))
	}
	for _, name := range q.Single {
		if _, single, ok := facetName(name); !ok || single < 0 && !strings.HasPrefix(name, facetAttributes) {
			return fail(feedback.Errorf(feedback.CodeInvalid, "adjust", "no facet %s with one value: use source, channel, language, sentiment, urgency, touchpoint or attr.<name>", quoted(name)))
		}
	}
	facet, single := "", -1
	if q.Facet != "" {
		var ok bool
		if facet, single, ok = facetName(q.Facet); !ok {
			return fail(feedback.Errorf(feedback.CodeInvalid, "by", "no facet %s", quoted(q.Facet)))
		}
	}
	days, err := newPeriods("day", q.Zone)
	if err != nil {
		return fail(err)
	}
	if err := db.enter(); err != nil {
		return fail(err)
	}
	db.life.RUnlock()
	err = db.withViewAnd(ctx, q.Terms, func(v *view) error {
		c := columnReader{view: v, query: q, facet: v.facets[facet], single: single, days: days}
		out, err = c.read(ctx)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return out, nil
}

// RecordsAt gives the records that Columns named, by row, without those that are gone.
func (db *DB) RecordsAt(ctx context.Context, rows ...int64) (map[int64]feedback.Record, error) {
	wanted, err := json.Marshal(rows)
	if err != nil {
		return nil, fmt.Errorf("store: %d records: %w", len(rows), err)
	}
	found := make(map[int64]feedback.Record, len(rows))
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var number int64
			r, err := decode(row, &number)
			found[number] = r
			return err
		}, "SELECT "+recordColumns+", r.row"+fromRecords+" WHERE r.row IN (SELECT value FROM json_each(?))", string(wanted))
	})
	if err != nil {
		return nil, fmt.Errorf("store: %d records: %w", len(rows), explain(err))
	}
	return found, nil
}

// ScoreNames gives the name of every score that was ever given, sorted.
func (db *DB) ScoreNames(ctx context.Context) (names []string, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var name string
			err := row.Scan(&name)
			names = append(names, name)
			return err
		}, "SELECT value FROM labels WHERE facet = ? ORDER BY value", facetScore)
	})
	if err != nil {
		return nil, fmt.Errorf("store: score names: %w", explain(err))
	}
	return names, nil
}

// columnReader lays the records of a filter out.
type columnReader struct {
	view   *view
	query  feedback.ColumnsQuery
	facet  int32
	single int
	days   *periods
	names  map[int32]int32 // label → place in Names
	kinds  map[int32]int32 // kind → place in Kinds
	out    *feedback.Columns
}

func (c *columnReader) read(ctx context.Context) (*feedback.Columns, error) {
	v := c.view
	c.out = &feedback.Columns{}
	c.names, c.kinds = map[int32]int32{}, map[int32]int32{}
	f, err := v.filter(c.query.Filter)
	if err != nil || f.none {
		return c.out, err
	}
	sets := make([]filter, len(c.query.Sets))
	for i := range sets {
		if sets[i], err = v.filter(c.query.Sets[i]); err != nil {
			return nil, err
		}
	}
	for row := range v.rows {
		if row%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if f.match(v, &v.rows[row]) {
			c.out.Rows = append(c.out.Rows, int64(row))
		}
	}
	slices.SortStableFunc(c.out.Rows, func(a, b int64) int { return cmp.Compare(v.rows[a].collected, v.rows[b].collected) })
	n := len(c.out.Rows)
	c.out.Days, c.out.Voices = make([]int32, n), make([]uint64, n)
	c.out.Sets, c.out.Sentiments = make([]uint8, n), make([]int8, n)
	sentimentOf := v.metric(metricSentiment)
	for i, row := range c.out.Rows {
		r := &v.rows[row]
		c.out.Days[i], c.out.Voices[i] = c.days.of(r.collected), voice(r, row)
		for k := range sets {
			if !sets[k].none && sets[k].match(v, r) {
				c.out.Sets[i] |= 1 << k
			}
		}
		c.out.Sentiments[i] = feedback.NoSentiment
		if kind, ok := sentimentOf(r); ok {
			c.out.Sentiments[i] = int8(kind) - kindNeutral
		}
	}
	c.scores()
	c.labels()
	for _, name := range c.query.Single {
		c.singles(name)
	}
	c.terms()
	return c.out, nil
}

// voice tells who speaks in a record. The three kinds of numbers do not meet: those of customers are odd.
func voice(r *fact, row int64) uint64 {
	switch {
	case r.customer != 0:
		return r.customer
	case r.account > 0:
		return uint64(r.account) << 1
	}
	return 1<<63 | uint64(row)<<1
}

func (c *columnReader) scores() {
	if c.query.Metric == "" {
		return
	}
	c.out.Scores = make([]int32, len(c.out.Rows))
	kindOf := c.view.metric(c.query.Metric)
	for i, row := range c.out.Rows {
		c.out.Scores[i] = -1
		kind, ok := kindOf(&c.view.rows[row])
		if !ok {
			continue
		}
		at, known := c.kinds[kind]
		if !known {
			at = int32(len(c.out.Kinds))
			c.kinds[kind], c.out.Kinds = at, append(c.out.Kinds, c.view.kinds[kind].score())
		}
		c.out.Scores[i] = at
	}
}

func (c *columnReader) labels() {
	if c.query.Facet == "" {
		return
	}
	v := c.view
	c.out.LabelEnds = make([]uint32, len(c.out.Rows))
	add := func(id int32) {
		at, known := c.names[id]
		if !known {
			at = int32(len(c.out.Names))
			c.names[id], c.out.Names = at, append(c.out.Names, v.labels[id].value)
		}
		c.out.Labels = append(c.out.Labels, at)
	}
	for i, row := range c.out.Rows {
		r := &v.rows[row]
		if c.single >= 0 {
			if id := r.single[c.single]; id != 0 {
				add(id)
			}
		} else {
			for _, id := range v.labelsOf(r) {
				if v.facetOf[id] == c.facet && c.facet != 0 {
					add(id)
				}
			}
		}
		c.out.LabelEnds[i] = uint32(len(c.out.Labels))
	}
	c.sortLabels()
}

// singles adds the value of a facet that has one.
func (c *columnReader) singles(name string) {
	v := c.view
	_, single, _ := facetName(name)
	facet, known := v.facets[name]
	places, names := map[int32]int32{}, []string{}
	column := make([]int32, len(c.out.Rows))
	for i, row := range c.out.Rows {
		r, id := &v.rows[row], int32(0)
		if single >= 0 {
			id = r.single[single]
		} else if known {
			at := slices.IndexFunc(v.labelsOf(r), func(id int32) bool { return v.facetOf[id] == facet })
			if at >= 0 {
				id = v.labelsOf(r)[at]
			}
		}
		if id == 0 {
			column[i] = -1
			continue
		}
		at, met := places[id]
		if !met {
			at = int32(len(names))
			places[id], names = at, append(names, v.labels[id].value)
		}
		column[i] = at
	}
	c.out.Singles, c.out.SingleNames = append(c.out.Singles, column), append(c.out.SingleNames, names)
}

// sortLabels numbers the labels by their names, so that nothing depends on the order in which they were first met.
func (c *columnReader) sortLabels() {
	names := slices.Sorted(slices.Values(c.out.Names))
	places := make([]int32, len(names))
	for i, name := range c.out.Names {
		at, _ := slices.BinarySearch(names, name)
		places[i] = int32(at)
	}
	for i, l := range c.out.Labels {
		c.out.Labels[i] = places[l]
	}
	c.out.Names = names
	for i := range c.out.Rows {
		slices.Sort(c.out.LabelsOf(i))
	}
}

func (c *columnReader) terms() {
	if !c.query.Terms {
		return
	}
	c.out.TermEnds, c.out.Sketches = make([]uint32, len(c.out.Rows)), make([][analyzer.SketchSize]uint16, len(c.out.Rows))
	total := 0
	for _, row := range c.out.Rows {
		keys, _ := c.view.terms.of(row)
		total += len(keys)
	}
	c.out.Terms = make([]uint32, 0, total)
	for i, row := range c.out.Rows {
		keys, sketch := c.view.terms.of(row)
		c.out.Terms, c.out.Sketches[i] = append(c.out.Terms, keys...), sketch
		c.out.TermEnds[i] = uint32(len(c.out.Terms))
	}
}
