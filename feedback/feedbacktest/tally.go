package feedbacktest

import (
	"cmp"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// Tally counts records one by one. It is the oracle for feedback.Records.Tally.
func Tally(q feedback.TallyQuery, records []feedback.Record) []feedback.Tally {
	type place struct{ group, period string }
	counts := map[place]map[feedback.Score]int{}
	for i := range records {
		r := &records[i]
		s, ok := value(q.Metric, r)
		if !ok || !Match(q.Filter, r) {
			continue
		}
		for _, group := range Values(q.By, r) {
			p := place{group, period(q, *r.CollectedAt)}
			if counts[p] == nil {
				counts[p] = map[feedback.Score]int{}
			}
			counts[p][s]++
		}
	}
	var out []feedback.Tally
	for p, scores := range counts {
		t := feedback.Tally{Group: p.group, Period: p.period}
		for s, n := range scores {
			t.Counts = append(t.Counts, feedback.ValueCount{Score: s, N: n})
		}
		slices.SortFunc(t.Counts, func(a, b feedback.ValueCount) int {
			return cmp.Or(cmp.Compare(a.Score.Value, b.Score.Value), cmp.Compare(a.Score.Min, b.Score.Min),
				cmp.Compare(a.Score.Max, b.Score.Max), cmp.Compare(a.Score.HighIs, b.Score.HighIs))
		})
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b feedback.Tally) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Period, b.Period))
	})
	return out
}

func value(metric string, r *feedback.Record) (feedback.Score, bool) {
	if metric == "records" {
		return feedback.Score{}, true
	}
	if metric != "sentiment" {
		s, ok := r.Scores[metric]
		return s, ok
	}
	v, ok := map[string]float64{analyzer.Negative: -1, analyzer.Neutral: 0, analyzer.Positive: 1}[r.Labels().Sentiment]
	return feedback.Score{Value: v, Min: -1, Max: 1}, ok && (r.Text != "" || r.Title != "")
}

func period(q feedback.TallyQuery, at time.Time) string {
	zone := q.Zone
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := at.In(zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	switch q.Period {
	case "":
		return ""
	case "week":
		for day.Weekday() != time.Monday {
			day = day.AddDate(0, 0, -1)
		}
	case "month":
		day = day.AddDate(0, 0, 1-d)
	}
	return day.Format(time.DateOnly)
}
