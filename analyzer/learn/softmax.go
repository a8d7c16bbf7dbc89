package learn

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// Softmax is a multinomial logistic regression on dense rows: P(y = k) ∝ exp(w_k·x), class 0 being the reference with w_0 = 0. Strength
// is the L2 penalty on every weight but that of feature 0, the constant.
type Softmax struct {
	Rows     [][]float64 // feature 0 is 1
	Labels   []int       // 0 … Classes−1
	Weights  []float64   // of the rows
	Classes  int
	Strength float64
}

// Fit gives w_k for every class, class 0 all zero. The problem is convex and L-BFGS finds its one optimum.
func (s *Softmax) Fit() ([][]float64, error) {
	if len(s.Rows) == 0 || len(s.Labels) != len(s.Rows) || len(s.Weights) != len(s.Rows) {
		return nil, fmt.Errorf("learn: %d rows with %d labels and %d weights", len(s.Rows), len(s.Labels), len(s.Weights))
	}
	d := len(s.Rows[0])
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return s.loss(x, nil) },
		Grad: func(grad, x []float64) { s.loss(x, grad) },
	}
	res, err := optimize.Minimize(problem, make([]float64, (s.Classes-1)*d), &optimize.Settings{GradientThreshold: 1e-5, MajorIterations: 1000}, &optimize.LBFGS{})
	if res == nil {
		return nil, fmt.Errorf("learn: %w", err)
	}
	w := make([][]float64, s.Classes)
	w[0] = make([]float64, d)
	for k := 1; k < s.Classes; k++ {
		w[k] = res.X[(k-1)*d : k*d : k*d]
	}
	return w, nil
}

func (s *Softmax) loss(x, grad []float64) float64 {
	d := len(s.Rows[0])
	sum := 0.0
	for i := range grad {
		grad[i] = 0
	}
	for i, w := range x {
		if i%d != 0 {
			sum += 0.5 * s.Strength * w * w
			if grad != nil {
				grad[i] = s.Strength * w
			}
		}
	}
	z := make([]float64, s.Classes)
	for i, row := range s.Rows {
		top := 0.0
		for k := 1; k < s.Classes; k++ {
			z[k] = 0
			for j, v := range row {
				z[k] += x[(k-1)*d+j] * v
			}
			top = math.Max(top, z[k])
		}
		total := math.Exp(-top)
		for k := 1; k < s.Classes; k++ {
			total += math.Exp(z[k] - top)
		}
		sum += s.Weights[i] * (math.Log(total) + top - z[s.Labels[i]])
		if grad == nil {
			continue
		}
		for k := 1; k < s.Classes; k++ {
			g := math.Exp(z[k]-top) / total
			if s.Labels[i] == k {
				g--
			}
			for j, v := range row {
				grad[(k-1)*d+j] += s.Weights[i] * g * v
			}
		}
	}
	return sum
}
