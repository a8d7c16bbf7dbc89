package health_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thau-cx/thau/health"
)

func date(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse("2006-01-02", s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// situation reads a case's input: "at DATE", one observation a line as "SIGNAL VALUE DATE [received=DATE] [id=ID]", and, after a line
// "policy:", the policy's YAML; without one the default policy. Lines that start with # explain.
func situation(t testing.TB, input string) (p *health.Policy, obs []health.Observation, at time.Time) {
	t.Helper()
	head, yaml, own := strings.Cut(input, "policy:\n")
	p = health.Default()
	if own {
		var err error
		if p, err = health.ParsePolicy([]byte(yaml)); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(head) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "at":
			at = date(t, words[1])
		default:
			o := health.Observation{Signal: words[0], At: date(t, words[2])}
			if v, err := strconv.ParseFloat(words[1], 64); err == nil {
				o.Value = v
			} else {
				o.Text = words[1]
			}
			o.ReceivedAt = o.At
			for _, w := range words[3:] {
				switch key, value, _ := strings.Cut(w, "="); key {
				case "received":
					o.ReceivedAt = date(t, value)
				case "id":
					o.Source = value
				default:
					t.Fatalf("what is %q?", w)
				}
			}
			obs = append(obs, o)
		}
	}
	return p, obs, at
}

// waterfall writes a report for people to review.
func waterfall(r health.Report) string {
	var b strings.Builder
	grade := r.Grade
	if !r.Sufficient {
		grade = "insufficient data"
	}
	fmt.Fprintf(&b, "score %.6f  grade %s  band %.2f … %.2f  coverage %.4f\n", r.Score, grade, r.Low, r.High, r.Coverage)
	for _, c := range r.Contributions {
		value := "–"
		if c.Value != nil {
			value = strconv.FormatFloat(*c.Value, 'f', -1, 64)
		} else if c.Text != "" {
			value = c.Text
		}
		fmt.Fprintf(&b, "  %+11.6f  %s", c.Contribution, c.Signal)
		if c.Group != "" {
			fmt.Fprintf(&b, " (%s)", c.Group)
		}
		fmt.Fprintf(&b, ": %s → %.4g points, weight %.4f, reliability %.4f, n %d", value, c.Mapped, c.Weight, c.Reliability, c.N)
		if c.LastAt != nil {
			fmt.Fprintf(&b, ", last %s", c.LastAt.Format("2006-01-02"))
		}
		if len(c.Sources) > 0 {
			fmt.Fprintf(&b, ", from %s", strings.Join(c.Sources, " "))
		}
		if c.Reason != "" {
			fmt.Fprintf(&b, ", because %s", c.Reason)
		}
		b.WriteString("\n")
	}
	if len(r.Missing) > 0 {
		fmt.Fprintf(&b, "missing %s\n", strings.Join(r.Missing, " "))
	}
	fmt.Fprintf(&b, "trend %s %+.4f (%+.4f … %+.4f) a week:", r.Trend.Direction, r.Trend.SlopePerWeek, r.Trend.Low, r.Trend.High)
	for _, p := range r.Trend.Points {
		fmt.Fprintf(&b, " %.2f", p.Score)
	}
	b.WriteString("\n")
	return b.String()
}

func TestReports(t *testing.T) {
	cases(t, "reports", func(t *testing.T, input string) string {
		p, obs, at := situation(t, input)
		r := p.Compute("acme", obs, at)
		mustAddUp(t, r)
		return waterfall(r)
	})
}

// mustAddUp checks the promise of exactness.
func mustAddUp(t interface {
	Helper()
	Errorf(string, ...any)
}, r health.Report) {
	t.Helper()
	sum := health.Micro(50)
	for _, c := range r.Contributions {
		sum += health.Micro(c.Contribution)
	}
	if sum != health.Micro(r.Score) {
		t.Errorf("contributions lead to %d, the score is %d millionths", sum, health.Micro(r.Score))
	}
}

// The formula of the essay worked by hand: one group of an opinion and a gauge.
//
//	nps       two answers, 10 today and 0 a half-life ago: weights 1 and ½, mean 20/3, Kish 2.25/1.25 = 1.8, r = 1.8/4.8 = .375
//	          mean 6.667 lies on 6→40, 8→65: 40 + .6667·12.5 = 48.333
//	logins    30 of 0…100: 30 points, r = 1
//	score     (1·.375·48.333 + 3·1·30)/(.375 + 3) = 32.037; coverage (.375 + 3)/4 = .84375
func TestByHand(t *testing.T) {
	p, err := health.ParsePolicy([]byte("version: 1\ngroups: [{name: all, weight: 7, indicators: [{signal: nps, weight: 1}, {signal: logins, weight: 3, worst: 0, best: 100}]}]"))
	if err != nil {
		t.Fatal(err)
	}
	at := date(t, "2024-06-29")
	r := p.Compute("acme", []health.Observation{
		{Signal: "nps", Value: 10, At: at}, {Signal: "nps", Value: 0, At: at.AddDate(0, 0, -180)}, {Signal: "logins", Value: 30, At: at},
	}, at)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	nps := 40 + 12.5*2.0/3
	score := (0.375*nps + 90) / 3.375
	near("score", r.Score, score)
	near("coverage", r.Coverage, 0.84375)
	near("low", r.Low, (0.375*nps+90)/4)
	near("high", r.High, (0.375*nps+90+62.5)/4)
	near("nps", r.Contributions[0].Contribution, 0.375/3.375*(nps-50))
	near("logins", r.Contributions[1].Contribution, 3/3.375*(30-50))
	near("reliability", r.Contributions[0].Reliability, 0.375)
	mustAddUp(t, r)
}

func TestNothingKnown(t *testing.T) {
	r := health.Default().Compute("nobody", nil, date(t, "2024-06-30"))
	if r.Score != 50 || r.Low != 0 || r.High != 100 || r.Coverage != 0 || r.Sufficient || r.Grade != "" || len(r.Contributions) != 0 {
		t.Errorf("got %+v", r)
	}
	if len(r.Missing) != 7 || r.Trend.Direction != health.TrendUnknown {
		t.Errorf("missing %v, trend %+v", r.Missing, r.Trend)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"contributions":[]`, `"points":[]`, `"sufficient":false`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s lacks %s", b, want)
		}
	}
}

// The report's JSON is a contract.
func TestReportJSON(t *testing.T) {
	b, err := os.ReadFile("testdata/reports/usual.case")
	if err != nil {
		t.Fatal(err)
	}
	input, _, _ := strings.Cut(string(b), divider)
	p, obs, at := situation(t, input)
	got, err := json.MarshalIndent(p.Compute("acme", obs, at), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const file = "testdata/report.json"
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestRegrade(t *testing.T) {
	p := health.Default()
	report := func(score float64, grade string, more ...health.Contribution) health.Report {
		return health.Report{Score: score, Grade: grade, Sufficient: grade != "", Contributions: more}
	}
	f := func(r health.Report, former, want string) {
		t.Helper()
		if got := p.Regrade(r, former); got != want {
			t.Errorf("%v after %s is %q, want %q", r.Score, former, got, want)
		}
	}
	f(report(69, "C"), "B", "B")
	f(report(67.9, "C"), "B", "C")
	f(report(71.9, "B"), "C", "C")
	f(report(72, "B"), "C", "B")
	f(report(84, "B"), "A", "A")
	f(report(41, "D"), "F", "F")
	f(report(69, "C"), "", "C")
	f(report(69, "C"), "Z", "C")
	f(report(54, "D", health.Contribution{Signal: "cap:open_tickets"}), "C", "D")
	f(report(69, ""), "B", "")
}

// A policy is one, however many use it at a time.
func TestConcurrent(t *testing.T) {
	p, obs, at := health.Default(), sample(200), date(t, "2024-06-30")
	want := waterfall(p.Compute("acme", obs, at))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if got := waterfall(p.Compute("acme", obs, at)); got != want {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// sample makes observations of a year about an account, in no order.
func sample(n int) []health.Observation {
	end := time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)
	signals := []struct {
		name       string
		least, top int
	}{{"nps", 0, 10}, {"csat", 1, 5}, {"ces", 1, 7}, {"sentiment", -1, 1}, {"open_tickets", 0, 6}, {"logins", 0, 9}, {"usage_minutes", 0, 90}, {"features_used", 0, 12}}
	obs := make([]health.Observation, n)
	for i := range obs {
		s := signals[i%len(signals)]
		h := i * 7919 % 8713
		obs[i] = health.Observation{
			Signal: s.name, Value: float64(s.least + h%(s.top-s.least+1)), Source: fmt.Sprintf("r%d", i),
			At: end.Add(-time.Duration(h) * time.Hour), ReceivedAt: end.Add(-time.Duration(h-1) * time.Hour),
		}
	}
	return obs
}

func BenchmarkCompute(b *testing.B) {
	p, obs := health.Default(), sample(200)
	at := time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		p.Compute("acme", obs, at)
	}
}
