package learn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := Problem{Sources: 2, Prior: []float64{0.5, -1, 0}, Strength: []float64{1, 2, 0.5}}
	for i := range 60 {
		p.Rows = append(p.Rows, Row{Cells: []Cell{{i % 3, rng.NormFloat64()}, {(i + 1) % 3, 1}}, Label: i%3 - 1, Source: 0, Weight: 1 + rng.Float64()})
		p.Rows = append(p.Rows, Row{Cells: []Cell{{i % 3, rng.NormFloat64()}}, Label: 2*(i%2) - 1, Source: 1, Weight: 1})
	}
	neutral := []bool{true, false}
	x := []float64{0.3, -0.2, 0.9, 0.1, -0.4, 0.7, 0}
	grad := make([]float64, len(x))
	p.loss(x, grad, neutral)
	for i := range x {
		const h = 1e-6
		old := x[i]
		x[i] = old + h
		up := p.loss(x, nil, neutral)
		x[i] = old - h
		down := p.loss(x, nil, neutral)
		x[i] = old
		if want := (up - down) / (2 * h); math.Abs(want-grad[i]) > 1e-4*math.Max(1, math.Abs(want)) {
			t.Errorf("unknown %d: gradient %v, by differences %v", i, grad[i], want)
		}
	}
}

// TestFitRecovers draws labels from known weights and thresholds and finds them again.
func TestFitRecovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	truth := []float64{1.5, -2, 0.7, 0}
	p := Problem{Sources: 1, Prior: make([]float64, 4), Strength: []float64{.01, .01, .01, .01}}
	for range 8000 {
		var r Row
		score := 0.0
		for f, w := range truth {
			v := rng.NormFloat64()
			r.Cells = append(r.Cells, Cell{f, v})
			score += w * v
		}
		u := rng.Float64()
		switch {
		case u < sigmoid(-0.5-score):
			r.Label = Negative
		case u > sigmoid(1-score):
			r.Label = Positive
		}
		r.Weight = 1
		p.Rows = append(p.Rows, r)
	}
	s, err := p.Fit()
	if err != nil {
		t.Fatal(err)
	}
	for f, w := range truth {
		if math.Abs(s.Weights[f]-w) > 0.1 {
			t.Errorf("weight %d is %v, drawn from %v", f, s.Weights[f], w)
		}
	}
	if th := s.Thresholds[0]; math.Abs(th[0]+0.5) > 0.1 || math.Abs(th[1]-1) > 0.1 {
		t.Errorf("thresholds %v, drawn from −0.5 and 1", th)
	}
}

// TestPriorHolds: without evidence a weight stays where it was.
func TestPriorHolds(t *testing.T) {
	p := Problem{Sources: 1, Prior: []float64{2, -1}, Strength: []float64{1, 1}, Rows: []Row{{Cells: []Cell{{0, 1}}, Label: Positive, Weight: 1}, {Cells: []Cell{{0, -1}}, Label: Negative, Weight: 1}}}
	s, err := p.Fit()
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(s.Weights[1]+1) > 1e-6 {
		t.Errorf("an unseen weight moved from −1 to %v", s.Weights[1])
	}
	if s.Weights[0] <= 2 || s.Weights[0] > 2.5 {
		t.Errorf("a confirmed weight moved from 2 to %v", s.Weights[0])
	}
}
