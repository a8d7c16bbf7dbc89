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
)

// TestBehaviours runs the cases of testdata/behaviours (its README tells the format). The rate of a behaviour may not fall below
// RATES.txt; who somebody is makes nothing negative, urgent or about another topic, whatever the rate.
func TestBehaviours(t *testing.T) {
	a, all := builtin(t), readBehaviours(t)
	var rates, failing strings.Builder
	sums := map[string]*passes{}
	for _, b := range all {
		p := passes{cases: len(b.cases)}
		for _, c := range b.cases {
			if fault := c.fault(a); fault != "" {
				fmt.Fprintf(&failing, "%s.txt:%d: %s\n", b.file, c.line, fault)
			} else {
				p.passed++
			}
			if b.kind == "identity" {
				c.sameVerdict(t, a, b)
			}
		}
		fmt.Fprintf(&rates, "%s  %s: %s\n", p, b.file, b.name)
		for _, sum := range []string{b.kind, "all"} {
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

// fault tells how the case fails, "" where it passes.
func (c *behaviourCase) fault(a *analyzer.Analyzer) string {
	var got []analyzer.Analysis
	for _, text := range c.texts {
		got = append(got, a.Analyze(analyzer.Input{Text: text}))
	}
	switch first := got[0]; c.want {
	case "<", ">":
		x, y := first.Sentiment.Score, got[1].Sentiment.Score
		if c.want == "<" && x >= y || c.want == ">" && x <= y {
			return fmt.Sprintf("%.3f is not %s %.3f", x, c.want, y)
		}
	case "=", "==":
		same := alike
		if c.want == "==" {
			same = equal
		}
		for i, an := range got[1:] {
			if !same(first, an) {
				return fmt.Sprintf("%s %.3f, and %s %.3f for %q", first.Sentiment.Label, first.Sentiment.Score, an.Sentiment.Label, an.Sentiment.Score, c.texts[i+1])
			}
		}
	default:
		want, none := strings.CutPrefix(c.want, "no ")
		if has(first, want) == none {
			return fmt.Sprintf("want %s, got %s", c.want, summary(first, want))
		}
	}
	return ""
}

// sameVerdict demands that no text of a case reads negative, more urgent or about another topic where the first does not.
func (c *behaviourCase) sameVerdict(t *testing.T, a *analyzer.Analyzer, b behaviour) {
	t.Helper()
	first := verdicts(a.Analyze(analyzer.Input{Text: c.texts[0]}))
	for _, text := range c.texts[1:] {
		if got := verdicts(a.Analyze(analyzer.Input{Text: text})); got != first {
			t.Errorf("%s.txt:%d: %q reads %s, and %q reads %s", b.file, c.line, c.texts[0], first, text, got)
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

// near is how far the scores of texts may lie apart that say the same: a third of the distance from neutral to a plain word.
const near = 0.15

// alike tells whether two texts are read alike: one label, scores close to each other.
func alike(x, y analyzer.Analysis) bool {
	d := x.Sentiment.Score - y.Sentiment.Score
	return x.Sentiment.Label == y.Sentiment.Label && d <= near && d >= -near
}

// equal tells whether everything that is read in two texts is the same, but for where it stands.
func equal(x, y analyzer.Analysis) bool {
	return x.Sentiment.Raw == y.Sentiment.Raw && x.Sentiment.Probabilities == y.Sentiment.Probabilities && x.Sentiment.Mixed == y.Sentiment.Mixed &&
		x.Language.Code == y.Language.Code && x.Urgency.Level == y.Urgency.Level &&
		slices.EqualFunc(x.Topics, y.Topics, func(p, q analyzer.Topic) bool { return p.ID == q.ID && p.Raw == q.Raw && p.Sentiment == q.Sentiment }) &&
		slices.EqualFunc(x.Intents, y.Intents, func(p, q analyzer.Intent) bool { return p.ID == q.ID && p.Raw == q.Raw })
}

// has tells whether an analysis has what a case wants: one of some sentiment labels, a topic with its children, an intent or one of
// some levels of urgency.
func has(an analyzer.Analysis, want string) bool {
	what, id, _ := strings.Cut(want, ":")
	switch what {
	case "topic":
		id, label, _ := strings.Cut(id, ":")
		return slices.ContainsFunc(an.Topics, func(tp analyzer.Topic) bool {
			return tp.Sure && (tp.ID == id || strings.HasPrefix(tp.ID, id+".")) && (label == "" || tp.Sentiment.Label == label)
		})
	case "intent":
		return slices.ContainsFunc(an.Intents, func(in analyzer.Intent) bool { return in.ID == id })
	case "urgency":
		return slices.Contains(strings.Split(id, "|"), an.Urgency.Level)
	}
	return slices.Contains(strings.Split(want, "|"), an.Sentiment.Label)
}

// summary tells what stands where a case wants something.
func summary(an analyzer.Analysis, want string) string {
	what, _, _ := strings.Cut(want, ":")
	var found []string
	switch what {
	case "topic":
		for _, tp := range an.Topics {
			if tp.Sure {
				found = append(found, tp.ID+":"+tp.Sentiment.Label)
			}
		}
	case "intent":
		for _, in := range an.Intents {
			found = append(found, in.ID)
		}
	case "urgency":
		return an.Urgency.Level
	default:
		return fmt.Sprintf("%s %.3f", an.Sentiment.Label, an.Sentiment.Score)
	}
	if found == nil {
		return "none"
	}
	return strings.Join(found, " ")
}
