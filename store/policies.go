package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Policy gives the health policy in force, which is the last one stored, or CodeNotFound where none was set.
func (db *DB) Policy(ctx context.Context) (yaml []byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT yaml FROM policies ORDER BY version DESC LIMIT 1").Scan(&yaml)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "", "no health policy was set")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: policy: %w", explain(err))
	}
	return yaml, nil
}

// PutPolicy stores a health policy as a new version and gives its number, counted from 1. Earlier versions are kept.
func (db *DB) PutPolicy(ctx context.Context, yaml []byte, by string, at time.Time) (version int, err error) {
	if len(yaml) == 0 {
		return 0, fmt.Errorf("store: put policy: %w", feedback.Errorf(feedback.CodeInvalid, "", "the policy is empty"))
	}
	err = db.write(ctx, 1, func(t *tx) error {
		return t.queryRow("INSERT INTO policies (yaml, author, at) VALUES (?, ?, ?) RETURNING version", yaml, by, micros(at)).Scan(&version)
	})
	if err != nil {
		return 0, fmt.Errorf("store: put policy: %w", explain(err))
	}
	return version, nil
}
