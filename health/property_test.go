package health_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/health"
)

var moment = time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)

// indicator is one of a random policy.
type indicator struct{ group, signal, yaml string }

// signals a random policy and random observations draw from.
var signals = []string{"nps", "csat", "csat:staff", "ces", "rating", "sentiment", "open_tickets", "logins", "revenue", "orders", "contract"}

func drawIndicators(t *rapid.T, missing ...string) []indicator {
	var out []indicator
	for g := range rapid.IntRange(1, 4).Draw(t, "groups") {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom(signals), 1, 5, rapid.ID[string]).Draw(t, "signals")
		for _, s := range names {
			y := fmt.Sprintf("signal: %q, weight: %v, missing: %s", s, rapid.SampledFrom([]float64{1e-6, 0.3, 1, 2, 7, 1e6}).Draw(t, "weight"), rapid.SampledFrom(missing).Draw(t, "missing"))
			if s == "contract" {
				y += ", table: {monthly: 10, yearly: 70}"
			} else {
				ends := rapid.SampledFrom([][2]float64{{0, 10}, {10, 0}, {-1, 1}, {1, 1e12}, {5, 4.999}}).Draw(t, "ends")
				y += fmt.Sprintf(", worst: %.12g, best: %.12g", ends[0], ends[1])
				if ends[0] >= 0 && ends[1] >= 0 {
					y += ", scale: " + rapid.SampledFrom([]string{"linear", "log"}).Draw(t, "scale")
				}
				y += ", aggregate: " + rapid.SampledFrom([]string{"last", "sum", "mean", "count", "max", "days", "change", "recency"}).Draw(t, "aggregate")
			}
			if rapid.Bool().Draw(t, "sparing") {
				y += fmt.Sprintf(", min_evidence: %d", rapid.IntRange(1, 4).Draw(t, "least"))
			}
			if rapid.Bool().Draw(t, "windowed") {
				y += fmt.Sprintf(", window: %dd", rapid.IntRange(1, 400).Draw(t, "window"))
			}
			out = append(out, indicator{fmt.Sprintf("g%d", g), s, y})
		}
	}
	return out
}

// build makes a policy of indicators, leaving out those of a signal.
func build(t *rapid.T, indicators []indicator, without, rest string) *health.Policy {
	var b strings.Builder
	b.WriteString("version: 1\ngroups:\n")
	group := ""
	for _, in := range indicators {
		if in.signal == without {
			continue
		}
		if in.group != group {
			group = in.group
			fmt.Fprintf(&b, "  - {name: %s, weight: %d, indicators: [", group, 1+len(group)+int(group[1]))
			first := true
			for _, other := range indicators {
				if other.group == group && other.signal != without {
					if !first {
						b.WriteString(", ")
					}
					first = false
					fmt.Fprintf(&b, "{%s}", other.yaml)
				}
			}
			b.WriteString("]}\n")
		}
	}
	if group == "" {
		return nil
	}
	b.WriteString(rest)
	p, err := health.ParsePolicy([]byte(b.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	return p
}

func drawObservations(t *rapid.T) []health.Observation {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) health.Observation {
		at := moment.Add(-time.Duration(rapid.IntRange(-100, 9000).Draw(t, "age")) * time.Hour)
		o := health.Observation{
			Signal: rapid.SampledFrom(signals).Draw(t, "signal"), At: at, ReceivedAt: at.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "delay")) * time.Hour),
			Value:  rapid.SampledFrom([]float64{0, 1, -1, 3, 4.5, 7, 10, 1e6, -1e15, 1e149, math.NaN(), math.Inf(1)}).Draw(t, "value"),
			Source: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "source"),
		}
		if o.Signal == "contract" {
			o.Text = rapid.SampledFrom([]string{"monthly", "yearly", "other"}).Draw(t, "word")
		}
		return o
	}), 0, 40).Draw(t, "observations")
}

const someCaps = `caps:
  - {when: open_tickets, above: 2, grade: D}
  - {name: happy, when: nps, above: 8, min: 45}
  - {name: broke, when: revenue, below: 1, max: 20.123456}
`

// Contributions add up exactly, the score lies in its band and the band in 0–100, and the order of the observations does not matter.
func TestReportProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		indicators := drawIndicators(t, "ignore", "neutral", "penalise")
		p := build(t, indicators, "", rapid.SampledFrom([]string{"", someCaps}).Draw(t, "caps"))
		obs := drawObservations(t)
		r := p.Compute("acme", obs, moment)
		mustAddUp(t, r)
		if !(0 <= r.Low && r.Low <= r.Score && r.Score <= r.High && r.High <= 100) {
			t.Fatalf("score %v in %v … %v", r.Score, r.Low, r.High)
		}
		if !(0 <= r.Coverage && r.Coverage <= 1) || r.Sufficient != (r.Coverage >= health.Sufficiency) || r.Sufficient != (r.Grade != "") {
			t.Fatalf("coverage %v, sufficient %v, grade %q", r.Coverage, r.Sufficient, r.Grade)
		}
		for _, c := range r.Contributions {
			for _, v := range []float64{c.Mapped, c.Weight, c.Reliability, c.Contribution} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%+v", c)
				}
			}
			if !strings.HasPrefix(c.Signal, "cap:") && math.Abs(c.Contribution-c.Weight*(c.Mapped-50)) > 2e-4 {
				t.Fatalf("%v is not %v · (%v − 50)", c.Contribution, c.Weight, c.Mapped)
			}
		}
		again := p.Compute("acme", rapid.Permutation(obs).Draw(t, "order"), moment)
		if !reflect.DeepEqual(r, again) {
			t.Fatalf("another order gives\n%+v instead of\n%+v", again, r)
		}
		// What comes later, or becomes known later, is not seen.
		late := append(slices.Clone(obs),
			health.Observation{Signal: "nps", Value: 0, At: moment.Add(time.Nanosecond)},
			health.Observation{Signal: "nps", Value: 0, At: moment.Add(-time.Hour), ReceivedAt: moment.Add(time.Nanosecond)})
		if seen := p.Compute("acme", late, moment); !reflect.DeepEqual(r, seen) {
			t.Fatalf("the future changed the score from %v to %v", r.Score, seen.Score)
		}
	})
}

// A missing signal that the policy ignores leaves the score of a policy without it.
func TestMissingIsNotZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		indicators := drawIndicators(t, "ignore")
		absent := rapid.SampledFrom(indicators).Draw(t, "absent").signal
		obs := slices.DeleteFunc(drawObservations(t), func(o health.Observation) bool { return o.Signal == absent })
		with, without := build(t, indicators, "", ""), build(t, indicators, absent, "")
		r := with.Compute("acme", obs, moment)
		if !slices.Contains(r.Missing, absent) {
			t.Fatalf("%s is not among the missing %v", absent, r.Missing)
		}
		if without == nil {
			if r.Score != 50 || r.Coverage != 0 {
				t.Fatalf("nothing known gives %v", r.Score)
			}
			return
		}
		if other := without.Compute("acme", obs, moment); other.Score != r.Score || !reflect.DeepEqual(other.Contributions, r.Contributions) {
			t.Fatalf("score %v with a missing %s, %v without it", r.Score, absent, other.Score)
		}
	})
}

// A better value of one signal, all else equal, never lowers the score, its band or the signal's own contribution.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		indicators := drawIndicators(t, "ignore", "neutral", "penalise")
		const name = "goals"
		indicators = append(indicators, indicator{indicators[len(indicators)-1].group, name, "signal: goals, weight: 1, worst: 100, best: 0"})
		p := build(t, indicators, "", someCaps)
		obs := drawObservations(t)
		a, b := rapid.Float64Range(-10, 110).Draw(t, "a"), rapid.Float64Range(-10, 110).Draw(t, "b")
		report := func(v float64) health.Report {
			return p.Compute("acme", append(slices.Clone(obs), health.Observation{Signal: name, Value: v, At: moment}), moment)
		}
		worse, better := report(max(a, b)), report(min(a, b))
		if worse.Score > better.Score || worse.Low > better.Low || worse.High > better.High {
			t.Fatalf("%v … %v … %v became %v … %v … %v", worse.Low, worse.Score, worse.High, better.Low, better.Score, better.High)
		}
		own := func(r health.Report) float64 {
			return r.Contributions[slices.IndexFunc(r.Contributions, func(c health.Contribution) bool { return c.Signal == name })].Contribution
		}
		if own(worse) > own(better)+1e-6 { // apportioning may move a millionth
			t.Fatalf("its contribution went from %v to %v", own(worse), own(better))
		}
	})
}

// Without evidence a neutral indicator draws to 50 and a penalised one to 0; both stay missing.
func TestMissingPolicies(t *testing.T) {
	f := func(missing string, want float64) {
		t.Helper()
		p, err := health.ParsePolicy([]byte("version: 1\ngroups: [{name: a, weight: 1, indicators: [{signal: logins, weight: 1, worst: 0, best: 10}, {signal: orders, weight: 1, worst: 0, best: 10, missing: " + missing + "}]}]"))
		if err != nil {
			t.Fatal(err)
		}
		r := p.Compute("acme", []health.Observation{{Signal: "logins", Value: 10, At: moment}}, moment)
		if r.Score != want || r.Low != 50 || r.High != 100 || r.Coverage != 0.5 || !slices.Equal(r.Missing, []string{"orders"}) {
			t.Errorf("missing: %s gives %+v", missing, r)
		}
		mustAddUp(t, r)
	}
	f("ignore", 100)
	f("neutral", 75)
	f("penalise", 50)
}
