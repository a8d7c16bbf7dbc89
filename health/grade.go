package health

import "strings"

// usualHysteresis is how many points past a grade's bound a score must go before the grade follows, where a policy does not say
// (metrics, 4.2.5).
const usualHysteresis = 2

// grade gives the grade of a score, which is at least 0, where the last grade starts.
func (p *Policy) grade(score float64) string {
	i := 0
	for score < p.grades[i].From {
		i++
	}
	return p.grades[i].Name
}

// Settle gives the grade of a report where the account had a grade before and, at the run before, would have had one by its score
// alone: that one where two runs in a row agree, else as Regrade.
func (p *Policy) Settle(r Report, former, raw string) string {
	if raw == r.Grade {
		return r.Grade
	}
	return p.Regrade(r, former)
}

// Regrade gives the grade of a report where the account had a grade before: the former one while the score is within the policy's hysteresis
// of its bounds, so that a score that hovers about a bound does not flicker. A cap or floor that moved the score is obeyed at once. A former
// grade the policy does not know, or a report without a grade, changes nothing.
func (p *Policy) Regrade(r Report, former string) string {
	if !r.Sufficient {
		return r.Grade
	}
	for _, c := range r.Contributions {
		if strings.HasPrefix(c.Signal, "cap:") {
			return r.Grade
		}
	}
	for i, g := range p.grades {
		if g.Name == former && r.Score >= g.From-p.hysteresis && (i == 0 || r.Score < p.grades[i-1].From+p.hysteresis) {
			return former
		}
	}
	return r.Grade
}
