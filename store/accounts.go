package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// account gives the number of an account, making a stub where there is none.
func (t *tx) account(id string, at int64) (num int64, err error) {
	if num, ok := t.accounts[id]; ok {
		return num, nil
	}
	err = t.queryRow("SELECT num FROM accounts WHERE id = ?", id).Scan(&num)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.queryRow("INSERT INTO accounts (id, stub, created, changed) VALUES (?, 1, ?, ?) RETURNING num", id, at, at).Scan(&num)
	}
	if err != nil {
		return 0, err
	}
	if len(t.accounts) >= cacheSize {
		clear(t.accounts)
	}
	t.accounts[id] = num
	return num, nil
}

// PutAccount creates or replaces an account; an owner's account is never a stub. CreatedAt stays that of the first, and an account
// that is the same already answers unchanged. A zero ChangedAt means now. A stub that gets its owner answers updated.
func (db *DB) PutAccount(ctx context.Context, a feedback.Account) (feedback.Account, feedback.Status, error) {
	fail := func(err error) (feedback.Account, feedback.Status, error) {
		return feedback.Account{}, feedback.Rejected, fmt.Errorf("store: put account %s: %w", quoted(a.ID), explain(err))
	}
	if a.ID == "" {
		return fail(feedback.Errorf(feedback.CodeInvalid, "id", "an account needs an id"))
	}
	a.Stub = false
	if a.ChangedAt.IsZero() {
		a.ChangedAt = db.now()
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = a.ChangedAt
	}
	attributes, err := json.Marshal(a.Attributes)
	if err != nil {
		return fail(err)
	}
	status := feedback.Created
	var stored feedback.Account
	err = db.write(ctx, 1, func(t *tx) error {
		old, err := scanAccount(t.queryRow(selectAccounts+" WHERE id = ?", a.ID))
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case sameAccount(old, a):
			stored, status = old, feedback.Unchanged
			return nil
		default:
			status = feedback.Updated
		}
		const query = `INSERT INTO accounts (id, name, started, churned, attributes, stub, created, changed) VALUES (?, ?, ?, ?, ?, 0, ?, ?)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, started = excluded.started, churned = excluded.churned,
			attributes = excluded.attributes, stub = 0, changed = excluded.changed`
		if err := t.exec(query, a.ID, a.Name, optional(a.StartedAt), optional(a.ChurnedAt), string(attributes),
			micros(a.CreatedAt), micros(a.ChangedAt)); err != nil {
			return err
		}
		if stored, err = scanAccount(t.queryRow(selectAccounts+" WHERE id = ?", a.ID)); err != nil {
			return err
		}
		num, err := t.account(a.ID, micros(a.ChangedAt))
		t.touch(num)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return stored, status, nil
}

// sameAccount tells whether an account says what is stored already.
func sameAccount(old, a feedback.Account) bool {
	return !old.Stub && old.Name == a.Name && sameTime(old.StartedAt, a.StartedAt) && sameTime(old.ChurnedAt, a.ChurnedAt) &&
		maps.Equal(old.Attributes, a.Attributes)
}

// sameTime compares optional times at the resolution of the store.
func sameTime(a, b *time.Time) bool { return optional(a) == optional(b) }

// Account gives an account, or CodeNotFound.
func (db *DB) Account(ctx context.Context, id string) (a feedback.Account, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		a, err = scanAccount(tx.QueryRowContext(ctx, selectAccounts+" WHERE id = ?", id))
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "no account %s", quoted(id))
		}
		return err
	})
	if err != nil {
		return feedback.Account{}, fmt.Errorf("store: account %s: %w", quoted(id), explain(err))
	}
	return a, nil
}

// ListAccounts gives accounts by id (in the order of bytes) after a cursor, the last id of the page before.
func (db *DB) ListAccounts(ctx context.Context, after string, limit int) (out []feedback.Account, err error) {
	if limit < 1 {
		return nil, fmt.Errorf("store: accounts: %w", feedback.Errorf(feedback.CodeInvalid, "limit", "must be at least 1"))
	}
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			a, err := scanAccount(row)
			out = append(out, a)
			return err
		}, selectAccounts+" WHERE id > ? ORDER BY id LIMIT ?", after, limit)
	})
	if err != nil {
		return nil, fmt.Errorf("store: accounts: %w", explain(err))
	}
	return out, nil
}

const selectAccounts = "SELECT id, name, started, churned, attributes, stub, created, changed FROM accounts"

func scanAccount(row scanner) (feedback.Account, error) {
	var (
		a                feedback.Account
		started, churned sql.NullInt64
		attributes       string
		created, changed int64
	)
	if err := row.Scan(&a.ID, &a.Name, &started, &churned, &attributes, &a.Stub, &created, &changed); err != nil {
		return a, err
	}
	a.StartedAt, a.ChurnedAt = optionalMoment(started), optionalMoment(churned)
	a.CreatedAt, a.ChangedAt = moment(created), moment(changed)
	err := json.Unmarshal([]byte(attributes), &a.Attributes)
	return a, err
}
