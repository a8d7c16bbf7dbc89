package index

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/thau-cx/thau/feedback"
)

// Highlight marks where a query's text matches a record, in the order of the fields (title, text) and places. The words of a phrase
// are one span. Of a record that was found by synonyms, the words are marked that are why it has the topic. What the text excludes, and
// filters in it, mark nothing; a text that cannot be parsed marks nothing either.
func (x *Index) Highlight(query feedback.Query, r *feedback.Record) []feedback.Span {
	q, err := x.parse(query.Text, query.Synonyms)
	if err != nil || len(q.leaves) == 0 {
		return nil
	}
	spans := highlight(nil, x.o.Tokenizer, q.leaves, "title", r.Title, r)
	return highlight(spans, x.o.Tokenizer, q.leaves, "text", r.Text, r)
}

// highlight appends the spans in one field.
func highlight(out []feedback.Span, t Tokenizer, leaves []leaf, field, text string, r *feedback.Record) []feedback.Span {
	if text == "" {
		return out
	}
	list := words(t, text)
	var found [][2]int // bytes
	for _, l := range leaves {
		l.spans(list, func(first, last int) { found = append(found, [2]int{list[first].start, list[last].end}) })
		if theme, ok := l.(*themeLeaf); ok {
			for _, e := range theme.evidence(r, field) {
				found = append(found, [2]int{byteOf(text, e.Start), byteOf(text, e.End)})
			}
		}
	}
	slices.SortFunc(found, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var at, points int // points code points precede byte at
	advance := func(to int) int {
		points += utf8.RuneCountInString(text[at:to])
		at = to
		return points
	}
	for i := 0; i < len(found); {
		start, end := found[i][0], found[i][1]
		for i++; i < len(found) && found[i][0] < end; i++ {
			end = max(end, found[i][1])
		}
		out = append(out, feedback.Span{Field: field, Start: advance(start), End: advance(end)})
	}
	return out
}

// byteOf gives where a code point of a text begins.
func byteOf(text string, point int) int {
	for at := range text {
		if point == 0 {
			return at
		}
		point--
	}
	return len(text)
}
