package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/optimize"

	"github.com/thau-cx/thau/stats"
)

// The example of the hours of study and the exam passed: twenty students, of which statistics packages give −4.0777 and 1.5046.
func TestFitLogisticPublished(t *testing.T) {
	hours := []float64{0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}
	passed := []bool{false, false, false, false, false, false, true, false, true, false, true, false, true, false, true, true, true, true, true, true}
	x := make([][]float64, len(hours))
	for i, h := range hours {
		x[i] = []float64{h}
	}
	fit, ok := stats.FitLogistic(x, passed, stats.LogisticOptions{})
	if !ok {
		t.Fatal("not ok")
	}
	near(t, "intercept", fit.Intercept, -4.0777, 5e-4)
	near(t, "slope", fit.Coefficients[0], 1.5046, 5e-4)
	near(t, "of two hours", fit.Of([]float64{2}), 0.2557, 5e-4)

	// A falling outcome leaves nothing for a coefficient that may not fall.
	for i := range passed {
		passed[i] = !passed[i]
	}
	fit, _ = stats.FitLogistic(x, passed, stats.LogisticOptions{NonNegative: true})
	if fit.Coefficients[0] != 0 {
		t.Errorf("slope %v, want 0", fit.Coefficients[0])
	}
	near(t, "base rate", fit.Of([]float64{2}), 0.5, 1e-6)

	for _, bad := range [][][]float64{{{1}, {math.NaN()}}, {{1}, {1, 2}}} {
		if _, ok := stats.FitLogistic(bad, []bool{true, false}, stats.LogisticOptions{}); ok {
			t.Errorf("%v was fitted", bad)
		}
	}
	if _, ok := stats.FitLogistic([][]float64{{1}, {2}}, []bool{true, true}, stats.LogisticOptions{}); ok {
		t.Error("one outcome was fitted")
	}
	// Outcomes that a line separates have no finite answer but a finite fit.
	fit, ok = stats.FitLogistic([][]float64{{1}, {2}, {3}, {4}}, []bool{false, false, true, true}, stats.LogisticOptions{})
	if !ok || math.IsInf(fit.Coefficients[0], 0) || math.IsNaN(fit.Intercept) {
		t.Errorf("separated: %+v, %v", fit, ok)
	}
}

// Against a general optimiser that knows nothing of the method.
func TestFitLogisticAgainstBFGS(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 8))
	const n, p, ridge = 400, 5, 0.7
	x, y := make([][]float64, n), make([]bool, n)
	counts := make([]int, n)
	for i := range x {
		x[i] = make([]float64, p)
		z := -0.5
		for j := range p {
			x[i][j] = random.NormFloat64()
			if j > 0 {
				x[i][j] += 0.8 * x[i][j-1] // collinear, as real indicators are
			}
			z += x[i][j] * float64(j-2) / 2
		}
		y[i] = random.Float64() < 1/(1+math.Exp(-z))
		counts[i] = random.IntN(3)
	}
	loss := func(b []float64) float64 {
		var sum float64
		for i := range x {
			z := b[0]
			for j := range p {
				z += b[j+1] * x[i][j]
			}
			if y[i] {
				z = -z
			}
			sum += float64(counts[i]) * math.Log1p(math.Exp(z))
		}
		for _, v := range b[1:] {
			sum += ridge / 2 * v * v
		}
		return sum
	}
	res, err := optimize.Minimize(optimize.Problem{Func: loss}, make([]float64, p+1), &optimize.Settings{Converger: &optimize.FunctionConverge{Absolute: 1e-13, Iterations: 500}, MajorIterations: 20000}, &optimize.NelderMead{})
	if err != nil {
		t.Log(err) // it may stop at its own precision; what counts is how far down it came
	}
	fit, ok := stats.FitLogistic(x, y, stats.LogisticOptions{Ridge: ridge, Counts: counts})
	if !ok {
		t.Fatal("not ok")
	}
	ours := append([]float64{fit.Intercept}, fit.Coefficients...)
	if got := loss(ours); got > res.F+1e-6 {
		t.Errorf("loss %v, the optimiser found %v", got, res.F)
	}
	// With the bound: no coefficient below zero, and no better point within the bound nearby.
	fit, _ = stats.FitLogistic(x, y, stats.LogisticOptions{Ridge: ridge, Counts: counts, NonNegative: true})
	ours = append([]float64{fit.Intercept}, fit.Coefficients...)
	at := loss(ours)
	for j := range ours {
		if j > 0 && ours[j] < 0 {
			t.Errorf("coefficient %d is %v", j, ours[j])
		}
		for _, step := range []float64{1e-3, -1e-3} {
			moved := append([]float64(nil), ours...)
			moved[j] += step
			if (j == 0 || moved[j] >= 0) && loss(moved) < at-1e-9 {
				t.Errorf("moving %d by %v improves", j, step)
			}
		}
	}
}
