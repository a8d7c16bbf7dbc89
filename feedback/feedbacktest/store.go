package feedbacktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/thau-cx/thau/analyzer"
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
		{"Changes", testChanges},
		{"Get", testGet},
		{"Filter", testFilter},
		{"TallyPeriods", testTallyPeriods},
		{"TallyFollowsChanges", testTallyFollowsChanges},
		{"TallyRefuses", testTallyRefuses},
		{"TallyMatchesOracle", testTallyMatchesOracle},
		{"Accounts", testAccounts},
		{"Signals", testSignals},
		{"ObservedScores", testObservedScores},
		{"ObservedSentiment", testObservedSentiment},
		{"ObservedCorrections", testObservedCorrections},
		{"ObservedByThen", testObservedByThen},
		{"OpenTickets", testOpenTickets},
		{"Keys", testKeys},
		{"Policies", testPolicies},
		{"Concurrent", testConcurrent},
		{"Cancelled", testCancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
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

func testRoundTrip(t *testing.T, s feedback.Store) {
	hanoi := time.FixedZone("", 7*60*60)
	collected := time.Date(2026, 3, 1, 23, 59, 59, 123456000, hanoi)
	r := Record(feedback.Draft{
		ID: "khảo sát/1 %", Source: feedback.SourceReview, Channel: "zalo", Title: "Giao <hàng> & hơn", Text: "giao chậm quá 😡\n\"tệ\"\x00",
		Lang: "vi", CollectedAt: &collected, EventAt: At(-time.Hour), UpdatedAt: At(time.Minute), AccountID: "acme", CustomerID: "c-1",
		ThreadID: "t-1", Touchpoint: "delivery",
		Scores: map[string]feedback.Score{
			"nps":        {Value: 3, Min: 1, Max: 10},
			"ces":        {Value: 6.5, Min: 1, Max: 7, HighIs: "effort"},
			"csat:staff": {Value: 0, Min: 0, Max: 1},
		},
		Ticket:     &feedback.Ticket{Status: "open", Priority: "high", OpenedAt: At(-time.Hour)},
		Attributes: map[string]string{"plan": "pro", "city": "Huế"}, Tags: []string{"b", "a"},
		Metadata: map[string]any{"note": "x", "nested": map[string]any{"list": []any{"y", true, nil}}},
	})
	r = Say(r, analyzer.Negative, -0.7, map[string]float64{"delivery.speed": -0.8})
	r.Analysis.Sentiment.Evidence = []analyzer.Evidence{{Start: 0, End: 9, Text: "giao chậm", Contribution: -1.9, Rules: []string{"x"}}}
	results := put(t, s, r)
	same(t, "result", results, []feedback.Result{{ID: r.ID, Status: feedback.Created, Seq: 1}})
	want := r
	want.Seq = 1
	same(t, "record", get(t, s, r.ID), want)
	changes := must[[]feedback.Change](t)(s.Changes(t.Context(), 0, 10))
	same(t, "changes", changes, []feedback.Change{{Seq: 1, ID: r.ID, Record: &want}})
}

func testIdentity(t *testing.T, s feedback.Store) {
	draft := func(text string, updated *time.Time) feedback.Record {
		return Record(feedback.Draft{ID: "r", Source: feedback.SourceTicket, Text: text, UpdatedAt: updated})
	}
	other := Record(feedback.Draft{ID: "r", Source: feedback.SourceChat, Text: "x"})
	steps := []struct {
		name   string
		record feedback.Record
		status feedback.Status
		stale  bool
		seq    int64
		code   feedback.Code
	}{
		{"first", draft("one", At(0)), feedback.Created, false, 1, ""},
		{"same again", draft("one", At(0)), feedback.Unchanged, false, 1, ""},
		{"newer", draft("two", At(2*time.Hour)), feedback.Updated, false, 2, ""},
		{"older", draft("three", At(time.Hour)), feedback.Unchanged, true, 2, ""},
		{"the first again is older", draft("one", At(0)), feedback.Unchanged, true, 2, ""},
		{"as old but different", draft("four", At(2*time.Hour)), feedback.Updated, false, 3, ""},
		{"other source", other, feedback.Rejected, false, 0, feedback.CodeIDConflict},
		{"no version", draft("five", nil), feedback.Updated, false, 4, ""},
		{"any version after none", draft("six", At(-time.Hour)), feedback.Updated, false, 5, ""},
		{"same once more", draft("six", At(-time.Hour)), feedback.Unchanged, false, 5, ""},
	}
	for _, step := range steps {
		got := put(t, s, step.record)[0]
		if got.ID != "r" || got.Status != step.status || got.Stale != step.stale || got.Seq != step.seq {
			t.Errorf("%s: %+v", step.name, got)
		}
		if (got.Err != nil) != (step.code != "") || got.Err != nil && got.Err.Code != step.code {
			t.Errorf("%s: error %v, want code %q", step.name, got.Err, step.code)
		}
	}
	same(t, "text", get(t, s, "r").Text, "six")
	same(t, "count", must[int](t)(s.Count(t.Context())), 1)
	// A call is done in order, and what is rejected takes nothing else with it.
	results := put(t, s, draft("seven", nil), other, draft("eight", nil), draft("eight", nil), Record(feedback.Draft{ID: "q", Text: "x"}))
	same(t, "statuses", statuses(results),
		[]feedback.Status{feedback.Updated, feedback.Rejected, feedback.Updated, feedback.Unchanged, feedback.Created})
	same(t, "last", get(t, s, "r").Text, "eight")
}

func testRejects(t *testing.T, s feedback.Store) {
	nps := func(v float64) map[string]feedback.Score { return map[string]feedback.Score{"nps": {Value: v}} }
	results := put(t, s, Record(feedback.Draft{Text: "no id"}), Record(feedback.Draft{ID: "no-scale", Scores: nps(3)}), Record(feedback.Draft{ID: "ok", Text: "x"}))
	same(t, "statuses", statuses(results), []feedback.Status{feedback.Rejected, feedback.Rejected, feedback.Created})
	for i, field := range []string{"id", "scores.nps"} {
		if e := results[i].Err; e == nil || e.Code != feedback.CodeInvalid || e.Field != field {
			t.Errorf("answer %d: %v", i, e)
		}
	}
	same(t, "count", must[int](t)(s.Count(t.Context())), 1)
	_, err := s.Changes(t.Context(), 0, 0)
	code(t, err, feedback.CodeInvalid)
	_, err = s.ListAccounts(t.Context(), "", 0)
	code(t, err, feedback.CodeInvalid)
}

func testUpdateKeeps(t *testing.T, s feedback.Store) {
	put(t, s, Record(feedback.Draft{ID: "r", Text: "one"}))
	if _, err := s.Correct(t.Context(), "r", feedback.Correction{At: Epoch.Add(time.Minute), By: "lan", Sentiment: analyzer.Positive}); err != nil {
		t.Fatal(err)
	}
	update := Record(feedback.Draft{ID: "r", Text: "two"})
	update.ReceivedAt = Epoch.Add(time.Hour)
	update.ChangedAt = update.ReceivedAt
	put(t, s, update)
	got := get(t, s, "r")
	same(t, "text", got.Text, "two")
	same(t, "received", got.ReceivedAt, Epoch)
	same(t, "changed", got.ChangedAt, Epoch.Add(time.Hour))
	same(t, "collected", got.CollectedAt, At(0))
	same(t, "corrections", len(got.Corrections), 1)
	same(t, "label", got.Labels().Sentiment, analyzer.Positive)
	// The first receipt stands in for a collected_at that is taken back, and one that equals the receipt was defaulted by somebody.
	update = Record(feedback.Draft{ID: "r", Text: "three", CollectedAt: At(-time.Hour)})
	put(t, s, update)
	same(t, "given", get(t, s, "r").CollectedAt, At(-time.Hour))
	update = Record(feedback.Draft{ID: "r", Text: "four", CollectedAt: At(2 * time.Hour)})
	update.ReceivedAt = Epoch.Add(2 * time.Hour)
	put(t, s, update)
	same(t, "defaulted", get(t, s, "r").CollectedAt, At(0))
}

func testUpdateClears(t *testing.T, s feedback.Store) {
	full := Say(Record(feedback.Draft{
		ID: "r", Text: "one", Channel: "web", AccountID: "a", Touchpoint: "x", ThreadID: "t", Tags: []string{"old"},
		Ticket:     &feedback.Ticket{Status: "open"},
		Attributes: map[string]string{"plan": "pro"}, Scores: map[string]feedback.Score{"nps": {Value: 3, Max: 10}},
	}), analyzer.Negative, -1, map[string]float64{"price": -1})
	put(t, s, full)
	put(t, s, Record(feedback.Draft{ID: "r", Text: "two"}))
	got := get(t, s, "r")
	want := Record(feedback.Draft{ID: "r", Text: "two", CollectedAt: At(0)})
	want.Seq, want.Payload = 2, got.Payload
	same(t, "record", got, want)
	for _, f := range []feedback.Filter{
		{Channel: []string{"web"}}, {Account: []string{"a"}}, {Touchpoint: []string{"x"}}, {Tag: []string{"old"}},
		{Topic: []string{"price"}}, {Attributes: map[string][]string{"plan": {"pro"}}}, {Sentiment: []string{analyzer.Negative}},
	} {
		same(t, fmt.Sprintf("tally of %+v", f), must[[]feedback.Tally](t)(s.Tally(t.Context(),
			feedback.TallyQuery{Metric: "sentiment", Filter: f})), []feedback.Tally{})
	}
	same(t, "nps", must[[]feedback.Tally](t)(s.Tally(t.Context(), feedback.TallyQuery{Metric: "nps"})), []feedback.Tally{})
	same(t, "observations", must[[]health.Observation](t)(s.Observations(t.Context(), "a", Epoch)), []health.Observation{})
}

func testIdempotency(t *testing.T, s feedback.Store) {
	request := func(id, text, key string) feedback.Record {
		r := Record(feedback.Draft{Text: text}) // the payload has no id: it is generated after
		r.ID, r.Idempotency = id, key
		return r
	}
	same(t, "first", put(t, s, request("r-1", "one", "k"))[0], feedback.Result{ID: "r-1", Status: feedback.Created, Seq: 1})
	same(t, "repeated", put(t, s, request("r-2", "one", "k"))[0], feedback.Result{ID: "r-1", Status: feedback.Unchanged, Seq: 1})
	conflict := put(t, s, request("r-3", "two", "k"))[0]
	if conflict.Status != feedback.Rejected || conflict.Err == nil || conflict.Err.Code != feedback.CodeIdempotencyConflict {
		t.Errorf("another payload: %+v", conflict)
	}
	same(t, "other key", put(t, s, request("r-4", "one", "k2"))[0].Status, feedback.Created)
	// A retry that comes late does not undo what came after it.
	put(t, s, request("r-1", "newer", ""))
	same(t, "late", put(t, s, request("r-5", "one", "k"))[0], feedback.Result{ID: "r-1", Status: feedback.Unchanged, Seq: 3})
	same(t, "text", get(t, s, "r-1").Text, "newer")
	if _, err := s.Delete(t.Context(), "r-1", Epoch); err != nil {
		t.Fatal(err)
	}
	same(t, "after a delete", put(t, s, request("r-6", "one", "k"))[0].Status, feedback.Created)
	// Within one call.
	results := put(t, s, request("b-1", "x", "k3"), request("b-2", "x", "k3"), request("b-3", "y", "k3"))
	same(t, "one call", statuses(results), []feedback.Status{feedback.Created, feedback.Unchanged, feedback.Rejected})
}

func testDelete(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	put(t, s, Record(feedback.Draft{ID: "r", Text: "x", AccountID: "a", Tags: []string{"t"}}), Record(feedback.Draft{ID: "q", Text: "y"}))
	_, err := s.Delete(ctx, "none", Epoch)
	code(t, err, feedback.CodeNotFound)
	same(t, "seq", must[int64](t)(s.Delete(ctx, "r", Epoch)), int64(3))
	_, err = s.Delete(ctx, "r", Epoch)
	code(t, err, feedback.CodeNotFound)
	same(t, "gone", must[[]feedback.Record](t)(s.Get(ctx, "r", "q"))[0].ID, "q")
	same(t, "count", must[int](t)(s.Count(ctx)), 1)
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(3))
	changes := must[[]feedback.Change](t)(s.Changes(ctx, 2, 10))
	same(t, "tombstone", changes, []feedback.Change{{Seq: 3, ID: "r"}})
	same(t, "observations", must[[]health.Observation](t)(s.Observations(ctx, "a", Epoch)), []health.Observation{})
	_, err = s.Correct(ctx, "r", feedback.Correction{By: "lan"})
	code(t, err, feedback.CodeNotFound)
}

func testRecreate(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	put(t, s, Record(feedback.Draft{ID: "r", Text: "x", UpdatedAt: At(0)}))
	if _, err := s.Correct(ctx, "r", feedback.Correction{At: Epoch, By: "lan", Sentiment: analyzer.Positive}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Delete(ctx, "r", Epoch); err != nil {
			t.Fatal(err)
		}
		again := Record(feedback.Draft{ID: "r", Source: feedback.SourceChat, Text: "y", UpdatedAt: At(-time.Hour)})
		again.ReceivedAt = Epoch.Add(time.Hour)
		same(t, "status", put(t, s, again)[0].Status, feedback.Created)
	}
	got := get(t, s, "r")
	same(t, "received", got.ReceivedAt, Epoch.Add(time.Hour))
	same(t, "corrections", got.Corrections, []feedback.Correction{})
	changes := must[[]feedback.Change](t)(s.Changes(ctx, 0, 10))
	if len(changes) != 1 || changes[0].Record == nil || changes[0].Seq != 6 {
		t.Errorf("changes: %+v", changes)
	}
	same(t, "tally", must[[]feedback.Tally](t)(s.Tally(ctx, feedback.TallyQuery{Metric: "sentiment", By: "source"})), []feedback.Tally{
		{Group: feedback.SourceChat, Counts: []feedback.ValueCount{{Score: feedback.Score{Min: -1, Max: 1}, N: 1}}},
	})
}

func testCorrect(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	put(t, s, Say(Record(feedback.Draft{ID: "r", Text: "x", Tags: []string{"a"}}), analyzer.Negative, -0.5, map[string]float64{"price": -0.5}))
	before := get(t, s, "r")
	first := feedback.Correction{
		At: Epoch.Add(time.Minute), By: "lan", Engine: analyzer.Engine{Version: "1"}, Predicted: before.Labels(),
		Sentiment: analyzer.Positive, Topics: &feedback.LabelChange{Add: []string{"staff.attitude"}, Remove: []string{"price"}},
	}
	got := must[feedback.Record](t)(s.Correct(ctx, "r", first))
	same(t, "seq", got.Seq, int64(2))
	same(t, "answer", got, get(t, s, "r"))
	tags := []string{"b"}
	second := feedback.Correction{At: Epoch.Add(2 * time.Minute), By: "minh", Tags: &tags, Urgency: analyzer.UrgencyHigh}
	got = must[feedback.Record](t)(s.Correct(ctx, "r", second))
	same(t, "corrections", got.Corrections, []feedback.Correction{first, second})
	same(t, "changed", got.ChangedAt, second.At)
	same(t, "labels", got.Labels(), feedback.Labels{
		Language: "und", Sentiment: analyzer.Positive, Topics: map[string]string{"staff.attitude": analyzer.Positive},
		Urgency: analyzer.UrgencyHigh, Tags: tags,
	})
	for _, c := range []struct {
		filter feedback.Filter
		n      int
	}{
		{feedback.Filter{Topic: []string{"price"}}, 0},
		{feedback.Filter{Topic: []string{"staff"}}, 1},
		{feedback.Filter{Topic: []string{"staff.attitude:positive"}}, 1},
		{feedback.Filter{Tag: []string{"a"}}, 0},
		{feedback.Filter{Tag: []string{"b"}}, 1},
		{feedback.Filter{Sentiment: []string{analyzer.Positive}, Urgency: []string{analyzer.UrgencyHigh}}, 1},
	} {
		same(t, fmt.Sprintf("%+v", c.filter), count(t, s, c.filter), c.n)
	}
	changes := must[[]feedback.Change](t)(s.Changes(ctx, 0, 10))
	if len(changes) != 1 || changes[0].Seq != 3 || len(changes[0].Record.Corrections) != 2 {
		t.Errorf("changes: %+v", changes)
	}
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

func testChanges(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	for i := range 9 {
		put(t, s, Record(feedback.Draft{ID: fmt.Sprint("r", i), Text: "x"}))
	}
	put(t, s, Record(feedback.Draft{ID: "r2", Text: "y"}))
	for _, id := range []string{"r4", "r2", "r8"} {
		if _, err := s.Delete(ctx, id, Epoch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Correct(ctx, "r0", feedback.Correction{At: Epoch, By: "lan", Urgency: analyzer.UrgencyHigh}); err != nil {
		t.Fatal(err)
	}
	want := []string{"2 r1", "4 r3", "6 r5", "7 r6", "8 r7", "11 r4 gone", "12 r2 gone", "13 r8 gone", "14 r0"}
	for limit := 1; limit <= 10; limit++ {
		var got []string
		after := int64(0)
		for {
			page := must[[]feedback.Change](t)(s.Changes(ctx, after, limit))
			if len(page) > limit {
				t.Fatalf("%d changes, limit %d", len(page), limit)
			}
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				line := fmt.Sprint(c.Seq, " ", c.ID)
				if c.Record == nil {
					line += " gone"
				} else if c.Record.ID != c.ID || c.Record.Seq != c.Seq {
					t.Errorf("change %d %s has record %d %s", c.Seq, c.ID, c.Record.Seq, c.Record.ID)
				}
				got = append(got, line)
				after = c.Seq
			}
		}
		same(t, fmt.Sprintf("changes by %d", limit), got, want)
	}
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(14))
}

func testGet(t *testing.T, s feedback.Store) {
	put(t, s, Record(feedback.Draft{ID: "a", Text: "x"}), Record(feedback.Draft{ID: "b", Text: "x"}), Record(feedback.Draft{ID: "c", Text: "x"}))
	var ids []string
	for _, r := range must[[]feedback.Record](t)(s.Get(t.Context(), "c", "none", "a", "c")) {
		ids = append(ids, r.ID)
	}
	same(t, "ids", ids, []string{"c", "a", "c"})
	number := Record(feedback.Draft{ID: "n", Text: "x", Metadata: map[string]any{"order": int64(9007199254740993)}})
	put(t, s, number)
	same(t, "no digit is lost", fmt.Sprint(get(t, s, "n").Metadata["order"]), "9007199254740993")
}

func testAccounts(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, err := s.Account(ctx, "none")
	code(t, err, feedback.CodeNotFound)
	_, _, err = s.PutAccount(ctx, feedback.Account{})
	code(t, err, feedback.CodeInvalid)
	a := feedback.Account{
		ID: "acme", Name: "Công ty", StartedAt: At(-time.Hour), Attributes: map[string]string{"plan": "pro"},
		CreatedAt: Epoch, ChangedAt: Epoch,
	}
	step := func(name string, a feedback.Account, want feedback.Account, status feedback.Status) {
		t.Helper()
		got, st, err := s.PutAccount(ctx, a)
		if err != nil || st != status {
			t.Errorf("%s: %s, %v", name, st, err)
		}
		same(t, name, got, want)
		same(t, name+", read", must[feedback.Account](t)(s.Account(ctx, a.ID)), want)
	}
	step("created", a, a, feedback.Created)
	b := a
	b.CreatedAt, b.ChangedAt = Epoch.Add(time.Hour), Epoch.Add(time.Hour)
	step("same", b, a, feedback.Unchanged)
	b.Name, b.Attributes, b.ChurnedAt = "", nil, At(time.Hour)
	want := b
	want.CreatedAt = Epoch
	step("updated", b, want, feedback.Updated)
	// Records and signals make stubs, owners make accounts of them.
	r := Record(feedback.Draft{ID: "r", Text: "x", AccountID: "zeta"})
	put(t, s, r, Record(feedback.Draft{ID: "r2", Text: "x", AccountID: "acme"}))
	if _, err := s.PutSignals(ctx, []feedback.Signal{{AccountID: "beta", Name: "logins", At: Epoch, ReceivedAt: Epoch}}); err != nil {
		t.Fatal(err)
	}
	same(t, "stub", must[feedback.Account](t)(s.Account(ctx, "zeta")), feedback.Account{ID: "zeta", Stub: true, CreatedAt: Epoch, ChangedAt: Epoch})
	ids := func(after string, limit int) (out []string) {
		for _, a := range must[[]feedback.Account](t)(s.ListAccounts(ctx, after, limit)) {
			out = append(out, a.ID)
		}
		return out
	}
	same(t, "first page", ids("", 2), []string{"acme", "beta"})
	same(t, "second page", ids("beta", 2), []string{"zeta"})
	step("owned", feedback.Account{ID: "zeta", Stub: true, CreatedAt: Epoch.Add(time.Hour), ChangedAt: Epoch.Add(time.Hour)},
		feedback.Account{ID: "zeta", CreatedAt: Epoch, ChangedAt: Epoch.Add(time.Hour)}, feedback.Updated)
}

func testSignals(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	signal := func(id, account, name string, value float64, at time.Duration) feedback.Signal {
		return feedback.Signal{ID: id, AccountID: account, Name: name, Value: value, At: *At(at), ReceivedAt: Epoch}
	}
	nan := signal("", "a", "logins", 0, 0)
	nan.Value /= nan.Value
	results := must[[]feedback.Result](t)(s.PutSignals(ctx, []feedback.Signal{
		signal("", "a", "logins", 1, 0),
		signal("", "a", "logins", 1, 0),
		signal("", "a", "logins", 2, 0),
		signal("", "a", "logins", 3, -time.Hour),
		signal("s1", "a", "logins", 4, 0),
		signal("s1", "b", "orders", 5, -time.Minute),
		signal("s1", "b", "orders", 5, -time.Minute),
		signal("", "", "logins", 1, 0),
		signal("", "a", "", 1, 0),
		{AccountID: "a", Name: "logins"},
		nan,
	}))
	same(t, "statuses", statuses(results), []feedback.Status{
		feedback.Created, feedback.Unchanged, feedback.Updated, feedback.Created, feedback.Created, feedback.Updated, feedback.Unchanged,
		feedback.Rejected, feedback.Rejected, feedback.Rejected, feedback.Rejected,
	})
	for _, r := range results[7:] {
		if r.Err == nil || r.Err.Code != feedback.CodeInvalid || r.Err.Field == "" {
			t.Errorf("rejected: %v", r.Err)
		}
	}
	same(t, "of a", must[[]health.Observation](t)(s.Observations(ctx, "a", Epoch)), []health.Observation{
		{Signal: "logins", Value: 3, At: *At(-time.Hour), ReceivedAt: Epoch},
		{Signal: "logins", Value: 2, At: Epoch, ReceivedAt: Epoch},
	})
	same(t, "of b", must[[]health.Observation](t)(s.Observations(ctx, "b", Epoch)), []health.Observation{
		{Signal: "orders", Value: 5, At: *At(-time.Minute), ReceivedAt: Epoch, Source: "s1"},
	})
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(0))
}

func testKeys(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	a := feedback.Key{ID: "k1", Name: "pipeline", Scope: feedback.ScopeWrite, Hash: [32]byte{1}, CreatedAt: Epoch}
	b := feedback.Key{ID: "k2", Name: "crm", Scope: feedback.ScopeRead, Hash: [32]byte{2}, CreatedAt: Epoch.Add(-time.Hour)}
	for _, k := range []feedback.Key{a, b} {
		if err := s.PutKey(ctx, k); err != nil {
			t.Fatal(err)
		}
	}
	code(t, s.PutKey(ctx, a), feedback.CodeIDConflict)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: feedback.ScopeRead, Hash: a.Hash}), feedback.CodeIDConflict)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: "root", Hash: [32]byte{3}}), feedback.CodeInvalid)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: feedback.ScopeRead}), feedback.CodeInvalid)
	code(t, s.PutKey(ctx, feedback.Key{Scope: feedback.ScopeRead, Hash: [32]byte{3}}), feedback.CodeInvalid)
	same(t, "list", must[[]feedback.Key](t)(s.ListKeys(ctx)), []feedback.Key{b, a})
	same(t, "by hash", must[feedback.Key](t)(s.KeyByHash(ctx, a.Hash)), a)
	_, err := s.KeyByHash(ctx, [32]byte{9})
	code(t, err, feedback.CodeUnauthorized)
	code(t, s.RevokeKey(ctx, "none", Epoch), feedback.CodeNotFound)
	for i := range 2 {
		if err := s.RevokeKey(ctx, "k1", Epoch.Add(time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.KeyByHash(ctx, a.Hash)
	code(t, err, feedback.CodeUnauthorized)
	a.RevokedAt = At(time.Hour)
	same(t, "revoked", must[[]feedback.Key](t)(s.ListKeys(ctx)), []feedback.Key{b, a})
}

func testPolicies(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, err := s.Policy(ctx)
	code(t, err, feedback.CodeNotFound)
	_, err = s.PutPolicy(ctx, nil, "lan", Epoch)
	code(t, err, feedback.CodeInvalid)
	for i, yaml := range []string{"version: 1\n", "version: 1 # ấm\n"} {
		same(t, "number", must[int](t)(s.PutPolicy(ctx, []byte(yaml), "lan", Epoch)), i+1)
		same(t, "in force", string(must[[]byte](t)(s.Policy(ctx))), yaml)
	}
}

func testConcurrent(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	const writers, each = 8, 40
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		seqs   []int64
		failed []error
	)
	note := func(err error, got ...int64) {
		mu.Lock()
		defer mu.Unlock()
		seqs = append(seqs, got...)
		if err != nil {
			failed = append(failed, err)
		}
	}
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := fmt.Sprintf("r-%d-%d", w, i)
				results, err := s.Put(ctx, []feedback.Record{
					Record(feedback.Draft{ID: id, Text: "x", AccountID: fmt.Sprint("a", i%3), Tags: []string{fmt.Sprint(w)}}),
					Record(feedback.Draft{ID: "shared", Source: feedback.SourceChat, Text: "y"}),
				})
				note(err)
				for _, r := range results {
					if r.Status != feedback.Unchanged {
						note(nil, r.Seq)
					}
				}
				switch i % 4 {
				case 1:
					r, err := s.Correct(ctx, id, feedback.Correction{At: Epoch, By: "lan", Sentiment: analyzer.Positive})
					note(err, r.Seq)
				case 2:
					seq, err := s.Delete(ctx, id, Epoch)
					note(err, seq)
				case 3:
					if _, err := s.Delete(ctx, "none", Epoch); feedback.CodeOf(err) != feedback.CodeNotFound {
						note(errors.New("deleted what is not there"))
					}
				}
			}
		})
		wg.Go(func() {
			for range each {
				_, err := s.Changes(ctx, 0, 50)
				note(err)
				_, err = s.Tally(ctx, feedback.TallyQuery{Metric: "sentiment", By: "tag", Period: "day"})
				note(err)
				_, err = s.Observations(ctx, "a1", Epoch)
				note(err)
			}
		})
	}
	wg.Wait()
	if len(failed) > 0 {
		t.Fatalf("%d calls failed, the first with: %v", len(failed), failed[0])
	}
	slices.Sort(seqs)
	for i, seq := range seqs {
		if seq != int64(i+1) {
			t.Fatalf("change %d has seq %d: numbers are not given once and in a row", i+1, seq)
		}
	}
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(len(seqs)))
	same(t, "count", must[int](t)(s.Count(ctx)), writers*each*3/4+1)
	same(t, "tally", count(t, s, feedback.Filter{}), writers*each*3/4+1)
	same(t, "corrected", count(t, s, feedback.Filter{Sentiment: []string{analyzer.Positive}}), writers*each/4)
}

func testCancelled(t *testing.T, s feedback.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, []feedback.Record{Record(feedback.Draft{ID: "r", Text: "x"})}); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Get(ctx, "r"); !errors.Is(err, context.Canceled) {
		t.Errorf("get: %v", err)
	}
	same(t, "count", must[int](t)(s.Count(t.Context())), 0)
}
