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

// wording is words side by side, with other terms for them as the query language writes them.
type wording struct {
	from, to int
	others   []string
}

// of gives other terms for those that words side by side say.
func (t *synonymTable) of(words []string) (out []string) {
	for _, s := range t.wordings(words) {
		out = append(out, s.others...)
	}
	return out[:min(len(out), maxSynonyms)]
}

// wordings cuts words into terms of sets, the longest first, and words of none.
func (t *synonymTable) wordings(words []string) (out []wording) {
	stems := map[string]bool{} // a stem finds all its forms
	lower := make([]string, len(words))
	for i := range words {
		lower[i] = strings.ToLower(words[i])
		stems[analyzer.Stem(lower[i])] = true
	}
	for at := 0; at < len(lower); {
		s := wording{from: at, to: at + 1}
		for n := min(t.longest, len(lower)-at); n > 0; n-- {
			term := strings.Join(lower[at:at+n], " ")
			sets := t.byTerm[term]
			if len(sets) == 0 {
				continue
			}
			s.to = at + n
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
					s.others = append(s.others, other)
				}
			}
			break
		}
		out = append(out, s)
		at = s.to
	}
	return out
}
