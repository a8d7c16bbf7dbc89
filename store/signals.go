package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/thau-cx/thau/feedback"
)

// PutSignals stores signals in one transaction, in order. The key is the ID, else account, name and time to the microsecond; the
// same key replaces, and what is there already answers unchanged and keeps its receipt. A zero ReceivedAt means now. A signal
// without account, name, time or a finite value is rejected as invalid. Signals have no Seq.
func (db *DB) PutSignals(ctx context.Context, signals []feedback.Signal) ([]feedback.Result, error) {
	if len(signals) == 0 {
		return nil, nil
	}
	now := db.now()
	results := make([]feedback.Result, len(signals))
	err := db.write(ctx, len(signals), func(t *tx) error {
		for i, s := range signals {
			if s.ReceivedAt.IsZero() {
				s.ReceivedAt = now
			}
			results[i] = feedback.Result{ID: s.ID}
			if results[i].Err = checkSignal(s); results[i].Err != nil {
				results[i].Status = feedback.Rejected
				continue
			}
			var err error
			if results[i].Status, err = t.signal(s); err != nil {
				return fmt.Errorf("%s of %s: %w", quoted(s.Name), quoted(s.AccountID), err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: put %d signals: %w", len(signals), explain(err))
	}
	return results, nil
}

func checkSignal(s feedback.Signal) *feedback.Error {
	switch {
	case s.AccountID == "":
		return feedback.Errorf(feedback.CodeInvalid, "account_id", "a signal needs an account")
	case s.Name == "":
		return feedback.Errorf(feedback.CodeInvalid, "name", "a signal needs a name")
	case s.At.IsZero():
		return feedback.Errorf(feedback.CodeInvalid, "at", "a signal needs a time")
	case math.IsNaN(s.Value) || math.IsInf(s.Value, 0):
		return feedback.Errorf(feedback.CodeInvalid, "value", "a signal needs a finite number")
	}
	return nil
}

// signal stores one signal and tells what became of it.
func (t *tx) signal(s feedback.Signal) (feedback.Status, error) {
	account, err := t.account(s.AccountID, micros(s.ReceivedAt))
	if err != nil {
		return "", err
	}
	query, args := "account = ? AND name = ? AND at = ? AND id = ''", []any{account, s.Name, micros(s.At)}
	if s.ID != "" {
		query, args = "id = ? AND id > ''", []any{s.ID}
	}
	var (
		oldAccount, oldAt int64
		old               feedback.Signal
	)
	err = t.queryRow("SELECT account, name, at, value, unit FROM signals WHERE "+query, args...).
		Scan(&oldAccount, &old.Name, &oldAt, &old.Value, &old.Unit)
	status := feedback.Updated
	switch {
	case errors.Is(err, sql.ErrNoRows):
		status = feedback.Created
	case err != nil:
		return "", err
	case oldAccount == account && old.Name == s.Name && oldAt == micros(s.At) && old.Value == s.Value && old.Unit == s.Unit:
		return feedback.Unchanged, nil
	default:
		if err := t.exec("DELETE FROM signals WHERE "+query, args...); err != nil {
			return "", err
		}
	}
	t.touch(account)
	return status, t.exec("INSERT INTO signals (account, name, at, id, value, unit, received) VALUES (?, ?, ?, ?, ?, ?, ?)",
		account, s.Name, micros(s.At), s.ID, s.Value, s.Unit, micros(s.ReceivedAt))
}
