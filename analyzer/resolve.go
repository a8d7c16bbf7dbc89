package analyzer

import (
	"slices"
	"strings"
)

// resolve turns tokens into units: it looks each word up, counts the votes for the language, then expands chat spellings, and cuts the
// text into sentences.
func (s *scratch) resolve(hint string) {
	m := s.model
	if cap(s.units) < len(s.toks) {
		s.units = make([]unit, 0, len(s.toks)+len(s.toks)/4+8)
	}
	spellings := false
	upper, letters := 0, 0
	open := sentence{}
	brk := breakSentence
	for i := range s.toks {
		t := &s.toks[i]
		if t.field != open.field || t.flags&tokNewline != 0 && len(s.units) > int(open.unit) {
			s.closeSentence(&open, i)
			open.field = t.field
			brk = breakSentence
		}
		switch t.kind {
		case Punct, Symbol:
			if b := s.punct(i, t, &open); b > brk {
				brk = b
			}
			if brk == breakSentence {
				s.closeSentence(&open, i+1)
			}
			continue
		case Hashtag, Mention, URL, Email:
			if t.kind != Hashtag {
				brk = max(brk, breakSoft)
			}
			continue
		}
		if brk == breakSentence && t.kind != Emoji || t.field != open.field {
			s.closeSentence(&open, i)
			open.field = t.field
		}
		u := unit{tok: int32(i), brk: brk}
		brk = breakNone
		if t.flags&tokQuoted != 0 {
			u.flags |= unitQuoted
		}
		switch t.kind {
		case Emoji:
			u.flags |= unitSymbol
		case Number:
			u.flags |= unitNumber
			u.word = m.words.find(s.key(t))
			u.fold = m.wordFold[u.word]
		default:
			upper += int(t.upper)
			letters += int(t.letters)
			s.lookup(t, &u)
			if m.wordFlags[u.word]&wordSpelling != 0 {
				spellings = true
			}
			s.vote(t, &u)
			s.votePair(&u)
		}
		s.units = append(s.units, u)
		if u.flags&unitShaped != 0 && t.flags&tokDigits != 0 && u.word == 0 {
			s.split(t)
		}
		if u.word == 0 && u.fold == 0 && i > 0 && s.toks[i-1].kind == Hashtag {
			s.splitTag(t)
		}
	}
	s.closeSentence(&open, len(s.toks))
	s.votes.decide(hint)
	for i := range s.sentences {
		if s.sentences[i].lang == 0 {
			s.sentences[i].lang = s.votes.lang
		}
	}
	s.bare = s.votes.bare()
	s.half = 2*s.votes.marked < s.votes.marked+s.votes.bareSyllables
	s.caps = letters >= 8 && upper*10 > letters*7
	s.mend()
	if spellings {
		s.expand()
	}
}

// closeSentence ends the open sentence before token end; one without units is joined to the next.
func (s *scratch) closeSentence(open *sentence, end int) {
	open.unitEnd, open.tokEnd = int32(len(s.units)), int32(end)
	open.lang = s.sent.clear()
	s.votes.add(&s.sent)
	s.sent = votes{}
	if open.unitEnd > open.unit || open.tokEnd > open.tok && len(s.sentences) == 0 && end == len(s.toks) {
		s.sentences = append(s.sentences, *open)
	} else if open.tokEnd > open.tok && len(s.sentences) > 0 && s.sentences[len(s.sentences)-1].field == open.field {
		last := &s.sentences[len(s.sentences)-1]
		last.tokEnd = open.tokEnd
		last.exclaims = max(last.exclaims, open.exclaims)
		last.question = last.question || open.question
	}
	*open = sentence{unit: open.unitEnd, tok: open.tokEnd, field: open.field}
}

// abbreviations that a full stop does not end a sentence after.
var abbreviations = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "st": true, "vs": true, "tp": true, "ts": true, "ths": true, "gs": true, "pgs": true, "etc": true, "approx": true, "no": true}

// punct says what break a mark makes. A full stop inside `Tp.HCM`, `e.g.` or `3.5` makes none.
func (s *scratch) punct(i int, t *tok, open *sentence) breakKind {
	if t.flags&tokSoft != 0 {
		return breakSoft
	}
	text := s.texts[t.field]
	switch text[t.start] {
	case '!':
		open.exclaims = uint8(min(int(open.exclaims)+int(t.cpEnd-t.cpStart), 9))
		return breakSentence
	case '?':
		open.question = true
		return breakSentence
	case '.':
		if t.cpEnd-t.cpStart > 1 {
			return breakSentence
		}
		if i > 0 && s.toks[i-1].kind == Word && t.flags&tokGlued != 0 {
			p := &s.toks[i-1]
			glued := i+1 < len(s.toks) && s.toks[i+1].flags&tokGlued != 0 && s.toks[i+1].kind <= Number
			if n := p.cpEnd - p.cpStart; n == 1 && p.letters == 1 && glued || n == 2 && glued && p.flags&tokMarked == 0 {
				return breakSoft
			}
			if p.keyEnd-p.key <= 6 && !glued && abbreviations[string(s.key(p))] && i+1 < len(s.toks) && s.toks[i+1].upper > 0 {
				return breakSoft
			}
		}
		return breakSentence
	case ',':
		return breakComma
	case ';', ':', '(', ')', '[', ']', '{', '}', '|', '*', '~', '+', '=':
		return breakClause
	case '"', '\'', '`', '&':
		return breakSoft
	case '-', '/', '_':
		return breakComma
	case '<':
		return breakSoft
	}
	switch mark := text[t.start:t.end]; {
	case strings.HasPrefix(mark, "…"), strings.HasPrefix(mark, "。"), strings.HasPrefix(mark, "！"):
		return breakSentence
	case strings.HasPrefix(mark, "？"):
		open.question = true
		return breakSentence
	case strings.HasPrefix(mark, "“"), strings.HasPrefix(mark, "”"), strings.HasPrefix(mark, "’"), strings.HasPrefix(mark, "‘"):
		return breakSoft
	}
	return breakClause
}

// lookup finds a word's id and that of its bare form. What is not known as typed is tried with stretched letters squeezed, then
// without an English clitic.
func (s *scratch) lookup(t *tok, u *unit) {
	m := s.model
	key := s.key(t)
	if t.flags&tokMarked != 0 {
		u.flags |= unitMarked
	}
	if u.word = m.words.find(key); u.word != 0 && t.flags&tokElongated == 0 {
		u.fold = m.wordFold[u.word]
		return
	}
	if t.flags&tokElongated != 0 || u.word == 0 {
		if s.squeeze(t, u) {
			return
		}
	}
	if u.word != 0 {
		u.fold = m.wordFold[u.word]
		return
	}
	u.flags |= unitBareOnly
	if u.fold = m.folds.find(s.foldKey(t)); u.fold != 0 {
		return
	}
	if n := len(key); n > 3 && key[n-2] == '\'' && key[n-1] == 's' { // hotel's
		if u.word = m.words.find(key[:n-2]); u.word != 0 {
			u.fold = m.wordFold[u.word]
			u.flags |= unitShaped
			return
		}
	}
	if t.flags&tokDigits != 0 {
		u.flags |= unitShaped // may be split
	}
}

// squeeze shortens runs of a letter: to two, all but the last to two, then to one. `goooood` is good, `coollll` cool, `đẹpppp` đẹp.
func (s *scratch) squeeze(t *tok, u *unit) bool {
	m := s.model
	key := s.key(t)
	if len(key) > 64 {
		return false
	}
	runs := false
	for i := 1; i < len(key); i++ {
		if key[i] == key[i-1] {
			runs = true
			break
		}
	}
	if !runs {
		return false
	}
	var one, two, most [64]byte
	a, b := squeezed(one[:0], key, 1), squeezed(two[:0], key, 2)
	n := len(b)
	if n > 1 && b[n-1] == b[n-2] {
		n--
	}
	for _, k := range [][]byte{b, append(most[:0], b[:n]...), a} {
		if len(k) == len(key) {
			continue
		}
		if id := m.words.find(k); id != 0 {
			u.word, u.fold = id, m.wordFold[id]
			u.flags |= unitShaped
			return true
		}
	}
	if t.flags&tokElongated != 0 || u.word == 0 {
		s.fold = appendFold(s.fold[:0], a)
		if id := m.folds.find(s.fold); id != 0 && (t.flags&tokElongated != 0 || m.foldFlags[id]&foldSyllable != 0) {
			u.fold = id
			u.flags |= unitShaped | unitBareOnly
			return true
		}
	}
	return false
}

// squeezed copies a key with each run of one letter cut to n; a tone typed with each stretched letter is one tone already.
func squeezed(dst, key []byte, n int) []byte {
	run := 0
	for i, c := range key {
		if i > 0 && c == key[i-1] {
			run++
		} else {
			run = 1
		}
		if run <= n {
			dst = append(dst, c)
		}
	}
	return dst
}

// split takes an unknown word that starts with digits apart (`5sao`): its last unit becomes the number and the word.
func (s *scratch) split(t *tok) {
	key := s.key(t)
	n := 0
	for n < len(key) && key[n] >= '0' && key[n] <= '9' {
		n++
	}
	if n == 0 || n == len(key) || key[n] == keyTone {
		return
	}
	m := s.model
	last := &s.units[len(s.units)-1]
	u := unit{tok: last.tok, flags: last.flags&(unitMarked|unitQuoted) | unitShaped}
	if u.word = m.words.find(key[n:]); u.word != 0 {
		u.fold = m.wordFold[u.word]
	} else {
		s.fold = appendFold(s.fold[:0], key[n:])
		if u.fold = m.folds.find(s.fold); u.fold == 0 {
			return
		}
		u.flags |= unitBareOnly
	}
	last.flags = last.flags&^unitBareOnly | unitNumber
	last.word = m.words.find(key[:n])
	last.fold = m.wordFold[last.word]
	s.units = append(s.units, u)
}

// expand replaces chat spellings by what they stand for. The language of the whole text decides for forms that are also English.
func (s *scratch) expand() {
	m := s.model
	old := append(s.before[:0], s.units...)
	s.before = old
	s.units = s.units[:0]
	for si := range s.sentences {
		sent := &s.sentences[si]
		lo, hi := int(sent.unit), int(sent.unitEnd)
		sent.unit = int32(len(s.units))
		for i := lo; i < hi; i++ {
			u := old[i]
			words := m.expansion(old, lo, hi, i, s.votes.lang)
			if words == nil {
				s.units = append(s.units, u)
				continue
			}
			for k, w := range words {
				e := unit{word: w, fold: m.wordFold[w], tok: u.tok, flags: u.flags&unitQuoted | unitMarked | unitSpelling}
				if k == 0 {
					e.brk = u.brk
				}
				s.units = append(s.units, e)
			}
		}
		sent.unitEnd = int32(len(s.units))
	}
}

// company is how many units away a word still tells what a chat spelling stands for.
const company = 24

// expansion gives the words that unit i stands for, nil for itself; its sentence is the units from lo to hi.
func (m *model) expansion(units []unit, lo, hi, i int, lang uint8) []uint32 {
	u := &units[i]
	if m.wordFlags[u.word]&wordSpelling == 0 {
		return nil
	}
	afterNumber := i > lo && units[i-1].flags&unitNumber != 0 && u.brk <= breakSoft
	for _, sp := range m.spellings[u.word] {
		if sp.english {
			if lang == 'v' && m.foldFlags[u.fold]&foldSyllable != 0 {
				continue
			}
			return sp.words
		}
		if lang == 'e' && m.wordFlags[u.word]&wordEnglish != 0 {
			continue
		}
		switch sp.when.kind {
		case 'v':
			if lang != 'v' {
				continue
			}
		case 'd':
			if afterNumber || lang == 'e' {
				continue
			}
		case 'n':
			if !afterNumber {
				continue
			}
		case 'a':
			if i == lo || !m.oneOf(&units[i-1], sp.when.words) {
				continue
			}
		case 'b':
			if i+1 == hi || !m.oneOf(&units[i+1], sp.when.words) {
				continue
			}
		case 'w':
			if !m.keeps(units[max(0, i-company):i], sp.when.words) && !m.keeps(units[i+1:min(len(units), i+1+company)], sp.when.words) {
				continue
			}
		}
		return sp.words
	}
	return nil
}

// keeps tells whether one of the units is one of the words, as typed.
func (m *model) keeps(units []unit, words []uint32) bool {
	for i := range units {
		if slices.Contains(words, units[i].word) {
			return true
		}
	}
	return false
}

// oneOf tells whether a unit is one of the words, as typed, bare, or as its own spelling.
func (m *model) oneOf(u *unit, words []uint32) bool {
	for _, w := range words {
		if u.word == w || u.flags&unitMarked == 0 && u.fold == m.wordFold[w] {
			return true
		}
		for _, sp := range m.spellings[u.word] {
			if len(sp.words) == 1 && sp.words[0] == w {
				return true
			}
		}
	}
	return false
}
