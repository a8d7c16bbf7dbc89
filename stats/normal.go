package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// NormalCDF gives P(Z ≤ x) of the standard normal distribution, ½·erfc(−x/√2), in [0, 1]; ½ where x is NaN.
func NormalCDF(x float64) float64 {
	if math.IsNaN(x) {
		return 0.5
	}
	return 0.5 * math.Erfc(-x/math.Sqrt2)
}

// NormalQuantile gives the x with NormalCDF(x) = p, √2·erf⁻¹(2p−1), computed by mathext.NormalQuantile. A p outside
// [1e-15, 1−1e-15] is read as the nearer end, so the answer lies in ±7.95; 0 where p is NaN.
func NormalQuantile(p float64) float64 {
	if math.IsNaN(p) {
		return 0
	}
	return mathext.NormalQuantile(min(max(p, 1e-15), 1-1e-15))
}

// TwoSided gives the z with P(|Z| ≤ z) = confidence: 1.95996… for 0.95. A confidence outside (0, 1) means 0.95.
func TwoSided(confidence float64) float64 {
	return NormalQuantile(0.5 + sane(confidence)/2)
}

// StudentQuantile gives the x with P(T ≤ x) = p of Student's t distribution with df degrees of freedom, through the inverse of the
// regularised incomplete beta function (Abramowitz & Stegun 26.7.1): x = √(df·(1/b − 1)) with I_b(df/2, ½) = 2·min(p, 1−p).
// p is clamped as in NormalQuantile; df below 1 is read as 1. The answer is finite; 0 where p is NaN.
func StudentQuantile(p, df float64) float64 {
	if math.IsNaN(p) || p == 0.5 {
		return 0
	}
	p = min(max(p, 1e-15), 1-1e-15)
	if math.IsNaN(df) || df < 1 {
		df = 1
	}
	if df > 1e7 { // the two agree to 1e-6 of a standard deviation long before
		return NormalQuantile(p)
	}
	b := mathext.InvRegIncBeta(df/2, 0.5, 2*min(p, 1-p))
	x := math.Sqrt(df * (1/b - 1))
	if p < 0.5 {
		return -x
	}
	return x
}

// sane gives a confidence in (0, 1), 0.95 for any other.
func sane(confidence float64) float64 {
	if confidence > 0 && confidence < 1 {
		return confidence
	}
	return 0.95
}
