package analyzer_test

import (
	"os"
	"testing"

	"github.com/thau-cx/thau/analyzer/learn"
)

// fewestCases is how many cases make a behaviour: fewer are an anecdote.
const fewestCases = 6

func readBehaviours(t *testing.T) []learn.Behaviour {
	t.Helper()
	out, err := learn.ReadBehaviours(os.DirFS(behaviours))
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("no behaviour in %s", behaviours)
	}
	for _, b := range out {
		if len(b.Cases) < fewestCases {
			t.Errorf("%s: %s: %d cases, want %d at least", b.File, b.Name, len(b.Cases), fewestCases)
		}
	}
	return out
}
