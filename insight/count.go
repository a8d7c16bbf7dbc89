package insight

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/thau-cx/thau/stats"
)

// SmallN is the number of answers below which a result says "small": true. It is shown all the same: hiding is the reader's choice.
const SmallN = 5

// Count is how often a value was given on a scale. Min and Max are the ends of the scale; HighIs is "effort" where a high value means
// hard, and empty otherwise. Counts of the same value may repeat; an N below 1 counts nothing.
type Count struct {
	Value  float64
	Min    float64
	Max    float64
	HighIs string
	N      int
}

// Options say how metrics are cut. The zero Options are the defaults.
type Options struct {
	Confidence float64 // of the intervals, in (0, 1); 0 means 0.95
	Satisfied  float64 // CSAT: an answer from this place of its scale on is satisfied, in (0, 1]; 0 means 0.75, the top two boxes of 1–5
	Easy       float64 // CES: an answer from this place of its scale on is easy, in (0, 1]; 0 means 2/3, the top three boxes of 1–7
}

// unit gives the place of the count's value on its scale, 1 being the good end; ok is false off the scale.
func (c Count) unit() (u float64, ok bool) {
	if !(c.Min < c.Max) || !(c.Min <= c.Value && c.Value <= c.Max) {
		return 0, false
	}
	u = (c.Value - c.Min) / (c.Max - c.Min)
	if c.HighIs == "effort" {
		u = 1 - u
	}
	return u, u == u // an infinite scale has no places
}

// units gives the places of the counts that lie on their scale, sorted so that sums do not depend on the order given, and the number
// of answers that do not.
func units(counts []Count) (values []stats.Weighted, skipped int) {
	for _, c := range counts {
		if c.N < 1 {
			continue
		}
		if u, ok := c.unit(); ok {
			values = append(values, stats.Weighted{Value: u, N: c.N})
		} else {
			skipped += c.N
		}
	}
	slices.SortFunc(values, func(a, b stats.Weighted) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.N, b.N))
	})
	return values, skipped
}

// countFrom counts the answers from a place on. A billionth of slack lets 5 on 1–7 reach ⅔ however it is computed.
func countFrom(values []stats.Weighted, cut float64) int {
	n := 0
	for _, v := range values {
		if v.Value >= cut-1e-9 {
			n += v.N
		}
	}
	return n
}

// cutOr gives a cut in (0, 1], or the usual one.
func cutOr(cut, usual float64) float64 {
	if cut > 0 && cut <= 1 {
		return cut
	}
	return usual
}

// meanOf gives the mean place and its interval in [0, 1]: Student's, or Wilson's cautious one where the answers show no spread.
func meanOf(values []stats.Weighted, confidence float64) (mean float64, interval stats.Interval, n int) {
	mean, n = stats.Mean(values)
	interval, ok := stats.MeanInterval(values, confidence)
	if !ok || interval.High-interval.Low < 1e-9 {
		interval = stats.WilsonMean(mean, n, confidence)
	}
	return mean, stats.Interval{Low: max(interval.Low, 0), High: min(interval.High, 1)}, n
}

// figure rounds a reported figure to four decimals: more digits would claim more than the interval beside it allows.
func figure(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// decimal writes a number the shortest way.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// MeanScore gives the mean of scores on 0–100 with its interval; 50 in 0–100 where there are none.
func MeanScore(scores []float64) (mean, low, high float64) {
	if len(scores) == 0 {
		return 50, 0, 100
	}
	values := make([]stats.Weighted, len(scores))
	for i, s := range scores {
		values[i] = stats.Weighted{Value: s / 100, N: 1}
	}
	mean, i, _ := meanOf(values, 0.95)
	return figure(100 * mean), figure(100 * i.Low), figure(100 * i.High)
}
