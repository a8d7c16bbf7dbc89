package stats

import "math"

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
