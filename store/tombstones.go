package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// unbury takes the tombstone of an id away and gives the row it stood for, 0 where there is none.
func (t *tx) unbury(id string) (row int64, err error) {
	err = t.queryRow("DELETE FROM tombstones WHERE id = ? RETURNING row", id).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		t.tombstones--
	}
	return row, err
}

// Delete removes a record with its corrections and idempotency keys, leaves a tombstone in the changes and gives its Seq;
// CodeNotFound where there is no such record. What was deleted is overwritten in the file when the log is next moved into it, at the
// latest by Close; the id stays in the tombstone.
func (db *DB) Delete(ctx context.Context, id string, at time.Time) (seq int64, err error) {
	err = db.write(ctx, 1, func(t *tx) error {
		old, err := t.find(id)
		if err != nil {
			return err
		}
		if old == nil {
			return missing(id)
		}
		if err := t.remove(id, old, at); err != nil {
			return err
		}
		seq = t.seq
		return t.settle()
	})
	if err != nil {
		return 0, fmt.Errorf("store: delete %s: %w", quoted(id), explain(err))
	}
	return seq, nil
}

// remove removes a record and leaves a tombstone with the next seq.
func (t *tx) remove(id string, old *stored, at time.Time) error {
	for _, query := range []string{
		"DELETE FROM records WHERE row = ?",
		"DELETE FROM bodies WHERE row = ?",
		"DELETE FROM terms WHERE row = ?",
		"DELETE FROM corrections WHERE row = ?",
		"DELETE FROM idempotency WHERE row = ?",
	} {
		if err := t.exec(query, old.row); err != nil {
			return err
		}
	}
	t.touch(old.account)
	t.seq++
	t.tombstones++
	if err := t.exec("INSERT INTO tombstones (seq, row, id, at) VALUES (?, ?, ?, ?)", t.seq, old.row, id, micros(at)); err != nil {
		return err
	}
	t.count(old.facts.words, -1)
	return t.roll(-1, old.collected, &old.facts)
}

// missing is the error for a record that does not exist.
func missing(id string) error {
	return feedback.Errorf(feedback.CodeNotFound, "id", "no record %s", quoted(id))
}
