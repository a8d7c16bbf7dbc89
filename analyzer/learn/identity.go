package learn

import (
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// identities lists the features with a word in them for who somebody is: no learned sentiment holds that for or against anybody.
func (l *lesson) identities(c *corpus) []int32 {
	if l.Task != lexicons.Sentiment {
		return nil
	}
	words := map[string]bool{}
	for _, list := range l.lex.Identity {
		for _, w := range list {
			words[w], words[analyzer.Fold(w)] = true, true
		}
	}
	var out []int32
	for j, name := range c.names {
		switch kind, rest, _ := strings.Cut(name, ":"); kind {
		case "w", "f", "k":
			if slices.ContainsFunc(strings.Fields(rest), func(w string) bool { return words[w] }) {
				out = append(out, int32(j))
			}
		}
	}
	return out
}
