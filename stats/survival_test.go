package stats_test

import (
	"testing"

	"github.com/thau-cx/thau/stats"
)

// Remission of leukaemia, weeks, under 6-mercaptopurine and placebo (Freireich et al. 1963), the textbooks' example of both methods.
func TestSurvivalPublished(t *testing.T) {
	drug := []stats.Spell{{6, true}, {6, true}, {6, true}, {6, false}, {7, true}, {9, false}, {10, true}, {10, false}, {11, false}, {13, true}, {16, true},
		{17, false}, {19, false}, {20, false}, {22, true}, {23, true}, {25, false}, {32, false}, {32, false}, {34, false}, {35, false}}
	var placebo []stats.Spell
	for _, w := range []float64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23} {
		placebo = append(placebo, stats.Spell{Time: w, Event: true})
	}
	steps := stats.KaplanMeier(drug, 0.95)
	want := []float64{0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448}
	if len(steps) != len(want) {
		t.Fatalf("%d steps", len(steps))
	}
	for i, s := range steps {
		near(t, "survival", s.Survival, want[i], 6e-4)
		if !(0 <= s.Low && s.Low < s.Survival && s.Survival < s.High && s.High <= 1) {
			t.Errorf("%+v", s)
		}
	}
	// As R's survfit with conf.type = "log-log" prints it.
	near(t, "low at 6", steps[0].Low, 0.620, 6e-4)
	near(t, "high at 6", steps[0].High, 0.952, 6e-4)
	p, ok := stats.LogRank(drug, placebo) // χ² = 16.79
	if !ok {
		t.Fatal("not ok")
	}
	near(t, "p", p, 4.17e-5, 1e-6)
	last := stats.KaplanMeier(placebo, 0.95)
	if s := last[len(last)-1]; s.Survival != 0 || s.Low != 0 {
		t.Errorf("everybody relapsed: %+v", s)
	}
	if _, ok := stats.LogRank(drug, nil); ok {
		t.Error("an empty group differs from none")
	}
	if got := stats.KaplanMeier([]stats.Spell{{3, false}, {-1, true}}, 0.95); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestOddsRatio(t *testing.T) {
	ratio, i := stats.OddsRatio(20, 100, 10, 100, 0.95)
	near(t, "ratio", ratio, (20.5/80.5)/(10.5/90.5), 1e-12)
	near(t, "low", i.Low, 0.9843, 5e-3)
	near(t, "high", i.High, 4.8967, 5e-2)
	if ratio, i := stats.OddsRatio(0, 10, 0, 10, 0.95); ratio != 1 || !i.Contains(1) {
		t.Errorf("no event: %v %v", ratio, i)
	}
	if ratio, _ := stats.OddsRatio(1, 0, 1, 5, 0.95); ratio != 1 {
		t.Errorf("nobody: %v", ratio)
	}
}
