package feedbacktest

import (
	"slices"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// stale gives the accounts whose standing is not up to date.
func stale(t *testing.T, s feedback.Store) map[string]int64 {
	t.Helper()
	accounts, total, err := s.StaleAccounts(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, a := range accounts {
		out[a.ID] = a.Mark
	}
	if total != len(out) {
		t.Errorf("%d stale accounts, %d listed", total, len(out))
	}
	return out
}

// Whatever changes an account marks it; a standing takes the mark away that it was computed with, and no later one.
func testStandings(t *testing.T, s feedback.Store) {
	put(t, s, Record(feedback.Draft{ID: "r", AccountID: "a", Text: "x"}))
	if _, err := s.PutSignals(t.Context(), []feedback.Signal{{AccountID: "b", Name: "logins", Value: 1, At: Epoch}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.PutAccount(t.Context(), feedback.Account{ID: "c", Attributes: map[string]string{"plan": "pro"}}); err != nil {
		t.Fatal(err)
	}
	marks := stale(t, s)
	if len(marks) != 3 {
		t.Fatalf("stale: %v", marks)
	}
	overridden := 55.5
	computed := func(id string, day string, score float64) feedback.ComputedStanding {
		return feedback.ComputedStanding{
			Standing: feedback.Standing{Account: feedback.Account{ID: id}, At: Epoch, Score: score, Grade: "B", Coverage: 0.5, Change: -3, Slope: -0.5, Trend: "down", Value: 100, Lost: 12,
				Warnings: []string{"drop", "silence"}, AskedAt: At(-time.Hour), Worst: "nps", Action: "call", Overridden: &overridden},
			Snapshot: &feedback.Snapshot{Day: day, Policy: "p", Engine: "1", At: Epoch, Score: score, Low: 1, High: 99, Coverage: 0.5, Grade: "B", Raw: "C", Segment: "s",
				Parts: []feedback.SnapshotPart{{Signal: "nps", Contribution: score - 50}}},
			Mark: marks[id],
		}
	}
	// Something happens to b while its standing is computed; a later account is unknown.
	if _, err := s.PutSignals(t.Context(), []feedback.Signal{{AccountID: "b", Name: "logins", Value: 2, At: Epoch}}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutStandings(t.Context(), []feedback.ComputedStanding{computed("a", "2026-03-01", 60), computed("b", "2026-03-01", 50), computed("c", "2026-03-01", 40), computed("nobody", "2026-03-01", 1)}); err != nil {
		t.Fatal(err)
	}
	if left := stale(t, s); len(left) != 1 || left["b"] == 0 {
		t.Errorf("left: %v", left)
	}
	var got []feedback.Standing
	if err := s.EachStanding(t.Context(), func(st *feedback.Standing) error { got = append(got, *st); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[2].Account.ID != "c" || got[2].Account.Attributes["plan"] != "pro" {
		t.Fatalf("standings %+v", got)
	}
	want := computed("a", "", 60).Standing
	got[0].Account = want.Account
	same(t, "standing", got[0], want)

	// A snapshot is what it was first; another day is another.
	if err := s.PutStandings(t.Context(), []feedback.ComputedStanding{computed("a", "2026-03-01", 99), computed("a", "2026-03-02", 61)}); err != nil {
		t.Fatal(err)
	}
	same(t, "snapshots", must[[]feedback.Snapshot](t)(s.Snapshots(t.Context(), "a", "2026-01-01", "2026-03-02")),
		[]feedback.Snapshot{*computed("a", "2026-03-01", 60).Snapshot, *computed("a", "2026-03-02", 61).Snapshot})
	same(t, "to the first", must[[]feedback.Snapshot](t)(s.Snapshots(t.Context(), "a", "2026-01-01", "2026-03-01")), []feedback.Snapshot{*computed("a", "2026-03-01", 60).Snapshot})

	// A correction, a deletion and a new day mark accounts again.
	put(t, s, Record(feedback.Draft{ID: "r2", AccountID: "c", Text: "y"}))
	if _, err := s.Delete(t.Context(), "r", Epoch); err != nil {
		t.Fatal(err)
	}
	if left := stale(t, s); len(left) != 3 {
		t.Errorf("after changes: %v", left)
	}
	before := stale(t, s)
	if err := s.MarkStale(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := stale(t, s); after["a"] == before["a"] || len(after) != 3 {
		t.Errorf("a new day: %v, then %v", before, after)
	}
}

func testOverrides(t *testing.T, s feedback.Store) {
	if _, _, err := s.PutAccount(t.Context(), feedback.Account{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	first := health.Override{Kind: health.OverrideFloor, Value: 60, Reason: "they renewed", Author: "lan", At: Epoch, ExpiresAt: *At(2 * time.Hour)}
	second := health.Override{Kind: health.OverrideValue, Value: 20, Reason: "they told us", Author: "minh", At: *At(time.Hour), ExpiresAt: *At(9 * time.Hour)}
	for _, o := range []health.Override{first, second} {
		if err := s.PutOverride(t.Context(), "a", o); err != nil {
			t.Fatal(err)
		}
	}
	at := func(d time.Duration) *health.Override {
		return must[*health.Override](t)(s.Override(t.Context(), "a", *At(d)))
	}
	same(t, "before", at(-time.Hour), (*health.Override)(nil))
	same(t, "first", at(0), &first)
	same(t, "the later one", at(time.Hour), &second)
	if err := s.EndOverrides(t.Context(), "a", *At(3 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	same(t, "ended", at(3*time.Hour), (*health.Override)(nil))
	if err := s.EndOverrides(t.Context(), "a", *At(4 * time.Hour)); feedback.CodeOf(err) != feedback.CodeNotFound {
		t.Errorf("ending none: %v", err)
	}
	if err := s.PutOverride(t.Context(), "nobody", first); feedback.CodeOf(err) != feedback.CodeNotFound {
		t.Errorf("of nobody: %v", err)
	}
}

func testLedger(t *testing.T, s feedback.Store) {
	day := func(n int) time.Time { return Epoch.AddDate(0, 0, n) }
	if _, err := s.PutSignals(t.Context(), []feedback.Signal{
		{AccountID: "b", Name: "revenue", Value: 5, At: day(0)},
		{AccountID: "a", Name: "revenue", Value: 10, At: day(0)},
		{AccountID: "a", Name: "revenue", Value: 20, At: day(1)},
		{AccountID: "a", Name: "revenue", Value: 40, At: day(40)},
		{AccountID: "a", Name: "cost", Value: 3, At: day(1)},
		{AccountID: "a", Name: "logins", Value: 9, At: day(1)},
	}); err != nil {
		t.Fatal(err)
	}
	q := feedback.LedgerQuery{Names: []string{"revenue", "cost"}}
	same(t, "all", must[[]feedback.Entry](t)(s.Ledger(t.Context(), q)), []feedback.Entry{
		{Account: "a", Name: "cost", Sum: 3, N: 1, Last: 3},
		{Account: "a", Name: "revenue", Sum: 70, N: 3, Last: 40},
		{Account: "b", Name: "revenue", Sum: 5, N: 1, Last: 5},
	})
	q = feedback.LedgerQuery{Names: []string{"revenue"}, From: day(0), To: day(40), Period: "month", Zone: time.UTC}
	month := Epoch.Format("2006-01") + "-01"
	same(t, "by month", must[[]feedback.Entry](t)(s.Ledger(t.Context(), q)), []feedback.Entry{
		{Account: "a", Period: month, Name: "revenue", Sum: 30, N: 2, Last: 20},
		{Account: "b", Period: month, Name: "revenue", Sum: 5, N: 1, Last: 5},
	})
	if _, err := s.Ledger(t.Context(), feedback.LedgerQuery{Names: []string{"x"}, Period: "year"}); feedback.CodeOf(err) != feedback.CodeInvalid {
		t.Errorf("by year: %v", err)
	}
}

func testTargets(t *testing.T, s feedback.Store) {
	target := feedback.Target{ID: "x", Metric: "nps", Owner: "care", Attribute: "plan", Value: "pro", Goal: 40, Direction: "at_least", From: At(0), By: "lan", SetAt: Epoch}
	for _, id := range []string{"y", "x"} {
		target.ID = id
		if err := s.PutTarget(t.Context(), target); err != nil {
			t.Fatal(err)
		}
	}
	target.Goal = 50
	if err := s.PutTarget(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteTarget(t.Context(), "y"); err != nil {
		t.Fatal(err)
	}
	same(t, "targets", must[[]feedback.Target](t)(s.Targets(t.Context())), []feedback.Target{target})
	if err := s.DeleteTarget(t.Context(), "y"); feedback.CodeOf(err) != feedback.CodeNotFound {
		t.Errorf("deleting none: %v", err)
	}
}

// A mention says in short what its record says, and the last one asked for ends the walk.
func testMentions(t *testing.T, s feedback.Store) {
	r := Say(Record(feedback.Draft{ID: "r", AccountID: "a", CustomerID: "c", Text: "x", Touchpoint: "checkout", Tags: []string{"vip"}, CollectedAt: At(-time.Hour),
		Scores: map[string]feedback.Score{"nps": {Value: 3, Max: 10}}}), analyzer.Negative, -0.6, map[string]float64{"delivery.speed": -0.8})
	r.Analysis.Intents = []analyzer.Intent{{ID: "complaint", Sure: true}}
	put(t, s, r, Record(feedback.Draft{ID: "other", Text: "y"}))
	var got []feedback.Mention
	collect := func(f feedback.Filter, most int) {
		t.Helper()
		got = nil
		if err := s.EachMention(t.Context(), f, func(m *feedback.Mention) bool {
			c := *m
			c.Topics, c.Intents, c.Tags, c.Scores = slices.Clone(m.Topics), slices.Clone(m.Intents), slices.Clone(m.Tags), slices.Clone(m.Scores)
			slices.Sort(c.Topics)
			got = append(got, c)
			return len(got) < most
		}); err != nil {
			t.Fatal(err)
		}
	}
	collect(feedback.Filter{Account: []string{"a"}}, 9)
	if len(got) != 1 || got[0].Customer == 0 {
		t.Fatalf("%+v", got)
	}
	got[0].Customer = 0
	same(t, "mention", got[0], feedback.Mention{
		Account: "a", At: *At(-time.Hour), Touchpoint: "checkout", Topics: []string{"delivery", "delivery.speed", "delivery.speed:negative", "delivery:negative"},
		Intents: []string{"complaint"}, Tags: []string{"vip"}, Scores: []feedback.NamedScore{{Name: "nps", Score: feedback.Score{Value: 3, Max: 10}}},
	})
	collect(feedback.Filter{}, 1)
	if len(got) != 1 {
		t.Errorf("%d mentions after the walk was ended", len(got))
	}
	collect(feedback.Filter{Intent: []string{"praise"}}, 9)
	if len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
