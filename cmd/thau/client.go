package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/thau-cx/thau/feedback"
)

// serverFlags lead a command through a running server instead of the data directory.
type serverFlags struct {
	Server string `placeholder:"URL" help:"Work through the running server at URL instead of the data directory."`
	Key    string `placeholder:"SECRET" help:"The key that the server asks for; better given as THAU_KEY."`
}

// client talks to a server.
type client struct {
	base *url.URL
	key  string
}

func (f serverFlags) client() (*client, error) {
	base, err := url.Parse(f.Server)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("--server %s is no URL like http://127.0.0.1:8080", f.Server)
	}
	return &client{base, f.Key}, nil
}

// do sends a request and gives the answer where it is a good one. The path is taken as it is, already escaped.
func (c *client) do(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader) (*http.Response, error) {
	target := strings.TrimSuffix(c.base.String(), "/") + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the server at %s does not answer: %w", c.base, err)
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		return nil, problem(res)
	}
	return res, nil
}

// problem reads what a server says is wrong.
func problem(res *http.Response) error {
	var p struct {
		Code   feedback.Code `json:"code"`
		Detail string        `json:"detail"`
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || json.Unmarshal(body, &p) != nil || p.Detail == "" {
		return fmt.Errorf("the server answered %s", res.Status)
	}
	return &feedback.Error{Code: p.Code, Message: "the server answered: " + p.Detail}
}

// get asks for JSON.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	res, err := c.do(ctx, http.MethodGet, path, query, "", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

// lineResult is the answer to a line of a stream.
type lineResult struct {
	Line   int             `json:"line"`
	ID     string          `json:"id"`
	Status feedback.Status `json:"status"`
	Stale  bool            `json:"stale"`
	Error  *struct {
		Code    feedback.Code `json:"code"`
		Message string        `json:"message"`
		Field   string        `json:"field"`
	} `json:"error"`
}

// ingest is feedback.Service.Ingest on the server: lines go up while answers come down. Lines that are no drafts are answered here.
func (c *client) ingest(ctx context.Context, next func() (feedback.Line, error), answer func(feedback.Answer) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	up := &upload{next: next, answer: answer}
	pipe, sink := io.Pipe()
	var sent sync.WaitGroup
	sent.Go(func() { sink.CloseWithError(up.send(sink)) })
	err := c.receive(ctx, pipe, up)
	// Whatever ended the answers ends the questions.
	pipe.CloseWithError(errors.Join(err, io.ErrClosedPipe))
	sent.Wait()
	if up.err != nil {
		return up.err
	}
	if err == nil && len(up.open) > 0 {
		err = fmt.Errorf("the server ended the stream before it answered %d rows: import the file again, what was stored stays", len(up.open))
	}
	return err
}

// receive reads the answers.
func (c *client) receive(ctx context.Context, body io.Reader, up *upload) error {
	res, err := c.do(ctx, http.MethodPost, "/v1/feedback/bulk", nil, "application/x-ndjson", body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	for in := json.NewDecoder(res.Body); ; {
		var r lineResult
		if err := in.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("the server's answers broke off: import the file again, what was stored stays: %w", err)
		}
		if r.Status == "failed" && r.Error != nil {
			return fmt.Errorf("the server stopped: %s: import the file again, what was stored stays", r.Error.Message)
		}
		if err := up.answered(r); err != nil {
			return err
		}
	}
}

// upload is the lines on their way to a server.
type upload struct {
	next   func() (feedback.Line, error)
	answer func(feedback.Answer) error

	mu   sync.Mutex // guards what follows, and answer
	sent int        // lines written
	open []int      // numbers of the rows that were sent and not answered
	err  error      // of next or answer
}

// send writes the drafts, one a line.
func (u *upload) send(w io.Writer) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for {
		line, err := u.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && line.Err == nil {
			b.Reset()
			if fault := enc.Encode(&line.Draft); fault != nil {
				line.Err = feedback.Errorf(feedback.CodeInvalid, "", "cannot be encoded: %v", fault)
			}
		}
		u.mu.Lock()
		switch {
		case err != nil:
			u.err = err
		case line.Err != nil:
			err = u.answer(feedback.Answer{Line: line.N, Result: feedback.Result{ID: line.Draft.ID, Status: feedback.Rejected, Err: line.Err}})
			u.err = err
		default:
			u.sent++
			u.open = append(u.open, line.N)
		}
		u.mu.Unlock()
		if err != nil {
			return err
		}
		if line.Err == nil {
			if _, err := w.Write(b.Bytes()); err != nil {
				return err
			}
		}
	}
}

// answered hands an answer on under the number of its row.
func (u *upload) answered(r lineResult) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	at := r.Line - (u.sent - len(u.open)) - 1
	if at != 0 || len(u.open) == 0 {
		return fmt.Errorf("the server answered line %d out of order", r.Line)
	}
	a := feedback.Answer{Line: u.open[0], Result: feedback.Result{ID: r.ID, Status: r.Status, Stale: r.Stale}}
	u.open = u.open[1:]
	if r.Error != nil {
		a.Err = &feedback.Error{Code: r.Error.Code, Field: r.Error.Field, Message: r.Error.Message}
	}
	return u.answer(a)
}

// waitIndexed returns when the server's search knows a draft that it has stored: sending it again changes nothing.
func (c *client) waitIndexed(ctx context.Context, d *feedback.Draft) error {
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	for {
		res, err := c.do(ctx, http.MethodPost, "/v1/feedback", url.Values{"wait": {"indexed"}}, "application/json", bytes.NewReader(body))
		if err == nil {
			return res.Body.Close()
		}
		if feedback.CodeOf(err) != feedback.CodeTimeout {
			return err
		}
	}
}
