package feedback_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/store"
)

var reader = sync.OnceValues(func() (*analyzer.Analyzer, error) {
	lex, err := lexicons.Builtin()
	if err != nil {
		return nil, err
	}
	return analyzer.New(lex)
})

// bench is a service on a store of its own with a clock that the test sets.
type bench struct {
	*feedback.Service
	clock atomic.Pointer[time.Time]
}

func newBench(t *testing.T) *bench {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{}
	b.set(time.Date(2026, 6, 30, 9, 0, 0, 0, time.UTC))
	if b.Service, err = feedback.NewService(feedback.Config{Store: db, Analyzer: a, Now: func() time.Time { return *b.clock.Load() }}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) set(at time.Time)             { b.clock.Store(&at) }
func (b *bench) now() time.Time               { return *b.clock.Load() }
func (b *bench) sleep(d time.Duration)        { b.set(b.now().Add(d)) }
func (b *bench) days(n int)                   { b.sleep(time.Duration(n) * 24 * time.Hour) }
func (b *bench) refresh(t *testing.T) (n int) { n, _ = b.mustRefresh(t); return n }
func (b *bench) mustRefresh(t *testing.T) (done, left int) {
	t.Helper()
	done, left, err := b.RefreshHealth(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return done, left
}

func (b *bench) signals(t *testing.T, values map[string]float64) {
	t.Helper()
	var signals []feedback.Signal
	for name, v := range values {
		signals = append(signals, feedback.Signal{AccountID: "acme", Name: name, Value: v, At: b.now()})
	}
	if _, err := b.PutSignals(t.Context(), signals); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) history(t *testing.T) []feedback.Snapshot {
	t.Helper()
	out, err := b.History(t.Context(), "acme", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const loginsPolicy = `version: 1
groups: [{name: usage, indicators: [{signal: logins, worst: 0, best: 100}]}]
`

// Only what has changed is computed, a snapshot is kept when something moves and once a week, and it stays when the past is rewritten.
func TestStandingsFollow(t *testing.T) {
	b := newBench(t)
	if _, err := b.PutPolicy(t.Context(), []byte(loginsPolicy), "lan"); err != nil {
		t.Fatal(err)
	}
	b.signals(t, map[string]float64{"logins": 80})
	if n := b.refresh(t); n != 1 {
		t.Fatalf("%d accounts computed, want 1", n)
	}
	if n := b.refresh(t); n != 0 {
		t.Errorf("%d accounts computed though nothing has changed", n)
	}
	for day := range 8 { // a week of nights on which nothing happens
		b.days(1)
		if err := b.Recompute(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := b.refresh(t); n != 1 {
			t.Fatalf("night %d: %d computed", day, n)
		}
	}
	if got := b.history(t); len(got) != 2 || got[0].Score != 80 || got[1].Day != "2026-07-07" {
		t.Errorf("history %+v", got)
	}
	first := b.history(t)[0]
	b.days(1)
	b.signals(t, map[string]float64{"logins": 20})
	b.refresh(t)
	if got := b.history(t); len(got) != 3 || got[2].Score != 20 || got[2].Grade != "F" || got[0].At != first.At {
		t.Errorf("history %+v", got)
	}
	b.sleep(time.Minute)
	// Another policy is another snapshot of the day, and its part of the change is the policy's.
	if _, err := b.PutPolicy(t.Context(), []byte(`version: 1
groups: [{name: usage, indicators: [{signal: logins, worst: 0, best: 40}]}]
`), "lan"); err != nil {
		t.Fatal(err)
	}
	b.refresh(t)
	if got := b.history(t); len(got) != 4 || got[3].Day != got[2].Day || got[3].Policy == got[2].Policy || got[3].Score != 50 {
		t.Errorf("history %+v", got)
	}
	b.set(first.At.Add(30 * 24 * time.Hour))
	r, err := b.Health(t.Context(), "acme", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if c := r.Change; !c.Kept || c.From != 80 || c.To != 50 || c.Evidence != -60 || c.Weights != 30 || c.Decay != 0 || c.Reading != 0 {
		t.Errorf("change %+v", c)
	}
}

// A grade follows when the score is two points past its bound, or when two runs agree.
func TestGradesDoNotFlicker(t *testing.T) {
	b := newBench(t)
	if _, err := b.PutPolicy(t.Context(), []byte(loginsPolicy), "lan"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		score float64
		grade string
	}{
		{71, "B"},
		{69, "B"}, // a point under the bound
		{69, "C"}, // and again
		{71, "C"},
		{72, "B"}, // two runs, and two points
		{54, "D"},
		{56, "D"},
		{54, "D"},
		{57.5, "C"},
	} {
		b.days(1)
		b.signals(t, map[string]float64{"logins": c.score})
		b.refresh(t)
		r, err := b.Health(t.Context(), "acme", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Grade != c.grade {
			t.Errorf("%v: %s, want %s", c.score, r.Grade, c.grade)
		}
	}
}

// The keeper computes what is asked for, and everybody when a day begins.
func TestKeepHealth(t *testing.T) {
	b := newBench(t)
	b.signals(t, map[string]float64{"logins": 10})
	ctx, stop := context.WithCancel(t.Context())
	var keeping sync.WaitGroup
	keeping.Go(func() { b.KeepHealth(ctx) })
	defer func() { stop(); keeping.Wait() }()
	await := func(what string, day string) {
		t.Helper()
		for range 500 {
			if h := b.history(t); len(h) > 0 && h[len(h)-1].Day == day {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%s: history %+v", what, b.history(t))
	}
	await("at the start", "2026-06-30")
	b.days(8)
	if err := b.Recompute(t.Context()); err != nil { // wakes it, as its timer would
		t.Fatal(err)
	}
	await("another day", "2026-07-08")
}

// Where tickets are received at all, an account without one is known to have none open; where none is, nothing is known.
func TestNoTicketIsNoneOpen(t *testing.T) {
	b := newBench(t)
	started := b.now().AddDate(0, 0, -100)
	if _, _, err := b.PutAccount(t.Context(), feedback.Account{ID: "acme", StartedAt: &started}); err != nil {
		t.Fatal(err)
	}
	open := func() *float64 {
		r, err := b.Health(t.Context(), "acme", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Contributions {
			if c.Signal == health.SignalOpenTickets {
				return c.Value
			}
		}
		return nil
	}
	if got := open(); got != nil {
		t.Errorf("%v open tickets though none is received", *got)
	}
	b.sleep(time.Hour)
	at := b.now()
	d := feedback.Draft{ID: "t", Source: feedback.SourceTicket, AccountID: "other", CollectedAt: &at, Ticket: &feedback.Ticket{Status: "open"}}
	if _, _, err := b.Submit(t.Context(), d, feedback.SubmitOptions{}); err != nil {
		t.Fatal(err)
	}
	b.days(1)
	if got := open(); got == nil || *got != 0 {
		t.Errorf("%v open tickets, want 0", got)
	}
}
