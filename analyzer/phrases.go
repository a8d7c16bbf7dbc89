package analyzer

import (
	"slices"

	"github.com/thau-cx/thau/analyzer/segment"
)

// The most key phrases of a text, and how many words of English and syllables of Vietnamese one may have.
const (
	mostPhrases   = 8
	mostWords     = 4
	mostSyllables = 4
)

// What speaks for a phrase: it is a theme of the taxonomy, it is compounded, it comes again, it stands in the title.
const (
	phraseTopic    = 4
	phraseCompound = 2 // each compound word, or each English word after the first; at most two
	phraseAgain    = 2 // each time it comes again, at most three
	phraseTitle    = 2
)

// phraseLong is the longest word, in bytes, that may stand in a phrase. What is longer is noise.
const phraseLong = 64

// candidatePhrase is a run of tokens that may be a key phrase.
type candidatePhrase struct {
	tok, end int32 // half-open
	score    int
	again    int
}

// keyPhrases gives the nouns and compounds that the text is about, in its order. Each sentence is read in its own language, Vietnamese
// by its segmented words, English by parts of speech; a quoted part is left out. Of English only the first englishBytes are read.
func (s *scratch) keyPhrases() []KeyPhrase {
	r := phraseReader{s: s, names: map[string]int{}, english: englishBytes}
	r.mark()
	for i := range s.sentences {
		switch st := &s.sentences[i]; st.lang {
		case 'v':
			r.vietnamese(st)
		case 'e':
			r.englishSentence(st)
		}
	}
	return r.best()
}

// phraseReader collects the candidates of one text.
type phraseReader struct {
	s       *scratch
	found   []candidatePhrase
	names   map[string]int          // what is said → index in found
	marks   []phraseMark            // by token
	whole   map[[2]int32]phraseMark // by the units of a term without gaps
	english int                     // how many bytes of English may still be read

	syllables []segment.Syllable
	joins     []bool
	segment   segment.Scratch
	buf       []byte
	ends      []int32
	words     []phraseWord
	tags      []tagWord
}

// phraseMark says what the matches make of a token.
type phraseMark uint8

const (
	markTopic     phraseMark = 1 << iota // in a term of a topic
	markTheme                            // such a term by itself
	markModifier                         // a negator, an intensifier and the like
	markSentiment                        // a word of sentiment
)

// plainSentiment is the valence from which a word is one of sentiment before all: `nhiệt tình` and not `khuyến mãi`.
const plainSentiment = 1_000_000

// mark notes what the matches say of tokens and of terms. A term that speaks against its topic does not count.
func (r *phraseReader) mark() {
	s := r.s
	r.marks = slices.Grow(r.marks[:0], len(s.toks))[:len(s.toks)]
	clear(r.marks)
	if r.whole == nil || len(r.whole) > 1<<12 { // clearing costs what the largest text has left
		r.whole = make(map[[2]int32]phraseMark, len(s.matches))
	}
	clear(r.whole)
	for i := range s.matches {
		mt := &s.matches[i]
		e := &s.model.entries[mt.entry]
		mark := phraseMark(0)
		switch {
		case e.kind == kindTopic && e.value > 0:
			mark = markTopic
		case e.kind == kindModifier:
			mark = markModifier
		case e.kind == kindSentiment && abs(e.value) >= plainSentiment:
			mark = markSentiment
		default:
			continue
		}
		for _, u := range s.path(mt) {
			r.marks[s.units[u].tok] |= mark
			if mt.n == 1 && mark == markTopic {
				r.marks[s.units[u].tok] |= markTheme
			}
		}
		if !mt.gaps {
			r.whole[[2]int32{mt.start, mt.end}] |= mark
		}
	}
}

// add takes in a candidate. What was said before counts where it stood first.
func (r *phraseReader) add(name []byte, tok, end int32, compounds int) {
	if i, ok := r.names[string(name)]; ok {
		r.found[i].again++
		return
	}
	c := candidatePhrase{tok: tok, end: end, score: phraseCompound * min(compounds, 2)}
	for i := tok; i < end; i++ {
		if r.marks[i]&markTopic != 0 {
			c.score += phraseTopic
			break
		}
	}
	if r.s.toks[tok].field == fieldTitle {
		c.score += phraseTitle
	}
	r.names[string(name)] = len(r.found)
	r.found = append(r.found, c)
}

// best gives the highest scores, of equal ones the earlier, in the order of the text.
func (r *phraseReader) best() []KeyPhrase {
	if len(r.found) == 0 {
		return nil
	}
	for i := range r.found {
		c := &r.found[i]
		c.score += phraseAgain * min(c.again, 3)
	}
	if len(r.found) > mostPhrases {
		slices.SortStableFunc(r.found, func(a, b candidatePhrase) int { return b.score - a.score })
		r.found = r.found[:mostPhrases]
	}
	slices.SortFunc(r.found, func(a, b candidatePhrase) int { return int(a.tok - b.tok) })
	out := make([]KeyPhrase, len(r.found))
	for i, c := range r.found {
		first, last := &r.s.toks[c.tok], &r.s.toks[c.end-1]
		out[i] = KeyPhrase{Text: r.s.slice(first.field, first.start, last.end), Start: int(first.cpStart), End: int(last.cpEnd)}
		if first.field == fieldTitle {
			out[i].Field = "title"
		}
	}
	return out
}
