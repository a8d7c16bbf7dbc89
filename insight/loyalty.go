package insight

import (
	"fmt"

	"github.com/thau-cx/thau/stats"
)

// The quadrants of loyalty: who would recommend, against who is satisfied. Neither alone shows loyalty.
const (
	Advocates  = "advocates"   // promote and are satisfied at every stage
	VIPSupport = "vip_support" // promote but had a bad experience
	Wildcards  = "wildcards"   // satisfied but not loyal: open to a competitor
	Churners   = "churners"    // neither
)

// The states of an alarm.
const (
	AlarmNone      = "none"
	AlarmPossible  = "possible"  // the share is there, its interval reaches below
	AlarmConfirmed = "confirmed" // the whole interval is beyond
)

// The usual thresholds of the alarms, as shares of customers.
const (
	churnersAlarm  = 0.05
	wildcardsAlarm = 0.80
)

// Loyal is what one customer answered last: the recommendation, and the satisfaction with each stage of the journey.
type Loyal struct {
	ID   string
	NPS  *Count  // the latest; nil where never asked
	CSAT []Count // the latest of every touchpoint
}

// LoyaltyOptions say how the map is cut. The zero value is the usual cut.
type LoyaltyOptions struct {
	Options
	PassivesLoyal  bool    // 7 and 8 count as loyal; usually they do not
	ChurnersAlarm  float64 // share from which churners alarm; 0 means 0.05
	WildcardsAlarm float64 // share above which wildcards alarm; 0 means 0.80
}

// LoyaltyResult is the map of loyalty.
type LoyaltyResult struct {
	N         int        `json:"n"`       // customers with both an NPS and a CSAT answer
	Only      LoyaltyGap `json:"only"`    // customers with one of the two, who are in no quadrant
	Skipped   int        `json:"skipped"` // customers whose answers lie off every scale
	Quadrants []Quadrant `json:"quadrants"`
	Alarms    []Alarm    `json:"alarms"`
	Small     bool       `json:"small,omitempty"`
}

// LoyaltyGap counts customers who are in no quadrant.
type LoyaltyGap struct {
	NPS  int `json:"nps"`
	CSAT int `json:"csat"`
}

// Quadrant is one part of the map.
type Quadrant struct {
	Quadrant  string   `json:"quadrant"`
	N         int      `json:"n"`
	Share     float64  `json:"share"` // of N customers, 0–1
	Low       float64  `json:"low"`   // Wilson, 95 %
	High      float64  `json:"high"`
	Action    string   `json:"action"`
	Customers []string `json:"customers"` // ids, in the order given
}

// Alarm is whether a share asks for something to be done.
type Alarm struct {
	Quadrant  string  `json:"quadrant"`
	State     string  `json:"state" enum:"none,possible,confirmed"`
	Threshold float64 `json:"threshold"`
	Message   string  `json:"message"`
}

// quadrantActions are what to do about the customers of each.
var quadrantActions = []struct{ quadrant, action string }{
	{Advocates, "Thank them, ask for references and referrals, and keep every stage as it is."},
	{VIPSupport, "Thank each in person, reach out before they ask, and give them a support contact of their own: their enthusiasm is at risk."},
	{Wildcards, "Find the point that disappoints or is not understood, look at satisfaction stage by stage, and train users."},
	{Churners, "Call those worth keeping, mend what they name, and do not spend on the rest."},
}

// Loyalty puts customers on the map of loyalty. A customer is satisfied whose latest answer at every touchpoint is, and loyal who
// promotes. Shares have Wilson's interval; an alarm is confirmed when all of it is beyond the threshold, and at most possible with fewer
// than 30 customers.
func Loyalty(customers []Loyal, o LoyaltyOptions) LoyaltyResult {
	cut := cutOr(o.Satisfied, satisfiedFrom)
	r := LoyaltyResult{Quadrants: make([]Quadrant, len(quadrantActions)), Alarms: []Alarm{}}
	for i, a := range quadrantActions {
		r.Quadrants[i] = Quadrant{Quadrant: a.quadrant, Action: a.action, Customers: []string{}}
	}
	for _, c := range customers {
		loyal, rated := c.loyal(o.PassivesLoyal)
		satisfied, told := c.satisfied(cut)
		switch {
		case rated && told:
			i := 3
			switch {
			case loyal && satisfied:
				i = 0
			case loyal:
				i = 1
			case satisfied:
				i = 2
			}
			r.N++
			r.Quadrants[i].N++
			r.Quadrants[i].Customers = append(r.Quadrants[i].Customers, c.ID)
		case rated:
			r.Only.NPS++
		case told:
			r.Only.CSAT++
		default:
			r.Skipped++
		}
	}
	for i := range r.Quadrants {
		q := &r.Quadrants[i]
		w := stats.Wilson(q.N, r.N, o.Confidence)
		q.Low, q.High = figure(w.Low), figure(w.High)
		if r.N > 0 {
			q.Share = figure(float64(q.N) / float64(r.N))
		}
	}
	r.Small = r.N < SmallN
	r.Alarms = append(r.Alarms,
		r.alarm(Churners, cutOr(o.ChurnersAlarm, churnersAlarm), true, "a serious warning about the product or the service"),
		r.alarm(Wildcards, cutOr(o.WildcardsAlarm, wildcardsAlarm), false, "satisfied customers see no reason to stay: look for a point that disappoints, or a product that is not understood"))
	return r
}

func (c Loyal) loyal(passives bool) (loyal, ok bool) {
	if c.NPS == nil {
		return false, false
	}
	n := *c.NPS
	n.N = 1
	r := NPS([]Count{n}, Options{})
	return r.Promoters == 1 || passives && r.Passives == 1, r.N == 1
}

func (c Loyal) satisfied(cut float64) (satisfied, ok bool) {
	satisfied = true
	for _, answer := range c.CSAT {
		if u, on := answer.unit(); on {
			ok = true
			satisfied = satisfied && u >= cut-1e-9
		}
	}
	return satisfied && ok, ok
}

// fewLoyal is how many customers an alarm needs to be confirmed.
const fewLoyal = 30

func (r *LoyaltyResult) alarm(quadrant string, threshold float64, reached bool, meaning string) Alarm {
	a := Alarm{Quadrant: quadrant, State: AlarmNone, Threshold: threshold}
	var q Quadrant
	for _, other := range r.Quadrants {
		if other.Quadrant == quadrant {
			q = other
		}
	}
	beyond := func(v float64) bool { return v > threshold || reached && v == threshold }
	if r.N > 0 && beyond(float64(q.N)/float64(r.N)) {
		a.State = AlarmPossible
		if r.N >= fewLoyal && beyond(q.Low) {
			a.State = AlarmConfirmed
		}
	}
	switch a.State {
	case AlarmNone:
		a.Message = fmt.Sprintf("%s are %.1f %% (%.1f to %.1f %%) of %d customers, within %.0f %%", quadrant, 100*q.Share, 100*q.Low, 100*q.High, r.N, 100*threshold)
	default:
		a.Message = fmt.Sprintf("%s are %.1f %% (%.1f to %.1f %%) of %d customers, beyond %.0f %%: %s", quadrant, 100*q.Share, 100*q.Low, 100*q.High, r.N, 100*threshold, meaning)
	}
	return a
}
