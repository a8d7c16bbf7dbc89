package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/thau-cx/thau/feedback"
)

// What decode scans, and where it comes from.
const (
	recordColumns = `r.seq, r.collected, r.received, r.changed, r.payload, b.body,
	CASE WHEN r.corrections > 0 THEN (SELECT json_group_array(json(c.body) ORDER BY c.n) FROM corrections c WHERE c.row = r.row) END`
	fromRecords   = " FROM records r JOIN bodies b ON b.row = r.row"
	selectRecords = "SELECT " + recordColumns + fromRecords
)

// decode reads a record and what the query asks for after it. Numbers in its metadata come back as json.Number, so that none loses a digit.
func decode(row scanner, extra ...any) (feedback.Record, error) {
	var (
		r                            feedback.Record
		collected, received, changed int64
		payload, corrections         []byte
		encoded                      string
	)
	dest := append([]any{&r.Seq, &collected, &received, &changed, &payload, &encoded, &corrections}, extra...)
	if err := row.Scan(dest...); err != nil {
		return r, err
	}
	if err := decodeBody(encoded, &r); err != nil {
		return r, err
	}
	r.ReceivedAt, r.ChangedAt = moment(received), moment(changed)
	if r.CollectedAt == nil {
		t := moment(collected)
		r.CollectedAt = &t
	}
	copy(r.Payload[:], payload)
	if corrections != nil {
		if err := json.Unmarshal(corrections, &r.Corrections); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Get gives the records that exist, in the order of ids. Record.Idempotency belongs to a request and is not given back.
func (db *DB) Get(ctx context.Context, ids ...string) ([]feedback.Record, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("store: get: %w", err)
	}
	found := make(map[string]feedback.Record, len(ids))
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			r, err := decode(row)
			found[r.ID] = r
			return err
		}, selectRecords+" WHERE r.id IN (SELECT value FROM json_each(?))", string(wanted))
	})
	if err != nil {
		return nil, fmt.Errorf("store: get %d records: %w", len(ids), explain(err))
	}
	out := make([]feedback.Record, 0, len(found))
	for _, id := range ids {
		if r, ok := found[id]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// Changes gives at most limit changes after a Seq, in Seq order, each record once in its latest state.
func (db *DB) Changes(ctx context.Context, after int64, limit int) ([]feedback.Change, error) {
	if limit < 1 {
		return nil, fmt.Errorf("store: changes: %w", feedback.Errorf(feedback.CodeInvalid, "limit", "must be at least 1"))
	}
	var out []feedback.Change
	err := db.read(ctx, func(tx *sql.Tx) error {
		const window = " WHERE seq > ? ORDER BY seq LIMIT ?"
		if err := each(ctx, tx, func(row scanner) error {
			r, err := decode(row)
			out = append(out, feedback.Change{Seq: r.Seq, ID: r.ID, Record: &r})
			return err
		}, selectRecords+window, after, limit); err != nil {
			return err
		}
		return each(ctx, tx, func(row scanner) error {
			var c feedback.Change
			err := row.Scan(&c.Seq, &c.ID)
			out = append(out, c)
			return err
		}, "SELECT seq, id FROM tombstones"+window, after, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("store: changes after %d: %w", after, explain(err))
	}
	slices.SortFunc(out, func(a, b feedback.Change) int { return cmp.Compare(a.Seq, b.Seq) })
	return out[:min(limit, len(out))], nil
}

// each calls do with every row of an answer.
func each(ctx context.Context, tx *sql.Tx, do func(scanner) error, query string, args ...any) (err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Head gives the last Seq, 0 before the first change.
func (db *DB) Head(context.Context) (int64, error) {
	if err := db.enter(); err != nil {
		return 0, fmt.Errorf("store: head: %w", err)
	}
	defer db.life.RUnlock()
	return db.head.Load(), nil
}

// Count gives the number of records.
func (db *DB) Count(ctx context.Context) (n int, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM records").Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("store: count: %w", explain(err))
	}
	return n, nil
}
