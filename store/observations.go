package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// Observations gives everything health can use about an account that happened and was received by a moment, oldest first; an
// unknown account has none.
//
//   - Signals, as sent.
//   - Scores, moved to the scale of health.Observation; "ces" with high = easy.
//   - "sentiment" of records with a text, and "sentiment:<topic>" of every topic that is sure or that a person added, and of those
//     above it: the mean of what is said about them and below them. It is the analyzer's score; where a person said otherwise by
//     then it is −1, 0 or 1.
//   - "open_tickets" after every moment at which it changed. A ticket is a thread: its last state by the sender's updated_at (else
//     collected_at) counts, and it belongs to the account that its last message to name one names. It opened at opened_at, else when
//     its first message was collected, and was resolved at resolved_at, else when the message that closed it was updated.
//
// Of an updated record only the last version is kept: it counts from its own receipt, and before that the record is not seen.
func (db *DB) Observations(ctx context.Context, account string, at time.Time) ([]health.Observation, error) {
	var (
		out     []health.Observation
		tickets = threads{}
		now     = micros(at)
	)
	err := db.read(ctx, func(tx *sql.Tx) error {
		if err := each(ctx, tx, func(row scanner) error {
			var (
				o            health.Observation
				at, received int64
			)
			err := row.Scan(&o.Signal, &o.Value, &at, &received, &o.Source)
			o.At, o.ReceivedAt = moment(at), moment(received)
			out = append(out, o)
			return err
		}, `SELECT s.name, s.value, s.at, s.received, s.id FROM signals s JOIN accounts a ON a.num = s.account
			WHERE a.id = ? AND s.at <= ? AND s.received <= ?`, account, now, now); err != nil {
			return err
		}
		return each(ctx, tx, func(row scanner) error {
			var revised, made int64
			r, err := decode(row, &revised, &made)
			if err != nil {
				return err
			}
			if r.AccountID == account {
				r.Corrections = slices.DeleteFunc(r.Corrections, func(c feedback.Correction) bool { return c.At.After(at) })
				out = append(out, observe(&r, moment(revised))...)
			}
			if r.Ticket != nil {
				tickets.add(&r, moment(made), moment(revised))
			}
			return nil
		}, selectVersions, account, account, now, now)
	})
	if err != nil {
		return nil, fmt.Errorf("store: observations of %s: %w", quoted(account), explain(err))
	}
	out = append(out, tickets.gauge(account, at)...)
	slices.SortStableFunc(out, func(a, b health.Observation) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

// selectVersions reads the records of an account and those of its threads, with when their version was received and made.
const selectVersions = "SELECT " + recordColumns + ", r.revised, coalesce(r.updated, r.collected)" + fromRecords + `
	WHERE r.row IN (
		SELECT x.row FROM records x JOIN accounts a ON a.num = x.account WHERE x.account > 0 AND a.id = ?
		UNION
		SELECT x.row FROM records x WHERE x.thread > '' AND x.thread IN (
			SELECT y.thread FROM records y JOIN accounts a ON a.num = y.account WHERE y.account > 0 AND a.id = ?)
	) AND r.collected <= ? AND r.revised <= ? ORDER BY r.seq`

// observe gives what one record tells about its account.
func observe(r *feedback.Record, received time.Time) []health.Observation {
	var out []health.Observation
	add := func(signal string, value float64) {
		out = append(out, health.Observation{Signal: signal, Value: value, At: *r.CollectedAt, ReceivedAt: received, Source: r.ID})
	}
	for name, s := range r.Scores {
		if low, high, ok := feedback.Scales(name); ok {
			add(name, low+(high-low)*s.Unit())
		}
	}
	if !written(r) {
		return out
	}
	labels := r.Labels()
	add(metricSentiment, polarity(labels.Sentiment, analyzer.Polarity{Label: r.Analysis.Sentiment.Label, Score: r.Analysis.Sentiment.Score}))
	said := make(map[string]analyzer.Polarity, len(r.Analysis.Topics))
	for _, t := range r.Analysis.Topics {
		said[t.ID] = t.Sentiment
	}
	type mean struct {
		sum float64
		n   int
	}
	means := map[string]mean{}
	for _, topic := range slices.Sorted(maps.Keys(labels.Topics)) { // in order, so that the sums are the same each time
		value := polarity(labels.Topics[topic], said[topic])
		for topic != "" {
			m := means[topic]
			means[topic] = mean{m.sum + value, m.n + 1}
			topic = topic[:max(0, strings.LastIndexByte(topic, '.'))]
		}
	}
	for topic, m := range means {
		add(metricSentiment+":"+topic, m.sum/float64(m.n))
	}
	return out
}

// polarity gives the analyzer's score where its label is in force, else −1, 0 or 1.
func polarity(label string, read analyzer.Polarity) float64 {
	switch {
	case label == read.Label:
		return read.Score
	case label == analyzer.Negative:
		return -1
	case label == analyzer.Positive:
		return 1
	}
	return 0
}
