package insight

import (
	"cmp"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Difference is how a metric differs between two groups or times.
type Difference struct {
	Before     float64 `json:"before"`
	BeforeN    int     `json:"before_n"`
	After      float64 `json:"after"`
	AfterN     int     `json:"after_n"`
	Difference float64 `json:"difference"` // after less before
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	P          float64 `json:"p"`               // two-sided, of no difference
	Small      bool    `json:"small,omitempty"` // fewer than SmallN answers on a side: nothing can be said
}

// Compare compares a metric, as Answer knows them, between two groups of answers of different people: net promoter scores and net
// sentiment by the sum of their variances, shares of the satisfied by Newcombe's interval, means by Welch's. Where a side has no
// answers, or two means have no spread, the interval is all that is possible.
func Compare(metric string, before, after []Count, o Options) Difference {
	a, b := bandsOf(metric, before, o), bandsOf(metric, after, o)
	d := Difference{BeforeN: a.n, AfterN: b.n, Before: figure(a.mean), After: figure(b.mean), P: 1}
	d.Small = min(a.n, b.n) < SmallN
	var i stats.Interval
	switch least, most := span(metric); {
	case a.n == 0 || b.n == 0:
		i = stats.Interval{Low: least - most, High: most - least}
	case metric == "nps" || metric == "sentiment":
		scale := most / 100
		var raw float64
		raw, i, d.P = stats.NPSDifference(a.bands(), b.bands(), fewNPS, o.Confidence)
		d.Difference, i = raw*scale, stats.Interval{Low: i.Low * scale, High: i.High * scale}
	case Steps(metric):
		d.Difference = b.mean - a.mean
		share := stats.Newcombe(b.up, b.n, a.up, a.n, o.Confidence)
		i = stats.Interval{Low: 100 * share.Low, High: 100 * share.High}
		d.P = newcombeP(b.up, b.n, a.up, a.n)
	default:
		var ok bool
		if d.Difference, i, d.P, ok = stats.MeanDifference(a.values, b.values, o.Confidence); !ok {
			i = stats.Interval{Low: least - most, High: most - least}
		}
	}
	d.Difference, d.Low, d.High, d.P = figure(d.Difference), figure(i.Low), figure(i.High), significant(d.P)
	return d
}

// newcombeP gives the two-sided p at which Newcombe's interval would just hold no difference, by halving.
func newcombeP(x1, n1, x2, n2 int) float64 {
	low, high := 0.0, 1.0
	for range 40 {
		p := (low + high) / 2
		if stats.Newcombe(x1, n1, x2, n2, min(max(1-p, 1e-12), 1-1e-12)).Contains(0) {
			low = p
		} else {
			high = p
		}
	}
	return (low + high) / 2
}

// answers are the answers of one side in the metric's unit.
type answers struct {
	values   []stats.Weighted
	mean     float64
	n        int
	up, down int
}

func bandsOf(metric string, counts []Count, o Options) (a answers) {
	for _, c := range counts {
		if v, ok := Answer(metric, c, o); ok && c.N > 0 {
			a.values = append(a.values, stats.Weighted{Value: v, N: c.N})
			switch {
			case v > 0:
				a.up += c.N
			case v < 0:
				a.down += c.N
			}
		}
	}
	slices.SortFunc(a.values, func(x, y stats.Weighted) int { return cmp.Or(cmp.Compare(x.Value, y.Value), cmp.Compare(x.N, y.N)) })
	a.mean, a.n = stats.Mean(a.values)
	return a
}

func (a *answers) bands() stats.NPSBands {
	return stats.NPSBands{Promoters: a.up, Passives: a.n - a.up - a.down, Detractors: a.down}
}

// span gives the ends of a metric's scale.
func span(metric string) (least, most float64) {
	switch metric {
	case "nps":
		return -100, 100
	case "ces":
		return 1, 7
	case "rating":
		return 1, 5
	case "sentiment":
		return -1, 1
	}
	return 0, 100
}

// Shift is what a metric's change between two times comes from.
type Shift struct {
	Split string `json:"split"` // the first day of the later time
	Difference
	Mix   float64     `json:"mix"`   // of the difference: because groups grew or shrank
	Rate  float64     `json:"rate"`  // of the difference: because groups changed
	Parts []ShiftPart `json:"parts"` // by group, the largest first
}

// ShiftPart is what one group adds to a shift.
type ShiftPart struct {
	Group   string  `json:"group"`
	Before  float64 `json:"before"`
	BeforeN int     `json:"before_n"`
	After   float64 `json:"after"`
	AfterN  int     `json:"after_n"`
	Mix     float64 `json:"mix"`
	Rate    float64 `json:"rate"`
}

// GroupCounts are the answers of a group before and after.
type GroupCounts struct {
	Group         string
	Before, After []Count
}

// Split compares a metric before and after, and says what of the difference comes from groups that grew or shrank (mix) and what from
// groups that changed (rate). Every answer is in one group.
func Split(metric, split string, groups []GroupCounts, o Options) Shift {
	var before, after []Count
	parts := make([]stats.Part, len(groups))
	sides := make([][2]answers, len(groups))
	for i, g := range groups {
		before, after = append(before, g.Before...), append(after, g.After...)
		a, b := bandsOf(metric, g.Before, o), bandsOf(metric, g.After, o)
		parts[i] = stats.Part{BeforeN: a.n, AfterN: b.n, Before: a.mean, After: b.mean}
		sides[i] = [2]answers{a, b}
	}
	s := Shift{Split: split, Difference: Compare(metric, before, after, o), Parts: []ShiftPart{}}
	by, _, ok := stats.MixAndRate(parts)
	if !ok {
		return s
	}
	for i, c := range by {
		s.Mix, s.Rate = s.Mix+c.Mix, s.Rate+c.Rate
		if p := parts[i]; p.BeforeN+p.AfterN > 0 {
			s.Parts = append(s.Parts, ShiftPart{
				Group: groups[i].Group, Before: figure(p.Before), BeforeN: p.BeforeN, After: figure(p.After), AfterN: p.AfterN, Mix: figure(c.Mix), Rate: figure(c.Rate),
			})
		}
	}
	s.Mix, s.Rate = figure(s.Mix), figure(s.Rate)
	slices.SortStableFunc(s.Parts, func(a, b ShiftPart) int {
		x, y := a.Mix+a.Rate, b.Mix+b.Rate
		return cmp.Or(cmp.Compare(y*y, x*x), cmp.Compare(a.Group, b.Group))
	})
	return s
}

// TrendPoint is a metric of one period. It is not shown (Value, Low and High are 0) where n is below SmallN and the metric is one of answers.
type TrendPoint struct {
	Period string  `json:"period"` // its first day
	N      int     `json:"n"`      // answers, texts or records
	Value  float64 `json:"value"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Small  bool    `json:"small,omitempty"` // n below SmallN: left out
	Grey   bool    `json:"grey,omitempty"`  // n below GreyN: read the interval
}

// PointOf measures the answers of one period. The metric "records" counts them, with the interval of a Poisson count.
func PointOf(metric, period string, counts []Count, o Options) TrendPoint {
	p := TrendPoint{Period: period}
	if metric == "records" {
		for _, c := range counts {
			p.N += max(c.N, 0)
		}
		i := stats.PoissonInterval(p.N, o.Confidence)
		p.Value, p.Low, p.High = float64(p.N), figure(i.Low), figure(i.High)
		return p
	}
	set := func(n int, value, low, high float64) { p.N, p.Value, p.Low, p.High = n, value, low, high }
	switch metric {
	case "nps":
		r := NPS(counts, o)
		set(r.N, r.NPS, r.Low, r.High)
	case "ces":
		r := CES(counts, o)
		set(r.N, r.CES, r.Low, r.High)
	case "rating":
		r := Rating(counts, o)
		set(r.N, r.Rating, r.Low, r.High)
	case "sentiment":
		r := Sentiment(counts, o)
		set(r.N, r.Sentiment, r.Low, r.High)
	default:
		r := CSAT(counts, o)
		set(r.N, r.CSAT, r.Low, r.High)
	}
	p.Grey = p.N < GreyN
	if p.Small = p.N < SmallN; p.Small {
		p.Value, p.Low, p.High = 0, 0, 0
	}
	return p
}

// Slope is how a series changes from period to period.
type Slope struct {
	Direction string  `json:"direction"` // rising, falling, or steady where the interval holds 0
	Slope     float64 `json:"slope"`     // median change a period
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
}

// SlopeOf gives the slope of a series by Theil and Sen, which wild periods hardly tilt. Periods of too few answers are left out; ok is
// false with fewer than five others.
func SlopeOf(points []TrendPoint, o Options) (s Slope, ok bool) {
	var x, y []float64
	for i, p := range points {
		if !p.Small {
			x, y = append(x, float64(i)), append(y, p.Value)
		}
	}
	if len(x) < 5 {
		return Slope{}, false
	}
	slope, i, ok := stats.TheilSen(x, y, o.Confidence)
	s = Slope{Direction: Steady, Slope: figure(slope), Low: figure(i.Low), High: figure(i.High)}
	switch {
	case i.Low > 0:
		s.Direction = Rising
	case i.High < 0:
		s.Direction = Falling
	}
	return s, ok
}
