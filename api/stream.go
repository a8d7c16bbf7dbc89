package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// The media types of JSON lines; the first is the usual one.
var lineTypes = []string{"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}

// stream is a request that goes on line by line in both directions at once. It has no time limit as long as something moves: what is
// read or written gives both directions the idle time anew.
//
// Lines are read in a goroutine of somebody else, which may outlive the handler for a moment, and nothing of the request may be touched
// after it. So close waits until that goroutine is out.
type stream struct {
	c       *gin.Context // only for the handler's goroutine
	control *http.ResponseController
	idle    time.Duration
	limit   int // bytes of a line
	lines   *bufio.Reader
	number  int // of the last line read
	last    int // of the last line answered
	out     *outbox

	reading sync.Mutex // held while something reads
	body    io.Reader
	ended   bool       // the body was read to its end
	mu      sync.Mutex // guards closed together with the read deadline
	closed  bool
}

// open begins the stream of a request, or ends it with a problem.
func (s *server) open(c *gin.Context) (*stream, bool) {
	if err := checkType(c.Request, lineTypes...); err != nil {
		fail(c, err)
		return nil, false
	}
	// The router's writer is used again by other requests; the server's own is not.
	w := c.Writer.(interface{ Unwrap() http.ResponseWriter }).Unwrap()
	st := &stream{c: c, control: http.NewResponseController(w), idle: s.limits.Idle, limit: s.limits.Line, body: c.Request.Body}
	if err := st.control.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		fail(c, err)
		return nil, false
	}
	st.lines = bufio.NewReaderSize(st, 64<<10)
	st.out = newOutbox(func(b []byte) error { return st.write(w, b) })
	c.Header("Content-Type", lineTypes[0])
	// A client that asked whether to send its body hears "continue" when the body is read, but not after an answer has begun.
	if c.Request.Header.Get("Expect") == "" {
		st.begin()
		_ = st.control.Flush()
	}
	return st, true
}

// begin sends the status, once.
func (st *stream) begin() { st.c.Writer.WriteHeaderNow() }

// context gives the context of what the stream does. The request's own ends with the first error of the connection; what was read
// before that is stored all the same, and the stream ends with what the connection says.
func (st *stream) context() context.Context { return context.WithoutCancel(st.c.Request.Context()) }

// close ends the stream: what was answered is sent, and whoever still reads is sent home. A body that was not read to its end ends the
// connection, for the read deadline stays in the past.
func (st *stream) close() {
	st.begin()
	st.out.close()
	st.mu.Lock()
	st.closed = true
	if !st.ended {
		_ = st.control.SetReadDeadline(time.Unix(1, 0))
	}
	st.mu.Unlock()
	st.reading.Lock() // nobody reads any more, and nobody will
	defer st.reading.Unlock()
}

// Read reads from the body, waiting for the idle time at most.
func (st *stream) Read(p []byte) (int, error) {
	st.reading.Lock()
	defer st.reading.Unlock()
	if !st.expect() {
		return 0, io.ErrClosedPipe
	}
	n, err := st.body.Read(p)
	if n > 0 {
		_ = st.control.SetWriteDeadline(time.Now().Add(st.idle))
	}
	switch {
	case err == io.EOF:
		st.mu.Lock()
		st.ended = true
		_ = st.control.SetReadDeadline(time.Time{})
		st.mu.Unlock()
	case err != nil:
		err = &readError{err}
	}
	return n, err
}

// expect gives the next read its time; false where the stream is closed.
func (st *stream) expect() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed {
		return false
	}
	_ = st.control.SetReadDeadline(time.Now().Add(st.idle))
	return true
}

// readError is an error of the client's side: it sent nothing more, or went away.
type readError struct{ error }

// Unwrap gives the cause.
func (e *readError) Unwrap() error { return e.error }

// next gives the next line that is not blank, or why it cannot be taken; io.EOF at the end. The line is good until the next call. A
// last line without its newline is a line.
func (st *stream) next() (line []byte, number int, fault *feedback.Error, err error) {
	for {
		line, fault, err = st.readLine()
		if err != nil {
			return nil, 0, nil, err
		}
		st.number++
		if st.number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
		}
		if fault != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, st.number, fault, nil
		}
	}
}

// readLine reads to the next newline. Of a line beyond the limit only the end is looked for.
func (st *stream) readLine() (line []byte, fault *feedback.Error, err error) {
	var long []byte // the line so far, where it is longer than the buffer
	read := 0
	for {
		part, err := st.lines.ReadSlice('\n')
		read += len(part)
		switch {
		case err == nil || err == io.EOF && read > 0:
			text := bytes.TrimSuffix(part, []byte{'\n'})
			read -= len(part) - len(text)
			if read > st.limit {
				return nil, feedback.Errorf(feedback.CodeTooLarge, "", "the line has more than %d bytes", st.limit), nil
			}
			if long == nil {
				return text, nil, nil
			}
			return append(long, text...), nil, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, nil, err
		case read <= st.limit+1:
			long = append(long, part...)
		default:
			long = long[:0]
		}
	}
}

// LineResult says what became of a line of a stream.
type LineResult struct {
	Line   int             `json:"line" doc:"from 1; blank lines count and have no result"`
	ID     string          `json:"id,omitempty"`
	Status feedback.Status `json:"status" enum:"created,updated,unchanged,rejected,failed" doc:"failed, once and as the last: this line and all after it were not taken; send them again"`
	Stale  bool            `json:"stale,omitempty" doc:"what was sent is older than what is kept, by updated_at, and changed nothing"`
	Error  *Fault          `json:"error,omitempty"`
}

// failed ends a stream that cannot go on.
const failed feedback.Status = "failed"

// Fault says why something was refused.
type Fault struct {
	Code    feedback.Code `json:"code"`
	Message string        `json:"message"`
	Field   string        `json:"field,omitempty" doc:"the part at fault, e.g. scores.nps"`
}

// newFault describes an error, nil for none.
func newFault(e *feedback.Error) *Fault {
	if e == nil {
		return nil
	}
	p := newProblem(e)
	f := &Fault{Code: p.Code, Message: p.Detail}
	if p.Code != feedback.CodeInternal {
		f.Message, f.Field = e.Message, e.Field
	}
	return f
}

// answer sends a result on its way.
func (st *stream) answer(r LineResult) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	st.begin()
	st.last = r.Line
	return st.out.put(append(b, '\n'))
}

// end answers a stream that an error ended before its time.
func (st *stream) end(err error) {
	if err == nil || errors.Is(err, errUnsent) {
		return
	}
	fault := feedback.Errorf(feedback.CodeTimeout, "", "nothing came for %v", st.idle)
	var theirs *readError
	switch {
	case !errors.As(err, &theirs):
		p := problemFor(st.c, err)
		fault = feedback.Errorf(p.Code, "", "%s", p.Detail)
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return // nobody is there to hear of it
	}
	// If this cannot be sent either, the client sees a stream that was cut off.
	_ = st.answer(LineResult{Line: st.last + 1, Status: failed, Error: &Fault{Code: fault.Code, Message: fault.Message}})
}

// maxWrite bounds what is sent at a time, so that a slow client moves its deadline.
const maxWrite = 64 << 10

// write sends bytes, waiting for the idle time at most.
func (st *stream) write(w io.Writer, b []byte) error {
	for len(b) > 0 {
		part := b[:min(len(b), maxWrite)]
		b = b[len(part):]
		_ = st.control.SetWriteDeadline(time.Now().Add(st.idle))
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return st.control.Flush()
}
