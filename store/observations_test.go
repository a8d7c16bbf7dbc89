package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/feedback/feedbacktest"
)

// What is read off the facts of a record is what is read off the record, which is where a correction leads.
func TestObservationsOfFacts(t *testing.T) {
	db := open(t, t.TempDir())
	records := samples(0, 60)
	if _, err := db.Put(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	at := feedbacktest.Epoch.Add(time.Hour)
	before := map[string]any{}
	for _, r := range records {
		observations, err := db.Observations(t.Context(), r.AccountID, at)
		if err != nil {
			t.Fatal(err)
		}
		before[r.AccountID] = observations
	}
	for _, r := range records {
		c := feedback.Correction{At: feedbacktest.Epoch, By: "lan", Urgency: analyzer.UrgencyHigh}
		if _, err := db.Correct(t.Context(), r.ID, c); err != nil {
			t.Fatal(err)
		}
	}
	for account, want := range before {
		observations, err := db.Observations(t.Context(), account, at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, any(observations)); diff != "" {
			t.Fatalf("%s (-facts +record):\n%s", account, diff)
		}
	}
}
