package analyzer

import (
	"os"
	"strings"
	"testing"

	"github.com/thau-cx/thau/lexicons"
)

// BenchmarkDetect measures how long a text takes from its bytes to its language; the count of votes alone is a small part of it.
func BenchmarkDetect(b *testing.B) {
	lex, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	m, err := newModel(lex)
	if err != nil {
		b.Fatal(err)
	}
	file, err := os.ReadFile("../testdata/language.tsv")
	if err != nil {
		b.Fatal(err)
	}
	texts := map[string][]string{}
	for line := range strings.Lines(string(file)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		kind := "other"
		if cells[0] == "vi" || cells[0] == "en" {
			kind = cells[0]
		}
		texts[kind] = append(texts[kind], cells[2])
	}
	for _, kind := range []string{"vi", "en", "other"} {
		b.Run(kind, func(b *testing.B) {
			s := &scratch{model: m}
			words := 0
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				s.reset()
				s.texts[fieldText] = texts[kind][i%len(texts[kind])]
				s.scan(s.texts[fieldText], fieldText)
				s.resolve("")
				words += len(s.units)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(words), "ns/word")
		})
	}
}
