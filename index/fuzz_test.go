package index

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thau-cx/thau/feedback"
)

// FuzzParseQuery: no text panics, every error is the caller's and names a column inside the text, and what can be parsed stays
// within bounds and marks spans inside a record.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		"giao hàng chậm", `"late delivery" -refund`, "a OR (b AND NOT c)", "deli* shiper~", "topic:delivery.speed:negative nps:0..6 from:2026-01-31",
		`tag:"hay lắm" attr.plan:pro`, "((((((((", "--a", "NOT NOT a", "*", "a**", "ab~~", `"`, "“x”", "sp ko", "\xff\xfe*", "x:", ":x", "\x00\x01\x02ab*", "a\u0301*", "::::", "-(-(-a))", "OR", "😡",
	} {
		f.Add(s)
	}
	x := &Index{o: options()}
	x.o.Themes = func(string) []string { return []string{"delivery.speed:negative"} }
	r := record("r", "giao hàng chậm, late delivery 😡 sp ko tốt \xff x")
	r.Title = "Về đơn hàng"
	f.Fuzz(func(t *testing.T, text string) {
		q, err := x.parse(text, len(text)%2 == 0)
		if err != nil {
			if feedback.CodeOf(err) != feedback.CodeInvalid || !strings.Contains(err.Error(), "column ") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, read := range []string{q.mend(make([]bool, len(q.pieces))), q.some(x.o.Themes).text} {
			if _, err := x.parse(read, false); err != nil && !strings.Contains(err.Error(), "more than") {
				t.Fatalf("%q is read as %q: %v", text, read, err)
			}
		}
		if len(q.leaves) > 2*maxClauses || q.expr == nil || utf8.RuneCountInString(text) > maxText {
			t.Fatalf("%q: %d leaves, %v", text, len(q.leaves), q.expr)
		}
		for _, s := range x.Highlight(feedback.Query{Text: text, Synonyms: len(text)%2 == 0}, r) {
			field := r.Text
			if s.Field == "title" {
				field = r.Title
			}
			if s.Start < 0 || s.Start >= s.End || s.End > utf8.RuneCountInString(field) {
				t.Fatalf("%q: span %+v", text, s)
			}
		}
	})
}
