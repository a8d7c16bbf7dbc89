package health

import "time"

// The directions of a trend.
const (
	TrendUp      = "up"      // the whole interval of the slope is above zero
	TrendDown    = "down"    // the whole interval of the slope is below zero
	TrendFlat    = "flat"    // the interval holds zero
	TrendUnknown = "unknown" // too few moments with enough evidence
)

// Report is the health of an account at a moment and why. Points are multiples of 10⁻⁶: as integers of that unit the contributions
// add up to Score − 50 exactly (see Micro).
type Report struct {
	AccountID     string         `json:"account_id"`
	At            time.Time      `json:"at"`
	Score         float64        `json:"score"`           // 0–100; 50 where nothing is known
	Low           float64        `json:"low"`             // the score if everything missing were at its worst
	High          float64        `json:"high"`            // the score if everything missing were at its best
	Coverage      float64        `json:"coverage"`        // share of the policy's weight that evidence backs, 0–1
	Grade         string         `json:"grade,omitempty"` // absent unless Sufficient
	Sufficient    bool           `json:"sufficient"`      // coverage is at least 0.5
	Contributions []Contribution `json:"contributions"`   // in the policy's order, then caps in the order applied
	Missing       []string       `json:"missing"`         // signals of the policy without evidence, in its order
	Trend         Trend          `json:"trend"`
	Warnings      []Warning      `json:"warnings"` // gravest first
	Action        *Action        `json:"action,omitempty"`
	Change        *Change        `json:"change,omitempty"`   // since the last period
	Override      *Overridden    `json:"override,omitempty"` // what a person says, beside Score
	Policy        PolicyRef      `json:"policy"`
	Engine        string         `json:"engine"` // revisions of the arithmetic and of what read the texts
}

// Contribution is what one indicator, or one cap, moved the score by. A cap's Signal is "cap:" and its name.
type Contribution struct {
	Signal       string     `json:"signal"`
	Group        string     `json:"group,omitempty"`   // empty for a cap
	Value        *float64   `json:"value,omitempty"`   // aggregated, in the signal's unit; absent where missing
	Text         string     `json:"text,omitempty"`    // the word instead of a value, where the policy's table names words
	Mapped       float64    `json:"mapped"`            // Value on 0–100; for a cap the score it holds to
	Weight       float64    `json:"weight"`            // share of the score, after reliability and re-normalisation; 0 for a cap
	Reliability  float64    `json:"reliability"`       // 0–1; 1 for gauges and counts
	Contribution float64    `json:"contribution"`      // points, = Weight · (Mapped − 50) but for rounding
	N            int        `json:"n"`                 // observations used
	LastAt       *time.Time `json:"last_at,omitempty"` // of the latest observation used
	Reason       string     `json:"reason,omitempty"`  // why a cap applied or a missing signal counts
	Sources      []string   `json:"sources,omitempty"` // ids of up to five observations used, latest first
}

// Trend is the slope of the score over the last eight weeks, each week's score computed anew from what was known then.
type Trend struct {
	SlopePerWeek float64 `json:"slope_per_week"` // points a week
	Low          float64 `json:"low"`
	High         float64 `json:"high"`
	Direction    string  `json:"direction"` // TrendUp, TrendDown, TrendFlat or TrendUnknown
	Points       []Point `json:"points"`    // oldest first; only moments with sufficient coverage
}

// Point is the score at one moment of the trend.
type Point struct {
	At       time.Time `json:"at"`
	Score    float64   `json:"score"`
	Coverage float64   `json:"coverage"`
}

// PolicyRef names the policy a report was computed with.
type PolicyRef struct {
	Version int    `json:"version"`           // of the policy format
	Hash    string `json:"hash"`              // "sha256:" and the hash of the policy as written
	Segment string `json:"segment,omitempty"` // whose policy it is; absent for everybody's
}
