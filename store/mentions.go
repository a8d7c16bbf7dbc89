package store

import (
	"context"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

// EachMention calls do with what is known in short of each record that a filter means, in no order, until it answers false. The mention
// and its slices are used again for the next record. While it runs no change comes into view, so do should be quick.
func (db *DB) EachMention(ctx context.Context, q feedback.Filter, do func(*feedback.Mention) bool) error {
	fail := func(err error) error { return fmt.Errorf("store: mentions: %w", explain(err)) }
	if err := db.enter(); err != nil {
		return fail(err)
	}
	db.life.RUnlock()
	err := db.withView(ctx, func(v *view) error {
		f, err := v.filter(q)
		if err != nil || f.none {
			return err
		}
		topic, intent, tag := v.facets[facetTopic], v.facets[facetIntent], v.facets[facetTag]
		var m feedback.Mention
		for i := range v.rows {
			if i%(1<<16) == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			r := &v.rows[i]
			if !f.match(v, r) {
				continue
			}
			m = feedback.Mention{At: moment(r.collected), Customer: r.customer, Topics: m.Topics[:0], Intents: m.Intents[:0], Tags: m.Tags[:0], Scores: m.Scores[:0]}
			if r.account > 0 {
				m.Account = v.accounts[r.account]
			}
			if id := r.single[facetTouchpoint]; id != 0 {
				m.Touchpoint = v.labels[id].value
			}
			for _, id := range v.labelsOf(r) {
				switch v.facetOf[id] {
				case topic:
					m.Topics = append(m.Topics, v.labels[id].value)
				case intent:
					m.Intents = append(m.Intents, v.labels[id].value)
				case tag:
					m.Tags = append(m.Tags, v.labels[id].value)
				}
			}
			for _, s := range v.scoresOf(r) {
				m.Scores = append(m.Scores, feedback.NamedScore{Name: v.labels[s.name].value, Score: v.kinds[s.kind].score()})
			}
			if !do(&m) {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return fail(err)
	}
	return nil
}
