package health

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// maxSources is how many observations a contribution names.
const maxSources = 5

// evidence is what is known about an account: observations by signal, each oldest first.
type evidence map[string][]Observation

// gather sorts the observations a policy reads, in one order whatever order they came in. Values that are no usable number are dropped.
func (p *Policy) gather(observations []Observation, at time.Time) evidence {
	ev := evidence{}
	for _, s := range p.Signals() {
		ev[s] = nil
	}
	for _, s := range []string{SignalOpenCriticalTickets, SignalCancel, signalNPS} { // they warn, read or not
		ev[s] = nil
	}
	for _, o := range observations {
		seen, wanted := ev[o.Signal]
		if wanted && math.Abs(o.Value) <= 1e150 && !o.At.After(at) && !o.ReceivedAt.After(at) {
			ev[o.Signal] = append(seen, o)
		}
	}
	for _, of := range ev {
		slices.SortFunc(of, func(a, b Observation) int {
			if c := a.At.Compare(b.At); c != 0 {
				return c
			}
			return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Text, b.Text))
		})
	}
	return ev
}

// finding is what a reading found.
type finding struct {
	value   float64
	word    string  // instead of the value, where words are read
	kish    float64 // effective number of observations behind the value (stats.Kish); of opinions and means only
	n       int     // observations used
	last    time.Time
	sources []string // latest first
}

// read aggregates a signal's observations that happened in the window before a moment and were known by then. ok is false where there
// are none: silence is missing evidence, not a zero. Words are read only where asked for, and skipped elsewhere.
func (ev evidence) read(rd reading, words bool, at time.Time) (f finding, ok bool) {
	switch rd.aggregate {
	case aggregateDays, aggregateRecency:
		return ev.returns(rd, at)
	case aggregateChange:
		return ev.change(rd, at)
	}
	var sum, weights, squares float64 // Σwx, Σw and Σw² of weights by age
	all := ev[rd.signal]
	for i := len(all) - 1; i >= 0; i-- {
		o := &all[i]
		if o.At.After(at) || o.ReceivedAt.After(at) || o.Text != "" && !words {
			continue
		}
		if at.Sub(o.At) > rd.window {
			break
		}
		if f.n == 0 {
			f.value, f.word = o.Value, o.Text
		}
		f.note(o)
		switch rd.aggregate {
		case aggregateLast:
			f.kish = 1
			return f, true
		case aggregateMax:
			f.value = max(f.value, o.Value)
		case aggregateSum:
			if f.n > 1 {
				f.value += o.Value
			}
			continue
		case aggregateCount:
			continue
		}
		// Ages are taken from the latest observation on: its weight is 1, and quotients of weights stay what they are.
		w := math.Exp2(-float64(f.last.Sub(o.At)) / float64(rd.halfLife))
		weights += w
		squares += float64(w * w)
		sum += float64(w * o.Value)
	}
	if f.n == 0 {
		return f, false
	}
	switch rd.aggregate {
	case aggregateMean:
		f.value = sum / weights
	case aggregateCount:
		f.value = float64(f.n)
	}
	if weights > 0 {
		f.kish = weights * weights / squares
	}
	return f, true
}

// returns counts the days of the window on which a signal was above zero, or the days since it last was.
func (ev evidence) returns(rd reading, at time.Time) (f finding, ok bool) {
	var before int // day of the observation before, in time
	days := 0
	var came time.Time // when it was last above zero
	all := ev[rd.signal]
	for i := len(all) - 1; i >= 0 && at.Sub(all[i].At) <= rd.window; i-- {
		o := &all[i]
		if o.At.After(at) || o.ReceivedAt.After(at) || o.Text != "" {
			continue
		}
		f.note(o)
		if o.Value <= 0 {
			continue
		}
		if came.IsZero() {
			came = o.At
		}
		if day := int(at.Sub(o.At) / day); days == 0 || day != before {
			days, before = days+1, day
		}
	}
	switch {
	case f.n == 0:
		return f, false
	case rd.aggregate == aggregateDays:
		f.value = float64(days)
	case came.IsZero(): // not once in the window
		f.value = rd.window.Hours() / 24
	default:
		f.value = at.Sub(came).Hours() / 24
	}
	return f, true
}

// change compares the sum of the window with the mean of the windows before it of which something is known: −1 where all is gone, 0 as
// ever, 1 twice as much. There is none where nothing is known of the window, or what was before adds up to nothing.
func (ev evidence) change(rd reading, at time.Time) (f finding, ok bool) {
	var sums [1 + baselines]float64
	var seen [1 + baselines]bool
	all := ev[rd.signal]
	for i := len(all) - 1; i >= 0; i-- {
		o := &all[i]
		age := at.Sub(o.At)
		if age < 0 || o.ReceivedAt.After(at) || o.Text != "" {
			continue
		}
		k := int(age / rd.window)
		if k > baselines {
			break
		}
		sums[k] += o.Value
		seen[k] = true
		f.note(o)
	}
	var before, windows float64
	for k := 1; k <= baselines; k++ {
		if seen[k] {
			before, windows = before+sums[k], windows+1
		}
	}
	if !seen[0] || before <= 0 {
		return f, false
	}
	f.value = sums[0]/(before/windows) - 1
	return f, true
}

// note counts an observation; the latest comes first.
func (f *finding) note(o *Observation) {
	if f.n == 0 {
		f.last = o.At
	}
	f.n++
	if o.Source != "" && len(f.sources) < maxSources && !slices.Contains(f.sources, o.Source) {
		f.sources = append(f.sources, o.Source)
	}
}

// opinion tells whether a reading gives what people think, of which more answers make a firmer figure, rather than a gauge or a count,
// which is what it is.
func (rd reading) opinion() bool {
	_, known := halfLives[base(rd.signal)]
	return known && !rd.firm && (rd.aggregate == aggregateLast || rd.aggregate == aggregateMean || rd.aggregate == aggregateMax)
}
