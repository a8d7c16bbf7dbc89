package learn

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// The three grades of sentiment, in order.
const (
	Negative = -1
	Neutral  = 0
	Positive = 1
)

// Cell is a feature of a row and its value.
type Cell struct {
	Feature int
	Value   float64
}

// Row is a labelled text as features. Source tells which set it comes from: each set has thresholds of its own, so that how often a
// label occurs in a set does not become the meaning of its words. Weight is how much the row counts, usually 1.
type Row struct {
	Cells  []Cell
	Label  int // Negative, Neutral or Positive
	Source int
	Weight float64
}

// Problem is an ordinal logistic regression with a prior:
//
//	P(y = negative) = σ(θ₁ − r),  P(y = positive) = σ(r − θ₂),  r = w·x,
//
// where θ₁ ≤ θ₂ belong to the row's source and a source without neutral rows has one threshold. Weights minimise the weighted negative
// log-likelihood + ½ Σ Strength·(w − Prior)². (McCullagh 1980, Regression models for ordinal data; the prior as in Chelba & Acero 2006.)
type Problem struct {
	Rows     []Row
	Sources  int
	Prior    []float64 // one a feature
	Strength []float64 // one a feature, above 0
}

// Solution is the fitted weights and the thresholds of each source.
type Solution struct {
	Weights    []float64
	Thresholds [][2]float64
	Loss       float64
}

// thresholdStrength pulls the thresholds towards 0 just enough that a tiny source has an optimum.
const thresholdStrength = 1e-3

// Fit solves the problem with L-BFGS. The error names a feature, label or source out of range, or says that the optimiser did not arrive.
func (p *Problem) Fit() (Solution, error) {
	n := len(p.Prior)
	if len(p.Strength) != n {
		return Solution{}, errors.New("learn: as many strengths as priors are wanted")
	}
	neutral := make([]bool, p.Sources)
	for i, r := range p.Rows {
		if r.Source < 0 || r.Source >= p.Sources || r.Label < Negative || r.Label > Positive {
			return Solution{}, fmt.Errorf("learn: row %d: source %d or label %d out of range", i, r.Source, r.Label)
		}
		for _, c := range r.Cells {
			if c.Feature < 0 || c.Feature >= n {
				return Solution{}, fmt.Errorf("learn: row %d: feature %d out of range", i, c.Feature)
			}
		}
		neutral[r.Source] = neutral[r.Source] || r.Label == Neutral
	}
	// The unknowns: weights, then for each source its middle m and the logarithm of its half-width d, θ = m ∓ e^d.
	x := make([]float64, n+2*p.Sources)
	copy(x, p.Prior)
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return p.loss(x, nil, neutral) },
		Grad: func(grad, x []float64) { p.loss(x, grad, neutral) },
	}
	settings := &optimize.Settings{GradientThreshold: 1e-4, MajorIterations: 400, Converger: &optimize.FunctionConverge{Relative: 1e-8, Iterations: 8}}
	res, err := optimize.Minimize(problem, x, settings, &optimize.LBFGS{Store: 20})
	if res == nil {
		return Solution{}, fmt.Errorf("learn: %w", err)
	}
	s := Solution{Weights: res.X[:n:n], Loss: res.F, Thresholds: make([][2]float64, p.Sources)}
	for k := range s.Thresholds {
		m, d := res.X[n+2*k], 0.0
		if neutral[k] {
			d = math.Exp(res.X[n+2*k+1])
		}
		s.Thresholds[k] = [2]float64{m - d, m + d}
	}
	return s, nil
}

// loss gives the objective at x and, where grad is not nil, its gradient.
func (p *Problem) loss(x, grad []float64, neutral []bool) float64 {
	n := len(p.Prior)
	sum := 0.0
	for i := range grad {
		grad[i] = 0
	}
	for j, w := range x[:n] {
		d := w - p.Prior[j]
		sum += 0.5 * p.Strength[j] * d * d
		if grad != nil {
			grad[j] = p.Strength[j] * d
		}
	}
	for i, t := range x[n:] {
		sum += 0.5 * thresholdStrength * t * t
		if grad != nil {
			grad[n+i] = thresholdStrength * t
		}
	}
	for i := range p.Rows {
		r := &p.Rows[i]
		score := 0.0
		for _, c := range r.Cells {
			score += x[c.Feature] * c.Value
		}
		at := n + 2*r.Source
		m, d := x[at], 0.0
		if neutral[r.Source] {
			d = math.Exp(x[at+1])
		}
		var l, dr, dm, dd float64 // loss and its derivatives by score, middle and half-width
		switch r.Label {
		case Negative: // −log σ(m − d − score)
			z := m - d - score
			l = softplus(-z)
			g := -sigmoid(-z) // dl/dz
			dr, dm, dd = -g, g, -g
		case Positive: // −log σ(score − m − d)
			z := score - m - d
			l = softplus(-z)
			g := -sigmoid(-z)
			dr, dm, dd = g, -g, -g
		default: // −log (σ(m + d − score) − σ(m − d − score)) = −log σ(b) − log σ(−a) − log(1 − e^(a − b)), a < b
			a, b := m-d-score, m+d-score
			width := math.Max(b-a, 1e-12)
			l = softplus(-b) + softplus(a) - math.Log(-math.Expm1(-width))
			gb, ga := -sigmoid(-b), sigmoid(a)
			gw := -1 / math.Expm1(width)
			dr, dm = -gb-ga, gb+ga
			dd = gb - ga + 2*gw
		}
		sum += r.Weight * l
		if grad == nil {
			continue
		}
		for _, c := range r.Cells {
			grad[c.Feature] += r.Weight * dr * c.Value
		}
		grad[at] += r.Weight * dm
		if neutral[r.Source] {
			grad[at+1] += r.Weight * dd * d
		}
	}
	return sum
}

// softplus gives log(1 + e^z).
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

func sigmoid(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + math.Exp(-z))
	}
	e := math.Exp(z)
	return e / (1 + e)
}
