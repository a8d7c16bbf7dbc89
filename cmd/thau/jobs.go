package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/thau-cx/thau/feedback"
)

// jobPoll is how often a command looks how far its job is.
const jobPoll = 100 * time.Millisecond

// awaitJob shows the progress of a job until it is finished. A job that failed is an error.
func awaitJob(ctx context.Context, std streams, id, what string, ask func(context.Context, string) (feedback.Job, error)) (feedback.Job, error) {
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(std.err), progressbar.OptionSetVisibility(isTerminal(std.err)),
		progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish())
	tick := time.NewTicker(jobPoll)
	defer tick.Stop()
	for {
		job, err := ask(ctx, id)
		if err != nil {
			return job, err
		}
		if job.Total > 0 {
			bar.ChangeMax(job.Total)
			if err := bar.Set(min(job.Done, job.Total)); err != nil {
				return job, err
			}
		}
		if job.Finished() {
			if err := bar.Finish(); err != nil {
				return job, err
			}
			if job.State == feedback.JobFailed {
				return job, fmt.Errorf("%s failed: %s", what, job.Error)
			}
			return job, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return job, ctx.Err()
		}
	}
}

// getJob asks a server for a job.
func (c *client) getJob(ctx context.Context, id string) (job feedback.Job, err error) {
	return job, c.get(ctx, "/v1/jobs/"+url.PathEscape(id), nil, &job)
}

// send sends JSON and reads the answer.
func (c *client) send(ctx context.Context, method, path string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.exchange(ctx, method, path, "application/json", b, into)
}

// exchange sends a body and reads the JSON of the answer.
func (c *client) exchange(ctx context.Context, method, path, contentType string, body []byte, into any) (err error) {
	res, err := c.do(ctx, method, path, nil, contentType, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

// post is send with POST.
func (c *client) post(ctx context.Context, path string, body, into any) error {
	return c.send(ctx, http.MethodPost, path, body, into)
}
