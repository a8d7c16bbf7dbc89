package analyzer_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
)

// The marks of a case file: a case is a title line (may be missing), the text, a line of ten hyphens, then what is expected, one a line,
// up to a line of ten equals signs.
const (
	caseTitle  = "title: "
	caseExpect = "----------"
	caseEnd    = "=========="
)

type phraseCase struct {
	line        int
	title, text string
	want        []string
}

// readPhrases reads testdata/phrases.txt. The comment before the first case is given back for -update.
func readPhrases(t *testing.T) (comment string, cases []phraseCase) {
	t.Helper()
	b, err := os.ReadFile("testdata/phrases.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	n := 0
	for n < len(lines) && strings.HasPrefix(lines[n], "#") {
		comment += lines[n] + "\n"
		n++
	}
	c, expecting := phraseCase{line: n + 1}, false
	var text []string
	for ; n < len(lines); n++ {
		switch l := lines[n]; {
		case l == caseEnd && expecting:
			c.text = strings.Join(text, "\n")
			cases = append(cases, c)
			c, text, expecting = phraseCase{line: n + 2}, nil, false
		case l == caseExpect && !expecting:
			expecting = true
		case expecting:
			c.want = append(c.want, l)
		case len(text) == 0 && strings.HasPrefix(l, caseTitle):
			c.title = strings.TrimPrefix(l, caseTitle)
		default:
			text = append(text, l)
		}
	}
	if expecting || len(text) > 1 {
		t.Fatalf("phrases.txt:%d: the case does not end", c.line)
	}
	return comment, cases
}

// phraseList writes key phrases out: their span and text.
func phraseList(an analyzer.Analysis) []string {
	var out []string
	for _, k := range an.KeyPhrases {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d-%d %s", k.Field, k.Start, k.End, k.Text)))
	}
	return out
}

func TestKeyPhrases(t *testing.T) {
	comment, cases := readPhrases(t)
	if len(cases) < 40 {
		t.Fatalf("%d cases, want 40", len(cases))
	}
	a := builtin(t)
	var file strings.Builder
	file.WriteString(comment)
	for _, c := range cases {
		in := analyzer.Input{Title: c.title, Text: c.text, Phrases: true}
		an := a.Analyze(in)
		check(t, in, an)
		got := phraseList(an)
		if !*update && strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("phrases.txt:%d: %q:\ngot  %q\nwant %q", c.line, c.text, got, c.want)
		}
		if c.title != "" {
			file.WriteString(caseTitle + c.title + "\n")
		}
		file.WriteString(strings.Join(append(append([]string{c.text, caseExpect}, got...), caseEnd), "\n") + "\n")
	}
	if *update {
		if err := os.WriteFile("testdata/phrases.txt", []byte(file.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// hostile are texts on which a tagger may fall over: bytes that are no UTF-8, letters whose lower case is longer, runs without end.
var hostile = []string{
	"\xff\xfe's", "the \xff\xfe's room was cold", "ȺȺȺȺ's", "the ȺȺȺȺ's staff was rude", "ſ's K's İ's",
	strings.Repeat("!", 8000), "bad service" + strings.Repeat("!?", 4000), strings.Repeat("'", 5000) + " the room", "the " + strings.Repeat("'s", 3000),
	"the “smart” ‘quotes’ of the hotel’s front desk", "hàng(đẹp),giá/rẻ;ok the delivery(fast),price/cheap;ok", strings.Repeat("n't", 2000),
	"- the - room -", "room\x00service was bad", "a\u0301\u0301\u0301 room service", "the-" + strings.Repeat("very-", 3000) + "long name",
	strings.Repeat("x", 10000) + " service desk", "the " + strings.Repeat("(", 4000) + "room service", "0 0 0 the -LRB- room", "customer\u200bservice desk",
}

func TestHostilePhrases(t *testing.T) {
	a := builtin(t)
	for _, text := range hostile {
		in := analyzer.Input{Title: text, Text: text, Phrases: true}
		start := time.Now()
		check(t, in, a.Analyze(in))
		if took := time.Since(start); took > 3*time.Second { // the first one reads the models
			t.Errorf("%.40q takes %v", text, took)
		}
	}
}

func TestConcurrentPhrases(t *testing.T) {
	a := builtin(t)
	texts := append(append(append([]string{}, shortEnglish...), shortVietnamese...), hostile...)
	want := make([]string, len(texts))
	for i, text := range texts {
		want[i] = strings.Join(phraseList(a.Analyze(analyzer.Input{Text: text, Phrases: true})), "|")
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range texts {
				j := (i*7 + w*5) % len(texts)
				if got := strings.Join(phraseList(a.Analyze(analyzer.Input{Text: texts[j], Phrases: true})), "|"); got != want[j] {
					t.Errorf("%q: %s, alone %s", texts[j], got, want[j])
				}
			}
		})
	}
	wg.Wait()
}

func TestNoPhrasesUnlessAsked(t *testing.T) {
	if got := builtin(t).Analyze(analyzer.Input{Text: "Giao hàng chậm, the customer service is bad"}).KeyPhrases; got != nil {
		t.Errorf("%v without being asked", got)
	}
}

func BenchmarkKeyPhrases(b *testing.B) {
	a := builtin(b)
	for _, c := range []struct {
		name  string
		texts []string
	}{
		{"en/90", shortEnglish}, {"vi/90", shortVietnamese}, {"en/3800", long(shortEnglish, 3800)}, {"vi/3800", long(shortVietnamese, 5000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			a.Analyze(analyzer.Input{Text: c.texts[0], Phrases: true}) // reads the models
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a.Analyze(analyzer.Input{Text: c.texts[i%len(c.texts)], Phrases: true})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}
