package learn

import (
	"math"
	"math/rand/v2"
)

// A linear model is fitted by dual coordinate descent (Hsieh et al. 2008, A dual coordinate descent method for large-scale linear SVM; Ho
// & Lin 2012 for the squared loss). It minimises
//
//	½ Σ wⱼ²/sⱼ + Σ cᵢ lossᵢ(fᵢ),  fᵢ = vᵢ Σ_{j ∈ i} wⱼ + a·xᵢ + b
//
// over weights w, one for each feature, the weight a of what is known already, and the bias b, which count as two more weights. Loss is
// max(0, 1 − y f)² for a row with y = ±1 and f² for one with y = 0. The problem is strictly convex, so its optimum is one; the order in
// which rows are visited comes from a fixed seed, so what is reached is one too.
type margin struct {
	docs     []doc
	rows     []int32   // indices of docs
	y        []int8    // of the rows
	cost     []float64 // of the rows
	strength []float64 // of the features: sⱼ
	known    float64   // strength of a; 0 leaves xᵢ out
	silent   []bool    // of the rows: what is known and the bias are left out; nil for none
	priorA   float64   // a is pulled towards it
}

// plane is the fitted weights.
type plane struct {
	w    []float64
	a, b float64
	ops  int64 // work done: features visited
}

const (
	mostPasses = 100
	tolerance  = 0.05
	knownScale = 0.25 // of the known raw score, so that it is of the size of 1
)

// solve fits the problem.
func (p *margin) solve() plane {
	n := len(p.rows)
	out := plane{w: make([]float64, len(p.strength)), a: p.priorA}
	w, strength := out.w, p.strength
	alpha, norm := make([]float64, n), make([]float64, n)
	order := make([]int, n)
	for k, i := range p.rows {
		d := &p.docs[i]
		q := 0.0
		for _, j := range d.features {
			q += strength[j]
		}
		x := d.raw * knownScale
		norm[k] = d.value*d.value*q + 1 + p.known*x*x
		if p.silent != nil && p.silent[k] {
			norm[k] = d.value * d.value * q
		}
		order[k] = k
	}
	random := rand.New(rand.NewPCG(1, 2))
	active := n
	most := math.Inf(1) // gradients above it have come to rest at 0
	for pass := 0; pass < mostPasses; pass++ {
		for i := active - 1; i > 0; i-- {
			j := random.IntN(i + 1)
			order[i], order[j] = order[j], order[i]
		}
		high, low := math.Inf(-1), math.Inf(1)
		for s := 0; s < active; s++ {
			k := order[s]
			d := &p.docs[p.rows[k]]
			sum := 0.0
			for _, j := range d.features {
				sum += w[j]
			}
			out.ops += int64(len(d.features))
			x := d.raw * knownScale
			one := 1.0
			if p.silent != nil && p.silent[k] {
				x, one = 0, 0
			}
			f := d.value*sum + out.a*x + out.b*one
			ridge := 0.5 / p.cost[k]
			step := 0.0
			if y := float64(p.y[k]); y == 0 {
				g := f + alpha[k]*ridge
				high, low = math.Max(high, math.Abs(g)), math.Min(low, -math.Abs(g))
				step = -g / (norm[k] + ridge)
				alpha[k] += step
			} else {
				g := f*y - 1 + alpha[k]*ridge
				rest := g
				if alpha[k] == 0 {
					if g > most {
						active--
						order[s], order[active] = order[active], order[s]
						s--
						continue
					}
					rest = math.Min(g, 0)
				}
				high, low = math.Max(high, rest), math.Min(low, rest)
				if rest == 0 {
					continue
				}
				before := alpha[k]
				alpha[k] = math.Max(before-g/(norm[k]+ridge), 0)
				step = (alpha[k] - before) * y
			}
			if math.Abs(step) < 1e-12 {
				continue
			}
			by := step * d.value
			for _, j := range d.features {
				w[j] += by * strength[j]
			}
			out.ops += int64(len(d.features))
			out.a += step * p.known * x
			out.b += step * one
		}
		if high-low <= tolerance {
			if active == n {
				break
			}
			active, most = n, math.Inf(1)
			continue
		}
		if most = high; most <= 0 {
			most = math.Inf(1)
		}
	}
	return out
}
