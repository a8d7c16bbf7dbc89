package store_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/feedback/feedbacktest"
)

// sample gives the nth record of a stream like those that come in: about 2 kB with its analysis.
func sample(n int64, rng *rand.Rand) feedback.Record {
	collected := feedbacktest.Epoch.Add(-time.Duration(rng.IntN(365*24*60)) * time.Minute)
	r := feedback.Record{
		Draft: feedback.Draft{
			ID: fmt.Sprintf("zendesk:%x-%d", rng.Uint64(), n), Source: feedback.Sources[rng.IntN(len(feedback.Sources))],
			Channel: []string{"email", "zalo", "app-store", "web"}[rng.IntN(4)],
			Text:    "Giao hàng chậm quá, gọi tổng đài ba lần không ai nghe máy, lần sau chắc mình không mua nữa đâu.", CollectedAt: &collected,
			AccountID: fmt.Sprint("acme-", rng.IntN(1000)), CustomerID: fmt.Sprint("c-", rng.IntN(100000)),
			Scores:     map[string]feedback.Score{"nps": {Value: float64(rng.IntN(11)), Max: 10}},
			Attributes: map[string]string{"plan": []string{"free", "pro", "team"}[rng.IntN(3)], "city": fmt.Sprint("city-", rng.IntN(60))},
		},
		ReceivedAt: feedbacktest.Epoch, ChangedAt: feedbacktest.Epoch,
	}
	binary.LittleEndian.PutUint64(r.Payload[:], uint64(n)+1)
	said := analyzer.Polarity{Label: []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}[rng.IntN(3)], Score: rng.Float64()*2 - 1}
	evidence := func(n int) (out []analyzer.Evidence) {
		for range n {
			out = append(out, analyzer.Evidence{Start: 10, End: 19, Text: "giao chậm", Contribution: -1.234567, Entry: "giao * chậm", Rules: []string{"intensified"}, Lexicon: "vi/sentiment"})
		}
		return out
	}
	r.Analysis = analyzer.Analysis{
		Language:  analyzer.Language{Code: "vi", Confidence: 0.99, Mix: map[string]float64{"vi": 0.9, "en": 0.1}},
		Sentiment: analyzer.Sentiment{Label: said.Label, Score: said.Score, Evidence: evidence(3)},
		Sentences: []analyzer.Sentence{{End: 40, Language: "vi", Sentiment: said}, {Start: 40, End: 90, Language: "vi", Sentiment: said}},
		Intents:   []analyzer.Intent{{ID: "complaint", Sure: true, Evidence: evidence(1)}},
		Urgency:   analyzer.Urgency{Level: analyzer.UrgencyNormal},
		Engine:    analyzer.Engine{Version: "7", Lexicon: "sha256:0123456789abcdef"},
	}
	for range 2 {
		topic := fmt.Sprintf("theme%d.part%d", rng.IntN(15), rng.IntN(5))
		r.Analysis.Topics = append(r.Analysis.Topics, analyzer.Topic{ID: topic, Sure: true, Sentiment: said, Evidence: evidence(2)})
	}
	return r
}

func samples(from int64, n int) []feedback.Record {
	rng := rand.New(rand.NewPCG(uint64(from), 1))
	out := make([]feedback.Record, n)
	for i := range out {
		out[i] = sample(from+int64(i), rng)
	}
	return out
}

// BenchmarkPutBulk stores batches of 500, as an import does.
func BenchmarkPutBulk(b *testing.B) {
	db := open(b, b.TempDir())
	const batch = 500
	records := 0
	for b.Loop() {
		b.StopTimer()
		next := samples(int64(records), batch)
		b.StartTimer()
		if _, err := db.Put(b.Context(), next); err != nil {
			b.Fatal(err)
		}
		records += batch
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkPutSingle stores one record a call from 16 callers, as posts to a server do.
func BenchmarkPutSingle(b *testing.B) {
	db := open(b, b.TempDir())
	next := samples(0, 1<<15)
	var n atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			r := next[i%int64(len(next))]
			r.ID = fmt.Sprint(r.ID, "/", i)
			if _, err := db.Put(b.Context(), []feedback.Record{r}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkUpdate replaces records that are there.
func BenchmarkUpdate(b *testing.B) {
	db := open(b, b.TempDir())
	const batch = 500
	records := samples(0, 20*batch)
	if _, err := db.Put(b.Context(), records); err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		part := records[n%20*batch:][:batch]
		for i := range part {
			part[i].Payload[31]++
		}
		n++
		if _, err := db.Put(b.Context(), part); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*batch)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkRead asks a store of 200,000 records.
func BenchmarkRead(b *testing.B) {
	const size = 200_000
	db := open(b, b.TempDir())
	var ids []string
	for n := 0; n < size; n += 1000 {
		records := samples(int64(n), 1000)
		ids = append(ids, records[0].ID)
		if _, err := db.Put(b.Context(), records); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	if _, err := db.Tally(b.Context(), feedback.TallyQuery{Metric: "nps"}); err != nil {
		b.Fatal(err)
	}
	b.Logf("first tally of %d records: %v", size, time.Since(start))
	hanoi, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]feedback.TallyQuery{
		"Tally":                {Metric: "nps"},
		"TallyByMonth":         {Metric: "nps", Period: "month", Zone: hanoi},
		"TallyByDay":           {Metric: "sentiment", Period: "day", Zone: hanoi},
		"TallyByTopic":         {Metric: "sentiment", By: "topic"},
		"TallyBySourceByMonth": {Metric: "sentiment", By: "source", Period: "month", Zone: hanoi},
		"TallyByTopicByWeek":   {Metric: "nps", By: "topic", Period: "week", Zone: hanoi},
		"TallyFiltered": {Metric: "nps", By: "attr.city", Filter: feedback.Filter{
			Topic: []string{"theme1:negative"}, Channel: []string{"zalo", "web"}, From: feedbacktest.Epoch.AddDate(0, -3, 0)}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := db.Tally(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("Get20", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Get(b.Context(), ids[:20]...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Changes1000", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Changes(b.Context(), size/2, 1000); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Observations200", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Observations(b.Context(), "acme-7", feedbacktest.Epoch); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Count", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Count(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
