package stats

// GroupMean is the mean of a group's answers with what one answer varies by.
type GroupMean struct {
	Mean     float64
	Variance float64 // of one answer: p(1−p) where answers are yes or no
	N        int
}

// PriorWeight tells how far to trust a group's own mean: the mean over all answers, and how many answers the rest is worth to a group,
// m = σ²/τ², by the method of moments. σ² is the variance of answers within groups and τ² that of the groups' true means,
// (Σ n(x̄ᵢ−x̄)² − (k−1)σ²)/(N − Σn²/N) (the moment estimator of one-way random effects, Searle 1971). [Shrink] with both is then the
// empirical Bayes estimate. Where the groups differ no more than chance lets them, m is many: maxPriorWeight. ok is false with fewer
// than three groups, from which no spread can be learned; m is then usualPriorWeight.
func PriorWeight(groups []GroupMean) (prior, m float64, ok bool) {
	var total, squares, within float64
	k := 0
	for _, g := range groups {
		if g.N < 1 || !usable(g.Mean) || !usable(g.Variance) {
			continue
		}
		n := float64(g.N)
		k++
		total += n
		squares += float64(n * n)
		prior += (g.Mean - prior) * (n / total)
		within += float64(n * max(g.Variance, 0))
	}
	if k == 0 {
		return 0, usualPriorWeight, false
	}
	if k < 3 {
		return prior, usualPriorWeight, false
	}
	// The groups' own variances divide by n and not n−1: each loses one answer to its mean.
	sigma := within / max(total-float64(k), 1)
	var between float64
	for _, g := range groups {
		if g.N >= 1 && usable(g.Mean) && usable(g.Variance) {
			between += float64(float64(g.N) * (g.Mean - prior) * (g.Mean - prior))
		}
	}
	tau := (between - float64(k-1)*sigma) / (total - squares/total)
	if !(tau > 0) || sigma/tau > maxPriorWeight {
		return prior, maxPriorWeight, true
	}
	return prior, sigma / tau, true
}

// The weight of a prior that nothing was learned about, and the most one may have.
const (
	usualPriorWeight = 20
	maxPriorWeight   = 1000
)
