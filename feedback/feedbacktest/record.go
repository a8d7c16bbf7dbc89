package feedbacktest

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// Epoch is when the suite's records were received.
var Epoch = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Record gives an analyzed record of a draft, received at Epoch, with the payload of the draft.
func Record(d feedback.Draft) feedback.Record {
	payload, err := json.Marshal(d)
	if err != nil {
		panic(err) // drafts of the suite can be encoded
	}
	if d.Source == "" {
		d.Source = feedback.SourceSurvey
	}
	r := feedback.Record{Draft: d, ReceivedAt: Epoch, ChangedAt: Epoch, Payload: sha256.Sum256(payload)}
	r.Analysis.Language.Code = "und"
	r.Analysis.Sentiment.Label = analyzer.Neutral
	r.Analysis.Urgency.Level = analyzer.UrgencyNormal
	r.Analysis.Engine = analyzer.Engine{Version: "1", Lexicon: "sha256:test"}
	return r
}

// Say sets what the analyzer read: a sentiment and sure topics with their scores.
func Say(r feedback.Record, label string, score float64, topics map[string]float64) feedback.Record {
	r.Analysis.Sentiment.Label, r.Analysis.Sentiment.Score = label, score
	r.Analysis.Topics = nil
	for id, s := range topics {
		polarity := analyzer.Polarity{Label: analyzer.Neutral, Score: s}
		if s < 0 {
			polarity.Label = analyzer.Negative
		}
		if s > 0 {
			polarity.Label = analyzer.Positive
		}
		r.Analysis.Topics = append(r.Analysis.Topics, analyzer.Topic{ID: id, Sure: true, Sentiment: polarity})
	}
	return r
}

// At gives a time so long after Epoch.
func At(d time.Duration) *time.Time {
	t := Epoch.Add(d)
	return &t
}
