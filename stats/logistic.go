package stats

import "math"

// Logistic is a fitted logistic regression: P(outcome) = 1/(1 + exp(−(Intercept + Σ Coefficients·x))).
type Logistic struct {
	Intercept    float64
	Coefficients []float64
}

// LogisticOptions shape a fit.
type LogisticOptions struct {
	Ridge       float64   // λ of the penalty ½·λ·Σβ², the intercept free; 0 means none, and nearly none (1e-9·n) for a finite answer
	NonNegative bool      // keep every coefficient at or above zero
	Start       *Logistic // begin here, which saves rounds where the answer is near; nil means at zero
	Counts      []int     // how often each row counts (a bootstrap's draws); nil means once each
}

// The bounds of the iteration: Newton's method is there in about ten rounds, and the inner descent in a few dozen sweeps.
const (
	logisticRounds = 50
	logisticSweeps = 500
	logisticSmall  = 1e-9
)

// FitLogistic finds the most likely logistic regression by iteratively reweighted least squares (McCullagh & Nelder 1989, 4.4), each
// quadratic step solved by cyclic coordinate descent (Friedman, Hastie & Tibshirani 2010), which takes the bound of NonNegative as
// it comes, with the step halved while it does not help. Rows are as long as the first; x has one row an outcome. ok is false where
// either outcome is absent, rows differ in length or hold an unusable number. O(rounds · n · p²).
func FitLogistic(x [][]float64, outcomes []bool, o LogisticOptions) (fit Logistic, ok bool) {
	n := min(len(x), len(outcomes))
	if n == 0 {
		return fit, false
	}
	p := len(x[0])
	count := func(i int) float64 {
		if o.Counts == nil {
			return 1
		}
		return float64(o.Counts[i])
	}
	var total, with float64
	for i := range n {
		if len(x[i]) != p {
			return fit, false
		}
		for _, v := range x[i] {
			if !usable(v) {
				return fit, false
			}
		}
		total += count(i)
		if outcomes[i] {
			with += count(i)
		}
	}
	if with == 0 || with == total {
		return fit, false
	}
	ridge := max(o.Ridge, 1e-9*total)
	beta := make([]float64, p+1) // the intercept first
	beta[0] = math.Log(with / (total - with))
	if o.Start != nil && len(o.Start.Coefficients) == p {
		beta[0] = o.Start.Intercept
		copy(beta[1:], o.Start.Coefficients)
	}
	loss := func(b []float64) float64 {
		var sum float64
		for i := range n {
			if c := count(i); c > 0 {
				z := linear(b, x[i])
				if outcomes[i] {
					z = -z
				}
				sum += c * softplus(z)
			}
		}
		for _, v := range b[1:] {
			sum += ridge / 2 * v * v
		}
		return sum
	}
	at := loss(beta)
	h, g := make([]float64, (p+1)*(p+1)), make([]float64, p+1)
	next := make([]float64, p+1)
	for range logisticRounds {
		quadratic(x[:n], outcomes, beta, ridge, count, h, g)
		copy(next, beta)
		descend(h, g, beta, next, o.NonNegative)
		moved, better := false, at
		for step := 1.0; step > 1e-6; step /= 2 {
			candidate := make([]float64, p+1)
			for j := range candidate {
				candidate[j] = beta[j] + step*(next[j]-beta[j])
			}
			if l := loss(candidate); l < at {
				beta, better, moved = candidate, l, true
				break
			}
		}
		done := !moved || at-better <= logisticSmall*(math.Abs(at)+1)
		at = better
		if done {
			break
		}
	}
	return Logistic{beta[0], beta[1:]}, true
}

// Of gives the probability of the outcome, in (0, 1). x is as long as the coefficients.
func (l Logistic) Of(x []float64) float64 {
	z := l.Intercept
	for j, c := range l.Coefficients {
		z += float64(c * x[j])
	}
	return sigmoid(z)
}

// linear gives b₀ + Σ b·x.
func linear(b, x []float64) float64 {
	z := b[0]
	for j, v := range x {
		z += float64(b[j+1] * v)
	}
	return z
}

// sigmoid gives 1/(1 + e⁻ᶻ) without overflow.
func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}

// softplus gives log(1 + eᶻ) without overflow.
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

// quadratic fills in the Hessian (by rows) and the gradient of the loss at b.
func quadratic(x [][]float64, outcomes []bool, b []float64, ridge float64, count func(int) float64, h, g []float64) {
	p := len(b)
	clear(h)
	clear(g)
	row := make([]float64, p)
	row[0] = 1
	for i := range x {
		c := count(i)
		if c == 0 {
			continue
		}
		copy(row[1:], x[i])
		m := sigmoid(linear(b, x[i]))
		r := m
		if outcomes[i] {
			r--
		}
		w := c * max(m*(1-m), 1e-10)
		for j := range p {
			if row[j] == 0 {
				continue
			}
			g[j] += c * r * row[j]
			wj := w * row[j]
			for k := range j + 1 {
				h[j*p+k] += wj * row[k]
			}
		}
	}
	for j := range p {
		if j > 0 {
			h[j*p+j] += ridge
			g[j] += ridge * b[j]
		}
		for k := range j {
			h[k*p+j] = h[j*p+k]
		}
	}
}

// descend minimises g·(z−b) + ½(z−b)ᵀH(z−b) over z, from z = b on.
func descend(h, g, b, z []float64, nonNegative bool) {
	p := len(b)
	for range logisticSweeps {
		var change, size float64
		for j := range p {
			hj := h[j*p : j*p+p]
			if hj[j] <= 0 {
				continue
			}
			slope := g[j]
			for k := range p {
				slope += hj[k] * (z[k] - b[k])
			}
			v := z[j] - slope/hj[j]
			if nonNegative && j > 0 {
				v = max(v, 0)
			}
			change, size = max(change, math.Abs(v-z[j])), max(size, math.Abs(v))
			z[j] = v
		}
		if change <= 1e-9*(size+1e-9) {
			return
		}
	}
}
