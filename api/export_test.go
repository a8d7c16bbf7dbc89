package api

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/store"
)

// TestExport exports filtered sets in both formats.
func TestExport(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for i, body := range []string{
		`{"id":"a","text":"=HYPERLINK(\"http://evil.example\")","scores":{"nps":2},"attributes":{"plan":"pro"},"tags":["+x"]}`,
		`{"id":"b","collected_at":"2026-11-02T08:00:00Z","text":"giao hàng chậm","title":" @SUM(A1)","scores":{"csat":5},"attributes":{"region":"-1"}}`,
		`{"id":"c","collected_at":"2026-11-03T08:00:00Z","text":"giao nhanh, \"rất\" tốt\nhai dòng","source":"chat","ticket":{"status":"open"}}`,
	} {
		url := "/v1/feedback"
		if i == 2 {
			url += "?wait=indexed"
		}
		if a := ask(t, h, post, url, body); a.status != 201 {
			t.Fatal(a)
		}
	}
	a := ask(t, h, get, "/v1/export?format=csv", "")
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.HasPrefix(a.body, "\uFEFF") {
		t.Fatal(a)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatal(err, rows)
	}
	column := func(row int, name string) string {
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("no column %s in %v", name, rows[0])
		}
		return rows[row][at]
	}
	for _, c := range []struct {
		row        int
		name, want string
	}{
		{1, "id", "a"}, {1, "text", `'=HYPERLINK("http://evil.example")`}, {1, "nps", "2"}, {1, "attr.plan", "pro"}, {1, "tags", "'+x"}, {1, "csat", ""},
		{2, "title", "' @SUM(A1)"}, {2, "attr.region", "'-1"}, {2, "csat", "5"}, {2, "sentiment", "negative"}, {2, "topics", "delivery.speed:negative"},
		{3, "text", "giao nhanh, \"rất\" tốt\nhai dòng"}, {3, "ticket_status", "open"}, {3, "source", "chat"},
	} {
		if got := column(c.row, c.name); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("row %d, %s: %q, want %q", c.row, c.name, got, c.want)
		}
	}
	if score := column(2, "sentiment_score"); !strings.HasPrefix(score, "-0.") {
		t.Errorf("a number is no formula: %q", score)
	}

	ids := func(url string) string {
		t.Helper()
		a := ask(t, h, get, url, "")
		if a.status != 200 || a.header.Get("Content-Type") != lineTypes[0] {
			t.Fatal(url, a)
		}
		var out []string
		for line := range strings.Lines(a.body) {
			v := answer{body: line}.value(t)
			out = append(out, v["id"].(string))
		}
		return strings.Join(out, " ")
	}
	for url, want := range map[string]string{
		"/v1/export": "a b c", "/v1/export?source=chat": "c", "/v1/export?attr.plan=pro&nps_max=6": "a", "/v1/export?q=giao": "c b",
		"/v1/export?q=giao&source=survey": "b", "/v1/export?source=call": "", "/v1/export?q=late+delivery&synonyms=true": "b",
	} {
		if got := ids(url); got != want {
			t.Errorf("%s gives %q, want %q", url, got, want)
		}
	}
	for url, want := range map[string]string{
		"/v1/export?format=xlsx": `"name":"format"`, "/v1/export?colour=red": `"name":"colour"`, "/v1/export?from=soon": `"name":"from"`,
		"/v1/export?source=fax": `"name":"source"`, "/v1/export?q=(": "column 2", "/v1/export?nps_min=x": `"name":"nps_min"`, "/v1/export?format=csv&q=(": "column 2",
	} {
		if a := ask(t, h, get, url, ""); a.status != 400 || !strings.Contains(a.body, want) || a.header.Get("Content-Type") != problemType {
			t.Errorf("%s: %d %s %s", url, a.status, a.header.Get("Content-Type"), a.body)
		}
	}
}

// TestViews saves filters and uses them wherever there are filters.
func TestViews(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for _, body := range []string{
		`{"id":"a","text":"giao chậm","scores":{"nps":2},"attributes":{"plan":"pro"}}`,
		`{"id":"b","text":"giao nhanh","scores":{"nps":10},"attributes":{"plan":"pro"}}`,
		`{"id":"c","text":"giao chậm","scores":{"nps":3}}`,
	} {
		ask(t, h, post, "/v1/feedback?wait=indexed", body)
	}
	for _, s := range []scenario{
		{name: "none", method: get, url: "/v1/views", status: 200, contains: []string{`{"items":[]}`}},
		{name: "save", method: put, url: "/v1/views/unhappy%20pros", body: `{"filter":{"attr.plan":["pro"],"nps_max":["6"]}}`, status: 201, contains: []string{`"name":"unhappy pros"`, `"nps_max":["6"]`}},
		{name: "save again", method: put, url: "/v1/views/unhappy%20pros", body: `{"filter":{"attr.plan":["pro"],"nps_max":["6"]}}`, status: 200},
		{name: "with a text", method: put, url: "/v1/views/slow", body: `{"filter":{"q":["chậm"]}}`, status: 201},
		{name: "get", method: get, url: "/v1/views/slow", status: 200, contains: []string{`"q":["chậm"]`}},
		{name: "list", method: get, url: "/v1/views", status: 200, contains: []string{`"slow"`, `"unhappy pros"`}},
		{name: "search", method: get, url: "/v1/search?view=unhappy%20pros", status: 200, contains: []string{`"total":1`, `"id":"a"`}},
		{name: "search by text", method: get, url: "/v1/search?view=slow&source=survey", status: 200, contains: []string{`"total":2`}},
		{name: "metric", method: get, url: "/v1/metrics/nps?view=unhappy%20pros", status: 200, contains: []string{`"n":1`, `"detractors":1`}},
		{name: "export", method: get, url: "/v1/export?view=unhappy%20pros", status: 200, contains: []string{`"id":"a"`}, notContains: []string{`"id":"c"`}},
		{name: "metric of a text", method: get, url: "/v1/metrics/nps?view=slow", status: 400, contains: []string{`"name":"view"`, "text to search for"}},
		{name: "twice", method: get, url: "/v1/search?view=slow&q=x", status: 400, contains: []string{`"name":"q"`, "set by the view"}},
		{name: "unknown view", method: get, url: "/v1/search?view=none", status: 404, contains: []string{"there is no view"}},
		{name: "no such view", method: get, url: "/v1/views/none", status: 404},
		{name: "wrong parameter", method: put, url: "/v1/views/x", body: `{"filter":{"colour":["red"]}}`, status: 400, contains: []string{`"name":"colour"`}},
		{name: "wrong value", method: put, url: "/v1/views/x", body: `{"filter":{"from":["soon"],"nps_min":["x"]}}`, status: 400, contains: []string{`"name":"from"`, `"name":"nps_min"`}},
		{name: "empty", method: put, url: "/v1/views/x", body: `{"filter":{}}`, status: 400, contains: []string{`"name":"filter"`}},
		{name: "no view in itself", method: put, url: "/v1/views/x", body: `{"filter":{"view":["slow"]}}`, status: 400, contains: []string{`"name":"view"`}},
		{name: "delete", method: remove, url: "/v1/views/slow", status: 204},
		{name: "delete again", method: remove, url: "/v1/views/slow", status: 404},
	} {
		a := ask(t, h, s.method, s.url, s.body)
		if a.status != s.status {
			t.Errorf("%s: %d %s", s.name, a.status, a.body)
		}
		for _, part := range s.contains {
			if !strings.Contains(a.body, part) {
				t.Errorf("%s: no %s in %s", s.name, part, a.body)
			}
		}
		for _, part := range s.notContains {
			if strings.Contains(a.body, part) {
				t.Errorf("%s: %s in %s", s.name, part, a.body)
			}
		}
	}
}

// An erasure that was cut off after it was durable is brought to its end by whoever works next.
func TestEraseGoesOn(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	must(t, err)
	_, err = db.Put(t.Context(), []feedback.Record{{Draft: feedback.Draft{ID: "1", Text: "secretword", CustomerID: "c"}}, {Draft: feedback.Draft{ID: "2", Text: "publicword"}}})
	must(t, err)
	erased, err := db.Erase(t.Context(), "c", time.Now(), feedback.Job{ID: "clearing", Kind: feedback.JobErase, State: feedback.JobQueued, CreatedAt: time.Now()})
	must(t, err)
	if erased.Records != 1 {
		t.Fatal(erased)
	}
	if _, err := db.Erase(t.Context(), "c", time.Now(), feedback.Job{ID: "nothing", Kind: feedback.JobErase, CreatedAt: time.Now()}); feedback.CodeOf(err) != feedback.CodeNotFound {
		t.Error(err)
	}
	must(t, db.Close())
	house := houseIn(t, dir)
	for wait := time.Millisecond; ; wait *= 2 {
		job, err := house.Job(t.Context(), "clearing")
		must(t, err)
		if job.State == feedback.JobDone {
			break
		}
		if wait > 10*time.Second {
			t.Fatal(job)
		}
		time.Sleep(wait)
	}
	if jobs, err := house.ListJobs(t.Context(), 10); err != nil || len(jobs) != 1 {
		t.Error(jobs, err)
	}
	changes, err := house.store.Changes(t.Context(), 0, 10)
	must(t, err)
	for _, c := range changes {
		if c.ID == "1" {
			t.Errorf("the tombstone of what was erased is still there: %+v", c)
		}
	}
}

// TestErase erases a customer and looks for what is left in every file of the workspace.
func TestErase(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, onLoopback)
	for i := range 300 {
		customer := fmt.Sprint("keep-", i%7)
		if i%3 == 0 {
			customer = "secretcustomer"
		}
		word := map[bool]string{true: "secretword", false: "publicword"}[i%3 == 0]
		body := fmt.Sprintf(`{"id":"%s-%d","title":"title%s","text":"giao hàng chậm %s %d","customer_id":%q,"account_id":%q,"tags":["tag%s"],"attributes":{"phone":"phone%s"},"metadata":{"note":"note%s"},"scores":{"nps":%d}}`,
			word, i, word, word, i, customer, customer, word, word, word, i%11)
		if a := ask(t, h, post, "/v1/feedback", body, "Idempotency-Key: key"+word+fmt.Sprint(i)); a.status != 201 {
			t.Fatal(a)
		}
	}
	ask(t, h, patch, "/v1/feedback/secretword-3?", `{"by":"bysecretword","tags":["correctedsecretword"]}`)
	ask(t, h, post, "/v1/accounts/secretcustomer/signals", `{"name":"logins","value":3,"id":"signalsecretword"}`)
	ask(t, h, post, "/v1/feedback?wait=indexed", `{"id":"last","text":"publicword"}`)
	present := func(trace string) (files []string) {
		must(t, filepath.WalkDir(house.dir, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if os.IsNotExist(err) { // merged away meanwhile
				return nil
			}
			if strings.Contains(string(b), trace) {
				files = append(files, filepath.Base(path))
			}
			return err
		}))
		return files
	}
	for _, trace := range []string{"secretword", "secretcustomer"} {
		if len(present(trace)) == 0 {
			t.Fatalf("%s is nowhere, so that nothing is shown by its absence", trace)
		}
	}
	a := ask(t, h, remove, "/v1/customers/secretcustomer", "")
	if a.status != http.StatusOK || a.body != `{"records":100,"account":true}` {
		t.Fatal(a)
	}
	for _, trace := range []string{"secretword", "secretcustomer"} {
		if files := present(trace); len(files) > 0 {
			t.Errorf("%s is still in %v", trace, files)
		}
	}
	if len(present("publicword")) == 0 {
		t.Error("what should be kept is gone")
	}
	for url, want := range map[string]string{
		"/v1/search?q=chậm&limit=1": `"total":200`, "/v1/search?q=secretword": `"total":0`, "/v1/metrics/nps": `"n":200`, "/v1/metrics/nps?customer=secretcustomer": `"n":0`,
	} {
		if a := ask(t, h, get, url, ""); !strings.Contains(a.body, want) {
			t.Errorf("%s: no %s in %.300s", url, want, a.body)
		}
	}
	if a := ask(t, h, get, "/v1/feedback/secretword-3", ""); a.status != 404 {
		t.Error(a.status)
	}
	if a := ask(t, h, remove, "/v1/customers/secretcustomer", ""); a.status != 404 || strings.Contains(a.body, "secretcustomer\"") {
		t.Error(a)
	}
	// The workspace goes on.
	if a := ask(t, h, post, "/v1/feedback?wait=indexed", `{"id":"secretword-3","text":"newword","customer_id":"other"}`); a.status != 201 {
		t.Error(a)
	}
	if records, err := house.store.Count(t.Context()); err != nil || records != 202 {
		t.Error(records, err)
	}
	if tallies, err := house.store.Tally(t.Context(), feedback.TallyQuery{Metric: "records"}); err != nil || len(tallies) != 1 || tallies[0].Counts[0].N != 202 {
		t.Error(tallies, err)
	}
}
