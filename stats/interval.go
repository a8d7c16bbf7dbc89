package stats

import (
	"math"
	"slices"
)

// Interval is a range an unknown quantity lies in with a stated confidence; Low ≤ High.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// clamp keeps an interval inside a range.
func (i Interval) clamp(low, high float64) Interval {
	return Interval{Low: min(max(i.Low, low), high), High: min(max(i.High, low), high)}
}

// Contains tells whether x is in the interval, its ends included.
func (i Interval) Contains(x float64) bool { return i.Low <= x && x <= i.High }

// limit is the largest magnitude a number may have here: its square, summed over any slice, is still finite.
const limit = 1e150

// usable tells whether x is a number to reckon with.
func usable(x float64) bool { return math.Abs(x) <= limit }

// Percentiles gives the interval that holds the middle share of bootstrap values (Efron & Tibshirani 1993, 13.3); it sorts a copy.
// Without usable values it is [0, 0].
func Percentiles(values []float64, confidence float64) Interval {
	sorted := make([]float64, 0, len(values))
	for _, v := range values {
		if usable(v) {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) == 0 {
		return Interval{}
	}
	slices.Sort(sorted)
	tail := (1 - sane(confidence)) / 2
	return Interval{percentile(sorted, tail), percentile(sorted, 1-tail)}
}
