package health_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/health"
)

// R17: every built-in policy has four to ten signals and says what it reads; a bad account scores low by it and a good one high.
func TestBuiltins(t *testing.T) {
	at := moment
	for _, name := range health.Builtins() {
		t.Run(name, func(t *testing.T) {
			yaml, err := health.BuiltinYAML(name)
			if err != nil {
				t.Fatal(err)
			}
			p := mustParse(t, string(yaml))
			if n := len(p.Signals()); n < 4 || n > 10 {
				t.Errorf("reads %d signals: %v", n, p.Signals())
			}
			score := func(good bool) health.Report {
				var obs []health.Observation
				add := func(signal string, days int, bad, fine float64) {
					v := bad
					if good {
						v = fine
					}
					obs = append(obs, health.Observation{Signal: signal, Value: v, At: at.AddDate(0, 0, -days), ReceivedAt: at.AddDate(0, 0, -days)})
				}
				for d := 3; d < 360; d += 10 {
					for signal, v := range map[string][2]float64{"nps": {2, 10}, "csat": {1, 5}, "ces": {2, 7}, "sentiment": {-0.9, 0.9}, "sentiment:delivery": {-0.9, 0.9}, "open_tickets": {9, 0}, "late_deliveries": {2, 0}, "resolution_hours": {90, 2}, "out_of_policy_orders": {1, 0}, "products_used": {1, 4}, "account_age": {40, 2000}, "plan_changes": {-0.1, 0.1}, "referrals": {0, 1}} {
						add(signal, d, v[0], v[1])
					}
					for signal, v := range map[string]float64{"logins": 10, "usage_minutes": 200, "features_used": 9, "goals_completed": 9, "orders": 3, "revenue": 100, "transactions": 50} {
						bad := v // it was as good once
						if d < 120 {
							bad = 0
						}
						add(signal, d, bad, v)
					}
				}
				return p.Compute("acme", obs, at)
			}
			bad, good := score(false), score(true)
			if !good.Sufficient || good.Score < 75 || !bad.Sufficient || bad.Score > 25 {
				t.Errorf("good %.1f (%.2f), bad %.1f (%.2f)", good.Score, good.Coverage, bad.Score, bad.Coverage)
			}
		})
	}
	if _, err := health.BuiltinYAML("../default"); err == nil {
		t.Error("a file outside was read")
	}
}

// The default policy gives a grade to an account of which there are only texts, NPS, CSAT and tickets.
func TestDefaultWithFeedbackAlone(t *testing.T) {
	var obs []health.Observation
	for i := range 4 {
		at := moment.AddDate(0, 0, -10*i)
		obs = append(obs, health.Observation{Signal: "sentiment", Value: 0.5, At: at}, health.Observation{Signal: "csat", Value: 4, At: at})
	}
	obs = append(obs, health.Observation{Signal: "nps", Value: 9, At: moment}, health.Observation{Signal: "open_tickets", Value: 1, At: moment})
	if r := health.Default().Compute("acme", obs, moment); !r.Sufficient || r.Grade == "" {
		t.Errorf("coverage %.2f", r.Coverage)
	}
}

// R13 to R16: every input the practice names can be read, each the way it is meant.
func TestInputsExpressible(t *testing.T) {
	days := func(values ...float64) (out []float64) { return values }
	for _, c := range []struct {
		what, signal, rest string
		every              int       // days between values, the last one today
		values             []float64 // oldest first
		want               float64   // aggregated
	}{
		{"R13 goals completed", "goals_completed", "worst: 0, best: 20, aggregate: sum, window: 30d", 10, days(9, 4, 3, 2), 18},
		{"R13 features used", "features_used", "worst: 0, best: 10, aggregate: max, window: 30d", 10, days(4, 7, 5), 7},
		{"R13 growth", "plan_changes", "worst: -1, best: 1, aggregate: sum, window: 365d", 100, days(1, 1, -1), 1},
		{"R13 referrals", "referrals", "worst: 0, best: 3, aggregate: sum, window: 365d", 100, days(1, 0, 1), 2},
		{"R13 product feedback", "sentiment:product", "worst: -1, best: 1", 1, days(0.5), 0.5},
		{"R14 goals of one's own", "invoices_created", "worst: 0, best: 50, scale: log, aggregate: sum, window: 30d", 10, days(5, 5), 10},
		{"R15 open tickets", "open_tickets", "worst: 8, best: 0", 5, days(1, 3, 2), 2},
		{"R15 tickets opened", "tickets", "worst: 8, best: 0, aggregate: count, window: 30d", 5, days(1, 1, 1), 3},
		{"R16 duration", "usage_minutes", "worst: 0, best: 600, aggregate: sum, window: 30d", 7, days(60, 60), 120},
		{"R16 frequency of return", "logins", "worst: 0, best: 20, aggregate: days, window: 30d", 1, days(3, 0, 1, 1), 3},
		{"R16 performance", "resolution_hours", "worst: 72, best: 4, aggregate: max, window: 90d", 5, days(10, 30, 20), 30},
		{"R16 loyalty", "account_age", "worst: 0, best: 1000, scale: log", 7, days(700), 700},
		{"R16 NPS", "nps", "worst: 0, best: 10", 1, days(9), 9},
		{"R16 a parameter of one's own", "courses_taken", "table: {0: 0, 1: 60, 3: 100}", 1, days(1), 1},
		{"R18 a fall in duration", "usage_minutes", "worst: -0.6, best: 0.2, aggregate: change, window: 30d", 30, days(100, 100, 100, 40), -0.6},
		{"R18 recency", "orders", "worst: 90, best: 7, aggregate: recency, window: 365d", 10, days(2, 1, 0, 0), 20},
		{"R18 willingness to refer", "nps", "table: {0: 0, 6: 40, 8: 65, 10: 100}", 1, days(8), 8},
	} {
		t.Run(c.what, func(t *testing.T) {
			p := mustParse(t, "version: 1\ngroups: [{name: g, indicators: [{signal: \""+c.signal+"\", "+c.rest+"}]}]")
			var obs []health.Observation
			for i, v := range c.values {
				at := moment.AddDate(0, 0, -c.every*(len(c.values)-1-i))
				obs = append(obs, health.Observation{Signal: c.signal, Value: v, At: at, ReceivedAt: at})
			}
			r := p.Compute("acme", obs, moment)
			if len(r.Contributions) != 1 || r.Contributions[0].Value == nil {
				t.Fatalf("%+v", r)
			}
			if got := *r.Contributions[0].Value; got-c.want > 1e-6 || c.want-got > 1e-6 {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if p.Compute("acme", nil, moment).Score != 50 {
				t.Error("missing is not neutral")
			}
		})
	}
}

func TestMinEvidence(t *testing.T) {
	p := mustParse(t, "version: 1\ngroups: [{name: g, indicators: [{signal: nps, min_evidence: 2}]}]")
	obs := []health.Observation{{Signal: "nps", Value: 0, At: moment}}
	if r := p.Compute("a", obs, moment); r.Score != 50 || !slices.Equal(r.Missing, []string{"nps"}) {
		t.Errorf("one answer: %+v", r)
	}
	if r := p.Compute("a", append(obs, obs[0]), moment); r.Score != 0 {
		t.Errorf("two answers: %v", r.Score)
	}
}

const segmented = `
version: 1
groups:
  - {name: all, indicators: [{signal: logins, worst: 0, best: 10}]}
grades: {A: 80, B: 50, F: 0}
actions:
  - {when: F, do: visit them}
segments:
  - name: large
    when: {plan: [enterprise, business], region: north}
    groups:
      - {name: all, indicators: [{signal: revenue, worst: 0, best: 100}]}
  - name: small
    when: {plan: starter}
    grades: {good: 30, bad: 0}
    hysteresis: 0
`

func TestSegments(t *testing.T) {
	p := mustParse(t, segmented)
	obs := []health.Observation{{Signal: "logins", Value: 4, At: moment}, {Signal: "revenue", Value: 90, At: moment}}
	for _, c := range []struct {
		attributes     map[string]string
		segment, grade string
		score          float64
	}{
		{map[string]string{"plan": "business", "region": "north"}, "large", "A", 90},
		{map[string]string{"plan": "business", "region": "south"}, "", "F", 40},
		{map[string]string{"plan": "starter"}, "small", "good", 40},
		{nil, "", "F", 40},
	} {
		of := p.For(c.attributes)
		r := of.Compute("a", obs, moment)
		if of.Segment() != c.segment || r.Policy.Segment != c.segment || r.Grade != c.grade || r.Score != c.score || r.Policy.Hash != p.Hash() {
			t.Errorf("%v: %q, %s, %v", c.attributes, of.Segment(), r.Grade, r.Score)
		}
		if c.grade == "F" && (r.Action == nil || r.Action.Do != "visit them" || r.Action.Because != "F") {
			t.Errorf("action %+v", r.Action)
		}
	}
	_, err := health.ParsePolicy([]byte(strings.Replace(segmented, "when: {plan: starter}", "when: {plan: {a: b}}\n    colour: red", 1)))
	for _, want := range []string{"line 14, column 18: segments[1].when.plan: is a mapping", "line 15, column 5: segments[1].colour: is not a key"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
}

// weekly gives a signal every seven days, the last value a day ago.
func weekly(signal string, values ...float64) (out []health.Observation) {
	for i, v := range values {
		at := moment.AddDate(0, 0, -1-7*(len(values)-1-i))
		out = append(out, health.Observation{Signal: signal, Value: v, At: at, ReceivedAt: at, Source: signal})
	}
	return out
}

func kinds(r health.Report) (out []string) {
	for _, w := range r.Warnings {
		out = append(out, w.Kind+" "+w.Signal)
	}
	return out
}

// R18: any fall in duration, frequency or features shows as a warning, with its evidence; so do silence, critical tickets and the wish to leave.
func TestWarnings(t *testing.T) {
	p := health.Default()
	steady := func() []health.Observation {
		return slices.Concat(weekly("logins", slices.Repeat([]float64{10}, 18)...), weekly("usage_minutes", slices.Repeat([]float64{100}, 18)...))
	}
	if r := p.Compute("a", steady(), moment); len(r.Warnings) != 0 {
		t.Errorf("a steady account is warned of: %v", kinds(r))
	}

	fall := slices.Concat(weekly("logins", slices.Repeat([]float64{10}, 18)...), weekly("usage_minutes", append(slices.Repeat([]float64{100}, 14), 50, 50, 50, 50)...))
	r := p.Compute("a", fall, moment)
	if !slices.Equal(kinds(r), []string{"falling_usage usage_minutes"}) || r.Action == nil || r.Action.Because != health.WarnFallingUsage {
		t.Errorf("half the minutes: %v, %+v", kinds(r), r.Action)
	}
	if r.Score >= p.Compute("a", steady(), moment).Score {
		t.Error("the fall does not show in the score")
	}

	// A gauge that is sent half as often has not fallen.
	gauge := weekly("features_used", slices.Repeat([]float64{8}, 18)...)
	gauge = append(gauge[:14:14], gauge[15], gauge[17])
	if r := p.Compute("a", gauge, moment); len(r.Warnings) != 0 {
		t.Errorf("%v", kinds(r))
	}

	quiet := steady()
	for i := range quiet {
		quiet[i].At, quiet[i].ReceivedAt = quiet[i].At.AddDate(0, 0, -20), quiet[i].At
	}
	if r := p.Compute("a", quiet, moment); !slices.Contains(kinds(r), "silence ") {
		t.Errorf("three weeks without a word: %v", kinds(r))
	}

	trouble := append(steady(),
		health.Observation{Signal: health.SignalOpenCriticalTickets, Value: 1, At: moment, Source: "t1"},
		health.Observation{Signal: health.SignalCancel, Value: 1, At: moment, Source: "f1"},
		health.Observation{Signal: "nps", Value: 9, At: moment.AddDate(0, 0, -200), Source: "s1"})
	r = p.Compute("a", trouble, moment)
	if want := []string{"critical_ticket open_critical_tickets", "churn_intent intent:cancel", "stale_nps nps"}; !slices.Equal(kinds(r), want) {
		t.Errorf("got %v, want %v", kinds(r), want)
	}
	if r.Warnings[1].Sources[0] != "f1" || r.Action.Because != health.WarnCriticalTicket {
		t.Errorf("%+v, %+v", r.Warnings[1], r.Action)
	}

	var falling []health.Observation
	for i := range 20 {
		at := moment.AddDate(0, 0, -3*(19-i))
		falling = append(falling, health.Observation{Signal: "csat", Value: 5 - float64(i)/5, At: at, ReceivedAt: at, Source: "c"}, health.Observation{Signal: "sentiment", Value: 0.9 - float64(i)/10, At: at, ReceivedAt: at}, health.Observation{Signal: "open_tickets", Value: float64(i) / 4, At: at, ReceivedAt: at})
	}
	r = p.Compute("a", falling, moment)
	if !slices.Contains(kinds(r), "drop ") || r.Trend.Direction != health.TrendDown {
		t.Errorf("%v, trend %+v", kinds(r), r.Trend)
	}
}

// A change splits into evidence, weights, decay and reading that add up exactly, under random policies and evidence.
func TestCompareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := build(t, drawIndicators(t, "ignore", "neutral", "penalise"), "", rapid.SampledFrom([]string{"", someCaps}).Draw(t, "caps"))
		now := build(t, drawIndicators(t, "ignore", "neutral", "penalise"), "", "")
		obs := drawObservations(t)
		since := moment.Add(-time.Duration(rapid.IntRange(1, 4000).Draw(t, "hours")) * time.Hour)
		kept := rapid.Float64Range(0, 100).Draw(t, "kept")
		then := health.Then{At: since, Policy: old}
		if rapid.Bool().Draw(t, "snapshot") {
			kept = float64(health.Micro(kept)) / 1e6
			then.Score = &kept
		}
		c := now.Compare(obs, then, moment)
		sum := health.Micro(c.Evidence) + health.Micro(c.Weights) + health.Micro(c.Decay) + health.Micro(c.Reading)
		if sum != health.Micro(c.Total) || health.Micro(c.To)-health.Micro(c.From) != sum {
			t.Fatalf("%+v adds up to %d", c, sum)
		}
		var signals int64
		for _, s := range c.Signals {
			signals += health.Micro(s.Change)
		}
		if signals != health.Micro(c.Total)-health.Micro(c.Reading) {
			t.Fatalf("signals moved %d, the score %v less reading %v", signals, c.Total, c.Reading)
		}
		if then.Score == nil && c.Reading != 0 {
			t.Fatalf("reading %v without a snapshot", c.Reading)
		}
		if c.To != now.Compute("a", obs, moment).Score {
			t.Fatalf("to %v is not the score", c.To)
		}
	})
}

// Nothing new: all the change is age. New evidence on the day: none of it is.
func TestCompareByHand(t *testing.T) {
	p := mustParse(t, "version: 1\ngroups: [{name: g, indicators: [{signal: logins, worst: 0, best: 10, window: 30d}, {signal: nps, worst: 0, best: 10}]}]")
	at := moment.AddDate(0, 0, -40)
	obs := []health.Observation{{Signal: "logins", Value: 10, At: at}, {Signal: "nps", Value: 5, At: at}}
	c := p.Compare(obs, health.Then{At: at}, moment)
	if c.From != 90 || c.To != 50 || c.Decay != -40 || c.Evidence != 0 || c.Weights != 0 {
		t.Errorf("%+v", c)
	}
	c = p.Compare(append(obs, health.Observation{Signal: "logins", Value: 0, At: moment, ReceivedAt: moment}), health.Then{At: at}, moment)
	if c.Decay != -40 || c.Evidence >= 0 || c.Signals[0].Signal != "logins" {
		t.Errorf("%+v", c)
	}
}

func TestOverride(t *testing.T) {
	p := health.Default()
	r := p.Compute("a", weekly("logins", 10, 10, 10), moment)
	o := health.Override{Kind: health.OverrideCeiling, Value: 30, Reason: "their manager left", Author: "lan", At: moment.AddDate(0, 0, -1), ExpiresAt: moment.AddDate(0, 0, 89)}
	got := p.Overridden(r, &o)
	if got.Override == nil || got.Override.Score != 30 || got.Override.Grade != "F" || got.Score != r.Score {
		t.Errorf("%+v", got.Override)
	}
	o.Kind = health.OverrideFloor
	if got := p.Overridden(r, &o); got.Override.Score != r.Score {
		t.Errorf("a floor under the score moved it to %v", got.Override.Score)
	}
	o.ExpiresAt = moment
	if got := p.Overridden(r, &o); got.Override != nil {
		t.Error("an expired override holds")
	}
	if got := p.Overridden(r, nil); got.Override != nil {
		t.Error("none holds")
	}
}
