package analyzer_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/stats"
)

// ownTickets is the folder of the project's own messages to support, labelled with intents and urgency.
const ownTickets = "../testdata/tickets"

// ticketText is a message with its labels.
type ticketText struct {
	lang, part, text, urgency string
	intents                   []string
}

// tickets reads our own messages to support.
func tickets(t *testing.T) []ticketText {
	t.Helper()
	var out []ticketText
	for _, lang := range []string{"en", "vi"} {
		name := filepath.Join(ownTickets, lang+".tsv")
		for n, line := range lines(t, name)[1:] {
			f := strings.Split(line, "\t")
			if len(f) != 4 || !slices.Contains([]string{"fit", "sure", "held"}, f[0]) {
				t.Fatalf("%s:%d: %q is no row of part, intents, urgency, text", name, n+2, line)
			}
			row := ticketText{lang: lang, part: f[0], urgency: f[2], text: strings.ReplaceAll(f[3], `\n`, "\n")}
			if f[1] != "-" {
				row.intents = strings.Split(f[1], ",")
			}
			out = append(out, row)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no message in %s", ownTickets)
	}
	return out
}

// reliability counts how often confidences come true: ten bins from 0 to 1.
type reliability [10]struct{ n, right, confidence float64 }

func (r *reliability) add(confidence float64, right bool) {
	b := &r[min(int(confidence*10), 9)]
	b.n++
	b.confidence += confidence
	if right {
		b.right++
	}
}

// ece gives the expected calibration error.
func (r *reliability) ece() float64 {
	sum, n := 0.0, 0.0
	for _, b := range r {
		sum += math.Abs(b.confidence - b.right)
		n += b.n
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// TestScorecardTickets holds the intents and the urgency of our own held-out messages to testdata/scorecard/tickets.txt, by language and label.
func TestScorecardTickets(t *testing.T) {
	a, all := builtin(t), tickets(t)
	var b strings.Builder
	fmt.Fprintf(&b, "%-4s %-22s %5s %9s %6s %6s %6s\n", "lang", "label", "n", "precision", "recall", "f1", "ece")
	for _, lang := range []string{"en", "vi"} {
		intents, levels := stats.NewLabelSets(), stats.NewLabelSets()
		sure := map[string]*reliability{"intents": {}, "urgency": {}}
		for _, row := range all {
			if row.lang != lang || row.part != "held" {
				continue
			}
			got := a.Analyze(analyzer.Input{Text: row.text})
			var names []string
			for _, in := range got.Intents {
				if in.Sure {
					names = append(names, in.ID)
				}
				sure["intents"].add(in.Confidence, slices.Contains(row.intents, in.ID))
			}
			intents.Add(row.intents, names)
			levels.Add([]string{row.urgency}, []string{got.Urgency.Level})
			sure["urgency"].add(got.Urgency.Confidence, got.Urgency.Level == row.urgency)
		}
		for _, set := range []struct {
			name   string
			labels stats.LabelSets
			order  []string
		}{
			{"intents", intents, a.Intents()},
			{"urgency", levels, []string{analyzer.UrgencyLow, analyzer.UrgencyNormal, analyzer.UrgencyHigh, analyzer.UrgencyCritical}},
		} {
			classes := set.labels.Classes()
			for _, label := range set.order {
				c := classes[label]
				fmt.Fprintf(&b, "%-4s %-22s %5d %9.3f %6.3f %6.3f\n", lang, strings.TrimSuffix(set.name, "s")+" "+label, c.N, c.Precision, c.Recall, c.F1)
			}
			n := 0
			for _, c := range classes {
				n += c.N
			}
			fmt.Fprintf(&b, "%-4s %-22s %5d %9s %6s %6.3f %6.3f\n", lang, set.name+", mean", n, "", "", stats.MacroF1(classes), sure[set.name].ece())
		}
	}
	golden(t, filepath.Join(scorecards, "tickets.txt"), b.String())
}
