package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// corrections gives those of a record, oldest first.
func (t *tx) corrections(s *stored) ([]feedback.Correction, error) {
	if s.corrections == 0 {
		return nil, nil
	}
	var b []byte
	if err := t.queryRow("SELECT json_group_array(json(body) ORDER BY n) FROM corrections WHERE row = ?", s.row).Scan(&b); err != nil {
		return nil, err
	}
	var out []feedback.Correction
	err := json.Unmarshal(b, &out)
	return out, err
}

// Correct appends a correction, which is a change of the record; CodeNotFound where there is no such record. A correction without
// a time gets that of the store's clock.
func (db *DB) Correct(ctx context.Context, id string, c feedback.Correction) (feedback.Record, error) {
	if c.At.IsZero() {
		c.At = db.now()
	}
	event, err := json.Marshal(c)
	if err != nil {
		return feedback.Record{}, fmt.Errorf("store: correct %s: %w", quoted(id), err)
	}
	var r feedback.Record
	err = db.write(ctx, 1, func(t *tx) error {
		old, err := t.find(id)
		if err != nil {
			return err
		}
		if old == nil {
			return missing(id)
		}
		if r, err = decode(t.queryRow(selectRecords+" WHERE r.row = ?", old.row)); err != nil {
			return err
		}
		r.Corrections = append(r.Corrections, c)
		r.ChangedAt = c.At
		if err := t.exec("INSERT INTO corrections (row, n, body) VALUES (?, ?, ?)", old.row, len(r.Corrections), event); err != nil {
			return err
		}
		r.Seq, err = t.place(columns{
			row: old.row, collected: micros(*r.CollectedAt), received: old.received, revised: old.revised, changed: micros(c.At),
			corrections: len(r.Corrections), payload: old.payload,
		}, &r, old)
		if err != nil {
			return err
		}
		return t.settle()
	})
	if err != nil {
		return feedback.Record{}, fmt.Errorf("store: correct %s: %w", quoted(id), explain(err))
	}
	return r, nil
}

// Corrected calls do with every record that was corrected: its tags as they were sent and its corrections, oldest first.
func (db *DB) Corrected(ctx context.Context, do func(id string, tags []string, corrections []feedback.Correction) error) error {
	const query = `SELECT r.id, b.body,
		(SELECT json_group_array(json(c.body) ORDER BY c.n) FROM corrections c WHERE c.row = r.row)
		FROM records r JOIN bodies b ON b.row = r.row WHERE r.corrections > 0 ORDER BY r.row`
	err := db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var (
				id, body string
				events   []byte
			)
			if err := row.Scan(&id, &body, &events); err != nil {
				return err
			}
			var (
				sent        feedback.Record
				corrections []feedback.Correction
			)
			if err := decodeDraft(body, &sent); err != nil {
				return err
			}
			if err := json.Unmarshal(events, &corrections); err != nil {
				return err
			}
			return do(id, sent.Tags, corrections)
		}, query)
	})
	if err != nil {
		return fmt.Errorf("store: corrected records: %w", explain(err))
	}
	return nil
}
