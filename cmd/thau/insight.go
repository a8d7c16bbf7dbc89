package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// insightFlags are what the commands share that answer with aggregates.
type insightFlags struct {
	dataFlags
	serverFlags
	filterFlags
	JSON bool `name:"json" help:"Print JSON, as the server answers."`
}

// ask gives an answer of the server, or of the data directory: path and parameters are the question to the server, local is the same to
// the service.
func ask[T any](ctx context.Context, std streams, f *insightFlags, path string, parameters url.Values, local func(*feedback.Service, feedback.Filter) (T, error)) (out T, err error) {
	if f.Server != "" {
		cl, err := f.client()
		if err != nil {
			return out, err
		}
		query, err := f.values("")
		if err != nil {
			return out, err
		}
		for name, values := range parameters {
			if len(values) > 0 && values[0] != "" {
				query[name] = values
			}
		}
		return out, cl.get(ctx, path, query, &out)
	}
	w, err := f.workspace(ctx, f.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	q, err := f.query(ctx, w.service, "")
	if err != nil {
		return out, err
	}
	if q.Text != "" {
		return out, errors.New("--view: the view searches for a text, which only search and export do")
	}
	return local(w.service, q.Filter)
}

// dayFlag reads a day or moment of a service's zone; the zero time where it is not given.
func dayFlag(name, value string, s *feedback.Service) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	at, _, err := parseMoment(value, s.Zone())
	if err != nil {
		return at, errors.New("--" + name + ": " + err.Error())
	}
	return at, nil
}

// quotesAsked gives a number of quotes as the service takes it, in which 0 is the usual one.
func quotesAsked(n int) int {
	if n == 0 {
		return -1
	}
	return n
}
