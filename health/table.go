package health

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Table is an export with one row an account: what was known of it at a moment, and what became of it afterwards.
type Table struct {
	Columns []string
	Rows    [][]string // as long as Columns
}

// Column gives the place of a column: of that very name, else the only one whose name differs by case or blanks alone; −1 where there
// is none.
func (t *Table) Column(name string) int {
	if i := slices.Index(t.Columns, name); i >= 0 {
		return i
	}
	found := -1
	for i, c := range t.Columns {
		if plain(c) == plain(name) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// plain gives a name without the differences that people do not see: case and the width of blanks.
func plain(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// Outcome names the bad outcome: the value of a column. A row whose cell is blank has an unknown outcome, unless blank is the value.
type Outcome struct {
	Column string
	Value  string
}

// cases are the rows of a table whose outcome is known.
type cases struct {
	table    *Table
	id       int // column; −1 for none
	outcome  int // column
	rows     [][]string
	happened []bool // the bad outcome came
	events   int
	warnings []string
}

// errTable begins what is wrong with a table.
var errTable = errors.New("the data cannot be used")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errTable, fmt.Sprintf(format, args...))
}

// cases reads who had the outcome.
func (t *Table) cases(id string, o Outcome) (*cases, error) {
	c := &cases{table: t, id: -1}
	if id != "" {
		if c.id = t.Column(id); c.id < 0 {
			return nil, wrong("there is no column %q for the ids; there are %s", id, t.names())
		}
	}
	if c.outcome = t.Column(o.Column); c.outcome < 0 {
		return nil, wrong("there is no column %q for the outcome; there are %s", o.Column, t.names())
	}
	var values []string // seen, the first few
	unknown, duplicates := 0, 0
	seen := map[string]bool{}
	for _, row := range t.Rows {
		cell := strings.TrimSpace(row[c.outcome])
		if blank(cell) && !same(cell, o.Value) {
			unknown++
			continue
		}
		if c.id >= 0 {
			if seen[row[c.id]] {
				duplicates++
			}
			seen[row[c.id]] = true
		}
		if len(values) < 8 && !slices.Contains(values, cell) {
			values = append(values, cell)
		}
		event := same(cell, o.Value)
		if event {
			c.events++
		}
		c.rows, c.happened = append(c.rows, row), append(c.happened, event)
	}
	switch {
	case len(c.rows) == 0:
		return nil, wrong("no row has an outcome")
	case c.events == 0:
		return nil, wrong("no row has %s = %q; there are %q", t.Columns[c.outcome], o.Value, values)
	case c.events == len(c.rows):
		return nil, wrong("every row has %s = %q; without others there is nothing to tell them from", t.Columns[c.outcome], o.Value)
	}
	if unknown > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("%d rows have no outcome and are left out", unknown))
	}
	if duplicates > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("%d rows repeat an id; one row an account is expected", duplicates))
	}
	return c, nil
}

func (t *Table) names() string {
	quoted := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		quoted[i] = strconv.Quote(c)
	}
	return strings.Join(quoted, ", ")
}

// name gives a row's id, or its number from 1 where there is none.
func (c *cases) name(i int) string {
	if c.id >= 0 {
		return c.rows[i][c.id]
	}
	return strconv.Itoa(i + 1)
}

// same tells whether a cell says a value: the same text but for case and blanks, or the same number.
func same(cell, value string) bool {
	if plain(cell) == plain(value) {
		return true
	}
	a, ok1 := cellNumber(cell)
	b, ok2 := cellNumber(value)
	return ok1 && ok2 && a == b
}

// blank tells whether a cell says that nothing is known.
func blank(cell string) bool {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "", "na", "n/a", "#n/a", "nan", "null", "nil", "-", "?":
		return true
	}
	return false
}

// cellNumber reads a number as exports write it: 1234.5, 1,234.5, 12 %, 1e3.
func cellNumber(cell string) (float64, bool) {
	s := strings.TrimSpace(cell)
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if s == "" || strings.Trim(s, "0123456789+-.,eE") != "" {
		return 0, false
	}
	if strings.Contains(s, ",") {
		whole, fraction, _ := strings.Cut(s, ".")
		parts := strings.Split(strings.TrimLeft(whole, "+-"), ",")
		for i, p := range parts {
			if i == 0 && (p == "" || len(p) > 3) || i > 0 && len(p) != 3 {
				return 0, false
			}
		}
		s = strings.ReplaceAll(whole, ",", "")
		if fraction != "" {
			s += "." + fraction
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && max(v, -v) <= 1e150
}

// truths are the words that are read as 1 and 0 where a policy maps numbers.
var truths = map[string]float64{"yes": 1, "true": 1, "y": 1, "t": 1, "có": 1, "no": 0, "false": 0, "n": 0, "f": 0, "không": 0}

// snapshot is how a policy reads rows of a table instead of observations: each cell is the last word on its signal, already
// aggregated, and as certain as the column is. Age, windows, aggregates and the number of answers behind a cell are not known and
// play no part.
type snapshot struct {
	policy  *Policy
	columns map[string]int // by signal
	words   map[string]map[string]string
	unread  map[string]string // signal → the first cell that neither a table nor a number explains
	missed  map[string]int    // and how many there are
}

// snapshot binds a policy to a table. A signal without a column is an error unless another of the policy has one; then it is missing
// throughout, which is told.
func (p *Policy) snapshot(c *cases) (*snapshot, error) {
	s := &snapshot{policy: p.asRead(), columns: map[string]int{}, words: map[string]map[string]string{}, unread: map[string]string{}, missed: map[string]int{}}
	var absent []string
	for _, signal := range p.Signals() {
		i := c.table.Column(signal)
		switch {
		case i < 0:
			absent = append(absent, strconv.Quote(signal))
			continue
		case i == c.outcome:
			return nil, wrong("the policy reads %q, which is the outcome itself", signal)
		case i == c.id:
			return nil, wrong("the policy reads %q, which holds the ids", signal)
		}
		s.columns[signal] = i
	}
	if len(s.columns) == 0 {
		return nil, wrong("the policy reads %s, none of which is a column; there are %s", strings.Join(absent, ", "), c.table.names())
	}
	if len(p.segments) > 0 {
		c.warnings = append(c.warnings, "segments of the policy play no part: every row is measured by the policy of everybody else")
	}
	if len(absent) > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf("there is no column %s: missing for every account", strings.Join(absent, ", ")))
	}
	for _, g := range p.groups {
		for _, in := range g.indicators {
			for word := range in.mapping.words {
				if s.words[in.signal] == nil {
					s.words[in.signal] = map[string]string{}
				}
				s.words[in.signal][plain(word)] = word
			}
		}
	}
	return s, nil
}

// asRead gives a policy whose readings take the last observation at its word.
func (p *Policy) asRead() *Policy {
	out := *p
	take := func(rd reading) reading {
		rd.aggregate, rd.firm = aggregateLast, true
		return rd
	}
	out.segments = nil // of a row the attributes are not known
	out.groups = slices.Clone(p.groups)
	for i, g := range out.groups {
		out.groups[i].indicators = slices.Clone(g.indicators)
		for j, in := range g.indicators {
			out.groups[i].indicators[j].reading = take(in.reading)
			out.groups[i].indicators[j].least = 0
		}
	}
	out.caps = slices.Clone(p.caps)
	for i, c := range out.caps {
		out.caps[i].reading = take(c.reading)
	}
	return &out
}

// exported stands for whenever the export was made.
var exported = time.Unix(0, 0).UTC()

// evidence reads a row.
func (s *snapshot) evidence(row []string) evidence {
	ev := make(evidence, len(s.columns))
	for signal, i := range s.columns {
		cell := row[i]
		o := Observation{Signal: signal, At: exported, ReceivedAt: exported}
		v, number := cellNumber(cell)
		if !number {
			v, number = truths[plain(cell)]
		}
		words := s.words[signal]
		word, known := words[plain(cell)]
		if !known && number {
			word, known = words[decimal(v)]
		}
		var seen []Observation
		if number {
			o.Value = v
			seen = append(seen, o)
		}
		if known { // last, so that whoever reads words finds it first
			o.Text = word
			seen = append(seen, o)
		}
		if !blank(cell) && !known && (words != nil || !number) {
			if s.missed[signal]++; s.missed[signal] == 1 {
				s.unread[signal] = cell
			}
		}
		ev[signal] = seen
	}
	return ev
}

// warn tells what could not be read.
func (s *snapshot) warn(c *cases) error {
	for _, signal := range s.policy.Signals() {
		n := s.missed[signal]
		if n == 0 {
			continue
		}
		if n == len(c.rows) {
			return wrong("column %q holds words such as %q, which the policy does not place; give it a table, as table: {%s: 50, …}", signal, s.unread[signal], s.unread[signal])
		}
		c.warnings = append(c.warnings, fmt.Sprintf("%d cells of %q, the first %q, are no value the policy places and count as missing", n, signal, s.unread[signal]))
	}
	return nil
}
