package index

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/thau-cx/thau/feedback"
)

// The bounds of a query's text.
const (
	maxText    = 1000 // code points
	maxClauses = 64   // words and filters
)

// query is a parsed text: the expression, and the leaves that are not negated, for ranking and highlights. It never changes.
type query struct {
	text     string
	synonyms bool
	expr     expr
	leaves   []leaf
	lesser   []int // the places of those that stand for words in others
	pieces   []piece
	simple   bool // no AND, no OR, no parentheses and nothing excluded twice
}

// piece is a word of a text that must occur, with where it stands, in code points; leaf is its only one, or −1.
type piece struct {
	start, end, leaf int
}

// words gives the text of a piece.
func (q *query) words(p piece) string { return string([]rune(q.text)[p.start:p.end]) }

// parse reads the query language. Its errors are CodeInvalid and name the column, in code points from 1.
//
//	query  = group { "OR" group }
//	group  = part { ["AND"] part }
//	part   = ( "-" | "NOT" ) part | "(" query ")" | field ":" value | phrase | word [ "*" | "~" ]
//
// With themes, words side by side may also be said in others: records of the topics that those name match too.
func parse(t Tokenizer, themes func(string) []string, zone *time.Location, text string) (*query, error) {
	if n := utf8.RuneCountInString(text); n > maxText {
		return nil, syntax(maxText+1, "the query is longer than %d characters", maxText)
	}
	p := &parser{text: []rune(text), tokenizer: t, themes: themes, zone: zone, simple: true}
	if p.space(); p.end() {
		return &query{text: text, synonyms: themes != nil, expr: all{}}, nil
	}
	e, err := p.query()
	if err != nil {
		return nil, err
	}
	if !p.end() {
		return nil, syntax(p.column(), "there is no ( for this )")
	}
	if e == nil {
		return nil, syntax(1, "there is no word to search for")
	}
	return &query{text: text, synonyms: themes != nil, expr: e, leaves: p.leaves, lesser: p.lesser, pieces: p.pieces, simple: p.simple}, nil
}

// syntax is an error of the query's writer.
func syntax(column int, format string, args ...any) error {
	return feedback.Errorf(feedback.CodeInvalid, "q", "column %d: %s", column, fmt.Sprintf(format, args...))
}

// parser walks a query's text. Expressions are nil where a part has no searchable word in it ("...").
type parser struct {
	text      []rune
	pos       int
	tokenizer Tokenizer
	themes    func(string) []string
	lesser    []int
	zone      *time.Location
	clauses   int
	negated   bool
	leaves    []leaf
	pieces    []piece
	simple    bool
}

func (p *parser) end() bool   { return p.pos == len(p.text) }
func (p *parser) column() int { return p.pos + 1 }

func (p *parser) space() {
	for !p.end() && unicode.IsSpace(p.text[p.pos]) {
		p.pos++
	}
}

// keyword takes an operator if it stands here as a word of its own.
func (p *parser) keyword(word string) bool {
	n := p.pos + len(word)
	if n > len(p.text) || string(p.text[p.pos:n]) != word || n < len(p.text) && !unicode.IsSpace(p.text[n]) && p.text[n] != '(' {
		return false
	}
	p.pos = n
	p.space()
	return true
}

func (p *parser) query() (expr, error) {
	e, err := p.group()
	if err != nil {
		return nil, err
	}
	var parts or
	if e != nil {
		parts = append(parts, e)
	}
	for !p.end() {
		if !p.keyword("OR") {
			break
		}
		p.simple = false
		if e, err = p.group(); err != nil {
			return nil, err
		}
		if e != nil {
			parts = append(parts, e)
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) group() (expr, error) {
	var parts, said []expr
	var text []string // of said
	for n := 0; ; n++ {
		operator := p.column()
		and := n > 0 && p.keyword("AND")
		p.simple = p.simple && !and
		if p.end() || p.text[p.pos] == ')' || p.at("OR") {
			if n == 0 || and {
				if n > 0 {
					return nil, syntax(operator, "AND needs a word on each side")
				}
				return nil, p.missing()
			}
			break
		}
		start, pieces := p.pos, len(p.pieces)
		e, err := p.part()
		if err != nil {
			return nil, err
		}
		switch {
		case e == nil:
		case p.themes != nil && !p.negated && len(p.pieces) == pieces+1 && p.pieces[pieces].start == start:
			said, text = append(said, e), append(text, string(p.text[start:p.pos]))
		default:
			parts = append(parts, e)
		}
		p.space()
	}
	if len(said) > 0 {
		ways := or{newAnd(said...)}
		for _, topic := range p.themes(strings.Join(text, " ")) {
			ways = append(ways, p.add(&themeLeaf{topic}))
		}
		if e := p.others(said, text); e != nil {
			ways = append(ways, e)
		}
		parts = append(parts, ways)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return newAnd(parts...), nil
}

// others gives the expression for words side by side of which some may be others that say the same, nil where none may.
func (p *parser) others(said []expr, text []string) expr {
	var parts []expr
	found := false
	for _, s := range synonyms().wordings(text) {
		ways := or{newAnd(said[s.from:s.to]...)}
		for _, other := range s.others {
			if p.clauses+len(strings.Fields(other)) > maxClauses/2 { // room for what was asked for
				break
			}
			first := len(p.leaves)
			if e, err := p.words(1, other); err == nil && e != nil {
				ways, found = append(ways, e), true
			}
			for ; first < len(p.leaves); first++ {
				p.lesser = append(p.lesser, first)
			}
		}
		parts = append(parts, ways)
	}
	if !found {
		return nil
	}
	return newAnd(parts...)
}

// at tells whether an operator stands here.
func (p *parser) at(word string) bool {
	start := p.pos
	ok := p.keyword(word)
	p.pos = start
	return ok
}

// missing is the error where a part should stand and none does.
func (p *parser) missing() error {
	switch {
	case p.end():
		return syntax(p.column(), "a word is missing at the end")
	case p.text[p.pos] == ')':
		return syntax(p.column(), "a word is missing before )")
	}
	return syntax(p.column(), "OR needs a word on each side")
}

func (p *parser) part() (expr, error) {
	column := p.column()
	minus := p.text[p.pos] == '-' && p.pos+1 < len(p.text) && !unicode.IsSpace(p.text[p.pos+1])
	if minus {
		p.pos++
	}
	if minus || p.keyword("NOT") {
		if p.end() || p.text[p.pos] == ')' || p.at("OR") {
			return nil, syntax(column, "there is nothing to exclude here")
		}
		p.simple = p.simple && !p.negated
		p.negated = !p.negated
		e, err := p.part()
		p.negated = !p.negated
		if err != nil || e == nil {
			return nil, err
		}
		return not{e}, nil
	}
	switch r := p.text[p.pos]; {
	case r == '(':
		p.simple = false
		p.pos++
		p.space()
		e, err := p.query()
		if err != nil {
			return nil, err
		}
		if p.end() {
			return nil, syntax(column, "this ( is not closed")
		}
		p.pos++
		return e, nil
	case isQuote(r):
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return p.words(column, text)
	}
	return p.word()
}

func isQuote(r rune) bool { return r == '"' || r == '“' || r == '”' }

// quoted takes what stands between two quotes.
func (p *parser) quoted() (string, error) {
	column := p.column()
	p.pos++
	start := p.pos
	for !p.end() && !isQuote(p.text[p.pos]) {
		p.pos++
	}
	if p.end() {
		return "", syntax(column, "this quote is not closed")
	}
	p.pos++
	return string(p.text[start : p.pos-1]), nil
}

// bare takes a run without spaces, parentheses and quotes.
func (p *parser) bare() string {
	start := p.pos
	for !p.end() && !unicode.IsSpace(p.text[p.pos]) && p.text[p.pos] != '(' && p.text[p.pos] != ')' && !isQuote(p.text[p.pos]) {
		p.pos++
	}
	return string(p.text[start:p.pos])
}

func (p *parser) word() (expr, error) {
	column := p.column()
	text := p.bare()
	if text == "" {
		return nil, syntax(column, "there is no ( for this )")
	}
	if field, value, ok := strings.Cut(text, ":"); ok && isFieldName(field) && !strings.HasPrefix(value, "//") {
		return p.filter(column, field, value)
	}
	star := strings.IndexByte(text, '*')
	before := len(p.leaves)
	var e expr
	var err error
	switch {
	case star >= 0 && star < len(text)-1:
		return nil, syntax(column+utf8.RuneCountInString(text[:star]), "* stands at the end of a word only")
	case star >= 0:
		e, err = p.prefix(column, text[:star])
	case len(text) > 1 && strings.HasSuffix(text, "~"):
		e, err = p.fuzzy(column, text[:len(text)-1])
	default:
		e, err = p.words(column, text)
	}
	if e != nil && !p.negated {
		piece := piece{column - 1, p.pos, -1}
		if _, ok := e.(*wordLeaf); ok {
			piece.leaf = before
		}
		p.pieces = append(p.pieces, piece)
	}
	return e, err
}

// isFieldName tells what is meant as field:value from what only has a colon in it (10:30, :D).
func isFieldName(s string) bool {
	if strings.HasPrefix(s, "attr.") {
		return true
	}
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return len(s) > 1
}

func (p *parser) filter(column int, field, value string) (expr, error) {
	if !p.end() && isQuote(p.text[p.pos]) && value == "" {
		var err error
		if value, err = p.quoted(); err != nil {
			return nil, err
		}
	}
	if value == "" {
		return nil, syntax(column, "%s: needs a value", field)
	}
	if err := p.count(column, 1); err != nil {
		return nil, err
	}
	e, known, err := fieldFilter(field, value, p.zone)
	if err != nil {
		return nil, syntax(column+len([]rune(field))+1, "%v", err)
	}
	if !known {
		return nil, syntax(column, "there is no field %q; put quotes around the words to search for them", field)
	}
	if field == fieldTopic {
		return p.add(&themeLeaf{value}), nil
	}
	return e, nil
}

// count keeps the number of clauses within its bound.
func (p *parser) count(column, n int) error {
	if p.clauses += n; p.clauses > maxClauses {
		return syntax(column, "the query has more than %d words and filters", maxClauses)
	}
	return nil
}

// add makes a leaf count for ranking and highlights, unless it is negated.
func (p *parser) add(l leaf) expr {
	if !p.negated {
		p.leaves = append(p.leaves, l)
	}
	return l
}

// words gives the expression for a text: one word, or several in a row.
func (p *parser) words(column int, text string) (expr, error) {
	list := words(p.tokenizer, text)
	if len(list) == 0 {
		return nil, nil
	}
	if err := p.count(column, len(list)); err != nil {
		return nil, err
	}
	slots := make([]slot, len(list))
	for i := range list {
		slots[i] = accepts(list[i].norm)
	}
	written := list[0].written
	switch {
	case len(slots) == 1 && written != "":
		return p.add(&wordLeaf{append(slots[0], accepts(written)...)}), nil
	case len(slots) == 1:
		return p.add(&wordLeaf{slots[0]}), nil
	case written != "" && list[0].end == list[len(list)-1].end: // one token, expanded
		return or{p.add(&phraseLeaf{slots}), p.add(&wordLeaf{accepts(written)})}, nil
	}
	return p.add(&phraseLeaf{slots}), nil
}

// parseRange reads 0..6, ..6, 0.. or 6.
func parseRange(field, value string) (expr, error) {
	low, high, ok := strings.Cut(value, "..")
	if !ok {
		high = low
	}
	var ends [2]*float64
	for i, s := range []string{low, high} {
		if s == "" {
			continue
		}
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%q is not a number; a range is written 0..6", s)
		}
		ends[i] = &v
	}
	if ends[0] == nil && ends[1] == nil {
		return nil, fmt.Errorf("a range needs a number; it is written 0..6")
	}
	return newRangeFilter(field, ends[0], ends[1])
}

// parseMoment reads a day, which begins at midnight in a zone, or a moment.
func parseMoment(value string, zone *time.Location) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.ParseInLocation(layout, value, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a day (2026-01-31) or a moment (2026-01-31T09:00:00+07:00)", value)
}
