package learn

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// Card is the model card of a learned overlay: what it was made of, how well it reads texts it was not fitted to, before and after, and
// whether the gate let it pass. It is stable JSON.
type Card struct {
	Name      string          `json:"name"`
	Task      lexicons.Task   `json:"task"`
	Accepted  bool            `json:"accepted"`
	Reason    string          `json:"reason"` // why it was accepted or refused
	Exclusive bool            `json:"exclusive"`
	Data      CardData        `json:"data"`
	Metric    string          `json:"metric"` // what the gate compares
	Before    *Figures        `json:"before,omitempty"`
	After     *Figures        `json:"after,omitempty"`
	Gain      *Gain           `json:"gain,omitempty"`
	Precision float64         `json:"precision,omitempty"` // wanted of what is sure
	Sureness  *Sureness       `json:"sureness,omitempty"`  // of topics and intents, on the held-out texts
	Labels    []LabelSureness `json:"labels,omitempty"`
	Behaves   *Behaves        `json:"behaviours,omitempty"`
	Changes   []Change        `json:"changes,omitempty"` // the largest weights, at most 50
	Settings  settings        `json:"settings"`          // chosen by cross-validation
	Features  int             `json:"features"`          // that have a weight
	Weights   int             `json:"weights"`
	Revision  string          `json:"features_revision"`
	Builtin   string          `json:"builtin"` // hash of the lexicon below
	Overlay   string          `json:"overlay"` // hash
	Seed      uint64          `json:"seed"`
	Seconds   float64         `json:"seconds"`
}

// CardData counts the texts.
type CardData struct {
	Train    int            `json:"train"`     // fitted while measuring
	HeldOut  int            `json:"held_out"`  // measured on
	Fitted   int            `json:"fitted"`    // what the overlay was fitted to in the end: with a split of its own, all
	LeftOut  int            `json:"left_out"`  // without a label or a text
	Repeated int            `json:"repeated"`  // of the texts to train on, those that are held out too and so were not fitted
	ByLabel  map[string]int `json:"by_label"`  // of the texts to train on
	HeldFrom string         `json:"held_from"` // "split" or "dev"
}

// Figures are how well held-out texts are read, with 95 % intervals.
type Figures struct {
	By          string  `json:"by"` // what reads: "built-in", "majority class" or the overlay
	Accuracy    *Figure `json:"accuracy,omitempty"`
	MacroF1     Figure  `json:"macro_f1"`
	MicroF1     Figure  `json:"micro_f1"`
	Calibration float64 `json:"calibration_error"` // expected calibration error of the confidence, in [0, 1]
}

// Figure is a figure with its interval.
type Figure struct {
	Value float64 `json:"value"`
	stats.Interval
}

// Gain is how much better the overlay reads, by the metric, on the same texts.
type Gain struct {
	Value float64 `json:"value"`
	stats.Interval
}

// Sureness is how often answers are sure, and how often those are right. The others are listed with "sure": false: the text is unsure.
type Sureness struct {
	Share     float64 `json:"share"`               // of the texts with a sure answer
	Answers   int     `json:"answers"`             // that are sure
	Precision *Figure `json:"precision,omitempty"` // share of these that is right, with its 95 % interval
}

// LabelSureness is the sureness of a label.
type LabelSureness struct {
	Label     string  `json:"label"`
	Threshold float64 `json:"threshold"` // the confidence from which it is sure; 1 where nothing shows it to be right often enough
	Texts     int     `json:"texts"`     // held-out ones that have it
	Sure      int     `json:"sure"`      // that it is surely said of
	Right     int     `json:"right"`     // of these
}

// Behaves is how the behaviour cases come out.
type Behaves struct {
	Cases  int      `json:"cases"`
	Before float64  `json:"before"` // share passed
	After  float64  `json:"after"`
	Broken []string `json:"broken,omitempty"` // cases that passed before, at most 50
}

// Change is a weight of the overlay.
type Change struct {
	Feature string  `json:"feature"`
	Label   string  `json:"label"`
	Weight  float64 `json:"weight"`
}

const mostListed = 50

// changes lists the largest weights of an overlay.
func changes(m *lexicons.Model) []Change {
	order := make([]int, len(m.Weights))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(m.Weights[b].Value), math.Abs(m.Weights[a].Value))
	})
	var out []Change
	for _, i := range order[:min(mostListed, len(order))] {
		w := m.Weights[i]
		out = append(out, Change{m.Features[w.Feature], m.Labels[w.Label].ID, w.Value})
	}
	return out
}

// Markdown writes the card for people.
func (c *Card) Markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nLearned %s overlay, %s: %s.\n\n", c.Name, c.Task, map[bool]string{true: "accepted", false: "refused"}[c.Accepted], c.Reason)
	fmt.Fprintf(&b, "- Texts: %d to train, %d held out (%s); %d fitted in the end; %d left out, %d repeated.\n", c.Data.Train, c.Data.HeldOut, c.Data.HeldFrom, c.Data.Fitted, c.Data.LeftOut, c.Data.Repeated)
	fmt.Fprintf(&b, "- %d weights of %d features, features revision %s, seed %d, %.1f s.\n- Overlay %s\n- on %s\n", c.Weights, c.Features, c.Revision, c.Seed, c.Seconds, c.Overlay, c.Builtin)
	if c.Before != nil && c.After != nil {
		fmt.Fprintf(&b, "\n## Held-out texts\n\n| read by | accuracy | macro-F1 | micro-F1 | calibration error |\n|---|---|---|---|---|\n")
		for _, f := range []*Figures{c.Before, c.After} {
			accuracy := "–"
			if f.Accuracy != nil {
				accuracy = f.Accuracy.String()
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %.3f |\n", f.By, accuracy, f.MacroF1, f.MicroF1, f.Calibration)
		}
	}
	if c.Gain != nil {
		fmt.Fprintf(&b, "\nGain in %s: %+.4f, 95 %% interval %+.4f to %+.4f.\n", c.Metric, c.Gain.Value, c.Gain.Low, c.Gain.High)
	}
	if c.Sureness != nil {
		c.sureness(&b)
	}
	if c.Behaves != nil {
		fmt.Fprintf(&b, "\n## Behaviours\n\n%d cases: %.1f %% passed before, %.1f %% after.\n", c.Behaves.Cases, 100*c.Behaves.Before, 100*c.Behaves.After)
		for _, s := range c.Behaves.Broken {
			fmt.Fprintf(&b, "- %s\n", s)
		}
	}
	if len(c.Changes) > 0 {
		fmt.Fprintf(&b, "\n## Largest weights\n\n| feature | label | weight |\n|---|---|---:|\n")
		for _, ch := range c.Changes {
			fmt.Fprintf(&b, "| `%s` | %s | %+.3f |\n", strings.ReplaceAll(ch.Feature, "|", "\\|"), strings.ReplaceAll(ch.Label, "|", "\\|"), ch.Weight)
		}
	}
	b.WriteString("\n## Texts by label\n\n| label | texts |\n|---|---:|\n")
	labels := make([]string, 0, len(c.Data.ByLabel))
	for l := range c.Data.ByLabel {
		labels = append(labels, l)
	}
	slices.Sort(labels)
	for _, l := range labels {
		fmt.Fprintf(&b, "| %s | %d |\n", strings.ReplaceAll(l, "|", "\\|"), c.Data.ByLabel[l])
	}
	return []byte(b.String())
}

// sureness writes when answers are sure.
func (c *Card) sureness(b *strings.Builder) {
	b.WriteString("\n## When an answer is sure\n\nAn answer is sure from its label's threshold on; below it, the text is unsure: a person should look. ")
	if c.Precision > 0 {
		fmt.Fprintf(b, "The thresholds were chosen for %.0f %% of the sure answers to be right, on texts that were not fitted; 1 means that nothing showed a label to be. ", 100*c.Precision)
	} else {
		b.WriteString("The thresholds are plain; `--precision 0.9` chooses them for nine of ten sure answers to be right. ")
	}
	fmt.Fprintf(b, "Of the held-out texts %.1f %% have a sure answer", 100*c.Sureness.Share)
	if p := c.Sureness.Precision; p != nil {
		fmt.Fprintf(b, ", and %.1f %% of %d such answers are right (95 %% interval %.1f to %.1f)", 100*p.Value, c.Sureness.Answers, 100*p.Low, 100*p.High)
	}
	b.WriteString(".\n\n| label | threshold | held-out texts | sure | of these right |\n|---|---:|---:|---:|---:|\n")
	for _, l := range c.Labels {
		fmt.Fprintf(b, "| %s | %.3f | %d | %d | %d |\n", strings.ReplaceAll(l.Label, "|", "\\|"), l.Threshold, l.Texts, l.Sure, l.Right)
	}
}

// String implements fmt.Stringer.
func (f Figure) String() string { return fmt.Sprintf("%.4f [%.4f, %.4f]", f.Value, f.Low, f.High) }
