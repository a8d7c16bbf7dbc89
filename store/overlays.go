package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// PutOverlay stores an overlay as the next version of its name and gives it with its id; one with the same hash is given as it
// is there, with the last verdict of the gate.
func (db *DB) PutOverlay(ctx context.Context, o feedback.Overlay, packed []byte) (out feedback.Overlay, created bool, err error) {
	if o.Name == "" || o.Hash == "" || len(packed) == 0 {
		return o, false, fmt.Errorf("store: put overlay: %w", feedback.Errorf(feedback.CodeInvalid, "", "an overlay needs a name, a hash and content"))
	}
	err = db.write(ctx, 1, func(t *tx) error {
		out, created = o, false
		var facts []byte
		err := t.queryRow("SELECT facts FROM overlays WHERE hash = ?", o.Hash).Scan(&facts)
		if err == nil {
			out = feedback.Overlay{}
			if err := json.Unmarshal(facts, &out); err != nil || out.Accepted == o.Accepted && out.Reason == o.Reason {
				return err
			}
			// The same overlay with another model card: the last verdict holds.
			out.Accepted, out.Reason, out.Bytes = o.Accepted, o.Reason, o.Bytes
			if facts, err = json.Marshal(out); err != nil {
				return err
			}
			return t.exec("UPDATE overlays SET facts = ?, packed = ? WHERE hash = ?", string(facts), packed, o.Hash)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := t.queryRow("SELECT coalesce(max(version), 0) + 1 FROM overlays WHERE name = ?", o.Name).Scan(&out.Version); err != nil {
			return err
		}
		out.ID, created = fmt.Sprintf("%s@%d", o.Name, out.Version), true
		if facts, err = json.Marshal(out); err != nil {
			return err
		}
		return t.exec("INSERT INTO overlays (id, name, version, hash, facts, packed) VALUES (?, ?, ?, ?, ?, ?)", out.ID, out.Name, out.Version, out.Hash, string(facts), packed)
	})
	if err != nil {
		return feedback.Overlay{}, false, fmt.Errorf("store: put overlay %s: %w", quoted(o.Name), explain(err))
	}
	return out, created, nil
}

// ListOverlays gives every overlay, by name and version.
func (db *DB) ListOverlays(ctx context.Context) (out []feedback.Overlay, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var facts []byte
			if err := row.Scan(&facts); err != nil {
				return err
			}
			var o feedback.Overlay
			err := json.Unmarshal(facts, &o)
			out = append(out, o)
			return err
		}, "SELECT facts FROM overlays ORDER BY name, version")
	})
	if err != nil {
		return nil, fmt.Errorf("store: list overlays: %w", explain(err))
	}
	return out, nil
}

// PackedOverlay gives an overlay as it was packed, or CodeNotFound.
func (db *DB) PackedOverlay(ctx context.Context, id string) (o feedback.Overlay, packed []byte, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		var facts []byte
		err := tx.QueryRowContext(ctx, "SELECT facts, packed FROM overlays WHERE id = ?", id).Scan(&facts, &packed)
		if errors.Is(err, sql.ErrNoRows) {
			return feedback.Errorf(feedback.CodeNotFound, "id", "there is no overlay %s", quoted(id))
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(facts, &o)
	})
	if err != nil {
		return o, nil, fmt.Errorf("store: overlay %s: %w", quoted(id), explain(err))
	}
	return o, packed, nil
}

// Activation gives the activation of a version, or the last one for a version below 1; the zero Activation where there was none yet.
func (db *DB) Activation(ctx context.Context, version int) (a feedback.Activation, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		query, args := "SELECT version, parent, overlays, action, author, at FROM activations ORDER BY version DESC LIMIT 1", []any(nil)
		if version > 0 {
			query, args = "SELECT version, parent, overlays, action, author, at FROM activations WHERE version = ?", []any{version}
		}
		var (
			overlays []byte
			at       int64
		)
		err := tx.QueryRowContext(ctx, query, args...).Scan(&a.Version, &a.Parent, &overlays, &a.Action, &a.By, &at)
		if errors.Is(err, sql.ErrNoRows) {
			a = feedback.Activation{}
			return nil
		}
		if err != nil {
			return err
		}
		a.At = moment(at)
		return json.Unmarshal(overlays, &a.Overlays)
	})
	if err != nil {
		return a, fmt.Errorf("store: activation: %w", explain(err))
	}
	return a, nil
}

// Activate puts overlays in force; see feedback.Overlays.
func (db *DB) Activate(ctx context.Context, a feedback.Activation, after int) (out feedback.Activation, err error) {
	overlays, err := json.Marshal(append([]string{}, a.Overlays...))
	if err != nil {
		return a, fmt.Errorf("store: activate: %w", err)
	}
	err = db.write(ctx, 1, func(t *tx) error {
		out = a
		var last int
		if err := t.queryRow("SELECT coalesce(max(version), 0) FROM activations").Scan(&last); err != nil {
			return err
		}
		if last != after {
			return feedback.Errorf(feedback.CodeUnavailable, "", "other overlays were put in force meanwhile: look at them and try again")
		}
		out.Version = last + 1
		return t.exec("INSERT INTO activations (version, parent, overlays, action, author, at) VALUES (?, ?, ?, ?, ?, ?)",
			out.Version, a.Parent, string(overlays), a.Action, a.By, micros(a.At))
	})
	if err != nil {
		return feedback.Activation{}, fmt.Errorf("store: activate: %w", explain(err))
	}
	return out, nil
}
