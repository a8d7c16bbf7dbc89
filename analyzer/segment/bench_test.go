package segment_test

import (
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
)

func benchmark(b *testing.B, change func(string) string) {
	seg := builtin()
	var texts [][]segment.Syllable
	size, longest := 0, 0
	for _, l := range golden(b) {
		s := parse(l).as(change)
		texts = append(texts, s.syllables())
		size += len(strings.Join(s.typed, " "))
		longest = max(longest, len(s.typed))
	}
	join := make([]bool, longest)
	var scratch segment.Scratch
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range texts {
			seg.Join(t, join[:len(t)], &scratch)
		}
	}
}

// BenchmarkJoin segments varied short texts one by one; the bytes are those of the texts as typed.
func BenchmarkJoin(b *testing.B) { benchmark(b, func(s string) string { return s }) }

func BenchmarkJoinPlain(b *testing.B) { benchmark(b, strip) }

// BenchmarkNew loads the built-in lists and model.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := segment.New(lexicons.Segment()); err != nil {
			b.Fatal(err)
		}
	}
}
