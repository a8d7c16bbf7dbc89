package index

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/thau-cx/thau/analyzer"
)

//go:embed synonyms.txt
var synonymSets string

// synonymTable knows the sets that terms are of: by the terms themselves, and without marks those of several syllables, and those that have none.
type synonymTable struct {
	sets    [][]string
	byTerm  map[string][]int
	longest int // words of a term
}

// synonyms is read when it is first asked for.
var synonyms = sync.OnceValue(func() *synonymTable {
	t := &synonymTable{byTerm: map[string][]int{}}
	for line := range strings.SplitSeq(synonymSets, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		set := strings.Split(line, "\t")
		for _, term := range set {
			t.byTerm[term] = append(t.byTerm[term], len(t.sets))
			t.longest = max(t.longest, len(strings.Fields(term)))
			if bare := analyzer.Fold(term); bare != term && strings.Contains(term, " ") {
				t.byTerm[bare] = append(t.byTerm[bare], len(t.sets))
			}
		}
		t.sets = append(t.sets, set)
	}
	return t
})

// maxSynonyms bounds what is added to a query.
const maxSynonyms = 24

// of gives other terms for those that words side by side say, as the query language writes them, the longest terms first found.
func (t *synonymTable) of(words []string) (out []string) {
	stems := map[string]bool{} // a stem finds all its forms
	for i := range words {
		words[i] = strings.ToLower(words[i])
		stems[analyzer.Stem(words[i])] = true
	}
	for at := 0; at < len(words); {
		size := 1
		for n := min(t.longest, len(words)-at); n > 0; n-- {
			term := strings.Join(words[at:at+n], " ")
			sets := t.byTerm[term]
			if len(sets) == 0 {
				continue
			}
			for _, set := range sets {
				for _, other := range t.sets[set] {
					stem := analyzer.Stem(other)
					if other == term || stems[stem] {
						continue
					}
					stems[stem] = true
					if strings.Contains(other, " ") {
						other = `"` + other + `"`
					}
					out = append(out, other)
				}
			}
			size = n
			break
		}
		at += size
	}
	return out[:min(len(out), maxSynonyms)]
}
