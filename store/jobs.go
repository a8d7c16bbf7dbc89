package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/thau-cx/thau/feedback"
)

const selectJobs = "SELECT id, kind, state, author, params, result, error, total, done, created, started, finished FROM jobs"

// PutJob stores a job, in place of the one with its id.
func (db *DB) PutJob(ctx context.Context, j feedback.Job) error {
	if j.ID == "" || j.Kind == "" {
		return fmt.Errorf("store: put job: %w", feedback.Errorf(feedback.CodeInvalid, "id", "a job needs an id and a kind"))
	}
	if err := db.write(ctx, 1, func(t *tx) error { return t.putJob(&j) }); err != nil {
		return fmt.Errorf("store: put job %s: %w", quoted(j.ID), explain(err))
	}
	return nil
}

func (t *tx) putJob(j *feedback.Job) error {
	return t.exec("REPLACE INTO jobs (id, kind, state, author, params, result, error, total, done, created, started, finished) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		j.ID, j.Kind, j.State, j.By, string(j.Params), string(j.Result), j.Error, j.Total, j.Done, micros(j.CreatedAt), optional(j.StartedAt), optional(j.FinishedAt))
}

// Job gives a job, or CodeNotFound.
func (db *DB) Job(ctx context.Context, id string) (feedback.Job, error) {
	jobs, err := db.jobs(ctx, " WHERE id = ?", id)
	if err == nil && len(jobs) == 0 {
		err = feedback.Errorf(feedback.CodeNotFound, "id", "there is no job %s", quoted(id))
	}
	if err != nil {
		return feedback.Job{}, fmt.Errorf("store: job: %w", explain(err))
	}
	return jobs[0], nil
}

// ListJobs gives at most limit jobs, the newest first.
func (db *DB) ListJobs(ctx context.Context, limit int) ([]feedback.Job, error) {
	jobs, err := db.jobs(ctx, " ORDER BY created DESC, id DESC LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("store: list jobs: %w", explain(err))
	}
	return jobs, nil
}

// OpenJobs gives the jobs that are not finished, the oldest first.
func (db *DB) OpenJobs(ctx context.Context) ([]feedback.Job, error) {
	jobs, err := db.jobs(ctx, " WHERE finished IS NULL ORDER BY created, id")
	if err != nil {
		return nil, fmt.Errorf("store: open jobs: %w", explain(err))
	}
	return jobs, nil
}

func (db *DB) jobs(ctx context.Context, which string, args ...any) (out []feedback.Job, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(row scanner) error {
			var (
				j                 feedback.Job
				params, result    string
				created           int64
				started, finished sql.NullInt64
			)
			err := row.Scan(&j.ID, &j.Kind, &j.State, &j.By, &params, &result, &j.Error, &j.Total, &j.Done, &created, &started, &finished)
			if params != "" {
				j.Params = []byte(params)
			}
			if result != "" {
				j.Result = []byte(result)
			}
			j.CreatedAt, j.StartedAt, j.FinishedAt = moment(created), optionalMoment(started), optionalMoment(finished)
			out = append(out, j)
			return err
		}, selectJobs+which, args...)
	})
	return out, err
}
