package stats

import (
	"cmp"
	"math"
	"slices"
)

// Spell is how long somebody was watched, in any unit, and whether the event ended it rather than the watch.
type Spell struct {
	Time  float64
	Event bool
}

// SurvivalStep is the share that is still without the event after a time at which somebody had it.
type SurvivalStep struct {
	Time     float64 `json:"time"`
	AtRisk   int     `json:"at_risk"` // just before
	Events   int     `json:"events"`
	Survival float64 `json:"survival"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// KaplanMeier gives the survival curve of spells, some of which end without the event (Kaplan & Meier 1958), with intervals on the scale
// of log(−log S) from Greenwood's variance, which stay in [0, 1] (Kalbfleisch & Prentice 1980). Spells of negative or unusable length are
// left out. There is a step for every time with an event, ascending.
func KaplanMeier(spells []Spell, confidence float64) []SurvivalStep {
	sorted := slices.DeleteFunc(slices.Clone(spells), func(s Spell) bool { return !usable(s.Time) || s.Time < 0 })
	slices.SortFunc(sorted, func(a, b Spell) int { return cmp.Compare(a.Time, b.Time) })
	z := TwoSided(confidence)
	out := []SurvivalStep{}
	survival, greenwood := 1.0, 0.0
	for i := 0; i < len(sorted); {
		at, risk, events := sorted[i].Time, len(sorted)-i, 0
		for ; i < len(sorted) && sorted[i].Time == at; i++ {
			if sorted[i].Event {
				events++
			}
		}
		if events == 0 {
			continue
		}
		survival *= 1 - float64(events)/float64(risk)
		step := SurvivalStep{Time: at, AtRisk: risk, Events: events, Survival: survival, Low: 0, High: 1}
		if survival > 0 {
			greenwood += float64(events) / (float64(risk) * float64(risk-events))
			l := math.Log(survival)
			half := z * math.Sqrt(greenwood) / math.Abs(l)
			step.Low, step.High = math.Pow(survival, math.Exp(half)), math.Pow(survival, math.Exp(-half))
		} else { // everybody had it: the last interval's end stays the bound
			step.High = 1
			if len(out) > 0 {
				step.High = out[len(out)-1].High
			}
		}
		out = append(out, step)
	}
	return out
}

// OddsRatio gives the odds of an event among n1 over those among n0, with ½ added to each of the four counts so that it is finite
// (Haldane 1955, Anscombe 1956), and its interval from the normal distribution of the logarithm (Woolf 1955). Without anybody in a group it
// is 1, in [0, +1e9].
func OddsRatio(events1, n1, events0, n0 int, confidence float64) (ratio float64, interval Interval) {
	if n1 <= 0 || n0 <= 0 {
		return 1, Interval{0, 1e9}
	}
	a, b := float64(min(max(events1, 0), n1))+0.5, float64(n1-min(max(events1, 0), n1))+0.5
	c, d := float64(min(max(events0, 0), n0))+0.5, float64(n0-min(max(events0, 0), n0))+0.5
	l := math.Log(a * d / (b * c))
	half := TwoSided(confidence) * math.Sqrt(1/a+1/b+1/c+1/d)
	return math.Exp(l), Interval{math.Exp(l - half), math.Exp(l + half)}
}

// LogRank gives the p-value of no difference between groups of spells in how soon the event comes (Mantel 1966), by the chi-square of
// observed against expected events with as many degrees of freedom as groups less one, computed for two groups; ok is false where there
// is no event or a group is empty.
func LogRank(a, b []Spell) (p float64, ok bool) {
	var times []float64
	for _, s := range slices.Concat(a, b) {
		if s.Event && usable(s.Time) {
			times = append(times, s.Time)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	if len(a) == 0 || len(b) == 0 || len(times) == 0 {
		return 1, false
	}
	at := func(spells []Spell, t float64) (risk, events float64) {
		for _, s := range spells {
			if s.Time >= t {
				risk++
				if s.Time == t && s.Event {
					events++
				}
			}
		}
		return risk, events
	}
	var difference, variance float64
	for _, t := range times {
		n1, d1 := at(a, t)
		n0, d0 := at(b, t)
		n, d := n1+n0, d1+d0
		difference += d1 - d*n1/n
		if n > 1 {
			variance += d * (n1 / n) * (n0 / n) * (n - d) / (n - 1)
		}
	}
	if variance <= 0 {
		return 1, false
	}
	return TwoSidedP(difference / math.Sqrt(variance)), true
}
