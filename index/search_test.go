package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
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

// Where few records match, those that come nearest stand beside them, and never among them.
func TestRelated(t *testing.T) {
	o := options()
	o.Themes = func(text string) []string {
		if strings.Contains(text, "late") {
			return []string{"delivery.speed:negative"}
		}
		return nil
	}
	x := mustOpen(t, t.TempDir(), o)
	list := []string{"giao hàng chậm", "giao hàng nhanh", "hàng đẹp", "crashes often", "two weeks", "nothing of it"}
	records := make([]*feedback.Record, len(list))
	for i, s := range list {
		records[i] = record(fmt.Sprint(i), s)
	}
	records[4].Analysis.Topics = []analyzer.Topic{{ID: "delivery.speed", Sure: true, Sentiment: analyzer.Polarity{Label: analyzer.Negative},
		Evidence: []analyzer.Evidence{{Start: 0, End: 9, Text: "two weeks", Contribution: 1}}}}
	mustApply(t, x, changes(0, records...))
	f := func(q feedback.Query, ids, related, readAs string) {
		t.Helper()
		hits := mustSearch(t, x, q)
		if got := strings.Join(hits.IDs, " "); got != ids || hits.Total != len(hits.IDs) {
			t.Errorf("%+v finds %q, want %q", q, got, ids)
		}
		if got := strings.Join(hits.Related, " "); got != related || hits.ReadAs != readAs {
			t.Errorf("%+v is near %q by %q, want %q by %q", q, got, hits.ReadAs, related, readAs)
		}
	}
	const (
		slow = `giao OR hàng OR chậm OR deliver OR delivery OR ship OR delay OR late OR trễ OR muộn OR lâu OR lag OR laggy OR slow OR giật OR "ì ạch"`
		late = "late~ OR delay OR trễ OR chậm OR muộn OR lâu OR topic:delivery.speed:negative"
	)
	f(feedback.Query{Text: "giao hàng chậm"}, "0", "1 2", slow)
	f(feedback.Query{Text: "giao hàng chậm -nhanh"}, "0", "2", "("+slow+") -nhanh")
	f(feedback.Query{Text: "crashs"}, "3", "", "") // the stem
	f(feedback.Query{Text: "crashx"}, "", "", "")
	f(feedback.Query{Text: "oftn"}, "", "3", "oftn~")
	f(feedback.Query{Text: "oftn hàng"}, "", "2 1 0 3", `oftn~ OR hàng OR product OR item OR goods OR "sản phẩm"`)
	f(feedback.Query{Text: "late"}, "", "4 0", late)
	f(feedback.Query{Text: "late", Synonyms: true}, "4 0", "", "")
	f(feedback.Query{Text: "late -two", Synonyms: true}, "0", "", "")
	f(feedback.Query{Text: "late OR đẹp", Synonyms: true}, "2 4 0", "", "")
	f(feedback.Query{Text: "giao AND chậm"}, "0", "", "") // who writes AND means it
	f(feedback.Query{Text: `"giao hàng" chậm`, Limit: 1}, "0", "", "")
	f(feedback.Query{Text: "giao hàng chậm", Sort: sortNewest}, "0", "", "")
	if got := x.Highlight(feedback.Query{Text: "late", Synonyms: true}, records[4]); len(got) != 1 || got[0] != (feedback.Span{Field: "text", Start: 0, End: 9}) {
		t.Errorf("what made it a synonym is not marked: %v", got)
	}
	plain := texts(t, "x")
	if _, err := plain.Search(context.Background(), feedback.Query{Text: "x", Synonyms: true}); feedback.CodeOf(err) != feedback.CodeInvalid {
		t.Errorf("synonyms where there are none: %v", err)
	}
}

// Of records with the same words, those come first that have them side by side, as they were typed, and in the title.
func TestRanking(t *testing.T) {
	titled := record("titled", "chậm quá trời luôn nha shop")
	titled.Title = "giao hàng"
	x := mustOpen(t, t.TempDir(), options())
	mustApply(t, x, changes(0,
		record("scattered", "giao diện của hàng này chạy rất là chậm"),
		record("side", "shop này thì giao hàng chậm quá đi thôi"),
		record("bare", "giao hang cham"),
		titled,
	))
	for text, want := range map[string]string{
		"giao hàng chậm": "titled side scattered bare",
		"giao hang cham": "bare titled side scattered",
	} {
		if got := found(t, x, text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
