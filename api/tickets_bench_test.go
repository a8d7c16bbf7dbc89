package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

// benchTickets are tickets of both languages: short and long, HTML, with conversations.
func benchTickets(b *testing.B) [][]byte {
	b.Helper()
	var out [][]byte
	for i, text := range benchTexts {
		t := intake.SupportTicket{Subject: text[:20], Description: text}
		if i%2 == 0 {
			t.Description = "<p>" + text + "</p><p>" + benchTexts[(i+3)%len(benchTexts)] + "</p><blockquote>" + text + "</blockquote>"
		}
		for j := range i % 4 {
			role := []string{"agent", "customer"}[j%2]
			t.Conversation = append(t.Conversation, intake.SupportMessage{Author: intake.SupportAuthor{Role: role}, Text: benchTexts[(i+j)%len(benchTexts)] + "\n\nOn Monday, Support wrote:\n> " + text})
		}
		body, err := json.Marshal(t)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

const benchRules = `money: if topic=refund|billing|payment and urgency>=high then tag=money, priority=urgent
late: if topic=delivery.speed:negative then tag=late_parcel
leaving: if intent=cancel or score<=-0.8 then tag=at_risk, priority=high
`

// BenchmarkTagTicket tags tickets from several callers at once, with rules, over HTTP and inside the process; beside the mean it reports the
// latency that half and 99 of 100 requests stay under.
func BenchmarkTagTicket(b *testing.B) {
	house := newHouse(b)
	if _, err := house.PutTaggingRules(b.Context(), benchRules, "bench"); err != nil {
		b.Fatal(err)
	}
	h := New(house.Service, onLoopback)
	tickets := benchTickets(b)
	b.Run("handler", func(b *testing.B) {
		latencies(b, 1, func() func(int) error {
			return func(i int) error {
				req := httptest.NewRequest(post, "/v1/tickets/tag", bytes.NewReader(tickets[i%len(tickets)]))
				req.Host = "localhost"
				req.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				h.ServeHTTP(w, req)
				if w.Code != http.StatusOK {
					return fmt.Errorf("%d: %s", w.Code, w.Body)
				}
				return nil
			}
		})
	})
	for _, callers := range []int{1, 8} {
		b.Run(fmt.Sprintf("http-%d", callers), func(b *testing.B) {
			srv := serve(b, h)
			latencies(b, callers, func() func(int) error {
				client := &http.Client{Transport: &http.Transport{}}
				b.Cleanup(client.CloseIdleConnections)
				return func(i int) error {
					resp, err := client.Post(srv.URL+"/v1/tickets/tag", "application/json", bytes.NewReader(tickets[i%len(tickets)]))
					if err != nil {
						return err
					}
					defer resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						return fmt.Errorf("%s", resp.Status)
					}
					_, err = io.Copy(io.Discard, resp.Body)
					return err
				}
			})
		})
	}
}

// latencies has callers make b.N calls together and reports how long one takes.
func latencies(b *testing.B, callers int, caller func() func(int) error) {
	took := make([][]time.Duration, callers)
	var wg sync.WaitGroup
	b.ResetTimer()
	for c := range callers {
		call := caller()
		wg.Go(func() {
			for i := c; i < b.N; i += callers {
				start := time.Now()
				if err := call(i); err != nil {
					b.Error(err)
					return
				}
				took[c] = append(took[c], time.Since(start))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(took...)
	slices.Sort(all)
	if len(all) == 0 {
		return
	}
	at := func(share float64) float64 { return float64(all[int(share*float64(len(all)-1))].Microseconds()) }
	b.ReportMetric(at(0.5), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
}

// BenchmarkReanalyze reads records again that another engine read, while search follows. It reports records a second.
func BenchmarkReanalyze(b *testing.B) {
	const n = 5000
	for range b.N {
		b.StopTimer()
		house := newHouse(b)
		records := make([]feedback.Record, n)
		for i := range records {
			records[i] = feedback.Record{
				Draft:    feedback.Draft{ID: fmt.Sprint("r", i), Source: feedback.SourceReview, Text: benchTexts[i%len(benchTexts)]},
				Analysis: analyzer.Analysis{Engine: analyzer.Engine{Version: "0", Lexicon: "none"}},
			}
		}
		if _, err := house.store.Put(b.Context(), records); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		job, err := house.Reanalyze(b.Context(), "bench")
		for err == nil && !job.Finished() {
			time.Sleep(5 * time.Millisecond)
			job, err = house.Job(b.Context(), job.ID)
		}
		if err != nil || job.Done != n {
			b.Fatalf("%+v %v", job, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
