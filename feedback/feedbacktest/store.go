package feedbacktest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// TestStore runs the suite against a store; open gives an empty one that the test's cleanup closes.
func TestStore(t *testing.T, open func(t *testing.T) feedback.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, feedback.Store)
	}{
		{"Empty", testEmpty},
		{"RoundTrip", testRoundTrip},
		{"Identity", testIdentity},
		{"Rejects", testRejects},
		{"UpdateKeeps", testUpdateKeeps},
		{"UpdateClears", testUpdateClears},
		{"Idempotency", testIdempotency},
		{"Delete", testDelete},
		{"Recreate", testRecreate},
		{"Correct", testCorrect},
		{"Reread", testReread},
		{"Changes", testChanges},
		{"Labelled", testLabelled},
		{"Get", testGet},
		{"Filter", testFilter},
		{"TallyPeriods", testTallyPeriods},
		{"TallyFollowsChanges", testTallyFollowsChanges},
		{"TallyRefuses", testTallyRefuses},
		{"TallyMatchesOracle", testTallyMatchesOracle},
		{"Columns", testColumns},
		{"Accounts", testAccounts},
		{"Signals", testSignals},
		{"ObservedScores", testObservedScores},
		{"ObservedSentiment", testObservedSentiment},
		{"ObservedCorrections", testObservedCorrections},
		{"ObservedByThen", testObservedByThen},
		{"OpenTickets", testOpenTickets},
		{"TicketSignals", testTicketSignals},
		{"Standings", testStandings},
		{"Overrides", testOverrides},
		{"Ledger", testLedger},
		{"Targets", testTargets},
		{"Mentions", testMentions},
		{"Keys", testKeys},
		{"Policies", testPolicies},
		{"TaggingRules", testTaggingRules},
		{"Jobs", testJobs},
		{"Overlays", testOverlays},
		{"Concurrent", testConcurrent},
		{"Cancelled", testCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

// TestTallies runs the part of the suite that counts.
func TestTallies(t *testing.T, open func(t *testing.T) feedback.Store) {
	for name, test := range map[string]func(*testing.T, feedback.Store){
		"Filter": testFilter, "TallyPeriods": testTallyPeriods, "TallyFollowsChanges": testTallyFollowsChanges,
		"TallyRefuses": testTallyRefuses, "TallyMatchesOracle": testTallyMatchesOracle,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// put stores records and gives the answers.
func put(t *testing.T, s feedback.Store, records ...feedback.Record) []feedback.Result {
	t.Helper()
	results, err := s.Put(t.Context(), records)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != len(records) {
		t.Fatalf("%d answers to %d records", len(results), len(records))
	}
	return results
}

// get gives a record that must be there.
func get(t *testing.T, s feedback.Store, id string) feedback.Record {
	t.Helper()
	records, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != 1 || records[0].ID != id {
		t.Fatalf("get %s: %d records", id, len(records))
	}
	return records[0]
}

// statuses gives what became of records, for comparison.
func statuses(results []feedback.Result) []feedback.Status {
	var out []feedback.Status
	for _, r := range results {
		out = append(out, r.Status)
	}
	return out
}

// must fails the test on an error.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares what a store gives with what it should.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := difference(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// difference shows how two values differ; nil and empty are the same, and so are times in any zone.
func difference(want, got any) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 1e-9))
}

// code checks the code of an error.
func code(t *testing.T, err error, want feedback.Code) {
	t.Helper()
	if got := feedback.CodeOf(err); got != want {
		t.Errorf("code %q, want %q: %v", got, want, err)
	}
}

func testEmpty(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(0))
	same(t, "count", must[int](t)(s.Count(ctx)), 0)
	same(t, "changes", must[[]feedback.Change](t)(s.Changes(ctx, 0, 10)), []feedback.Change{})
	same(t, "records", must[[]feedback.Record](t)(s.Get(ctx, "r-1")), []feedback.Record{})
	same(t, "none asked for", must[[]feedback.Record](t)(s.Get(ctx)), []feedback.Record{})
	same(t, "accounts", must[[]feedback.Account](t)(s.ListAccounts(ctx, "", 10)), []feedback.Account{})
	same(t, "keys", must[[]feedback.Key](t)(s.ListKeys(ctx)), []feedback.Key{})
	same(t, "tally", must[[]feedback.Tally](t)(s.Tally(ctx, feedback.TallyQuery{Metric: "nps"})), []feedback.Tally{})
	same(t, "observations", must[[]health.Observation](t)(s.Observations(ctx, "a", Epoch)), []health.Observation{})
	same(t, "nothing to put", must[[]feedback.Result](t)(s.Put(ctx, nil)), []feedback.Result{})
	same(t, "no signals", must[[]feedback.Result](t)(s.PutSignals(ctx, nil)), []feedback.Result{})
}

// count gives how many records with a text a filter means.
func count(t *testing.T, s feedback.Store, f feedback.Filter) (n int) {
	t.Helper()
	for _, tally := range must[[]feedback.Tally](t)(s.Tally(t.Context(), feedback.TallyQuery{Metric: "sentiment", Filter: f})) {
		for _, c := range tally.Counts {
			n += c.N
		}
	}
	return n
}
