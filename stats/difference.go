package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// NPSBands counts the answers of a net promoter score.
type NPSBands struct {
	Promoters, Passives, Detractors int
}

// NPSDifference gives the change of a net promoter score between two groups of other people, after − before, in [−200, 200], with its
// interval (difference ± z·√(SE₁² + SE₂²)) and the two-sided p of no change. With few answers (below small in either group) the
// standard errors are those with pseudo-counts. Without answers in a group nothing is known: [−200, 200], p 1.
func NPSDifference(before, after NPSBands, small int, confidence float64) (difference float64, interval Interval, p float64) {
	n0, n1 := before.n(), after.n()
	if n0 == 0 || n1 == 0 {
		return 0, Interval{-200, 200}, 1
	}
	difference = NPS(after.Promoters, after.Passives, after.Detractors) - NPS(before.Promoters, before.Passives, before.Detractors)
	sigma := math.Hypot(before.error(n0 < small), after.error(n1 < small))
	half := TwoSided(confidence) * sigma
	return difference, Interval{difference - half, difference + half}.clamp(-200, 200), TwoSidedP(difference / sigma)
}

func (b NPSBands) n() int { return max(b.Promoters, 0) + max(b.Passives, 0) + max(b.Detractors, 0) }

// error gives the standard error, with pseudo-counts where few or where all answers fall in one band, which would leave none.
func (b NPSBands) error(few bool) float64 {
	few = few || max(b.Promoters, b.Passives, b.Detractors) >= b.n()
	return npsError(npsShares(b.Promoters, b.Passives, b.Detractors, few))
}

// MeanDifference gives the difference of two means, after − before, with Welch's interval and the two-sided p of no difference. ok is
// false where a group has fewer than two answers, or neither varies.
func MeanDifference(before, after []Weighted, confidence float64) (difference float64, interval Interval, p float64, ok bool) {
	m0, n0 := Mean(before)
	m1, n1 := Mean(after)
	difference = m1 - m0
	v0, v1 := spread(before, m0, n0), spread(after, m1, n1)
	if n0 < 2 || n1 < 2 || v0+v1 == 0 {
		return difference, Interval{}, 1, false
	}
	a, b := v0/float64(n0), v1/float64(n1)
	df := (a + b) * (a + b) / (a*a/float64(n0-1) + b*b/float64(n1-1))
	sigma := math.Sqrt(a + b)
	half := StudentQuantile(0.5+sane(confidence)/2, df) * sigma
	return difference, Interval{difference - half, difference + half}, studentP(difference/sigma, df), true
}

// studentP gives the two-sided p of Student's t, I_x(df/2, ½) with x = df/(df + t²) (Abramowitz & Stegun 26.7.1).
func studentP(t, df float64) float64 {
	x := df / (df + t*t)
	if !(x >= 0 && x <= 1) || !(df > 0) {
		return 1
	}
	return mathext.RegIncBeta(df/2, 0.5, x)
}

// spread gives the variance of values around their mean, over n−1.
func spread(values []Weighted, mean float64, n int) float64 {
	if n < 2 {
		return 0
	}
	var ss float64
	for _, v := range values {
		if v.N > 0 && usable(v.Value) {
			ss += float64(float64(v.N) * (v.Value - mean) * (v.Value - mean))
		}
	}
	return ss / float64(n-1)
}
