package analyzer_test

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer"
)

// piiCase is a text and the personal data in it.
type piiCase struct {
	line int
	text string
	want []analyzer.PII
}

// readPII reads testdata/pii.tsv: a language and a text with its spans marked ⟦kind:span⟧.
func readPII(t *testing.T) []piiCase {
	t.Helper()
	f, err := os.Open("testdata/pii.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []piiCase
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		lang, text, ok := strings.Cut(lines.Text(), "\t")
		if strings.HasPrefix(lang, "#") || lang == "lang" {
			continue
		}
		if !ok || lang != "vi" && lang != "en" {
			t.Fatalf("pii.tsv:%d: want a language and a text", n)
		}
		c, err := unmark(strings.ReplaceAll(text, `\n`, "\n"))
		if err != nil {
			t.Fatalf("pii.tsv:%d: %v", n, err)
		}
		c.line = n
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// unmark takes the marks out of a text and notes where they stood.
func unmark(marked string) (piiCase, error) {
	var c piiCase
	var text strings.Builder
	for {
		before, rest, ok := strings.Cut(marked, "⟦")
		text.WriteString(before)
		if !ok {
			c.text = text.String()
			return c, nil
		}
		span, after, closed := strings.Cut(rest, "⟧")
		kind, span, named := strings.Cut(span, ":")
		if !closed || !named || span == "" {
			return c, fmt.Errorf("a mark does not close or names no kind")
		}
		start := utf8.RuneCountInString(text.String())
		c.want = append(c.want, analyzer.PII{Kind: kind, Start: start, End: start + utf8.RuneCountInString(span)})
		text.WriteString(span)
		marked = after
	}
}

// The least recall and precision of a kind, and the least number of cases.
const (
	leastRecall    = 0.99
	leastPrecision = 0.95
	leastCases     = 1000
)

func TestPII(t *testing.T) {
	cases := readPII(t)
	if len(cases) < leastCases {
		t.Fatalf("%d cases, want %d", len(cases), leastCases)
	}
	a := builtin(t)
	type tally struct{ want, got, right int }
	kinds := map[string]*tally{}
	for _, k := range []string{analyzer.PIIEmail, analyzer.PIICard, analyzer.PIINationalID, analyzer.PIIPhone, analyzer.PIIAccount} {
		kinds[k] = &tally{}
	}
	for _, c := range cases {
		want, got := map[analyzer.PII]bool{}, map[analyzer.PII]bool{}
		for _, p := range c.want {
			if kinds[p.Kind] == nil {
				t.Fatalf("pii.tsv:%d: unknown kind %q", c.line, p.Kind)
			}
			want[p] = true
			kinds[p.Kind].want++
		}
		runes := []rune(c.text)
		for _, p := range a.Analyze(analyzer.Input{Text: c.text}).PII {
			got[p] = true
			kinds[p.Kind].got++
			if want[p] {
				kinds[p.Kind].right++
			} else {
				t.Logf("pii.tsv:%d: %s %q is none in %q", c.line, p.Kind, string(runes[p.Start:p.End]), c.text)
			}
		}
		for _, p := range c.want {
			if !got[p] {
				t.Logf("pii.tsv:%d: %s %q is missed in %q", c.line, p.Kind, string(runes[p.Start:p.End]), c.text)
			}
		}
	}
	for kind, k := range kinds {
		recall, precision := float64(k.right)/float64(k.want), float64(k.right)/float64(k.got)
		t.Logf("%-12s recall %.4f of %d, precision %.4f of %d", kind, recall, k.want, precision, k.got)
		if !(recall >= leastRecall) || !(precision >= leastPrecision) {
			t.Errorf("%s: recall %.4f and precision %.4f, want %.2f and %.2f", kind, recall, precision, leastRecall, leastPrecision)
		}
	}
}

// TestPIIPlaces: the span counts code points in its own field, an invalid byte as one.
func TestPIIPlaces(t *testing.T) {
	a := builtin(t)
	for _, c := range []struct {
		in   analyzer.Input
		want []analyzer.PII
	}{
		{analyzer.Input{Title: "Gọi 0912345678", Text: "mail lan@example.com, số 0987654321"}, []analyzer.PII{
			{Field: "title", Kind: "phone", Start: 4, End: 14}, {Kind: "email", Start: 5, End: 20}, {Kind: "phone", Start: 25, End: 35}}},
		{analyzer.Input{Text: "\xff\xfegọ̣i (0912345678) 😡 lan@example.com"}, []analyzer.PII{
			{Kind: "phone", Start: 8, End: 18}, {Kind: "email", Start: 22, End: 37}}},
		{analyzer.Input{Text: "0912345678@example.com"}, []analyzer.PII{{Kind: "email", Start: 0, End: 22}}},
		{analyzer.Input{Text: "0912345678 (at) gmail.com"}, []analyzer.PII{{Kind: "email", Start: 0, End: 25}}},
		{analyzer.Input{Text: "sđt 0912345678, email:lan@example.com. stk 0071001234567"}, []analyzer.PII{
			{Kind: "phone", Start: 4, End: 14}, {Kind: "email", Start: 22, End: 37}, {Kind: "bank_account", Start: 43, End: 56}}},
		{analyzer.Input{Text: "> số 0912345678\ncảm ơn"}, []analyzer.PII{{Kind: "phone", Start: 5, End: 15}}},
		{analyzer.Input{Text: "không có gì"}, []analyzer.PII{}},
	} {
		if got := a.Analyze(c.in).PII; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %v, want %v", c.in.Text, got, c.want)
		}
	}
}
