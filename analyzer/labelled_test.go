package analyzer_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "rewrite the golden files instead of comparing with them")

// The folders of the project's own labelled texts and of their golden files.
const (
	ownSentences = "../testdata/sentences"
	scorecards   = "../testdata/scorecard"
	behaviours   = "../testdata/behaviours"
)

// labelled is a text with what people say it means.
type labelled struct {
	Text      string         `json:"text"`
	Lang      string         `json:"lang"`
	Sentiment string         `json:"sentiment"`
	Rating    *float64       `json:"rating"`
	Topics    []string       `json:"topics"`
	Split     string         `json:"split"`
	Extra     map[string]any `json:"extra"`

	domain, style string
}

// sentences reads our own sentences that no weight was fitted on.
func sentences(t *testing.T) []labelled {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(ownSentences, "*.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	for _, name := range files {
		for n, line := range lines(t, name)[1:] {
			f := strings.Split(line, "\t")
			if len(f) != 5 {
				t.Fatalf("%s:%d: %d columns, want 5", name, n+2, len(f))
			}
			if f[0] == "held" {
				lang, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".tsv"), "_")
				out = append(out, labelled{Text: f[4], Lang: lang, Sentiment: f[3], domain: f[1], style: f[2]})
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no held-out sentence in %s", ownSentences)
	}
	return out
}

// dataFolder gives the folder of the test sets, which are not part of the project; without it the test is skipped.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TESTSETS_DIR")
	if dir == "" {
		dir = "../../shared/data"
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no test sets in %s: set TESTSETS_DIR to their folder", dir)
	}
	return dir
}

// devRows reads the dev part of a test set, the whole of it where it has no parts.
func devRows(t *testing.T, name string) []labelled {
	t.Helper()
	var out []labelled
	for n, line := range lines(t, name) {
		var row labelled
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%s:%d: %v", name, n+1, err)
		}
		if row.Split != "train" {
			out = append(out, row)
		}
	}
	return out
}

// lines reads a text file.
func lines(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		out = append(out, scan.Text())
	}
	if err := scan.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// golden compares with a golden file, or writes it when asked to.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, g := lines(t, name), strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	for i := range max(len(want), len(g)) {
		var a, b string
		if i < len(want) {
			a = want[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			t.Errorf("%s:%d:\nwant %s\ngot  %s", name, i+1, a, b)
		}
	}
	if t.Failed() {
		t.Log("if the change is meant: go test ./analyzer -run 'Scorecard|Behaviours' -update, and have the difference reviewed")
	}
}

// stripped drops the diacritics, as on a keyboard without them.
func stripped(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(text) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
