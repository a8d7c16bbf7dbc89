package health_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/thau-cx/thau/health"
	"github.com/thau-cx/thau/stats"
)

// churnSets are public sets of customers and whether they left, with the policy we wrote for each, and the columns in them that were
// written after the outcome.
var churnSets = []struct {
	name, id string
	outcome  health.Outcome
	leaks    []string
	fit      bool // what is in it tells something
}{
	{"ibm_telco", "customerID", health.Outcome{Column: "Churn", Value: "Yes"}, nil, true},
	{"ibm_telco_v11", "Customer ID", health.Outcome{Column: "Churn Label", Value: "Yes"}, []string{"Customer Status", "Satisfaction Score", "Churn Score"}, true},
	{"ecommerce_churn", "CustomerID", health.Outcome{Column: "Status", Value: "Churned"}, nil, true},
	{"bank_churn_records", "CustomerId", health.Outcome{Column: "Exited", Value: "1"}, []string{"Complain"}, true},
	{"ravenstack", "account_id", health.Outcome{Column: "churned", Value: "1"}, nil, false},
}

// churnData gives the folder of the sets, which are not part of the project.
func churnData(t *testing.T) string {
	dir := os.Getenv("TESTSETS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	dir = filepath.Join(dir, "churn")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the churn sets are not at %s; set TESTSETS_DIR to the folder that holds churn/", dir)
	}
	return dir
}

func readTable(t *testing.T, file string) *health.Table {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return &health.Table{Columns: rows[0], Rows: rows[1:]}
}

// The figures of every set, the leaks by name, and the fit against a plain logistic regression that is computed here, by another
// method, on the same indicators, rows and folds.
func TestChurnSets(t *testing.T) {
	dir := churnData(t)
	var figures strings.Builder
	fmt.Fprintln(&figures, "# Written by go test ./health -run TestChurnSets -update: policies of testdata/churn against the public churn sets.")
	fmt.Fprintln(&figures, "# set accounts events | backtest auc (low high) brier skill green% | fit auc, policy, logistic | leaks (sure; perhaps)")
	for _, set := range churnSets {
		t.Run(set.name, func(t *testing.T) {
			yaml, err := os.ReadFile(filepath.Join("testdata", "churn", set.name+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			p, err := health.ParsePolicy(yaml)
			if err != nil {
				t.Fatal(err)
			}
			table := ravenstack
			if set.name != "ravenstack" {
				table = func(t *testing.T, dir string) *health.Table { return readTable(t, filepath.Join(dir, set.name+".csv")) }
			}
			data := table(t, dir)
			b, err := p.Backtest(data, set.id, set.outcome)
			if err != nil {
				t.Fatal(err)
			}
			f, err := p.Fit(data, set.id, set.outcome)
			if err != nil {
				t.Fatal(err)
			}
			var sure, perhaps []string
			for _, l := range b.Leaks {
				if l.Sure {
					sure = append(sure, l.Signal)
				} else {
					perhaps = append(perhaps, l.Signal)
				}
			}
			slices.Sort(sure)
			want := slices.Sorted(slices.Values(set.leaks))
			if !slices.Equal(sure, want) {
				t.Errorf("leaks %q, want %q", sure, want)
			}
			logistic := plainLogistic(t, p, data, set.id, set.outcome)
			if math.Abs(logistic-f.LogisticAUC.Value) > 1e-4 {
				t.Errorf("the plain logistic regression is said to have %.5f; it has %.5f", f.LogisticAUC.Value, logistic)
			}
			if set.fit && f.AUC.Value < logistic-0.01 {
				t.Errorf("fit %.4f is more than .01 under logistic regression, %.4f", f.AUC.Value, logistic)
			}
			fmt.Fprintf(&figures, "%s %d %d | %.3f (%.3f %.3f) %.4f %.3f %.1f | %.3f %.3f %.3f | %s; %s\n", set.name, b.N, b.Events,
				b.AUC.Value, b.AUC.Low, b.AUC.High, b.Brier, b.Skill, 100*b.Green.Share,
				f.AUC.Value, f.CurrentAUC.Value, f.LogisticAUC.Value, strings.Join(sure, ", "), strings.Join(perhaps, ", "))
		})
	}
	golden := filepath.Join("testdata", "churn", "figures.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(figures.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != figures.String() {
		t.Errorf("figures have changed\ngot:\n%s\nwant:\n%s", figures.String(), b)
	}
}

// plainLogistic gives the out-of-fold AUC of an unpenalised logistic regression, by Newton's method on the whole Hessian.
func plainLogistic(t *testing.T, p *health.Policy, data *health.Table, id string, o health.Outcome) float64 {
	t.Helper()
	points, happened, folds, err := p.Indicators(data, id, o)
	if err != nil {
		t.Fatal(err)
	}
	k := len(points[0]) + 1
	risks := make([]float64, len(points))
	linear := func(b *mat.VecDense, row []float64) float64 {
		z := b.AtVec(0)
		for j, v := range row {
			z += b.AtVec(j+1) * (50 - v) / 50
		}
		return z
	}
	for fold := range 5 {
		b := mat.NewVecDense(k, nil)
		for range 25 {
			h, g := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil)
			for i, row := range points {
				if folds[i] == fold {
					continue
				}
				m := 1 / (1 + math.Exp(-linear(b, row)))
				y := 0.0
				if happened[i] {
					y = 1
				}
				x := append([]float64{1}, row...)
				for j := range row {
					x[j+1] = (50 - row[j]) / 50
				}
				for j := range x {
					g.SetVec(j, g.AtVec(j)+(y-m)*x[j])
					for l := j; l < k; l++ {
						h.SetSym(j, l, h.At(j, l)+m*(1-m)*x[j]*x[l])
					}
				}
			}
			var step mat.VecDense
			if err := step.SolveVec(h, g); err != nil {
				t.Fatal(err)
			}
			b.AddVec(b, &step)
		}
		for i, row := range points {
			if folds[i] == fold {
				risks[i] = 1 / (1 + math.Exp(-linear(b, row)))
			}
		}
	}
	auc, _ := stats.AUC(risks, happened)
	return auc
}

// ravenstack joins the five files of a real system's export into one row an account, as of a day: only what had happened by then is
// read, and the outcome is whether the account left in the 180 days after. It is the example of docs/health.md.
func ravenstack(t *testing.T, dir string) *health.Table {
	t.Helper()
	const day = 24 * time.Hour
	asOf := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	end := asOf.Add(180 * day)
	each := func(name string, do func(cell func(string) string)) {
		table := readTable(t, filepath.Join(dir, "ravenstack_"+name+".csv"))
		for _, row := range table.Rows {
			do(func(column string) string {
				i := table.Column(column)
				if i < 0 {
					t.Fatalf("%s has no column %s", name, column)
				}
				return row[i]
			})
		}
	}
	date := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		at, err := time.Parse("02-01-2006", strings.Fields(s)[0])
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	type account struct {
		started                                   time.Time
		mrr, active, auto, upgrades, downgrades   float64
		minutes, days, errors, uses               float64 // of the last 90 days
		features                                  map[string]bool
		tickets, urgent, open, satisfaction, told float64 // of the last 180 days
		churned                                   bool
	}
	accounts := map[string]*account{}
	each("accounts", func(cell func(string) string) {
		if started := date(cell("signup_date")); started.Before(asOf) {
			accounts[cell("account_id")] = &account{started: started, features: map[string]bool{}}
		}
	})
	owner := map[string]string{} // subscription → account
	each("subscriptions", func(cell func(string) string) {
		owner[cell("subscription_id")] = cell("account_id")
		a := accounts[cell("account_id")]
		start, ended := date(cell("start_date")), date(cell("end_date"))
		if a == nil || !start.Before(asOf) || !ended.IsZero() && ended.Before(asOf) {
			return
		}
		a.active++
		a.mrr += number(cell("mrr_amount"))
		for column, n := range map[string]*float64{"auto_renew_flag": &a.auto, "upgrade_flag": &a.upgrades, "downgrade_flag": &a.downgrades} {
			if cell(column) == "TRUE" {
				*n++
			}
		}
	})
	each("feature_usage", func(cell func(string) string) {
		a, at := accounts[owner[cell("subscription_id")]], date(cell("usage_date"))
		if a == nil || !at.Before(asOf) || at.Before(asOf.Add(-90*day)) {
			return
		}
		a.days++
		a.minutes += number(cell("usage_duration_secs")) / 60
		a.uses += number(cell("usage_count"))
		a.errors += number(cell("error_count"))
		a.features[cell("feature_name")] = true
	})
	each("supports_ticket", func(cell func(string) string) {
		a, at := accounts[cell("account_id")], date(cell("submitted_at"))
		if a == nil || !at.Before(asOf) || at.Before(asOf.Add(-180*day)) {
			return
		}
		a.tickets++
		if cell("priority") == "urgent" {
			a.urgent++
		}
		if !date(cell("closed_at")).Before(asOf) {
			a.open++
		} else if s := cell("satisfaction_score"); s != "" {
			a.satisfaction, a.told = a.satisfaction+number(s), a.told+1
		}
	})
	each("churn_events", func(cell func(string) string) {
		if a, at := accounts[cell("account_id")], date(cell("churn_date")); a != nil && !at.Before(asOf) && at.Before(end) {
			a.churned = true
		}
	})
	table := &health.Table{Columns: []string{"account_id", "mrr", "auto_renew_share", "upgrades", "downgrades", "usage_minutes", "features_used", "errors_per_use", "tickets", "urgent_tickets", "open_tickets", "csat", "churned"}}
	share := func(a, of float64) string {
		if of == 0 {
			return "" // missing, not zero
		}
		return strconv.FormatFloat(a/of, 'f', 4, 64)
	}
	text := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	ids := make([]string, 0, len(accounts))
	for id := range accounts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		a := accounts[id]
		if a.active == 0 {
			continue // left before
		}
		churned := "0"
		if a.churned {
			churned = "1"
		}
		table.Rows = append(table.Rows, []string{id, text(a.mrr), share(a.auto, a.active), text(a.upgrades), text(a.downgrades), text(a.minutes), strconv.Itoa(len(a.features)),
			share(a.errors, a.uses), text(a.tickets), text(a.urgent), text(a.open), share(a.satisfaction, a.told), churned})
	}
	return table
}
