package analyzer_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
)

// TestEveryTopic reads three sentences a topic and language, each of which must be sure to be about its topic.
func TestEveryTopic(t *testing.T) {
	a := builtin(t)
	for _, lang := range []string{"en", "vi"} {
		name := filepath.Join("../testdata/topics", lang+".tsv")
		count := map[string]int{}
		for n, line := range lines(t, name)[1:] {
			topic, text, ok := strings.Cut(line, "\t")
			if !ok || !slices.Contains(a.Topics(), topic) {
				t.Fatalf("%s:%d: %q is no topic and text", name, n+2, line)
			}
			count[topic]++
			got := a.Analyze(analyzer.Input{Text: text}).Topics
			if !slices.ContainsFunc(got, func(tp analyzer.Topic) bool { return tp.Sure && tp.ID == topic }) {
				t.Errorf("%s:%d: %q is not sure to be about %s", name, n+2, text, topic)
			}
		}
		for _, topic := range a.Topics() {
			if count[topic] < 3 {
				t.Errorf("%s: %s has %d sentences, want 3", name, topic, count[topic])
			}
		}
	}
}
