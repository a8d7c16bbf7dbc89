package insight

import "github.com/thau-cx/thau/stats"

// The scales a net promoter score is asked on, as NPSResult.Scale names them. The usual 0–10 goes unnamed.
const (
	ScaleOneToTen = "1-10"
	ScaleMixed    = "mixed"
)

// The cuts of the net promoter score (Reichheld 2003), the same on 0–10 and on 1–10: 9 and 10 promote, 7 and 8 are passive, less
// detracts. Answers on 1–10 are cut as given, never rescaled: on both scales they are read against the same words beside 7 and 9.
const (
	promoterFrom = 9
	passiveFrom  = 7
)

// fewNPS is the number of answers from which the plain normal interval of a net promoter score keeps its promise; below it, and where
// all answers fall in one band, so that the plain one would have no width, the interval is computed with pseudo-counts.
const fewNPS = 30

// NPS gives the net promoter score of answers on 0–10 or 1–10. Answers on any other scale, or off their own, are only counted as
// skipped.
func NPS(counts []Count, o Options) NPSResult {
	var r NPSResult
	var ten, other int // answers on 0–10 and on 1–10
	for _, c := range counts {
		if c.N < 1 {
			continue
		}
		onTen, onOther := c.Min == 0 && c.Max == 10, c.Min == 1 && c.Max == 10
		if _, ok := c.unit(); !ok || !onTen && !onOther || c.HighIs != "" {
			r.Skipped += c.N
			continue
		}
		if onTen {
			ten += c.N
		} else {
			other += c.N
		}
		switch {
		case c.Value >= promoterFrom:
			r.Promoters += c.N
		case c.Value >= passiveFrom:
			r.Passives += c.N
		default:
			r.Detractors += c.N
		}
	}
	switch {
	case ten > 0 && other > 0:
		r.Scale = ScaleMixed
	case other > 0:
		r.Scale = ScaleOneToTen
	}
	if r.N = ten + other; r.N == 0 {
		return r
	}
	r.NPS = figure(stats.NPS(r.Promoters, r.Passives, r.Detractors))
	oneBand := max(r.Promoters, r.Passives, r.Detractors) == r.N
	i := stats.NPSInterval(r.Promoters, r.Passives, r.Detractors, o.Confidence, r.N < fewNPS || oneBand)
	r.Low, r.High = figure(i.Low), figure(i.High)
	r.Small, r.Grey = r.N < SmallN, r.N < GreyN
	return r
}
