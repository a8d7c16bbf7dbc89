package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// Labelled gives what Changes does, with no more of each analysis than its labels and the sentiment's score, which is several times as
// fast: of a record that nobody corrected, the draft is decoded and the labels are read off its facts.
func (db *DB) Labelled(ctx context.Context, after int64, limit int) ([]feedback.Change, error) {
	if limit < 1 {
		return nil, fmt.Errorf("store: labelled: %w", feedback.Errorf(feedback.CodeInvalid, "limit", "must be at least 1"))
	}
	fail := func(err error) ([]feedback.Change, error) {
		return nil, fmt.Errorf("store: labelled after %d: %w", after, explain(err))
	}
	// Rows are copied out first: looking up a label while they are read would ask the connection twice at once.
	type stored struct {
		record    feedback.Record
		body      string
		facts     []byte
		corrected bool
	}
	var out []feedback.Change
	err := db.read(ctx, func(tx *sql.Tx) error {
		const window = " WHERE seq > ? ORDER BY seq LIMIT ?"
		var rows []*stored
		if err := each(ctx, tx, func(row scanner) error {
			var (
				s                            = new(stored)
				collected, received, changed int64
			)
			err := row.Scan(&s.record.Seq, &collected, &received, &changed, &s.corrected, &s.body, &s.facts)
			at := moment(collected)
			s.record.CollectedAt, s.record.ReceivedAt, s.record.ChangedAt = &at, moment(received), moment(changed)
			rows = append(rows, s)
			return err
		}, "SELECT r.seq, r.collected, r.received, r.changed, r.corrections > 0, b.body, r.facts"+fromRecords+window, after, limit); err != nil {
			return err
		}
		var facts recordFacts
		for _, s := range rows {
			if s.corrected {
				r, err := decode(tx.QueryRowContext(ctx, selectRecords+" WHERE r.seq = ?", s.record.Seq))
				if err != nil {
					return err
				}
				out = append(out, feedback.Change{Seq: r.Seq, ID: r.ID, Record: &r})
				continue
			}
			at := s.record.CollectedAt
			if err := decodeDraft(s.body, &s.record); err != nil {
				return err
			}
			if s.record.CollectedAt == nil {
				s.record.CollectedAt = at
			}
			if err := facts.unpack(s.facts); err != nil {
				return err
			}
			var err error
			if s.record.Analysis, err = db.analysisOf(ctx, tx, &facts); err != nil {
				return err
			}
			out = append(out, feedback.Change{Seq: s.record.Seq, ID: s.record.ID, Record: &s.record})
		}
		return each(ctx, tx, func(row scanner) error {
			var c feedback.Change
			err := row.Scan(&c.Seq, &c.ID)
			out = append(out, c)
			return err
		}, "SELECT seq, id FROM tombstones"+window, after, limit)
	})
	if err != nil {
		return fail(err)
	}
	slices.SortFunc(out, func(a, b feedback.Change) int { return cmp.Compare(a.Seq, b.Seq) })
	return out[:min(limit, len(out))], nil
}

// analysisOf gives the labels of facts as an analysis that says no more.
func (db *DB) analysisOf(ctx context.Context, tx *sql.Tx, f *recordFacts) (a analyzer.Analysis, err error) {
	for i, into := range [singleFacets]*string{facetLanguage: &a.Language.Code, facetSentiment: &a.Sentiment.Label, facetUrgency: &a.Urgency.Level} {
		if into != nil && f.single[i] != 0 {
			if *into, err = db.names.get(ctx, tx, f.single[i]); err != nil {
				return a, err
			}
		}
	}
	a.Sentiment.Score = f.score
	said := map[string]bool{} // "delivery.speed:negative"
	for _, id := range f.read {
		l, err := db.names.label(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if l.facet == facetIntent {
			a.Intents = append(a.Intents, analyzer.Intent{ID: l.value, Sure: true})
		} else if strings.Contains(l.value, ":") {
			said[l.value] = true
		}
	}
	topics := make([]string, len(f.topics))
	for i, t := range f.topics {
		if topics[i], err = db.names.get(ctx, tx, t.topic); err != nil {
			return a, err
		}
	}
	// What is said of a topic counts for those above it too. Where one of those is a topic of its own, what nothing below it says is its
	// own; where everything is said below, it does not matter which it is, for both are counted.
	slices.SortFunc(topics, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	below := map[string]bool{}
	for _, topic := range topics {
		label := ""
		for _, l := range []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive} {
			if said[topic+":"+l] && (label == "" || below[topic+":"+label]) {
				label = l
			}
		}
		a.Topics = append(a.Topics, analyzer.Topic{ID: topic, Sure: true, Sentiment: analyzer.Polarity{Label: label}})
		for above := topic; label != "" && above != ""; above = above[:max(0, strings.LastIndexByte(above, '.'))] {
			below[above+":"+label] = true
		}
	}
	return a, nil
}
