package analyzer

// tagAtMost is how long the word of a hashtag may be to be taken apart, in letters, and tagWords into how many words.
const (
	tagAtMost = 32
	tagWords  = 6
)

// splitTag takes the unknown word of a hashtag apart into English words: its last unit becomes several (`#badService`, `#neveragain`). Where
// the writer marked the words with capitals these are the words; elsewhere it takes the fewest words that make up the whole.
func (s *scratch) splitTag(t *tok) {
	key := s.key(t)
	n := len(key)
	if n < 6 || n > tagAtMost || n != int(t.end-t.start) || t.flags&(tokMarked|tokForeign|tokOther|tokDigits) != 0 {
		return
	}
	var cuts [tagWords]uint8
	words := s.capitals(t, cuts[:0])
	if words == nil {
		words = s.fewest(key, cuts[:0])
	}
	if len(words) < 2 {
		return
	}
	m := s.model
	last := s.units[len(s.units)-1]
	s.units = s.units[:len(s.units)-1]
	from := uint8(0)
	for i, to := range words {
		u := unit{tok: last.tok, flags: last.flags &^ unitBareOnly}
		if i == 0 {
			u.brk = last.brk
		}
		if u.word = m.words.find(key[from:to]); u.word != 0 {
			u.fold = m.wordFold[u.word]
		}
		s.units = append(s.units, u)
		from = to
	}
}

// capitals gives where the words of a tag end that each begin with a capital, nil where they do not.
func (s *scratch) capitals(t *tok, ends []uint8) []uint8 {
	text := s.texts[t.field][t.start:t.end]
	if t.upper < 2 || t.upper == t.letters {
		return nil
	}
	for i := 1; i < len(text); i++ {
		if text[i] >= 'A' && text[i] <= 'Z' && (text[i-1] > 'Z' || text[i-1] < 'A') {
			if len(ends) == tagWords-1 {
				return nil
			}
			ends = append(ends, uint8(i))
		}
	}
	if len(ends) == 0 {
		return nil
	}
	return append(ends, uint8(len(text)))
}

// fewest gives where the fewest English words that make up a key end, nil where there are none. Words have three letters at least, but for
// everyday ones of two.
func (s *scratch) fewest(key []byte, ends []uint8) []uint8 {
	m := s.model
	var count, from [tagAtMost + 1]uint8
	for end := 2; end <= len(key); end++ {
		for start := max(0, end-14); start <= end-2; start++ {
			if start > 0 && count[start] == 0 || count[start] >= tagWords || count[end] != 0 && count[end] <= count[start]+1 {
				continue
			}
			w := m.words.find(key[start:end])
			if w == 0 || m.wordFlags[w]&wordFunction == 0 && (end-start < 3 || m.wordFlags[w]&wordEnglish == 0) {
				continue
			}
			count[end], from[end] = count[start]+1, uint8(start)
		}
	}
	n := int(count[len(key)])
	if n < 2 || n > tagWords {
		return nil
	}
	ends = ends[:n]
	for end := uint8(len(key)); n > 0; end = from[end] {
		n--
		ends[n] = end
	}
	return ends
}
