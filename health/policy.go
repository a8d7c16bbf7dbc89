package health

import (
	"slices"
	"time"
)

// Policy says what health is made of: groups of indicators with their weights, the grades, and the caps no score may pass. It comes
// from ParsePolicy or Default, is immutable and safe for concurrent use.
type Policy struct {
	version int
	hash    string
	groups  []group
	grades  []Grade // best first; the last one's From is 0
	caps    []limit

	hysteresis float64 // points past a grade's bound before the grade follows
	actions    []rule
	segment    string // of the segment this is the policy of
	segments   []segment
}

// segment is a part of the customers with a policy of its own.
type segment struct {
	name   string
	when   []condition // all must hold
	policy *Policy
}

// condition holds for accounts whose attribute has one of some values.
type condition struct {
	attribute string
	values    []string
}

// For gives the policy of an account: that of the first segment whose conditions its attributes fulfil, else p itself.
func (p *Policy) For(attributes map[string]string) *Policy {
	for _, s := range p.segments {
		if !slices.ContainsFunc(s.when, func(c condition) bool { return !slices.Contains(c.values, attributes[c.attribute]) }) {
			return s.policy
		}
	}
	return p
}

// Segment gives the name of the segment the policy is of; "" for the policy of everybody else.
func (p *Policy) Segment() string { return p.segment }

// Grade is a name for all scores from a bound up to the next better grade.
type Grade struct {
	Name string  `json:"grade"`
	From float64 `json:"from"` // 0–100
}

// group is a set of indicators that count together.
type group struct {
	name       string
	weight     float64
	indicators []indicator
}

// indicator is how one signal counts.
type indicator struct {
	reading
	weight  float64
	mapping mapping
	missing string // missingIgnore, missingNeutral or missingPenalise
	least   int    // with fewer observations it is missing
}

// reading is how the observations of a signal become one value.
type reading struct {
	signal    string
	aggregate string        // aggregateLast …
	halfLife  time.Duration // after which evidence counts half
	window    time.Duration // observations older than this are not read
	firm      bool          // how many answers are behind an opinion is not asked
}

// limit is a cap or a floor: while a signal is beyond a bound, the score is at most ceiling and at least floor.
type limit struct {
	reading
	name    string
	above   *float64
	below   *float64
	ceiling *float64
	floor   *float64
	reason  string
}

// Version gives the version of the policy's format.
func (p *Policy) Version() int { return p.version }

// Hash gives "sha256:" and the hash of the policy as written, which names it in reports.
func (p *Policy) Hash() string { return p.hash }

// Grades gives the grades, best first. The last one starts at 0.
func (p *Policy) Grades() []Grade { return append([]Grade(nil), p.grades...) }

// Signals gives the signals the policy reads, each once, in the order of its indicators and then of its caps.
func (p *Policy) Signals() []string {
	var out []string
	seen := map[string]bool{}
	add := func(signal string) {
		if !seen[signal] {
			seen[signal] = true
			out = append(out, signal)
		}
	}
	for _, g := range p.groups {
		for _, in := range g.indicators {
			add(in.signal)
		}
	}
	for _, c := range p.caps {
		add(c.signal)
	}
	return out
}
