package insight

import (
	"cmp"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Rise is how much more often something is said now than it was before.
type Rise struct {
	N           int     `json:"n"`      // voices that say it now
	Before      int     `json:"before"` // voices that said it before
	Share       float64 `json:"share"`  // of the voices now, 0–1
	ShareBefore float64 `json:"share_before"`
	Ratio       float64 `json:"ratio"` // of the shares
	Low         float64 `json:"low"`   // of a 90 % interval: the ratio is below with a chance of 5 %
	High        float64 `json:"high"`
	Dispersion  float64 `json:"dispersion"` // how many times the counts of weeks before vary more than chance lets them; the interval allows for it
	Q           float64 `json:"q"`          // share of false discoveries expected among rises no weaker
	Alert       bool    `json:"alert"`      // low is at least AlertFrom and q at most a tenth
	Clears      int     `json:"clears"`     // at so many voices or fewer, among as many as now, it is no rise any more

	p float64
}

// AlertFrom is the ratio that the lower end of a rise must reach to alert.
const AlertFrom = 1.5

// riseConfidence leaves 5 % below the interval.
const riseConfidence = 0.9

// rise compares how many voices say something now and before. Weeks are the counts of the weeks before, for the dispersion.
func rise(now, before stats.Rate, weeks []stats.Rate) Rise {
	d := stats.Dispersion(weeks)
	c := stats.CompareRates(now, before, d, riseConfidence)
	return Rise{
		N: int(now.Events), Before: int(before.Events), Share: share(int(now.Events), int(now.Exposure)), ShareBefore: share(int(before.Events), int(before.Exposure)),
		Ratio: figure(c.Ratio), Low: figure(c.Low), High: figure(c.High), Dispersion: figure(d), p: c.P,
	}
}

// clears finds the most events at which the interval of a rise holds 1 again.
func clears(now, before stats.Rate, dispersion float64) int {
	low, high := 0, int(now.Events)
	for low < high {
		k := (low + high + 1) / 2
		if stats.CompareRates(stats.Rate{Events: float64(k), Exposure: now.Exposure}, before, dispersion, riseConfidence).Low <= 1 {
			low = k
		} else {
			high = k - 1
		}
	}
	return low
}

// Rising gives the terms that at least least voices say now and more often than before, the least likely to be chance first, and at most
// most; tests is how many terms were compared. Now is the set, before the rest.
func (p *Phrases) Rising(least, most int) (out []Phrase, tests int) {
	for i := range p.table {
		c := &p.table[i]
		if c.lastSet|c.lastR == 0 || int(c.inSet) < max(least, 1) {
			continue
		}
		tests++
		now, before := stats.Rate{Events: float64(c.inSet), Exposure: float64(p.Set)}, stats.Rate{Events: float64(c.inRest), Exposure: float64(p.Rest)}
		if now.Events*before.Exposure <= before.Events*now.Exposure {
			continue
		}
		r := stats.CompareRates(now, before, 1, riseConfidence)
		if r.Low <= 1 {
			continue
		}
		out = append(out, Phrase{Key: c.key, Contrast: Contrast{N: int(c.inSet), Rest: int(c.inRest), Z: -r.P, P: r.P}})
	}
	slices.SortFunc(out, func(a, b Phrase) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key))
	})
	return out[:min(len(out), most)], tests
}

// Rises measures what groups of terms rose by, each with its texts now and before. The weeks end before first, the first day of now.
func (h *Heard) Rises(now, before [][]int32, p *Phrases, tests int, first int32) []Rise {
	weeks := h.weeks(first)
	out := make([]Rise, len(now))
	values := make([]float64, len(now))
	order := make([]int, len(now))
	for i := range out {
		a := stats.Rate{Events: float64(h.distinct(now[i])), Exposure: float64(p.Set)}
		b := stats.Rate{Events: float64(h.distinct(before[i])), Exposure: float64(p.Rest)}
		r := rise(a, b, weeks.rates(h, before[i]))
		r.Clears = clears(a, b, r.Dispersion)
		out[i], order[i] = r, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(out[a].p, out[b].p) })
	for k, i := range order {
		values[k] = out[i].p
	}
	for k, q := range adjusted(values, tests) {
		r := &out[order[k]]
		r.Q, r.Alert = significant(q), q <= falseShare && r.Low >= AlertFrom
	}
	return out
}

// weekly counts the voices of weeks that end before a day.
type weekly struct {
	first  int32 // the day after the last week
	voices []float64
}

// week gives how many weeks before the end a day lies, 0 the last.
func (w *weekly) week(day int32) int { return int(w.first-1-day) / 7 }

// weeks counts the voices of the weeks of the rest.
func (h *Heard) weeks(first int32) *weekly {
	w := &weekly{first: first}
	seen := map[int64]struct{}{}
	for i := range h.Len() {
		if h.Sets[i]&InRest == 0 || h.Days[i] >= first {
			continue
		}
		n := w.week(h.Days[i])
		for len(w.voices) <= n {
			w.voices = append(w.voices, 0)
		}
		key := int64(n)<<32 | int64(h.voices[i])
		if _, ok := seen[key]; !ok {
			seen[key] = struct{}{}
			w.voices[n]++
		}
	}
	return w
}

// rates gives how many voices of each week say something.
func (w *weekly) rates(h *Heard, texts []int32) []stats.Rate {
	out := make([]stats.Rate, len(w.voices))
	for n, v := range w.voices {
		out[n].Exposure = v
	}
	seen := map[int64]struct{}{}
	for _, i := range texts {
		if h.Days[i] >= w.first {
			continue
		}
		n := w.week(h.Days[i])
		key := int64(n)<<32 | int64(h.voices[i])
		if _, ok := seen[key]; !ok {
			seen[key] = struct{}{}
			out[n].Events++
		}
	}
	return out
}

// Drift is a slow change that a cumulative sum noticed.
type Drift struct {
	Direction string    `json:"direction"` // rising or falling
	Since     string    `json:"since"`     // the week in which it began
	Noticed   string    `json:"noticed"`   // the week in which the sum passed its limit
	Share     float64   `json:"share"`     // of voices a week since then
	Expected  float64   `json:"expected"`  // the share of the weeks it is held against
	Sum       float64   `json:"sum"`       // at its highest, in standard deviations; the limit is 5
	Weeks     []float64 `json:"weeks"`     // shares by week, the oldest first
}

// The watch on drifts: the first half of the weeks says what is expected, the second half is watched, as Page's test usually is.
const (
	driftSlack  = 0.5
	driftLimit  = 5
	driftWeeks  = 8  // at least, in each half
	driftVoices = 20 // at least, over all weeks
)

// Drifts watches groups of terms for slow changes in the rest's weeks before a day; those without one are nil.
func (h *Heard) Drifts(texts [][]int32, first int32) []*Drift {
	weeks := h.weeks(first)
	out := make([]*Drift, len(texts))
	half := len(weeks.voices) / 2
	if half < driftWeeks {
		return out
	}
	for k, list := range texts {
		rates := weeks.rates(h, list)
		slices.Reverse(rates) // the oldest first
		var known stats.Rate
		total := 0.0
		for i, r := range rates {
			total += r.Events
			if i < half {
				known.Events, known.Exposure = known.Events+r.Events, known.Exposure+r.Exposure
			}
		}
		if total < driftVoices || known.Exposure == 0 {
			continue
		}
		// Half an event more, so that what was never said before has a rate to be held against.
		expected := (known.Events + 0.5) / known.Exposure
		series := stats.Standardised(rates[half:], expected, stats.Dispersion(rates[:half]))
		d, ok := stats.CUSUM(series, driftSlack, driftLimit)
		if !ok {
			continue
		}
		week := func(i int) string { return DayName(first - int32(len(rates)-half-i)*7) }
		drift := &Drift{
			Direction: Falling, Since: week(d.From), Noticed: week(d.Alarm), Expected: figure(expected), Sum: figure(d.Highest),
			Weeks: make([]float64, len(rates)),
		}
		if d.Up {
			drift.Direction = Rising
		}
		var since stats.Rate
		for i, r := range rates {
			if r.Exposure > 0 {
				drift.Weeks[i] = figure(r.Events / r.Exposure)
			}
			if i >= half+d.From {
				since.Events, since.Exposure = since.Events+r.Events, since.Exposure+r.Exposure
			}
		}
		drift.Share = share(int(since.Events), int(since.Exposure))
		out[k] = drift
	}
	return out
}
