package insight

import (
	"cmp"
	"math"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Driver is how a metric goes with one thing that answers mention.
type Driver struct {
	N      int     `json:"n"` // answers that mention it
	Voices int     `json:"voices"`
	Share  float64 `json:"share"` // of all answers, 0–1
	Value  float64 `json:"value"` // the metric of those that mention it

	Impact     float64 `json:"impact"` // the metric less what it is without them: negative pulls down
	ImpactLow  float64 `json:"impact_low"`
	ImpactHigh float64 `json:"impact_high"`
	Q          float64 `json:"q"`    // share of false discoveries expected among impacts no weaker
	Sure       bool    `json:"sure"` // q is at most a tenth

	Effect     float64 `json:"effect"` // how much an answer with it differs from one without, all other mentions and segments equal
	EffectLow  float64 `json:"effect_low"`
	EffectHigh float64 `json:"effect_high"`
	Importance float64 `json:"importance"` // its share of what mentions explain of the metric, 0–1

	Promoters  *float64 `json:"promoters,omitempty"`  // of nps: the share of promoters less what it is without, in points
	Detractors *float64 `json:"detractors,omitempty"` // and of detractors
	Grey       bool     `json:"grey,omitempty"`       // n below GreyN: read the intervals, not the figures
}

// GreyN is the number of answers below which a driver is shown as grey, and SmallN that below which it is not shown at all.
const GreyN = 30

// Drivers are how a metric goes with what answers mention.
type Drivers struct {
	N      int     `json:"n"`      // answers
	Voices int     `json:"voices"` // who gave them
	Value  float64 `json:"value"`  // the metric
	R2     float64 `json:"r2"`     // how much of its variance mentions explain, 0–1, less what as many would explain by chance
	By     []Driver
}

// driverSeed begins the bootstrap, so that the same answers give the same intervals.
const driverSeed = 1

// ridge is the penalty on adjusted effects: as if one answer with each mention, and one without, had been alike.
const ridge = 2

// MentionTable collects answers with what they mention, for Drivers. The zero MentionTable is empty.
type MentionTable struct {
	all, up, down stats.Table
	numbers       map[uint64]int
}

// Add adds an answer in the metric's unit, who gave it, and what it mentions, by number and each once. Numbers from the width of Drivers on are
// no mentions but the segments that the answer is of.
func (t *MentionTable) Add(value float64, voice uint64, mentions []int32) {
	if t.numbers == nil {
		t.numbers = map[uint64]int{}
	}
	n, ok := t.numbers[voice]
	if !ok {
		n = len(t.numbers)
		t.numbers[voice] = n
	}
	t.all.Add(value, n, mentions)
	t.up.Add(flag(value > 0)*100, n, mentions)
	t.down.Add(flag(value < 0)*100, n, mentions)
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Drivers computes how the metric goes with each mention, by number; those of fewer voices than least are left with N and Voices alone.
// Width is how many mentions there are; effects are adjusted for the segments beyond it, too, which are not given. Bands tells that answers are ±100 or 0, as those of a net promoter score.
func (t *MentionTable) Drivers(width int, bands bool, least int, o Options) Drivers {
	out := Drivers{N: t.all.Len(), Voices: len(t.numbers), Value: figure(t.all.Mean()), By: make([]Driver, width)}
	impacts := t.all.LeaveOut(o.Confidence, 0, driverSeed)
	fit, fitted := t.all.Regress(ridge, o.Confidence)
	explained := 0.0 // by mentions
	for i := range min(width, len(fit.Effects)) {
		explained += fit.Effects[i].Importance
	}
	out.R2 = figure(adjustedR2(min(explained, 1), out.N, min(width, len(impacts))))
	var up, down []float64
	if bands {
		up, down = t.up.Impacts(), t.down.Impacts()
	}
	var tested []int
	var p []float64
	for i := range min(width, len(impacts)) {
		d, m := &out.By[i], impacts[i]
		d.N, d.Voices, d.Share = m.N, m.Voices, share(m.N, out.N)
		if m.Voices < max(least, 2) {
			continue
		}
		d.Value, d.Impact, d.ImpactLow, d.ImpactHigh = figure(m.Mean), figure(m.Impact), figure(m.Low), figure(m.High)
		d.Grey = m.N < GreyN
		tested, p = append(tested, i), append(p, m.P)
		if fitted {
			e := fit.Effects[i]
			d.Effect, d.EffectLow, d.EffectHigh = figure(e.Effect), figure(e.Low), figure(e.High)
			if explained > 0 {
				d.Importance = figure(e.Importance / explained)
			}
		}
		if bands {
			promoters, detractors := figure(up[i]), figure(down[i])
			d.Promoters, d.Detractors = &promoters, &detractors
		}
	}
	for k, q := range stats.BenjaminiHochberg(p) {
		d := &out.By[tested[k]]
		d.Q, d.Sure = significant(q), q <= falseShare
	}
	return out
}

// adjustedR2 takes off R² what p features of no use would reach (Theil 1961); at least 0.
func adjustedR2(r2 float64, n, p int) float64 {
	if n <= p+1 {
		return 0
	}
	return max(1-(1-r2)*float64(n-1)/float64(n-p-1), 0)
}

// Strongest gives the places of drivers that were computed, the strongest impact first.
func (d *Drivers) Strongest(least int) []int {
	var out []int
	for i := range d.By {
		if d.By[i].Voices >= max(least, 2) {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		x, y := &d.By[a], &d.By[b]
		return cmp.Or(cmp.Compare(math.Abs(y.Impact), math.Abs(x.Impact)), cmp.Compare(y.N, x.N))
	})
	return out
}
