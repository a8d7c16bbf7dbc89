package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Erase removes the records of a customer, each with a tombstone in the changes, and the account of that id with its signals where no
// other record names it. With it goes into the truth the job to clear the files. CodeNotFound where there is neither.
func (db *DB) Erase(ctx context.Context, customer string, at time.Time, clearing feedback.Job) (e feedback.Erasure, err error) {
	fail := func(err error) (feedback.Erasure, error) {
		return feedback.Erasure{}, fmt.Errorf("store: erase a customer: %w", explain(err)) // the log must not name whom
	}
	if customer == "" { // which would mean all who have no name
		return fail(feedback.Errorf(feedback.CodeNotFound, "id", "nothing is known of this customer"))
	}
	var ids []string
	err = db.Select(ctx, feedback.Filter{Customer: []string{customer}}, func(r *feedback.Record) error {
		if r.CustomerID == customer { // not only its hash
			ids = append(ids, r.ID)
		}
		return nil
	})
	if err != nil {
		return fail(err)
	}
	err = db.write(ctx, len(ids)+1, func(t *tx) error {
		for _, id := range ids {
			old, err := t.find(id)
			if err != nil {
				return err
			}
			if old == nil {
				continue
			}
			if err := t.remove(id, old, at); err != nil {
				return err
			}
			e.Records++
		}
		if err := t.settle(); err != nil {
			return err
		}
		if e.Account, err = t.removeAccount(customer); err != nil {
			return err
		}
		if e == (feedback.Erasure{}) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "nothing is known of this customer")
		}
		return t.putJob(&clearing)
	})
	if err != nil {
		return fail(err)
	}
	return e, nil
}

// removeAccount removes an account that no record names, with its signals.
func (t *tx) removeAccount(id string) (bool, error) {
	var num, records int64
	err := t.queryRow("SELECT num, (SELECT count(*) FROM records r WHERE r.account = a.num AND r.account > 0) FROM accounts a WHERE id = ?", id).Scan(&num, &records)
	if errors.Is(err, sql.ErrNoRows) || err == nil && records > 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	delete(t.accounts, id)
	for _, table := range []string{"signals", "health_stale", "health_standings", "health_snapshots", "health_overrides"} {
		if err := t.exec("DELETE FROM "+table+" WHERE account = ?", num); err != nil {
			return false, err
		}
	}
	return true, t.exec("DELETE FROM accounts WHERE num = ?", num)
}

// Purge forgets the tombstones up to a Seq that every follower has passed, and moves the log into the file, so that of what was deleted
// by then nothing is left on disk, ids and free pages included. The last change's tombstone stays, without its id, so that no Seq is
// given out twice.
func (db *DB) Purge(ctx context.Context, seq int64) error {
	fail := func(err error) error { return fmt.Errorf("store: purge: %w", explain(err)) }
	err := db.write(ctx, 1, func(t *tx) error {
		if err := t.exec("DELETE FROM tombstones WHERE seq <= ? AND seq < ?", seq, t.seq); err != nil {
			return err
		}
		if err := t.exec("UPDATE tombstones SET id = '' WHERE seq <= ?", seq); err != nil {
			return err
		}
		if err := t.queryRow("SELECT count(*) FROM tombstones").Scan(&t.tombstones); err != nil {
			return err
		}
		return t.fold()
	})
	if err != nil {
		return fail(err)
	}
	db.view.mu.Lock()
	db.view.reset() // it holds names
	db.view.mu.Unlock()
	if err := db.enter(); err != nil {
		return fail(err)
	}
	defer db.life.RUnlock()
	return db.checkpoint(ctx)
}

// checkpoint moves the whole log into the file and empties it. Readers of older states may hold it up for a while.
func (db *DB) checkpoint(ctx context.Context) error {
	for wait := time.Millisecond; ; wait = min(2*wait, time.Second) {
		var busy, frames, moved int
		err := db.reading.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
		if err == nil && busy == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("store: purge: %w", explain(err))
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Attributes gives the names of the attributes that records have, and those of their scores, sorted.
func (db *DB) Attributes(ctx context.Context) (attributes, scores []string, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		for into, query := range map[*[]string]string{
			&attributes: "SELECT DISTINCT substr(facet, 6) FROM labels WHERE facet GLOB 'attr.*' AND uses > 0 ORDER BY 1",
			&scores:     "SELECT value FROM labels WHERE facet = 'score' ORDER BY 1",
		} {
			if err := each(ctx, tx, func(row scanner) error {
				var name string
				err := row.Scan(&name)
				*into = append(*into, name)
				return err
			}, query); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("store: attributes: %w", explain(err))
	}
	return attributes, scores, nil
}
