package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

type importCmd struct {
	dataFlags
	serverFlags
	Namespace string   `placeholder:"N" help:"Store ids as N:id, so that ids of several systems do not meet."`
	Source    string   `placeholder:"S" enum:",survey,ticket,review,chat,social,call" default:"" help:"The source of rows that name none: survey, ticket, review, chat, social or call."`
	DryRun    bool     `help:"Read and check every row and store none."`
	JSON      bool     `name:"json" help:"Print the summary as JSON."`
	Files     []string `arg:"" name:"file" help:"JSON Lines (.jsonl) or tables (.csv, .tsv) to import; - is standard input."`
}

// rejectsSuffix names the file beside an imported one that takes the rows which could not be stored.
const rejectsSuffix = ".rejects.jsonl"

// summary says what became of the rows of a file.
type summary struct {
	File      string  `json:"file"`
	Rows      int     `json:"rows"`
	Created   int     `json:"created"`
	Updated   int     `json:"updated"`
	Unchanged int     `json:"unchanged"`
	Rejected  int     `json:"rejected"`
	Warnings  int     `json:"warnings"`
	Rejects   string  `json:"rejects,omitempty"`
	Seconds   float64 `json:"seconds"`
	DryRun    bool    `json:"dry_run,omitempty"`
}

// sink stores a stream of drafts and answers each.
type sink interface {
	ingest(ctx context.Context, next func() (feedback.Line, error), answer func(feedback.Answer) error) error
	// settle returns when search knows what was stored, of which last is the last.
	settle(ctx context.Context, last *feedback.Draft) error
	Close() error
}

// Run imports file after file, then waits for the index. Rows that cannot be stored lie in FILE.rejects.jsonl afterwards, and the
// exit code is 1.
func (c *importCmd) Run(ctx context.Context, std streams) (err error) {
	to, err := c.sink(ctx, std)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	rejected := false
	var last *feedback.Draft
	for _, name := range c.Files {
		f := importFile{command: c, std: std, name: name, rows: map[int]pendingRow{}}
		s, err := f.run(ctx, to)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := c.print(std.out, s); err != nil {
			return err
		}
		rejected = rejected || s.Rejected > 0
		if f.last != nil {
			last = f.last
		}
	}
	if last != nil {
		if err := to.settle(ctx, last); err != nil {
			return fmt.Errorf("everything is stored, but search has not caught up: %w", err)
		}
		if !c.JSON {
			fmt.Fprintln(std.out, "search has caught up")
		}
	}
	if rejected {
		return errReported
	}
	return nil
}

// sink says where rows go.
func (c *importCmd) sink(ctx context.Context, std streams) (sink, error) {
	switch {
	case c.DryRun:
		return trial{}, nil
	case c.Server != "":
		cl, err := c.client()
		return remote{cl}, err
	}
	w, err := c.workspace(ctx, c.open, newLogger(std, slog.LevelWarn))
	if err != nil {
		return nil, err
	}
	return local{w}, nil
}

// local stores in a data directory.
type local struct{ *workspace }

func (l local) ingest(ctx context.Context, next func() (feedback.Line, error), answer func(feedback.Answer) error) error {
	return l.service.Ingest(ctx, next, answer)
}

func (l local) settle(ctx context.Context, _ *feedback.Draft) error { return l.catchUp(ctx) }

// remote stores through a server.
type remote struct{ *client }

func (r remote) settle(ctx context.Context, last *feedback.Draft) error {
	return r.waitIndexed(ctx, last)
}

// Close implements sink.
func (remote) Close() error { return nil }

// trial stores nothing.
type trial struct{}

func (trial) ingest(ctx context.Context, next func() (feedback.Line, error), answer func(feedback.Answer) error) error {
	for {
		line, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		a := feedback.Answer{Line: line.N, Result: feedback.Result{ID: line.Draft.ID, Err: line.Err}}
		if line.Err == nil {
			if faults := line.Draft.Validate(); len(faults) > 0 {
				a.Err = faults[0]
			}
		}
		if a.Err != nil {
			a.Status = feedback.Rejected
		}
		if err := answer(a); err != nil {
			return err
		}
	}
}

func (trial) settle(context.Context, *feedback.Draft) error { return nil }

// Close implements sink.
func (trial) Close() error { return nil }

// importFile is one file on its way in.
type importFile struct {
	command *importCmd
	std     streams
	name    string
	bar     *progressbar.ProgressBar

	mu      sync.Mutex // guards what follows: rows are read and answered at once
	rows    map[int]pendingRow
	sum     summary
	rejects *rejects
	last    *feedback.Draft // the last that was stored
}

// pendingRow is a row that was read and not yet answered.
type pendingRow struct {
	raw   []byte
	draft feedback.Draft
}

// maxShown bounds the warnings and rejects of a file that are shown.
const maxShown = 10

func (f *importFile) run(ctx context.Context, to sink) (s summary, err error) {
	start := time.Now()
	f.sum = summary{File: f.name, DryRun: f.command.DryRun}
	f.rejects = &rejects{path: f.name + rejectsSuffix}
	if f.name == "-" {
		f.rejects.path = "stdin" + rejectsSuffix
	}
	err = withInput(f.name, f.std.in, func(in io.Reader) error {
		f.bar = f.progress(in)
		zone, err := time.LoadLocation(defaultZone)
		if err != nil {
			return err
		}
		r, err := intake.New(f.name, io.TeeReader(in, f.bar), intake.Options{
			Namespace: f.command.Namespace, Source: f.command.Source, Zone: zone, Warn: f.warn,
		})
		if err != nil {
			return err
		}
		return to.ingest(ctx, func() (feedback.Line, error) { return f.next(r) }, f.answer)
	})
	if f.bar != nil {
		err = errors.Join(err, f.bar.Finish())
	}
	if !f.command.DryRun {
		err = errors.Join(err, f.rejects.close(err == nil))
	}
	if f.rejects.n > 0 && !f.command.DryRun {
		f.sum.Rejects = f.rejects.path
	}
	f.sum.Seconds = time.Since(start).Seconds()
	return f.sum, err
}

// defaultZone is the workspace's time zone, in which dates without one are.
const defaultZone = "Asia/Ho_Chi_Minh"

// progress makes a bar that moves with the bytes read; it is only seen on a terminal.
func (f *importFile) progress(in io.Reader) *progressbar.ProgressBar {
	size := int64(-1)
	if file, ok := in.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			size = info.Size()
		}
	}
	return progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(f.std.err), progressbar.OptionSetVisibility(isTerminal(f.std.err)),
		progressbar.OptionSetDescription(f.name), progressbar.OptionShowBytes(true),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

// next gives the next row to the sink and remembers it until it is answered.
func (f *importFile) next(r intake.Reader) (feedback.Line, error) {
	line, raw, err := r.Next()
	if err != nil {
		return line, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows[line.N] = pendingRow{raw, line.Draft}
	f.sum.Rows++
	return line, nil
}

// answer hears what became of a row.
func (f *importFile) answer(a feedback.Answer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	row := f.rows[a.Line]
	delete(f.rows, a.Line)
	switch a.Status {
	case feedback.Created:
		f.sum.Created++
	case feedback.Updated:
		f.sum.Updated++
	case feedback.Unchanged:
		f.sum.Unchanged++
	case feedback.Rejected:
		f.sum.Rejected++
		if f.sum.Rejected <= maxShown {
			f.say("%s:%d: rejected: %s", f.name, a.Line, plainError(a.Err))
		}
		if f.command.DryRun {
			return nil
		}
		return f.rejects.add(a, row.raw)
	}
	if a.Status == feedback.Created || a.Status == feedback.Updated {
		f.last = &row.draft
	}
	return nil
}

// warn hears what the reader did not take literally.
func (f *importFile) warn(line int, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sum.Warnings++; f.sum.Warnings <= maxShown {
		f.say("%s:%d: %s", f.name, line, message)
	}
}

// say writes a line to standard error without the bar in it.
func (f *importFile) say(format string, args ...any) {
	if f.bar != nil {
		// The bar is only to be seen; that it cannot be cleared harms nothing.
		_ = f.bar.Clear()
	}
	fmt.Fprintf(f.std.err, format+"\n", args...)
}

// rejects is the file of rows that were not stored. It is made when there is the first.
type rejects struct {
	path string
	file *os.File
	n    int
}

// reject is a line of the file.
type reject struct {
	Line  int         `json:"line"`
	ID    string      `json:"id,omitempty"`
	Error rejectFault `json:"error"`
	Raw   string      `json:"raw"`
}

type rejectFault struct {
	Code    feedback.Code `json:"code"`
	Field   string        `json:"field,omitempty"`
	Message string        `json:"message"`
}

func (r *rejects) add(a feedback.Answer, raw []byte) error {
	if r.file == nil {
		var err error
		if r.file, err = os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
			return err
		}
	}
	r.n++
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	fault := rejectFault{a.Err.Code, a.Err.Field, a.Err.Message}
	if err := enc.Encode(reject{a.Line, a.ID, fault, strings.ToValidUTF8(string(raw), "\uFFFD")}); err != nil {
		return err
	}
	_, err := r.file.Write(b.Bytes())
	return err
}

// close ends the file. Where a whole import rejected nothing, the file of an earlier one would mislead and is removed.
func (r *rejects) close(whole bool) error {
	if r.file != nil {
		return r.file.Close()
	}
	if !whole {
		return nil
	}
	if err := os.Remove(r.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// print tells what became of a file.
func (c *importCmd) print(w io.Writer, s summary) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(s)
	}
	rate := float64(s.Rows) / max(s.Seconds, 1e-3)
	var err error
	if s.DryRun {
		_, err = fmt.Fprintf(w, "%s: %s: %d could be stored, %d would be rejected; nothing was stored\n", s.File, rows(s.Rows), s.Rows-s.Rejected, s.Rejected)
	} else {
		_, err = fmt.Fprintf(w, "%s: %s: %d created, %d updated, %d unchanged, %d rejected; %.0f rows/s\n", s.File, rows(s.Rows), s.Created, s.Updated, s.Unchanged, s.Rejected, rate)
	}
	if err == nil && s.Warnings > maxShown {
		_, err = fmt.Fprintf(w, "%s: %d warnings, %d shown\n", s.File, s.Warnings, maxShown)
	}
	if err == nil && s.Rejects != "" {
		_, err = fmt.Fprintf(w, "%s: the rejected rows with their reasons are in %s\n", s.File, s.Rejects)
	}
	return err
}

func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
