package stats

import (
	"math"
	"math/rand/v2"
)

// Table holds answers: of each a value, who gave it, and which of some features it has. The zero Table is empty. Rows of one voice are
// not independent: whatever estimates an error from a Table takes the voices, not the rows, as the sample.
type Table struct {
	values   []float64
	voices   []int32
	starts   []int32 // of each row's features
	features []int32
	width    int
	people   int
}

// Add adds an answer. A voice is a number from 0, features are numbers from 0, each at most once. A value that is not usable is left
// out.
func (t *Table) Add(value float64, voice int, features []int32) {
	if !usable(value) || voice < 0 {
		return
	}
	t.values, t.voices, t.starts = append(t.values, value), append(t.voices, int32(voice)), append(t.starts, int32(len(t.features)))
	t.features = append(t.features, features...)
	t.people = max(t.people, voice+1)
	for _, f := range features {
		t.width = max(t.width, int(f)+1)
	}
}

// Len gives the number of answers.
func (t *Table) Len() int { return len(t.values) }

// row gives the features of an answer.
func (t *Table) row(i int) []int32 {
	end := len(t.features)
	if i+1 < len(t.starts) {
		end = int(t.starts[i+1])
	}
	return t.features[t.starts[i]:end]
}

// Mean gives the mean value, 0 without answers.
func (t *Table) Mean() float64 {
	var sum float64
	for _, v := range t.values {
		sum += v
	}
	if len(t.values) == 0 {
		return 0
	}
	return sum / float64(len(t.values))
}

// Impact is how much one feature moves the mean of all answers.
type Impact struct {
	N      int     // answers with it
	Voices int     // people behind those
	Mean   float64 // of the answers with it
	Impact float64 // mean of all less the mean of the answers without it; 0 where all have it
	Error  float64 // standard error, by the bootstrap over voices
	Interval
	P float64 // two-sided, of no impact
}

// LeaveOut gives the impact of every feature, by number: M(all) − M(without it) = n/(N−n)·(m − M). Errors come from a bootstrap that draws
// voices, in its Bayesian-like form with Poisson(1) weights (Hanley & MacGibbon 2006), times √(V/(V−1)) for a feature that V people
// effectively speak of (see effective), and the interval is the impact ± t·error with V−1 degrees of freedom. The same seed gives the same answer. Rounds below 1 mean as many as four hundred, fewer for large tables. A feature that fewer than two
// voices have, or all answers, has the error 0 and P 1.
func (t *Table) LeaveOut(confidence float64, rounds int, seed uint64) []Impact {
	out := make([]Impact, t.width)
	all := t.sums()
	total := all.total()
	var with []sum
	with, voices := all.features(nil, t.width)
	for f := range out {
		o := &out[f]
		o.N, o.Voices = int(with[f].n), voices[f]
		if o.N > 0 {
			o.Mean = with[f].mean()
		}
		o.Impact, _ = impact(total, with[f])
		o.P = 1
	}
	if rounds < 1 {
		rounds = min(max(40_000_000/(len(all.pairs)+len(all.voices)+1), 60), 400)
	}
	random := rand.New(rand.NewPCG(seed, uint64(t.people)))
	means, squares, drawn := make([]float64, t.width), make([]float64, t.width), make([]float64, t.width)
	weights := make([]float64, len(all.voices))
	for range rounds {
		for i := range weights {
			weights[i] = poisson1(random.Float64())
		}
		total := all.weighted(weights)
		with, _ = all.features(weights, t.width)
		for f := range out {
			if v, ok := impact(total, with[f]); ok { // running moments, from the plain estimate
				d := v - out[f].Impact
				drawn[f]++
				means[f] += d
				squares[f] += float64(d * d)
			}
		}
	}
	for f, people := range all.effective(t.width) {
		o := &out[f]
		if o.N == len(t.values) || o.Voices < 2 || drawn[f] < 2 {
			o.Interval = Interval{o.Impact, o.Impact}
			continue
		}
		df := max(people-1, 1)
		variance := (squares[f] - means[f]*means[f]/drawn[f]) / (drawn[f] - 1)
		o.Error = math.Sqrt(max(variance*(df+1)/df, 0))
		half := StudentQuantile(0.5+sane(confidence)/2, df) * o.Error
		o.Interval = Interval{o.Impact - half, o.Impact + half}
		if o.Error > 0 {
			o.P = studentP(o.Impact/o.Error, df)
		}
	}
	return out
}

// impact gives the mean of all less the mean without a part; ok is false where nothing is left.
func impact(all, part sum) (float64, bool) {
	rest := sum{all.n - part.n, all.sum - part.sum}
	if !(rest.n > 0.5) || all.n == 0 {
		return 0, false
	}
	return all.mean() - rest.mean(), true
}

type sum struct{ n, sum float64 }

func (s sum) mean() float64 { return s.sum / s.n }

// voiceSums are the answers added up by voice, and by voice and feature.
type voiceSums struct {
	voices []sum
	pairs  []voicePair
}

type voicePair struct {
	voice, feature int32
	sum
}

// sums adds a table up.
func (t *Table) sums() *voiceSums {
	s := &voiceSums{voices: make([]sum, t.people)}
	at := make(map[[2]int32]int32, len(t.features))
	for i, v := range t.values {
		p := &s.voices[t.voices[i]]
		p.n++
		p.sum += v
		for _, f := range t.row(i) {
			key := [2]int32{t.voices[i], f}
			j, ok := at[key]
			if !ok {
				j = int32(len(s.pairs))
				at[key] = j
				s.pairs = append(s.pairs, voicePair{voice: t.voices[i], feature: f})
			}
			s.pairs[j].n++
			s.pairs[j].sum.sum += v
		}
	}
	return s
}

func (s *voiceSums) total() (t sum) {
	for _, v := range s.voices {
		t.n, t.sum = t.n+v.n, t.sum+v.sum
	}
	return t
}

func (s *voiceSums) weighted(weights []float64) (t sum) {
	for i, v := range s.voices {
		t.n, t.sum = t.n+float64(weights[i]*v.n), t.sum+float64(weights[i]*v.sum)
	}
	return t
}

// features gives the sums by feature and how many voices have it; nil weights are ones.
func (s *voiceSums) features(weights []float64, width int) (sums []sum, voices []int) {
	sums, voices = make([]sum, width), make([]int, width)
	for i := range s.pairs {
		p := &s.pairs[i]
		w := 1.0
		if weights != nil {
			w = weights[p.voice]
		}
		voices[p.feature]++
		f := &sums[p.feature]
		f.n, f.sum = f.n+float64(w*p.n), f.sum+float64(w*p.sum.sum)
	}
	return sums, voices
}

// effective gives how many people, were all alike, would tell as surely as these what answers with a feature are beside those without, by
// feature: (Σw)²/Σw² (Kish 1965) over the weight w that a voice has in the variance of the difference of the two means, n/N² for n of N answers
// with the feature and the same for those without. A feature that few have counts few people, however many there are in all.
func (s *voiceSums) effective(width int) []float64 {
	total := s.total()
	var squares float64 // Σn² over all voices
	for _, v := range s.voices {
		squares += float64(v.n * v.n)
	}
	with, _ := s.features(nil, width)
	sumSquares, without := make([]float64, width), make([]float64, width)
	for i := range s.pairs {
		p := &s.pairs[i]
		f := p.feature
		in, rest := with[f].n, total.n-with[f].n
		w := p.n / (in * in)
		if rest > 0 {
			w += (s.voices[p.voice].n - p.n) / (rest * rest)
		}
		sumSquares[f] += float64(w * w)
		without[f] += float64(s.voices[p.voice].n * s.voices[p.voice].n)
	}
	out := make([]float64, width)
	for f := range out {
		rest := total.n - with[f].n
		if with[f].n == 0 {
			continue
		}
		sum, sumSquare := 1/with[f].n, sumSquares[f]
		if rest > 0 {
			sum += 1 / rest
			sumSquare += (squares - without[f]) / (rest * rest * rest * rest)
		}
		out[f] = sum * sum / sumSquare
	}
	return out
}

// poisson1 gives the Poisson(1) count at a point of [0, 1) of its distribution.
func poisson1(u float64) float64 {
	for k, below := range poissonBelow {
		if u < below {
			return float64(k)
		}
	}
	return float64(len(poissonBelow))
}

// poissonBelow is the distribution: the chance of at most as many as the place.
var poissonBelow = func() (below [16]float64) {
	p, sum := math.Exp(-1), 0.0
	for k := range below {
		sum += p
		below[k] = sum
		p /= float64(k + 1)
	}
	return below
}()

// Impacts gives the impact of every feature, by number, without errors.
func (t *Table) Impacts() []float64 {
	all := t.sums()
	total := all.total()
	with, _ := all.features(nil, t.width)
	out := make([]float64, t.width)
	for f := range out {
		out[f], _ = impact(total, with[f])
	}
	return out
}
