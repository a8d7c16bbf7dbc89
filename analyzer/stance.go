package analyzer

import "math"

// How surely a sentence judges
//
// Not every sentence with a good or bad word in it is an opinion: customers ask, report and weigh things against each other, in good and
// bad words. A fitted term has, beside its weight, a stance: how much surer (above 0) or less sure (below) its sentence says an opinion.
// The stances of a sentence's terms add up to s, and all that its words contribute is multiplied by about e^s, so that what is hardly
// said weighs hardly anything. Emoji and ratings are opinions whatever stands beside them.
const (
	leastStance = 0.2
	mostStance  = 1.5
)

// StanceFactor gives what a stance multiplies by: e^s by its first terms, which every machine computes alike, within bounds.
func StanceFactor(s float64) float64 {
	m := math.Abs(s)
	f := 1 + float64(m) + float64(float64(m*m)/2)
	if s < 0 {
		return max(1/f, leastStance)
	}
	return min(f, mostStance)
}

// stand applies the stance of each sentence to its items and fitted terms. What is said of each thing, phrase by phrase, it leaves as it is.
func (s *scratch) stand() {
	i, j := 0, 0
	for si := range s.sentences {
		st := &s.sentences[si]
		from := j
		sum := int64(0)
		for j < len(s.weights) && s.weights[j].start < st.unitEnd {
			sum += s.model.entries[s.weights[j].entry].stance
			j++
		}
		if st.lang == langVietnamese && (st.question || st.asks) {
			sum += s.model.asking
		}
		factor := 1.0
		if sum != 0 {
			factor = StanceFactor(fromMicro(sum))
		}
		st.stance = factor
		st.raw = 0
		for i < len(s.items) && s.items[i].sentence == int32(si) {
			it := &s.items[i]
			if it.role == 0 {
				if factor != 1 && it.symbol < 0 && it.rules&ruleRating == 0 {
					it.value = int64(math.Round(float64(it.value) * factor))
					it.rules |= ruleStance
				}
				st.raw += it.value
			}
			i++
		}
		for k := from; k < j; k++ {
			w := &s.weights[k]
			if factor != 1 {
				w.value = int64(math.Round(float64(w.value) * factor))
				w.rules |= ruleStance
			}
			st.raw += w.value
		}
	}
}
