package lexicons

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// table is a lexicon file as read: rows of columns, each with its line.
type table struct {
	file    string
	columns []string
	rows    []row
}

type row struct {
	line  int
	cells []string
}

// LineError is a fault of a lexicon file at a line, counted from 1.
type LineError struct {
	File string
	Line int
	Msg  string
}

// Error implements error.
func (e *LineError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg) }

// readTable reads a tab-separated file whose first line that is not a comment names exactly the given columns.
func readTable(fsys fs.FS, file string, columns ...string) (*table, error) {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("lexicons: %w", err)
	}
	t := &table{file: file, columns: columns, rows: make([]row, 0, bytes.Count(b, []byte{'\n'})+1)}
	text := string(b)
	room := make([]string, cap(t.rows)*len(columns)) // the cells of all rows
	header := false
	for line := 1; text != ""; line++ {
		var s string
		s, text, _ = strings.Cut(text, "\n")
		if strings.HasPrefix(s, "#") {
			continue
		}
		if s == "" {
			return nil, &LineError{file, line, "empty line"}
		}
		cells := room[:len(columns):len(columns)]
		room = room[len(columns):]
		if !split(s, cells) {
			return nil, &LineError{file, line, fmt.Sprintf("%d columns, want %d (%s)", strings.Count(s, "\t")+1, len(columns), strings.Join(columns, ", "))}
		}
		if !header {
			for i, c := range columns {
				if cells[i] != c {
					return nil, &LineError{file, line, fmt.Sprintf("header is %q, want %q", s, strings.Join(columns, "\t"))}
				}
			}
			header = true
			continue
		}
		t.rows = append(t.rows, row{line, cells})
	}
	if !header {
		return nil, &LineError{file, 1, "no header line"}
	}
	return t, nil
}

// split cuts a line at its tabs; false where that does not give exactly as many cells as there are.
func split(s string, cells []string) bool {
	last := len(cells) - 1
	for i := range last {
		var ok bool
		cells[i], s, ok = strings.Cut(s, "\t")
		if !ok {
			return false
		}
	}
	cells[last] = s
	return strings.IndexByte(s, '\t') < 0
}

// readList reads a file of one word or phrase a line.
func readList(fsys fs.FS, file string) ([]string, error) {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("lexicons: %w", err)
	}
	var out []string
	for line, s := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		switch {
		case strings.HasPrefix(s, "#"):
		case s == "" || strings.TrimSpace(s) != s:
			return nil, &LineError{file, line + 1, "empty line or blanks at its ends"}
		default:
			out = append(out, s)
		}
	}
	return out, nil
}

// number reads a cell as a number in [low, high].
func (t *table) number(r row, col int, low, high float64) (float64, error) {
	v, err := strconv.ParseFloat(r.cells[col], 64)
	if err != nil || !(v >= low && v <= high) {
		return 0, &LineError{t.file, r.line, fmt.Sprintf("%s %q is not a number from %g to %g", t.columns[col], r.cells[col], low, high)}
	}
	return v, nil
}

// needed reads a table whose absence is a fault.
func needed(fsys fs.FS, file string, columns ...string) (*table, error) {
	t, err := readTable(fsys, file, columns...)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &LineError{file, 1, "is missing"}
	}
	return t, err
}

// optional gives the table, or an empty one where the file does not exist: an overlay has only the files it needs.
func optional(t *table, err error) (*table, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return &table{}, nil
	}
	return t, err
}

// ignoreAbsent gives nil for a file that does not exist.
func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
