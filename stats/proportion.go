package stats

import "math"

// Wilson gives the score interval of a proportion of successes among n (Wilson 1927): centre (p̂ + z²/2n)/(1 + z²/n), half-width
// z/(1 + z²/n)·√(p̂(1−p̂)/n + z²/4n²). It lies in [0, 1] and has a width even where p̂ is 0 or 1. n ≤ 0 gives [0, 1]: nothing is
// known. Successes outside 0…n are read as the nearer end.
func Wilson(successes, n int, confidence float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	return WilsonMean(float64(successes)/float64(n), n, confidence)
}

// WilsonMean gives a cautious interval of the mean of n values that lie in [0, 1], in [0, 1]: Wilson's, as if each had been 0 or 1. No
// values with that mean have a larger variance than such, mean·(1 − mean), so it serves where the spread cannot be estimated: one
// value, or all the same. n ≤ 0, or a mean that is not a number, gives [0, 1]; a mean outside [0, 1] is read as the nearer end.
func WilsonMean(mean float64, n int, confidence float64) Interval {
	if n <= 0 || mean != mean {
		return Interval{0, 1}
	}
	size, p, z := float64(n), min(max(mean, 0), 1), TwoSided(confidence)
	d := 1 + z*z/size
	centre := (p + z*z/(2*size)) / d
	half := z / d * math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	i := Interval{centre - half, centre + half}.clamp(0, 1)
	// At p̂ = 0 and 1 the ends are 0 and 1 by algebra; rounding must not move them.
	switch p {
	case 0:
		i.Low = 0
	case 1:
		i.High = 1
	}
	return i
}

// Newcombe gives the interval of the difference p₁ − p₂ of two independent proportions, in [−1, 1], by combining their Wilson
// intervals (Newcombe 1998, Statistics in Medicine 17:873, method 10). Either n ≤ 0 gives [−1, 1].
func Newcombe(successes1, n1, successes2, n2 int, confidence float64) Interval {
	if n1 <= 0 || n2 <= 0 {
		return Interval{-1, 1}
	}
	p1 := float64(min(max(successes1, 0), n1)) / float64(n1)
	p2 := float64(min(max(successes2, 0), n2)) / float64(n2)
	w1, w2 := Wilson(successes1, n1, confidence), Wilson(successes2, n2, confidence)
	return Interval{
		Low:  p1 - p2 - math.Hypot(p1-w1.Low, w2.High-p2),
		High: p1 - p2 + math.Hypot(w1.High-p1, p2-w2.Low),
	}.clamp(-1, 1)
}
