package feedbacktest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

func testConcurrent(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	const writers, each = 8, 20
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		seqs   []int64
		failed []error
	)
	note := func(err error, got ...int64) {
		mu.Lock()
		defer mu.Unlock()
		seqs = append(seqs, got...)
		if err != nil {
			failed = append(failed, err)
		}
	}
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				id := fmt.Sprintf("r-%d-%d", w, i)
				results, err := s.Put(ctx, []feedback.Record{
					Record(feedback.Draft{ID: id, Text: "x", AccountID: fmt.Sprint("a", i%3), Tags: []string{fmt.Sprint(w)}}),
					Record(feedback.Draft{ID: "shared", Source: feedback.SourceChat, Text: "y"}),
				})
				note(err)
				for _, r := range results {
					if r.Status != feedback.Unchanged {
						note(nil, r.Seq)
					}
				}
				switch i % 4 {
				case 1:
					r, err := s.Correct(ctx, id, feedback.Correction{At: Epoch, By: "lan", Sentiment: analyzer.Positive})
					note(err, r.Seq)
				case 2:
					seq, err := s.Delete(ctx, id, Epoch)
					note(err, seq)
				case 3:
					if _, err := s.Delete(ctx, "none", Epoch); feedback.CodeOf(err) != feedback.CodeNotFound {
						note(errors.New("deleted what is not there"))
					}
				}
			}
		})
		wg.Go(func() {
			for range each {
				_, err := s.Changes(ctx, 0, 20)
				note(err)
				_, err = s.Tally(ctx, feedback.TallyQuery{Metric: "sentiment", By: "tag", Period: "day"})
				note(err)
				_, err = s.Observations(ctx, "a1", Epoch)
				note(err)
			}
		})
	}
	wg.Wait()
	if len(failed) > 0 {
		t.Fatalf("%d calls failed, the first with: %v", len(failed), failed[0])
	}
	slices.Sort(seqs)
	for i, seq := range seqs {
		if seq != int64(i+1) {
			t.Fatalf("change %d has seq %d: numbers are not given once and in a row", i+1, seq)
		}
	}
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(len(seqs)))
	same(t, "count", must[int](t)(s.Count(ctx)), writers*each*3/4+1)
	same(t, "tally", count(t, s, feedback.Filter{}), writers*each*3/4+1)
	same(t, "corrected", count(t, s, feedback.Filter{Sentiment: []string{analyzer.Positive}}), writers*each/4)
}

func testCancelled(t *testing.T, s feedback.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, []feedback.Record{Record(feedback.Draft{ID: "r", Text: "x"})}); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Get(ctx, "r"); !errors.Is(err, context.Canceled) {
		t.Errorf("get: %v", err)
	}
	same(t, "count", must[int](t)(s.Count(t.Context())), 0)
}
