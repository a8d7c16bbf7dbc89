package feedback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Job is work that goes on in the background and outlives a restart: what is not finished goes on at the next start.
type Job struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`             // one of the Job… kinds
	State      string          `json:"state"`            // one of the Job… states
	By         string          `json:"by,omitempty"`     // who asked for it
	Params     json.RawMessage `json:"params,omitempty"` // what was asked for
	Result     json.RawMessage `json:"result,omitempty"` // what came of it
	Error      string          `json:"error,omitempty"`  // why it failed, for people
	Total      int             `json:"total"`            // how much there is to do, as far as is known
	Done       int             `json:"done"`             // how much of that is done
	CreatedAt  time.Time       `json:"created_at"`
	StartedAt  *time.Time      `json:"started_at,omitempty"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
}

// The kinds of jobs.
const (
	JobReanalyze = "reanalyze" // read records again that another engine read
	JobLearn     = "learn"     // learn an overlay from corrections, ratings or tags
	JobErase     = "erase"     // clear what was erased from search and the files
)

// The states of a job.
const (
	JobQueued  = "queued"
	JobRunning = "running"
	JobDone    = "done"
	JobFailed  = "failed"
)

// Finished tells whether nothing more will happen.
func (j *Job) Finished() bool { return j.FinishedAt != nil }

// Job gives a job, or CodeNotFound.
func (s *Service) Job(ctx context.Context, id string) (Job, error) { return s.store.Job(ctx, id) }

// ListJobs gives at most limit jobs, the newest first, without what came of them, which may be long.
func (s *Service) ListJobs(ctx context.Context, limit int) ([]Job, error) {
	jobs, err := s.store.ListJobs(ctx, limit)
	for i := range jobs {
		jobs[i].Result = nil
	}
	return jobs, err
}

// enqueue asks for a job. It is done when a worker (Work) comes to it.
func (s *Service) enqueue(ctx context.Context, kind, by string, params any) (Job, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Job{}, &Error{Code: CodeInternal, Message: "no id could be made", Err: err}
	}
	j := Job{ID: id.String(), Kind: kind, State: JobQueued, By: by, CreatedAt: s.now().UTC().Truncate(time.Microsecond)}
	if params != nil {
		if j.Params, err = json.Marshal(params); err != nil {
			return Job{}, fmt.Errorf("feedback: job %s: %w", kind, err)
		}
	}
	if err := s.store.PutJob(ctx, j); err != nil {
		return Job{}, err
	}
	s.wakeWorker()
	return j, nil
}

// wakeWorker tells the worker that there is a job.
func (s *Service) wakeWorker() {
	select {
	case s.work <- struct{}{}:
	default:
	}
}

// jobRetry is how long a worker waits after the store failed.
const jobRetry = 5 * time.Second

// Work does the jobs that are asked for, one at a time and the oldest first, until the context ends. A job that the end interrupts goes
// on when somebody works again.
func (s *Service) Work(ctx context.Context) {
	var clearing sync.WaitGroup // beside the others: nobody's erasure waits for a long job
	clearing.Go(func() { s.keepClear(ctx) })
	defer clearing.Wait()
	for {
		var wait <-chan time.Time
		if err := s.workOff(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("jobs wait", "err", err)
			wait = time.After(jobRetry)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.work:
		case <-wait:
		}
	}
}

// workOff does jobs until there is none. The error is the store's.
func (s *Service) workOff(ctx context.Context) error {
	for {
		open, err := s.store.OpenJobs(ctx)
		open = slices.DeleteFunc(open, func(j Job) bool { return j.Kind == JobErase })
		if err != nil || len(open) == 0 {
			return err
		}
		if err := s.do(ctx, open[0]); err != nil {
			return err
		}
	}
}

// do does one job. What goes wrong with it is the job's, not the worker's; the error is the store's or the context's.
func (s *Service) do(ctx context.Context, j Job) error {
	now := s.now().UTC().Truncate(time.Microsecond)
	j.State = JobRunning
	if j.StartedAt == nil {
		j.StartedAt = &now
	}
	if err := s.store.PutJob(ctx, j); err != nil {
		return err
	}
	err := s.doKind(ctx, &j)
	switch code := CodeOf(err); {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		j.State = JobDone
	case code == CodeUnavailable:
		return err
	default:
		j.State = JobFailed
		j.Error = "internal error"
		if e := new(Error); errors.As(err, &e) && code != CodeInternal {
			j.Error = e.Message
		}
		s.log.Error("job failed", "id", j.ID, "kind", j.Kind, "err", err)
	}
	finished := s.now().UTC().Truncate(time.Microsecond)
	j.FinishedAt = &finished
	return s.store.PutJob(ctx, j)
}

func (s *Service) doKind(ctx context.Context, j *Job) error {
	switch j.Kind {
	case JobReanalyze:
		return s.reanalyze(ctx, j)
	case JobLearn:
		return s.learn(ctx, j)
	}
	return Errorf(CodeInvalid, "kind", "this program knows no job %s", quote(j.Kind))
}
