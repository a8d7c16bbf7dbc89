package learn

import (
	"math"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Margins become confidences by what was read out of fold: exclusive labels by one temperature, the softmax of margins times it having
// the least log-loss; others by a logistic of their own, slope and offset (Platt 1999).

// temper is what margins are multiplied by, and what is added after.
type temper struct{ slope, offset float64 }

// temperature finds the slope of exclusive labels, by golden section on its logarithm: log-loss is convex in the slope.
func (l *learner) temperature(margins [][]float64) float64 {
	loss := func(log float64) float64 {
		t, sum := math.Exp(log), 0.0
		for i, m := range margins {
			if m == nil {
				continue
			}
			top := slices.Max(m)
			total := 0.0
			for _, f := range m {
				total += math.Exp(t * (f - top))
			}
			sum += l.corpus.examples[i].Weight * (math.Log(total) - t*(m[l.truth[i][0]]-top))
		}
		return sum
	}
	const golden = 0.6180339887498949
	low, high := math.Log(0.3), math.Log(30)
	x, y := high-golden*(high-low), low+golden*(high-low)
	fx, fy := loss(x), loss(y)
	for range 24 {
		if fx < fy {
			high, y, fy = y, x, fx
			x = high - golden*(high-low)
			fx = loss(x)
		} else {
			low, x, fx = x, y, fy
			y = low + golden*(high-low)
			fy = loss(y)
		}
	}
	return math.Exp((low + high) / 2)
}

// logistics finds slope and offset of every label, by Newton's method with the counts smoothed as Platt does.
func (l *learner) logistics(margins [][]float64) []temper {
	out := make([]temper, len(l.labels))
	for k := range out {
		var f []float64
		var yes []bool
		for i, m := range margins {
			if m != nil {
				f, yes = append(f, m[k]), append(yes, slices.Contains(l.truth[i], int32(k)))
			}
		}
		out[k] = platt(f, yes)
	}
	return out
}

func platt(f []float64, yes []bool) temper {
	n := 0.0
	for _, y := range yes {
		if y {
			n++
		}
	}
	high, low := (n+1)/(n+2), 1/(float64(len(f))-n+2)
	t := temper{2, 0}
	for range 50 {
		var g [2]float64
		h := [3]float64{1e-3, 0, 1e-3}
		for i := range f {
			want := low
			if yes[i] {
				want = high
			}
			p := sigmoid(t.slope*f[i] + t.offset)
			d, v := p-want, math.Max(p*(1-p), 1e-9)
			g[0], g[1] = g[0]+d*f[i], g[1]+d
			h[0], h[1], h[2] = h[0]+v*f[i]*f[i], h[1]+v*f[i], h[2]+v
		}
		det := h[0]*h[2] - h[1]*h[1]
		if det <= 0 {
			break
		}
		ds, do := (h[2]*g[0]-h[1]*g[1])/det, (h[0]*g[1]-h[1]*g[0])/det
		size := math.Max(1, math.Max(math.Abs(ds), math.Abs(do))) // no step above 1
		t.slope, t.offset = t.slope-ds/size, t.offset-do/size
		if math.Abs(ds)+math.Abs(do) < 1e-9 {
			break
		}
	}
	t.slope = math.Max(t.slope, 0.1)
	return t
}

// given is an answer out of fold: how sure, and whether it was right.
type given struct {
	confidence float64
	right      bool
}

// The thresholds where there is nothing to choose by.
const (
	plainThreshold = 0.5
	fewestGiven    = 5
)

// never is the threshold of a label that nothing shows to be right often enough: what is said of it is unsure.
const never = 1

// oneError is the confidence of an interval of one standard error to either side.
const oneError = 0.6827

// forPrecision gives the lowest threshold from which on the answers surely have a precision: the lower end of its interval (Wilson 1927, one
// standard error) is not below it. So what was chosen because it came out well does not disappoint on other texts.
func forPrecision(answers []given, wanted float64) float64 {
	slices.SortFunc(answers, func(a, b given) int { return compare(b.confidence, a.confidence) })
	best, right := float64(never), 0
	for i, a := range answers {
		if a.right {
			right++
		}
		last := i+1 == len(answers) || answers[i+1].confidence < a.confidence
		if last && i+1 >= fewestGiven && stats.Wilson(right, i+1, oneError).Low >= wanted {
			best = a.confidence
		}
	}
	return math.Round(best*1000) / 1000
}

// forF1 gives the threshold with the best F1 for a label that total texts have.
func forF1(answers []given, total int) float64 {
	if len(answers) < fewestGiven || total < fewestGiven {
		return plainThreshold
	}
	slices.SortFunc(answers, func(a, b given) int { return compare(b.confidence, a.confidence) })
	best, f1, right := plainThreshold, 0.0, 0
	for i, a := range answers {
		if a.right {
			right++
		}
		if i+1 < len(answers) && answers[i+1].confidence < a.confidence {
			if v := 2 * float64(right) / float64(i+1+total); v > f1 {
				best, f1 = (a.confidence+answers[i+1].confidence)/2, v
			}
		}
	}
	return math.Round(math.Min(math.Max(best, 0.2), 0.8)*1000) / 1000 // beyond it is chance
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// thresholds gives the confidence from which each label is sure, by what was read out of fold. Without a wanted precision an exclusive
// label is sure from one half on, and another where its F1 is best.
func (l *learner) thresholds(margins [][]float64, tempers []temper, precision float64) []float64 {
	out := make([]float64, len(l.labels))
	answers := make([][]given, len(l.labels))
	totals := make([]int, len(l.labels))
	for i, m := range margins {
		if m == nil {
			continue
		}
		for _, k := range l.truth[i] {
			totals[k]++
		}
		if l.exclusive {
			best, total := argmax(m), 0.0
			for _, f := range m {
				total += math.Exp(tempers[0].slope * (f - m[best]))
			}
			answers[best] = append(answers[best], given{1 / total, slices.Contains(l.truth[i], int32(best))})
			continue
		}
		for k, f := range m {
			answers[k] = append(answers[k], given{sigmoid(tempers[k].slope*f + tempers[k].offset), slices.Contains(l.truth[i], int32(k))})
		}
	}
	for k := range out {
		switch {
		case precision > 0:
			out[k] = forPrecision(answers[k], precision)
		case l.exclusive:
			out[k] = plainThreshold
		default:
			out[k] = forF1(answers[k], totals[k])
		}
	}
	return out
}
