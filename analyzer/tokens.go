package analyzer

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer/segment"
)

// Token is one token of a text, for search and for the command line.
type Token struct {
	Start, End int       // bytes in the text, half-open
	Norm       string    // as looked up: NFC, lower case, modern tone placement, stretched letters squeezed, chat spellings expanded (may contain blanks)
	Kind       TokenKind //
	Join       bool      // continues the Vietnamese word that the token before began, as Joined finds
}

// Tokens cuts a text into tokens, none of them joined: every byte that is not white space is in exactly one. It is safe for concurrent use.
func (a *Analyzer) Tokens(text string) []Token {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	return s.tokens(text)
}

// Joined cuts a text into the tokens that Tokens gives and joins the syllables of each Vietnamese word. It is safe for concurrent use.
func (a *Analyzer) Joined(text string) []Token {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	out := s.tokens(text)
	if s.votes.lang != 'e' {
		s.join(text, out)
	}
	return out
}

func (s *scratch) tokens(text string) []Token {
	s.reset()
	s.texts[fieldText] = text
	s.scan(text, fieldText)
	s.resolve("")
	out := make([]Token, len(s.toks))
	norms := s.seg.spelling[:0] // of the words, side by side; End holds where each ends until all are written
	u := 0
	for i := range s.toks {
		t := &s.toks[i]
		out[i] = Token{Start: int(t.start), End: int(t.end), Kind: t.kind}
		if t.kind != Word {
			out[i].Norm = s.slice(fieldText, t.start, t.end)
			continue
		}
		from := len(norms)
		for ; u < len(s.units) && int(s.units[u].tok) <= i; u++ {
			if un := &s.units[u]; int(un.tok) == i && un.flags&unitSpelling != 0 {
				if len(norms) > from {
					norms = append(norms, ' ')
				}
				norms = append(norms, s.model.wordText[un.word]...)
			} else if int(un.tok) == i && un.flags&unitShaped != 0 && un.word != 0 && t.flags&tokDigits == 0 {
				norms = append(norms, s.model.wordText[un.word]...)
			}
		}
		if len(norms) == from {
			norms = s.spelled(norms, t)
		}
		out[i].End = len(norms)
	}
	s.seg.spelling = norms
	written, from := string(norms), 0
	for i := range out {
		if t := &out[i]; t.Kind == Word {
			t.Norm, from = written[from:t.End], t.End
			t.End = int(s.toks[i].end)
		}
	}
	return out
}

// segmenting is the working memory of join.
type segmenting struct {
	spelling  []byte  // of the words, side by side
	ends      []int32 // where each ends
	syllables []segment.Syllable
	joined    []bool
	joining   segment.Scratch
}

// join marks the syllables that continue a Vietnamese word. A syllable is read as typed: a chat spelling is no word of the dictionary.
func (s *scratch) join(text string, tokens []Token) {
	syllables := slices.Grow(s.seg.syllables[:0], len(tokens))[:len(tokens)]
	norms := s.seg.spelling[:0]
	for i := range tokens {
		if t := &s.toks[i]; t.kind == Word {
			norms = s.spelled(norms, t)
		} else {
			norms = append(norms, tokens[i].Norm...)
		}
		syllables[i] = segment.Syllable{
			Shape:     shape(&s.toks[i]),
			GapBefore: i > 0 && text[tokens[i-1].End:tokens[i].Start] != " ",
		}
		s.seg.ends = append(s.seg.ends, int32(len(norms)))
	}
	from := int32(0)
	for i, end := range s.seg.ends {
		syllables[i].Norm, from = norms[from:end:end], end
	}
	joined := slices.Grow(s.seg.joined[:0], len(tokens))[:len(tokens)]
	segmenter().Join(syllables, joined, &s.seg.joining)
	for i := range tokens {
		tokens[i].Join = joined[i]
	}
	s.seg.spelling, s.seg.syllables, s.seg.joined, s.seg.ends = norms, syllables, joined, s.seg.ends[:0]
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
