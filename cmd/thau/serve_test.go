package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestDemo starts the demo, asks each URL that it names, and sees that nothing of it is left.
func TestDemo(t *testing.T) {
	s, err := startServer(program(t), t.TempDir(), "--demo")
	if err != nil {
		t.Fatal(err)
	}
	defer s.kill()
	var said bytes.Buffer
	for !strings.Contains(said.String(), "/openapi.json") {
		line, err := s.out.ReadString('\n')
		if err != nil {
			t.Fatalf("the demo said only %q", said.String())
		}
		said.WriteString(line)
	}
	urls := regexp.MustCompile(`(?m)^  http\S+`).FindAllString(said.String(), -1)
	if len(urls) < 4 {
		t.Errorf("the demo names %d URLs", len(urls))
	}
	for _, url := range urls {
		path := strings.TrimPrefix(strings.TrimSpace(url), s.url)
		if status, err := s.status(t.Context(), path); err != nil || status != http.StatusOK {
			t.Errorf("%s: status %d, %v", path, status, err)
		}
	}
	dir := regexp.MustCompile(`from (\S+), which is removed`).FindStringSubmatch(said.String())
	if dir == nil {
		t.Fatalf("the demo does not name its directory: %q", said.String())
	}
	if _, err := os.Stat(dir[1]); err != nil {
		t.Error(err)
	}
	var report struct {
		Trend struct {
			Points []json.RawMessage `json:"points"`
		} `json:"trend"`
	}
	getJSON(t, s.url+"/v1/accounts/hien-nang/health?at=2026-11-15", &report)
	if len(report.Trend.Points) < 2 {
		t.Errorf("the sample account has %d points of a trend, want a past", len(report.Trend.Points))
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir[1]); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", dir[1], err)
	}
}

// TestStopDrains stops a server while a stream is under way: what was answered is stored, and the process ends well.
func TestStopDrains(t *testing.T) {
	dir, exe := t.TempDir(), program(t)
	s, err := startServer(exe, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.kill()
	body, in := io.Pipe()
	answered := make(chan error, 1)
	go func() {
		res, err := http.Post(s.url+"/v1/feedback/bulk", "application/x-ndjson", body)
		if err != nil {
			answered <- err
			return
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err == nil && bytes.Count(b, []byte(`"created"`)) != 2 {
			err = fmt.Errorf("the stream was answered %s", b)
		}
		answered <- err
	}()
	fmt.Fprintln(in, `{"id":"1","text":"before"}`)
	time.Sleep(200 * time.Millisecond)
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	time.Sleep(200 * time.Millisecond)
	fmt.Fprintln(in, `{"id":"2","text":"while it stops"}`)
	in.Close()
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	again, err := startServer(exe, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.kill()
	var page struct {
		Total int `json:"total"`
	}
	getJSON(t, again.url+"/v1/search", &page)
	if page.Total != 2 {
		t.Errorf("%d records after the stop, want 2", page.Total)
	}
}

// TestGate asks a server that is not ready.
func TestGate(t *testing.T) {
	g := &gate{}
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		g.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/v1/search": 503} {
		w := ask(path)
		if w.Code != want || !json.Valid(w.Body.Bytes()) {
			t.Errorf("starting: %s gives %d %s, want %d", path, w.Code, w.Body, want)
		}
	}
	g.open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for path, want := range map[string]int{"/healthz": 204, "/readyz": 204, "/v1/search": 204} {
		if w := ask(path); w.Code != want {
			t.Errorf("open: %s gives %d, want %d", path, w.Code, want)
		}
	}
	g.close()
	for path, want := range map[string]int{"/healthz": 204, "/readyz": 503, "/v1/search": 204} {
		if w := ask(path); w.Code != want {
			t.Errorf("closing: %s gives %d, want %d", path, w.Code, want)
		}
	}
}

// getJSON reads what a URL answers.
func getJSON(t *testing.T, url string, into any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s: %s", url, res.Status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}
