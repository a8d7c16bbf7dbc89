package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// facetEngine is the facet of what read a record.
const facetEngine = "engine"

// engineName is an engine as a label.
func engineName(e analyzer.Engine) string { return e.Version + " " + e.Lexicon }

// Stale gives at most limit records after a Seq, in Seq order, that another engine has read.
func (db *DB) Stale(ctx context.Context, engine analyzer.Engine, after int64, limit int) ([]feedback.Record, error) {
	var out []feedback.Record
	err := db.read(ctx, func(tx *sql.Tx) error {
		id, err := engineID(ctx, tx, engine)
		if err != nil {
			return err
		}
		return each(ctx, tx, func(row scanner) error {
			r, err := decode(row)
			out = append(out, r)
			return err
		}, selectRecords+" WHERE r.seq > ? AND r.engine <> ? ORDER BY r.seq LIMIT ?", after, id, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("store: stale records after %d: %w", after, explain(err))
	}
	return out, nil
}

// CountStale gives how many records another engine has read.
func (db *DB) CountStale(ctx context.Context, engine analyzer.Engine) (n int, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		id, err := engineID(ctx, tx, engine)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM records WHERE engine <> ?", id).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("store: count stale records: %w", explain(err))
	}
	return n, nil
}

// engineID gives the number of an engine, −1 where it has read nothing.
func engineID(ctx context.Context, tx *sql.Tx, engine analyzer.Engine) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "SELECT id FROM labels WHERE facet = ? AND value = ?", facetEngine, engineName(engine)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return id, err
}

// Reread puts new analyses in place of those of records, in one transaction, and gives how many it took; see feedback.Records.
func (db *DB) Reread(ctx context.Context, records []feedback.Record) (taken int, err error) {
	bodies := make([][]byte, len(records))
	for i := range records {
		if bodies[i], err = encodeBody(&records[i]); err != nil {
			return 0, fmt.Errorf("store: reread %s: %w", quoted(records[i].ID), err)
		}
	}
	err = db.write(ctx, len(records), func(t *tx) error {
		for i := range records {
			r := &records[i]
			old, err := t.find(r.ID)
			if err != nil {
				return err
			}
			if old == nil || old.seq != r.Seq { // deleted or changed since it was read
				continue
			}
			_, err = t.place(columns{
				row: old.row, collected: micros(*r.CollectedAt), received: old.received, revised: old.revised, changed: micros(r.ChangedAt),
				corrections: old.corrections, payload: old.payload,
			}, r, old)
			if err != nil {
				return err
			}
			if err := t.exec("UPDATE bodies SET body = ? WHERE row = ?", bodies[i], old.row); err != nil {
				return err
			}
			if err := t.putTerms(old.row, r.Analysis.Terms, true); err != nil {
				return err
			}
			taken++
		}
		return t.settle()
	})
	if err != nil {
		return 0, fmt.Errorf("store: reread %d records: %w", len(records), explain(err))
	}
	return taken, nil
}
