package feedbacktest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

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
	unfit := Record(feedback.Draft{ID: "unfit", Text: "x"})
	unfit.Metadata = map[string]any{"no JSON": func() {}}
	same(t, "unfit", put(t, s, unfit)[0].Status, feedback.Rejected)
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
	corrected := map[string][]feedback.Correction{}
	if err := s.Corrected(ctx, func(id string, tags []string, c []feedback.Correction) error {
		same(t, "tags as sent", tags, []string{"a"})
		corrected[id] = c
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	same(t, "corrected", corrected, map[string][]feedback.Correction{"r": {first, second}})
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

// testLabelled compares Labelled with Changes: everything that search needs of a record is the same.
func testLabelled(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	after := int64(0)
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(t, "writes") {
			r := drawRecord(t)
			if rapid.Bool().Draw(t, "noted") {
				r.Metadata = map[string]any{"analysis": map[string]any{"language": `"analysis":{"language":`}, "n": 1}
			}
			if _, err := s.Put(ctx, []feedback.Record{r}); err != nil {
				t.Fatal(err)
			}
			switch rapid.IntRange(0, 5).Draw(t, "then") {
			case 0:
				if _, err := s.Correct(ctx, r.ID, drawCorrection(t)); err != nil {
					t.Fatal(err)
				}
			case 1:
				if _, err := s.Delete(ctx, r.ID, Epoch); err != nil {
					t.Fatal(err)
				}
			}
		}
		want, err := s.Changes(ctx, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Labelled(ctx, after, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%d changes, want %d", len(got), len(want))
		}
		for i := range want {
			w, g := want[i], got[i]
			if w.Seq != g.Seq || w.ID != g.ID || (w.Record == nil) != (g.Record == nil) {
				t.Fatalf("change %d: %d %s, want %d %s", i, g.Seq, g.ID, w.Seq, w.ID)
			}
			after = w.Seq
			if w.Record == nil {
				continue
			}
			a, b := w.Record.Labels(), g.Record.Labels()
			if diff := difference(Topics(a), Topics(b)); diff != "" {
				t.Fatalf("topics of %v (-want +got):\n%s", w.Record.Analysis.Topics, diff)
			}
			slices.Sort(a.Intents)
			slices.Sort(b.Intents)
			a.Topics, b.Topics, a.Intents, b.Intents = nil, nil, slices.Compact(a.Intents), slices.Compact(b.Intents)
			written := w.Record.Text != "" || w.Record.Title != ""
			if diff := difference(a, b); diff != "" || written && w.Record.Analysis.Sentiment.Score != g.Record.Analysis.Sentiment.Score {
				t.Fatalf("labels (-want +got):\n%s", diff)
			}
			w.Record.Metadata, g.Record.Metadata = nil, nil
			if diff := difference(w.Record.Draft, g.Record.Draft); diff != "" || !w.Record.ReceivedAt.Equal(g.Record.ReceivedAt) || !w.Record.ChangedAt.Equal(g.Record.ChangedAt) {
				t.Fatalf("draft (-want +got):\n%s", diff)
			}
		}
	})
}
