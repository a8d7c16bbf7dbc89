package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// TaggingRules gives the tagging rules in force, which are the last ones stored, with their version, or CodeNotFound where none were set.
func (db *DB) TaggingRules(ctx context.Context) (text string, version int, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT text, version FROM tagging_rules ORDER BY version DESC LIMIT 1").Scan(&text, &version)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "", "no tagging rules were set")
		}
		return err
	})
	if err != nil {
		return "", 0, fmt.Errorf("store: tagging rules: %w", explain(err))
	}
	return text, version, nil
}

// PutTaggingRules stores tagging rules as a new version and gives its number, counted from 1. Earlier versions are kept.
func (db *DB) PutTaggingRules(ctx context.Context, text, by string, at time.Time) (version int, err error) {
	err = db.write(ctx, 1, func(t *tx) error {
		return t.queryRow("INSERT INTO tagging_rules (text, author, at) VALUES (?, ?, ?) RETURNING version", text, by, micros(at)).Scan(&version)
	})
	if err != nil {
		return 0, fmt.Errorf("store: put tagging rules: %w", explain(err))
	}
	return version, nil
}
