package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// A view that follows updates for long does not grow with them.
func TestViewCompacts(t *testing.T) {
	db := openHere(t)
	records := make([]feedback.Record, 200)
	for round := range 15 {
		for i := range records {
			d := feedback.Draft{ID: fmt.Sprint("r", i), Scores: map[string]feedback.Score{"nps": {Value: float64(i % 11), Max: 10}}}
			for tag := range 60 {
				d.Tags = append(d.Tags, fmt.Sprint("t", (round+i+tag)%90))
			}
			records[i] = feedback.Record{Draft: d, ReceivedAt: time.Unix(1e9, 0)}
		}
		if _, err := db.Put(t.Context(), records); err != nil {
			t.Fatal(err)
		}
		q := feedback.TallyQuery{Metric: "nps", Filter: feedback.Filter{Tag: []string{fmt.Sprint("t", round)}}}
		tallies, err := db.Tally(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range tallies[0].Counts {
			n += c.N
		}
		want := 0 // of records that had the tag in this round
		for i := range records {
			if first := (round + i) % 90; (round-first+90)%90 < 60 {
				want++
			}
		}
		if n != want {
			t.Fatalf("round %d: %d records, want %d", round, n, want)
		}
	}
	if held := len(db.view.ids) + len(db.view.scores); held > 1<<17 {
		t.Errorf("%d labels and scores are held for %d records", held, len(records))
	}
}
