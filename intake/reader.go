package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// MaxRow bounds a row in bytes: a record's largest text, escaped, with its fields. A longer one is a rejected row.
const MaxRow = 8 << 20

// keptOfLong is how much of a row that is too long is given back.
const keptOfLong = 64 << 10

// Options say how rows become drafts.
type Options struct {
	// Namespace goes before each id as "namespace:id"; empty for none.
	Namespace string
	// Source is that of rows which name none.
	Source string
	// Zone is that of times without one; nil means UTC.
	Zone *time.Location
	// Warn hears what was read in another way than its column or field says; nil for nobody.
	Warn func(line int, message string)
}

// Reader gives row after row. Next returns the row as a draft or as a fault, with the row as it was written, and io.EOF at the end.
// Any other error means that the input can be read no further. A Reader is for one goroutine.
type Reader interface {
	Next() (line feedback.Line, raw []byte, err error)
}

// New gives the Reader for an input by its name's ending, or by its beginning where the name tells nothing. Text may be UTF-8, UTF-16
// with or without a byte order mark, or Windows-1258.
func New(name string, r io.Reader, o Options) (Reader, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Warn == nil {
		o.Warn = func(int, string) {}
	}
	br := bufio.NewReaderSize(r, sampleSize)
	head, err := peek(br)
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, errors.New("this is a spreadsheet or a zip archive: save the sheet as CSV and import that")
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return nil, errors.New("this is compressed: unpack it first")
	}
	text := bufio.NewReaderSize(decoded(br, head), sampleSize)
	if head, err = peek(text); err != nil {
		return nil, err
	}
	first := bytes.TrimLeft(head, " \t\r\n")
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson", ".json":
		if bytes.HasPrefix(first, []byte("[")) {
			return nil, errors.New("this is one JSON array: give one object a line instead, as jq -c '.[]' prints it")
		}
		return newObjects(text, o), nil
	case ".csv", ".tsv", ".tab", ".txt":
		return newTable(text, head, o)
	}
	if bytes.HasPrefix(first, []byte("{")) {
		return newObjects(text, o), nil
	}
	return newTable(text, head, o)
}

// sampleSize is how much of an input is looked at before it is read.
const sampleSize = 64 << 10

// peek gives the beginning of an input without taking it.
func peek(r *bufio.Reader) ([]byte, error) {
	head, err := r.Peek(sampleSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head, nil
}

// finish gives a draft its source and its id: with the namespace, and made from the row's content where it has none.
func (o *Options) finish(d *feedback.Draft, seen occurrences, content func() []byte) {
	if d.Source == "" {
		d.Source = o.Source
	}
	if d.ID == "" {
		d.ID = seen.id(content())
	}
	if o.Namespace != "" {
		d.ID = o.Namespace + ":" + d.ID
	}
}

// refuse makes the line of a row that is no draft.
func refuse(n int, code feedback.Code, field, format string, args ...any) feedback.Line {
	return feedback.Line{N: n, Err: feedback.Errorf(code, field, format, args...)}
}

// tooLong is the line of a row beyond MaxRow.
func tooLong(n int) feedback.Line {
	return refuse(n, feedback.CodeTooLarge, "", "the row is longer than %s", size(MaxRow))
}

func size(n int) string { return fmt.Sprintf("%d MB", n>>20) }
