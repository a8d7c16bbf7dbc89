package analyzer

import "math/bits"

// Slips of the finger
//
// An English word that is no word at all may be one that matters with a slip in it: a letter left out, added, struck for another, or
// two in the wrong order. The words that matter, those of the sentiment lexicon and the modifiers, are indexed by themselves and by
// what is left of them without one letter (the deletion neighbourhood of Mor & Fraenkel 1982), so that a slip is found by the word
// and what is left of it without one letter. A word that is known is never looked up here, nor a name.

// The letters a word has at least, by the slip it may be found through: the shorter it is, the more words are like it.
const (
	leastSwapped  = 4 // `ncie`: the same letters
	leastDoubled  = 5 // one letter for two or two for one: `anoying`, `awfull`
	leastSlipped  = 7
	leastReplaced = 7
	leastCapital  = 7 // at the start of a sentence, where a name may stand
	mostSlipped   = 20
)

// slips maps the hashes of words and of their deletions to word ids; a hash may stand there several times. It is laid out at start.
type slips struct {
	slots []uint64 // 40 bits of the hash, 24 of the id; 0 is free
}

const slipID = 1<<24 - 1

// newSlips indexes words by their ids.
func newSlips(words []string, ids []uint32) slips {
	n := 0
	for _, w := range words {
		n += len(w) + 1
	}
	x := slips{slots: make([]uint64, 1<<bits.Len(uint(n+n/2)))}
	var buf [mostSlipped]byte
	for i, w := range words {
		x.put([]byte(w), ids[i])
		for at := range len(w) {
			if at > 0 && w[at] == w[at-1] { // the same is left
				continue
			}
			x.put(append(append(buf[:0], w[:at]...), w[at+1:]...), ids[i])
		}
	}
	return x
}

func (x *slips) put(key []byte, id uint32) {
	h := hash(key)
	mask := uint64(len(x.slots) - 1)
	at := h >> 20 & mask
	for x.slots[at] != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = h&^slipID | uint64(id)
}

// slip is how a word differs from the one meant, the likeliest last.
type slip uint8

const (
	slipNone slip = iota
	slipReplaced
	slipAdded
	slipDropped
	slipSwapped
)

// slipped gives the word that a key is most likely meant for, 0 for none or where two that are equally likely say opposite things.
func (m *model) slipped(key []byte) uint32 {
	best, how, clash := uint32(0), slipNone, false
	look := func(k []byte) {
		h := hash(k)
		mask := uint64(len(m.slips.slots) - 1)
		for at := h >> 20 & mask; m.slips.slots[at] != 0; at = (at + 1) & mask {
			slot := m.slips.slots[at]
			if slot&^slipID != h&^slipID {
				continue
			}
			id := uint32(slot & slipID)
			if id == best {
				continue
			}
			switch kind := slipOf(string(key), m.wordText[id]); {
			case kind > how:
				best, how, clash = id, kind, false
			case kind == how && kind != slipNone && m.slipSign[id] != m.slipSign[best]:
				clash = true
			}
		}
	}
	look(key)
	var buf [mostSlipped]byte
	for at := range key {
		if at > 0 && key[at] == key[at-1] {
			continue
		}
		look(append(append(buf[:0], key[:at]...), key[at+1:]...))
	}
	if clash {
		return 0
	}
	return best
}

// slipOf tells how typed differs from the word meant, slipNone where by more than one slip. Nobody slips on the first letter of a word
// but by a swap, and a replaced last letter is rather another form of it.
func slipOf(typed, meant string) slip {
	n, k := len(meant), 0
	for k < len(typed) && k < n && typed[k] == meant[k] {
		k++
	}
	switch len(typed) {
	case n - 1:
		if (n >= leastSlipped || n >= leastDoubled && k > 0 && meant[k] == meant[k-1]) && k > 0 && typed[k:] == meant[k+1:] {
			return slipDropped
		}
	case n + 1:
		if (n >= leastSlipped || n >= leastDoubled && k > 0 && typed[k] == typed[k-1]) && k > 0 && typed[k+1:] == meant[k:] {
			return slipAdded
		}
	case n:
		if k+1 < n && typed[k] == meant[k+1] && typed[k+1] == meant[k] && typed[k+2:] == meant[k+2:] && n >= leastSwapped {
			return slipSwapped
		}
		if n >= leastReplaced && k > 0 && k < n-1 && typed[k+1:] == meant[k+1:] {
			return slipReplaced
		}
	}
	return slipNone
}

// mend takes words of English sentences that are none as typed for the words they are most likely meant for.
func (s *scratch) mend() {
	m := s.model
	for i := range s.sentences {
		st := &s.sentences[i]
		if st.lang != 'e' {
			continue
		}
		for u := st.unit; u < st.unitEnd; u++ {
			un := &s.units[u]
			if un.word != 0 || un.fold != 0 || un.flags&(unitSymbol|unitNumber) != 0 {
				continue
			}
			t := &s.toks[un.tok]
			n := int(t.keyEnd - t.key)
			if t.kind != Word || n < leastSwapped || n > mostSlipped || t.flags&(tokMarked|tokForeign|tokDigits|tokOther) != 0 {
				continue
			}
			if t.upper > 0 && !s.caps && t.upper < t.letters && (u > st.unit || n < leastCapital) { // a name
				continue
			}
			if id := m.slipped(s.key(t)); id != 0 {
				un.word, un.fold = id, m.wordFold[id]
				un.flags = un.flags&^unitBareOnly | unitMended
			}
		}
	}
}
