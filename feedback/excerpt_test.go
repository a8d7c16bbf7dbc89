package feedback_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/feedback"
)

func TestExcerpt(t *testing.T) {
	const filler = "Mình đặt từ tuần trước và chờ mãi. "
	spansOf := func(field, text string, words ...string) (out []feedback.Span) {
		for _, w := range words {
			for from := 0; ; {
				at := strings.Index(text[from:], w)
				if at < 0 {
					break
				}
				start := utf8.RuneCountInString(text[:from+at])
				out = append(out, feedback.Span{Field: field, Start: start, End: start + utf8.RuneCountInString(w)})
				from += at + len(w)
			}
		}
		return out
	}
	f := func(title, text string, n int, want string, words ...string) {
		t.Helper()
		r := feedback.Record{Draft: feedback.Draft{Title: title, Text: text}}
		spans := append(spansOf("text", text, words...), spansOf("title", title, words...)...)
		got := feedback.ExcerptOf(&r, spans, n)
		if got.Text != want {
			t.Errorf("of %q:\ngot  %q\nwant %q", words, got.Text, want)
		}
	}
	long := strings.Repeat(filler, 9) + "Giao hàng quá chậm! Nhân viên thì không nghe máy. " + strings.Repeat(filler, 9)
	f("", long, 60, "Giao hàng quá chậm! Nhân viên thì không nghe máy. Mình đặt", "Giao hàng", "chậm")
	f("", "Giao trễ. "+long, 60, "Giao hàng quá chậm! Nhân viên thì không nghe máy. Mình đặt", "Giao", "hàng", "chậm") // both words, not the first
	f("Giao chậm", long, 60, "Giao chậm", "Giao chậm")
	f("Giao chậm", "", 60, "Giao chậm")
	f("", "ngắn thôi", 60, "ngắn thôi", "thôi")
	f("", strings.Repeat("x", 500), 60, strings.Repeat("x", 60), "y")
	f("", long, 40, "Mình đặt từ tuần trước và chờ mãi. Mình")
	f("", "", 60, "")
}

// An excerpt is exactly the piece that it says, no longer than asked for, with a match where there is one.
func TestExcerptProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"giao", "hàng. ", " ", "chậm", "\n", "\xff", "😡", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}), 0, 60).Draw(t, "text"), "")
		runes := []rune(text)
		var spans []feedback.Span
		for range rapid.IntRange(0, 5).Draw(t, "spans") {
			if len(runes) > 0 {
				start := rapid.IntRange(0, len(runes)-1).Draw(t, "start")
				spans = append(spans, feedback.Span{Field: "text", Start: start, End: rapid.IntRange(start+1, len(runes)).Draw(t, "end")})
			}
		}
		n := rapid.IntRange(40, 100).Draw(t, "n")
		e := feedback.ExcerptOf(&feedback.Record{Draft: feedback.Draft{Text: text}}, spans, n)
		if e.Start < 0 || e.End < e.Start || e.End > len(runes) || e.End-e.Start > n || e.Text != string(runes[e.Start:e.End]) {
			t.Fatalf("%+v of %q", e, text)
		}
		for _, s := range spans {
			if s.Start < e.End && e.Start < s.End {
				return
			}
		}
		if len(spans) > 0 {
			t.Fatalf("%+v shows none of %v in %q", e, spans, text)
		}
	})
}
