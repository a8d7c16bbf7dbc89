package analyzer

import (
	"math/bits"
	"slices"
)

// The evidence of an Analysis, most of its bytes, lies side by side in one array, made when all verdicts are known. Scratch.room is the
// part of it that is written.

// lists are the arrays that an Analysis is made of.
type lists struct {
	room      []Evidence
	parts     [][2]int
	sentences []Sentence
	topics    []Topic
	intents   []Intent
}

// mostSpare is how much evidence the lists may hold to be used again; those of a longer text are let go.
const mostSpare = 1024

// reuse gives the lists for another Analysis.
func (l *lists) reuse() lists {
	if cap(l.room) > mostSpare {
		return lists{}
	}
	return lists{l.room[:0], l.parts[:0], l.sentences[:0], l.topics[:0], l.intents[:0]}
}

// room gives a list without elements and with room for n, the given one where that has it.
func room[T any](list *[]T, n int) []T {
	if cap(*list) < n || *list == nil {
		*list = make([]T, 0, n)
	}
	return (*list)[:0]
}

// makeRoom makes the array of the evidence: for the sentiment, the labels given and the urgency.
func (s *scratch) makeRoom() {
	n := len(s.reasons) + len(s.lessons)
	for _, findings := range [...][]finding{s.hitsOf(kindTopic).findings, s.intended, s.hitsOf(kindUrgency).findings} {
		for i := range findings {
			n += int(findings[i].count)
		}
	}
	s.room = room(&s.lists.room, n)
}

// since gives the evidence written from a place on. Its capacity is cut, so that appending to it copies.
func (s *scratch) since(from int) []Evidence { return s.room[from:len(s.room):len(s.room)] }

// span writes the place of units [start, end) as evidence without a reason yet.
func (s *scratch) span(start, end int32) *Evidence {
	a, b := &s.toks[s.units[start].tok], &s.toks[s.units[end-1].tok]
	return s.mark(a, b)
}

// mark writes the tokens from a to b as evidence without a reason yet.
func (s *scratch) mark(a, b *tok) *Evidence {
	if len(s.room) == cap(s.room) {
		s.room = slices.Grow(s.room, 1) // cannot be: the room is made for all there is
	}
	s.room = s.room[:len(s.room)+1]
	e := &s.room[len(s.room)-1]
	e.Field, e.Start, e.End, e.Parts = fieldNames[a.field], int(a.cpStart), int(b.cpEnd), nil
	e.Text = s.slice(a.field, a.start, b.end)
	return e
}

// write writes a reason out, for a contribution and rules that may differ from its own.
func (s *scratch) write(r *reason, value int64, rules rule) {
	e := s.span(r.start, r.end)
	e.Contribution, e.Rules = fromMicro(value), s.ruleNames(rules)
	switch {
	case r.entry >= 0:
		en := &s.model.entries[r.entry]
		e.Entry, e.Lexicon = en.term, en.lexicon
	case r.symbol >= 0:
		sy := &s.model.symbols[r.symbol]
		e.Entry, e.Lexicon = sy.text, sy.lexicon
	default:
		e.Entry, e.Lexicon = e.Text, "shared/rating"
	}
}

// explain writes the hits of a finding out.
func (s *scratch) explain(l *hitList, g *finding) {
	for i := range l.sorted[g.lo:g.hi] {
		h := &l.sorted[int(g.lo)+i]
		if h.again >= mostAgain {
			continue
		}
		mt := &s.matches[h.match]
		e := s.span(h.start, h.end)
		en := &s.model.entries[mt.entry]
		e.Contribution, e.Entry, e.Lexicon = fromMicro(h.value>>h.again), en.term, en.lexicon
		switch mt.quality {
		case typedBare:
			e.Rules = s.ruleNames(ruleBare)
		case typedNear:
			e.Rules = s.ruleNames(ruleNear)
		default:
			e.Rules = s.ruleNames(0)
		}
		if mt.gaps {
			e.Parts = s.partsOf(mt)
		}
	}
}

// partsOf lists the runs of words that a match with gaps is made of, nil where it is one.
func (s *scratch) partsOf(mt *match) [][2]int {
	path := s.path(mt)
	runs := 1
	for i := 1; i < len(path); i++ {
		if path[i] != path[i-1]+1 {
			runs++
		}
	}
	if runs == 1 {
		return nil
	}
	if len(s.parts)+runs > cap(s.parts) {
		s.parts = make([][2]int, 0, max(partsAtOnce, runs)) // what was written stays where it is
	}
	from := len(s.parts)
	for i := 0; i < len(path); {
		j := i + 1
		for j < len(path) && path[j] == path[j-1]+1 {
			j++
		}
		a, b := &s.toks[s.units[path[i]].tok], &s.toks[s.units[path[j-1]].tok]
		s.parts = append(s.parts, [2]int{int(a.cpStart), int(b.cpEnd)})
		i = j
	}
	return s.parts[from:len(s.parts):len(s.parts)]
}

// partsAtOnce is how many parts are allocated together.
const partsAtOnce = 8

// point writes the mark that ends a sentence as evidence for a question, or its last token where a word makes the question.
func (s *scratch) point(st *sentence) {
	t := &s.toks[st.tokEnd-1]
	for i := st.tok; i < st.tokEnd; i++ {
		if tk := &s.toks[i]; tk.kind == Punct && s.texts[tk.field][tk.start] == '?' {
			t = tk
		}
	}
	e := s.mark(t, t)
	e.Contribution, e.Entry, e.Rules, e.Lexicon = fromMicro(questionMark), "?", s.ruleNames(0), "shared/marks"
}

// ruleNames gives the names of rules. The few sets of rules that occur are written once and shared by all evidence that has them.
func (s *scratch) ruleNames(r rule) []string {
	if r == 0 {
		return []string{}
	}
	if r&(r-1) == 0 { // one rule: a piece of the list of all
		i := bits.TrailingZeros32(uint32(r))
		return Rules[i : i+1 : i+1]
	}
	if names, ok := s.rules[r]; ok {
		return names
	}
	var names []string
	for rest := r; rest != 0; rest &= rest - 1 {
		names = append(names, Rules[bits.TrailingZeros32(uint32(rest))])
	}
	if s.rules == nil {
		s.rules = map[rule][]string{}
	}
	names = slices.Clip(names)
	s.rules[r] = names
	return names
}
