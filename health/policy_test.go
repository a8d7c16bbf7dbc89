package health_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/health"
)

func TestPolicies(t *testing.T) {
	cases(t, "policies", func(t *testing.T, input string) string {
		p, err := health.ParsePolicy([]byte(input))
		var problems *health.PolicyError
		switch {
		case err == nil:
			return "ok: " + strings.Join(p.Signals(), " ") + "\n"
		case !errors.As(err, &problems) || p != nil:
			t.Fatalf("%T: %v, policy %v", err, err, p)
		}
		var b strings.Builder
		for _, problem := range problems.Problems {
			b.WriteString(problem.String() + "\n")
		}
		return b.String()
	})
}

func TestDefault(t *testing.T) {
	p := health.Default()
	if p.Version() != 1 || !strings.HasPrefix(p.Hash(), "sha256:") || len(p.Hash()) != 71 {
		t.Errorf("version %d, hash %q", p.Version(), p.Hash())
	}
	if g := p.Grades(); !slices.Equal(g, []health.Grade{{"A", 85}, {"B", 70}, {"C", 55}, {"D", 40}, {"F", 0}}) {
		t.Errorf("grades %v", g)
	}
	again, err := health.ParsePolicy(health.DefaultYAML())
	if err != nil || again.Hash() != p.Hash() {
		t.Errorf("%v, hash %v", err, again.Hash())
	}
}

func TestPolicyFromWindows(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(string(health.DefaultYAML()), "\n", "\r\n")
	p, err := health.ParsePolicy([]byte(text))
	if err != nil || !slices.Equal(p.Signals(), health.Default().Signals()) {
		t.Fatal(err)
	}
	_, err = health.ParsePolicy([]byte("\ufeffversion: 1\r\ngroups: 3\r\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2, column 9:") {
		t.Errorf("got %v", err)
	}
}

func TestPolicyTooLarge(t *testing.T) {
	_, err := health.ParsePolicy([]byte(strings.Repeat("#", 32<<10+1)))
	if err == nil || !strings.Contains(err.Error(), "32768") {
		t.Errorf("got %v", err)
	}
}

// FuzzParsePolicy checks that no text makes the parser panic, that every refusal says where, and that what is accepted computes.
func FuzzParsePolicy(f *testing.F) {
	f.Add(health.DefaultYAML())
	f.Add([]byte("version: 1\ngroups: [{name: a, weight: 1, indicators: [{signal: x, weight: 1, table: {a: 1, 2: 3}}]}]\ncaps: [{when: x, below: 1, grade: F}]"))
	f.Add([]byte("a: &a [*a, *a]\n<<: *a\n? b\n: !!str c\n--- |\n x"))
	f.Add([]byte(strings.Repeat("[", 5000)))
	f.Add([]byte("version: 1\ngroups: [{name: a, weight: 1, indicators: [{signal: nps, weight: .inf, half_life: 1e400d, window: -1h}]}]"))
	obs := sample(40)
	f.Fuzz(func(t *testing.T, yaml []byte) {
		p, err := health.ParsePolicy(yaml)
		if err != nil {
			var problems *health.PolicyError
			if !errors.As(err, &problems) || len(problems.Problems) == 0 {
				t.Fatalf("%T: %v", err, err)
			}
			for _, problem := range problems.Problems {
				if problem.Line < 1 || problem.Column < 1 || problem.Message == "" {
					t.Fatalf("%+v", problem)
				}
			}
			return
		}
		mustAddUp(t, p.Compute("acme", obs, moment))
	})
}
