package analyzer_test

import (
	"os"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// learnedFrom learns an overlay from a column of our own Vietnamese sentences.
func learnedFrom(b *testing.B, lex *lexicons.Lexicon, task lexicons.Task, column int) *lexicons.Overlay {
	b.Helper()
	file, err := os.ReadFile("../testdata/sentences/vi.tsv")
	if err != nil {
		b.Fatal(err)
	}
	var examples []learn.Example
	for line := range strings.SplitSeq(strings.TrimSpace(string(file)), "\n") {
		if cells := strings.Split(line, "\t"); len(cells) > 4 && len(examples) < 3000 {
			examples = append(examples, learn.Example{Text: cells[4], Labels: []string{cells[column]}})
		}
	}
	o, card, err := learn.Learn(b.Context(), lex, examples[1:], nil, learn.Options{Name: string(task), Task: task, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	if o == nil {
		b.Fatal(card.Reason)
	}
	return o
}

// BenchmarkLearned reads texts without and with learned overlays: what an overlay costs is the difference.
func BenchmarkLearned(b *testing.B) {
	lex, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	topics := learnedFrom(b, lex, lexicons.Topics, 1)
	intents := learnedFrom(b, lex, lexicons.Intents, 3)
	for _, c := range []struct {
		name     string
		overlays []*lexicons.Overlay
	}{{"none", nil}, {"topics", []*lexicons.Overlay{topics}}, {"topics+intents", []*lexicons.Overlay{topics, intents}}} {
		laid, err := lex.With(c.overlays...)
		if err != nil {
			b.Fatal(err)
		}
		a, err := analyzer.New(laid)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var out []byte
			for i := 0; b.Loop(); i++ {
				out = a.AppendAnalysis(out[:0], analyzer.Input{Text: shortVietnamese[i%len(shortVietnamese)]})
			}
		})
	}
}
