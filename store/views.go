package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// PutView creates or replaces a view. A zero ChangedAt means now.
func (db *DB) PutView(ctx context.Context, v feedback.View) (status feedback.Status, err error) {
	fail := func(err error) (feedback.Status, error) {
		return feedback.Rejected, fmt.Errorf("store: put view %s: %w", quoted(v.Name), explain(err))
	}
	if v.Name == "" {
		return fail(feedback.Errorf(feedback.CodeInvalid, "name", "a view needs a name"))
	}
	if v.ChangedAt.IsZero() {
		v.ChangedAt = db.now()
	}
	filter, err := json.Marshal(v.Filter)
	if err != nil {
		return fail(err)
	}
	err = db.write(ctx, 1, func(t *tx) error {
		var n int
		if err := t.queryRow("SELECT count(*) FROM views WHERE name = ?", v.Name).Scan(&n); err != nil {
			return err
		}
		status = feedback.Created
		if n > 0 {
			status = feedback.Updated
		}
		const query = `INSERT INTO views (name, filter, changed) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET filter = excluded.filter, changed = excluded.changed`
		return t.exec(query, v.Name, string(filter), micros(v.ChangedAt))
	})
	if err != nil {
		return fail(err)
	}
	return status, nil
}

// View gives a view, or CodeNotFound.
func (db *DB) View(ctx context.Context, name string) (v feedback.View, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		v, err = scanView(tx.QueryRowContext(ctx, "SELECT name, filter, changed FROM views WHERE name = ?", name))
		if errors.Is(err, sql.ErrNoRows) {
			return noView(name)
		}
		return err
	})
	if err != nil {
		return feedback.View{}, fmt.Errorf("store: view %s: %w", quoted(name), explain(err))
	}
	return v, nil
}

// ListViews gives every view, by name.
func (db *DB) ListViews(ctx context.Context) (out []feedback.View, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			v, err := scanView(row)
			out = append(out, v)
			return err
		}, "SELECT name, filter, changed FROM views ORDER BY name")
	})
	if err != nil {
		return nil, fmt.Errorf("store: views: %w", explain(err))
	}
	return out, nil
}

// DeleteView removes a view, or is CodeNotFound.
func (db *DB) DeleteView(ctx context.Context, name string) error {
	err := db.write(ctx, 1, func(t *tx) error {
		var gone string
		err := t.queryRow("DELETE FROM views WHERE name = ? RETURNING name", name).Scan(&gone)
		if errors.Is(err, sql.ErrNoRows) {
			return noView(name)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store: delete view %s: %w", quoted(name), explain(err))
	}
	return nil
}

func noView(name string) error {
	return feedback.Errorf(feedback.CodeNotFound, "view", "there is no view %s", quoted(name))
}

func scanView(row scanner) (v feedback.View, err error) {
	var (
		filter  string
		changed int64
	)
	if err := row.Scan(&v.Name, &filter, &changed); err != nil {
		return v, err
	}
	v.ChangedAt = moment(changed)
	return v, json.Unmarshal([]byte(filter), &v.Filter)
}
