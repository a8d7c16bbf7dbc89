package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
)

// maxLine bounds a line of input: a text of the largest record, escaped.
const maxLine = 8 << 20

// A chunk goes to a worker when it has so many lines or bytes, or when no more input has arrived.
const (
	chunkLines = 64
	chunkBytes = 1 << 20
)

// inputLine is one line of the input.
type inputLine struct {
	n     int    // from 1, through all files
	text  []byte // without its line feed
	long  bool   // beyond maxLine; text is empty
	ended bool   // with a line feed, as all but a last line are
}

// chunk is a run of lines on its way from the reader through a worker to the writer, and back to the reader: its memory is used again.
type chunk struct {
	lines  []inputLine
	bytes  int
	out    bytes.Buffer
	faults []string
	done   chan struct{} // has room for one
}

var chunks = sync.Pool{New: func() any { return &chunk{done: make(chan struct{}, 1)} }}

// mostKept is how much output a chunk may hold to be used again.
const mostKept = 1 << 20

// release gives a chunk back.
func (ch *chunk) release() {
	if ch.out.Cap() > mostKept || ch.bytes > mostKept {
		return
	}
	ch.lines, ch.bytes, ch.faults = ch.lines[:0], 0, ch.faults[:0]
	ch.out.Reset()
	chunks.Put(ch)
}

// next gives the line to be read, with the memory of one that was.
func (ch *chunk) next() inputLine {
	if n := len(ch.lines); n < cap(ch.lines) {
		return inputLine{text: ch.lines[:n+1][n].text[:0]}
	}
	return inputLine{}
}

// lineWork writes what becomes of a line and gives what is wrong with it, "" for nothing. It keeps nothing of the line.
type lineWork func(out *bytes.Buffer, line inputLine) (fault string)

// eachLine streams lines from files to standard output: a reader cuts the input into chunks, workers do the work on all cores, and the
// results are written in order. Memory is bounded by the chunks under way. Lines with a fault are reported as they come; the rest goes
// on, and the error at the end is errReported.
func eachLine(ctx context.Context, std streams, files []string, work lineWork) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	todo := make(chan *chunk, workers)
	ordered := make(chan *chunk, 2*workers)
	var pool sync.WaitGroup
	for range workers {
		pool.Go(func() {
			for ch := range todo {
				for _, line := range ch.lines {
					if fault := ch.work(line, work); fault != "" {
						ch.faults = append(ch.faults, fmt.Sprintf("thau: line %d: %s", line.n, fault))
					}
				}
				ch.done <- struct{}{}
			}
		})
	}
	var readErr error
	go func() {
		defer close(ordered)
		defer close(todo)
		readErr = readLines(ctx, std.in, files, func(ch *chunk) error {
			for _, to := range []chan<- *chunk{ordered, todo} {
				select {
				case to <- ch:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	}()
	out := bufio.NewWriterSize(std.out, 1<<16)
	failed := false
	for {
		select {
		case ch, ok := <-ordered:
			if !ok {
				pool.Wait()
				if err := errors.Join(readErr, out.Flush()); err != nil {
					return err
				}
				if failed {
					return errReported
				}
				return nil
			}
			select {
			case <-ch.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			for _, f := range ch.faults {
				failed = true
				fmt.Fprintln(std.err, f)
			}
			if _, err := out.Write(ch.out.Bytes()); err != nil {
				return err
			}
			ch.release()
			if len(ordered) == 0 {
				if err := out.Flush(); err != nil {
					return err
				}
			}
		case <-ctx.Done(): // the reader may wait for input that never comes
			return ctx.Err()
		}
	}
}

// work does the work on a line; one that is too long gives an empty line where lines are counted.
func (ch *chunk) work(line inputLine, work lineWork) string {
	fault := work(&ch.out, line)
	if line.long {
		return fmt.Sprintf("longer than %d MB and left out", maxLine>>20)
	}
	return fault
}

// readLines cuts files into chunks of lines.
func readLines(ctx context.Context, stdin io.Reader, files []string, emit func(*chunk) error) error {
	if len(files) == 0 {
		files = []string{"-"}
	}
	n := 0
	for _, name := range files {
		err := withInput(name, stdin, func(r io.Reader) error {
			return cutLines(ctx, r, &n, emit)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// withInput opens a file, or takes standard input for -.
func withInput(name string, stdin io.Reader, do func(io.Reader) error) error {
	if name == "-" {
		return do(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}

// cutLines cuts one input into chunks, counting lines on.
func cutLines(ctx context.Context, in io.Reader, n *int, emit func(*chunk) error) error {
	r := bufio.NewReaderSize(in, 1<<16)
	ch := chunks.Get().(*chunk)
	for {
		line, err := readLine(r, ch.next())
		if err == nil {
			*n++
			line.n = *n
			ch.lines = append(ch.lines, line)
			ch.bytes += len(line.text)
		}
		full := len(ch.lines) == chunkLines || ch.bytes >= chunkBytes || r.Buffered() == 0
		if len(ch.lines) > 0 && (full || err != nil) {
			if err := emit(ch); err != nil {
				return err
			}
			ch = chunks.Get().(*chunk)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", *n+1, err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
	}
}

// readLine reads a line into an empty one, or gives io.EOF. Of one beyond maxLine nothing is kept.
func readLine(r *bufio.Reader, line inputLine) (inputLine, error) {
	for read := 0; ; {
		part, err := r.ReadSlice('\n')
		read += len(part)
		if err == nil {
			part, line.ended = part[:len(part)-1], true
		}
		if line.long = line.long || len(line.text)+len(part) > maxLine; line.long {
			line.text = nil
		} else {
			line.text = append(line.text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err == nil || errors.Is(err, io.EOF) && read > 0:
			return line, nil
		default:
			return line, err
		}
	}
}
