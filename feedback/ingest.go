package feedback

import (
	"context"
	"errors"
	"io"
)

// ingestBatch is how many lines share one transaction at most: enough that the commit's fsync no longer shows, few enough that
// answers come in a blink.
const ingestBatch = 500

// Line is one piece of a stream: a draft, or the reason why it is none.
type Line struct {
	N     int // from 1
	Draft Draft
	Err   *Error
}

// Answer says what became of a line.
type Answer struct {
	Line int
	Result
}

type ingestPart struct {
	lines   []Line
	records []Record
	results []Result // filled in for lines that were refused
}

// Ingest stores a stream of drafts: next gives line after line and io.EOF at the end; answer hears what became of each, in order,
// after its commit. Batches form by themselves from what has arrived, so a slow stream is answered at once and a fast one in bulk.
// Reading and analysis go on while a batch commits. It stops at the first error of next, answer or the store; every line answered
// before that is durable. Next must return when the context ends.
func (s *Service) Ingest(ctx context.Context, next func() (Line, error), answer func(Answer) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan Line, ingestBatch)
	var readErr error
	go func() {
		defer close(lines)
		for {
			l, err := next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
			select {
			case lines <- l:
			case <-ctx.Done():
				return
			}
		}
	}()
	parts := make(chan ingestPart, 1)
	go func() {
		defer close(parts)
		for first := range lines {
			part := s.prepareLines(gather(first, lines))
			select {
			case parts <- part:
			case <-ctx.Done():
				return
			}
		}
	}()
	for part := range parts {
		if err := s.commit(ctx, part, answer); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return readErr
}

// gather takes what has already arrived, up to a batch.
func gather(first Line, lines <-chan Line) []Line {
	batch := []Line{first}
	for len(batch) < ingestBatch {
		select {
		case l, ok := <-lines:
			if !ok {
				return batch
			}
			batch = append(batch, l)
		default:
			return batch
		}
	}
	return batch
}

func (s *Service) prepareLines(lines []Line) ingestPart {
	p := ingestPart{lines: lines, records: make([]Record, len(lines)), results: make([]Result, len(lines))}
	each(len(lines), func(i int) {
		l := &lines[i]
		if l.Err != nil {
			p.results[i] = Result{ID: l.Draft.ID, Status: Rejected, Err: l.Err}
			return
		}
		rec, faults := s.prepare(l.Draft)
		if len(faults) > 0 {
			p.results[i] = Result{ID: l.Draft.ID, Status: Rejected, Err: faults[0]}
			return
		}
		p.records[i] = rec
	})
	return p
}

func (s *Service) commit(ctx context.Context, p ingestPart, answer func(Answer) error) error {
	good := make([]Record, 0, len(p.records))
	for i := range p.records {
		if p.results[i].Err == nil {
			good = append(good, p.records[i])
		}
	}
	if len(good) > 0 {
		stored, err := s.store.Put(ctx, good)
		if err != nil {
			return err
		}
		s.stored()
		s.overtaken(ctx, good)
		for i := range p.results {
			if p.results[i].Err == nil {
				p.results[i], stored = stored[0], stored[1:]
			}
		}
	}
	for i, r := range p.results {
		if err := answer(Answer{Line: p.lines[i].N, Result: r}); err != nil {
			return err
		}
	}
	return nil
}
