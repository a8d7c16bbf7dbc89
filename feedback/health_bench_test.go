package feedback_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/store"
)

// BenchmarkRefreshHealth computes the health of b.N accounts of which there are fifty signals each, and stores it: the nightly run. It
// reports the largest heap while it went on. -benchtime=100000x is the run of 100k accounts with 5M signals.
func BenchmarkRefreshHealth(b *testing.B) {
	ctx := context.Background()
	db, err := store.Open(ctx, b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	lex, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 6, 30, 9, 0, 0, 0, time.UTC)
	service, err := feedback.NewService(feedback.Config{Store: db, Analyzer: a, Now: func() time.Time { return now }})
	if err != nil {
		b.Fatal(err)
	}
	var batch []feedback.Signal
	names := []string{"logins", "usage_minutes", "features_used", "open_tickets", "revenue"}
	for i := range b.N {
		for k := range 50 {
			at := now.AddDate(0, 0, -7*(k/5)-1)
			batch = append(batch, feedback.Signal{AccountID: fmt.Sprintf("account-%06d", i), Name: names[k%5], Value: float64((i*7 + k*13) % 97), At: at, ReceivedAt: at})
		}
		if len(batch) >= 10000 || i == b.N-1 {
			if _, err := db.PutSignals(ctx, batch); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	runtime.GC()
	var peak atomic.Uint64
	stop := make(chan struct{})
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				metrics.Read(sample)
				peak.Store(max(peak.Load(), sample[0].Value.Uint64()))
			}
		}
	}()
	b.ReportAllocs()
	b.ResetTimer()
	done, left, err := service.RefreshHealth(ctx, math.MaxInt)
	b.StopTimer()
	close(stop)
	if err != nil || done != b.N || left != 0 {
		b.Fatalf("%d done, %d left, %v", done, left, err)
	}
	b.ReportMetric(float64(peak.Load())/(1<<20), "MB-heap")
}
