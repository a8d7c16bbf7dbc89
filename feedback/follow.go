package feedback

import (
	"context"
	"time"
)

// How the index follows the store.
const (
	followBatch = 2000                   // changes in one index batch
	followPause = 500 * time.Millisecond // for a batch to fill, unless somebody waits: many small batches cost many merges
	followLook  = 50 * time.Millisecond  // at how full it is
	followPoll  = 2 * time.Second        // also look without being told: another process may write
	followRetry = 5 * time.Second        // after an error
)

// stored tells the follower that there is something new.
func (s *Service) stored() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run keeps the index following the store until the context ends. An error does not end it: it is logged, kept for Ready, and
// tried again.
func (s *Service) Run(ctx context.Context) {
	if s.index == nil {
		<-ctx.Done()
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
			s.gather(ctx)
		case <-timer.C:
		}
		wait := followPoll
		err := s.CatchUp(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("index does not follow the store", "err", err)
			wait = followRetry
		}
		s.mu.Lock()
		s.lastErr = err
		s.mu.Unlock()
		timer.Reset(wait)
	}
}

// gather lets changes come together, until they fill a batch, the pause is over, or somebody waits for one of them.
func (s *Service) gather(ctx context.Context) {
	pause, look := time.NewTimer(followPause), time.NewTicker(followLook)
	defer pause.Stop()
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if head, mark, err := s.Lag(ctx); err != nil || head-mark >= followBatch {
				return
			}
		case <-pause.C:
			return
		case <-s.hurry:
			return
		case <-ctx.Done():
			return
		}
	}
}

// CatchUp applies every change that the index lacks when it begins.
func (s *Service) CatchUp(ctx context.Context) error {
	head, err := s.store.Head(ctx)
	if err != nil {
		return err
	}
	for {
		mark := s.index.Mark()
		if mark >= head {
			return s.index.Apply(ctx, nil, head) // nothing new, but a successor that has all may take over
		}
		changes, err := s.store.Labelled(ctx, mark, followBatch)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return nil
		}
		if err := s.index.Apply(ctx, changes, head); err != nil {
			return err
		}
		s.mu.Lock()
		close(s.indexed)
		s.indexed = make(chan struct{})
		s.mu.Unlock()
	}
}

// WaitIndexed returns when search knows every change up to a Seq, or with the context's end as CodeTimeout.
func (s *Service) WaitIndexed(ctx context.Context, seq int64) error {
	if s.index == nil {
		return Errorf(CodeUnavailable, "wait", "search is not running")
	}
	for {
		s.mu.Lock()
		moved := s.indexed
		s.mu.Unlock()
		if s.index.Mark() >= seq {
			return nil
		}
		select {
		case s.hurry <- struct{}{}:
		default:
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return Errorf(CodeTimeout, "wait", "stored, but not yet searchable")
		}
	}
}

// Lag tells how far search is behind: the store's last Seq and the index's mark.
func (s *Service) Lag(ctx context.Context) (head, mark int64, err error) {
	head, err = s.store.Head(ctx)
	if s.index != nil {
		mark = s.index.Mark()
	}
	return head, mark, err
}

// Ready tells whether requests can be answered: the store answers and the index follows it.
func (s *Service) Ready(ctx context.Context) error {
	if _, err := s.store.Head(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastErr
}
