package feedback

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Excerpt is a piece of a field: exactly the code points from Start to End.
type Excerpt struct {
	Field string `json:"field"` // "text" or "title"
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// The bounds of Query.Excerpt.
const leastExcerpt, mostExcerpt = 40, 1000

// ExcerptOf gives the piece of a record, of at most n code points, in which most of what a query matched stands, the first of equal ones. It begins and
// ends between words where it can, and at a sentence where one begins nearby. The field is the text, unless only the title has matches or
// words.
func ExcerptOf(r *Record, spans []Span, n int) Excerpt {
	in := func(field string) []Span {
		out := slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return s.Field != field })
		slices.SortFunc(out, func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
		return out
	}
	text, title := in("text"), in("title")
	if r.Text == "" || len(text) == 0 && len(title) > 0 {
		return excerptOf("title", r.Title, title, n)
	}
	return excerptOf("text", r.Text, text, n)
}

// excerptOf gives the piece of a field; spans are sorted.
func excerptOf(field, text string, spans []Span, n int) Excerpt {
	runes := []rune(text)
	from, to := densest(runes, spans, n)
	start := max(0, min(from-(n-(to-from))/3, len(runes)-n)) // more of what follows than of what went before
	start = wordFrom(runes, start, from)
	end := min(len(runes), start+n)
	if end < len(runes) {
		for at := end; at > to; at-- {
			if unicode.IsSpace(runes[at]) || unicode.IsSpace(runes[at-1]) {
				end = at
				break
			}
		}
	}
	for end > to && unicode.IsSpace(runes[end-1]) {
		end--
	}
	return Excerpt{Field: field, Start: start, End: end, Text: string(runes[start:end])}
}

// densest gives the ends of the spans within n code points that say most different things, and most.
func densest(runes []rune, spans []Span, n int) (from, to int) {
	spans = slices.DeleteFunc(spans, func(s Span) bool { return s.Start < 0 || s.End > len(runes) || s.Start >= s.End })
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = strings.ToLower(string(runes[s.Start:s.End]))
	}
	met, best, first := map[string]int{}, 0, 0
	for i, s := range spans {
		met[words[i]]++
		for ; first < i && s.End-spans[first].Start > n; first++ {
			if met[words[first]]--; met[words[first]] == 0 {
				delete(met, words[first])
			}
		}
		if score := len(met)<<20 + i - first; score >= best+1 || best == 0 {
			best, from, to = score, spans[first].Start, min(s.End, spans[first].Start+n)
		}
	}
	return from, to
}

// wordFrom moves the start of a piece to where a sentence begins before the first match, else to where a word does.
func wordFrom(runes []rune, start, from int) int {
	if start == 0 {
		return 0
	}
	word := -1
	for at := start; at <= from; at++ {
		if at < len(runes) && unicode.IsSpace(runes[at]) || at > start && !unicode.IsSpace(runes[at-1]) {
			continue
		}
		switch before := strings.TrimRightFunc(string(runes[max(0, at-3):at]), unicode.IsSpace); {
		case strings.HasSuffix(before, ".") || strings.HasSuffix(before, "!") || strings.HasSuffix(before, "?") || strings.ContainsRune(string(runes[max(0, at-3):at]), '\n'):
			return at
		case word < 0 && unicode.IsSpace(runes[at-1]):
			word = at
		}
	}
	if word < 0 {
		return start
	}
	return word
}
