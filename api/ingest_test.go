package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// writer writes records in both languages and every way of typing, of one to three sentences, with order codes and names that few
// records share, over a year.
type writer struct {
	r         *rand.Rand
	sentences []string
}

func newWriter(tb testing.TB, seed uint64) *writer {
	tb.Helper()
	b, err := os.ReadFile("../testdata/search/records.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	w := &writer{r: rand.New(rand.NewPCG(seed, 4))}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		w.sentences = append(w.sentences, line[strings.LastIndexByte(line, '\t')+1:])
	}
	return w
}

func (w *writer) pick(list ...string) string { return list[w.r.IntN(len(list))] }

// text writes a text.
func (w *writer) text() string {
	text := w.pick(w.sentences...)
	for w.r.IntN(3) == 0 {
		text += " " + w.pick(w.sentences...)
	}
	if w.r.IntN(3) == 0 {
		text += fmt.Sprintf(" Đơn CM-%06d.", w.r.IntN(1_000_000))
	}
	if w.r.IntN(4) == 0 {
		text += " " + w.pick("Anh", "Chị", "Bạn") + " " + w.pick("Thu", "Linh", "Khang", "Vy", "Bảo") + w.pick("", "h", "n", "y") + w.pick("a", "o", "i", "u") + w.pick("x", "k", "t", "m", "p", "l") +
			w.pick("a", "e", "o", "y") + w.pick("s", "n", "r", "d")
	}
	return text
}

// lines writes n records as lines.
func (w *writer) lines(out io.Writer, n int) error {
	end := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	enc := json.NewEncoder(out)
	for i := range n {
		if err := enc.Encode(map[string]any{
			"id": fmt.Sprintf("import:%07d", i), "source": w.pick("survey", "review", "chat", "ticket"), "channel": w.pick("email", "zalo", "app-store", "web"),
			"text": w.text(), "collected_at": end.Add(-time.Duration(w.r.IntN(365*24*3600)) * time.Second), "account_id": fmt.Sprint("acme-", w.r.IntN(2000)),
			"customer_id": fmt.Sprint("c-", w.r.IntN(200_000)), "touchpoint": w.pick("checkout", "delivery", "support", "login", "onboarding", ""),
			"scores":     map[string]int{w.pick("nps", "csat", "rating"): 1 + w.r.IntN(5)},
			"attributes": map[string]string{"plan": w.pick("free", "pro", "team"), "region": w.pick("HN", "HCM", "DN")},
		}); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkIngest streams varied records in: how many are acknowledged (analyzed and durable) a second, and how many can be found.
func BenchmarkIngest(b *testing.B) {
	house := newHouse(b)
	var body bytes.Buffer
	must(b, newWriter(b, 3).lines(&body, b.N))
	b.ResetTimer()
	acknowledged, searchable := ingest(b, house, &body, b.N)
	b.ReportMetric(acknowledged, "acknowledged/s")
	b.ReportMetric(searchable, "searchable/s")
}

// ingest streams n lines in over HTTP and gives how many were acknowledged, and searchable, a second.
func ingest(b *testing.B, house *house, body io.Reader, n int) (acknowledged, searchable float64) {
	b.Helper()
	srv := httptest.NewServer(New(house.Service, onLoopback))
	defer srv.Close()
	start := time.Now()
	resp, err := http.Post(srv.URL+pathFeedbackBulk, lineTypes[0], body)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	answers := 0
	for lines.Scan() {
		if !strings.Contains(lines.Text(), `"created"`) {
			b.Fatal(lines.Text())
		}
		answers++
	}
	if answers != n {
		b.Fatalf("%d answers to %d lines", answers, n)
	}
	acknowledged = float64(n) / time.Since(start).Seconds()
	head, _, err := house.Lag(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := house.WaitIndexed(b.Context(), head); err != nil {
		b.Fatal(err)
	}
	return acknowledged, float64(n) / time.Since(start).Seconds()
}

// BenchmarkPost posts varied records one by one from sixteen clients: each is durable before its answer.
func BenchmarkPost(b *testing.B) {
	srv := httptest.NewServer(New(newHouse(b).Service, onLoopback))
	defer srv.Close()
	var body bytes.Buffer
	must(b, newWriter(b, 3).lines(&body, b.N))
	records := bytes.Split(bytes.TrimSpace(body.Bytes()), []byte{'\n'})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	var n atomic.Int64
	b.SetParallelism(8)
	b.ResetTimer()
	used := cpu(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			resp, err := client.Post(srv.URL+"/v1/feedback", jsonType, bytes.NewReader(records[n.Add(1)-1]))
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, resp.Body)
			if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusCreated {
				b.Error(resp.Status, err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric((cpu(b)-used).Seconds()*1e6/float64(b.N), "cpu-µs/record")
}
