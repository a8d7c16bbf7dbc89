package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// PSI gives the population stability index of two counts over the same bins, Σ (bᵢ − aᵢ) ln(bᵢ/aᵢ) over their shares (Karakoulas 2004),
// with half a count added to every bin so that an empty one is no infinite change; and the value that two samples of one population stay
// under with a confidence, χ²₍B−1₎ · (1/n + 1/m) for B bins (Yurdakul and Naranjo 2020). Bins that both lack are left out; negative counts
// are read as 0. ok is false where a side is empty or fewer than two bins are left.
func PSI(before, after []int, confidence float64) (psi, bound float64, ok bool) {
	var n, m float64
	bins := 0
	for i := range min(len(before), len(after)) {
		a, b := max(before[i], 0), max(after[i], 0)
		if a+b > 0 {
			bins++
		}
		n, m = n+float64(a), m+float64(b)
	}
	if bins < 2 || n == 0 || m == 0 {
		return 0, 0, false
	}
	half := float64(bins) / 2
	for i := range min(len(before), len(after)) {
		a, b := float64(max(before[i], 0)), float64(max(after[i], 0))
		if a+b == 0 {
			continue
		}
		p, q := (a+0.5)/(n+half), (b+0.5)/(m+half)
		psi += (q - p) * math.Log(q/p)
	}
	quantile := 2 * mathext.GammaIncRegInv(float64(bins-1)/2, sane(confidence))
	return psi, quantile * (1/n + 1/m), true
}
