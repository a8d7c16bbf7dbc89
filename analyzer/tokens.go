package analyzer

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer/segment"
)

// Token is one token of a text, for search and for the command line.
type Token struct {
	Start, End int       // bytes in the text, half-open
	Norm       string    // as looked up: NFC, lower case, modern tone placement, stretched letters squeezed, chat spellings expanded (may contain blanks)
	Kind       TokenKind //
	Join       bool      // continues the Vietnamese word that the token before began
}

// Tokens cuts a text into tokens: every byte that is not white space is in exactly one. It is safe for concurrent use.
func (a *Analyzer) Tokens(text string) []Token {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	s.reset()
	s.texts[fieldText] = text
	s.scan(text, fieldText)
	s.resolve("")
	out := make([]Token, len(s.toks))
	var buf []byte
	u := 0
	for i := range s.toks {
		t := &s.toks[i]
		out[i] = Token{Start: int(t.start), End: int(t.end), Kind: t.kind}
		switch t.kind {
		case Word:
			buf = buf[:0]
			for ; u < len(s.units) && int(s.units[u].tok) <= i; u++ {
				if un := &s.units[u]; int(un.tok) == i && un.flags&unitSpelling != 0 {
					if len(buf) > 0 {
						buf = append(buf, ' ')
					}
					buf = append(buf, s.model.wordText[un.word]...)
				} else if int(un.tok) == i && un.flags&unitShaped != 0 && un.word != 0 && t.flags&tokDigits == 0 {
					buf = append(buf, s.model.wordText[un.word]...)
				}
			}
			if len(buf) == 0 {
				buf = s.spelled(buf, t)
			}
			out[i].Norm = string(buf)
		default:
			out[i].Norm = s.slice(fieldText, t.start, t.end)
		}
	}
	if s.votes.lang != 'e' {
		s.join(text, out)
	}
	return out
}

// join marks the syllables that continue a Vietnamese word.
func (s *scratch) join(text string, tokens []Token) {
	syllables := make([]segment.Syllable, len(tokens))
	for i := range tokens {
		t := &s.toks[i]
		syllables[i] = segment.Syllable{
			Norm:      []byte(tokens[i].Norm),
			Shape:     shape(t),
			GapBefore: i > 0 && text[tokens[i-1].End:tokens[i].Start] != " ",
		}
		if t.kind == Word { // as typed: a chat spelling is no word of the dictionary
			syllables[i].Norm = s.spelled(nil, t)
		}
	}
	joined := make([]bool, len(tokens))
	segmenter().Join(syllables, joined, new(segment.Scratch))
	for i := range tokens {
		tokens[i].Join = joined[i]
	}
}

// shape tells segmentation how a token was typed.
func shape(t *tok) segment.Shape {
	switch {
	case t.kind == Number || t.flags&tokDigits != 0:
		return segment.Digit
	case t.kind != Word && t.kind != Mention && t.kind != URL && t.kind != Email:
		return segment.Punct
	case t.kind != Word || t.flags&tokOther != 0:
		return segment.Other
	case t.upper == 0:
		return segment.Lower
	case t.upper == t.letters && t.letters > 1:
		return segment.Upper
	case t.upper == 1:
		return segment.Capital
	}
	return segment.Other
}

// spelled writes a word as it is, NFC and lower case; the tone of a Vietnamese syllable goes to its modern place.
func (s *scratch) spelled(dst []byte, t *tok) []byte {
	if t.flags&tokMarked != 0 && s.model.foldFlags[s.model.folds.find(s.foldKey(t))]&foldSyllable == 0 {
		return append(dst, strings.ToLower(norm.NFC.String(s.slice(t.field, t.start, t.end)))...)
	}
	return spell(dst, s.key(t), false)
}
