package analyzer

import (
	"slices"
	"strings"

	"github.com/thau-cx/thau/lexicons"
)

// What a learned overlay weighs in a text: words and runs of words, the same without marks, pieces of words, and what the built-in lexicon
// found. A feature's name says what it is, a letter and a colon first:
//
//	w:giao hàng    one, two or three words in a row as normalised; a number is #
//	f:giao hang    one or two without marks, where that differs and in Vietnamese
//	k:giao * chậm  two words with one to three between them
//	c:<gia         two to five letters of a word without marks; < and > are its ends
//	p:!            a mark
//	l:-giao chậm   a sentiment entry that counts for or against
//	t:delivery     a topic that the lexicon finds, or one below it; i:complaint an intent
//	t:delivery 2   a topic or intent whose raw score is 2 at least
//	s:- 3          what speaks against, s:+ 3 for, sums up to 3 valence units at least
//
// Each is credited to words of the text. A feature counts once a text, where it stands first, and its value is 1/√n in a text of n words: so
// what a word adds is known from the text alone, and long texts do not shout.

type family uint8

const (
	familyWords family = iota
	familyBare
	familyPair
	familyChars
	familyMark
	familyEntry
	familyTopic
	familyIntent
	familySide
)

var familyPrefix = [...]string{"w:", "f:", "k:", "c:", "p:", "l:", "t:", "i:", "s:"}

// cell is a feature found in a text: what it hashes to and the units [start, end) it is credited to.
type cell struct {
	hash       uint64
	start, end int32
	ref        int32 // an entry, topic or intent; a token for a mark
	family     family
	at, n      uint8 // of the letters of a word
	flags      cellFlag
}

type cellFlag uint8

const (
	cellMinus    cellFlag = 1 << iota // the entry counts against
	cellPersonal                      // a word of it says who somebody is: no sentiment may be learned of that
)

const (
	longestSpelt = 40 // letters of a word that pieces are taken of
	fewestChars  = 2
	mostChars    = 5
	widestPair   = 4 // how far the second word of a pair is from the first
)

// mixed gives the hash of parts in order within a family.
func (f family) start() uint64 { return fold128(uint64(f)+0x9E37, 0xD6E8FEB86659FD93) }

func mix(h, part uint64) uint64 { return fold128(h^part, 0x9E3779B97F4A7C15) | 1 }

// pieceKey gives a piece of a word as a number that no other piece has; what is no piece for its length is hashed.
func pieceKey(piece []byte) uint64 {
	if len(piece) > mostChars {
		return hash(piece)
	}
	key := uint64(1)
	for _, c := range piece {
		key = key<<8 | uint64(c)
	}
	return key
}

// cellHash gives the hash of a feature by its name; ok is false for a name of no family.
func cellHash(name string) (h uint64, ok bool) {
	for f, prefix := range familyPrefix {
		rest, found := strings.CutPrefix(name, prefix)
		if !found {
			continue
		}
		h = family(f).start()
		switch family(f) {
		case familyWords, familyBare:
			for word := range strings.SplitSeq(rest, " ") {
				h = mix(h, hash([]byte(word)))
			}
		case familyPair:
			first, second, _ := strings.Cut(rest, " * ")
			h = mix(mix(h, hash([]byte(first))), hash([]byte(second)))
		case familyChars:
			h = mix(h, pieceKey([]byte(rest)))
		default:
			h = mix(h, hash([]byte(rest)))
		}
		return h, true
	}
	return 0, false
}

// spelt is a unit as features see it.
type spelt struct {
	text, bare   int32 // from here on in scratch.spelling
	end          int32 // of bare
	hash, folded uint64
	breaks       bool // the unit before it is of another field or in a quoted part
	quoted       bool
	personal     bool // it says who somebody is
}

// spell writes the units as features see them.
func (s *scratch) spellUnits() {
	s.spelt, s.spelling = s.spelt[:0], s.spelling[:0]
	breaks := true
	for i := range s.units {
		u := &s.units[i]
		t := &s.toks[u.tok]
		p := spelt{text: int32(len(s.spelling)), breaks: breaks || i > 0 && s.toks[s.units[i-1].tok].field != t.field}
		if breaks = u.flags&unitQuoted != 0; breaks {
			p.quoted = true
			s.spelt = append(s.spelt, p)
			continue
		}
		s.spelling = s.appendUnit(s.spelling, u)
		p.bare = int32(len(s.spelling))
		p.hash = hash(s.spelling[p.text:])
		s.spelling = append(s.spelling, '<')
		s.spelling = appendBare(s.spelling, s.spelling[p.text:p.bare])
		p.folded = hash(s.spelling[p.bare+1:])
		s.spelling = append(s.spelling, '>')
		p.end = int32(len(s.spelling))
		p.personal = s.model.identity[p.hash] || s.votes.lang == langVietnamese && s.model.bareIdentity[p.hash]
		s.spelt = append(s.spelt, p)
	}
}

// appendUnit writes a unit: a word as normalised, an emoji as it is, a number as #.
func (s *scratch) appendUnit(dst []byte, u *unit) []byte {
	t := &s.toks[u.tok]
	switch {
	case u.flags&unitNumber != 0:
		return append(dst, '#')
	case u.flags&unitSymbol != 0:
		return append(dst, s.texts[t.field][t.start:t.end]...)
	case u.word != 0:
		return append(dst, s.model.wordText[u.word]...)
	}
	return s.spelled(dst, t)
}

// appendBare writes a word without its Vietnamese marks.
func appendBare(dst, word []byte) []byte {
	for _, r := range string(word) {
		if r < lettersEnd && letters[r].key != 0 {
			dst = append(dst, foldByte[letters[r].key])
		} else {
			dst = append(dst, string(r)...)
		}
	}
	return dst
}

// findCells lists the features of the text, in the order of the words.
func (s *scratch) findCells() {
	s.cells = s.cells[:0]
	s.spellUnits()
	vietnamese := s.votes.lang == 'v' // typed bare, a word differs from nothing and may still be another's bare form
	words, bare, pair, chars := familyWords.start(), familyBare.start(), familyPair.start(), familyChars.start()
	run := 0     // words in a row up to this one
	person := -1 // the last that says who somebody is
	for i := range s.spelt {
		p := &s.spelt[i]
		if p.quoted {
			continue
		}
		if p.personal {
			person = i
		}
		over := func(from int) cellFlag {
			if from <= person {
				return cellPersonal
			}
			return 0
		}
		if run++; p.breaks {
			run = 1
		}
		at := int32(i)
		for n := 1; n <= min(run, 3); n++ { // from the end: the hash takes words in order
			from := i - n + 1
			hw, hb := words, bare
			differs := vietnamese
			for j := from; j <= i; j++ {
				hw, hb = mix(hw, s.spelt[j].hash), mix(hb, s.spelt[j].folded)
				differs = differs || s.spelt[j].hash != s.spelt[j].folded
			}
			s.cells = append(s.cells, cell{hash: hw, start: int32(from), end: at + 1, family: familyWords, flags: over(from)})
			if differs && n < 3 {
				s.cells = append(s.cells, cell{hash: hb, start: int32(from), end: at + 1, family: familyBare, flags: over(from)})
			}
		}
		for n := 2; n <= min(run-1, widestPair); n++ {
			s.cells = append(s.cells, cell{hash: mix(mix(pair, s.spelt[i-n].hash), p.hash), start: at - int32(n), end: at + 1, family: familyPair, flags: over(i - n)})
		}
		if s.units[i].flags&(unitSymbol|unitNumber) != 0 {
			continue
		}
		word := s.spelling[p.bare:p.end]
		if len(word) > longestSpelt || !isASCII(word) {
			continue
		}
		for from := range word {
			for n := fewestChars; n <= mostChars && from+n <= len(word); n++ {
				s.cells = append(s.cells, cell{hash: mix(chars, pieceKey(word[from:from+n])), start: at, end: at + 1, family: familyChars, at: uint8(from), n: uint8(n), flags: over(i)})
			}
		}
	}
	s.findRead()
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// findRead lists what the lexicon found: marks, sentiment entries, topics and intents.
func (s *scratch) findRead() {
	m := s.model
	read := len(s.cells)
	u := int32(0) // the last unit before the token
	for i := range s.toks {
		for int(u)+1 < len(s.units) && int(s.units[u+1].tok) <= i {
			u++
		}
		if t := &s.toks[i]; t.kind == Punct && t.flags&tokQuoted == 0 && len(s.units) > 0 {
			s.cells = append(s.cells, cell{hash: mix(familyMark.start(), hash(s.key(t))), start: u, end: u + 1, ref: int32(i), family: familyMark})
		}
	}
	for i := range s.items {
		it := &s.items[i]
		if it.role != 0 || it.value == 0 || it.entry < 0 {
			continue
		}
		c := cell{start: it.start, end: it.end, ref: it.entry, family: familyEntry}
		if it.value < 0 {
			c.flags = cellMinus
		}
		s.spelling = c.appendEntry(s.spelling, m)
		c.hash = mix(familyEntry.start(), hash(s.spelling[len(s.spelling)-len(m.entries[it.entry].term)-1:]))
		s.cells = append(s.cells, c)
	}
	l := s.hitsOf(kindTopic)
	for _, g := range l.findings {
		h := strongest(l.sorted[g.lo:g.hi])
		c := cell{hash: m.themeHash[g.label].self, start: h.start, end: h.end, ref: g.label, family: familyTopic}
		s.cells = append(s.cells, c)
		s.gradeTopic(c, g.raw)
	}
	l = s.hitsOf(kindIntent)
	for _, g := range s.intended {
		c := cell{hash: m.intentHash[g.label].self, ref: g.label, family: familyIntent}
		switch {
		case g.hi > g.lo:
			h := strongest(l.sorted[g.lo:g.hi])
			c.start, c.end = h.start, h.end
		case g.label == intentQuestion && s.asked != nil:
			c.start, c.end = s.asked.unitEnd-1, s.asked.unitEnd
		case len(s.reasons) > 0:
			best := &s.reasons[0]
			for j := range s.reasons {
				if r := &s.reasons[j]; s.lean(r, g.label) > s.lean(best, g.label) {
					best = r
				}
			}
			c.start, c.end = best.start, best.end
		default:
			continue
		}
		s.cells = append(s.cells, c)
		s.grade(c, &m.intentHash[g.label], g.raw)
	}
	s.gradeSides()
	for i := read; i < len(s.cells); i++ {
		c := &s.cells[i]
		if slices.ContainsFunc(s.spelt[c.start:c.end], func(p spelt) bool { return p.personal }) {
			c.flags |= cellPersonal
		}
	}
}

// strongest gives the hit of the largest weight, the first of several.
func strongest(hits []hit) *hit {
	best := &hits[0]
	for i := range hits {
		if hits[i].value > best.value {
			best = &hits[i]
		}
	}
	return best
}

func (c *cell) appendEntry(dst []byte, m *model) []byte {
	sign := byte('+')
	if c.flags&cellMinus != 0 {
		sign = '-'
	}
	return append(append(dst, sign), m.entries[c.ref].term...)
}

// cellName gives a feature's name.
func (s *scratch) cellName(c *cell) string {
	b := []byte(familyPrefix[c.family])
	text := func(i int32) []byte { return s.spelling[s.spelt[i].text:s.spelt[i].bare] }
	switch c.family {
	case familyWords, familyBare:
		for i := c.start; i < c.end; i++ {
			if i > c.start {
				b = append(b, ' ')
			}
			if p := &s.spelt[i]; c.family == familyWords {
				b = append(b, text(i)...)
			} else {
				b = append(b, s.spelling[p.bare+1:p.end-1]...)
			}
		}
	case familyPair:
		b = append(append(append(b, text(c.start)...), " * "...), text(c.end-1)...)
	case familyChars:
		from := s.spelt[c.start].bare + int32(c.at)
		b = append(b, s.spelling[from:from+int32(c.n)]...)
	case familyMark:
		b = append(b, s.key(&s.toks[c.ref])...)
	case familyEntry:
		b = c.appendEntry(b, s.model)
	case familyTopic:
		b = c.appendGraded(b, s.model.themeOrigins[c.ref])
	case familyIntent:
		b = c.appendGraded(b, intentNames[c.ref])
	case familySide:
		b = c.appendGraded(b, sides[c.ref])
	}
	return string(b)
}

// nameIdentities hashes the words that say who somebody is.
func (m *model) nameIdentities(lex *lexicons.Lexicon) {
	m.identity, m.bareIdentity = map[uint64]bool{}, map[uint64]bool{}
	for lang, words := range lex.Identity {
		for _, w := range words {
			m.identity[hash([]byte(w))] = true
			if lang == "vi" {
				m.bareIdentity[hash([]byte(Fold(w)))] = true
			}
		}
	}
}
