package index

import (
	"strings"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer"
	unicodenorm "golang.org/x/text/unicode/norm"
)

// Tokenizer cuts a text into tokens. *analyzer.Analyzer is one. It must be safe for concurrent use and depend on the text alone.
type Tokenizer interface {
	Tokens(text string) []analyzer.Token
}

// A word of a text is indexed under up to three terms at the same position of the field "words":
//
//	hàng         as it is written (normalised)
//	\x01hang     without its diacritics, where it has any
//	\x02deliveri its English stem, where that differs (deliveries)
//
// so a bare term (hang) means that the word was typed without diacritics. A query word asks for these terms, best first:
//
//	hang     → hang (exact), \x01hang (folded)
//	hàng     → hàng (exact), hang (bare)
//	delivery → delivery (exact), \x02deliveri and, where the stem is a word itself (delay), the stem (stem)
const (
	foldedMark = "\x01"
	stemMark   = "\x02"

	maxTerm = 128 // bytes of a term; longer words share their beginning
)

// The quality of a match: exact beats stem beats folded and bare, and a near miss is worth least. Only their order and the distance
// between exact and the rest matter: with every word exact a record outranks any record with one that is not.
const (
	exact    = 8
	guessed  = 6
	stem     = 6
	folded   = 4
	prefixed = 4
	near     = 3
	themed   = 6
)

// word is a searchable word of a text. Several words share a span where a token was expanded (sp is sản phẩm). What a token stands
// for depends on the words around it, so the first word of one that was changed beyond its marks is also found as it is written.
type word struct {
	norm       string
	written    string // "" where it is the norm but for marks
	start, end int    // bytes
}

// words gives the searchable words of a text in order.
func words(t Tokenizer, text string) []word {
	tokens := t.Tokens(text)
	out := make([]word, 0, len(tokens))
	for _, tok := range tokens {
		switch tok.Kind {
		case analyzer.Punct, analyzer.Symbol, analyzer.Hashtag: // a hashtag is the sign alone
			continue
		}
		first := len(out)
		for norm := range strings.FieldsSeq(tok.Norm) {
			if norm = term(norm); norm != "" {
				out = append(out, word{norm: norm, start: tok.Start, end: tok.End})
			}
		}
		if len(out) == first {
			continue
		}
		if w := &out[first]; len(out) > first+1 || w.norm != text[tok.Start:tok.End] {
			if written := term(text[tok.Start:tok.End]); len(out) > first+1 || analyzer.Fold(written) != analyzer.Fold(w.norm) {
				w.written = written
			}
		}
	}
	return out
}

// term makes a normalised word fit for the dictionary: NFC, lower case, no control characters (they mark forms), valid UTF-8, bounded in length.
func term(norm string) string {
	clean := strings.ToValidUTF8(strings.ToLower(unicodenorm.NFC.String(norm)), "\uFFFD")
	if strings.ContainsFunc(clean, isControl) {
		clean = strings.Map(func(r rune) rune {
			if isControl(r) {
				return -1
			}
			return r
		}, clean)
	}
	if len(clean) > maxTerm {
		cut := maxTerm
		for !utf8.RuneStart(clean[cut]) {
			cut--
		}
		clean = clean[:cut]
	}
	return clean
}

func isControl(r rune) bool { return r < 0x20 }

// forms are the terms under which words are indexed, side by side.
type forms struct {
	text []byte
	ends []int32
}

// add adds the terms of a word.
func (f *forms) add(w *word) {
	f.addSpelling(w.norm)
	if w.written != "" {
		f.addSpelling(w.written)
	}
}

func (f *forms) addSpelling(norm string) {
	f.end(append(f.text, norm...))
	if !ascii(norm) {
		from := len(f.text) + len(foldedMark)
		if folded := analyzer.AppendFold(append(f.text, foldedMark...), norm); string(folded[from:]) != norm {
			f.end(folded)
			return
		}
	}
	if s, ok := stemOf(norm); ok && s != norm {
		f.end(append(append(f.text, stemMark...), s...))
	}
}

// end ends a term whose letters are the last of text.
func (f *forms) end(text []byte) {
	f.text, f.ends = text, append(f.ends, int32(len(text)))
}

// has tells whether a term is among them.
func (f *forms) has(term string) bool {
	from := int32(0)
	for _, end := range f.ends {
		if string(f.text[from:end]) == term {
			return true
		}
		from = end
	}
	return false
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// alt is a term that a query accepts, and how well it matches.
type alt struct {
	term    string
	quality uint64
}

// accepts gives the terms a query word accepts, best first.
func accepts(norm string) []alt {
	bare := analyzer.Fold(norm)
	if bare != norm {
		return []alt{{norm, exact}, {bare, folded}}
	}
	alts := []alt{{norm, exact}}
	if s, ok := stemOf(norm); ok {
		alts = append(alts, alt{stemMark + s, stem})
		if own, _ := stemOf(s); own == s && s != norm {
			alts = append(alts, alt{s, stem})
		}
	}
	return append(alts, alt{foldedMark + bare, guessed})
}

// stemOf gives the English stem of a word of ASCII letters, and whether the word is one.
func stemOf(norm string) (string, bool) {
	if len(norm) < 3 || len(norm) > 32 {
		return "", false
	}
	for i := range len(norm) {
		if c := norm[i]; (c < 'a' || c > 'z') && (c != '\'' || i == 0) {
			return "", false
		}
	}
	return analyzer.Stem(norm), true
}
