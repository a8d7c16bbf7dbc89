package segment_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/scorecard anew")

func golden(t testing.TB) []string { return lines(t, "testdata/feedback.txt") }

func lines(t testing.TB, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range strings.Lines(string(b)) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// score gives word F1 in percent: a word counts where both sides begin and end it at the same places.
func score(t testing.TB, text []string, change func(string) string) float64 {
	gold, found, both := 0, 0, 0
	for _, l := range text {
		s := parse(l)
		join := s.as(change).join(builtin())
		for i := range join {
			if !s.gold[i] {
				gold++
			}
			if !join[i] {
				found++
			}
			if s.gold[i] || join[i] {
				continue
			}
			j := i + 1
			for j < len(join) && s.gold[j] && join[j] {
				j++
			}
			if j == len(join) || !s.gold[j] && !join[j] {
				both++
			}
		}
	}
	return 200 * float64(both) / float64(gold+found)
}

func scores(t testing.TB, name string, text []string) string {
	var b strings.Builder
	for _, c := range []struct {
		name   string
		change func(string) string
	}{
		{"as written", func(s string) string { return s }},
		{"no diacritics", strip},
		{"lower case", strings.ToLower},
		{"upper case", strings.ToUpper},
	} {
		fmt.Fprintf(&b, "%s\t%s\t%.2f\n", name, c.name, score(t, text, c.change))
	}
	return b.String()
}

// TestScorecard holds the quality to testdata/scorecard. The treebank's dev part is measured where the data sets are.
func TestScorecard(t *testing.T) {
	got := scores(t, "feedback", golden(t))
	dir := os.Getenv("TESTSETS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file := filepath.Join(dir, "vi", "ws_ud_vtb_dev.txt")
	_, err := os.Stat(file)
	measured := err == nil
	if measured {
		got += scores(t, "ud_vtb_dev", lines(t, file))
	} else {
		t.Logf("%s is absent: the treebank is not measured", file)
	}
	const card = "testdata/scorecard"
	if *update && measured {
		if err := os.WriteFile(card, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(card)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(want), got) {
		t.Errorf("the scorecard changed (-update writes it anew):\n%s\nwas\n%s", got, want)
	}
}
