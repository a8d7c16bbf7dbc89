package stats

import "slices"

// BenjaminiHochberg gives p-values adjusted for the number of them (Benjamini & Hochberg 1995, step-up): the i-th smallest of m becomes
// min over j ≥ i of p₍ⱼ₎·m/j. Calling those at most q discoveries keeps the expected share of false ones at most q where tests are
// independent or positively dependent. The answer is in the order given, in [0, 1]; p-values are clamped to it, one that is not a
// number is read as 1. Nil gives nil.
func BenjaminiHochberg(p []float64) []float64 {
	if len(p) == 0 {
		return nil
	}
	adjusted := make([]float64, len(p))
	order := make([]int, len(p))
	for i, v := range p {
		order[i] = i
		adjusted[i] = 1
		if v == v {
			adjusted[i] = min(max(v, 0), 1)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case adjusted[a] < adjusted[b]:
			return -1
		case adjusted[a] > adjusted[b]:
			return 1
		}
		return 0
	})
	least := 1.0
	for rank := len(order); rank >= 1; rank-- {
		i := order[rank-1]
		least = min(least, adjusted[i]*float64(len(p))/float64(rank))
		adjusted[i] = least
	}
	return adjusted
}
