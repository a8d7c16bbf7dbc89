package feedback

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Erasure says what was erased of a customer.
type Erasure struct {
	Records int    `json:"records"`
	Account bool   `json:"account" doc:"an account of the customer's own, with its signals, was erased too"`
	Job     string `json:"job,omitempty" doc:"where search and files could not be cleared yet: the job that goes on with it until they are"`
}

// Erase removes everything that is known of a customer for good: the records with their texts, scores, corrections and ids, what search
// holds of them and, where nobody else's records name it, the account of the customer's id with its signals. It returns when nothing of
// it is left in the files of the workspace, or else with the job that clears them; backups are others' to erase. CodeNotFound where nothing is known
// of the customer.
func (s *Service) Erase(ctx context.Context, customer string) (Erasure, error) {
	if msg := CheckID(customer); msg != "" {
		return Erasure{}, Errorf(CodeInvalid, "id", "%s", msg)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Erasure{}, &Error{Code: CodeInternal, Message: "no id could be made", Err: err}
	}
	now := s.now().UTC().Truncate(time.Microsecond)
	e, err := s.store.Erase(ctx, customer, now, Job{ID: id.String(), Kind: JobErase, State: JobQueued, CreatedAt: now})
	if err != nil {
		return Erasure{}, err
	}
	s.stored()
	// From here on the customer is gone for whoever reads the truth, and a job says that search and the files are to be cleared: also when the
	// caller goes away, or this process does.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxErase)
	defer cancel()
	if err := s.clear(ctx); err != nil {
		s.log.Error("clearing what was erased goes on in the background", "job", id, "err", err)
		e.Job = id.String()
		select {
		case s.unclear <- struct{}{}:
		default:
		}
	}
	return e, nil
}

const (
	maxErase   = 15 * time.Minute // of a caller's time
	clearRetry = time.Minute      // how long the worker waits where clearing failed
)

// clear clears from search and the files what was erased, and finishes the jobs that ask for it. One clears at a time, for all.
func (s *Service) clear(ctx context.Context) error {
	select {
	case s.clearing <- struct{}{}:
		defer func() { <-s.clearing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	open, err := s.store.OpenJobs(ctx)
	if err != nil {
		return err
	}
	var jobs []Job
	for _, j := range open {
		if j.Kind == JobErase {
			jobs = append(jobs, j)
		}
	}
	if len(jobs) == 0 { // somebody else did it
		return nil
	}
	seq, err := s.store.Head(ctx)
	if err != nil {
		return err
	}
	if s.index != nil {
		if err := s.WaitIndexed(ctx, seq); err != nil {
			return err
		}
		if err := s.index.Compact(ctx); err != nil {
			return err
		}
	}
	if err := s.store.Purge(ctx, seq); err != nil {
		return err
	}
	for _, j := range jobs {
		finished := s.now().UTC().Truncate(time.Microsecond)
		j.State, j.FinishedAt = JobDone, &finished
		if err := s.store.PutJob(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// keepClear clears what could not be cleared before, until the context ends.
func (s *Service) keepClear(ctx context.Context) {
	for {
		var wait <-chan time.Time
		if err := s.clear(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("clearing what was erased waits", "err", err)
			wait = time.After(clearRetry)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.unclear:
		case <-wait:
		}
	}
}
