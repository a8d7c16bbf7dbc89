package stats

import "math"

// Weighted is a value that occurred N times. An N below 1 counts nothing.
type Weighted struct {
	Value float64
	N     int
}

// Mean gives the arithmetic mean and the number of values it is of; 0, 0 where there are none.
func Mean(values []Weighted) (mean float64, n int) {
	for _, v := range values {
		if v.N > 0 && usable(v.Value) {
			n += v.N
			mean += (v.Value - mean) * (float64(v.N) / float64(n)) // running, so that the sum never overflows
		}
	}
	return mean, n
}

// MeanInterval gives the interval of the mean by Student's t, x̄ ± t·s/√n with n−1 degrees of freedom and s² = Σ(x−x̄)²/(n−1).
// ok is false with fewer than two values, where no spread can be estimated. Values that are all equal give an interval without width:
// a caller that knows the scale should widen it.
func MeanInterval(values []Weighted, confidence float64) (interval Interval, ok bool) {
	mean, n := Mean(values)
	if n < 2 {
		return Interval{}, false
	}
	var ss float64
	for _, v := range values {
		if v.N > 0 && usable(v.Value) {
			ss += float64(v.N) * (v.Value - mean) * (v.Value - mean)
		}
	}
	df := float64(n - 1)
	half := StudentQuantile(0.5+sane(confidence)/2, df) * math.Sqrt(ss/df/float64(n))
	return Interval{mean - half, mean + half}, true
}
