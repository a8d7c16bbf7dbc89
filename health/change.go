package health

import (
	"cmp"
	"slices"
	"time"
)

// Engine is the revision of the arithmetic of this package, raised whenever the same observations and policy would score otherwise.
const Engine = "1"

// Change is what moved a score between two moments. Total = Evidence + Weights + Decay + Reading, exactly (see Micro).
type Change struct {
	Since    time.Time      `json:"since"`
	From     float64        `json:"from"` // the score then: as it was kept, else computed anew from what was known
	To       float64        `json:"to"`
	Total    float64        `json:"total"`
	Evidence float64        `json:"evidence"` // what has happened, or become known, since
	Weights  float64        `json:"weights"`  // another policy
	Decay    float64        `json:"decay"`    // what was known has aged
	Reading  float64        `json:"reading"`  // the same texts are read otherwise: another engine, overlay or correction
	Kept     bool           `json:"kept"`     // From is of a snapshot
	Signals  []SignalChange `json:"signals"`  // what moved most, first; they add up to Total − Reading
}

// SignalChange is what one indicator or cap moved.
type SignalChange struct {
	Signal string  `json:"signal"`
	Group  string  `json:"group,omitempty"`
	From   float64 `json:"from"` // contribution then, 0 where it had none
	To     float64 `json:"to"`
	Change float64 `json:"change"`
}

// Then is what is kept of an earlier report: its score and the policy it was computed with.
type Then struct {
	At     time.Time
	Score  *float64 // nil where none was kept
	Policy *Policy  // nil means the one of now
}

// Compare splits the change of an account's score since an earlier moment. The observations are all that are known now.
func (p *Policy) Compare(observations []Observation, then Then, at time.Time) Change {
	at, since := at.UTC(), then.At.UTC()
	old := p
	if then.Policy != nil {
		old = then.Policy
	}
	ev := old.gather(observations, at)
	before := old.score(ev, since)
	aged := old.score(old.gather(observations, since), at)
	after := old.score(ev, at)
	now := after
	if old.hash != p.hash || old.segment != p.segment {
		now = p.score(p.gather(observations, at), at)
	}
	c := Change{Since: since, To: now.Score, From: before.Score}
	if then.Score != nil {
		c.From, c.Kept = *then.Score, true
	}
	diff := func(a, b float64) float64 { return points(micro(a) - micro(b)) }
	c.Total, c.Reading = diff(c.To, c.From), diff(before.Score, c.From)
	c.Decay, c.Evidence, c.Weights = diff(aged.Score, before.Score), diff(after.Score, aged.Score), diff(now.Score, after.Score)
	c.Signals = changes(before, now)
	return c
}

// changes compares the contributions of two reports.
func changes(before, now Report) []SignalChange {
	type key struct{ group, signal string }
	at := map[key]int{}
	out := []SignalChange{}
	for _, c := range now.Contributions {
		at[key{c.Group, c.Signal}] = len(out)
		out = append(out, SignalChange{Signal: c.Signal, Group: c.Group, To: c.Contribution})
	}
	for _, c := range before.Contributions {
		i, ok := at[key{c.Group, c.Signal}]
		if !ok {
			i = len(out)
			out = append(out, SignalChange{Signal: c.Signal, Group: c.Group})
		}
		out[i].From = c.Contribution
	}
	for i := range out {
		out[i].Change = points(micro(out[i].To) - micro(out[i].From))
	}
	slices.SortStableFunc(out, func(a, b SignalChange) int { return cmp.Compare(max(b.Change, -b.Change), max(a.Change, -a.Change)) })
	return out
}
