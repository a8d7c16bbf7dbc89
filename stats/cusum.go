package stats

import "math"

// Drift is what a cumulative sum noticed.
type Drift struct {
	Up      bool    // a rise, else a fall
	From    int     // place in the series where the drift began
	Alarm   int     // place where it was noticed
	Highest float64 // the cumulative sum at its highest, in standard deviations
}

// CUSUM watches a standardised series (what is expected has mean 0 and deviation 1) for a small lasting shift, both ways (Page 1954):
// S⁺ᵢ = max(0, S⁺ᵢ₋₁ + zᵢ − slack), S⁻ᵢ likewise with −zᵢ. An alarm is a sum above limit. With slack ½ and limit 5 a shift of one
// deviation is noticed after about 10 periods, and chance raises an alarm once in 465 (Montgomery, table 9.3). It gives the
// drift that still stands at the end of the series, that is, whose sum has not returned to 0; ok is false where there is none. Values
// that are not usable count as expected ones.
func CUSUM(series []float64, slack, limit float64) (d Drift, ok bool) {
	var sums [2]float64
	var began, alarm [2]int
	var highest [2]float64
	alarm = [2]int{-1, -1}
	for i, z := range series {
		if !usable(z) {
			z = 0
		}
		for side, step := range [2]float64{z - slack, -z - slack} {
			if sums[side] == 0 {
				began[side], highest[side] = i, 0
			}
			if sums[side] = max(0, sums[side]+step); sums[side] == 0 {
				alarm[side] = -1
				continue
			}
			highest[side] = max(highest[side], sums[side])
			if sums[side] > limit && alarm[side] < 0 {
				alarm[side] = i
			}
		}
	}
	for side := range sums {
		if alarm[side] >= 0 && (!ok || sums[side] > d.Highest) {
			d, ok = Drift{Up: side == 0, From: began[side], Alarm: alarm[side], Highest: highest[side]}, true
		}
	}
	return d, ok
}

// Standardised gives how far counts lie from what a rate expects of their exposures, in standard deviations of Poisson counts with a
// dispersion: (k − λe)/√(φ·λe); 0 where nothing is expected. The square root is taken of at least ½, so that one event where hardly
// any is expected is no shock.
func Standardised(periods []Rate, rate, dispersion float64) []float64 {
	if !(dispersion > 1) || !usable(dispersion) {
		dispersion = 1
	}
	out := make([]float64, len(periods))
	for i, p := range periods {
		expected := rate * p.Exposure
		if !(p.Exposure > 0) || !usable(expected) || !usable(p.Events) || !(expected > 0) {
			continue
		}
		out[i] = (p.Events - expected) / math.Sqrt(dispersion*max(expected, 0.5))
	}
	return out
}
