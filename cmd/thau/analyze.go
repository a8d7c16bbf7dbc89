package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/thau-cx/thau/analyzer"
)

type analyzeCmd struct {
	Text    bool     `help:"Take plain lines of text instead of JSON."`
	Phrases bool     `help:"Also find key phrases (slower)."`
	Files   []string `arg:"" optional:"" name:"file" help:"Files to read; - or none is standard input."`
}

// analyzeLine is a line of the input; other fields are ignored.
type analyzeLine struct {
	ID    json.RawMessage `json:"id"`
	Title string          `json:"title"`
	Text  string          `json:"text"`
	Lang  string          `json:"lang"`
}

// analyzed is a line of the output.
type analyzed struct {
	Line     int               `json:"line"`
	ID       json.RawMessage   `json:"id,omitempty"`
	Analysis analyzer.Analysis `json:"analysis"`
}

// maxLine bounds a line of input: a text of the largest record, escaped.
const maxLine = 8 << 20

// chunkLines is how many lines go to a worker at a time.
const chunkLines = 64

// chunk is a run of lines on its way from the reader through a worker to the writer.
type chunk struct {
	first  int
	lines  [][]byte
	out    bytes.Buffer
	faults []string
	done   chan struct{}
}

// Run streams: a reader cuts the input into chunks, workers analyze them on all cores, and the results are written in order. Memory is
// bounded by the chunks under way.
func (c *analyzeCmd) Run(ctx context.Context, std streams) error {
	a, err := newAnalyzer()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(std.out, 1<<16)
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *chunk, workers)
	ordered := make(chan *chunk, 2*workers)
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			for ch := range work {
				for i, line := range ch.lines {
					c.line(a, ch, ch.first+i, line)
				}
				close(ch.done)
			}
		})
	}
	var readErr error
	go func() {
		defer close(ordered)
		defer close(work)
		readErr = c.read(ctx, std.in, func(ch *chunk) {
			ordered <- ch
			work <- ch
		})
	}()
	failed := false
	var writeErr error
	for ch := range ordered {
		<-ch.done
		for _, f := range ch.faults {
			failed = true
			fmt.Fprintln(std.err, f)
		}
		if writeErr == nil {
			if _, writeErr = out.Write(ch.out.Bytes()); writeErr == nil && len(ordered) == 0 {
				writeErr = out.Flush()
			}
		}
	}
	pool.Wait()
	switch {
	case readErr != nil:
		return errors.Join(readErr, out.Flush())
	case writeErr != nil:
		return writeErr
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if failed {
		return errReported
	}
	return nil
}

// line analyzes one line of input into its chunk.
func (c *analyzeCmd) line(a *analyzer.Analyzer, ch *chunk, n int, line []byte) {
	var in analyzeLine
	if c.Text {
		in.Text = string(line)
	} else if len(bytes.TrimSpace(line)) == 0 {
		return
	} else if err := json.Unmarshal(line, &in); err != nil {
		ch.faults = append(ch.faults, fmt.Sprintf("thau: line %d: %s", n, jsonFault(err)))
		return
	}
	res := analyzed{Line: n, ID: in.ID, Analysis: a.Analyze(analyzer.Input{Title: in.Title, Text: in.Text, Lang: in.Lang, Phrases: c.Phrases})}
	enc := json.NewEncoder(&ch.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(res); err != nil {
		ch.faults = append(ch.faults, fmt.Sprintf("thau: line %d: %v", n, err))
	}
}

// jsonFault says what is wrong with a line of JSON.
func jsonFault(err error) string {
	var typed *json.UnmarshalTypeError
	if errors.As(err, &typed) {
		return fmt.Sprintf("field %q is a %s, want a %s", typed.Field, typed.Value, typed.Type)
	}
	return "not a JSON object: " + err.Error()
}

// read cuts the files into chunks of lines, numbered from 1 through all files.
func (c *analyzeCmd) read(ctx context.Context, stdin io.Reader, emit func(*chunk)) error {
	files := c.Files
	if len(files) == 0 {
		files = []string{"-"}
	}
	n := 0
	for _, name := range files {
		in := stdin
		if name != "-" {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			in = f
		}
		sc := bufio.NewScanner(in)
		sc.Buffer(make([]byte, 1<<16), maxLine)
		ch := &chunk{first: n + 1, done: make(chan struct{})}
		for sc.Scan() {
			n++
			ch.lines = append(ch.lines, bytes.Clone(sc.Bytes()))
			if len(ch.lines) == chunkLines {
				emit(ch)
				ch = &chunk{first: n + 1, done: make(chan struct{})}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
		}
		if len(ch.lines) > 0 {
			emit(ch)
		}
		if err := sc.Err(); err != nil {
			return fmt.Errorf("%s: line %d: %w", name, n+1, err)
		}
	}
	return nil
}
