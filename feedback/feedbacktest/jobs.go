package feedbacktest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// testReread reads records again: the labels follow, nothing else does, and whoever changed a record meanwhile wins.
func testReread(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	old, now := analyzer.Engine{Version: "1", Lexicon: "sha256:a"}, analyzer.Engine{Version: "2", Lexicon: "sha256:b"}
	read := func(id string, e analyzer.Engine, label string) feedback.Record {
		r := Say(Record(feedback.Draft{ID: id, Text: "x", AccountID: "acme", Tags: []string{"vip"}, UpdatedAt: At(0)}), label, -0.5, map[string]float64{"price": -0.5})
		r.Payload, r.Analysis.Engine = [32]byte{1, id[0]}, e
		return r
	}
	put(t, s, read("a", old, analyzer.Negative), read("b", old, analyzer.Negative), read("c", now, analyzer.Negative), read("d", old, analyzer.Negative))
	if _, err := s.Correct(ctx, "a", feedback.Correction{At: Epoch.Add(time.Minute), By: "lan", Urgency: analyzer.UrgencyHigh}); err != nil {
		t.Fatal(err)
	}
	stale := must[[]feedback.Record](t)(s.Stale(ctx, now, 0, 10))
	var ids []string
	for i := range stale {
		ids = append(ids, stale[i].ID)
	}
	same(t, "stale", ids, []string{"b", "d", "a"})
	same(t, "how many", must[int](t)(s.CountStale(ctx, now)), 3)
	same(t, "a page", len(must[[]feedback.Record](t)(s.Stale(ctx, now, stale[0].Seq, 1))), 1)
	same(t, "an engine that read nothing", must[int](t)(s.CountStale(ctx, analyzer.Engine{Version: "3"})), 4)

	before := get(t, s, "a")
	for i := range stale {
		said := Say(feedback.Record{Draft: stale[i].Draft}, analyzer.Positive, 0.5, map[string]float64{"staff": 0.5})
		stale[i].Analysis = said.Analysis
		stale[i].Analysis.Engine = now
	}
	updated := read("b", now, analyzer.Neutral)
	updated.Text, updated.Payload = "y", [32]byte{9}
	put(t, s, updated)
	if _, err := s.Delete(ctx, "d", Epoch); err != nil {
		t.Fatal(err)
	}
	same(t, "taken", must[int](t)(s.Reread(ctx, stale)), 1)
	same(t, "left", must[int](t)(s.CountStale(ctx, now)), 0)
	same(t, "once more", must[int](t)(s.Reread(ctx, stale)), 0)

	after := get(t, s, "a")
	if after.Seq <= before.Seq {
		t.Errorf("the seq went from %d to %d", before.Seq, after.Seq)
	}
	want := before
	want.Seq, want.Analysis = after.Seq, stale[2].Analysis
	same(t, "record", after, want)
	same(t, "a newer update stays", get(t, s, "b").Text, "y")
	same(t, "positive", count(t, s, feedback.Filter{Sentiment: []string{analyzer.Positive}, Tag: []string{"vip"}}), 1)
	same(t, "corrections stay", count(t, s, feedback.Filter{Urgency: []string{analyzer.UrgencyHigh}, Topic: []string{"staff"}}), 1)
	same(t, "price", count(t, s, feedback.Filter{Topic: []string{"price"}}), 2)
	again := read("a", old, analyzer.Negative)
	same(t, "the same payload changes nothing", put(t, s, again)[0].Status, feedback.Unchanged)
	changes := must[[]feedback.Change](t)(s.Changes(ctx, before.Seq, 10))
	var last string
	for _, c := range changes {
		last = c.ID
	}
	same(t, "the last change", last, "a")
}

func testJobs(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, err := s.Job(ctx, "none")
	code(t, err, feedback.CodeNotFound)
	code(t, s.PutJob(ctx, feedback.Job{Kind: "x"}), feedback.CodeInvalid)
	var jobs []feedback.Job
	for i := range 3 {
		j := feedback.Job{ID: fmt.Sprint("j", i), Kind: feedback.JobReanalyze, State: feedback.JobQueued, By: "lan", CreatedAt: Epoch.Add(time.Duration(i) * time.Second), Params: json.RawMessage(`{"n":1}`)}
		if err := s.PutJob(ctx, j); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, j)
	}
	jobs[0].State, jobs[0].StartedAt, jobs[0].FinishedAt = feedback.JobDone, At(time.Minute), At(2*time.Minute)
	jobs[0].Total, jobs[0].Done, jobs[0].Error, jobs[0].Result = 7, 6, "lỗi", json.RawMessage(`{"ok":false}`)
	if err := s.PutJob(ctx, jobs[0]); err != nil {
		t.Fatal(err)
	}
	same(t, "job", must[feedback.Job](t)(s.Job(ctx, "j0")), jobs[0])
	same(t, "list", must[[]feedback.Job](t)(s.ListJobs(ctx, 2)), []feedback.Job{jobs[2], jobs[1]})
	same(t, "open", must[[]feedback.Job](t)(s.OpenJobs(ctx)), []feedback.Job{jobs[1], jobs[2]})
}
