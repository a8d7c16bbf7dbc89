package health

import (
	"cmp"
	"math"
	"slices"
)

// one is a point in the unit sums are kept in: scores and contributions are whole millionths, so that they add up exactly and alike on
// every machine.
const one = 1_000_000

// Micro gives points as whole millionths, the unit in which a report's contributions sum to its score − 50 exactly. A score that was
// read back from JSON gives the number it was written from. Points beyond ±9e12 or NaN have no such number; the answer is then
// unspecified.
func Micro(points float64) int64 { return micro(points) }

func micro(points float64) int64 { return int64(math.Round(points * one)) }

// points gives back points from millionths.
func points(micro int64) float64 { return float64(micro) / one }

// apportion rounds shares of a sum to whole millionths that add up to the sum's own millionths (largest remainder, Hamilton 1792): each
// is rounded down, and what is left goes, one each, to those that lost most; the first among equals.
func apportion(shares []float64, sum int64) []int64 {
	whole := make([]int64, len(shares))
	lost := make([]float64, len(shares))
	order := make([]int, len(shares))
	left := sum
	for i, s := range shares {
		down := math.Floor(s * one)
		whole[i], lost[i], order[i] = int64(down), s*one-down, i
		left -= whole[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	for i := range left {
		whole[order[i%int64(len(order))]]++
	}
	return whole
}
