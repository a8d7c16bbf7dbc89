package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
	"github.com/thau-cx/thau/testdata"
)

// loadDemo fills a workspace with the sample data and prints what to look at.
func (c *serveCmd) loadDemo(ctx context.Context, w *workspace, out io.Writer, base string) error {
	if err := loadSample(ctx, w.service, testdata.Sample); err != nil {
		return fmt.Errorf("sample data: %w", err)
	}
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	n, err := w.store.Count(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nServing %d pieces of sample feedback from %s, which is removed at the end. Try\n\n", n, c.Data)
	for _, path := range []string{
		"/",
		"/v1/search?facets=topic&q=" + url.QueryEscape("giao hang cham"),
		"/v1/metrics/nps?period=month",
		"/v1/accounts/hien-nang/health",
		"/openapi.json",
	} {
		fmt.Fprintf(out, "  %s%s\n", base, path)
	}
	fmt.Fprintln(out)
	return nil
}

// loadSample stores accounts, signals and feedback. A row that is refused is an error: the sample is ours.
func loadSample(ctx context.Context, s *feedback.Service, files fs.FS) error {
	err := eachJSON(files, "sample/accounts.jsonl", func(a feedback.Account) error {
		_, _, err := s.PutAccount(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	var signals []feedback.Signal
	err = eachJSON(files, "sample/signals.jsonl", func(sg feedback.Signal) error {
		signals = append(signals, sg)
		return nil
	})
	if err != nil {
		return err
	}
	results, err := s.PutSignals(ctx, signals)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Err != nil {
			return fmt.Errorf("signal %d: %w", i+1, r.Err)
		}
	}
	f, err := files.Open("sample/feedback.jsonl")
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := intake.New("feedback.jsonl", f, intake.Options{})
	if err != nil {
		return err
	}
	next := func() (feedback.Line, error) {
		line, _, err := r.Next()
		return line, err
	}
	return s.Ingest(ctx, next, func(a feedback.Answer) error {
		if a.Err != nil {
			return fmt.Errorf("feedback line %d: %w", a.Line, a.Err)
		}
		return nil
	})
}

// eachJSON reads a file of JSON values.
func eachJSON[T any](files fs.FS, name string, do func(T) error) error {
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
		if err := do(v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
}
