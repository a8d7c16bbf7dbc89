package feedback

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
)

// recall puts to records what people said of those that are stored already.
func (s *Service) recall(ctx context.Context, records []Record) error {
	ids := make([]string, len(records))
	for i := range records {
		ids[i] = records[i].ID
	}
	stored, err := s.store.Get(ctx, ids...)
	if err != nil {
		return err
	}
	for i := range stored {
		for j := range records {
			if records[j].ID == stored[i].ID {
				records[j].Corrections = stored[i].Corrections
			}
		}
	}
	return nil
}

// rule gives a record the tags that rules set. They count to what was sent, so that rules which set others change the record.
func (r *Record) rule(tags []string) {
	r.RuleTags = tags
	if len(tags) > 0 {
		r.Payload = sha256.Sum256(append(r.Payload[:], "\x00rules\x00"+strings.Join(tags, "\x00")...))
	}
}

// ruleTags gives the tags that rules set.
func (r *TicketReading) ruleTags() (out []string) {
	for _, t := range r.Tags {
		if t.Kind == TagRule && !slices.Contains(out, t.Tag) {
			out = append(out, t.Tag)
		}
	}
	return out
}

// correct lays what people said of the messages over what was read in them, and keeps beside it what was read.
func (r *TicketReading) correct(records []Record) {
	if !slices.ContainsFunc(records, func(rec Record) bool { return len(rec.Corrections) > 0 }) {
		return
	}
	was := &TicketPrediction{Tags: []string{}, Intents: []string{}, Urgency: r.Urgency.Level, Sentiment: r.Sentiment.Label}
	for _, t := range r.Tags {
		was.Tags = append(was.Tags, t.Tag)
	}
	for _, in := range r.Intents {
		was.Intents = append(was.Intents, in.ID)
	}
	r.Predicted = was
	topics, intents := map[string]string{}, []string{}
	urgency, sentiment, changed := "", r.Sentiment.Label, false
	for i := range records {
		rec := &records[i]
		l := rec.Labels()
		for topic, said := range l.Topics {
			topics[topic] = said
		}
		intents = append(intents, l.Intents...)
		if level(l.Urgency) > level(urgency) {
			urgency = l.Urgency
		}
		said := rec.said(func(c *Correction) bool { return c.Sentiment != "" })
		if said != nil {
			sentiment, changed = l.Sentiment, true
		} else if len(rec.Analysis.Sentiment.Evidence) > 0 {
			sentiment, changed = l.Sentiment, false
		}
		if said := rec.said(func(c *Correction) bool { return c.Tags != nil }); said != nil {
			r.people, r.peopleTags = true, append(r.peopleTags, *said.Tags...)
			for _, tag := range *said.Tags {
				r.Tags = append(r.Tags, TicketTag{Tag: tag, Kind: TagHuman, Confidence: 1, By: said.By, Evidence: []TicketEvidence{}})
			}
		}
	}
	r.correctTopics(records, topics)
	r.correctIntents(records, intents)
	if urgency != r.Urgency.Level {
		by := saidOf(records, func(c *Correction) bool { return c.Urgency != "" })
		r.Urgency = TicketUrgency{Level: urgency, Confidence: 1, By: by, Evidence: []TicketEvidence{}}
	}
	if changed {
		by := saidOf(records, func(c *Correction) bool { return c.Sentiment != "" })
		r.Sentiment.Label, r.Sentiment.Confidence, r.Sentiment.By = sentiment, 1, by
	}
}

// correctTopics leaves the topics that hold after the corrections, with what is said of each.
func (r *TicketReading) correctTopics(records []Record, topics map[string]string) {
	r.Tags = slices.DeleteFunc(r.Tags, func(t TicketTag) bool {
		_, holds := topics[t.Tag]
		return t.Kind == TagTopic && !holds
	})
	for _, id := range slices.Sorted(maps.Keys(topics)) {
		if slices.ContainsFunc(r.Tags, func(t TicketTag) bool { return t.Tag == id && t.Kind == TagTopic }) {
			continue
		}
		by := saidOf(records, func(c *Correction) bool { return c.Topics != nil && slices.Contains(c.Topics.Add, id) })
		r.Tags = append(r.Tags, TicketTag{Tag: id, Kind: TagHuman, Confidence: 1, Sentiment: &analyzer.Polarity{Label: topics[id]}, By: by, Evidence: []TicketEvidence{}})
	}
}

// correctIntents leaves the intents that hold after the corrections.
func (r *TicketReading) correctIntents(records []Record, intents []string) {
	r.Intents = slices.DeleteFunc(r.Intents, func(in TicketIntent) bool { return !slices.Contains(intents, in.ID) })
	for _, id := range intents {
		if !slices.ContainsFunc(r.Intents, func(in TicketIntent) bool { return in.ID == id }) {
			by := saidOf(records, func(c *Correction) bool { return c.Intents != nil && slices.Contains(c.Intents.Add, id) })
			r.Intents = append(r.Intents, TicketIntent{ID: id, Confidence: 1, By: by, Evidence: []TicketEvidence{}})
		}
	}
}

// said gives the last correction of a record that says something, nil for none.
func (r *Record) said(something func(*Correction) bool) *Correction {
	for i := len(r.Corrections) - 1; i >= 0; i-- {
		if c := &r.Corrections[i]; something(c) {
			return c
		}
	}
	return nil
}

// saidOf names who said something last, of the last message that has it said.
func saidOf(records []Record, something func(*Correction) bool) string {
	for i := len(records) - 1; i >= 0; i-- {
		if c := records[i].said(something); c != nil {
			return c.By
		}
	}
	return ""
}
