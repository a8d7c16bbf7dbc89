package analyzer_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
)

type languageCase struct {
	line             int
	lang, kind, text string
}

// want is the code an Analysis gives: ours by name, every other language as none.
func (c languageCase) want() string {
	if c.lang == "vi" || c.lang == "en" {
		return c.lang
	}
	return "und"
}

func languageCases(tb testing.TB) []languageCase {
	tb.Helper()
	f, err := os.Open("../testdata/language.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var out []languageCase
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		cells := strings.Split(scan.Text(), "\t")
		if len(cells) != 3 {
			tb.Fatalf("language.tsv:%d: %d columns, want 3", n, len(cells))
		}
		if n > 1 {
			out = append(out, languageCase{n, cells[0], cells[1], cells[2]})
		}
	}
	if err := scan.Err(); err != nil {
		tb.Fatal(err)
	}
	return out
}

// languageGolden is the share of each kind of case that is read right at least.
var languageGolden = map[string]float64{
	"vi accented": 1, "vi bare": 1, "vi teencode": 1, "vi mixed": 0.95,
	"en short": 1, "en typo": 1, "en name": 1, "en loan": 1,
	"und feedback": 0.95, "und sentence": 1, "und short": 1, "und script": 1, "und nothing": 1,
}

func TestLanguages(t *testing.T) {
	a := builtin(t)
	wrong, n, languages := map[string]int{}, map[string]int{}, map[string]bool{}
	cases := languageCases(t)
	for _, c := range cases {
		kind := c.want() + " " + c.kind
		languages[c.lang] = true
		n[kind]++
		if l := a.Analyze(analyzer.Input{Text: c.text}).Language; l.Code != c.want() {
			wrong[kind]++
			t.Logf("language.tsv:%d: %s %q: got %s %.2f", c.line, c.lang, c.text, l.Code, l.Confidence)
		}
	}
	for kind := range n {
		least, ok := languageGolden[kind]
		if got := 1 - float64(wrong[kind])/float64(n[kind]); got < least || !ok {
			t.Errorf("%s: %.3f of %d right, want %.3f", kind, got, n[kind], least)
		}
	}
	if len(cases) < 250 || len(languages) < 20 {
		t.Errorf("%d cases in %d languages, want 250 in 20 at least", len(cases), len(languages))
	}
}

// TestLanguageOfWriting: neither capitals nor decomposed letters are another language. Capitals lose the dot of the Turkish i, so those
// cases keep their case.
func TestLanguageOfWriting(t *testing.T) {
	a := builtin(t)
	read := func(text string) analyzer.Language { return a.Analyze(analyzer.Input{Text: text}).Language }
	same := func(c languageCase, how, text string) {
		t.Helper()
		got, want := read(text), read(c.text)
		if got.Code != want.Code || got.Confidence != want.Confidence || got.Mix["vi"] != want.Mix["vi"] {
			t.Errorf("language.tsv:%d: %s: %q is %+v, %q is %+v", c.line, how, text, got, c.text, want)
		}
	}
	for _, c := range languageCases(t) {
		same(c, "NFD", norm.NFD.String(c.text))
		if strings.Contains(c.text, ":") || c.kind == "script" || c.lang == "tr" { // addresses, emoticons and scripts have their own cases
			continue
		}
		same(c, "upper", strings.ToUpper(c.text))
		same(c, "lower", strings.ToLower(c.text))
	}
}

func TestLanguageOfSentences(t *testing.T) {
	a := builtin(t)
	f := func(text string, want ...string) {
		t.Helper()
		var got []string
		for _, s := range a.Analyze(analyzer.Input{Text: text}).Sentences {
			got = append(got, s.Language)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	f("Phòng đẹp lắm. The staff was friendly and helpful.", "vi", "en")
	f("giao hang cham qua. Not happy with the service at all.", "vi", "en")
	f("I asked them twice about it. Gracias por todo, muchas gracias. They never answered my question.", "en", "und", "en")
	f("Gracias por todo, muchas gracias.", "und")
	f("Máy dùng tốt, pin lâu. ok.", "vi", "vi") // what says little by itself is the text's language
}

func TestLanguageMix(t *testing.T) {
	a := builtin(t)
	f := func(text, code string, low, high float64) {
		t.Helper()
		l := a.Analyze(analyzer.Input{Text: text}).Language
		if l.Code != code || l.Mix["vi"] < low || l.Mix["vi"] > high {
			t.Errorf("%q: got %s with %.2f Vietnamese, want %s with %g to %g", text, l.Code, l.Mix["vi"], code, low, high)
		}
	}
	f("Giao hàng nhanh, đóng gói cẩn thận", "vi", 1, 1)
	f("The delivery was quick and careful", "en", 0, 0.1)
	f("Dashboard load chậm, filter theo ngày bị lỗi", "vi", 0.5, 0.9)
	f("The phở at this place is better than in Hà Nội", "en", 0.05, 0.5)
}

func TestLanguageHint(t *testing.T) {
	a := builtin(t)
	for _, c := range languageCases(t) {
		for _, hint := range []string{"vi", "en"} {
			if l := a.Analyze(analyzer.Input{Text: c.text, Lang: hint}).Language; l.Code != c.want() && l.Confidence > 0.6 && a.Analyze(analyzer.Input{Text: c.text}).Language.Code == c.want() {
				t.Errorf("%q with hint %s: got %s; a hint breaks ties only", c.text, hint, l.Code)
			}
		}
	}
}
