package learn

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// Many exclusive labels are fitted together: a multinomial logistic regression by stochastic dual coordinate ascent (Shalev-Shwartz & Zhang
// 2016, Accelerated proximal stochastic dual coordinate ascent). It minimises
//
//	½ Σ wⱼₖ²/sⱼ + Σ cᵢ (log Σₖ exp fᵢₖ − fᵢ,yᵢ),  fᵢₖ = vᵢ Σ_{j ∈ i} wⱼₖ + bₖ
//
// over weights w for each feature and label and biases b, which count as weights of one more feature. The dual has a distribution qᵢ over the
// labels for every row, with w the sum of what the rows add: cᵢ vᵢ sⱼ (1[k = yᵢ] − qᵢₖ). A step takes qᵢ towards the distribution that the
// weights give, as far as the dual rises. The problem is strictly convex, so its optimum is one.
type multinomial struct {
	docs     []doc
	rows     []int32   // indices of docs
	labels   []int32   // of the rows
	cost     []float64 // of the rows
	strength []float64 // of the features
	classes  int
	gap      float64 // between what is reached and the optimum at most, of the cost of all rows
}

const (
	mostRounds = 30
	closeGap   = 0.002
	leastMove  = 1e-4 // of a label's probability, for its weights to be moved
)

// solve fits the problem: a plane for each label. What a feature adds to all labels alike changes nothing, so it is chosen to leave the
// most weights near 0: each feature's median is 0.
func (p *multinomial) solve(ctx context.Context) []plane {
	n, classes := len(p.rows), p.classes
	w := make([]float64, len(p.strength)*classes) // by feature, then label
	bias := make([]float64, classes)
	q := make([]float64, n*classes)
	norm := make([]float64, n)
	order := make([]int, n)
	for i, row := range p.rows {
		d := &p.docs[row]
		sum := 0.0
		for _, j := range d.features {
			sum += p.strength[j]
		}
		norm[i] = d.value*d.value*sum + 1
		order[i] = i
		q[i*classes+int(p.labels[i])] = 1
	}
	var ops int64
	s := newStep(classes)
	random := rand.New(rand.NewPCG(1, 2))
	for round := 0; round < mostRounds && ctx.Err() == nil; round++ {
		random.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		apart, cost := 0.0, 0.0 // the duality gap is the sum of the rows' divergences times their costs
		for _, i := range order {
			d := &p.docs[p.rows[i]]
			clear(s.margins)
			for _, j := range d.features {
				for k, v := range w[int(j)*classes : (int(j)+1)*classes] {
					s.margins[k] += v
				}
			}
			ops += int64(len(d.features) * classes)
			for k := range s.margins {
				s.margins[k] = s.margins[k]*d.value + bias[k]
			}
			mine := q[i*classes : (i+1)*classes]
			apart += p.cost[i] * s.direct(mine, p.labels[i])
			cost += p.cost[i]
			if len(s.moved) == 0 {
				continue
			}
			length := s.search(mine, p.cost[i]*norm[i])
			for m, k := range s.moved {
				by := s.by[m] * length
				mine[k] = math.Max(mine[k]+by, 0)
				bias[k] -= p.cost[i] * by
				s.by[m] = -p.cost[i] * d.value * by
			}
			for _, j := range d.features {
				row, strength := w[int(j)*classes:(int(j)+1)*classes], p.strength[j]
				for m, k := range s.moved {
					row[k] += strength * s.by[m]
				}
			}
			ops += int64(len(d.features) * len(s.moved))
		}
		if apart <= p.gap*cost {
			break
		}
	}
	out := make([]plane, classes)
	for k := range out {
		out[k] = plane{w: make([]float64, len(p.strength)), b: bias[k]}
	}
	sorted := make([]float64, classes)
	for j := range p.strength {
		row := w[j*classes : (j+1)*classes]
		copy(sorted, row)
		slices.Sort(sorted)
		middle := sorted[classes/2]
		for k, v := range row {
			out[k].w[j] = v - middle
		}
	}
	out[0].ops = ops
	return out
}

// step is the room for one step of a row.
type step struct {
	margins []float64
	moved   []int32   // the labels whose probability moves
	by      []float64 // how far, of moved
}

func newStep(classes int) *step {
	return &step{make([]float64, classes), make([]int32, 0, classes), make([]float64, 0, classes)}
}

// direct finds the direction from q to the distribution of the margins, small moves left to the label that is true, and gives how far the
// two are apart (Kullback & Leibler 1951).
func (s *step) direct(q []float64, truth int32) float64 {
	top := s.margins[0]
	for _, f := range s.margins {
		top = math.Max(top, f)
	}
	total := 0.0
	for _, f := range s.margins {
		total += math.Exp(f - top)
	}
	all := math.Log(total) + top
	s.moved, s.by = s.moved[:0], s.by[:0]
	apart, rest := 0.0, 0.0
	for k, f := range s.margins {
		if q[k] > 0 {
			apart += q[k] * (math.Log(q[k]) - f + all)
		}
		move := math.Exp(f-all) - q[k]
		if int32(k) != truth && math.Abs(move) >= leastMove {
			s.moved, s.by = append(s.moved, int32(k)), append(s.by, move)
			rest -= move
		}
	}
	if len(s.moved) > 0 {
		s.moved, s.by = append(s.moved, truth), append(s.by, rest)
	}
	return apart
}

// search gives how far along the direction the dual is highest, in [0, 1], by bisection of its slope, which falls. Curved is the row's cost
// times the square of its length.
func (s *step) search(q []float64, curved float64) float64 {
	along, square := 0.0, 0.0
	for m, k := range s.moved {
		along += s.by[m] * s.margins[k]
		square += s.by[m] * s.by[m]
	}
	low, high := 0.0, 1.0
	for range 8 {
		t := (low + high) / 2
		slope := along - t*curved*square
		for m, k := range s.moved {
			slope -= s.by[m] * math.Log(math.Max(q[k]+t*s.by[m], 1e-300))
		}
		if slope > 0 {
			low = t
		} else {
			high = t
		}
	}
	return (low + high) / 2
}
