package index

import (
	"strings"
	"testing"
	"time"
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
	r := record("r", "giao hàng chậm, late delivery 😡 sp ko tốt \xff x")
	r.Title = "Về đơn hàng"
	f.Fuzz(func(t *testing.T, text string) {
		q, err := parse(plain{}, nil, time.UTC, text)
		if err != nil {
			if feedback.CodeOf(err) != feedback.CodeInvalid || !strings.Contains(err.Error(), "column ") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if len(q.leaves) > maxClauses || q.expr == nil || utf8.RuneCountInString(text) > maxText {
			t.Fatalf("%q: %d leaves, %v", text, len(q.leaves), q.expr)
		}
		for _, s := range x.Highlight(feedback.Query{Text: text}, r) {
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
