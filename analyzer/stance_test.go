package analyzer_test

import (
	"math"
	"testing"

	"github.com/thau-cx/thau/analyzer"
)

// TestStanceFactor: nothing said changes nothing, more stance never counts less, and no stance silences or shouts.
func TestStanceFactor(t *testing.T) {
	if f := analyzer.StanceFactor(0); f != 1 {
		t.Errorf("no stance multiplies by %v", f)
	}
	before := 0.0
	for s := -20.0; s <= 20; s += 0.01 {
		f := analyzer.StanceFactor(s)
		if f < before || f <= 0 || f > 2 {
			t.Fatalf("a stance of %v multiplies by %v, one of 0.01 less by %v", s, f, before)
		}
		if math.Abs(s) < 0.2 && math.Abs(f-math.Exp(s)) > 0.003 {
			t.Errorf("a stance of %v multiplies by %v", s, f)
		}
		before = f
	}
}

// TestFeaturesAddUp: what learning weighs is what the analysis adds up.
func TestFeaturesAddUp(t *testing.T) {
	a := builtin(t)
	for i, s := range sentences(t) {
		if testing.Short() && i%7 > 0 {
			continue
		}
		in := analyzer.Input{Text: s.Text}
		f, got := a.Features(in), a.Analyze(in).Sentiment
		if math.Abs(f.Raw()+got.Bias-got.Raw) > 1e-4 {
			t.Errorf("%q: features add up to %v, the analysis to %v", s.Text, f.Raw(), got.Raw-got.Bias)
		}
	}
}
