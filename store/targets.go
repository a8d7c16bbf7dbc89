package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// PutTarget stores a target, in place of the one with its id.
func (db *DB) PutTarget(ctx context.Context, target feedback.Target) error {
	body, err := json.Marshal(target)
	if err == nil {
		err = db.write(ctx, 1, func(t *tx) error {
			return t.exec("REPLACE INTO targets (id, body) VALUES (?, ?)", target.ID, string(body))
		})
	}
	if err != nil {
		return fmt.Errorf("store: put target %s: %w", quoted(target.ID), explain(err))
	}
	return nil
}

// DeleteTarget removes a target, or CodeNotFound.
func (db *DB) DeleteTarget(ctx context.Context, id string) error {
	err := db.write(ctx, 1, func(t *tx) error {
		var gone string
		err := t.queryRow("DELETE FROM targets WHERE id = ? RETURNING id", id).Scan(&gone)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "no target %s", quoted(id))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: delete target %s: %w", quoted(id), explain(err))
	}
	return nil
}

// Targets gives every target by id.
func (db *DB) Targets(ctx context.Context) (out []feedback.Target, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var body []byte
			if err := row.Scan(&body); err != nil {
				return err
			}
			out = append(out, feedback.Target{})
			return json.Unmarshal(body, &out[len(out)-1])
		}, "SELECT body FROM targets ORDER BY id")
	})
	if err != nil {
		return nil, fmt.Errorf("store: targets: %w", explain(err))
	}
	return out, nil
}
