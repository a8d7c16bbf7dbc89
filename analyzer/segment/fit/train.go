package main

import (
	"math"
	"math/rand/v2"

	"github.com/thau-cx/thau/analyzer/segment"
)

// chain is a run of gaps with their answers.
type chain struct {
	gaps []segment.Gap
	gold []bool
}

// chains cuts what a segmenter observes in a sentence into runs.
func chains(s *segment.Segmenter, t sentence, out []chain) []chain {
	for _, g := range s.Observe(t.syl) {
		if g.First || len(out) == 0 {
			out = append(out, chain{})
		}
		c := &out[len(out)-1]
		c.gaps = append(c.gaps, g)
		c.gold = append(c.gold, t.gold[g.Index])
	}
	return out
}

// settings of the fit.
type settings struct {
	epochs  int
	rate    float64
	decay   float64 // L2
	drop    float64 // share of a gap's buckets hidden at random, so that no single fact is leaned on
	seeds   int
	minimum int // how often a bucket must be seen to have a weight
}

// fit gives the weights of a chain of logistic decisions (a conditional random field of two labels), by stochastic gradient with
// per-weight rates; the mean over the second half of the epochs and over several shuffles.
func fit(data []chain, set settings) []float64 {
	seen := make([]int32, segment.Buckets)
	for _, c := range data {
		for _, g := range c.gaps {
			for _, x := range g.Here {
				seen[x]++
			}
			for _, x := range g.Chained {
				seen[x]++
			}
		}
	}
	mean := make([]float64, segment.Buckets)
	n := 0.0
	for seed := range set.seeds {
		rng := rand.New(rand.NewPCG(uint64(seed), 7))
		w := make([]float64, segment.Buckets)
		square := make([]float64, segment.Buckets)
		for i := range square {
			square[i] = 1
		}
		order := rng.Perm(len(data))
		var e effort
		for epoch := range set.epochs {
			rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			for _, k := range order {
				e.step(data[k], w, square, seen, set, rng)
			}
			if epoch >= set.epochs/2 {
				for i, x := range w {
					mean[i] += x
				}
				n++
			}
		}
	}
	for i := range mean {
		mean[i] /= n
	}
	return mean
}

// effort is the working memory of a step.
type effort struct {
	here, pair []float64
	a0, a1     []float64
	b0, b1     []float64
	keep       []uint64
}

// step moves the weights along the gradient of one chain's log-likelihood.
func (e *effort) step(c chain, w, square []float64, seen []int32, set settings, rng *rand.Rand) {
	n := len(c.gaps)
	e.here, e.pair = resize(e.here, n), resize(e.pair, n)
	e.a0, e.a1, e.b0, e.b1 = resize(e.a0, n), resize(e.a1, n), resize(e.b0, n), resize(e.b1, n)
	if cap(e.keep) < n {
		e.keep = make([]uint64, n)
	}
	e.keep = e.keep[:n]
	scale := 1 / (1 - set.drop)
	for i, g := range c.gaps {
		var keep uint64
		for k := range len(g.Here) + len(g.Chained) {
			if set.drop == 0 || rng.Float64() >= set.drop {
				keep |= 1 << k
			}
		}
		e.keep[i] = keep
		e.here[i], e.pair[i] = 0, 0
		for k, x := range g.Here {
			if keep>>k&1 == 1 {
				e.here[i] += w[x] * scale
			}
		}
		for k, x := range g.Chained {
			if keep>>(k+len(g.Here))&1 == 1 {
				e.pair[i] += w[x] * scale
			}
		}
	}
	// Forward and backward sums in logs.
	for i := range n {
		if i == 0 {
			e.a0[0], e.a1[0] = 0, e.here[0]
			continue
		}
		e.a0[i] = add(e.a0[i-1], e.a1[i-1])
		e.a1[i] = e.here[i] + add(e.a0[i-1], e.a1[i-1]+e.pair[i])
	}
	e.b0[n-1], e.b1[n-1] = 0, 0
	for i := n - 2; i >= 0; i-- {
		on := e.here[i+1] + e.b1[i+1]
		e.b0[i] = add(e.b0[i+1], on)
		e.b1[i] = add(e.b0[i+1], on+e.pair[i+1])
	}
	total := add(e.a0[n-1], e.a1[n-1])
	for i, g := range c.gaps {
		grad := -math.Exp(e.a1[i] + e.b1[i] - total)
		if c.gold[i] {
			grad++
		}
		for k, x := range g.Here {
			if e.keep[i]>>k&1 == 1 && int(seen[x]) >= set.minimum {
				move(&w[x], &square[x], grad*scale, set)
			}
		}
		if i == 0 {
			continue
		}
		grad = -math.Exp(e.a1[i-1] + e.pair[i] + e.here[i] + e.b1[i] - total)
		if c.gold[i] && c.gold[i-1] {
			grad++
		}
		for k, x := range g.Chained {
			if e.keep[i]>>(k+len(g.Here))&1 == 1 && int(seen[x]) >= set.minimum {
				move(&w[x], &square[x], grad*scale, set)
			}
		}
	}
}

func move(w, square *float64, grad float64, set settings) {
	grad -= set.decay * *w
	*square += grad * grad
	*w += set.rate * grad / math.Sqrt(*square)
}

func add(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a + math.Log1p(math.Exp(b-a))
}

func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}
