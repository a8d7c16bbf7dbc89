package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/store"
)

// TestReanalyzeAfterKill starts a server on records that another engine read, which it reads again by itself, and kills it in the middle. The
// next one goes on, and in the end one engine has read
// every record, what people sent and corrected is there as it was, and search and figures follow.
func TestReanalyzeAfterKill(t *testing.T) {
	n := 4000
	if testing.Short() {
		n = 1500
	}
	dir, exe := t.TempDir(), program(t)
	before := storeUnread(t, dir+"/thau-data", n)

	s, err := startServer(exe, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.kill() }()
	var job feedback.Job
	cl, err := serverFlags{Server: s.url}.client()
	if err != nil {
		t.Fatal(err)
	}
	var jobs struct {
		Items []feedback.Job `json:"items"`
	}
	getJSON(t, s.url+"/v1/jobs", &jobs)
	if len(jobs.Items) != 1 || jobs.Items[0].Kind != feedback.JobReanalyze {
		t.Fatalf("the start with another engine asked for %+v", jobs.Items)
	}
	job = jobs.Items[0]
	for job.Done == 0 && !job.Finished() {
		if job, err = cl.getJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
	}
	s.kill()
	if job.Finished() {
		t.Fatalf("the job was finished before the kill: %+v", job)
	}

	if s, err = startServer(exe, dir); err != nil {
		t.Fatal(err)
	}
	if cl, err = (serverFlags{Server: s.url}).client(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * time.Minute); !job.Finished(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the job does not go on: %+v", job)
		}
		if job, err = cl.getJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
	}
	if job.State != feedback.JobDone || job.Done < n-rereadAtOnce || job.Done > n || job.Total != job.Done && job.Total < n-rereadAtOnce {
		t.Errorf("the job ended as %+v", job)
	}
	res, err := http.Post(s.url+"/v1/feedback?wait=indexed", "application/json", strings.NewReader(`{"id":"probe","text":"probe"}`))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	var page struct {
		Total int `json:"total"`
	}
	getJSON(t, s.url+"/v1/search?sentiment=negative", &page)
	if page.Total != n {
		t.Errorf("search finds %d negative records, want %d", page.Total, n)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	db, err := store.Open(t.Context(), dir+"/thau-data", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a, err := newAnalyzer()
	if err != nil {
		t.Fatal(err)
	}
	if left, err := db.CountStale(t.Context(), a.Engine()); err != nil || left != 0 {
		t.Errorf("%d records are left: %v", left, err)
	}
	for id, old := range before {
		got, err := db.Get(t.Context(), id)
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d records, %v", id, len(got), err)
		}
		r := got[0]
		if r.Text != old.Text || !r.ChangedAt.Equal(old.ChangedAt) || !r.ReceivedAt.Equal(old.ReceivedAt) || len(r.Corrections) != len(old.Corrections) || r.Payload != old.Payload {
			t.Fatalf("%s was %+v and is %+v", id, old, r)
		}
	}
}

// rereadAtOnce is how many records may have been read again whose count the kill took along.
const rereadAtOnce = 400

// storeUnread stores records that another engine has read, and gives some of them as they are.
func storeUnread(t *testing.T, dir string, n int) map[string]feedback.Record {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	records := make([]feedback.Record, n)
	sample := map[string]feedback.Record{}
	for i := range records {
		d := feedback.Draft{ID: fmt.Sprint("r", i), Source: feedback.SourceReview, Text: fmt.Sprintf("Giao hàng quá chậm, rất thất vọng, lần %d", i), Tags: []string{"t"}}
		payload, err := d.Payload()
		if err != nil {
			t.Fatal(err)
		}
		records[i] = feedback.Record{Draft: d, Payload: payload, Analysis: analyzer.Analysis{Engine: analyzer.Engine{Version: "0", Lexicon: "none"}}}
	}
	if _, err := db.Put(ctx, records); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < n; i += n / 20 {
		id := fmt.Sprint("r", i)
		if _, err := db.Correct(ctx, id, feedback.Correction{By: "lan", Urgency: analyzer.UrgencyHigh}); err != nil {
			t.Fatal(err)
		}
		got, err := db.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		sample[id] = got[0]
	}
	return sample
}
