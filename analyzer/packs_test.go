package analyzer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// TestPacks reads the texts of testdata/packs.tsv with their industry pack: the topic is sure with it, and unknown without. At least nine of
// ten must be; which are not is named.
func TestPacks(t *testing.T) {
	base, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	readers := map[string]*analyzer.Analyzer{}
	for _, name := range lexicons.PackNames() {
		pack, err := lexicons.BuiltinPack(name)
		if err != nil {
			t.Fatal(err)
		}
		lex, err := base.With(pack)
		if err != nil {
			t.Fatal(err)
		}
		if readers[name], err = analyzer.New(lex); err != nil {
			t.Fatal(err)
		}
	}
	known := builtin(t).Topics()
	rows := lines(t, "../testdata/packs.tsv")[1:]
	if len(rows) < 100 {
		t.Fatalf("only %d rows", len(rows))
	}
	met, missed := map[string]bool{}, []string{}
	for n, line := range rows {
		f := strings.Split(line, "\t")
		if len(f) != 3 || readers[f[0]] == nil || slices.Contains(known, f[1]) {
			t.Fatalf("testdata/packs.tsv:%d: %q is no row of a pack, a topic of its own and a text", n+2, line)
		}
		met[f[0]] = true
		got := readers[f[0]].Analyze(analyzer.Input{Text: f[2]})
		if !slices.ContainsFunc(got.Topics, func(topic analyzer.Topic) bool { return topic.ID == f[1] && topic.Sure }) {
			missed = append(missed, line)
		}
	}
	if len(met) != len(readers) {
		t.Errorf("only the packs %v have rows", met)
	}
	if 10*len(missed) > len(rows) {
		t.Errorf("%d of %d rows are read without their topic:\n%s", len(missed), len(rows), strings.Join(missed, "\n"))
	}
	t.Logf("%d of %d read; missed:\n%s", len(rows)-len(missed), len(rows), strings.Join(missed, "\n"))
}
