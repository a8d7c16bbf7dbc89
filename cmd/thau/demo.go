package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"net/url"
	"slices"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/testdata"
)

// loadDemo fills a workspace with the sample data and prints what to look at.
func (c *serveCmd) loadDemo(ctx context.Context, w *workspace, out io.Writer, base string) error {
	if err := loadSample(ctx, w, testdata.Sample); err != nil {
		return fmt.Errorf("sample data: %w", err)
	}
	n, err := w.store.Count(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nServing %d pieces of sample feedback from %s, which is removed at the end; the clock stands at %s. Open\n\n", n, c.Data, c.now().Format(time.DateOnly))
	for _, path := range []string{
		"/",
		"/read",
		"/v1/search?facets=topic&q=" + url.QueryEscape("giao hang cham"),
		"/v1/themes?sentiment=negative",
		"/v1/emerging",
		"/v1/metrics/nps?period=month",
		"/v1/health",
		"/v1/accounts/hien-nang/health",
		"/openapi.json",
	} {
		fmt.Fprintf(out, "  %s%s\n", base, path)
	}
	fmt.Fprintln(out)
	return nil
}

// sampleHistory is after how many days with something to store the health of the sample is computed, so that it has a history.
const sampleHistory = 7

// sampleDay is what the sample has of one day.
type sampleDay struct {
	signals []feedback.Signal
	drafts  []feedback.Draft
}

// sampleClock gives a clock that begins the morning after the sample's last day and goes on from there, so that a demonstration shows the
// same whenever it is given.
func sampleClock(files fs.FS) (func() time.Time, error) {
	var last time.Time
	see := func(at time.Time) {
		if at.After(last) {
			last = at
		}
	}
	if err := errors.Join(
		eachJSON(files, "sample/signals.jsonl", func(sg feedback.Signal) { see(sg.At) }),
		eachJSON(files, "sample/feedback.jsonl", func(d feedback.Draft) { see(*d.CollectedAt) }),
	); err != nil {
		return nil, err
	}
	offset := time.Until(last.UTC().Truncate(24 * time.Hour).Add(25 * time.Hour))
	return func() time.Time { return time.Now().Add(offset) }, nil
}

// loadSample stores accounts, signals and feedback as if each had been received on its day, so that health has a past. A row that is
// refused is an error: the sample is ours.
func loadSample(ctx context.Context, w *workspace, files fs.FS) error {
	days := map[time.Time]*sampleDay{}
	on := func(at time.Time) *sampleDay {
		day := at.UTC().Truncate(24 * time.Hour)
		if days[day] == nil {
			days[day] = &sampleDay{}
		}
		return days[day]
	}
	var accounts []feedback.Account
	err := errors.Join(
		eachJSON(files, "sample/accounts.jsonl", func(a feedback.Account) { accounts = append(accounts, a) }),
		eachJSON(files, "sample/signals.jsonl", func(sg feedback.Signal) { on(sg.At).signals = append(on(sg.At).signals, sg) }),
		eachJSON(files, "sample/feedback.jsonl", func(d feedback.Draft) { on(*d.CollectedAt).drafts = append(on(*d.CollectedAt).drafts, d) }),
	)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if _, _, err := w.service.PutAccount(ctx, a); err != nil {
			return fmt.Errorf("account %s: %w", a.ID, err)
		}
	}
	for i, day := range slices.SortedFunc(maps.Keys(days), time.Time.Compare) {
		received := day.Add(24*time.Hour - time.Second)
		s, err := feedback.NewService(feedback.Config{Store: w.store, Analyzer: w.service.Analyzer(), Now: func() time.Time { return received }})
		if err != nil {
			return err
		}
		if err := days[day].store(ctx, s); err != nil {
			return err
		}
		if i%sampleHistory == 0 {
			if _, _, err := s.RefreshHealth(ctx, math.MaxInt); err != nil {
				return err
			}
		}
	}
	return w.service.CatchUp(ctx)
}

// store stores a day.
func (d *sampleDay) store(ctx context.Context, s *feedback.Service) error {
	results, err := s.PutSignals(ctx, d.signals)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Err != nil {
			return fmt.Errorf("signal of %s: %w", d.signals[i].AccountID, r.Err)
		}
	}
	n := 0
	next := func() (feedback.Line, error) {
		if n == len(d.drafts) {
			return feedback.Line{}, io.EOF
		}
		n++
		return feedback.Line{N: n, Draft: d.drafts[n-1]}, nil
	}
	return s.Ingest(ctx, next, func(a feedback.Answer) error {
		if a.Err != nil {
			return fmt.Errorf("feedback %s: %w", a.ID, a.Err)
		}
		return nil
	})
}

// eachJSON reads a file of JSON values.
func eachJSON[T any](files fs.FS, name string, do func(T)) error {
	f, err := files.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var v T
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		do(v)
	}
}
