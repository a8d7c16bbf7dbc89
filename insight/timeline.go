package insight

import "github.com/thau-cx/thau/stats"

// TimelineAnswer is a customer's answer on a day.
type TimelineAnswer struct {
	Day  float64 // in days since any day
	Unit float64 // place on its scale, 1 the good end
}

// TimelineTrend is which way a customer's answers go.
type TimelineTrend struct {
	Direction string  `json:"direction" enum:"up,down,flat,unknown"`
	PerMonth  float64 `json:"per_month"` // steps of a 1–5 scale in thirty days (Theil–Sen)
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	N         int     `json:"n"`
}

// TrendOf gives the trend of answers; it is unknown with fewer than five, of which the order alone excludes no chance.
func TrendOf(answers []TimelineAnswer) TimelineTrend {
	t := TimelineTrend{Direction: "unknown", N: len(answers)}
	var xs, ys []float64
	for _, a := range answers {
		xs, ys = append(xs, a.Day/30), append(ys, 4*a.Unit)
	}
	slope, i, ok := stats.TheilSen(xs, ys, 0.95)
	if !ok || len(answers) < SmallN {
		return t
	}
	t.PerMonth, t.Low, t.High = figure(slope), figure(i.Low), figure(i.High)
	switch {
	case t.Low > 0:
		t.Direction = "up"
	case t.High < 0:
		t.Direction = "down"
	default:
		t.Direction = "flat"
	}
	return t
}
