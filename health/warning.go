package health

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// The signals that warn whatever the policy reads. Stores give them; see feedback.Accounts.
const (
	SignalOpenTickets         = "open_tickets"
	SignalOpenCriticalTickets = "open_critical_tickets"
	SignalCancel              = "intent:cancel"
	SignalAccountAge          = "account_age"
	signalNPS                 = "nps"
)

// The kinds of warnings, the gravest first.
const (
	WarnCriticalTicket = "critical_ticket" // a critical ticket is open
	WarnChurnIntent    = "churn_intent"    // they wrote that they want to leave
	WarnDrop           = "drop"            // the score fell by ten points or more in thirty days, and not by chance
	WarnFallingUsage   = "falling_usage"   // a signal fell by more than 30 % against its own 90 days before
	WarnSilence        = "silence"         // nothing was heard for twice as long as usual
	WarnStaleNPS       = "stale_nps"       // the last NPS answer is older than 180 days
)

var warningOrder = []string{WarnCriticalTicket, WarnChurnIntent, WarnDrop, WarnFallingUsage, WarnSilence, WarnStaleNPS}

// The bounds of warnings (metrics, 4.2.6; the NPS cadence of requirement R6).
const (
	dropPoints   = 10
	dropDays     = 30 * day
	fallShare    = 0.30
	fallWindow   = 28 * day // whole weeks, for usage has a weekly rhythm; three of them are the past of about 90 days
	churnDays    = 60 * day
	staleNPS     = 180 * day
	silenceTimes = 2
	silenceLeast = 7 * day // a shorter pause is nobody's silence
	actionPoints = 2.0     // that a signal must cost before it asks for something to be done
	silenceGaps  = 5       // of which at least so many make a usual gap
)

// Warning is an early sign of trouble.
type Warning struct {
	Kind    string     `json:"kind"`
	Signal  string     `json:"signal,omitempty"`
	Message string     `json:"message"`
	Value   *float64   `json:"value,omitempty"`    // points lost, share lost, days of silence, tickets
	Since   *time.Time `json:"since,omitempty"`    // of the latest evidence
	Sources []string   `json:"sources,omitempty"`  // ids of up to five records or signals that are the evidence
	Quotes  []Quote    `json:"evidence,omitempty"` // what the records among them say
}

// Quote is what a record says.
type Quote struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Action is what to do next, by the policy's rules or else by the usual ones.
type Action struct {
	Do      string `json:"do"`
	Because string `json:"because"` // the kind of warning, the cap, the signal or the grade that asks for it
}

// rule says what to do where a warning, a signal that costs most, or a grade asks for it.
type rule struct{ when, do string }

// usualActions hold where a policy has no rule.
var usualActions = []rule{
	{WarnCriticalTicket, "Answer the critical ticket today and say when it will be solved."},
	{WarnChurnIntent, "Call within two days: they wrote that they want to leave."},
	{WarnDrop, "Find out this week what happened; the quotes below are where to begin."},
	{WarnFallingUsage, "Ask what keeps them from using it as before, and offer help or training."},
	{WarnSilence, "Get in touch: nothing has been heard for longer than usual."},
	{SignalOpenTickets, "Clear the open tickets and report back to the customer."},
	{"nps", "Thank them for the answer and ask what one thing would raise it."},
	{"csat", "Go through the last bad experiences and tell them what changed."},
	{"ces", "Find the step that costs them effort and remove it."},
	{"sentiment", "Read what they wrote and answer the most frequent complaint."},
	{"logins", "See who stopped coming, and offer help or training."},
	{"usage_minutes", "Ask what they use it for now, and what they would use it for."},
	{"features_used", "Show them what they do not use yet and would gain from."},
	{"orders", "Ask what they buy elsewhere, and why."},
	{"revenue", "Ask what they buy elsewhere, and why."},
	{WarnStaleNPS, "Send the NPS survey: the last answer is older than half a year."},
}

// warn finds the signs of trouble at a moment.
func (p *Policy) warn(ev evidence, r Report) []Warning {
	at := r.At
	out := []Warning{}
	if f, ok := ev.read(p.readingOf(SignalOpenCriticalTickets), false, at); ok && f.value > 0 {
		out = append(out, f.warning(WarnCriticalTicket, SignalOpenCriticalTickets, f.value, "%s critical %s for an answer", decimal(f.value), waits(f.value)))
	}
	cancel := reading{signal: SignalCancel, aggregate: aggregateCount, window: churnDays, halfLife: churnDays}
	if f, ok := ev.read(cancel, false, at); ok {
		out = append(out, f.warning(WarnChurnIntent, SignalCancel, f.value, "wrote %s in 60 days that they want to leave", times(f.value)))
	}
	if w, ok := p.dropped(r); ok {
		out = append(out, w)
	}
	out = append(out, p.falls(ev, at)...)
	if w, ok := ev.silence(at); ok {
		out = append(out, w)
	}
	if seen := ev[signalNPS]; len(seen) > 0 && slices.Contains(p.Signals(), signalNPS) {
		if last := seen[len(seen)-1]; at.Sub(last.At) > staleNPS {
			days := math.Floor(at.Sub(last.At).Hours() / 24)
			out = append(out, Warning{Kind: WarnStaleNPS, Signal: signalNPS, Value: &days, Since: utc(last.At), Message: fmt.Sprintf("the last NPS answer is %s days old", decimal(days))})
		}
	}
	return out
}

func waits(n float64) string {
	if n == 1 {
		return "ticket waits"
	}
	return "tickets wait"
}

func times(n float64) string {
	if n == 1 {
		return "once"
	}
	return decimal(n) + " times"
}

// warning makes a warning of what a reading found.
func (f finding) warning(kind, signal string, value float64, format string, args ...any) Warning {
	return Warning{Kind: kind, Signal: signal, Value: &value, Message: fmt.Sprintf(format, args...), Since: utc(f.last), Sources: f.sources}
}

// dropped tells whether the score fell by ten points in thirty days while the trend excludes chance. The sources are those of the
// indicators that cost most.
func (p *Policy) dropped(r Report) (Warning, bool) {
	if r.Trend.Direction != TrendDown || !r.Sufficient {
		return Warning{}, false
	}
	var then *Point
	for i := range r.Trend.Points {
		if pt := &r.Trend.Points[i]; !pt.At.Before(r.At.Add(-dropDays)) {
			then = pt
			break
		}
	}
	if then == nil || then.Score-r.Score < dropPoints {
		return Warning{}, false
	}
	lost := points(micro(then.Score - r.Score))
	w := Warning{Kind: WarnDrop, Value: &lost, Since: utc(then.At), Message: fmt.Sprintf("lost %.0f points since %s", lost, then.At.Format(time.DateOnly))}
	worst := slices.Clone(r.Contributions)
	slices.SortStableFunc(worst, func(a, b Contribution) int { return cmp.Compare(a.Contribution, b.Contribution) })
	for _, c := range worst {
		if c.Contribution < 0 && len(w.Sources) < maxSources {
			w.Sources = append(w.Sources, c.Sources[:min(len(c.Sources), maxSources-len(w.Sources))]...)
		}
	}
	return w, true
}

// falls finds the signals of usage, of which more is better, that fell against their own past: sums against sums, gauges by their mean.
func (p *Policy) falls(ev evidence, at time.Time) (out []Warning) {
	listed := map[string]bool{}
	for _, g := range p.groups {
		for i := range g.indicators {
			in := &g.indicators[i]
			if _, opinion := halfLives[base(in.signal)]; opinion || listed[in.signal] || in.mapping.words != nil || !in.mapping.rises() && in.aggregate != aggregateRecency || in.signal == SignalAccountAge {
				continue
			}
			listed[in.signal] = true
			mean := in.aggregate == aggregateLast || in.aggregate == aggregateMax || in.aggregate == aggregateMean
			if f, ok := ev.fall(in.signal, mean, at); ok {
				lost := -f.value
				out = append(out, f.warning(WarnFallingUsage, in.signal, points(micro(lost)), "%s fell by %.0f %% in four weeks against the twelve before", in.signal, 100*lost))
			}
		}
	}
	return out
}

// fall gives the change of a signal over the last four weeks where it is a fall that warns. Two of the three windows before must be
// known: one window is no past of one's own.
func (ev evidence) fall(signal string, mean bool, at time.Time) (finding, bool) {
	var n [1 + baselines]float64
	windows := 0
	for _, o := range ev[signal] {
		if k := int(at.Sub(o.At) / fallWindow); !o.At.After(at) && !o.ReceivedAt.After(at) && k <= baselines {
			if n[k]++; n[k] == 1 && k > 0 {
				windows++
			}
		}
	}
	if windows < 2 {
		return finding{}, false
	}
	f, ok := ev.change(reading{signal: signal, aggregate: aggregateChange, window: fallWindow}, at)
	if !ok {
		return f, false
	}
	if mean { // a gauge sent more often is no rise
		before := (n[1] + n[2] + n[3]) / float64(windows)
		f.value = (f.value+1)*before/n[0] - 1
	}
	return f, f.value < -fallShare
}

// silence compares how long ago an account was last heard of with the usual pause between two days on which it was.
func (ev evidence) silence(at time.Time) (Warning, bool) {
	var days []int
	var last time.Time
	for signal, seen := range ev {
		switch signal {
		case SignalAccountAge, SignalOpenTickets, SignalOpenCriticalTickets: // states, which go on without anybody saying a word
			continue
		}
		for _, o := range seen {
			if age := at.Sub(o.At); !o.At.After(at) && !o.ReceivedAt.After(at) && age <= 365*day {
				days = append(days, int(age/day))
				if o.At.After(last) {
					last = o.At
				}
			}
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if len(days) <= silenceGaps {
		return Warning{}, false
	}
	gaps := make([]int, len(days)-1)
	for i := range gaps {
		gaps[i] = days[i+1] - days[i]
	}
	slices.Sort(gaps)
	usual := gaps[len(gaps)/2]
	pause := at.Sub(last)
	if pause < silenceLeast || pause <= silenceTimes*time.Duration(usual)*day {
		return Warning{}, false
	}
	silent := math.Floor(pause.Hours() / 24)
	plural := "s"
	if usual == 1 {
		plural = ""
	}
	return Warning{Kind: WarnSilence, Value: &silent, Since: utc(last), Message: fmt.Sprintf("nothing heard for %s days; usually it is %d day%s", decimal(silent), usual, plural)}, true
}

// rises tells whether a mapping of numbers gives its highest value more points than its lowest.
func (m mapping) rises() bool {
	return m.words == nil && m.knots[len(m.knots)-1].y > m.knots[0].y
}

// next gives what to do: by the policy's rules, in their order, else by the usual ones, in the order of gravity. nil where nothing asks
// for anything.
func (p *Policy) next(r Report) *Action {
	asks := map[string]bool{}
	for _, w := range r.Warnings {
		asks[w.Kind] = true
		asks[w.Signal] = true
	}
	worst := ""
	least := -actionPoints
	for _, c := range r.Contributions {
		if c.Contribution < least && !strings.HasPrefix(c.Signal, "cap:") {
			worst, least = c.Signal, c.Contribution
		}
		if strings.HasPrefix(c.Signal, "cap:") {
			asks[c.Signal] = true
		}
	}
	if worst != "" {
		asks[worst] = true
	}
	if r.Grade != "" {
		asks[r.Grade] = true
	}
	for _, a := range p.actions {
		if asks[a.when] || worst != "" && base(worst) == a.when {
			return &Action{a.do, a.when}
		}
	}
	for _, kind := range warningOrder {
		for _, a := range usualActions {
			if a.when == kind && asks[kind] && kind != WarnStaleNPS {
				return &Action{a.do, kind}
			}
		}
	}
	switch {
	case !r.Sufficient:
		return &Action{"Learn more before judging: ask for an NPS answer, or send usage and tickets.", "coverage"}
	case r.Grade != p.grades[0].Name && worst != "":
		for _, a := range usualActions {
			if a.when == worst || a.when == base(worst) {
				return &Action{a.do, worst}
			}
		}
		return &Action{"Look into " + worst + ", which costs most.", worst}
	case asks[WarnStaleNPS]:
		return &Action{usualActions[len(usualActions)-1].do, WarnStaleNPS}
	case r.Grade == p.grades[0].Name:
		return &Action{"Ask for a reference or a referral, and what else would help them.", r.Grade}
	}
	return nil
}
