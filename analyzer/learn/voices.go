package learn

import (
	"cmp"
	"slices"
)

// An overlay must not tell what one person wrote: it outlives their erasure, and it may be handed on. So only what several people say is
// weighed.

// leastVoices is how many people must have said a feature for it to be weighed. Where it is not known who wrote a text, it counts as
// somebody's of its own, and the same text twice as one's.
const leastVoices = 3

// voice is who wrote a text, as far as is known.
func (e *Example) voice() string {
	if e.Customer != "" {
		return "customer " + e.Customer
	}
	return "text " + e.key()
}

// voicesOf counts who said each feature, given the features of the examples.
func voicesOf(examples []Example, features [][]uint64) map[uint64]int32 {
	type text struct {
		voice string
		at    int
	}
	texts := make([]text, len(examples))
	for i := range examples {
		texts[i] = text{examples[i].voice(), i}
	}
	slices.SortFunc(texts, func(a, b text) int { return cmp.Or(cmp.Compare(a.voice, b.voice), a.at-b.at) })
	out := map[uint64]int32{}
	last := map[uint64]int{} // feature → the voice that it was counted for last
	voice := 0
	for i, t := range texts {
		if i == 0 || t.voice != texts[i-1].voice {
			voice++
		}
		for _, h := range features[t.at] {
			if last[h] != voice {
				last[h] = voice
				out[h]++
			}
		}
	}
	return out
}
