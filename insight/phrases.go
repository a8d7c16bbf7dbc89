package insight

import (
	"cmp"
	"math"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// The sets of texts that phrases are compared between, as bits of Texts.Sets.
const (
	InSet  uint8 = 1 << iota // what is asked about
	InRest                   // what it is held against
)

// Phrases are how many voices say each term, in the set and in the rest.
type Phrases struct {
	table []phraseCount
	used  int
	Set   int // voices in the set
	Rest  int // voices in the rest
}

type phraseCount struct {
	key            uint32
	inSet, inRest  int32
	lastSet, lastR int32 // the last voice counted, from 1; both 0 in a free place
}

// CountPhrases counts the voices behind every term. O(n) in the terms of all texts.
func CountPhrases(h *Heard) *Phrases {
	p := &Phrases{table: make([]phraseCount, 1<<12)}
	for at := 0; at < len(h.order); {
		voice, seen := h.voices[h.order[at]], uint8(0)
		for ; at < len(h.order) && h.voices[h.order[at]] == voice; at++ {
			i := int(h.order[at])
			sets := h.Sets[i] & (InSet | InRest)
			if sets == 0 {
				continue
			}
			seen |= sets
			for _, key := range h.TermsOf(i) {
				c := p.at(key)
				if sets&InSet != 0 && c.lastSet != voice+1 {
					c.lastSet = voice + 1
					c.inSet++
				}
				if sets&InRest != 0 && c.lastR != voice+1 {
					c.lastR = voice + 1
					c.inRest++
				}
			}
		}
		p.Set += int(seen & InSet)
		p.Rest += int(seen & InRest >> 1)
	}
	return p
}

// at gives the place of a key, making one.
func (p *Phrases) at(key uint32) *phraseCount {
	mask := uint32(len(p.table) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		c := &p.table[i]
		if c.key == key && (c.lastSet|c.lastR) != 0 {
			return c
		}
		if c.lastSet|c.lastR == 0 {
			c.key = key // whoever asks counts, so that the place is not free any more
			p.used++
			if 2*p.used > len(p.table) {
				p.grow()
				return p.at(key)
			}
			return c
		}
	}
}

func (p *Phrases) grow() {
	old := p.table
	p.table, p.used = make([]phraseCount, 2*len(old)), 0
	mask := uint32(len(p.table) - 1)
	for _, c := range old {
		if c.lastSet|c.lastR == 0 {
			continue
		}
		i := c.key & mask
		for p.table[i].lastSet|p.table[i].lastR != 0 {
			i = (i + 1) & mask
		}
		p.table[i] = c
		p.used++
	}
}

// Count gives how many voices of the set and of the rest say a term.
func (p *Phrases) Count(key uint32) (inSet, inRest int) {
	mask := uint32(len(p.table) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		c := &p.table[i]
		switch {
		case c.lastSet|c.lastR == 0:
			return 0, 0
		case c.key == key:
			return int(c.inSet), int(c.inRest)
		}
	}
}

// The association from which two words are a phrase: more than chance by the 5 % point of G², and by a tenth of all there can be.
const (
	leastG2   = 3.84
	leastNPMI = 0.1
)

// Collocated tells whether more voices say a pair than chance would bring its words together, where both are also counted by themselves.
func (p *Phrases) Collocated(pair uint32, parts [2]uint32) bool {
	both := func(key uint32) int {
		inSet, inRest := p.Count(key)
		return inSet + inRest
	}
	joint, a, b, n := both(pair), both(parts[0]), both(parts[1]), p.Set+p.Rest
	if a == 0 || b == 0 { // a word that is no theme by itself is not counted
		return true
	}
	a, b = max(a, joint), max(b, joint) // spelled otherwise, a part has another key
	npmi := stats.NPMI(joint, a, b, n)
	return npmi == 1 || npmi >= leastNPMI && stats.G2(joint, a, b, n) >= leastG2 // what all say has nothing to be told from
}

// Contrast is how much more often a set says something than the rest does.
type Contrast struct {
	N     int     // voices of the set that say it
	Rest  int     // voices of the rest
	Delta float64 // log-odds ratio with an informative prior
	Sigma float64
	Z     float64
	P     float64 // one-sided, of no excess
}

// Phrase is a term with its contrast.
type Phrase struct {
	Key uint32
	Contrast
}

// contrast compares counts of a set of voices with those of the rest. The prior is what both say, weighed as a twentieth of all voices,
// at least 10 and at most 500: enough to hold rare terms back, too little to flatten a small sample.
func contrast(inSet, inRest, set, rest int) Contrast {
	c := Contrast{N: inSet, Rest: inRest}
	total := set + rest
	strength := min(max(float64(total)/20, 10), 500)
	share := (float64(inSet+inRest) + 0.5) / (float64(total) + 1)
	c.Delta, c.Sigma = stats.LogOdds(
		stats.Mentions{Said: float64(inSet), Of: float64(set)}, stats.Mentions{Said: float64(inRest), Of: float64(rest)}, share, strength)
	c.Z = c.Delta / c.Sigma
	c.P = 1 - stats.NormalCDF(c.Z)
	return c
}

// Distinct gives the terms that at least least voices of the set say, the most distinct for it first and at most most; without a rest the
// most frequent first. tests is how many terms were compared, for the control of false discoveries.
func (p *Phrases) Distinct(least, most int) (out []Phrase, tests int) {
	for i := range p.table {
		c := &p.table[i]
		if c.lastSet|c.lastR == 0 || int(c.inSet) < max(least, 1) {
			continue
		}
		tests++
		f := Phrase{Key: c.key, Contrast: contrast(int(c.inSet), int(c.inRest), p.Set, p.Rest)}
		if p.Rest > 0 && f.Delta <= 0 {
			continue
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Phrase) int {
		if p.Rest == 0 {
			return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key))
		}
		return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key))
	})
	return out[:min(len(out), most)], tests
}

// adjusted gives the Benjamini–Hochberg adjustment of ascending p-values of which only the least were kept of tests.
func adjusted(p []float64, tests int) []float64 {
	out := make([]float64, len(p))
	least := 1.0
	for i := len(p) - 1; i >= 0; i-- {
		least = min(least, p[i]*float64(max(tests, len(p)))/float64(i+1))
		out[i] = least
	}
	return out
}

// odds gives the ratio of odds with its interval.
func (c Contrast) odds(confidence float64) (ratio float64, interval stats.Interval) {
	z := stats.TwoSided(confidence)
	bounded := func(v float64) float64 { return math.Exp(min(max(v, -20), 20)) }
	return bounded(c.Delta), stats.Interval{Low: bounded(c.Delta - z*c.Sigma), High: bounded(c.Delta + z*c.Sigma)}
}
