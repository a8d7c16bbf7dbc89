package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// PutKey stores a new key. An id or secret that is there already is CodeIDConflict, so no key comes back once revoked. A zero
// CreatedAt means now.
func (db *DB) PutKey(ctx context.Context, k feedback.Key) error {
	fail := func(err error) error { return fmt.Errorf("store: put key %s: %w", quoted(k.ID), explain(err)) }
	switch {
	case k.ID == "":
		return fail(feedback.Errorf(feedback.CodeInvalid, "id", "a key needs an id"))
	case !slices.Contains([]string{feedback.ScopeRead, feedback.ScopeWrite, feedback.ScopeAdmin}, k.Scope):
		return fail(feedback.Errorf(feedback.CodeInvalid, "scope", "no scope %s: use read, write or admin", quoted(k.Scope)))
	case k.Hash == [32]byte{}:
		return fail(feedback.Errorf(feedback.CodeInvalid, "hash", "a key needs the hash of its secret"))
	}
	if k.CreatedAt.IsZero() {
		k.CreatedAt = db.now()
	}
	err := db.write(ctx, 1, func(t *tx) error {
		var n int
		if err := t.queryRow("SELECT count(*) FROM keys WHERE id = ? OR hash = ?", k.ID, k.Hash[:]).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return feedback.Errorf(feedback.CodeIDConflict, "id", "the key is there already")
		}
		return t.exec("INSERT INTO keys (id, name, scope, hash, created, revoked) VALUES (?, ?, ?, ?, ?, ?)",
			k.ID, k.Name, k.Scope, k.Hash[:], micros(k.CreatedAt), optional(k.RevokedAt))
	})
	if err != nil {
		return fail(err)
	}
	return nil
}

// RevokeKey ends a key; CodeNotFound where there is none. The first time counts.
func (db *DB) RevokeKey(ctx context.Context, id string, at time.Time) error {
	err := db.write(ctx, 1, func(t *tx) error {
		var key string
		err := t.queryRow("UPDATE keys SET revoked = coalesce(revoked, ?) WHERE id = ? RETURNING id", micros(at), id).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "no key %s", quoted(id))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: revoke key %s: %w", quoted(id), explain(err))
	}
	return nil
}

// ListKeys gives every key, revoked ones too, oldest first.
func (db *DB) ListKeys(ctx context.Context) (out []feedback.Key, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			k, err := scanKey(row)
			out = append(out, k)
			return err
		}, selectKeys+" ORDER BY created, id")
	})
	if err != nil {
		return nil, fmt.Errorf("store: keys: %w", explain(err))
	}
	return out, nil
}

// KeyByHash gives the key of a secret's SHA-256 that is not revoked, or CodeUnauthorized.
func (db *DB) KeyByHash(ctx context.Context, hash [32]byte) (k feedback.Key, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		k, err = scanKey(tx.QueryRowContext(ctx, selectKeys+" WHERE hash = ? AND revoked IS NULL", hash[:]))
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeUnauthorized, "", "the key is unknown or revoked")
		}
		return err
	})
	if err != nil {
		return feedback.Key{}, fmt.Errorf("store: key: %w", explain(err))
	}
	return k, nil
}

const selectKeys = "SELECT id, name, scope, hash, created, revoked FROM keys"

func scanKey(row scanner) (feedback.Key, error) {
	var (
		k       feedback.Key
		hash    []byte
		created int64
		revoked sql.NullInt64
	)
	if err := row.Scan(&k.ID, &k.Name, &k.Scope, &hash, &created, &revoked); err != nil {
		return k, err
	}
	copy(k.Hash[:], hash)
	k.CreatedAt, k.RevokedAt = moment(created), optionalMoment(revoked)
	return k, nil
}
