package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/stats"
)

func TestLogOdds(t *testing.T) {
	// By hand: y₁ = 30 of 100, y₂ = 10 of 200, α = 2 of α₀ = 20: ln(32/88) − ln(12/208) and √(1/32 + 1/88 + 1/12 + 1/208).
	delta, sigma := stats.LogOdds(stats.Mentions{Said: 30, Of: 100}, stats.Mentions{Said: 10, Of: 200}, 0.1, 20)
	near(t, "delta", delta, math.Log(32.0/88)-math.Log(12.0/208), 1e-12)
	near(t, "sigma", sigma, math.Sqrt(1.0/32+1.0/88+1.0/12+1.0/208), 1e-12)
	if d, _ := stats.LogOdds(stats.Mentions{}, stats.Mentions{}, 0.1, 20); d != 0 {
		t.Errorf("two groups of nobody differ by %v", d)
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), -1, 0, 1, 5, 100, 1e300})
		a := stats.Mentions{Said: draw.Draw(t, "said"), Of: draw.Draw(t, "of")}
		b := stats.Mentions{Said: draw.Draw(t, "said"), Of: draw.Draw(t, "of")}
		share, strength := draw.Draw(t, "share"), draw.Draw(t, "strength")
		delta, sigma := stats.LogOdds(a, b, share, strength)
		back, again := stats.LogOdds(b, a, share, strength)
		if !finite(delta) || !finite(sigma) || sigma <= 0 || math.Abs(delta+back) > 1e-9 || math.Abs(sigma-again) > 1e-9 {
			t.Fatalf("%v against %v: %v ± %v and back %v ± %v", a, b, delta, sigma, back, again)
		}
	})
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func TestCollocations(t *testing.T) {
	near(t, "npmi of what never parts", stats.NPMI(10, 10, 10, 100), 1, 1e-12)
	near(t, "npmi by chance", stats.NPMI(10, 20, 50, 100), 0, 1e-12)
	near(t, "npmi", stats.NPMI(8, 10, 20, 1000), math.Log(8*1000.0/200)/math.Log(1000.0/8), 1e-12)
	if v := stats.NPMI(0, 10, 20, 1000); v != -1 {
		t.Errorf("what never meets has %v", v)
	}
	// Dunning 1993, table 1: `the swiss` 110 together, 2,442 and 111 more with one of them, 29,114 with neither: 270.72.
	near(t, "G²", stats.G2(110, 110+2442, 110+111, 110+2442+111+29114), 270.72, 0.01)
	near(t, "G² by chance", stats.G2(10, 20, 50, 100), 0, 1e-9)
	if stats.G2(5, 4, 9, 10) != 0 || stats.NPMI(5, 4, 9, 10) != 0 {
		t.Error("counts that contradict each other give something")
	}
}

func TestCompareRates(t *testing.T) {
	r := stats.CompareRates(stats.Rate{Events: 30, Exposure: 100}, stats.Rate{Events: 10, Exposure: 100}, 1, 0.9)
	near(t, "ratio", r.Ratio, 2.95, 0.05)
	// The chance of 30 heads or more in 40 throws of a coin, by the sum of binomial coefficients.
	near(t, "p", r.P, 0.0011109, 1e-6)
	if !(r.Low > 1.5 && r.High < 6.5 && r.P < 0.002) {
		t.Errorf("30 against 10 gives %+v", r)
	}
	wider := stats.CompareRates(stats.Rate{Events: 30, Exposure: 100}, stats.Rate{Events: 10, Exposure: 100}, 4, 0.9)
	if !(wider.Low < r.Low && wider.High > r.High && wider.P > r.P) {
		t.Errorf("overdispersed counts prove more: %+v, %+v", wider, r)
	}
	if r := stats.CompareRates(stats.Rate{}, stats.Rate{Events: 3, Exposure: 1}, 1, 0.9); r.Ratio != 1 || r.P != 1 {
		t.Errorf("without exposure: %+v", r)
	}
	if r := stats.CompareRates(stats.Rate{Events: 9, Exposure: 1}, stats.Rate{Exposure: 1}, 1, 0.9); !finite(r.Ratio) || !finite(r.High) || r.P > 0.01 {
		t.Errorf("nine against none: %+v", r)
	}
}

// poisson draws a count (Knuth).
func poisson(random *rand.Rand, mean float64) float64 {
	if mean > 30 { // a sum of small ones
		return poisson(random, mean/2) + poisson(random, mean-mean/2)
	}
	limit, p, k := math.Exp(-mean), 1.0, 0.0
	for {
		if p *= random.Float64(); p <= limit {
			return k
		}
		k++
	}
}

func TestRateCoverage(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct{ now, before, exposure float64 }{{4, 8, 2}, {20, 15, 1}, {6, 60, 8}} {
		hits, rounds := 0, 4000
		truth := c.now / (c.before / c.exposure)
		for range rounds {
			r := stats.CompareRates(stats.Rate{Events: poisson(random, c.now), Exposure: 1}, stats.Rate{Events: poisson(random, c.before), Exposure: c.exposure}, 1, 0.9)
			if r.Contains(truth) {
				hits++
			}
		}
		share := float64(hits) / float64(rounds)
		t.Logf("rates %v: %.1f %%", c, 100*share)
		if share < 0.88 || share > 0.94 {
			t.Errorf("rates %v: the 90 %% interval holds the truth in %.1f %% of draws", c, 100*share)
		}
	}
}

// Among topics of which most do not change, those called at q = 10 % are false in at most that share.
func TestDiscoveryControl(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	called, wrong, found := 0, 0, 0
	const rounds, topics, rising = 200, 100, 10
	for range rounds {
		p := make([]float64, topics)
		for i := range p {
			mean := 12.0
			if i < rising {
				mean = 40
			}
			p[i] = stats.CompareRates(stats.Rate{Events: poisson(random, mean), Exposure: 1}, stats.Rate{Events: poisson(random, 48), Exposure: 4}, 1, 0.9).P
		}
		for i, q := range stats.BenjaminiHochberg(p) {
			if q <= 0.1 {
				called++
				if i < rising {
					found++
				} else {
					wrong++
				}
			}
		}
	}
	rate, power := float64(wrong)/float64(called), float64(found)/(rounds*rising)
	t.Logf("false discoveries %.1f %%, found %.1f %%", 100*rate, 100*power)
	if rate > 0.1 || power < 0.95 {
		t.Errorf("false discoveries %.1f %%, found %.1f %% of what rose", 100*rate, 100*power)
	}
}

func TestDispersion(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var plain, wild []stats.Rate
	for range 400 {
		plain = append(plain, stats.Rate{Events: poisson(random, 20), Exposure: 2})
		level := 10.0
		if random.Float64() < 0.5 {
			level = 30 // variance 20 + 100: six times the mean
		}
		wild = append(wild, stats.Rate{Events: poisson(random, level), Exposure: 2})
	}
	if d := stats.Dispersion(plain); d > 1.2 {
		t.Errorf("Poisson counts are dispersed by %v", d)
	}
	near(t, "dispersion", stats.Dispersion(wild), 6, 0.8)
	if stats.Dispersion(plain[:2]) != 1 || stats.Dispersion(nil) != 1 {
		t.Error("two periods tell of dispersion")
	}
}

func TestCUSUM(t *testing.T) {
	series := []float64{0, 0.2, -0.3, 1.5, 1.4, 1.6, 1.5, 1.7, 1.5}
	d, ok := stats.CUSUM(series, 0.5, 5)
	if !ok || !d.Up || d.From != 3 || d.Alarm != 7 {
		t.Errorf("got %+v, %v", d, ok)
	}
	if d, ok := stats.CUSUM([]float64{-2, -2, -2, -2}, 0.5, 5); !ok || d.Up || d.From != 0 {
		t.Errorf("a fall gives %+v, %v", d, ok)
	}
	if _, ok := stats.CUSUM([]float64{4, 3, -3, -2.5}, 0.5, 5); ok {
		t.Error("a drift that is over still stands")
	}
	// Montgomery, Introduction to Statistical Quality Control, table 9.3: k = ½, h = 5 has a run length of 465 in control and 10.4 at a
	// shift of one deviation, both sides watched.
	random := rand.New(rand.NewPCG(9, 10))
	runLength := func(shift float64) float64 {
		sum := 0
		const rounds = 600
		for range rounds {
			up, down, n := 0.0, 0.0, 0
			for up <= 5 && down <= 5 {
				z := random.NormFloat64() + shift
				up, down = max(0, up+z-0.5), max(0, down-z-0.5)
				n++
			}
			sum += n
		}
		return float64(sum) / rounds
	}
	near(t, "run length in control", runLength(0), 465, 60)
	near(t, "run length after a shift", runLength(1), 10.4, 0.8)
	z := stats.Standardised([]stats.Rate{{Events: 30, Exposure: 2}, {Events: 5}, {Events: math.NaN(), Exposure: 1}}, 10, 4)
	near(t, "z", z[0], 10/math.Sqrt(80), 1e-12)
	if z[1] != 0 || z[2] != 0 {
		t.Errorf("nothing expected gives %v", z)
	}
}

func TestMixAndRate(t *testing.T) {
	by, total, ok := stats.MixAndRate([]stats.Part{{BeforeN: 50, AfterN: 75, Before: 20, After: 30}, {BeforeN: 50, AfterN: 25, Before: 60, After: 60}})
	if !ok {
		t.Fatal("no answer")
	}
	near(t, "total", total, 37.5-40, 1e-12)
	near(t, "sum", by[0].Mix+by[0].Rate+by[1].Mix+by[1].Rate, total, 1e-12)
	near(t, "rate", by[0].Rate, 0.625*10, 1e-12)
	near(t, "mix", by[0].Mix+by[1].Mix, 0.25*25-0.25*60, 1e-12)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) stats.Part {
			return stats.Part{
				BeforeN: rapid.IntRange(-1, 50).Draw(t, "n0"), AfterN: rapid.IntRange(-1, 50).Draw(t, "n1"),
				Before: rapid.Float64Range(-100, 100).Draw(t, "before"), After: rapid.Float64Range(-100, 100).Draw(t, "after"),
			}
		}), 0, 8).Draw(t, "parts")
		by, total, ok := stats.MixAndRate(parts)
		sum := 0.0
		for _, c := range by {
			sum += c.Mix + c.Rate
		}
		if ok && math.Abs(sum-total) > 1e-9 {
			t.Fatalf("%v add up to %v and not %v", by, sum, total)
		}
	})
}

func TestPriorWeight(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	var groups []stats.GroupMean // true shares Beta(6, 4): m = 10
	for range 2000 {
		p := gamma(random, 6)
		p /= p + gamma(random, 4)
		n, k := 5+random.IntN(40), 0
		for range n {
			if random.Float64() < p {
				k++
			}
		}
		share := float64(k) / float64(n)
		groups = append(groups, stats.GroupMean{Mean: share, Variance: share * (1 - share), N: n})
	}
	prior, m, ok := stats.PriorWeight(groups)
	near(t, "prior", prior, 0.6, 0.02)
	near(t, "m", m, 10, 1.5)
	if !ok {
		t.Error("two thousand groups teach nothing")
	}
	same := []stats.GroupMean{{Mean: 0.5, Variance: 0.25, N: 40}, {Mean: 0.5, Variance: 0.25, N: 40}, {Mean: 0.5, Variance: 0.25, N: 40}}
	if _, m, _ := stats.PriorWeight(same); m != 1000 {
		t.Errorf("groups that do not differ weigh %v", m)
	}
	if _, m, ok := stats.PriorWeight(same[:2]); ok || m != 20 {
		t.Errorf("two groups teach %v", m)
	}
}

// gamma draws from Gamma(k, 1) for a whole k.
func gamma(random *rand.Rand, k int) float64 {
	sum := 0.0
	for range k {
		sum += random.ExpFloat64()
	}
	return sum
}

func TestDifferences(t *testing.T) {
	before, after := stats.NPSBands{Promoters: 50, Passives: 30, Detractors: 20}, stats.NPSBands{Promoters: 60, Passives: 25, Detractors: 15}
	d, i, p := stats.NPSDifference(before, after, 30, 0.95)
	se := 100 * math.Sqrt((0.7-0.09)/100+(0.75-0.45*0.45)/100)
	near(t, "difference", d, 15, 1e-9)
	near(t, "low", i.Low, 15-1.959964*se, 1e-4)
	near(t, "p", p, stats.TwoSidedP(15/se), 1e-12)
	if _, i, p := stats.NPSDifference(stats.NPSBands{}, after, 30, 0.95); i != (stats.Interval{Low: -200, High: 200}) || p != 1 {
		t.Errorf("against nothing: %v, %v", i, p)
	}
	// Welch's t-test by hand: means 2 and 4, variances 1 and 4 of 3 each: SE √(5/3), df (5/3)²/((1/3)²/2 + (4/3)²/2) = 2.9412.
	d, i, p, ok := stats.MeanDifference([]stats.Weighted{{Value: 1, N: 1}, {Value: 2, N: 1}, {Value: 3, N: 1}}, []stats.Weighted{{Value: 2, N: 1}, {Value: 4, N: 1}, {Value: 6, N: 1}}, 0.95)
	near(t, "difference", d, 2, 1e-12)
	near(t, "half", i.High-2, stats.StudentQuantile(0.975, 2.941176)*math.Sqrt(5.0/3), 1e-4)
	near(t, "p", p, 0.2212, 0.0005) // t = 1.5492 with 2.94 degrees of freedom
	if !ok {
		t.Error("six values tell nothing")
	}
	random := rand.New(rand.NewPCG(13, 14))
	hits := 0
	draw := func(n int, promoters, detractors float64) (b stats.NPSBands) {
		for range n {
			switch u := random.Float64(); {
			case u < promoters:
				b.Promoters++
			case u < promoters+detractors:
				b.Detractors++
			default:
				b.Passives++
			}
		}
		return b
	}
	const rounds = 3000
	for range rounds {
		if _, i, _ := stats.NPSDifference(draw(60, 0.5, 0.2), draw(25, 0.35, 0.3), 30, 0.95); i.Contains(-25) {
			hits++
		}
	}
	t.Logf("NPS difference: %.1f %%", 100*float64(hits)/rounds)
	if share := float64(hits) / rounds; share < 0.93 || share > 0.975 {
		t.Errorf("the difference's interval holds the truth in %.1f %% of draws", 100*share)
	}
}

// Garwood's interval as printed for counts of 0, 1, 10 and 100 (e.g. Ulm 1990, table 1).
func TestPoissonInterval(t *testing.T) {
	for k, want := range map[int][2]float64{0: {0, 3.69}, 1: {0.025, 5.57}, 10: {4.80, 18.39}, 100: {81.36, 121.63}} {
		i := stats.PoissonInterval(k, 0.95)
		near(t, "low", i.Low, want[0], 0.005)
		near(t, "high", i.High, want[1], 0.005)
	}
	if i := stats.PoissonInterval(-3, 0.95); i.Low != 0 {
		t.Errorf("less than nothing gives %v", i)
	}
}
