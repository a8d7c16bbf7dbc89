package intake

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// splitter cuts a text into the rows of a table and these into cells. Rows end with a line, but within quotes a line end belongs to
// the cell. A quote that is opened and not closed within maxQuotedLines is no quote, nor is one that seems to reach over lines with
// other quotes in it: its row then ends with its line, so that one stray quote costs no other row.
type splitter struct {
	r         *bufio.Reader
	delimiter byte
	buf       []byte // read and not yet given out
	at        int    // of buf, where the next row begins
	eof       bool
	line      int // of the next row, from 1
}

// maxQuotedLines bounds the lines of one row: more than any comment has.
const maxQuotedLines = 1000

// row is one row of a table.
type row struct {
	line  int // its first
	cells []string
	raw   []byte // without the line end, in memory of its own; only the beginning of a row that is too long
	long  bool   // beyond MaxRow
	loose bool   // has a quote that is not closed
}

// blank tells whether a row has nothing in it.
func (w *row) blank() bool {
	for _, c := range w.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return !w.long
}

// next gives the next row, or io.EOF.
func (s *splitter) next() (row, error) {
	for {
		rest := s.buf[s.at:]
		if len(rest) == 0 && s.eof {
			return row{}, io.EOF
		}
		cells, n, end := cut(rest, s.delimiter, s.eof)
		switch {
		case end == rowEnds && n > MaxRow+2: // a line end is not of the row
			w := s.take(n, nil, false)
			w.raw, w.long = bytes.Clone(w.raw[:keptOfLong]), true
			return w, nil
		case end == rowEnds:
			return s.take(n, cells, false), nil
		case end == rowOpen && (s.eof || len(rest) > MaxRow), end == rowUnclosed:
			return s.takeLine()
		}
		if err := s.fill(); err != nil {
			return row{}, err
		}
	}
}

// take gives out the first n bytes as a row.
func (s *splitter) take(n int, cells []string, loose bool) row {
	raw := s.buf[s.at : s.at+n]
	w := row{line: s.line, cells: cells, raw: bytes.Clone(bytes.TrimRight(raw, "\r\n")), loose: loose}
	s.at += n
	s.line += bytes.Count(raw, []byte{'\n'})
	return w
}

// takeLine gives out one line as a row in which quotes mean nothing, or as one that is too long.
func (s *splitter) takeLine() (row, error) {
	rest := s.buf[s.at:]
	n := bytes.IndexByte(rest, '\n') + 1
	if n == 0 && s.eof {
		n = len(rest)
	}
	if n > 0 && n <= MaxRow {
		line := strings.TrimRight(valid(rest[:n]), "\r\n")
		return s.take(n, strings.Split(line, string(rune(s.delimiter))), true), nil
	}
	w := row{line: s.line, raw: bytes.Clone(rest[:min(len(rest), keptOfLong)]), long: true}
	for {
		if n > 0 {
			s.at += n
			s.line++
			return w, nil
		}
		s.at = len(s.buf)
		if s.eof {
			return w, nil
		}
		if err := s.fill(); err != nil {
			return row{}, err
		}
		n = bytes.IndexByte(s.buf[s.at:], '\n') + 1
	}
}

// fill reads more behind what is still to be given out, as much again as there is.
func (s *splitter) fill() error {
	kept := copy(s.buf, s.buf[s.at:])
	s.at = 0
	want := max(sampleSize, 2*kept)
	if cap(s.buf) < want {
		s.buf = append(make([]byte, 0, want), s.buf[:kept]...)
	}
	s.buf = s.buf[:kept]
	n, err := io.ReadFull(s.r, s.buf[kept:want])
	s.buf = s.buf[:kept+n]
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		s.eof = true
	case err != nil:
		return err
	}
	return nil
}

// How far a row could be cut.
const (
	rowEnds     = iota // whole
	rowOpen            // the text ends before the row does
	rowUnclosed        // a quote is open that nothing seems to close
)

// cut takes the cells of the first row of a text and tells how many bytes it has with its line end. final tells that the text is all
// there is. A quote opens a cell only at its beginning, and closes it only before a delimiter or a line end: others are themselves.
func cut(text []byte, delimiter byte, final bool) (cells []string, n int, end int) {
	i := 0
	for {
		cell, next, status := cutCell(text, i, delimiter, final)
		if status != rowEnds {
			return nil, 0, status
		}
		cells = append(cells, cell)
		if next < len(text) && text[next] == delimiter {
			i = next + 1
			continue
		}
		if next < len(text) && text[next] == '\r' {
			next++
		}
		switch {
		case next < len(text): // '\n'
			return cells, next + 1, rowEnds
		case final:
			return cells, next, rowEnds
		}
		return nil, 0, rowOpen
	}
}

// cutCell takes the cell that begins at i and gives the place of what ends it.
func cutCell(text []byte, i int, delimiter byte, final bool) (cell string, next int, status int) {
	start := i
	for i < len(text) && text[i] == ' ' {
		i++
	}
	if i == len(text) || text[i] != '"' {
		for ; i < len(text); i++ {
			if text[i] == delimiter || text[i] == '\n' || text[i] == '\r' && (i+1 == len(text) || text[i+1] == '\n') {
				break
			}
		}
		if i == len(text) && !final {
			return "", 0, rowOpen
		}
		return valid(text[start:i]), i, rowEnds
	}
	i++
	var b strings.Builder
	stray := false
	for lines := 0; ; {
		n := bytes.IndexAny(text[i:], "\"\n")
		if n < 0 {
			return "", 0, rowOpen
		}
		b.Write(text[i : i+n+1])
		i += n + 1
		if text[i-1] == '\n' {
			if lines++; lines == maxQuotedLines || stray {
				return "", 0, rowUnclosed
			}
			continue
		}
		if i < len(text) && text[i] == '"' {
			i++
			continue
		}
		after := i
		for after < len(text) && text[after] == ' ' {
			after++
		}
		switch {
		case after == len(text) && !final:
			return "", 0, rowOpen
		case after == len(text), text[after] == delimiter, text[after] == '\n':
		case text[after] == '\r' && after+1 == len(text):
			if !final {
				return "", 0, rowOpen
			}
		case text[after] == '\r' && text[after+1] == '\n':
		default:
			if stray = true; lines > 0 {
				return "", 0, rowUnclosed
			}
			continue
		}
		quoted := b.String()
		return valid([]byte(quoted[:len(quoted)-1])), after, rowEnds
	}
}

// valid gives a cell as UTF-8.
func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// delimiters are what may stand between cells.
var delimiters = []byte{',', ';', '\t', '|'}

// sniff finds the delimiter of a table from its beginning: the one that cuts the most rows into as many cells as the first, more
// than one; among equals the one with the most cells.
func sniff(head []byte, final bool) byte {
	best, bestRows, bestCells := delimiters[0], 0.0, 0
	for _, d := range delimiters {
		columns, rows, same := 0, 0, 0
		for text := head; len(text) > 0 && rows < 50; rows++ {
			cells, n, end := cut(text, d, final)
			if end != rowEnds {
				break
			}
			text = text[n:]
			if rows == 0 {
				columns = len(cells)
			}
			if len(cells) == columns {
				same++
			}
		}
		if columns < 2 || rows == 0 {
			continue
		}
		share := float64(same) / float64(rows)
		if share > bestRows || share == bestRows && columns > bestCells {
			best, bestRows, bestCells = d, share, columns
		}
	}
	return best
}
