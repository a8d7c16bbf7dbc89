package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// varied writes records in both languages and every way of typing, of one to three sentences, over a year.
func varied(tb testing.TB, n int) []byte {
	tb.Helper()
	b, err := os.ReadFile("../testdata/search/records.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	var sentences []string
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		sentences = append(sentences, line[strings.LastIndexByte(line, '\t')+1:])
	}
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i := range n {
		text := sentences[r.IntN(len(sentences))]
		for r.IntN(3) == 0 {
			text += " " + sentences[r.IntN(len(sentences))]
		}
		if err := enc.Encode(map[string]any{
			"id": fmt.Sprintf("import:%07d", i), "source": pick("survey", "review", "chat", "ticket"), "channel": pick("email", "zalo", "app-store", "web"),
			"text": text, "collected_at": end.Add(-time.Duration(r.IntN(365*24*3600)) * time.Second), "account_id": fmt.Sprint("acme-", r.IntN(2000)),
			"customer_id": fmt.Sprint("c-", r.IntN(200_000)), "touchpoint": pick("checkout", "delivery", "support", "login", "onboarding", ""),
			"scores": map[string]int{pick("nps", "csat", "rating"): 1 + r.IntN(5)}, "attributes": map[string]string{"plan": pick("free", "pro", "team"), "region": pick("HN", "HCM", "DN")},
		}); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}

// BenchmarkIngest streams varied records in: how many are acknowledged (analyzed and durable) a second, and how many can be found.
func BenchmarkIngest(b *testing.B) {
	house := newHouse(b)
	srv := httptest.NewServer(New(house.Service, onLoopback))
	defer srv.Close()
	body := varied(b, b.N)
	b.ResetTimer()
	start := time.Now()
	resp, err := http.Post(srv.URL+pathFeedbackBulk, lineTypes[0], bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	n := 0
	for lines.Scan() {
		if !strings.Contains(lines.Text(), `"created"`) {
			b.Fatal(lines.Text())
		}
		n++
	}
	if n != b.N {
		b.Fatalf("%d answers to %d lines", n, b.N)
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "acknowledged/s")
	head, _, err := house.Lag(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := house.WaitIndexed(b.Context(), head); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "searchable/s")
}
