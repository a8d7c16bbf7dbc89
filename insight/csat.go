package insight

import "github.com/thau-cx/thau/stats"

// satisfiedFrom is the cut of Options where it names none. On 1–5, 0.75 is a 4: the top two boxes. On good or bad (0–1) it is good.
const satisfiedFrom = 0.75

// CSAT gives the share of satisfied answers, in percent, with Wilson's interval. An answer is satisfied from o.Satisfied of the way up
// its own scale on, so that scales of any width, and good or bad as 0–1, add up.
func CSAT(counts []Count, o Options) CSATResult {
	cut := cutOr(o.Satisfied, satisfiedFrom)
	values, skipped := units(counts)
	r := CSATResult{Skipped: skipped}
	mean, n := stats.Mean(values)
	if r.N = n; n == 0 {
		return r
	}
	r.Satisfied = countFrom(values, cut)
	r.CSAT = figure(100 * float64(r.Satisfied) / float64(n))
	i := stats.Wilson(r.Satisfied, n, o.Confidence)
	r.Low, r.High = figure(100*i.Low), figure(100*i.High)
	r.Mean = figure(1 + 4*mean)
	r.Small, r.Grey = n < SmallN, n < GreyN
	return r
}
