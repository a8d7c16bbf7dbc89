package health

import (
	"time"

	"github.com/thau-cx/thau/stats"
)

// The trend looks at as many weekly moments as the formulae ask for at most (metrics, 4.2.6), the last of them the report's own. Five is
// the least of which the order alone can exclude chance at 95 %: of five scores in a row all rising has probability 1/120, of four 1/24.
const (
	trendMoments = 8
	trendLeast   = 5
	week         = 7 * day
)

// trend computes the score anew at each weekly moment, from what had happened and was known by then and with this policy, and fits
// Theil and Sen's line through those with sufficient coverage. So it shows what a reader would have seen, and neither a change of policy
// nor an import of old records bends it. The moments share evidence, so the interval is a guide and no test.
func (p *Policy) trend(ev evidence, at time.Time) Trend {
	t := Trend{Direction: TrendUnknown, Points: []Point{}}
	var xs, ys []float64
	for k := 1 - trendMoments; k <= 0; k++ {
		r := p.score(ev, at.Add(time.Duration(k)*week))
		if r.Sufficient {
			t.Points = append(t.Points, Point{r.At, r.Score, r.Coverage})
			xs, ys = append(xs, float64(k)), append(ys, r.Score)
		}
	}
	if len(xs) < trendLeast {
		return t
	}
	slope, interval, _ := stats.TheilSen(xs, ys, 0.95) // the moments differ, so there is one
	t.SlopePerWeek, t.Low, t.High = points(micro(slope)), points(micro(interval.Low)), points(micro(interval.High))
	switch {
	case t.Low > 0:
		t.Direction = TrendUp
	case t.High < 0:
		t.Direction = TrendDown
	default:
		t.Direction = TrendFlat
	}
	return t
}
