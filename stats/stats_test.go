package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/thau-cx/thau/stats"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v ± %v", what, got, want, tolerance)
	}
}

// Against gonum's distributions, which are computed another way for Student's t, and the printed tables.
func TestQuantiles(t *testing.T) {
	near(t, "z(95 %)", stats.TwoSided(0.95), 1.959963984540054, 1e-12)
	near(t, "z(99 %)", stats.TwoSided(0.99), 2.5758293035489004, 1e-12)
	near(t, "Φ(1.96)", stats.NormalCDF(1.96), 0.9750021048517795, 1e-14)
	for df, want := range map[float64]float64{1: 12.706, 2: 4.303, 5: 2.571, 10: 2.228, 30: 2.042, 120: 1.980} {
		near(t, "printed t.975", stats.StudentQuantile(0.975, df), want, 5e-4)
	}
	for _, p := range []float64{0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.999} {
		near(t, "Φ(Φ⁻¹(p))", stats.NormalCDF(stats.NormalQuantile(p)), p, 1e-14)
		for _, df := range []float64{1, 3, 7.5, 40, 1000} {
			d := distuv.StudentsT{Sigma: 1, Nu: df}
			near(t, "t CDF of t quantile", d.CDF(stats.StudentQuantile(p, df)), p, 1e-9)
		}
	}
}

// Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
func TestWilsonPublished(t *testing.T) {
	for _, c := range []struct {
		x, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		i := stats.Wilson(c.x, c.n, 0.95)
		near(t, "low", i.Low, c.low, 5e-5)
		near(t, "high", i.High, c.high, 5e-5)
	}
	if got := stats.Wilson(0, 0, 0.95); got != (stats.Interval{Low: 0, High: 1}) {
		t.Errorf("nothing known gives %v", got)
	}
}

// Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
func TestNewcombePublished(t *testing.T) {
	for _, c := range []struct {
		x1, n1, x2, n2 int
		low, high      float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{10, 10, 0, 20, 0.6791, 1},
	} {
		i := stats.Newcombe(c.x1, c.n1, c.x2, c.n2, 0.95)
		near(t, "low", i.Low, c.low, 5e-5)
		near(t, "high", i.High, c.high, 5e-5)
	}
}

// The error of a net promoter score is that of the mean of answers 1, 0 and −1: computed from them one by one.
func TestNPSErrorBruteForce(t *testing.T) {
	for _, c := range [][3]int{{50, 30, 20}, {1, 1, 1}, {7, 0, 0}, {0, 3, 9}} {
		var answers []float64
		for range c[0] {
			answers = append(answers, 1)
		}
		for range c[1] {
			answers = append(answers, 0)
		}
		for range c[2] {
			answers = append(answers, -1)
		}
		n := float64(len(answers))
		var mean, ss float64
		for _, a := range answers {
			mean += a / n
		}
		for _, a := range answers {
			ss += (a - mean) * (a - mean)
		}
		near(t, "nps", stats.NPS(c[0], c[1], c[2]), 100*mean, 1e-9)
		near(t, "error", stats.NPSError(c[0], c[1], c[2]), 100*math.Sqrt(ss/n/n), 1e-6)
	}
	// A third in each band is near the worst case: the full 95 % width is about 320/√n.
	i := stats.NPSInterval(300, 300, 300, 0.95, false)
	near(t, "width", i.High-i.Low, 320/math.Sqrt(900), 0.05)
	if got := stats.NPSInterval(0, 0, 0, 0.95, true); got != (stats.Interval{Low: -100, High: 100}) {
		t.Errorf("nothing known gives %v", got)
	}
	if got := stats.NPSInterval(3, 0, 0, 0.95, true); got.High != 100 || got.Low > 50 {
		t.Errorf("three promoters prove little, got %v", got)
	}
}

func TestMean(t *testing.T) {
	// Student 1908: the extra hours of sleep by the second drug less the first; mean 1.58, t.975(9) = 2.262, s = 1.230.
	var values []stats.Weighted
	for _, v := range []float64{1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4} {
		values = append(values, stats.Weighted{Value: v, N: 1})
	}
	i, ok := stats.MeanInterval(values, 0.95)
	if !ok {
		t.Fatal("not ok")
	}
	near(t, "low", i.Low, 0.7001, 5e-4)
	near(t, "high", i.High, 2.4599, 5e-4)
	mean, n := stats.Mean([]stats.Weighted{{2, 3}, {5, 1}, {math.NaN(), 4}, {9, 0}})
	if mean != 2.75 || n != 4 {
		t.Errorf("mean %v of %d", mean, n)
	}
	if _, ok := stats.MeanInterval([]stats.Weighted{{2, 1}}, 0.95); ok {
		t.Error("one value has no spread")
	}
}

func TestWeights(t *testing.T) {
	near(t, "equal", stats.Kish([]float64{0.2, 0.2, 0.2}), 3, 1e-12)
	near(t, "1, ½", stats.Kish([]float64{1, 0.5}), 1.8, 1e-12)
	near(t, "tiny", stats.Kish([]float64{1e-200, 1e-200}), 2, 1e-12)
	near(t, "none", stats.Kish([]float64{0, -1, math.NaN()}), 0, 0)
	near(t, "shrink", stats.Shrink(80, 20, 20, 20), 50, 1e-12)
	near(t, "shrink nothing", stats.Shrink(math.NaN(), 0, 20, 20), 20, 0)
	near(t, "shrink to nothing", stats.Shrink(80, 20, 20, 0), 80, 0)
	if got := stats.EWMA([]float64{math.NaN(), 10, 20, math.NaN(), 0}, 0.5); !slices.Equal(got, []float64{0, 10, 15, 15, 7.5}) {
		t.Errorf("EWMA = %v", got)
	}
}

// The five points of the cloud seeding data in Hollander & Wolfe's chapter on Theil's test; the ten slopes sorted by hand.
func TestTheilSen(t *testing.T) {
	slope, i, ok := stats.TheilSen([]float64{1, 2, 3, 4, 5}, []float64{1.26, 1.27, 1.12, 1.16, 1.03}, 0.95)
	if !ok {
		t.Fatal("not ok")
	}
	near(t, "slope", slope, -0.05625, 1e-9)
	near(t, "low", i.Low, -0.15, 1e-9)
	near(t, "high", i.High, 0.04, 1e-9)

	// One wild point in seven does not tilt it.
	slope, _, _ = stats.TheilSen([]float64{0, 1, 2, 3, 4, 5, 6}, []float64{0, 2, 4, 6, 8, 1000, 12}, 0.95)
	near(t, "slope", slope, 2, 1e-9)
	if _, _, ok := stats.TheilSen([]float64{1, 1, math.NaN()}, []float64{2, 3, 4}, 0.95); ok {
		t.Error("one x has no slope")
	}
}

func TestAUC(t *testing.T) {
	// The example of scikit-learn's roc_auc_score.
	auc, ok := stats.AUC([]float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true})
	if !ok || auc != 0.75 {
		t.Errorf("auc = %v, %v", auc, ok)
	}
	if auc, ok := stats.AUC([]float64{1, 2}, []bool{true, true}); ok || auc != 0.5 {
		t.Errorf("one class: %v, %v", auc, ok)
	}
	// Hanley & McNeil 1982, table I: 109 readings of computed tomography; W = 0.893.
	var scores []float64
	var outcomes []bool
	for rating, n := range [][2]int{{33, 3}, {6, 2}, {6, 2}, {11, 11}, {2, 33}} {
		for outcome, k := range n {
			for range k {
				scores, outcomes = append(scores, float64(rating)), append(outcomes, outcome == 1)
			}
		}
	}
	auc, _ = stats.AUC(scores, outcomes)
	near(t, "Hanley & McNeil", auc, 0.893, 5e-4)
	i, ok := stats.AUCInterval(scores, outcomes, 0.95, 2000, 1)
	if !ok {
		t.Fatal("not ok")
	}
	// Their standard error is 0.032; the bootstrap should agree to about a hundredth.
	near(t, "low", i.Low, 0.893-1.96*0.032, 0.012)
	near(t, "high", i.High, 0.893+1.96*0.032, 0.012)
	if again, _ := stats.AUCInterval(scores, outcomes, 0.95, 2000, 1); again != i {
		t.Error("the same seed gave another interval")
	}
}

func TestAUCBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		scores, outcomes := make([]float64, n), make([]bool, n)
		for i := range n {
			scores[i] = float64(rapid.IntRange(0, 6).Draw(t, "score"))
			outcomes[i] = rapid.Bool().Draw(t, "outcome")
		}
		var wins, pairs float64
		for i := range n {
			for j := range n {
				if outcomes[i] && !outcomes[j] {
					pairs++
					switch {
					case scores[i] > scores[j]:
						wins++
					case scores[i] == scores[j]:
						wins += 0.5
					}
				}
			}
		}
		auc, ok := stats.AUC(scores, outcomes)
		if ok != (pairs > 0) || ok && math.Abs(auc-wins/pairs) > 1e-12 {
			t.Fatalf("auc %v, %v; pairs give %v of %v", auc, ok, wins, pairs)
		}
	})
}

func TestBrier(t *testing.T) {
	score, ok := stats.Brier([]float64{0.7, 1, 0.3, math.NaN()}, []bool{true, true, false, true})
	if !ok {
		t.Fatal("not ok")
	}
	near(t, "brier", score, (0.09+0+0.09)/3, 1e-12)
	skill, ok := stats.BrierSkill([]float64{0.5, 0.5}, []bool{true, false})
	if !ok || skill != 0 {
		t.Errorf("the base rate has skill %v, %v", skill, ok)
	}
	if skill, ok = stats.BrierSkill([]float64{1, 0}, []bool{true, false}); !ok || skill != 1 {
		t.Errorf("perfect skill %v, %v", skill, ok)
	}
	if _, ok = stats.BrierSkill([]float64{0.5}, []bool{true}); ok {
		t.Error("one kind of outcome has no base rate to beat")
	}
	if _, ok = stats.Brier(nil, nil); ok {
		t.Error("nothing has no score")
	}
}

// Benjamini & Hochberg 1995, section 4: fifteen p-values of which the procedure at q = .05 rejects four.
func TestBenjaminiHochbergPublished(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	shuffled := slices.Clone(p)
	slices.Reverse(shuffled)
	found := 0
	for i, q := range stats.BenjaminiHochberg(shuffled) {
		if q <= 0.05 {
			found++
			if shuffled[i] > 0.0095 {
				t.Errorf("p = %v became a discovery", shuffled[i])
			}
		}
	}
	if found != 4 {
		t.Errorf("%d discoveries, want 4", found)
	}
	if got := stats.BenjaminiHochberg([]float64{math.NaN(), 0.01}); got[0] != 1 || got[1] != 0.02 {
		t.Errorf("got %v", got)
	}
}

// draws is how many samples the simulations of coverage take: enough that a true 95 % shows as 93.5–96.5 % (±3 standard errors).
const draws = 2000

func coverage(t *testing.T, what string, holds func(*rand.Rand) bool) {
	t.Helper()
	random := rand.New(rand.NewPCG(20240229, 7))
	hits := 0
	for range draws {
		if holds(random) {
			hits++
		}
	}
	share := float64(hits) / draws
	t.Logf("%s: %.2f %%", what, 100*share)
	if share < 0.93 || share > 0.97 {
		t.Errorf("%s: the 95 %% interval holds the truth in %.2f %% of draws", what, 100*share)
	}
}

func TestCoverage(t *testing.T) {
	band := func(random *rand.Rand, n int, promoter, passive float64) (p, pas, d int) {
		for range n {
			switch u := random.Float64(); {
			case u < promoter:
				p++
			case u < promoter+passive:
				pas++
			default:
				d++
			}
		}
		return p, pas, d
	}
	coverage(t, "NPS, n = 200", func(r *rand.Rand) bool {
		p, pas, d := band(r, 200, 0.5, 0.3)
		return stats.NPSInterval(p, pas, d, 0.95, false).Contains(30)
	})
	coverage(t, "NPS with pseudo-counts, n = 15", func(r *rand.Rand) bool {
		p, pas, d := band(r, 15, 0.5, 0.3)
		return stats.NPSInterval(p, pas, d, 0.95, true).Contains(30)
	})
	// Summed over the binomial distribution, Wilson's coverage here is 93.7 %: it saws about 95 % with n and p.
	coverage(t, "Wilson, n = 100", func(r *rand.Rand) bool {
		p, _, _ := band(r, 100, 0.3, 0)
		return stats.Wilson(p, 100, 0.95).Contains(0.3)
	})
	coverage(t, "Newcombe, n = 80 and 100", func(r *rand.Rand) bool {
		a, _, _ := band(r, 80, 0.4, 0)
		b, _, _ := band(r, 100, 0.3, 0)
		return stats.Newcombe(a, 80, b, 100, 0.95).Contains(0.1)
	})
	coverage(t, "mean of a skewed rating, n = 60", func(r *rand.Rand) bool {
		var v []stats.Weighted
		for range 60 {
			x := 5.0
			if r.Float64() < 0.4 {
				x = float64(1 + r.IntN(4)) // mean 0.6·5 + 0.4·2.5 = 4
			}
			v = append(v, stats.Weighted{Value: x, N: 1})
		}
		i, _ := stats.MeanInterval(v, 0.95)
		return i.Contains(4)
	})
	coverage(t, "Theil–Sen, 30 points", func(r *rand.Rand) bool {
		var xs, ys []float64
		for x := range 30 {
			xs, ys = append(xs, float64(x)), append(ys, 0.7*float64(x)+5*r.NormFloat64())
		}
		_, i, _ := stats.TheilSen(xs, ys, 0.95)
		return i.Contains(0.7)
	})
}

// Whatever goes in, no NaN and no infinity comes out.
func TestNothingButNumbers(t *testing.T) {
	wild := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1, -1, math.MaxFloat64, 5e-324}))
	rapid.Check(t, func(t *rapid.T) {
		number := func(what string, values ...float64) {
			for _, v := range values {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%s gave %v", what, values)
				}
			}
		}
		a, b := wild.Draw(t, "a"), wild.Draw(t, "b")
		xs, ys := rapid.SliceOfN(wild, 0, 8).Draw(t, "xs"), rapid.SliceOfN(wild, 0, 8).Draw(t, "ys")
		outcomes := rapid.SliceOfN(rapid.Bool(), 0, 8).Draw(t, "outcomes")
		n, m, k := rapid.Int().Draw(t, "n"), rapid.IntRange(-3, 9).Draw(t, "m"), rapid.IntRange(-3, 1e6).Draw(t, "k")

		number("NormalCDF", stats.NormalCDF(a))
		number("NormalQuantile", stats.NormalQuantile(a))
		number("TwoSided", stats.TwoSided(a))
		number("StudentQuantile", stats.StudentQuantile(a, b), stats.StudentQuantile(0.975, b), stats.StudentQuantile(a, 3))
		i := stats.Wilson(m, n, a)
		number("Wilson", i.Low, i.High)
		i = stats.WilsonMean(b, m, a)
		number("WilsonMean", i.Low, i.High)
		i = stats.Newcombe(m, k, k, n, a)
		number("Newcombe", i.Low, i.High)
		i = stats.NPSInterval(m, k, m+1, a, true)
		number("NPSInterval", i.Low, i.High, stats.NPS(m, k, 0), stats.NPSError(m, k, 2))
		var w []stats.Weighted
		for _, x := range xs {
			w = append(w, stats.Weighted{Value: x, N: m})
		}
		i, _ = stats.MeanInterval(w, b)
		mean, _ := stats.Mean(w)
		number("Mean", mean, i.Low, i.High)
		number("Kish", stats.Kish(xs))
		number("Shrink", stats.Shrink(a, float64(k), b, float64(m)), stats.Shrink(a, b, 3, 4), stats.Shrink(1, 2, a, b))
		number("EWMA", stats.EWMA(xs, a)...)
		s, i, _ := stats.TheilSen(xs, ys, a)
		number("TheilSen", s, i.Low, i.High)
		auc, _ := stats.AUC(xs, outcomes)
		i, _ = stats.AUCInterval(xs, outcomes, a, 5, 1)
		number("AUC", auc, i.Low, i.High)
		bs, _ := stats.Brier(xs, outcomes)
		skill, _ := stats.BrierSkill(xs, outcomes)
		number("Brier", bs, skill)
		number("BenjaminiHochberg", stats.BenjaminiHochberg(xs)...)
	})
}

// TestPSI holds the index to a figure computed by hand and its bound to what samples of one population do.
func TestPSI(t *testing.T) {
	psi, _, ok := stats.PSI([]int{500, 500}, []int{750, 250}, 0.95)
	if want := 0.25*math.Log(1.5) - 0.25*math.Log(0.5); !ok || math.Abs(psi-want) > 1e-3 {
		t.Errorf("psi %v, want about %v", psi, want)
	}
	random := rand.New(rand.NewPCG(1, 2))
	over, rounds := 0, 2000
	for range rounds {
		var a, b [8]int
		for range 400 {
			a[random.IntN(8)]++
			b[random.IntN(8)]++
		}
		psi, bound, ok := stats.PSI(a[:], b[:], 0.95)
		if !ok {
			t.Fatal("not ok")
		}
		if psi > bound {
			over++
		}
	}
	if share := float64(over) / float64(rounds); share < 0.03 || share > 0.07 {
		t.Errorf("%v of samples of one population are over the bound, want about 0.05", share)
	}
	for _, c := range [][2][]int{{nil, nil}, {{1, 2}, {0, 0}}, {{5, 0}, {3, 0}}, {{-1, 2}, {1}}} {
		if _, _, ok := stats.PSI(c[0], c[1], 0.95); ok {
			t.Errorf("%v is ok", c)
		}
	}
}
