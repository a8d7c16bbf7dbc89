package insight

import (
	"math"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Watched is an account that was there at a moment, the band it was in by then, and what came of it.
type Watched struct {
	Band   string
	Score  *float64 // behind the band, where it is one of numbers
	Left   bool
	Days   float64 // until it left, or as long as it was watched
	Before float64 // revenue of as long before the moment
	After  float64 // and after
}

// Payoff sets bands of accounts against what came of them. It says what goes with what, not what makes what.
type Payoff struct {
	N         int         `json:"n"`
	Left      int         `json:"left"`
	Reference string      `json:"reference"` // the band the others are compared with
	Bands     []Band      `json:"bands"`
	Slope     *ScoreSlope `json:"slope,omitempty"`
	Statement string      `json:"statement"`
	Days      float64     `json:"days"` // watched
}

// Band is a group of accounts.
type Band struct {
	Band       string               `json:"band"`
	N          int                  `json:"n"`
	Left       int                  `json:"left"`
	Rate       float64              `json:"rate"`
	Low        float64              `json:"low"` // Wilson, 95 %
	High       float64              `json:"high"`
	Difference *Figure              `json:"risk_difference,omitempty"` // against the reference (Newcombe)
	OddsRatio  *Figure              `json:"odds_ratio,omitempty"`      // against the reference
	P          *float64             `json:"p,omitempty"`               // log-rank, of no difference in how soon they leave
	Before     float64              `json:"revenue_before"`            // a mean account
	After      float64              `json:"revenue_after"`
	Growth     *Figure              `json:"revenue_change,omitempty"` // mean of after − before
	Survival   []stats.SurvivalStep `json:"survival"`                 // Kaplan–Meier, days
}

// Figure is a value with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// ScoreSlope is a logistic regression of leaving on the score behind the bands.
type ScoreSlope struct {
	OddsRatio Figure  `json:"odds_ratio"` // of leaving, for each Step more
	Step      float64 `json:"step"`
	N         int     `json:"n"`
}

// fewLeft is how many have to have left, and have stayed, for a slope to be fitted.
const fewLeft = 10

// MeasurePayoff compares bands, in the order given, with the reference, the largest where none is named; step is the width of score a slope
// is told for.
func MeasurePayoff(watched []Watched, bands []string, reference string, step, days float64) Payoff {
	r := Payoff{N: len(watched), Reference: reference, Bands: []Band{}, Days: days}
	by := map[string][]Watched{}
	for _, w := range watched {
		by[w.Band] = append(by[w.Band], w)
		if w.Left {
			r.Left++
		}
	}
	if reference == "" { // the largest band
		for _, name := range bands {
			if r.Reference == "" || len(by[name]) > len(by[r.Reference]) {
				r.Reference = name
			}
		}
		reference = r.Reference
	}
	spells := func(ws []Watched) (out []stats.Spell) {
		for _, w := range ws {
			out = append(out, stats.Spell{Time: w.Days, Event: w.Left})
		}
		return out
	}
	base := by[reference]
	baseLeft := left(base)
	for _, name := range bands {
		ws := by[name]
		b := Band{Band: name, N: len(ws), Left: left(ws), Survival: stats.KaplanMeier(spells(ws), 0.95)}
		w := stats.Wilson(b.Left, b.N, 0.95)
		b.Low, b.High = figure(w.Low), figure(w.High)
		var changes []stats.Weighted
		for _, w := range ws {
			b.Before += w.Before / float64(b.N)
			b.After += w.After / float64(b.N)
			changes = append(changes, stats.Weighted{Value: w.After - w.Before, N: 1})
		}
		b.Before, b.After = figure(b.Before), figure(b.After)
		if b.N > 0 {
			b.Rate = figure(float64(b.Left) / float64(b.N))
		}
		if i, ok := stats.MeanInterval(changes, 0.95); ok {
			mean, _ := stats.Mean(changes)
			b.Growth = &Figure{figure(mean), figure(i.Low), figure(i.High)}
		}
		if name != reference && b.N > 0 && len(base) > 0 {
			d := stats.Newcombe(b.Left, b.N, baseLeft, len(base), 0.95)
			b.Difference = &Figure{figure(float64(b.Left)/float64(b.N) - float64(baseLeft)/float64(len(base))), figure(d.Low), figure(d.High)}
			ratio, i := stats.OddsRatio(b.Left, b.N, baseLeft, len(base), 0.95)
			b.OddsRatio = &Figure{figure(ratio), figure(i.Low), figure(i.High)}
			if p, ok := stats.LogRank(spells(ws), spells(base)); ok {
				b.P = ref(p)
			}
		}
		r.Bands = append(r.Bands, b)
	}
	r.Slope = slope(watched, step)
	r.Statement = r.say()
	return r
}

func left(ws []Watched) (n int) {
	for _, w := range ws {
		if w.Left {
			n++
		}
	}
	return n
}

// slope fits leaving on the score, with an interval from redrawn accounts; nil where too few left or stayed.
func slope(watched []Watched, step float64) *ScoreSlope {
	var x [][]float64
	var y []bool
	n := 0
	for _, w := range watched {
		if w.Score != nil {
			x, y = append(x, []float64{*w.Score / step}), append(y, w.Left)
			if w.Left {
				n++
			}
		}
	}
	if step <= 0 || n < fewLeft || len(y)-n < fewLeft {
		return nil
	}
	fit, ok := stats.FitLogistic(x, y, stats.LogisticOptions{Ridge: 1e-6})
	if !ok {
		return nil
	}
	// The variance of the slope, from the information matrix of intercept and slope.
	var a, b, c float64
	for _, row := range x {
		p := fit.Of(row)
		v := p * (1 - p)
		a, b, c = a+v, b+v*row[0], c+v*row[0]*row[0]
	}
	det := a*c - b*b
	if det <= 0 {
		return nil
	}
	half := stats.TwoSided(0.95) * math.Sqrt(a/det)
	beta := fit.Coefficients[0]
	return &ScoreSlope{Figure{figure(math.Exp(beta)), figure(math.Exp(beta - half)), figure(math.Exp(beta + half))}, step, len(y)}
}

// say puts the clearest difference into a sentence.
func (r *Payoff) say() string {
	best := -1
	for i, b := range r.Bands {
		if b.Difference != nil && (b.Difference.Low > 0 || b.Difference.High < 0) && (best < 0 || math.Abs(b.Difference.Value) > math.Abs(r.Bands[best].Difference.Value)) {
			best = i
		}
	}
	if best < 0 {
		return "No band is associated with more or less leaving than " + r.Reference + " beyond chance."
	}
	b := r.Bands[best]
	return b.Band + " is associated with " + percent(b.Difference.Value) + " leaving than " + r.Reference + " (" + points(b.Difference.Low) + " to " + points(b.Difference.High) +
		" points). What goes together need not be cause and effect."
}

func percent(v float64) string {
	if v < 0 {
		return points(-v) + " points less"
	}
	return points(v) + " points more"
}

// points writes a share as percentage points.
func points(v float64) string { return decimal(math.Round(1000*v) / 10) }

// BandOfNPS gives the band of an answer on 0–10 or 1–10.
func BandOfNPS(c Count) (band string, ok bool) {
	c.N = 1
	r := NPS([]Count{c}, Options{})
	switch {
	case r.Promoters == 1:
		return "promoters", true
	case r.Passives == 1:
		return "passives", true
	case r.Detractors == 1:
		return "detractors", true
	}
	return "", false
}

// NPSBands are the bands of recommendation, the best first.
func NPSBands() []string { return slices.Clone([]string{"promoters", "passives", "detractors"}) }
