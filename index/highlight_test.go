package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thau-cx/thau/feedback"
)

func TestHighlight(t *testing.T) {
	x := texts(t)
	r := record("r", "😡 Giao Ha\u0300ng chậm, giao hang CHAM! Deliveries were late; sp ko tốt")
	r.Title = "Về giao hàng"
	f := func(text, want string) {
		t.Helper()
		var got []string
		for _, s := range x.Highlight(feedback.Query{Text: text}, r) {
			field := []rune(r.Text)
			if s.Field == "title" {
				field = []rune(r.Title)
			}
			got = append(got, fmt.Sprintf("%s:%s", s.Field, string(field[s.Start:s.End])))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q marks %q, want %q", text, s, want)
		}
	}
	f("chậm", "text:chậm|text:CHAM")
	f("cham", "text:chậm|text:CHAM")
	f("chạm", "text:CHAM")
	f(`"giao hang"`, "title:giao hàng|text:Giao Ha\u0300ng|text:giao hang")
	f(`"giao hàng" chậm`, "title:giao hàng|text:Giao Ha\u0300ng|text:chậm|text:giao hang|text:CHAM")
	f("giao hàng", "title:giao|title:hàng|text:Giao|text:Ha\u0300ng|text:giao|text:hang")
	f("delivery", "text:Deliveries")
	f("deli*", "text:Deliveries")
	f("lete~", "text:late")
	f("phẩm", "text:sp")
	f("sp", "text:sp")
	f("không", "text:ko")
	f("tốt -late", "text:tốt")
	f("chậm source:ticket", "text:chậm|text:CHAM")
	f("chậm )", "")
	f("", "")
	if got := x.Highlight(feedback.Query{Text: "x"}, &feedback.Record{}); got != nil {
		t.Errorf("an empty record marks %v", got)
	}
	bad := record("bad", "\xff\xfe chậm")
	if got := x.Highlight(feedback.Query{Text: "chậm"}, bad); len(got) != 1 || got[0] != (feedback.Span{Field: "text", Start: 3, End: 7}) {
		t.Errorf("an invalid byte counts as one code point: %v", got)
	}
}
