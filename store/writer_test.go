package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/thau-cx/thau/feedback"
)

func openHere(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Calls that wait while the writer works share its next commit, and the failure of one is its own.
func TestGroupCommit(t *testing.T) {
	db := openHere(t)
	busy, finish := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := db.write(t.Context(), 1, func(*tx) error { close(busy); <-finish; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-busy
	const calls = 20
	var (
		mu     sync.Mutex
		shared int
		wrong  = errors.New("wrong")
	)
	cancelled, cancel := context.WithCancel(t.Context())
	started := make(chan struct{}, calls)
	for i := range calls {
		wg.Go(func() {
			started <- struct{}{}
			ctx := t.Context()
			if i == 1 {
				ctx = cancelled
			}
			err := db.write(ctx, 1, func(t *tx) error {
				mu.Lock()
				defer mu.Unlock()
				if t.seq > db.head.Load() { // somebody before in this transaction has counted on
					shared++
				}
				t.seq++
				if err := t.exec("INSERT INTO tombstones (seq, row, id, at) VALUES (?, ?, ?, 0)", t.seq, i, fmt.Sprint(i)); err != nil {
					return err
				}
				if i == 0 {
					return wrong
				}
				return nil
			})
			switch {
			case i == 0 && !errors.Is(err, wrong), i == 1 && !errors.Is(err, context.Canceled), i > 1 && err != nil:
				t.Errorf("call %d: %v", i, err)
			}
		})
	}
	for range calls {
		<-started
	}
	cancel()
	close(finish)
	wg.Wait()
	if shared == 0 {
		t.Error("no two calls shared a commit")
	}
	if got := db.head.Load(); got != calls-2 {
		t.Errorf("head %d, want %d", got, calls-2)
	}
	changes, err := db.Changes(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Seq != int64(i+1) || c.ID == "0" || c.ID == "1" {
			t.Errorf("change %d: %+v", i, c)
		}
	}
}

// A full disk refuses the write with an answer that says so, and everything goes on when there is room again.
func TestDiskFull(t *testing.T) {
	db := openHere(t)
	limit := func(pages int) {
		t.Helper()
		if err := db.write(t.Context(), 1, func(t *tx) error {
			var now int
			return t.queryRow(fmt.Sprint("PRAGMA max_page_count = ", pages)).Scan(&now)
		}); err != nil {
			t.Fatal(err)
		}
	}
	record := func(id string, size int) []feedback.Record {
		return []feedback.Record{{Draft: feedback.Draft{ID: id, Text: strings.Repeat("x", size), Tags: []string{id}}}}
	}
	if _, err := db.Put(t.Context(), record("before", 10)); err != nil {
		t.Fatal(err)
	}
	limit(1) // which SQLite takes for the pages there are
	_, err := db.Put(t.Context(), record("big", 1<<20))
	if feedback.CodeOf(err) != feedback.CodeUnavailable || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("put: %v", err)
	}
	limit(1 << 20)
	results, err := db.Put(t.Context(), append(record("big", 1<<20), record("after", 10)...))
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Seq != 2 || results[1].Seq != 3 {
		t.Errorf("results: %+v", results)
	}
	tallies, err := db.Tally(t.Context(), feedback.TallyQuery{Metric: "sentiment", By: "tag"})
	if err != nil {
		t.Fatal(err)
	}
	if len(tallies) != 0 { // nobody analyzed these
		t.Errorf("tallies: %+v", tallies)
	}
}
