package stats

import (
	"math"
	"slices"
)

// TheilSen gives the median of the slopes between all pairs of points, in units of y per unit of x, and its interval (Theil 1950, Sen
// 1968): a line that up to 29 % of wild points cannot tilt. The interval takes the slopes at the ranks (N ∓ z·σ)/2 of the N sorted
// slopes, σ² = (n(n−1)(2n+5) − Σ t(t−1)(2t+5))/18 with t the sizes of the groups of equal x and of equal y, as SciPy's theilslopes
// does. It assumes independent errors; with fewer than five points no 95 % interval can exclude a slope of either sign by chance of
// order alone. ok is false where fewer than two usable points differ in x. xs and ys pair up to the shorter. O(n²).
func TheilSen(xs, ys []float64, confidence float64) (slope float64, interval Interval, ok bool) {
	var px, py []float64
	for i := range min(len(xs), len(ys)) {
		if usable(xs[i]) && usable(ys[i]) {
			px, py = append(px, xs[i]), append(py, ys[i])
		}
	}
	var slopes []float64
	for i := range px {
		for j := range i {
			if s := (py[i] - py[j]) / (px[i] - px[j]); usable(s) {
				slopes = append(slopes, s)
			}
		}
	}
	if len(slopes) == 0 {
		return 0, Interval{}, false
	}
	slices.Sort(slopes)
	n, count := float64(len(px)), float64(len(slopes))
	v := n*(n-1)*(2*n+5) - tieTerm(px) - tieTerm(py)
	reach := TwoSided(confidence) * math.Sqrt(max(v, 0)/18)
	low := max(int(math.RoundToEven((count-reach)/2))-1, 0)
	high := min(int(math.RoundToEven((count+reach)/2)), len(slopes)-1)
	return median(slopes), Interval{slopes[low], slopes[high]}, true
}

// tieTerm gives Σ t(t−1)(2t+5) over the sizes t of the groups of equal values.
func tieTerm(values []float64) float64 {
	sizes := map[float64]float64{}
	for _, v := range values {
		sizes[v]++
	}
	var sum float64
	for _, t := range sizes { // integers: the order of the map cannot show
		sum += t * (t - 1) * (2*t + 5)
	}
	return sum
}

// median gives the median of sorted values, at least one.
func median(sorted []float64) float64 {
	m := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[m]
	}
	return sorted[m-1]/2 + sorted[m]/2
}
