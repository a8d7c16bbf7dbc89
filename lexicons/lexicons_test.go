package lexicons_test

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/thau-cx/thau/lexicons"
)

func TestBuiltinIsClean(t *testing.T) {
	for i, f := range lexicons.Lint(lexicons.Files()) {
		if i == 50 {
			t.Fatal("… and more")
		}
		t.Error(f)
	}
}

// TestReadmeNamesFiles holds the table of README.md to the files that ship.
func TestReadmeNamesFiles(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(lexicons.Files(), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !bytes.Contains(readme, []byte("`"+file+"`")) && !bytes.Contains(readme, []byte("`XX/"+path.Base(file)+"`")) {
			t.Errorf("README.md does not name %s", file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBuiltinIsRich holds the least size of what ships.
func TestBuiltinIsRich(t *testing.T) {
	stats, err := lexicons.Stats(lexicons.Files())
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]int{
		"en/sentiment.tsv": 3000, "vi/sentiment.tsv": 3000, "vi/teencode.tsv": 400,
		"en/modifiers.tsv": 200, "vi/modifiers.tsv": 200, "en/urgency.tsv": 100, "vi/urgency.tsv": 100,
	}
	symbols := 0
	for _, s := range stats {
		if s.Entries < least[s.File] {
			t.Errorf("%s has %d entries, want %d at least", s.File, s.Entries, least[s.File])
		}
		if strings.HasPrefix(s.File, "shared/") {
			symbols += s.Entries
		}
	}
	if symbols < 300 {
		t.Errorf("%d emoji and emoticons, want 300 at least", symbols)
	}
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	terms := map[string]map[string]int{}
	for _, p := range lex.Topics {
		if terms[p.Label] == nil {
			terms[p.Label] = map[string]int{}
		}
		terms[p.Label][lexicons.Lang(p.Lexicon)]++
	}
	topics := 0
	for _, th := range lex.Themes {
		if !strings.Contains(th.ID, ".") {
			continue
		}
		topics++
		for _, lang := range []string{"en", "vi"} {
			if n := terms[th.ID][lang]; n < 12 {
				t.Errorf("topic %s has %d terms in %s, want 12 at least", th.ID, n, lang)
			}
		}
	}
	if topics < 40 {
		t.Errorf("%d topics of the second level, want 40 at least", topics)
	}
}

func TestLintNamesFileAndLine(t *testing.T) {
	f := func(file, content, want string) {
		t.Helper()
		faults := lexicons.Lint(fstest.MapFS{file: {Data: []byte(content)}})
		for _, fault := range faults {
			if fault.Error() == want {
				return
			}
		}
		t.Errorf("%s %q: got %v, want %s", file, content, faults, want)
	}
	const vi = "term\tvalence\tflags\n"
	f("vi/sentiment.tsv", vi+"tốt\t2\t\ntốt\t2\t\n", `vi/sentiment.tsv:3: "tốt" stands twice`)
	f("vi/sentiment.tsv", vi+"tốt\t2\t\nchậm\t-2\t\n", `vi/sentiment.tsv:3: "chậm" is out of order`)
	f("vi/sentiment.tsv", vi+"Tốt\t2\t\n", `vi/sentiment.tsv:2: "Tốt" is not lower case`)
	f("vi/sentiment.tsv", vi+"khoẻ\t2\t\n", `vi/sentiment.tsv:2: "khoẻ" has the older tone placement in "khoẻ"`)
	f("vi/sentiment.tsv", vi+"to\u0301t\t2\t\n", "vi/sentiment.tsv:2: term \"to\u0301t\" is not NFC")
	f("vi/sentiment.tsv", vi+"tốt\t9\t\n", `vi/sentiment.tsv:2: valence "9" is not a number from -4 to 4`)
	f("vi/sentiment.tsv", vi+"tốt\t2\tloud\n", `vi/sentiment.tsv:2: unknown flag "loud"`)
	f("vi/sentiment.tsv", vi+"tốt\t2\n", `vi/sentiment.tsv:2: 2 columns, want 3 (term, valence, flags)`)
	f("vi/sentiment.tsv", "word\tvalence\tflags\n", `vi/sentiment.tsv:1: header is "word\tvalence\tflags", want "term\tvalence\tflags"`)
	f("vi/modifiers.tsv", "term\trole\tvalue\nrất\tlouder\t1.3\n", `vi/modifiers.tsv:2: unknown role "louder"`)
	f("en/intents.tsv", "intent\tterm\tweight\nrage\targh\t1\n", `en/intents.tsv:2: unknown intent "rage"`)
}

// TestIdentity: who somebody is carries no weight in English, alone or in a run of words, and is no entry of sentiment. In Vietnamese a
// syllable of these is part of many other words.
func TestIdentity(t *testing.T) {
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, w := range lex.Identity["en"] {
		words[w] = true
	}
	entries := map[string]bool{} // an idiom (`old fashioned`) may be corrected
	for _, v := range lex.Sentiment {
		entries[v.Term] = true
	}
	for _, w := range lex.Weights {
		if entries[w.Term] {
			continue
		}
		for _, part := range strings.Fields(w.Term) {
			if lexicons.Lang(w.Lexicon) == "en" && words[part] {
				t.Errorf("%s: %q has the word of identity %q", w.Lexicon, w.Term, part)
			}
		}
	}
	for _, v := range lex.Sentiment {
		if lexicons.Lang(v.Lexicon) == "en" && words[v.Term] && v.Value != 0 {
			t.Errorf("%s: %q says who somebody is", v.Lexicon, v.Term)
		}
	}
}
