package insight_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/thau-cx/thau/insight"
)

func nps(v float64) *insight.Count { return &insight.Count{Value: v, Max: 10, N: 1} }

func csat(values ...float64) (out []insight.Count) {
	for _, v := range values {
		out = append(out, insight.Count{Value: v, Min: 1, Max: 5, N: 1})
	}
	return out
}

// R9: one customer for each corner and for what stands beside the map.
func TestLoyaltyQuadrants(t *testing.T) {
	customers := []insight.Loyal{
		{ID: "advocate", NPS: nps(9), CSAT: csat(4, 5)},
		{ID: "vip", NPS: nps(10), CSAT: csat(5, 3)}, // one bad stage
		{ID: "wildcard", NPS: nps(8), CSAT: csat(5)},
		{ID: "churner", NPS: nps(3), CSAT: csat(2)},
		{ID: "only nps", NPS: nps(3)},
		{ID: "only csat", CSAT: csat(2)},
		{ID: "off", NPS: &insight.Count{Value: 3, Max: 4, N: 1}},
	}
	r := insight.Loyalty(customers, insight.LoyaltyOptions{})
	if r.N != 4 || r.Only.NPS != 1 || r.Only.CSAT != 1 || r.Skipped != 1 || !r.Small {
		t.Errorf("%+v", r)
	}
	for i, want := range []string{"advocate", "vip", "wildcard", "churner"} {
		if q := r.Quadrants[i]; q.N != 1 || q.Customers[0] != want || q.Share != 0.25 || q.Low >= 0.25 || q.High <= 0.25 || q.Action == "" {
			t.Errorf("%+v", q)
		}
	}
	// R10: a quarter of four customers is an alarm that chance may have rung.
	if a := r.Alarms[0]; a.Quadrant != insight.Churners || a.State != insight.AlarmPossible {
		t.Errorf("%+v", a)
	}
	// Where passives go is the caller's choice.
	r = insight.Loyalty(customers, insight.LoyaltyOptions{PassivesLoyal: true})
	if r.Quadrants[0].N != 2 || r.Quadrants[2].N != 0 {
		t.Errorf("passives as loyal: %+v", r.Quadrants)
	}
}

// R10 and R11: alarms at five and at eighty percent, confirmed only where the interval agrees.
func TestLoyaltyAlarms(t *testing.T) {
	for _, c := range []struct {
		what                           string
		advocates, wildcards, churners int
		churning, wild                 string
	}{
		{"none", 97, 0, 3, insight.AlarmNone, insight.AlarmNone},
		{"exactly five percent", 95, 0, 5, insight.AlarmPossible, insight.AlarmNone},
		{"a sure share", 80, 0, 20, insight.AlarmConfirmed, insight.AlarmNone},
		{"few customers", 10, 0, 10, insight.AlarmPossible, insight.AlarmNone},
		{"exactly eighty", 20, 80, 0, insight.AlarmNone, insight.AlarmNone},
		{"wildcards, perhaps", 18, 82, 0, insight.AlarmNone, insight.AlarmPossible},
		{"wildcards, surely", 50, 950, 0, insight.AlarmNone, insight.AlarmConfirmed},
		{"nobody", 0, 0, 0, insight.AlarmNone, insight.AlarmNone},
	} {
		var customers []insight.Loyal
		for n, l := range map[int]insight.Loyal{0: {NPS: nps(9), CSAT: csat(5)}, 1: {NPS: nps(7), CSAT: csat(5)}, 2: {NPS: nps(1), CSAT: csat(1)}} {
			for i := range []int{c.advocates, c.wildcards, c.churners}[n] {
				l.ID = fmt.Sprint(n, "-", i)
				customers = append(customers, l)
			}
		}
		r := insight.Loyalty(customers, insight.LoyaltyOptions{})
		if r.Alarms[0].State != c.churning || r.Alarms[1].State != c.wild {
			t.Errorf("%s: %+v", c.what, r.Alarms)
		}
	}
}

// draws is how many samples a coverage is measured on.
const draws = 2000

// The intervals of NPS, CSAT, the shares of quadrants and drivers hold the truth in 93 to 97 % of samples at a nominal 95 %.
func TestIntervalsCover(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 11))
	cover := func(what string, holds func() bool) {
		t.Helper()
		n := 0
		for range draws {
			if holds() {
				n++
			}
		}
		share := float64(n) / draws
		t.Logf("%s: %.2f %%", what, 100*share)
		if share < 0.93 || share > 0.97 {
			t.Errorf("%s: the interval holds the truth in %.2f %%, not 93 to 97", what, 100*share)
		}
	}
	for _, c := range []struct {
		n                   int
		promoter, detractor float64
	}{{20, 0.3, 0.3}, {60, 0.5, 0.2}, {150, 0.5, 0.2}, {400, 0.15, 0.45}} {
		cover(fmt.Sprintf("NPS of %d answers", c.n), func() bool {
			counts := map[float64]int{}
			for range c.n {
				switch u := random.Float64(); {
				case u < c.promoter:
					counts[9+float64(random.IntN(2))]++
				case u < c.promoter+c.detractor:
					counts[float64(random.IntN(7))]++
				default:
					counts[7+float64(random.IntN(2))]++
				}
			}
			var answers []insight.Count
			for v, n := range counts {
				answers = append(answers, insight.Count{Value: v, Max: 10, N: n})
			}
			r := insight.NPS(answers, insight.Options{})
			truth := 100 * (c.promoter - c.detractor)
			return r.Low <= truth && truth <= r.High
		})
	}
	for _, c := range []struct {
		n         int
		satisfied float64
	}{{50, 0.7}, {120, 0.85}, {500, 0.4}} {
		cover(fmt.Sprintf("CSAT of %d answers", c.n), func() bool {
			k := 0
			for range c.n {
				if random.Float64() < c.satisfied {
					k++
				}
			}
			r := insight.CSAT([]insight.Count{{Value: 5, Min: 1, Max: 5, N: k}, {Value: 2, Min: 1, Max: 5, N: c.n - k}}, insight.Options{})
			return r.Low <= 100*c.satisfied && 100*c.satisfied <= r.High
		})
	}
	// Customers with two answers that are alike. One in ten mentions what makes promoters of 20 % where 55 % would be, and in the segment that
	// mentions it more ten percent fewer promote whatever is mentioned: the effect is 2·35 points, and without those answers
	// 100·(2·(.74·.55 + .16·.45)/.9 − 1) = 6.44 would be left of −1.
	for _, c := range []struct {
		what string
		of   func(insight.Driver) (low, high, truth float64)
	}{
		{"impact of a driver", func(d insight.Driver) (float64, float64, float64) { return d.ImpactLow, d.ImpactHigh, -1 - 58./9 }},
		{"effect of a driver, segments held equal", func(d insight.Driver) (float64, float64, float64) { return d.EffectLow, d.EffectHigh, -70 }},
	} {
		cover(c.what, func() bool {
			var table insight.MentionTable
			for v := range 200 {
				segment, mood := random.Float64() < 0.2, random.Float64()
				mention, base := 0.075, 0.55
				if segment {
					mention, base = 0.2, 0.45
				}
				for range 2 {
					var has []int32
					chance, u := base, random.Float64()
					if random.Float64() < mention {
						has, chance = append(has, 0), base-0.35
					}
					if segment {
						has = append(has, 1)
					}
					if random.Float64() < 0.5 {
						u = mood
					}
					value := -100.0
					if u < chance {
						value = 100
					}
					table.Add(value, uint64(v), has)
				}
			}
			low, high, truth := c.of(table.Drivers(1, true, 2, insight.Options{}).By[0])
			return low <= truth && truth <= high
		})
	}
	// Customers who promote with 45 % and are satisfied with 70 %, the two going together.
	quadrant := []float64{0.40, 0.05, 0.30, 0.25}
	for i := range quadrant {
		cover("share of quadrant "+fmt.Sprint(i), func() bool {
			customers := make([]insight.Loyal, 300)
			for k := range customers {
				u, q := random.Float64(), 0
				for u -= quadrant[0]; u > 0 && q < 3; u -= quadrant[q] {
					q++
				}
				customers[k] = []insight.Loyal{{NPS: nps(9), CSAT: csat(5)}, {NPS: nps(9), CSAT: csat(2)}, {NPS: nps(6), CSAT: csat(5)}, {NPS: nps(6), CSAT: csat(1)}}[q]
			}
			r := insight.Loyalty(customers, insight.LoyaltyOptions{})
			return r.Quadrants[i].Low <= quadrant[i] && quadrant[i] <= r.Quadrants[i].High
		})
	}
}

func TestTimelineTrend(t *testing.T) {
	var falling []insight.TimelineAnswer
	for i := range 8 {
		falling = append(falling, insight.TimelineAnswer{Day: float64(15 * i), Unit: 1 - float64(i)/10})
	}
	if r := insight.TrendOf(falling); r.Direction != "down" || math.Abs(r.PerMonth+0.8) > 1e-9 {
		t.Errorf("%+v", r)
	}
	if r := insight.TrendOf(falling[:4]); r.Direction != "unknown" || r.N != 4 {
		t.Errorf("%+v", r)
	}
}

// R20 to R27 by hand: ten accounts at the start of a year, of which two left; two came, of which one left.
func TestBusinessByHand(t *testing.T) {
	b := insight.Book{
		Months: 12, AtStart: 10, Lost: 2, Acquired: 2, LostAcquired: 1, Watched: 120, Accounts: 12,
		Revenue: 240e6, Orders: 60, OutOfPolicy: 6, Cost: 150e6, SupportCost: 12e6, Complaints: 12, Causes: map[string]int{insight.CauseSupport: 9, insight.CauseProduct: 3},
		Products: []float64{1, 2, 3}, Adoptions: []float64{1.0 / 3, 0.5, 1, 0.2},
		HasRevenue: true, HasOrders: true, HasCost: true, HasSupportCost: true, HasOutOfPolicy: true,
	}
	r := b.Compute(0)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-3*math.Max(1, math.Abs(want)) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	near("R21 churn", r.Churn.Rate, 0.2)
	near("R21 churn of those acquired", *r.Churn.AcquiredRate, 1.5)
	near("R20 value a month", r.CLV.ValuePerMonth, 2e6)
	near("R20 lifespan", r.CLV.Months, 40)
	near("R20 CLV", r.CLV.CLV, 80e6)
	near("R20 low", r.CLV.Low, 2e6*120/8.7673) // exact Poisson interval of 3: 0.6187 to 8.7673
	near("R20 high", r.CLV.High, 2e6*120/0.6187)
	near("R22 support cost", *r.SupportCost, 1e5)
	near("R23 deal size", *r.DealSize, 4e6)
	near("R24 profit", *r.Profit, 78e6)
	near("R25 CPR", r.CPR.CPR, 0.05)
	near("R26 NPU", r.NPU.Mean, 2)
	near("R27 OPO", r.OPO.Share, 0.1)
	if r.NPU.Shares["all"] != 1 || r.NPU.Shares["half"] != 1 || r.NPU.Shares["third"] != 1 || r.NPU.Shares["less"] != 1 {
		t.Errorf("shares %v", r.NPU.Shares)
	}

	// Nothing sent: absent, not zero.
	r = insight.Book{Accounts: 3, AtStart: 3, Watched: 36, Months: 12}.Compute(0)
	if r.CLV != nil || r.Revenue != nil || r.DealSize != nil || r.SupportCost != nil || r.Profit != nil || r.CPR != nil || r.NPU != nil || r.OPO != nil || r.Churn.AcquiredRate != nil {
		t.Errorf("%+v", r)
	}
	// Nobody left: a lower bound and no more.
	r = insight.Book{Accounts: 3, AtStart: 3, Watched: 36, Months: 12, Revenue: 36, HasRevenue: true}.Compute(0)
	if !r.CLV.AtLeast || r.CLV.High != 0 || r.CLV.CLV <= 0 {
		t.Errorf("%+v", r.CLV)
	}
}

// R25: causes by what a complaint is about; a person's word goes first.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		topics, tags []string
		want         string
	}{
		{[]string{"product.quality", "support.responsiveness"}, nil, insight.CauseSupport},
		{[]string{"app.stability", "app"}, nil, insight.CauseProduct},
		{nil, nil, insight.CauseOther},
		{[]string{"staff.attitude"}, []string{"cause:difficult_customer"}, insight.CauseCustomer},
		{[]string{"staff.attitude"}, []string{"product_misfit"}, insight.CauseProduct},
	} {
		if got := insight.CauseOf(c.topics, c.tags); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.topics, c.tags, got, c.want)
		}
	}
}

// R28: detractors leave more; the difference has its interval and the sentence claims no cause.
func TestPayoff(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var watched []insight.Watched
	for i := range 600 {
		score := float64(random.IntN(11))
		band, _ := insight.BandOfNPS(insight.Count{Value: score, Max: 10})
		w := insight.Watched{Band: band, Score: &score, Days: 90, Before: 100, After: 100 + score}
		if random.Float64() < 1/(1+math.Exp(0.4*score)) { // odds of leaving fall by a third with every point
			w.Left, w.Days = true, float64(1+i%89)
		}
		watched = append(watched, w)
	}
	r := insight.MeasurePayoff(watched, insight.NPSBands(), "promoters", 1, 90)
	if r.N != 600 || len(r.Bands) != 3 || r.Bands[0].Difference != nil {
		t.Fatalf("%+v", r)
	}
	d := r.Bands[2]
	if d.Band != "detractors" || d.Difference.Low <= 0 || d.OddsRatio.Low <= 1 || *d.P > 0.01 || len(d.Survival) < 10 || d.Growth.Value >= 6 {
		t.Errorf("%+v", d)
	}
	if s := r.Slope; s == nil || s.OddsRatio.Low > math.Exp(-0.4) || s.OddsRatio.High < math.Exp(-0.4) {
		t.Errorf("slope %+v, drawn with %.3f", s, math.Exp(-0.4))
	}
	if !strings.HasPrefix(r.Statement, "detractors is associated with ") || !strings.Contains(r.Statement, "need not be cause and effect") {
		t.Error(r.Statement)
	}
	r = insight.MeasurePayoff(watched[:6], insight.NPSBands(), "", 1, 90)
	if r.Reference == "" || r.Slope != nil {
		t.Errorf("six accounts: %q, %+v", r.Reference, r.Slope)
	}
	if r := insight.MeasurePayoff(nil, insight.NPSBands(), "promoters", 1, 90); !strings.HasPrefix(r.Statement, "No band is associated") {
		t.Error(r.Statement)
	}
}
