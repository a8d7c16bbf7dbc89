package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Effect is what a feature goes with when all others are held equal.
type Effect struct {
	Effect float64 // how much higher the value is with the feature than without, in its unit
	Error  float64 // standard error, robust against rows of one voice being alike
	Interval
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
// are those of the sandwich with the scores added up by voice (Liang & Zeger 1986), A⁻¹(Σ sᵥsᵥ′)A⁻¹·V/(V−1) over V voices.
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
	variance := t.sandwich(&inverse, effects.RawVector().Data, counts, mean)
	r = Regression{Effects: make([]Effect, p), N: n}
	z := TwoSided(confidence)
	for f := range r.Effects {
		e := &r.Effects[f]
		e.Effect, e.Error, e.P = effects.AtVec(f), math.Sqrt(max(variance.At(f, f), 0)), 1
		e.Interval = Interval{e.Effect - z*e.Error, e.Effect + z*e.Error}
		if e.Error > 0 {
			e.P = TwoSidedP(e.Effect / e.Error)
		}
	}
	for f, w := range relativeWeights(cross, counts, products, total, size) {
		r.Effects[f].Importance = w
		r.R2 += w
	}
	r.R2 = min(r.R2, 1)
	return r, true
}

// sandwich gives the variance of the effects.
func (t *Table) sandwich(inverse *mat.SymDense, effects, counts []float64, mean float64) *mat.SymDense {
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
	people := 0.0
	for i := range scores {
		s := &scores[i]
		people++
		squares += float64(s.residual * s.residual)
		for a, x := range s.by { // each cell takes one number a voice, so the order of the map cannot show
			crossed[a] += float64(x * s.residual)
			for b, y := range s.by {
				meat[int(a)*p+int(b)] += float64(x * y)
			}
		}
	}
	adjust := 1.0
	if people > 1 {
		adjust = people / (people - 1)
	}
	middle := mat.NewSymDense(p, nil)
	for a := range p {
		for b := a; b < p; b++ {
			ma, mb := counts[a]/n, counts[b]/n
			middle.SetSym(a, b, adjust*(meat[a*p+b]-ma*crossed[b]-mb*crossed[a]+ma*mb*squares))
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
