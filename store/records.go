package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// submission is a record on its way in, made ready by the caller's goroutine so that the writer has little left to do.
type submission struct {
	record   feedback.Record
	body     []byte
	rejected *feedback.Error
}

// Put stores records in one transaction, in order, and answers each; see feedback.Records. Beyond that:
//   - A record without a CollectedAt, or with its own ReceivedAt there, has a defaulted one, which is the first receipt.
//   - The zero Payload is no payload: a record with it is never taken for one that is there already.
//   - A repeated Idempotency-Key with its payload answers unchanged, whatever became of the record since; deleting the record
//     forgets the key.
//   - A record that cannot be kept (no id, a score without a scale, metadata that is no JSON) is rejected as invalid.
func (db *DB) Put(ctx context.Context, records []feedback.Record) ([]feedback.Result, error) {
	if len(records) == 0 {
		return nil, nil
	}
	submissions := make([]submission, len(records))
	now := db.now()
	for i := range records {
		submissions[i] = prepare(records[i], now)
	}
	results := make([]feedback.Result, len(records))
	err := db.write(ctx, len(records), func(t *tx) error {
		for i := range submissions {
			var err error
			if results[i], err = t.put(&submissions[i]); err != nil {
				return fmt.Errorf("put %s: %w", quoted(records[i].ID), err)
			}
		}
		return t.settle()
	})
	if err != nil {
		return nil, fmt.Errorf("store: put %d records: %w", len(records), explain(err))
	}
	return results, nil
}

// prepare checks a record and encodes its body.
func prepare(r feedback.Record, now time.Time) submission {
	if r.ReceivedAt.IsZero() {
		r.ReceivedAt = now
	}
	if r.ChangedAt.IsZero() {
		r.ChangedAt = r.ReceivedAt
	}
	if r.CollectedAt != nil && r.CollectedAt.Equal(r.ReceivedAt) {
		r.CollectedAt = nil
	}
	s := submission{record: r}
	if s.rejected = check(&r); s.rejected != nil {
		return s
	}
	var err error
	if s.body, err = encodeBody(&r); err != nil {
		s.rejected = feedback.Errorf(feedback.CodeInvalid, "", "the record cannot be encoded: %v", err)
	}
	return s
}

// check finds what would make the truth unreadable. What a draft may say is for feedback.Draft to check.
func check(r *feedback.Record) *feedback.Error {
	if r.ID == "" {
		return feedback.Errorf(feedback.CodeInvalid, "id", "a record needs an id")
	}
	for name, s := range r.Scores {
		if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) || !(s.Max > s.Min) || math.IsInf(s.Max-s.Min, 0) {
			return feedback.Errorf(feedback.CodeInvalid, "scores."+name, "a score needs a number and a scale")
		}
	}
	return nil
}

// stored is what the writer knows of a record that exists.
type stored struct {
	row, seq, account, collected, received, revised int64
	updated                                         sql.NullInt64
	corrections                                     int
	payload                                         []byte
	facts                                           recordFacts
}

// find gives the record of an id, or nil.
func (t *tx) find(id string) (*stored, error) {
	const query = `SELECT row, seq, account, collected, received, revised, updated, corrections, payload, facts FROM records WHERE id = ?`
	var (
		s     stored
		facts []byte
	)
	err := t.queryRow(query, id).Scan(&s.row, &s.seq, &s.account, &s.collected, &s.received, &s.revised, &s.updated, &s.corrections, &s.payload, &facts)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &s, s.facts.unpack(facts)
}

// put answers one submission.
func (t *tx) put(s *submission) (feedback.Result, error) {
	r := &s.record
	reject := func(e *feedback.Error) (feedback.Result, error) {
		return feedback.Result{ID: r.ID, Status: feedback.Rejected, Err: e}, nil
	}
	if s.rejected != nil {
		return reject(s.rejected)
	}
	if r.Idempotency != "" {
		known, err := t.replay(r)
		if err != nil {
			return feedback.Result{}, err
		}
		if known != nil {
			return *known, nil
		}
	}
	old, err := t.find(r.ID)
	if err != nil {
		return feedback.Result{}, err
	}
	result := feedback.Result{ID: r.ID, Status: feedback.Created}
	row := int64(0)
	if old != nil {
		same, err := t.sameSource(old, r.Source)
		if err != nil {
			return feedback.Result{}, err
		}
		if !same {
			return reject(feedback.Errorf(feedback.CodeIDConflict, "id", "the id belongs to a record of another source than %s", quoted(r.Source)))
		}
		result.Status, result.Seq, row = feedback.Updated, old.seq, old.row
		if r.Payload != [32]byte{} && bytes.Equal(old.payload, r.Payload[:]) {
			result.Status = feedback.Unchanged
		} else if r.UpdatedAt != nil && old.updated.Valid && micros(*r.UpdatedAt) < old.updated.Int64 {
			result.Status, result.Stale = feedback.Unchanged, true
		}
	}
	if result.Status != feedback.Unchanged {
		if row, result.Seq, err = t.store(s, old); err != nil {
			return feedback.Result{}, err
		}
	}
	if r.Idempotency != "" {
		const query = "INSERT INTO idempotency (key, row, payload) VALUES (?, ?, ?)"
		if err := t.exec(query, r.Idempotency, row, r.Payload[:]); err != nil {
			return feedback.Result{}, err
		}
	}
	return result, nil
}

// replay answers a submission whose Idempotency-Key was seen before, and gives nil for one that was not.
func (t *tx) replay(r *feedback.Record) (*feedback.Result, error) {
	const query = "SELECT i.payload, r.id, r.seq FROM idempotency i JOIN records r ON r.row = i.row WHERE i.key = ?"
	var (
		payload []byte
		result  = feedback.Result{Status: feedback.Unchanged}
	)
	err := t.queryRow(query, r.Idempotency).Scan(&payload, &result.ID, &result.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(payload, r.Payload[:]) {
		result = feedback.Result{ID: r.ID, Status: feedback.Rejected, Err: feedback.Errorf(feedback.CodeIdempotencyConflict, "",
			"the Idempotency-Key was used with another payload")}
	}
	return &result, nil
}

// sameSource tells whether a record that exists has a source.
func (t *tx) sameSource(old *stored, source string) (bool, error) {
	if source == "" {
		return old.facts.single[facetSource] == 0, nil
	}
	id, err := t.label(label{singleFacetNames[facetSource], source})
	return id == old.facts.single[facetSource], err
}

// store writes a record that is new or changed, with the next seq.
func (t *tx) store(s *submission, old *stored) (row, seq int64, err error) {
	r := s.record
	received := micros(r.ReceivedAt)
	r.Corrections = nil
	switch {
	case old != nil:
		row, received = old.row, old.received
		if r.Corrections, err = t.corrections(old); err != nil {
			return 0, 0, err
		}
	case t.tombstones > 0:
		if row, err = t.unbury(r.ID); err != nil {
			return 0, 0, err
		}
	}
	if row == 0 {
		t.row++
		row = t.row
	}
	c := columns{
		row: row, received: received, revised: micros(r.ReceivedAt), changed: micros(r.ChangedAt),
		collected: received, payload: r.Payload[:], corrections: len(r.Corrections),
	}
	if r.CollectedAt != nil {
		c.collected = micros(*r.CollectedAt)
	}
	seq, err = t.place(c, &r, old)
	if err != nil {
		return 0, 0, err
	}
	if err := t.putTerms(row, r.Analysis.Terms, old != nil); err != nil {
		return 0, 0, err
	}
	return row, seq, t.exec("INSERT INTO bodies (row, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body", row, s.body)
}

// columns are the columns of a record that are not in its body or follow from it.
type columns struct {
	row, collected, received, revised, changed int64
	corrections                                int
	payload                                    []byte
}

// place writes the columns and facts of a record over those it had, with the next seq.
func (t *tx) place(c columns, r *feedback.Record, old *stored) (seq int64, err error) {
	facts, err := t.gatherFacts(r)
	if err != nil {
		return 0, err
	}
	t.count(facts.words, 1)
	if err := t.roll(1, c.collected, &facts); err != nil {
		return 0, err
	}
	if old != nil {
		t.count(old.facts.words, -1)
		if err := t.roll(-1, old.collected, &old.facts); err != nil {
			return 0, err
		}
	}
	account := int64(0)
	if r.AccountID != "" {
		if account, err = t.account(r.AccountID, c.revised); err != nil {
			return 0, err
		}
	}
	t.touch(account)
	if old != nil {
		t.touch(old.account)
	}
	if name := thread(r); name != "" && r.ThreadID != "" { // the ticket may be another account's, who is named elsewhere in it
		if err := t.touchThread(name); err != nil {
			return 0, err
		}
	}
	engine, err := t.label(label{facetEngine, engineName(r.Analysis.Engine)})
	if err != nil {
		return 0, err
	}
	const row = " INTO records (row, seq, id, account, thread, collected, received, revised, changed, updated, corrections, payload, facts, engine)" +
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	query := "INSERT" + row
	if old != nil {
		query = "REPLACE" + row
	}
	t.seq++
	err = t.exec(query, c.row, t.seq, r.ID, account, thread(r), c.collected, c.received, c.revised, c.changed,
		optional(r.UpdatedAt), c.corrections, c.payload, facts.pack(), engine)
	return t.seq, err
}

// thread names the ticket that a record's state belongs to; "" for a record without a ticket.
func thread(r *feedback.Record) string {
	switch {
	case r.Ticket == nil:
		return ""
	case r.ThreadID != "":
		return "thread/" + r.ThreadID
	default:
		return "record/" + r.ID
	}
}
