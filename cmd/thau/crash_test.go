package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var crashCycles = flag.Int("crash-cycles", 20, "how often TestCrash kills the server")

// crashCheck is how often the whole truth is checked: what is lost stays lost.
const crashCheck = 5

// TestCrash kills a server again and again at random moments while it takes a stream of feedback. Afterwards every record that was
// answered must be there once, nothing may be there that was not sent, and search must find all of it.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("kills servers for half a minute")
	}
	dir, exe := t.TempDir(), program(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	sent, acknowledged := map[string]bool{}, map[string]bool{}
	for cycle := range *crashCycles {
		s, err := startServer(exe, dir)
		if err != nil {
			t.Fatalf("cycle %d: %v", cycle, err)
		}
		if cycle%crashCheck == 0 {
			checkTruth(t, s.url, sent, acknowledged, random)
		}
		if t.Failed() {
			s.kill()
			t.Fatalf("cycle %d lost data", cycle)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			streamUntilKilled(s.url, cycle, sent, acknowledged)
		}()
		time.Sleep(time.Duration(random.IntN(600)) * time.Millisecond)
		s.kill()
		<-done
	}
	s, err := startServer(exe, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.kill()
	checkTruth(t, s.url, sent, acknowledged, random)
	t.Logf("%d records sent, %d answered", len(sent), len(acknowledged))
	if len(acknowledged) == 0 {
		t.Error("no record was ever answered: the test proves nothing")
	}
}

// streamUntilKilled sends records until the stream breaks, and notes which were sent and which answered. Some are sent again.
func streamUntilKilled(base string, cycle int, sent, acknowledged map[string]bool) {
	body, in := io.Pipe()
	written := make(chan []string, 1)
	go func() {
		var ids []string
		defer func() { written <- ids }()
		for i := 0; ; i++ {
			id := fmt.Sprintf("c%d-%d", cycle, i)
			ids = append(ids, id)
			line := fmt.Sprintf(`{"id":%q,"text":"Giao hàng chậm lần %d, nhân viên nhiệt tình","scores":{"nps":%d},"account_id":"a%d"}`+"\n", id, i, i%11, i%7)
			if i%5 == 0 {
				line += line
			}
			if _, err := io.WriteString(in, line); err != nil {
				return
			}
		}
	}()
	defer func() {
		body.Close()
		for _, id := range <-written {
			sent[id] = true
		}
	}()
	res, err := http.Post(base+"/v1/feedback/bulk", "application/x-ndjson", body)
	if err != nil {
		return
	}
	defer res.Body.Close()
	for dec := json.NewDecoder(res.Body); ; {
		var r lineResult
		if dec.Decode(&r) != nil {
			return
		}
		if r.Status != "rejected" && r.Status != "failed" {
			acknowledged[r.ID] = true
		}
	}
}

// checkTruth waits until search has caught up and compares it, and a sample of records, with what was answered.
func checkTruth(t *testing.T, base string, sent, acknowledged map[string]bool, random *rand.Rand) {
	t.Helper()
	// A record whose answer says that search knows it, and all before it.
	probe := fmt.Sprintf("probe-%d", len(sent))
	sent[probe], acknowledged[probe] = true, true
	res, err := http.Post(base+"/v1/feedback?wait=indexed", "application/json", strings.NewReader(fmt.Sprintf(`{"id":%q,"text":"probe"}`, probe)))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("probe: %s %s %v", res.Status, answer, err)
	}
	found := map[string]bool{}
	total := 0
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				Record struct {
					ID string `json:"id"`
				} `json:"record"`
			} `json:"items"`
			Total int    `json:"total"`
			Next  string `json:"next"`
		}
		getJSON(t, base+"/v1/search?limit=200&cursor="+url.QueryEscape(cursor), &page)
		total = page.Total
		for _, item := range page.Items {
			if found[item.Record.ID] {
				t.Errorf("%s is found twice", item.Record.ID)
			}
			found[item.Record.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if total != len(found) {
		t.Errorf("search counts %d and lists %d", total, len(found))
	}
	for id := range acknowledged {
		if !found[id] {
			t.Errorf("%s was answered and is not found", id)
		}
	}
	for id := range found {
		if !sent[id] {
			t.Errorf("%s was never sent", id)
		}
	}
	known := slices.Sorted(maps.Keys(acknowledged))
	for range min(20, len(known)) {
		id := known[random.IntN(len(known))]
		if status, err := (&runningServer{url: base}).status(context.Background(), "/v1/feedback/"+id); err != nil || status != http.StatusOK {
			t.Errorf("%s was answered and gives %d, %v", id, status, err)
		}
	}
}
