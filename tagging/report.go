package tagging

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/thau-cx/thau/stats"
)

// The kinds of labels that are judged.
const (
	KindTopic     = "topic"
	KindIntent    = "intent"
	KindSentiment = "sentiment"
	KindUrgency   = "urgency"
	KindTag       = "tag"
)

// Judgment is what the machine said of one record, in one kind of label, and what people made of it.
type Judgment struct {
	Kind      string
	At        time.Time
	Predicted []string           // what it was sure of
	Listed    map[string]float64 // the confidence in each label that it listed, sure or not; may lack some
	Truth     []string           // what people left
	Ruled     []string           // of the tags: which of Predicted rules set
}

// Rate is a share with its 95 % interval (Wilson); N is what it is a share of. With N = 0 nothing is known.
type Rate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

const confidence = 0.95

func rate(hits, n int) Rate {
	r := Rate{N: n}
	if n > 0 {
		r.Value = round(float64(hits) / float64(n))
	}
	i := stats.Wilson(hits, n, confidence)
	r.Low, r.High = round(i.Low), round(i.High)
	return r
}

// round keeps six digits, as all figures of reports do.
func round(v float64) float64 {
	const micro = 1e6
	if v < 0 {
		return -round(-v)
	}
	return float64(int64(v*micro+0.5)) / micro
}

// KindReport is how well one kind of label was read, on the records that people judged. They are not a sample of all records: people
// correct what looks wrong.
type KindReport struct {
	Kind      string         `json:"kind"`
	Records   int            `json:"records"`   // that were judged
	Agreement Rate           `json:"agreement"` // all labels of the kind are as people left them
	Precision Rate           `json:"precision"` // of the labels predicted, how many people left
	Recall    Rate           `json:"recall"`    // of the labels people left, how many were predicted
	Labels    []LabelReport  `json:"labels"`    // the most frequent first
	Periods   []PeriodReport `json:"periods,omitempty"`
	Curve     []CurvePoint   `json:"curve,omitempty"`
}

// LabelReport is how well one label was read.
type LabelReport struct {
	Label     string `json:"label"`
	Precision Rate   `json:"precision"`
	Recall    Rate   `json:"recall"`
}

// PeriodReport is how well a kind was read in a week or month; Period is its first day.
type PeriodReport struct {
	Period    string `json:"period"`
	Records   int    `json:"records"`
	Agreement Rate   `json:"agreement"`
	Precision Rate   `json:"precision"`
	Recall    Rate   `json:"recall"`
}

// CurvePoint tells what taking only labels of at least a confidence would give: the share of all labels listed that it takes, and how
// many of those are right.
type CurvePoint struct {
	Confidence float64 `json:"confidence"`
	Coverage   float64 `json:"coverage"`
	Precision  Rate    `json:"precision"`
}

// Report judges the predictions, by kind in the order of the Kind constants; period is "week" (from Monday), "month" or "", in a zone.
func Report(judgments []Judgment, period string, zone *time.Location) []KindReport {
	var out []KindReport
	for _, kind := range []string{KindTopic, KindIntent, KindSentiment, KindUrgency, KindTag} {
		var own []*Judgment
		for i := range judgments {
			if judgments[i].Kind == kind {
				own = append(own, &judgments[i])
			}
		}
		if len(own) > 0 {
			out = append(out, reportKind(kind, own, period, zone))
		}
	}
	return out
}

// counts are how often predictions met what people left.
type counts struct {
	records, agreed        int
	hits, predicted, truth int
}

func (c *counts) add(j *Judgment) {
	hits := 0
	for _, l := range j.Predicted {
		if slices.Contains(j.Truth, l) {
			hits++
		}
	}
	c.records++
	c.hits, c.predicted, c.truth = c.hits+hits, c.predicted+len(j.Predicted), c.truth+len(j.Truth)
	if hits == len(j.Predicted) && hits == len(j.Truth) {
		c.agreed++
	}
}

func reportKind(kind string, judgments []*Judgment, period string, zone *time.Location) KindReport {
	var all counts
	labels, periods := map[string]*counts{}, map[string]*counts{}
	at := func(m map[string]*counts, key string) *counts {
		if m[key] == nil {
			m[key] = &counts{}
		}
		return m[key]
	}
	for _, j := range judgments {
		all.add(j)
		if period != "" {
			at(periods, firstDay(j.At, period, zone)).add(j)
		}
		for _, l := range j.Predicted {
			c := at(labels, l)
			c.predicted++
			if slices.Contains(j.Truth, l) {
				c.hits++
			}
		}
		for _, l := range j.Truth {
			at(labels, l).truth++
		}
	}
	r := KindReport{
		Kind: kind, Records: all.records, Agreement: rate(all.agreed, all.records), Precision: rate(all.hits, all.predicted), Recall: rate(all.hits, all.truth),
		Labels: []LabelReport{}, Curve: curve(judgments),
	}
	for label, c := range labels {
		r.Labels = append(r.Labels, LabelReport{label, rate(c.hits, c.predicted), rate(c.hits, c.truth)})
	}
	slices.SortFunc(r.Labels, func(a, b LabelReport) int {
		return cmp.Or(cmp.Compare(b.Recall.N+b.Precision.N, a.Recall.N+a.Precision.N), cmp.Compare(a.Label, b.Label))
	})
	for _, day := range slices.Sorted(maps.Keys(periods)) {
		c := periods[day]
		r.Periods = append(r.Periods, PeriodReport{day, c.records, rate(c.agreed, c.records), rate(c.hits, c.predicted), rate(c.hits, c.truth)})
	}
	return r
}

// firstDay gives the first day of the period a moment lies in.
func firstDay(at time.Time, period string, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	at = at.In(zone)
	if period == "month" {
		return at.Format("2006-01") + "-01"
	}
	back := (int(at.Weekday()) + 6) % 7 // days since Monday
	return at.AddDate(0, 0, -back).Format(time.DateOnly)
}

// steps are the confidences that a curve is drawn at.
var steps = []float64{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98}

func curve(judgments []*Judgment) []CurvePoint {
	type decision struct {
		confidence float64
		right      bool
	}
	var decisions []decision
	for _, j := range judgments {
		for l, c := range j.Listed {
			decisions = append(decisions, decision{c, slices.Contains(j.Truth, l)})
		}
	}
	var out []CurvePoint
	for _, step := range steps {
		hits, n := 0, 0
		for _, d := range decisions {
			if d.confidence >= step {
				n++
				if d.right {
					hits++
				}
			}
		}
		if n > 0 {
			out = append(out, CurvePoint{step, round(float64(n) / float64(len(decisions))), rate(hits, n)})
		}
	}
	return out
}

// Drift is how far what was read since a moment differs from what was read before it. PSI is the population stability index over the
// values; below Bound it is what chance alone does 19 times of 20. Drifted tells that it is above both Bound and 0.1, from where a
// change is worth a look.
type Drift struct {
	Of      string  `json:"of"` // "topic" (first level), "intent", "sentiment", "urgency", "language" or "score"
	PSI     float64 `json:"psi"`
	Bound   float64 `json:"bound"`
	Drifted bool    `json:"drifted"`
	Before  int     `json:"before"` // how many were counted
	After   int     `json:"after"`
	Moved   []Moved `json:"moved"` // the values whose share changed most, at most ten
}

// Moved is a value whose share changed.
type Moved struct {
	Value  string  `json:"value"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// worthALook is the PSI from which practice takes a change seriously.
const worthALook = 0.1

// DriftOf compares counts by value; ok is false where a side has none, or there is one value only.
func DriftOf(of string, before, after map[string]int) (d Drift, ok bool) {
	values := slices.Sorted(maps.Keys(before))
	for _, v := range slices.Sorted(maps.Keys(after)) {
		if _, both := before[v]; !both {
			values = append(values, v)
		}
	}
	a, b := make([]int, len(values)), make([]int, len(values))
	d = Drift{Of: of, Moved: []Moved{}}
	for i, v := range values {
		a[i], b[i] = before[v], after[v]
		d.Before, d.After = d.Before+a[i], d.After+b[i]
	}
	if d.PSI, d.Bound, ok = stats.PSI(a, b, confidence); !ok {
		return d, false
	}
	d.Drifted = d.PSI > d.Bound && d.PSI > worthALook
	for i, v := range values {
		if m := (Moved{v, round(float64(a[i]) / float64(d.Before)), round(float64(b[i]) / float64(d.After))}); m.Before != m.After {
			d.Moved = append(d.Moved, m)
		}
	}
	slices.SortFunc(d.Moved, func(x, y Moved) int {
		return cmp.Or(cmp.Compare(max(y.After-y.Before, y.Before-y.After), max(x.After-x.Before, x.Before-x.After)), cmp.Compare(x.Value, y.Value))
	})
	d.Moved = d.Moved[:min(10, len(d.Moved))]
	d.PSI, d.Bound = round(d.PSI), round(d.Bound)
	return d, true
}
