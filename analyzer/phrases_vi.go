package analyzer

import (
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
)

// segmenter is laid out when it is first asked for.
var segmenter = sync.OnceValue(func() *segment.Segmenter {
	sg, err := segment.New(lexicons.Segment())
	if err != nil {
		panic("analyzer: " + err.Error()) // linked into the binary
	}
	return sg
})

// phraseWord is a segmented word: units [unit, end), tokens [tok, tokEnd), and its text in buf.
type phraseWord struct {
	unit, end   int32
	tok, tokEnd int32
	text, to    int32
	syllables   uint8
	topic       bool // the taxonomy lists it by itself
	content     bool
	gap         bool // something but a blank stands before it
}

// vietnamese finds the phrases of a Vietnamese sentence: maximal runs of content words, cut into pieces of at most four syllables.
// A piece needs an anchor, a compound or a word of a topic; at its ends, single syllables that are neither are cut off, as they are
// mostly verbs (`mua áo khoác`).
func (r *phraseReader) vietnamese(st *sentence) {
	r.segmentWords(st)
	r.sift()
	words := r.words
	for i := 0; i < len(words); {
		if !words[i].content {
			i++
			continue
		}
		n := 0
		j := i
		for j < len(words) && words[j].content && (j == i || !words[j].gap) && n+int(words[j].syllables) <= mostSyllables {
			n += int(words[j].syllables)
			j++
		}
		if j == i { // one word longer than a phrase
			i++
			continue
		}
		r.addVietnamese(words[i:j])
		i = j
	}
}

func (r *phraseReader) addVietnamese(words []phraseWord) {
	anchor := func(w *phraseWord) bool { return w.syllables > 1 || w.topic }
	for len(words) > 0 && !anchor(&words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && !anchor(&words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	n, compounds := 0, 0
	for i := range words {
		n += int(words[i].syllables)
		if words[i].syllables > 1 {
			compounds++
		}
	}
	if n < 2 || len(words) == 1 && words[0].tokEnd-words[0].tok < 2 { // a chat spelling (`sp`) is too short to show
		return
	}
	first, last := &words[0], &words[len(words)-1]
	r.add(r.buf[first.text:last.to], first.tok, last.tokEnd, compounds)
}

// segmentWords cuts a sentence into words. Numbers, symbols and what is quoted have no content.
func (r *phraseReader) segmentWords(st *sentence) {
	s := r.s
	r.words, r.syllables, r.buf = r.words[:0], r.syllables[:0], r.buf[:0]
	units := s.units[st.unit:st.unitEnd]
	ends := slices.Grow(r.ends[:0], len(units))[:len(units)]
	r.ends = ends
	for i := range units {
		u := &units[i]
		if i > 0 {
			r.buf = append(r.buf, ' ')
		}
		if u.word != 0 {
			r.buf = append(r.buf, s.model.wordText[u.word]...)
		} else if t := &s.toks[u.tok]; t.kind == Word {
			r.buf = s.spelled(r.buf, t)
		}
		ends[i] = int32(len(r.buf))
	}
	start := int32(0)
	for i := range units {
		u := &units[i]
		t := &s.toks[u.tok]
		x := segment.Syllable{Norm: r.buf[start:ends[i]], GapBefore: i > 0 && r.gap(&units[i-1], u)}
		switch {
		case u.flags&unitSymbol != 0:
			x.Shape = segment.Punct
		case u.flags&unitNumber != 0 || t.flags&tokDigits != 0:
			x.Shape = segment.Digit
		case t.flags&tokForeign != 0 || len(x.Norm) > phraseLong:
			x.Shape = segment.Other
		case t.upper == t.letters && t.letters > 1:
			x.Shape = segment.Upper
		case t.upper > 0:
			x.Shape = segment.Capital
		}
		r.syllables = append(r.syllables, x)
		start = ends[i] + 1
	}
	if cap(r.joins) < len(units) {
		r.joins = make([]bool, len(units))
	}
	r.joins = r.joins[:len(units)]
	segmenter().Join(r.syllables, r.joins, &r.segment)
	start = 0
	for i := range units {
		at := st.unit + int32(i)
		u := &units[i]
		if i > 0 && r.joins[i] {
			w := &r.words[len(r.words)-1]
			w.end, w.tokEnd, w.to = at+1, u.tok+1, ends[i]
			w.syllables++
			w.content = w.content && u.flags&(unitQuoted|unitSymbol) == 0
		} else {
			r.words = append(r.words, phraseWord{
				unit: at, end: at + 1, tok: u.tok, tokEnd: u.tok + 1, text: start, to: ends[i], syllables: 1, gap: r.syllables[i].GapBefore,
				content: u.flags&(unitQuoted|unitSymbol|unitNumber) == 0 && r.syllables[i].Shape <= segment.Upper,
			})
		}
		start = ends[i] + 1
	}
}

// gap tells whether anything but white space within a line stands between two units.
func (r *phraseReader) gap(a, b *unit) bool {
	t := &r.s.toks[b.tok]
	return b.tok-a.tok > 1 || b.brk != breakNone || t.flags&(tokNewline|tokGlued) != 0 && a.tok != b.tok
}

// sift takes out the words without content of their own (stop words, modifiers, amounts, words of mere sentiment), and notes which the
// taxonomy lists by themselves.
func (r *phraseReader) sift() {
	for i := range r.words {
		w := &r.words[i]
		if !w.content {
			continue
		}
		text := r.buf[w.text:w.to]
		w.topic = r.whole[[2]int32{w.unit, w.end}]&markTopic != 0
		switch {
		case utf8.RuneCount(text) < 2, len(text) > phraseLong, r.all(w, markModifier), r.sentiment(w), amounts(string(text)):
			w.content = false
		case stops().vietnamese[string(text)]&wordStops != 0, r.s.bare && stops().bare[string(text)]&wordStops != 0:
			w.content = false
		}
	}
}

// all tells whether every token of a word has a mark.
func (r *phraseReader) all(w *phraseWord, mark phraseMark) bool {
	for t := w.tok; t < w.tokEnd; t++ {
		if r.marks[t]&mark == 0 {
			return false
		}
	}
	return true
}

// sentiment tells whether entries of sentiment make up the word, whole or piece by piece.
func (r *phraseReader) sentiment(w *phraseWord) bool {
	for at := w.unit; at < w.end; {
		next := at
		for end := w.end; end > at; end-- {
			if r.whole[[2]int32{at, end}]&markSentiment != 0 {
				next = end
				break
			}
		}
		if next == at {
			return false
		}
		at = next
	}
	return true
}
