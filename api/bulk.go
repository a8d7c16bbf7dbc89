package api

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

const bulkDescription = "One object a line, in the body and in the answer, both at once: each line is answered after it was stored. " +
	"A line has at most 1 MB; one that cannot be taken is rejected by itself. Only idleness ends a stream. "

func describeFeedbackBulk(r huma.Registry, op *huma.Operation) {
	op.Description = bulkDescription + op.Description
	op.RequestBody = requestBody(lineTypes[0], schemaOf[feedback.Draft](r))
	addResponse(op, http.StatusOK, lineTypes[0], answerOf[LineResult](r))
}

// streamFeedback answers POST /v1/feedback/bulk.
func (s *server) streamFeedback(c *gin.Context) {
	st, ok := s.open(c)
	if !ok {
		return
	}
	defer st.close()
	next := func() (feedback.Line, error) {
		line, number, fault, err := st.next()
		if err != nil {
			return feedback.Line{}, err
		}
		out := feedback.Line{N: number, Err: fault}
		if fault == nil {
			out.Err = decodeLine(line, &out.Draft)
		}
		return out, nil
	}
	st.end(s.service.Ingest(st.context(), next, func(a feedback.Answer) error {
		return st.answer(LineResult{Line: a.Line, ID: a.ID, Status: a.Status, Stale: a.Stale, Error: newFault(a.Err)})
	}))
}

// decodeLine reads a line, and gives the first fault of it.
func decodeLine(line []byte, v any) *feedback.Error {
	if err := decode(line, v); err != nil {
		return faultsOf(err)[0]
	}
	return nil
}

func describeSignalsBulk(r huma.Registry, op *huma.Operation) {
	op.Description = bulkDescription + op.Description
	op.RequestBody = requestBody(lineTypes[0], schemaOf[SignalRequest](r))
	addResponse(op, http.StatusOK, lineTypes[0], answerOf[LineResult](r))
}

// signalBatch is how many signals share one transaction at most.
const signalBatch = 500

// signalLine is a line of a stream of signals.
type signalLine struct {
	number  int
	request SignalRequest
	fault   *feedback.Error
}

// streamSignals answers POST /v1/signals/bulk. As with records, batches form by themselves from what has arrived.
func (s *server) streamSignals(c *gin.Context) {
	st, ok := s.open(c)
	if !ok {
		return
	}
	defer st.close()
	ctx, cancel := context.WithCancel(st.context())
	defer cancel()
	lines := make(chan signalLine, signalBatch)
	var readErr error
	go func() {
		defer close(lines)
		for {
			line, number, fault, err := st.next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
			l := signalLine{number: number, fault: fault}
			if fault == nil {
				l.fault = decodeLine(line, &l.request)
			}
			select {
			case lines <- l:
			case <-ctx.Done():
				return
			}
		}
	}()
	for first := range lines {
		batch := []signalLine{first}
	gather:
		for len(batch) < signalBatch {
			select {
			case l, ok := <-lines:
				if !ok {
					break gather
				}
				batch = append(batch, l)
			default:
				break gather
			}
		}
		if err := s.storeSignalLines(ctx, batch, st.answer); err != nil {
			st.end(err)
			return
		}
	}
	st.end(readErr)
}

// storeSignalLines stores the lines that are signals and answers every one, in order.
func (s *server) storeSignalLines(ctx context.Context, batch []signalLine, answer func(LineResult) error) error {
	requests := make([]SignalRequest, 0, len(batch))
	for i := range batch {
		if batch[i].fault == nil {
			requests = append(requests, batch[i].request)
		}
	}
	results, err := storeSignals(ctx, s.service, requests, "")
	if err != nil {
		return err
	}
	for _, l := range batch {
		r := feedback.Result{ID: l.request.ID, Status: feedback.Rejected, Err: l.fault}
		if l.fault == nil {
			r, results = results[0], results[1:]
		}
		if err := answer(LineResult{Line: l.number, ID: r.ID, Status: r.Status, Error: newFault(r.Err)}); err != nil {
			return err
		}
	}
	return nil
}
