package insight_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/insight"
)

// onTen gives answers on 0–10: how many for each value.
func onTen(n map[float64]int) []insight.Count {
	var out []insight.Count
	for v, k := range n {
		out = append(out, insight.Count{Value: v, Min: 0, Max: 10, N: k})
	}
	return out
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, tolerance)
	}
}

// round4 gives a figure as results report it.
func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func TestNPS(t *testing.T) {
	// 50 promoters, 30 passives, 20 detractors: p − d = .3, SE = √((.7 − .09)/100) = .0781 by hand.
	r := insight.NPS(onTen(map[float64]int{10: 20, 9: 30, 8: 25, 7: 5, 6: 12, 0: 8}), insight.Options{})
	if r.N != 100 || r.Promoters != 50 || r.Passives != 30 || r.Detractors != 20 || r.Scale != "" || r.Small {
		t.Errorf("got %+v", r)
	}
	near(t, "nps", r.NPS, 30, 1e-9)
	near(t, "low", r.Low, 30-1.96*7.8102, 0.001)
	near(t, "high", r.High, 30+1.96*7.8102, 0.001)

	if r := insight.NPS(nil, insight.Options{}); r != (insight.NPSResult{}) {
		t.Errorf("nothing gives %+v", r)
	}
	if r := insight.NPS(onTen(map[float64]int{10: 3}), insight.Options{}); r.NPS != 100 || r.High != 100 || r.Low > 50 || !r.Small {
		t.Errorf("three promoters give %+v", r)
	}
	if r := insight.NPS(onTen(map[float64]int{10: 40}), insight.Options{}); r.NPS != 100 || r.High != 100 || r.Low > 99 {
		t.Errorf("forty promoters give %+v", r)
	}
}

func TestNPSScales(t *testing.T) {
	one := []insight.Count{{Value: 9, Min: 1, Max: 10, N: 2}, {Value: 7, Min: 1, Max: 10, N: 1}, {Value: 1, Min: 1, Max: 10, N: 1}}
	r := insight.NPS(one, insight.Options{})
	if r.Scale != insight.ScaleOneToTen || r.Promoters != 2 || r.Passives != 1 || r.Detractors != 1 {
		t.Errorf("1–10 gives %+v", r)
	}
	mixed := append(one, insight.Count{Value: 0, Min: 0, Max: 10, N: 3}, insight.Count{Value: 5, Min: 1, Max: 5, N: 7}, insight.Count{Value: 11, Min: 0, Max: 10, N: 1})
	r = insight.NPS(mixed, insight.Options{})
	if r.Scale != insight.ScaleMixed || r.N != 7 || r.Skipped != 8 {
		t.Errorf("both scales and a foreign one give %+v", r)
	}
}

func TestCSAT(t *testing.T) {
	// Newcombe 1998, table I: 81 of 263 → 25.53 … 36.62 %.
	r := insight.CSAT([]insight.Count{{Value: 4, Min: 1, Max: 5, N: 80}, {Value: 5, Min: 1, Max: 5, N: 1}, {Value: 3, Min: 1, Max: 5, N: 182}}, insight.Options{})
	near(t, "csat", r.CSAT, round4(100*81.0/263), 1e-9)
	near(t, "low", r.Low, 25.53, 0.005)
	near(t, "high", r.High, 36.62, 0.005)
	near(t, "mean", r.Mean, round4((80*4+5+182*3)/263.0), 1e-9)

	binary := []insight.Count{{Value: 1, Min: 0, Max: 1, N: 3}, {Value: 0, Min: 0, Max: 1, N: 1}}
	if r := insight.CSAT(binary, insight.Options{}); r.CSAT != 75 || r.Satisfied != 3 || r.Mean != 4 || !r.Small {
		t.Errorf("good or bad gives %+v", r)
	}
	if r := insight.CSAT([]insight.Count{{Value: 4, Min: 1, Max: 5, N: 9}}, insight.Options{Satisfied: 1}); r.CSAT != 0 {
		t.Errorf("with the cut at the top box: %+v", r)
	}
	if r := insight.CSAT(nil, insight.Options{}); r != (insight.CSATResult{}) {
		t.Errorf("nothing gives %+v", r)
	}
}

func TestCES(t *testing.T) {
	effort := []insight.Count{{Value: 1, Min: 1, Max: 7, HighIs: "effort", N: 2}, {Value: 3, Min: 1, Max: 7, HighIs: "effort", N: 2}, {Value: 7, Min: 1, Max: 7, HighIs: "effort", N: 2}}
	r := insight.CES(effort, insight.Options{})
	near(t, "ces", r.CES, round4((7+5+1)/3.0), 1e-9)
	near(t, "easy", r.Easy, round4(4/6.0), 1e-9)
	// s = 2.7325, t.975(5) = 2.5706: ± 2.8676 by hand.
	near(t, "low", r.Low, 13/3.0-2.8676, 0.001)
	near(t, "high", r.High, 7, 1e-9)

	if r := insight.CES([]insight.Count{{Value: 7, Min: 1, Max: 7, N: 4}}, insight.Options{}); r.High != 7 || r.Low > 5 || r.CES != 7 {
		t.Errorf("four equal answers prove little, got %+v", r)
	}
	if r := insight.CES([]insight.Count{{Value: 8, Min: 1, Max: 7, N: 4}}, insight.Options{}); r != (insight.CESResult{Skipped: 4}) {
		t.Errorf("off the scale gives %+v", r)
	}
}

func TestSentimentAndRating(t *testing.T) {
	s := insight.Sentiment([]insight.Count{{Value: 1, N: 50}, {Value: 0, N: 30}, {Value: -1, N: 20}}, insight.Options{})
	near(t, "sentiment", s.Sentiment, 0.3, 1e-12)
	near(t, "low", s.Low, 0.3-1.96*0.078102, 1e-4)
	if s.Positive != 50 || s.Neutral != 30 || s.Negative != 20 || s.N != 100 {
		t.Errorf("got %+v", s)
	}
	r := insight.Rating([]insight.Count{{Value: 5, Min: 1, Max: 5, N: 1}, {Value: 10, Min: 0, Max: 10, N: 1}, {Value: 1, Min: 1, Max: 5, N: 2}}, insight.Options{})
	if r.Rating != 3 || r.N != 4 || r.Low != 1 || r.High != 5 {
		t.Errorf("got %+v", r)
	}
}

// The field names are a contract.
func TestJSON(t *testing.T) {
	f := func(v any, want string) {
		t.Helper()
		if got, _ := json.Marshal(v); string(got) != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	f(insight.NPSResult{}, `{"nps":0,"low":0,"high":0,"n":0,"promoters":0,"passives":0,"detractors":0}`)
	f(insight.NPSResult{Scale: "1-10", Skipped: 1, Small: true}, `{"nps":0,"low":0,"high":0,"n":0,"promoters":0,"passives":0,"detractors":0,"scale":"1-10","skipped":1,"small":true}`)
	f(insight.CSATResult{}, `{"csat":0,"low":0,"high":0,"n":0,"satisfied":0,"mean":0}`)
	f(insight.CESResult{}, `{"ces":0,"low":0,"high":0,"n":0,"easy":0}`)
	f(insight.SentimentResult{}, `{"sentiment":0,"low":0,"high":0,"n":0,"positive":0,"neutral":0,"negative":0}`)
	f(insight.RatingResult{}, `{"rating":0,"low":0,"high":0,"n":0}`)
}

// Whatever the counts: the order does not matter, every figure lies in its interval and the interval on its scale, no NaN comes out.
func TestProperties(t *testing.T) {
	wild := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), -1, 0, 1, 3, 4, 4.5, 5, 6, 7, 9, 10, 1e300, -math.MaxFloat64, math.MaxFloat64})
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) insight.Count {
			scales := [][2]float64{{0, 10}, {1, 10}, {1, 5}, {1, 7}, {0, 1}, {wild.Draw(t, "min"), wild.Draw(t, "max")}}
			s := rapid.SampledFrom(scales).Draw(t, "scale")
			return insight.Count{
				Value: wild.Draw(t, "value"), Min: s[0], Max: s[1], N: rapid.IntRange(-1, 40).Draw(t, "n"),
				HighIs: rapid.SampledFrom([]string{"", "effort"}).Draw(t, "high_is"),
			}
		}), 0, 12).Draw(t, "counts")
		o := insight.Options{Confidence: wild.Draw(t, "confidence"), Satisfied: wild.Draw(t, "satisfied"), Easy: wild.Draw(t, "easy")}
		all := func(counts []insight.Count) []any {
			return []any{insight.NPS(counts, o), insight.CSAT(counts, o), insight.CES(counts, o), insight.Sentiment(counts, o), insight.Rating(counts, o)}
		}
		results := all(counts)
		order := rapid.Permutation(counts).Draw(t, "order")
		if again := all(order); !reflect.DeepEqual(results, again) {
			t.Fatalf("another order gives %+v instead of %+v", again, results)
		}
		in := func(what string, n int, value, low, high, least, most float64) {
			const slack = 1e-9
			if n == 0 && (value != 0 || low != 0 || high != 0) ||
				n > 0 && !(least-slack <= low && low <= value+slack && value <= high+slack && high <= most+slack) {
				t.Fatalf("%s: %v in %v … %v of %d", what, value, low, high, n)
			}
		}
		p := results[0].(insight.NPSResult)
		in("nps", p.N, p.NPS, p.Low, p.High, -100, 100)
		c := results[1].(insight.CSATResult)
		in("csat", c.N, c.CSAT, c.Low, c.High, 0, 100)
		e := results[2].(insight.CESResult)
		in("ces", e.N, e.CES, e.Low, e.High, 1, 7)
		s := results[3].(insight.SentimentResult)
		in("sentiment", s.N, s.Sentiment, s.Low, s.High, -1, 1)
		r := results[4].(insight.RatingResult)
		in("rating", r.N, r.Rating, r.Low, r.High, 1, 5)
	})
}

// The intervals keep their promise on samples drawn from a known population: 2,000 draws, whose own error is about ±1.5 points.
func TestCoverage(t *testing.T) {
	f := func(what string, size int, holds func([]insight.Count) bool) {
		t.Helper()
		random := rand.New(rand.NewPCG(1, 2))
		hits := 0
		for range 2000 {
			var counts []insight.Count
			for range size {
				v := 9.0 // half promote, 30 % are passive, 20 % detract
				if u := random.Float64(); u > 0.8 {
					v = 3
				} else if u > 0.5 {
					v = 8
				}
				counts = append(counts, insight.Count{Value: v, Min: 0, Max: 10, N: 1})
			}
			if holds(counts) {
				hits++
			}
		}
		share := float64(hits) / 2000
		t.Logf("%s: %.2f %%", what, 100*share)
		if share < 0.93 || share > 0.97 {
			t.Errorf("%s: the interval holds the truth in %.2f %% of draws", what, 100*share)
		}
	}
	nps := func(c []insight.Count) bool {
		r := insight.NPS(c, insight.Options{})
		return r.Low <= 30 && 30 <= r.High
	}
	f("NPS, n = 200", 200, nps)
	f("NPS, n = 20", 20, nps)
	f("CSAT, n = 120", 120, // where Wilson's coverage, which saws about 95 % with n, is exactly 94.9 %
		func(c []insight.Count) bool {
			r := insight.CSAT(c, insight.Options{})
			return r.Low <= 80 && 80 <= r.High
		})
	f("CES, n = 50", 50, func(c []insight.Count) bool {
		r := insight.CES(c, insight.Options{})
		mean := 1 + 6*(0.5*0.9+0.3*0.8+0.2*0.3)
		return r.Low <= mean && mean <= r.High
	})
}

func ExampleNPS() {
	answers := []insight.Count{
		{Value: 10, Min: 0, Max: 10, N: 120}, {Value: 8, Min: 0, Max: 10, N: 50}, {Value: 4, Min: 0, Max: 10, N: 30},
	}
	r := insight.NPS(answers, insight.Options{})
	fmt.Printf("%.0f (%.1f … %.1f), n = %d\n", r.NPS, r.Low, r.High, r.N)
	// Output: 45 (34.7 … 55.3), n = 200
}
