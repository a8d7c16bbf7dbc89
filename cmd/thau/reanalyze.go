package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/thau-cx/thau/feedback"
)

type reanalyzeCmd struct {
	dataFlags
	serverFlags
	JSON bool `name:"json" help:"Print the finished job as JSON."`
}

// Run reads the records again that another engine read: an older version of the program, or one with other overlays. An interruption
// harms nothing; run it again, or start the server, and it goes on.
func (c *reanalyzeCmd) Run(ctx context.Context, std streams) (err error) {
	start, ask, done, err := c.door(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	job, err := start(ctx)
	if err != nil {
		return err
	}
	if job, err = awaitJob(ctx, std, job.ID, "reanalyze", ask); err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", "  ")
		return enc.Encode(job)
	}
	_, err = fmt.Fprintf(std.out, "read %s again\n", records(job.Done))
	return err
}

// door leads to the server or the data directory: how to start the job, how to look at one, and what to do at the end.
func (c *reanalyzeCmd) door(ctx context.Context, std streams) (start func(context.Context) (feedback.Job, error), ask func(context.Context, string) (feedback.Job, error), done func() error, err error) {
	const by = "thau reanalyze"
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return nil, nil, nil, err
		}
		start = func(ctx context.Context) (job feedback.Job, err error) {
			return job, cl.post(ctx, "/v1/jobs/reanalyze", map[string]string{"by": by}, &job)
		}
		return start, cl.getJob, func() error { return nil }, nil
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return nil, nil, nil, err
	}
	start = func(ctx context.Context) (feedback.Job, error) {
		job, err := w.service.Reanalyze(ctx, by)
		w.work()
		return job, err
	}
	done = func() error {
		var err error
		if ctx.Err() == nil {
			err = w.catchUp(ctx)
		}
		return errors.Join(err, w.Close())
	}
	return start, w.service.Job, done, nil
}
