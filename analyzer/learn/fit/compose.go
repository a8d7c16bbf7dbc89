package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer/learn"
)

// Reviews put together for the calibration: what makes a review of many sentences neutral is not that it says little but that it says both.
const (
	composedOfEach = 30 // reviews of a domain, by what they lean to
	composedLeast  = 4  // sentences
	composedMost   = 14
	composedFacts  = 0.25 // of the sentences are neutral
	composedLean   = 0.88 // of the others say what the review leans to
	composedAgree  = 0.67 // from this share of praise on a review is positive, from this share of blame on negative
)

// compose puts reviews together of our own sentences of one domain that are wanted. The same texts give the same reviews.
func compose(texts []text, wanted func(i int) bool) []text {
	pools := map[string]*[3][]string{} // by domain, then label
	for i := range texts {
		if t := &texts[i]; wanted(i) && !t.review {
			if pools[t.domain] == nil {
				pools[t.domain] = &[3][]string{}
			}
			pool := &pools[t.domain][t.label+1]
			*pool = append(*pool, t.text)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var out []text
	for _, domain := range slices.Sorted(maps.Keys(pools)) {
		pool := pools[domain]
		if len(pool[0]) == 0 || len(pool[1]) == 0 || len(pool[2]) == 0 {
			continue
		}
		for _, praise := range []float64{1 - composedLean, 0.5, composedLean} {
			for range composedOfEach {
				out = append(out, composed(pool, praise, rng))
			}
		}
	}
	return out
}

// composed puts one review together, of whose opinions about a share praise.
func composed(pool *[3][]string, praise float64, rng *rand.Rand) text {
	var parts []string
	said := [3]float64{1, 0, 1} // one imagined opinion on each side: one sentence alone decides nothing
	for range composedLeast + rng.IntN(composedMost-composedLeast+1) {
		label := learn.Neutral
		if rng.Float64() > composedFacts {
			label = learn.Negative
			if rng.Float64() < praise {
				label = learn.Positive
			}
		}
		said[label+1]++
		part := pool[label+1][rng.IntN(len(pool[label+1]))]
		if !strings.ContainsAny(part[len(part)-1:], ".!?") {
			part += "."
		}
		parts = append(parts, part)
	}
	t := text{text: strings.Join(parts, " ")}
	switch share := said[2] / (said[0] + said[2]); {
	case share >= composedAgree:
		t.label = learn.Positive
	case share <= 1-composedAgree:
		t.label = learn.Negative
	}
	return t
}
