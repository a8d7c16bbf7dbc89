package health

import "time"

// The kinds of overrides.
const (
	OverrideValue   = "value"   // the score is what a person says
	OverrideFloor   = "floor"   // it is at least that
	OverrideCeiling = "ceiling" // it is at most that
)

// Override is what a person says of an account's score. It stands beside the computed score, which stays visible and is what
// validation looks at.
type Override struct {
	Kind      string    `json:"kind" enum:"value,floor,ceiling"`
	Value     float64   `json:"value" minimum:"0" maximum:"100"`
	Reason    string    `json:"reason"`
	Author    string    `json:"author"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"` // 90 days after At unless said otherwise
}

// OverrideLife is how long an override holds where nobody says.
const OverrideLife = 90 * day

// Overridden is an override in force and what it makes of the score.
type Overridden struct {
	Override
	Score float64 `json:"score"`
	Grade string  `json:"grade"`
}

// Overridden gives a report with an override beside its score; nil, or one that is not in force at the report's moment, changes nothing.
func (p *Policy) Overridden(r Report, o *Override) Report {
	if o == nil || r.At.Before(o.At) || !r.At.Before(o.ExpiresAt) {
		return r
	}
	score := micro(r.Score)
	switch to := within(micro(o.Value), 0, 100*one); o.Kind {
	case OverrideValue:
		score = to
	case OverrideFloor:
		score = max(score, to)
	case OverrideCeiling:
		score = min(score, to)
	}
	r.Override = &Overridden{*o, points(score), p.grade(points(score))}
	return r
}
