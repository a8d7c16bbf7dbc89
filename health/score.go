package health

import (
	"math"
	"time"
)

// How a score is made
// -------------------
//
// A policy names groups g with weights W, and in each group indicators i with weights w. From the observations of an account, at a
// moment, it makes a score from 0 to 100 and says where every point of it comes from. Five steps, each small enough to check by hand:
//
//	observations ──aggregate──▶ value ──mapping──▶ points s, 0 worst … 100 best
//	                   └──────▶ reliability r, 0 nothing known … 1 certain
//
//	1  points       s_i   the value between worst and best, or along the table, clamped
//	2  reliability  r_i = n/(n + m)       opinions; n = (Σ2^(−age/H))² / Σ(2^(−age/H))², Kish's effective number of answers
//	                r_i = 1               gauges and counts
//	3  score        S_g = Σ w_i r_i s_i / Σ w_i r_i           over the group's indicators that have evidence
//	                S   = Σ W_g S_g / Σ W_g                   over the groups that have such
//	4  reasons      c_i = W_g/ΣW · w_i r_i / Σ w_j r_j · (s_i − 50),        S = 50 + Σ c_i
//	5  caps         c   = what a floor or a cap moves S by, so that S = 50 + Σ c_i + Σ c stays true
//
// The preferences behind it:
//
//   - Missing is not bad. An indicator without evidence has r = 0: it drops out and the others' weights grow in its place, so an account
//     that is never surveyed is judged by its usage, and the score is the one of a policy without that indicator. What is lost is not
//     the score but the trust in it, which is shown twice: as coverage C = Σ W_g w_i r_i / Σ W_g w_i, and as the band the score would
//     lie in if all that is missing were at its worst, or its best. A policy may say otherwise of one indicator (missing: neutral counts
//     50, penalise counts 0, both with r = 1).
//
//   - One answer is not a fact. With m = 3 a single NPS answer has r = ¼, three have ½, nine ¾. Reliability is used as a weight and not to
//     pull s towards a middle as well, which would discount the same doubt twice.
//
//   - Old evidence fades, and is forgotten. Among several answers one that is a half-life H older counts half; beyond the window (four
//     half-lives unless the policy says) it is not read.
//
//   - The reasons add up, exactly. The c_i are apportioned to whole millionths of a point whose sum is the score's, so a waterfall from
//     50 ends at the score in any language that reads the JSON, without an "other".
//
// Source: the house's formulae for customer health (metrics, 4.2.1 to 4.2.5); Kish 1965 for n; reliability as n/(n + m) is the shrinkage
// weight of Bühlmann's credibility (1967).

// halfReliable is m: how many effective answers make an opinion half reliable. The formulae ask for three to five; three, because few
// accounts ever give more answers than that, and an account with three in each survey should reach a coverage of one half.
const halfReliable = 3

// Sufficiency is the coverage below which a report gives no grade: less than half of what the policy wants to know is known.
const Sufficiency = 0.5

// neutral is the score of an account of which nothing is known, and where contributions start.
const neutral = 50

// Compute gives the health of an account at a moment, from the observations that had happened and were known by then; later ones are
// ignored. The order of the observations does not matter. It does not fail: with no evidence the score is 50, the coverage 0 and the
// band 0–100. Times in the report are in UTC. O(n log n) in the observations. It is safe for concurrent use.
func (p *Policy) Compute(account string, observations []Observation, at time.Time) Report {
	at = at.UTC()
	ev := p.gather(observations, at)
	r := p.score(ev, at)
	r.AccountID = account
	r.Trend = p.trend(ev, at)
	r.Warnings = p.warn(ev, r)
	r.Action = p.next(r)
	return r
}

// Score gives a report without its trend, warnings and action, in a tenth of the time.
func (p *Policy) Score(account string, observations []Observation, at time.Time) Report {
	at = at.UTC()
	r := p.score(p.gather(observations, at), at)
	r.AccountID = account
	return r
}

// part is an indicator that counts in a score.
type part struct {
	Contribution
	weight float64 // W_g · w_i r_i / Σ_g w_j r_j, before division by ΣW_g
}

// score makes a report but for its account and trend.
func (p *Policy) score(ev evidence, at time.Time) Report {
	r := Report{At: at, Missing: []string{}, Warnings: []Warning{}, Engine: Engine, Policy: PolicyRef{p.version, p.hash, p.segment}}
	var parts []part
	var known, wanted float64                 // Σ W w r and Σ W w: the coverage
	var counted, all, lowest, highest float64 // ΣW of groups that count and of all; Σ W S_g at the worst and at the best
	listed := map[string]bool{}
	for _, g := range p.groups {
		start := len(parts)
		var total, sum, worst, best float64 // Σ w r over what counts; Σ w; Σ w s at the worst and at the best
		for i := range g.indicators {
			in := &g.indicators[i]
			sum += in.weight
			part, found := in.weigh(g.name, ev, at)
			rest := in.weight // of the weight, what no evidence backs
			if found {
				trusted := float64(in.weight * part.Reliability)
				rest -= trusted
				known += float64(g.weight * trusted)
				worst += float64(trusted * part.Mapped)
				best += float64(trusted * part.Mapped)
			} else if !listed[in.signal] {
				listed[in.signal] = true
				r.Missing = append(r.Missing, in.signal)
			}
			best += float64(rest * 100)
			if part.weight > 0 {
				total += part.weight
				parts = append(parts, part)
			}
		}
		all += g.weight
		wanted += float64(g.weight * sum)
		lowest += float64(g.weight * (worst / sum))
		highest += float64(g.weight * (best / sum))
		if total > 0 {
			counted += g.weight
		}
		for i := start; i < len(parts); i++ {
			parts[i].weight = g.weight * (parts[i].weight / total)
		}
	}

	shares := make([]float64, len(parts))
	var sum float64
	for i := range parts {
		parts[i].Weight = parts[i].weight / counted
		shares[i] = float64(parts[i].Weight * (parts[i].Mapped - neutral))
		sum += shares[i]
	}
	score := within(micro(sum), -neutral*one, neutral*one)
	r.Contributions = make([]Contribution, len(parts), len(parts)+len(p.caps))
	for i, c := range apportion(shares, score) {
		r.Contributions[i] = parts[i].Contribution
		r.Contributions[i].Contribution = points(c)
		r.Contributions[i].tidy()
	}
	score += neutral * one
	// Rounding to millionths must not put the score outside its band.
	low := min(within(micro(lowest/all), 0, 100*one), score)
	high := max(within(micro(highest/all), 0, 100*one), score)

	for _, c := range p.holding(ev, at) {
		before := score
		score, low, high = c.hold(score), c.hold(low), c.hold(high)
		if score != before {
			c.Contribution.Contribution = points(score - before)
			c.tidy()
			r.Contributions = append(r.Contributions, c.Contribution)
		}
	}

	r.Score, r.Low, r.High = points(score), points(low), points(high)
	r.Coverage = points(micro(min(known/wanted, 1)))
	if r.Sufficient = r.Coverage >= Sufficiency; r.Sufficient {
		r.Grade = p.grade(r.Score)
	}
	return r
}

// weigh gives an indicator's part in its group: its points and, as weight, w·r. The weight is 0 where the indicator does not count.
// found tells whether there is evidence.
func (in *indicator) weigh(group string, ev evidence, at time.Time) (p part, found bool) {
	p.Signal, p.Group, p.Reliability = in.signal, group, 1
	f, found := ev.read(in.reading, in.mapping.words != nil, at)
	if found && f.n < in.least {
		found = false
	}
	if found {
		p.Mapped, found = in.mapping.of(f.value, f.word)
	}
	switch {
	case found:
		if f.word == "" {
			p.Value = &f.value
		}
		p.Text, p.N, p.LastAt, p.Sources = f.word, f.n, utc(f.last), f.sources
		if in.opinion() {
			p.Reliability = f.kish / (f.kish + halfReliable)
		}
	case in.missing == missingNeutral:
		p.Mapped, p.Reason = neutral, "missing: counts as neutral"
	case in.missing == missingPenalise:
		p.Mapped, p.Reason = 0, "missing: counts as the worst"
	default:
		return p, false
	}
	p.weight = in.weight * p.Reliability
	return p, found
}

// held is a cap or floor in force.
type held struct {
	Contribution
	to    int64 // millionths
	floor bool
}

// hold gives a score as far as the cap or floor lets it.
func (h held) hold(score int64) int64 {
	if h.floor {
		return max(score, h.to)
	}
	return min(score, h.to)
}

// holding gives the floors in force and then the caps, each in the policy's order: where they contradict each other, the cap wins.
func (p *Policy) holding(ev evidence, at time.Time) []held {
	var floors, caps []held
	for _, c := range p.caps {
		f, ok := ev.read(c.reading, false, at)
		if !ok || c.above != nil && !(f.value > *c.above) || c.below != nil && !(f.value < *c.below) {
			continue
		}
		h := held{Contribution: Contribution{
			Signal: "cap:" + c.name, Value: &f.value, Reliability: 1, N: f.n, LastAt: utc(f.last), Reason: c.reason, Sources: f.sources,
		}}
		if c.floor != nil {
			h.Mapped, h.to, h.floor = *c.floor, micro(*c.floor), true
			floors = append(floors, h)
		} else {
			h.Mapped, h.to = *c.ceiling, micro(*c.ceiling)
			caps = append(caps, h)
		}
	}
	return append(floors, caps...)
}

// tidy rounds what a reader sees to millionths, after everything has been computed from the whole figures.
func (c *Contribution) tidy() {
	c.Mapped, c.Weight, c.Reliability = points(micro(c.Mapped)), points(micro(c.Weight)), points(micro(c.Reliability))
	if c.Value != nil && math.Abs(*c.Value) < 1e9 {
		v := points(micro(*c.Value))
		c.Value = &v
	}
}

// within gives x, or the nearer end of a range.
func within(x, low, high int64) int64 { return min(max(x, low), high) }

func utc(t time.Time) *time.Time {
	t = t.UTC()
	return &t
}
