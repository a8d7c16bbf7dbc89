package stats

// Kish gives the effective number of observations behind a weighted mean, (Σw)²/Σw² (Kish 1965): n where the n weights are equal, in
// [1, n]; 0 where no weight is positive. Weights that are not positive are left out.
func Kish(weights []float64) float64 {
	var top float64
	for _, w := range weights {
		if usable(w) {
			top = max(top, w)
		}
	}
	if top <= 0 {
		return 0
	}
	var sum, squares float64
	for _, w := range weights {
		if w > 0 && usable(w) {
			w /= top // the quotient does not change, and nothing underflows
			sum += w
			squares += float64(w * w)
		}
	}
	return sum * sum / squares
}

// Shrink pulls the mean of n answers towards a prior that weighs as much as m answers: (n·mean + m·prior)/(n + m), between the two.
// n = 0 gives the prior; where n + m is not positive it gives the mean. Negative n or m are read as 0.
func Shrink(mean, n, prior, m float64) float64 {
	n, m = max(n, 0), max(m, 0)
	if !usable(mean) || !(n > 0) || !usable(n) {
		if !usable(prior) {
			return 0
		}
		return prior
	}
	if !usable(prior) || !(m > 0) || !usable(m) {
		return mean
	}
	return mean + (prior-mean)*(m/(n+m))
}

// EWMA gives the exponentially weighted moving average of a series, oldest first: e₀ = x₀, eᵢ = α·xᵢ + (1−α)·eᵢ₋₁ (Roberts 1959). The
// answer has the length of the series; an x that is not usable repeats the average so far, which is 0 before the first. α is clamped
// to [0, 1].
func EWMA(series []float64, alpha float64) []float64 {
	alpha = min(max(alpha, 0), 1)
	if alpha != alpha {
		alpha = 1
	}
	out := make([]float64, len(series))
	var e float64
	started := false
	for i, x := range series {
		switch {
		case !usable(x):
		case !started:
			e, started = x, true
		default:
			e += float64(alpha * (x - e))
		}
		out[i] = e
	}
	return out
}
