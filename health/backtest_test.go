package health_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/health"
)

const columnsPolicy = `
version: 1
groups:
  - name: usage
    weight: 1
    indicators:
      - {signal: Seconds of Use, weight: 1, worst: 0, best: 1000, scale: log}
      - {signal: active, weight: 1, worst: 0, best: 1}
  - name: contract
    weight: 1
    indicators:
      - {signal: plan, weight: 1, table: {monthly: 0, "yearly, paid": 100}}
`

func mustParse(t *testing.T, yaml string) *health.Policy {
	t.Helper()
	p, err := health.ParsePolicy([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Eight accounts whose figures can be counted by hand.
func TestBacktestByHand(t *testing.T) {
	p := mustParse(t, columnsPolicy)
	table := &health.Table{Columns: []string{"id", "seconds  of use", "Active", "Plan", "left"}, Rows: [][]string{
		{"a", "1,000", "yes", "yearly, paid", "no"}, // 100
		{"b", "1000", "TRUE", "Yearly, Paid", "no"}, // 100, written otherwise
		{"c", "", "yes", "monthly", "no"},           // usage 100, contract 0: 50
		{"d", "NA", "", "", "no"},                   // nothing known: 50
		{"e", "0", "no", "monthly", "yes"},          // 0
		{"f", "0", "no", "", "yes"},                 // 0: the plan is missing
		{"g", "1000", "1", "monthly", "yes"},        // 50
		{"h", "12", "0", "", ""},                    // no outcome
	}}
	b, err := p.Backtest(table, "ID", health.Outcome{Column: "left", Value: "YES"})
	if err != nil {
		t.Fatal(err)
	}
	if b.N != 7 || b.Events != 3 || b.Insufficient != 1 {
		t.Errorf("n %d, events %d, insufficient %d", b.N, b.Events, b.Insufficient)
	}
	// Of 3·4 pairs e and f win all eight; g (50) loses to none, wins against the two of 100 and ties with two of 50.
	if want := (8 + 2 + 0.5*2) / 12; math.Abs(b.AUC.Value-want) > 1e-12 {
		t.Errorf("AUC %v, want %v", b.AUC.Value, want)
	}
	if b.Green.N != 0 || b.Red.N != 1 || b.Red.Accounts[0].ID != "c" { // 50 is a D
		t.Errorf("green %+v, red %+v", b.Green, b.Red)
	}
	if len(b.Warnings) != 1 || !strings.Contains(b.Warnings[0], "1 rows have no outcome") {
		t.Errorf("warnings %q", b.Warnings)
	}
	if s := b.Signals[2]; s.Signal != "plan" || s.N != 5 || s.Missing != 2 {
		t.Errorf("plan %+v", s)
	}
	n, events := 0, 0
	for _, d := range b.Lift {
		n, events = n+d.N, events+d.Events
	}
	if n != 7 || events != 3 || b.Lift[len(b.Lift)-1].Recall != 1 {
		t.Errorf("lift %+v", b.Lift)
	}
}

// An opinion in a column is a certain figure: its name does not make it doubtful.
func TestBacktestOpinionColumn(t *testing.T) {
	p := mustParse(t, "version: 1\ngroups:\n  - {name: all, weight: 1, indicators: [{signal: nps, weight: 1}, {signal: logins, weight: 1, worst: 0, best: 10}]}")
	table := &health.Table{Columns: []string{"nps", "logins", "left"}, Rows: [][]string{{"10", "0", "0"}, {"0", "10", "1"}}}
	b, err := p.Backtest(table, "", health.Outcome{Column: "left", Value: "1"})
	if err != nil {
		t.Fatal(err)
	}
	if b.AUC.Value != 0.5 || b.Lift[0].Low != 50 || b.Coverage != 1 {
		t.Errorf("AUC %v, score %v, coverage %v; both accounts are 50", b.AUC.Value, b.Lift[0].Low, b.Coverage)
	}
}

func TestBacktestRefuses(t *testing.T) {
	p := mustParse(t, columnsPolicy)
	columns := []string{"id", "active", "plan", "left"}
	rows := [][]string{{"a", "1", "monthly", "yes"}, {"b", "0", "monthly", "no"}}
	for _, c := range []struct {
		what    string
		policy  *health.Policy
		id      string
		outcome health.Outcome
		rows    [][]string
		want    string
	}{
		{"id", p, "nr", health.Outcome{Column: "left", Value: "yes"}, rows, `no column "nr" for the ids; there are "id", "active", "plan", "left"`},
		{"outcome", p, "id", health.Outcome{Column: "churn", Value: "yes"}, rows, `no column "churn" for the outcome`},
		{"value", p, "id", health.Outcome{Column: "left", Value: "gone"}, rows, `no row has left = "gone"; there are ["yes" "no"]`},
		{"all", p, "id", health.Outcome{Column: "plan", Value: "monthly"}, rows, `every row has plan = "monthly"`},
		{"read", p, "id", health.Outcome{Column: "active", Value: "1"}, rows, `the policy reads "active", which is the outcome itself`},
		{"none", mustParse(t, "version: 1\ngroups: [{name: a, weight: 1, indicators: [{signal: nps, weight: 1}]}]"), "id", health.Outcome{Column: "left", Value: "yes"}, rows, `the policy reads "nps", none of which is a column`},
		{"words", p, "id", health.Outcome{Column: "left", Value: "yes"}, [][]string{{"a", "often", "monthly", "yes"}, {"b", "often", "monthly", "no"}}, `column "active" holds words such as "often"`},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := c.policy.Backtest(&health.Table{Columns: columns, Rows: c.rows}, c.id, c.outcome)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			if _, again := c.policy.Fit(&health.Table{Columns: columns, Rows: c.rows}, c.id, c.outcome); again == nil || again.Error() != err.Error() {
				t.Errorf("fit says %v", again)
			}
		})
	}
}

// draw makes accounts whose outcome depends on two columns as 3 to 1, and on noise not at all.
func draw(n int, seed uint64) *health.Table {
	random := rand.New(rand.NewPCG(seed, 1))
	table := &health.Table{Columns: []string{"id", "strong", "weak", "noise", "against", "left", "reason", "stamp"}}
	for i := range n {
		strong, weak, noise, against := random.Float64(), random.Float64(), random.Float64(), random.Float64()
		z := 2 - 6*strong - 2*weak + 3*against
		left, reason := "no", ""
		if random.Float64() < 1/(1+math.Exp(-z)) {
			left, reason = "yes", fmt.Sprintf("reason %d", i%40)
		}
		cell := func(v float64) string {
			if random.Float64() < 0.05 {
				return ""
			}
			return fmt.Sprintf("%.4f", v)
		}
		table.Rows = append(table.Rows, []string{fmt.Sprintf("c%05d", i), cell(strong), cell(weak), cell(noise), cell(against), left, reason, fmt.Sprint(20240000 + i)})
	}
	return table
}

const drawnPolicy = `
version: 1
groups:
  - name: all
    weight: 1
    indicators:
      - {signal: strong, weight: 1, worst: 0, best: 1}
      - {signal: weak, weight: 1, worst: 0, best: 1}
      - {signal: noise, weight: 1, worst: 0, best: 1}
      - {signal: against, weight: 1, worst: 0, best: 1}
`

// The weights behind drawn outcomes come back, what is against its direction gets nothing, and a column filled in afterwards is named.
func TestFitFindsWeights(t *testing.T) {
	p := mustParse(t, drawnPolicy)
	table := draw(4000, 3)
	f, err := p.Fit(table, "id", health.Outcome{Column: "left", Value: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if !f.Accepted || len(f.Weights) != 4 {
		t.Fatalf("%+v", f)
	}
	sum := 0.0
	for i, w := range f.Weights {
		sum += w.Weight
		if w.Current != 25 || !(0 <= w.Low && w.Low <= w.Weight && w.Weight <= w.High && w.High <= 100) {
			t.Errorf("%+v", w)
		}
		want := []float64{75, 25, 0, 0}[i]
		if w.Low > want || w.High < want {
			t.Errorf("%s: %.1f (%.1f to %.1f), drawn with %.0f", w.Signal, w.Weight, w.Low, w.High, want)
		}
	}
	if math.Abs(sum-100) > 1e-9 {
		t.Errorf("weights add up to %v", sum)
	}
	if !(f.CurrentAUC.Value < f.AUC.Value && f.AUC.Value < f.LogisticAUC.Value) {
		t.Errorf("policy %.3f, fit %.3f, logistic %.3f; the last one alone uses what points the other way", f.CurrentAUC.Value, f.AUC.Value, f.LogisticAUC.Value)
	}
	if len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "a better against had the outcome more often") {
		t.Errorf("warnings %q", f.Warnings)
	}
	if len(f.Leaks) != 1 || f.Leaks[0].Signal != "reason" || !f.Leaks[0].Sure || f.Leaks[0].Values[0].Value != "" {
		t.Errorf("leaks %+v", f.Leaks)
	}

	// The order of rows changes nothing.
	slices.Reverse(table.Rows)
	again, err := p.Fit(table, "id", health.Outcome{Column: "left", Value: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(again.AUC.Value-f.AUC.Value) > 1e-9 || math.Abs(again.Weights[0].Weight-f.Weights[0].Weight) > 1e-6 {
		t.Errorf("reversed rows: AUC %v and %v, weight %v and %v", f.AUC.Value, again.AUC.Value, f.Weights[0].Weight, again.Weights[0].Weight)
	}
}

func TestFitRefusesFewEvents(t *testing.T) {
	p := mustParse(t, drawnPolicy)
	table := draw(60, 9)
	f, err := p.Fit(table, "id", health.Outcome{Column: "left", Value: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	if f.Accepted || len(f.Weights) != 0 || !strings.Contains(f.Reason, "too few to learn weights from; 50 are needed") {
		t.Errorf("%+v", f)
	}
}

// Scores of the same spread do not drift, scores ten points lower do.
func TestDrift(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	spread := func(mean float64) (out []float64) {
		for range 2000 {
			out = append(out, min(max(mean+15*random.NormFloat64(), 0), 100))
		}
		return out
	}
	then := spread(70)
	if psi, ok := health.Drift(then, spread(70)); !ok || psi > 0.02 {
		t.Errorf("the same spread: %v, %v", psi, ok)
	}
	// Two normal distributions a distance d of standard deviations apart have Σ = d², here 4/9, less what tenths blur.
	if psi, ok := health.Drift(then, spread(60)); !ok || psi < 0.25 || psi > 0.5 {
		t.Errorf("ten points lower: %v, %v", psi, ok)
	}
	if _, ok := health.Drift(then, then[:49]); ok {
		t.Error("forty-nine scores drift")
	}
}

// A value or a tenth with fifty rows and one outcome gives a column away, with forty-nine it does not.
func TestLeaks(t *testing.T) {
	for _, c := range []struct {
		n    int
		want bool
	}{{49, false}, {50, true}} {
		table := &health.Table{Columns: []string{"x", "flag", "left"}}
		for i := range 400 {
			flag, left := "ordinary", i%3 == 0
			if i < c.n {
				flag, left = "vip", false
			}
			table.Rows = append(table.Rows, []string{fmt.Sprint(i % 7), flag, fmt.Sprint(left)})
		}
		b, err := mustParse(t, "version: 1\ngroups: [{name: a, weight: 1, indicators: [{signal: x, weight: 1, worst: 0, best: 6}]}]").
			Backtest(table, "", health.Outcome{Column: "left", Value: "true"})
		if err != nil {
			t.Fatal(err)
		}
		got := len(b.Leaks) == 1 && b.Leaks[0].Signal == "flag" && b.Leaks[0].Values[0].Value == "vip"
		if got != c.want || len(b.Leaks) > 1 {
			t.Errorf("%d rows: %+v", c.n, b.Leaks)
		}
		if c.want && b.Leaks[0].Sure {
			t.Error("an eighth of the rows is worth a look and no proof")
		}
	}
}
