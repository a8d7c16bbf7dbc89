package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/thau-cx/thau/feedback"
)

// table reads CSV, TSV and their kin: a header row, then a draft a row. A column that a record has no field for goes into its
// metadata under its own name.
type table struct {
	o       Options
	seen    occurrences
	rows    splitter
	columns []column
	ahead   []row // read for the sample
	end     error // what came after them
}

// The sample by which columns are judged.
const (
	sampleRows  = 1000
	sampleBytes = 4 << 20
)

func newTable(r *bufio.Reader, head []byte, o Options) (*table, error) {
	t := &table{o: o, seen: occurrences{}, rows: splitter{r: r, line: 1}}
	if line, _, ok := bytes.Cut(head, []byte{'\n'}); ok && bytes.HasPrefix(bytes.ToLower(line), []byte("sep=")) && len(line) >= 5 {
		t.rows.delimiter = line[4] // Excel's way to say it
		if _, err := r.Discard(len(line) + 1); err != nil {
			return nil, err
		}
		t.rows.line = 2
	} else {
		t.rows.delimiter = sniff(head, len(head) < sampleSize)
	}
	header, err := t.rows.next()
	for err == nil && header.blank() {
		header, err = t.rows.next()
	}
	if errors.Is(err, io.EOF) {
		t.end = err
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	if header.long {
		return nil, fmt.Errorf("line %d: the header is longer than %s", header.line, size(MaxRow))
	}
	for bytes := 0; len(t.ahead) < sampleRows && bytes < sampleBytes; {
		w, err := t.rows.next()
		if err != nil {
			t.end = err
			break
		}
		t.ahead = append(t.ahead, w)
		bytes += len(w.raw)
	}
	t.columns = mapColumns(header.cells, t.ahead)
	if !hasContent(t.columns) {
		o.Warn(header.line, "no column was recognised as a text, a score or a ticket: name one of them text")
	}
	return t, nil
}

// Next implements Reader. Rows without anything in them are no rows.
func (t *table) Next() (feedback.Line, []byte, error) {
	for {
		w, err := t.next()
		if err != nil {
			return feedback.Line{}, nil, err
		}
		if w.blank() {
			continue
		}
		return t.read(&w), w.raw, nil
	}
}

func (t *table) next() (row, error) {
	if len(t.ahead) > 0 {
		w := t.ahead[0]
		t.ahead = t.ahead[1:]
		return w, nil
	}
	if t.end != nil {
		return row{}, t.end
	}
	return t.rows.next()
}

// read turns a row into a draft.
func (t *table) read(w *row) feedback.Line {
	if w.long {
		return tooLong(w.line)
	}
	cells := w.cells
	for len(cells) > len(t.columns) && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	switch {
	case w.loose && len(cells) != len(t.columns):
		return refuse(w.line, feedback.CodeInvalid, "", "a quote is opened and not closed, and without it the row has %d cells where the header has %d", len(cells), len(t.columns))
	case w.loose:
		t.o.Warn(w.line, "a quote is opened and not closed; it was read as a character")
	case len(cells) > len(t.columns):
		return refuse(w.line, feedback.CodeInvalid, "", "the row has %d cells where the header has %d: put cells that hold a delimiter in quotes", len(cells), len(t.columns))
	}
	line := feedback.Line{N: w.line}
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if fault := t.columns[i].read(&line.Draft, cell, &t.o, w.line); fault != nil {
			line.Err = fault
			return line
		}
	}
	t.o.finish(&line.Draft, t.seen, func() []byte {
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		return []byte(strings.TrimRight(strings.Join(cells, "\x1F"), "\x1F"))
	})
	return line
}
