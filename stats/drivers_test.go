package stats_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/thau-cx/thau/stats"
)

func TestLeaveOut(t *testing.T) {
	var table stats.Table
	table.Add(0, 0, []int32{0})
	table.Add(10, 1, []int32{1})
	table.Add(10, 2, nil)
	table.Add(4, 3, []int32{0, 1})
	table.Add(math.NaN(), 4, []int32{0}) // says nothing
	got := table.LeaveOut(0.95, 200, 1)
	near(t, "impact", got[0].Impact, 6-10, 1e-12)
	near(t, "closed form", got[0].Impact, 2.0/2*(2-6), 1e-12)
	near(t, "impact", got[1].Impact, 6-5, 1e-12)
	if got[0].N != 2 || got[0].Voices != 2 || got[0].Mean != 2 || table.Len() != 4 || table.Mean() != 6 {
		t.Errorf("got %+v", got)
	}
	if again := table.LeaveOut(0.95, 200, 1); !reflect.DeepEqual(got, again) {
		t.Error("the same seed gives another answer")
	}
	var all stats.Table
	all.Add(1, 0, []int32{0})
	all.Add(3, 1, []int32{0})
	if i := all.LeaveOut(0.95, 10, 1)[0]; i.Impact != 0 || i.P != 1 {
		t.Errorf("what all have has the impact %+v", i)
	}
	var none stats.Table
	if none.LeaveOut(0.95, 10, 1) != nil && len(none.LeaveOut(0.95, 10, 1)) > 0 {
		t.Error("nothing has an impact")
	}
}

// draw makes a table of voices with one to three answers each, alike within a voice. Feature 0 lowers the value by 2, feature 1 comes with
// 0 often and does nothing, feature 2 raises it by 1. The truth of the impact of 0 is −2·share over the population.
func draw(random *rand.Rand, voices int, share float64) *stats.Table {
	var table stats.Table
	for v := range voices {
		mood := random.NormFloat64()
		for range 1 + random.IntN(3) {
			var has []int32
			value := 7 + mood + random.NormFloat64()
			if random.Float64() < share {
				has, value = append(has, 0), value-2
				if random.Float64() < 0.7 {
					has = append(has, 1)
				}
			} else if random.Float64() < 0.1 {
				has = append(has, 1)
			}
			if random.Float64() < 0.25 {
				has, value = append(has, 2), value+1
			}
			table.Add(value, v, has)
		}
	}
	return &table
}

// The intervals hold the truth in about 95 % of samples, also of what few people say.
func TestDriverCoverage(t *testing.T) {
	const rounds = 1000
	type population struct {
		voices int
		share  float64 // of answers that mention 0, which lowers the value by 2
	}
	populations := []population{{60, 0.1}, {150, 0.3}, {40, 0.3}, {150, 0.05}, {400, 0.02}}
	if testing.Short() {
		populations = populations[:1]
	}
	random := rand.New(rand.NewPCG(21, 22))
	for _, c := range populations {
		var impact, effect, other int
		for range rounds {
			table := draw(random, c.voices, c.share)
			if table.LeaveOut(0.95, 120, 7)[0].Contains(-2 * c.share) { // E(all) − E(without 0)
				impact++
			}
			r, ok := table.Regress(2, 0.95)
			if !ok {
				t.Fatal("no regression")
			}
			if r.Effects[0].Contains(-2) {
				effect++
			}
			if r.Effects[1].Contains(0) {
				other++
			}
		}
		for what, hits := range map[string]int{"leave-out impact": impact, "adjusted effect": effect, "adjusted effect of nothing": other} {
			share := float64(hits) / rounds
			t.Logf("%d people, %.0f %% of answers, %s: %.1f %%", c.voices, 100*c.share, what, 100*share)
			if share < 0.92 || share > 0.985 {
				t.Errorf("%d people, %.0f %% of answers, %s: the interval holds the truth in %.1f %% of draws", c.voices, 100*c.share, what, 100*share)
			}
		}
	}
}

func TestRegress(t *testing.T) {
	table := draw(rand.New(rand.NewPCG(1, 2)), 3000, 0.3)
	r, ok := table.Regress(1e-6, 0.95)
	if !ok {
		t.Fatal("no regression")
	}
	near(t, "effect of 0", r.Effects[0].Effect, -2, 0.12)
	near(t, "effect of 1", r.Effects[1].Effect, 0, 0.12)
	near(t, "effect of 2", r.Effects[2].Effect, 1, 0.12)
	// The variance is 2 of noise, 4·.3·.7 and 1·.25·.75.
	near(t, "R²", r.R2, (0.84+0.1875)/(2+0.84+0.1875), 0.02)
	sum := 0.0
	for _, e := range r.Effects {
		sum += e.Importance
	}
	near(t, "importances", sum, r.R2, 1e-12)
	if out := table.LeaveOut(0.95, 60, 1); out[1].Impact > -0.1 {
		t.Errorf("the plain impact of what comes with a driver is %v, without borrowing from it", out[1].Impact)
	}
	strong, _ := table.Regress(5000, 0.95)
	if math.Abs(strong.Effects[0].Effect) > 1 {
		t.Errorf("a strong penalty leaves %v", strong.Effects[0].Effect)
	}
	if _, ok := (&stats.Table{}).Regress(1, 0.95); ok {
		t.Error("nothing can be fitted")
	}
}

// With two features, relative weights are the general dominance weights: half of what each explains alone and half of what it adds to the
// other (Johnson 2000). R² here is that of plain least squares.
func TestRelativeWeights(t *testing.T) {
	var table stats.Table
	voice := 0
	add := func(n int, value float64, features ...int32) {
		for range n {
			table.Add(value, voice, features)
			voice++
		}
	}
	add(40, 9)
	add(30, 4, 0)
	add(10, 8, 1)
	add(20, 5, 0, 1)
	r, ok := table.Regress(1e-6, 0.95)
	if !ok {
		t.Fatal("no regression")
	}
	r2 := func(features ...int32) float64 {
		var part stats.Table
		voice := 0
		for _, row := range []struct {
			n, value int
			has      []int32
		}{{40, 9, nil}, {30, 4, []int32{0}}, {10, 8, []int32{1}}, {20, 5, []int32{0, 1}}} {
			for range row.n {
				var has []int32
				for i, f := range features {
					for _, h := range row.has {
						if h == f {
							has = append(has, int32(i))
						}
					}
				}
				part.Add(float64(row.value), voice, has)
				voice++
			}
		}
		fit, _ := part.Regress(1e-6, 0.95)
		return fit.R2
	}
	near(t, "weight of 0", r.Effects[0].Importance, (r2(0)+r.R2-r2(1))/2, 1e-9)
	near(t, "weight of 1", r.Effects[1].Importance, (r2(1)+r.R2-r2(0))/2, 1e-9)

	// Features that always come together share what they explain, and nothing breaks.
	var twins stats.Table
	for v := range 100 {
		if v%3 == 0 {
			twins.Add(1, v, []int32{0, 1})
		} else {
			twins.Add(5+float64(v%2), v, nil)
		}
	}
	r, ok = twins.Regress(1, 0.95)
	if !ok || math.Abs(r.Effects[0].Importance-r.Effects[1].Importance) > 1e-9 || r.R2 < 0.9 {
		t.Errorf("twins give %+v, %v", r, ok)
	}
}

func ExampleTable_LeaveOut() {
	const delivery, staff = 0, 1
	var answers stats.Table
	for customer, nps := range []float64{10, 9, 9, 10, 8, 2, 3, 9, 1, 10} {
		var mentions []int32
		if nps < 5 {
			mentions = append(mentions, delivery)
		}
		if nps == 10 {
			mentions = append(mentions, staff)
		}
		answers.Add(nps, customer, mentions)
	}
	for feature, i := range answers.LeaveOut(0.95, 400, 1) {
		fmt.Printf("%d: %+.1f (%.1f … %.1f)\n", feature, i.Impact, i.Low, i.High)
	}
	// Output:
	// 0: -2.2 (-5.4 … 1.0)
	// 1: +1.2 (-1.5 … 4.0)
}
