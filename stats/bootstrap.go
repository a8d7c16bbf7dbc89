package stats

import (
	"math/rand/v2"
	"slices"
)

// PairedBootstrap gives the percentile interval of a figure over bootstrap samples of n cases (Efron & Tibshirani 1993): figure gets the
// indices of a sample, drawn with replacement, so that what is compared within it is compared on the same cases. The same seed gives the
// same interval. Rounds below 1 mean 1,000. n ≤ 0 gives the figure of no cases on both ends; figures that are not finite are left out.
func PairedBootstrap(n int, confidence float64, rounds int, seed uint64, figure func(sample []int) float64) Interval {
	if rounds < 1 {
		rounds = 1000
	}
	random := rand.New(rand.NewPCG(seed, uint64(max(n, 0))))
	sample := make([]int, max(n, 0))
	values := make([]float64, 0, rounds)
	for range rounds {
		for i := range sample {
			sample[i] = random.IntN(n)
		}
		if v := figure(sample); usable(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return Interval{}
	}
	slices.Sort(values)
	tail := (1 - sane(confidence)) / 2
	return Interval{percentile(values, tail), percentile(values, 1-tail)}
}
