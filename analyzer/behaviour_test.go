package analyzer_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
)

// TestBehaviours runs the cases of testdata/behaviours (its README tells the format). The rate of a behaviour may not fall below
// RATES.txt; who somebody is makes nothing negative, urgent or about another topic, whatever the rate.
func TestBehaviours(t *testing.T) {
	a, all := builtin(t), readBehaviours(t)
	var rates, failing strings.Builder
	sums := map[string]*passes{}
	for _, b := range all {
		p := passes{cases: len(b.Cases)}
		for i := range b.Cases {
			c := &b.Cases[i]
			if fault := c.Fault(a); fault != "" {
				fmt.Fprintf(&failing, "%s.txt:%d: %s\n", b.File, c.Line, fault)
			} else {
				p.passed++
			}
			if b.Kind == "identity" {
				sameVerdict(t, a, &b, c)
			}
		}
		fmt.Fprintf(&rates, "%s  %s: %s\n", p, b.File, b.Name)
		for _, sum := range []string{b.Kind, "all"} {
			if sums[sum] == nil {
				sums[sum] = &passes{}
			}
			sums[sum].passed, sums[sum].cases = sums[sum].passed+p.passed, sums[sum].cases+p.cases
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&rates, "%s  %s\n", sums[kind], kind)
		t.Logf("%s  %s", sums[kind], kind)
	}
	name := filepath.Join(behaviours, "RATES.txt")
	if *update {
		golden(t, name, rates.String()+"\nFailing:\n"+failing.String())
		return
	}
	want := readRates(t, name)
	for line := range strings.Lines(rates.String()) {
		got, key := rateLine(t, line)
		switch before, ok := want[key]; {
		case !ok:
			t.Errorf("%s is not in %s", key, name)
		case got < before:
			t.Errorf("%s: rate %.3f, was %.3f", key, got, before)
		}
		delete(want, key)
	}
	for key := range want {
		t.Errorf("%s is in %s and has no case", key, name)
	}
	if t.Failed() {
		t.Logf("failing:\n%s", failing.String())
		t.Log("if the change is meant: go test ./analyzer -run 'Scorecard|Behaviours' -update, and have the difference reviewed")
	}
}

// passes counts cases.
type passes struct{ passed, cases int }

func (p passes) String() string {
	return fmt.Sprintf("%.3f %4d/%-4d", float64(p.passed)/float64(p.cases), p.passed, p.cases)
}

func readRates(t *testing.T, name string) map[string]float64 {
	t.Helper()
	out := map[string]float64{}
	for _, line := range lines(t, name) {
		if line == "" {
			break
		}
		rate, key := rateLine(t, line)
		out[key] = rate
	}
	return out
}

// rateLine reads `0.917   11/12    negation: of praise`.
func rateLine(t *testing.T, line string) (rate float64, key string) {
	t.Helper()
	f := strings.Fields(line)
	if len(f) < 3 {
		t.Fatalf("%q is no rate", line)
	}
	rate, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return rate, strings.Join(f[2:], " ")
}

// sameVerdict demands that no text of a case reads negative, more urgent or about another topic where the first does not.
func sameVerdict(t *testing.T, a *analyzer.Analyzer, b *learn.Behaviour, c *learn.Case) {
	t.Helper()
	first := verdicts(a.Analyze(analyzer.Input{Text: c.Texts[0]}))
	for _, text := range c.Texts[1:] {
		if got := verdicts(a.Analyze(analyzer.Input{Text: text})); got != first {
			t.Errorf("%s.txt:%d: %q reads %s, and %q reads %s", b.File, c.Line, c.Texts[0], first, text, got)
		}
	}
}

// verdicts tells whether a text is read as negative, how urgent it is and which topics are sure.
func verdicts(an analyzer.Analysis) string {
	var ids []string
	for _, tp := range an.Topics {
		if tp.Sure {
			ids = append(ids, tp.ID)
		}
	}
	slices.Sort(ids)
	return fmt.Sprintf("negative %t, urgency %s, topics %q", an.Sentiment.Label == analyzer.Negative, an.Urgency.Level, ids)
}
