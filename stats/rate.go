package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Rate is a number of events in an exposure: voices heard, days watched.
type Rate struct {
	Events, Exposure float64
}

// RateRatio is how many times more often something happens than it did.
type RateRatio struct {
	Ratio    float64 // median of the posterior
	Interval         // equal tails
	P        float64 // of a ratio no higher than 1, one-sided
}

// CompareRates gives the posterior of the ratio now/before of two Poisson rates. With Jeffreys' prior Gamma(½, 0) a rate has the
// posterior Gamma(events + ½, exposure), and the ratio of two of them, times the ratio of their exposures, is beta-prime, so its
// quantiles are b/(1−b) with b those of Beta(events now + ½, events before + ½) (Price & Bonett 2000 find its intervals to hold their
// promise). P is that of the exact conditional test, which given all events is one of a binomial share (Przyborowski & Wilenski 1940):
// it errs on the side of caution, as control of false discoveries asks for. A dispersion above 1 says how many times the variance of counts exceeds their mean; events and exposures are then worth
// that much less. The intervals lie in [0, 1e9]; without exposure on either side nothing is known: ratio 1, [0, 1e9], P 1.
func CompareRates(now, before Rate, dispersion, confidence float64) RateRatio {
	if !(now.Exposure > 0) || !(before.Exposure > 0) || !usable(now.Exposure) || !usable(before.Exposure) || !usable(now.Events) || !usable(before.Events) {
		return RateRatio{1, Interval{0, maxRatio}, 1}
	}
	if !(dispersion > 1) || !usable(dispersion) {
		dispersion = 1
	}
	a, b := max(now.Events, 0)/dispersion+0.5, max(before.Events, 0)/dispersion+0.5
	scale := before.Exposure / now.Exposure
	quantile := func(p float64) float64 {
		x := mathext.InvRegIncBeta(a, b, p)
		if x >= 1 {
			return maxRatio
		}
		return min(max(scale*x/(1-x), 0), maxRatio)
	}
	tail := (1 - sane(confidence)) / 2
	r := RateRatio{Ratio: quantile(0.5), Interval: Interval{quantile(tail), quantile(1 - tail)}}
	if r.P = 1; a > 0.5 {
		r.P = min(max(mathext.RegIncBeta(a-0.5, b+0.5, 1/(1+scale)), 0), 1)
	}
	return r
}

// maxRatio bounds a ratio of rates.
const maxRatio = 1e9

// Dispersion gives how many times the variance of counts exceeds what Poisson's law allows: Pearson's χ²/(n−1) around the rate they
// share, Σ(kᵢ−λeᵢ)²/(λeᵢ)/(n−1), at least 1. Periods without exposure are left out; with fewer than three it is 1.
func Dispersion(periods []Rate) float64 {
	var events, exposure float64
	n := 0
	for _, p := range periods {
		if p.Exposure > 0 && usable(p.Exposure) && usable(p.Events) {
			events, exposure, n = events+max(p.Events, 0), exposure+p.Exposure, n+1
		}
	}
	if n < 3 || events == 0 {
		return 1
	}
	rate, sum := events/exposure, 0.0
	for _, p := range periods {
		if p.Exposure > 0 && usable(p.Exposure) && usable(p.Events) {
			expected := rate * p.Exposure
			d := max(p.Events, 0) - expected
			sum += float64(d * d / expected)
		}
	}
	if v := sum / float64(n-1); v > 1 && !math.IsInf(v, 0) {
		return v
	}
	return 1
}

// PoissonInterval gives the exact interval of the mean of a Poisson count (Garwood 1936), [½χ²(α/2; 2k), ½χ²(1−α/2; 2k+2)], computed as
// quantiles of Gamma distributions. A negative count is read as 0.
func PoissonInterval(count int, confidence float64) Interval {
	k := float64(max(count, 0))
	tail := (1 - sane(confidence)) / 2
	i := Interval{High: gammaQuantile(k+1, 1-tail)}
	if k > 0 {
		i.Low = gammaQuantile(k, tail)
	}
	return i
}

// gammaQuantile gives the x with P(a, x) = p of the regularised incomplete gamma function, by bisection from bounds around the mean a.
func gammaQuantile(a, p float64) float64 {
	low, high := 0.0, a+10*math.Sqrt(a)+20
	for range 200 {
		x := (low + high) / 2
		if x == low || x == high {
			break
		}
		if mathext.GammaIncReg(a, x) < p {
			low = x
		} else {
			high = x
		}
	}
	return (low + high) / 2
}
