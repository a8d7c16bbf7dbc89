package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
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
//   - "intent:<intent>", 1, of every record with that intent.
//   - "open_tickets" after every moment at which it changed, and "open_critical_tickets" of those with the priority urgent or critical, or a
//     message that is critical; "tickets", 1, when one opened, and "resolution_hours" when one was resolved. A ticket is a thread: its last state by the sender's updated_at (else
//     collected_at) counts, and it belongs to the account that its last message to name one names. It opened at opened_at, else when
//     its first message was collected, and was resolved at resolved_at, else when the message that closed it was updated.
//
// Of an updated record only the last version is kept: it counts from its own receipt, and before that the record is not seen.
func (db *DB) Observations(ctx context.Context, account string, at time.Time) ([]health.Observation, error) {
	var out []health.Observation
	err := db.read(ctx, func(tx *sql.Tx) error {
		var num int64
		err := tx.QueryRowContext(ctx, "SELECT num FROM accounts WHERE id = ?", account).Scan(&num)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if out, err = observeSignals(ctx, tx, num, at); err != nil {
			return err
		}
		read, err := db.observeFacts(ctx, tx, num, at)
		if err != nil {
			return err
		}
		corrected, err := observeRecords(ctx, tx, num, account, at)
		out = slices.Concat(out, read, corrected)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: observations of %s: %w", quoted(account), explain(err))
	}
	slices.SortStableFunc(out, func(a, b health.Observation) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

func observeSignals(ctx context.Context, tx *sql.Tx, account int64, at time.Time) (out []health.Observation, err error) {
	const query = "SELECT name, value, at, received, id FROM signals WHERE account = ? AND at <= ? AND received <= ?"
	err = each(ctx, tx, func(row scanner) error {
		var (
			o            health.Observation
			at, received int64
		)
		err := row.Scan(&o.Signal, &o.Value, &at, &received, &o.Source)
		o.At, o.ReceivedAt = moment(at), moment(received)
		out = append(out, o)
		return err
	}, query, account, micros(at), micros(at))
	return out, err
}

// observeFacts reads the records that nobody corrected off their facts, which is some forty times faster than off the records.
func (db *DB) observeFacts(ctx context.Context, tx *sql.Tx, account int64, at time.Time) (out []health.Observation, err error) {
	type read struct {
		testimony
		facts recordFacts
	}
	var all []read
	if err := each(ctx, tx, func(row scanner) error {
		var (
			r                   read
			collected, received int64
			packed              sql.RawBytes
		)
		if err := row.Scan(&r.id, &collected, &received, &packed); err != nil {
			return err
		}
		r.at, r.received = moment(collected), moment(received)
		err := r.facts.unpack(packed)
		all = append(all, r)
		return err
	}, `SELECT id, collected, revised, facts FROM records
		WHERE account = ? AND account > 0 AND corrections = 0 AND collected <= ? AND revised <= ?`, account, micros(at), micros(at)); err != nil {
		return nil, err
	}
	for _, r := range all {
		r.scores = make(map[string]feedback.Score, len(r.facts.scores))
		for _, s := range r.facts.scores {
			name, err := db.names.get(ctx, tx, s.name)
			if err != nil {
				return nil, err
			}
			r.scores[name] = s.score()
		}
		r.written, r.sentiment = r.facts.written, r.facts.score
		for _, id := range r.facts.read {
			l, err := db.names.label(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			if l.facet == facetIntent {
				r.intents = append(r.intents, l.value)
			}
		}
		r.topics = make(map[string]float64, len(r.facts.topics))
		for _, t := range r.facts.topics {
			name, err := db.names.get(ctx, tx, t.topic)
			if err != nil {
				return nil, err
			}
			r.topics[name] = t.sentiment
		}
		out = append(out, r.observations()...)
	}
	return out, nil
}

// observeRecords reads corrected records as they were corrected by then, and tickets.
func observeRecords(ctx context.Context, tx *sql.Tx, num int64, account string, at time.Time) (out []health.Observation, err error) {
	const query = "SELECT " + recordColumns + ", r.revised, coalesce(r.updated, r.collected)" + fromRecords + `
		WHERE r.row IN (
			SELECT x.row FROM records x WHERE x.account = ?1 AND x.account > 0 AND x.corrections > 0
			UNION
			SELECT x.row FROM records x WHERE x.thread > '' AND x.thread IN (
				SELECT y.thread FROM records y WHERE y.account = ?1 AND y.account > 0)
		) AND r.collected <= ?2 AND r.revised <= ?2 ORDER BY r.seq`
	tickets := threads{}
	if err := each(ctx, tx, func(row scanner) error {
		var revised, made int64
		r, err := decode(row, &revised, &made)
		if err != nil {
			return err
		}
		if r.AccountID == account && len(r.Corrections) > 0 {
			r.Corrections = slices.DeleteFunc(r.Corrections, func(c feedback.Correction) bool { return c.At.After(at) })
			out = append(out, testify(&r, moment(revised)).observations()...)
		}
		if r.Ticket != nil {
			tickets.add(&r, moment(made), moment(revised))
		}
		return nil
	}, query, num, micros(at)); err != nil {
		return nil, err
	}
	return append(out, tickets.observations(account, at)...), nil
}

// signalIntent begins the signals of intents.
const signalIntent = "intent:"

// testimony is what one record tells about its account.
type testimony struct {
	id           string
	at, received time.Time
	scores       map[string]feedback.Score
	written      bool // sentiment and topics count
	sentiment    float64
	topics       map[string]float64 // what is said of each, without those above it
	intents      []string
}

// testify gives a record's testimony.
func testify(r *feedback.Record, received time.Time) *testimony {
	l := r.Labels()
	return &testimony{
		id: r.ID, at: *r.CollectedAt, received: received, scores: r.Scores, written: written(r),
		sentiment: polarity(l.Sentiment, analyzer.Polarity{Label: r.Analysis.Sentiment.Label, Score: r.Analysis.Sentiment.Score}),
		topics:    topicSentiments(r, l), intents: l.Intents,
	}
}

// topicSentiments gives what a record says of its topics in force.
func topicSentiments(r *feedback.Record, l feedback.Labels) map[string]float64 {
	out := make(map[string]float64, len(l.Topics))
	for topic, label := range l.Topics {
		out[topic] = polarity(label, analyzer.Polarity{})
	}
	for _, t := range r.Analysis.Topics {
		if label, ok := l.Topics[t.ID]; ok {
			out[t.ID] = polarity(label, t.Sentiment)
		}
	}
	return out
}

// polarity gives the analyzer's score where its label is in force, else −1, 0 or 1.
func polarity(label string, read analyzer.Polarity) float64 {
	switch label {
	case read.Label:
		return read.Score
	case analyzer.Negative:
		return -1
	case analyzer.Positive:
		return 1
	}
	return 0
}

// observations gives a testimony as health reads it.
func (t *testimony) observations() []health.Observation {
	var out []health.Observation
	add := func(signal string, value float64) {
		out = append(out, health.Observation{Signal: signal, Value: value, At: t.at, ReceivedAt: t.received, Source: t.id})
	}
	for name, s := range t.scores {
		if low, high, ok := feedback.Scales(name); ok {
			add(name, low+(high-low)*s.Unit())
		}
	}
	for _, intent := range t.intents {
		add(signalIntent+intent, 1)
	}
	if !t.written {
		return out
	}
	add(metricSentiment, t.sentiment)
	type mean struct {
		sum float64
		n   int
	}
	means := map[string]mean{}
	for _, topic := range slices.Sorted(maps.Keys(t.topics)) { // in order, so that the sums are the same each time
		sentiment := t.topics[topic]
		for topic != "" {
			m := means[topic]
			means[topic] = mean{m.sum + sentiment, m.n + 1}
			topic = topic[:max(0, strings.LastIndexByte(topic, '.'))]
		}
	}
	for topic, m := range means {
		add(metricSentiment+":"+topic, m.sum/float64(m.n))
	}
	return out
}

// names remembers what labels of topics and scores are called; those never change or go.
type names struct {
	mu   sync.Mutex
	byID map[int64]label
}

func (n *names) get(ctx context.Context, tx *sql.Tx, id int64) (string, error) {
	l, err := n.label(ctx, tx, id)
	return l.value, err
}

func (n *names) label(ctx context.Context, tx *sql.Tx, id int64) (label, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if l, ok := n.byID[id]; ok {
		return l, nil
	}
	var l label
	if err := tx.QueryRowContext(ctx, "SELECT facet, value FROM labels WHERE id = ?", id).Scan(&l.facet, &l.value); err != nil {
		return l, err
	}
	n.byID[id] = l
	return l, nil
}
