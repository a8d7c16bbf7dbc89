package main

import (
	"strings"
	"unicode"

	"github.com/thau-cx/thau/analyzer"
)

// typed is a way to type a text and the share of the text's weight that it carries; half says that every other word lost its marks.
type typed struct {
	text  string
	share float64
	half  bool
}

// copies gives a text as it stands and, where that differs, as others would type it: without marks, and with every other word without.
// The copies share the weight of the text.
func (o options) copies(s string) []typed {
	bare := analyzer.Fold(s)
	if bare == s || o.bareShare == 0 {
		return []typed{{text: s, share: 1}}
	}
	out := []typed{{text: s, share: 1 - o.bareShare - o.halfShare}, {text: bare, share: o.bareShare}}
	if o.halfShare > 0 {
		out = append(out, typed{text: halfBare(s), share: o.halfShare, half: true})
	}
	return out
}

// halfBare drops the marks of every other word.
func halfBare(s string) string {
	var b strings.Builder
	for n := 0; s != ""; n++ {
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			end = len(s) - 1
		}
		if word := s[:end+1]; n%2 == 0 {
			b.WriteString(analyzer.Fold(word))
		} else {
			b.WriteString(word)
		}
		s = s[end+1:]
	}
	return b.String()
}
