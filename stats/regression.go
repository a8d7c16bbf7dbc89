package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Effect is what a feature goes with when all others are held equal.
type Effect struct {
	Effect     float64 // how much higher the value is with the feature than without, in its unit; pulled to 0 by the penalty
	Error      float64 // standard error of what the interval is around, robust against rows of one voice being alike
	Interval           // around the effect with most of the pull taken back
	P          float64 // two-sided, of no effect
	Importance float64 // part of R² that is this feature's: Johnson's relative weight, at least 0
}

// Regression is a linear model of a table's values by its features.
type Regression struct {
	Effects []Effect // by feature
	R2      float64  // of the values' variance, 0…1: the sum of the importances
	N       int
}

// Regress fits value = a + Σ effect·feature by least squares with a ridge penalty on the effects, (X′X + λI)⁻¹X′y over centred columns
// (Hoerl & Kennard 1970): a penalty λ pulls a feature's effect to 0 as much as λ answers with it and λ without, all alike, would. The errors
// are those of the sandwich with the scores added up by voice (Liang & Zeger 1986), M(Σ sᵥsᵥ′)M.
//
// Intervals are around MX′y with M = A⁻¹ + λA⁻², A = X′X + λI, which takes back the penalty's pull but for its square (one step of iterated
// ridge, Riley 1955). A feature that V people effectively speak of (see effective) has the variance times V/(V−1) and Student's t with
// V−1 degrees of freedom, because a sandwich of few people is too small and too noisy (Carter, Schnepel & Steigerwald 2017).
//
// Importance is Johnson's relative weight (2000, Multivariate Behavioral Research 35:1): with the correlations of the features
// R = QΔ²Q′, Λ = QΔQ′ and β = Λ⁻¹r, it is εⱼ = Σₖ Λ²ⱼₖβ²ₖ, which is the features' shares in R² however they overlap. Directions without
// variance (features that always come together) count nothing.
//
// ok is false with fewer than three answers or where all values are equal. O(n·f² + width³) for f features a row.
func (t *Table) Regress(penalty, confidence float64) (r Regression, ok bool) {
	n, p := len(t.values), t.width
	if n < 3 || p == 0 {
		return Regression{N: n}, false
	}
	penalty = max(penalty, 1e-6)
	size, mean := float64(n), t.Mean()
	counts, products := make([]float64, p), make([]float64, p) // Σx, Σx(y−ȳ)
	cross := make([]float64, p*p)
	var total float64
	for i, v := range t.values {
		d := v - mean
		total += float64(d * d)
		for _, a := range t.row(i) {
			counts[a]++
			products[a] += d
			for _, b := range t.row(i) {
				cross[int(a)*p+int(b)]++
			}
		}
	}
	if !(total > 1e-12*size) {
		return Regression{N: n}, false
	}
	centred := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			v := cross[a*p+b] - counts[a]*counts[b]/size
			if a == b {
				v += penalty
			}
			centred.SetSym(a, b, v)
		}
	}
	var chol mat.Cholesky
	if !chol.Factorize(centred) {
		return Regression{N: n}, false
	}
	var effects mat.VecDense
	if err := chol.SolveVecTo(&effects, mat.NewVecDense(p, products)); err != nil {
		return Regression{N: n}, false
	}
	var inverse mat.SymDense
	if err := chol.InverseTo(&inverse); err != nil {
		return Regression{N: n}, false
	}
	var back, centres mat.VecDense // λA⁻¹β
	back.MulVec(&inverse, &effects)
	back.ScaleVec(penalty, &back)
	centres.AddVec(&effects, &back)
	var unpulled mat.Dense
	unpulled.Mul(&inverse, &inverse)
	unpulled.Scale(penalty, &unpulled)
	unpulled.Add(&unpulled, &inverse)
	variance := t.sandwich(&unpulled, centres.RawVector().Data, counts, mean)
	r = Regression{Effects: make([]Effect, p), N: n}
	for f, people := range t.sums().effective(p) {
		e := &r.Effects[f]
		e.Effect, e.P = effects.AtVec(f), 1
		centre := centres.AtVec(f)
		e.Interval = Interval{centre, centre}
		if people > 1 {
			df := people - 1
			e.Error = math.Sqrt(max(variance.At(f, f)*people/df, 0))
			half := StudentQuantile(0.5+sane(confidence)/2, df) * e.Error
			e.Interval = Interval{centre - half, centre + half}
			if e.Error > 0 {
				e.P = studentP(centre/e.Error, df)
			}
		}
	}
	for f, w := range relativeWeights(cross, counts, products, total, size) {
		r.Effects[f].Importance = w
		r.R2 += w
	}
	r.R2 = min(r.R2, 1)
	return r, true
}

// sandwich gives the variance of the effects, on the diagonal, before it is corrected for how few people there are.
func (t *Table) sandwich(inverse mat.Matrix, effects, counts []float64, mean float64) *mat.SymDense {
	n, p := float64(len(t.values)), t.width
	base := mean // the constant: what an answer without features is expected to be
	for f, e := range effects {
		base -= e * counts[f] / n
	}
	// A score is x·e with x centred, and Σe over all rows is 0, so that the centre needs the residuals' sum by voice only.
	type score struct {
		residual float64
		by       map[int32]float64
	}
	scores := make([]score, t.people)
	for i, v := range t.values {
		e := v - base
		for _, f := range t.row(i) {
			e -= effects[f]
		}
		s := &scores[t.voices[i]]
		s.residual += e
		if len(t.row(i)) > 0 && s.by == nil {
			s.by = make(map[int32]float64, len(t.row(i)))
		}
		for _, f := range t.row(i) {
			s.by[f] += e
		}
	}
	meat := make([]float64, p*p)
	crossed := make([]float64, p) // Σ of score·residual, for the centre
	var squares float64
	for i := range scores {
		s := &scores[i]
		squares += float64(s.residual * s.residual)
		for a, x := range s.by { // each cell takes one number a voice, so the order of the map cannot show
			crossed[a] += float64(x * s.residual)
			for b, y := range s.by {
				meat[int(a)*p+int(b)] += float64(x * y)
			}
		}
	}
	middle := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			ma, mb := counts[a]/n, counts[b]/n
			middle.SetSym(a, b, meat[a*p+b]-ma*crossed[b]-mb*crossed[a]+ma*mb*squares)
		}
	}
	var half, full mat.Dense
	half.Mul(inverse, middle)
	full.Mul(&half, inverse)
	out := mat.NewSymDense(p, nil)
	for a := range p {
		out.SetSym(a, a, full.At(a, a))
	}
	return out
}

// relativeWeights gives Johnson's weights from the raw moments of the features and the value.
func relativeWeights(cross, counts, products []float64, total, n float64) []float64 {
	p := len(counts)
	deviation := make([]float64, p)
	for f := range deviation {
		deviation[f] = math.Sqrt(max(cross[f*p+f]-counts[f]*counts[f]/n, 0))
	}
	correlations, with := mat.NewSymDense(p, nil), make([]float64, p)
	for a := range p {
		if deviation[a] == 0 {
			continue
		}
		with[a] = products[a] / (deviation[a] * math.Sqrt(total))
		for b := a; b < p; b++ {
			if deviation[b] > 0 {
				correlations.SetSym(a, b, (cross[a*p+b]-counts[a]*counts[b]/n)/(deviation[a]*deviation[b]))
			}
		}
	}
	weights := make([]float64, p)
	var eigen mat.EigenSym
	if !eigen.Factorize(correlations, true) {
		return weights
	}
	var q mat.Dense
	eigen.VectorsTo(&q)
	values := eigen.Values(nil)
	loadings := mat.NewDense(p, p, nil)
	beta := make([]float64, p)
	for k, v := range values {
		if v < 1e-9*float64(p) {
			continue
		}
		root := math.Sqrt(v)
		along := 0.0
		for f := range p {
			along += float64(q.At(f, k) * with[f])
		}
		for a := range p {
			beta[a] += float64(q.At(a, k) * along / root)
			for b := range p {
				loadings.Set(a, b, loadings.At(a, b)+float64(q.At(a, k)*root*q.At(b, k)))
			}
		}
	}
	for f := range weights {
		for k := range p {
			l := loadings.At(f, k)
			weights[f] += float64(l * l * beta[k] * beta[k])
		}
	}
	return weights
}
