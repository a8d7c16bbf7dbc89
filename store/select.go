package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// selectBatch is how many records Select reads at a time.
const selectBatch = 500

// Select calls do with each record that a filter means, in the order of their first receipt, and ends with do's first error. Which
// records those are is settled at the beginning; one that is changed meanwhile is given as it is when its turn comes, and one that is
// deleted is left out. Nothing waits for do, however long it takes.
func (db *DB) Select(ctx context.Context, f feedback.Filter, do func(*feedback.Record) error) error {
	fail := func(err error) error { return fmt.Errorf("store: select: %w", explain(err)) }
	rows, err := db.rowsOf(ctx, f)
	if err != nil {
		return fail(err)
	}
	for len(rows) > 0 {
		n := min(selectBatch, len(rows))
		records, err := db.load(ctx, rows[:n])
		if err != nil {
			return fail(err)
		}
		for i := range records {
			if err := do(&records[i]); err != nil {
				return err
			}
		}
		rows = rows[n:]
	}
	return nil
}

// rowsOf gives the rows of the records that a filter means, ascending.
func (db *DB) rowsOf(ctx context.Context, q feedback.Filter) (rows []int64, err error) {
	if err := db.enter(); err != nil {
		return nil, err
	}
	db.life.RUnlock()
	err = db.withView(ctx, func(v *view) error {
		f, err := v.filter(q)
		if err != nil || f.none {
			return err
		}
		for row := range v.rows {
			if row%(1<<16) == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if f.match(v, &v.rows[row]) {
				rows = append(rows, int64(row))
			}
		}
		return nil
	})
	return rows, err
}

// load gives the records of rows, ascending, without those that are gone.
func (db *DB) load(ctx context.Context, rows []int64) ([]feedback.Record, error) {
	wanted, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	out := make([]feedback.Record, 0, len(rows))
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			r, err := decode(row)
			out = append(out, r)
			return err
		}, selectRecords+" WHERE r.row IN (SELECT value FROM json_each(?)) ORDER BY r.row", string(wanted))
	})
	return out, err
}
