package index

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/feedback"
)

func sorted(ids string) string {
	list := strings.Fields(ids)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestDiacritics(t *testing.T) {
	x := texts(t,
		"giao hàng chậm",          // 0
		"giao hang cham",          // 1
		"giáo viên nhiệt tình",    // 2
		"Giao Hàng rất CHẬM luôn", // 3
		"giao hàng nhanh",         // 4
		"hãng giao chậm",          // 5
		"giao hàng chậm",          // 6, decomposed below
	)
	mustApply(t, x, changes(7, record("nfd", "giao ha\u0300ng cha\u0323\u0302m")))
	f := func(text, want string) {
		t.Helper()
		if got := sorted(found(t, x, text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	f("giao hang cham", "0 1 3 5 6 nfd")
	f("giao hàng chậm", "0 1 3 6 nfd")
	f("GIAO HÀNG", "0 1 3 4 6 nfd")
	f("giáo", "0 1 2 3 4 5 6 nfd") // typed bare it may mean giáo
	f("giáo viên", "2")
	f("hãng", "1 5")
	f("hàng", "0 1 3 4 6 nfd")
	if got := found(t, x, "giao hàng chậm"); !strings.HasSuffix(got, " 1") {
		t.Errorf("the one typed bare comes last where diacritics were typed: %s", got)
	}
	if got := found(t, x, "giao hang cham"); !strings.HasPrefix(got, "1 ") {
		t.Errorf("the one typed bare comes first where none were typed: %s", got)
	}
}

func TestLanguage(t *testing.T) {
	x := texts(t,
		"sp tốt, ko lỗi",                         // 0
		"sản phẩm rất tốt",                       // 1
		"delivery was late, two deliveries lost", // 2
		"the driver delivered it late",           // 3
		"late late late",                         // 4
		"phẩm chất sản xuất",                     // 5
		"app crashes; refunds delayed",           // 6
		"a delay of the app",                     // 7
	)
	f := func(text, want string) {
		t.Helper()
		if got := sorted(found(t, x, text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	f("sp", "0 1") // expanded like the texts: a phrase
	f("sản phẩm", "0 1 5")
	f(`"sản phẩm"`, "0 1")
	f(`"san pham" tot`, "0 1")
	f(`"phẩm sản"`, "")
	f("không", "0")
	f("delivery", "2")
	f("deliver", "3")
	f("delivering", "3")
	f("delays", "6 7")
	f("delay", "6 7")
	f("refund", "6")
	f("late -driver", "2 4")
	f("late NOT (driver OR lost)", "4")
	f("-late", "0 1 5 6 7")
	f("driver OR app late", "3") // words side by side bind tighter
	f("(driver OR app) late", "3")
	f("driver OR app", "3 6 7")
	f("late AND driver", "3")
	f(`“late late”`, "4")
	f("deliv*", "2 3")
	f("sả*", "0 1 5")
	f("sa*", "0 1 5")
	f("crashs~", "6")
	f("crshs~", "")
	f("crashe~", "6")
	f("drivr~", "3")
	f("phâm~", "0 1 5")
	f("loi~ tot~", "0")
	f("... late", "2 3 4")
	f("nothing-like this", "")
	if got := found(t, x, "late"); !strings.HasPrefix(got, "4 ") {
		t.Errorf("often in a short text comes first: %s", got)
	}
	if got := found(t, x, ""); got != "7 6 5 4 3 2 1 0" {
		t.Errorf("an empty text matches all, newest first: %s", got)
	}
}

func TestPhrasePositions(t *testing.T) {
	r := record("title", "chậm trễ")
	r.Title = "giao hàng"
	x := texts(t, "hàng giao hàng chậm giao", "hang giao x cham", "very very very long")
	mustApply(t, x, changes(3, r))
	f := func(text, want string) {
		t.Helper()
		if got := sorted(found(t, x, text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	f(`"giao hàng chậm"`, "0") // never across title and text
	f(`"giao hàng"`, "0 title")
	f(`"hang giao"`, "0 1")
	f(`"hàng giao hàng"`, "0")
	f(`"very very very"`, "2")
	f(`"very very very very"`, "")
	f("hàng chậm", "0 1 title")
}

func TestSyntaxErrors(t *testing.T) {
	x := texts(t, "một hai")
	f := func(text, want string) {
		t.Helper()
		_, err := x.Search(context.Background(), feedback.Query{Text: text})
		if feedback.CodeOf(err) != feedback.CodeInvalid || !strings.HasPrefix(err.Error(), "q: "+want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	f(`chậm "giao`, "column 6: this quote is not closed")
	f("(a OR b", "column 1: this ( is not closed")
	f("chậm )", "column 6: there is no (")
	f("a OR", "column 5: a word is missing")
	f("OR a", "column 1: OR needs")
	f("a OR OR b", "column 6: OR needs")
	f("a AND", "column 3: AND needs")
	f("()", "column 2: a word is missing")
	f("*", "column 1: * needs at least 2")
	f("h*", "column 1: * needs at least 2")
	f("giao *", "column 6: * needs")
	f("*àng", "column 1: * stands at the end")
	f("hà*g", "column 3: * stands at the end")
	f("hà hoà~~ ab~", "column 10: ~ needs at least 3")
	f("chậm foo:bar", `column 6: there is no field "foo"`)
	f("nps:a..b", `column 5: "a" is not a number`)
	f("nps:..", "column 5: a range needs a number")
	f("from:2026-13-01", `column 6: "2026-13-01" is not a day`)
	f("topic:", "column 1: topic: needs a value")
	f("a NOT", "column 3: there is nothing to exclude")
	f("...", "column 1: there is no word")
	f(strings.Repeat("á", 1001), "column 1001: the query is longer than 1000")
	f(strings.Repeat("a ", 65), "column 129: the query has more than 64")
}
