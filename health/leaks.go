package health

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/stats"
)

// Leak is a column that knows the outcome better than anything known beforehand does: it was most likely written afterwards, or is the
// outcome in other words. A score that reads it foretells nothing.
type Leak struct {
	Signal  string   `json:"signal"`           // the column
	Sure    bool     `json:"sure"`             // by its AUC, or because such values make up a quarter of the rows; else it is worth a look
	AUC     float64  `json:"auc"`              // of the column alone, either way round; ½ where it cannot be ordered
	Reasons []string `json:"reasons"`          // "auc", "value", "decile": what gives it away
	Values  []Pure   `json:"values"`           // values or ranges of values with one outcome only, largest first, at most ten
	Read    bool     `json:"read,omitempty"`   // the policy reads it
	Chance  float64  `json:"chance,omitempty"` // that its largest such value shows one outcome by luck, if values meant nothing
}

// Pure is a value, or a tenth of the values, of a column with one outcome only.
type Pure struct {
	Value    string `json:"value"` // or "low … high"; "" is a blank cell
	N        int    `json:"n"`
	Happened bool   `json:"happened"` // all had the outcome, rather than none

	reason string
}

// What gives a leak away: its single AUC, or how many rows share a value or a decile and one outcome.
const (
	leakAUC  = 0.90
	leakRows = 50
	mostPure = 10
)

// sureShare is the share of rows in values with one outcome only from which on a column is surely a leak: honest columns have such
// values at their ends, as none of the customers of many years may have left.
const sureShare = 0.25

// leaks looks for leaks in every column but the id's and the outcome's.
func (p *Policy) leaks(c *cases) []Leak {
	out := []Leak{}
	read := map[int]bool{}
	for _, signal := range p.Signals() {
		read[c.table.Column(signal)] = true
	}
	for k, name := range c.table.Columns {
		if k == c.id || k == c.outcome {
			continue
		}
		if l := c.leak(k); len(l.Reasons) > 0 {
			l.Signal, l.Read = name, read[k]
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Leak) int {
		return cmp.Or(cmp.Compare(b.AUC, a.AUC), cmp.Compare(a.Chance, b.Chance))
	})
	return out
}

// count counts the rows of a value.
type count struct{ n, events int }

func (g *count) add(happened bool) {
	g.n++
	if happened {
		g.events++
	}
}

// pure tells whether there are enough rows with one outcome only.
func (g count) pure() bool { return g.n >= leakRows && (g.events == 0 || g.events == g.n) }

func (c *cases) leak(column int) Leak {
	l := Leak{AUC: 0.5, Values: []Pure{}}
	counts := map[string]*count{}
	var numbers []float64
	var happened []bool
	numeric := true
	for i, row := range c.rows {
		cell := strings.TrimSpace(row[column])
		if blank(cell) {
			cell = ""
		}
		g := counts[cell]
		if g == nil {
			g = &count{}
			counts[cell] = g
		}
		g.add(c.happened[i])
		if cell == "" {
			continue
		}
		v, ok := cellNumber(cell)
		numeric = numeric && ok
		numbers, happened = append(numbers, v), append(happened, c.happened[i])
	}
	if len(counts) < 2 {
		return l
	}
	base := float64(c.events) / float64(len(c.rows))
	note := func(p Pure, g count, reason string) {
		p.N, p.Happened, p.reason = g.n, g.events > 0, reason
		share := 1 - base
		if p.Happened {
			share = base
		}
		if chance := math.Pow(share, float64(g.n)); len(l.Values) == 0 || chance < l.Chance {
			l.Chance = chance
		}
		l.Values = append(l.Values, p)
		if !slices.Contains(l.Reasons, reason) {
			l.Reasons = append(l.Reasons, reason)
		}
	}
	if numeric && len(numbers) > 0 {
		l.AUC, _ = stats.AUC(numbers, happened)
	} else {
		l.AUC = c.categoryAUC(column, counts)
	}
	l.AUC = max(l.AUC, 1-l.AUC)
	if l.AUC > leakAUC {
		l.Reasons = append(l.Reasons, "auc")
	}
	for _, value := range sortedKeys(counts) {
		if g := counts[value]; g.pure() {
			note(Pure{Value: value}, *g, "value")
		}
	}
	if numeric {
		for _, of := range tenths(numbers) {
			low, high := numbers[of[0]], numbers[of[len(of)-1]]
			var g count
			for _, i := range of {
				g.add(happened[i])
			}
			if g.pure() && low != high { // one value was noted above
				note(Pure{Value: decimal(low) + " … " + decimal(high)}, g, "decile")
			}
		}
	}
	pure := 0
	for _, reason := range []string{"value", "decile"} {
		sum := 0
		for _, v := range l.Values {
			if v.reason == reason {
				sum += v.N
			}
		}
		pure = max(pure, sum)
	}
	l.Sure = l.AUC > leakAUC || float64(pure) >= sureShare*float64(len(c.rows))
	slices.SortStableFunc(l.Values, func(a, b Pure) int { return cmp.Compare(b.N, a.N) })
	l.Values = l.Values[:min(mostPure, len(l.Values))]
	return l
}

// categoryAUC ranks words by the share of their rows with the outcome. Words of fewer than leakRows rows are taken together, so that a
// column of names, each seen once, does not seem to know everything.
func (c *cases) categoryAUC(column int, counts map[string]*count) float64 {
	var rest count
	for _, g := range counts {
		if g.n < leakRows {
			rest.n, rest.events = rest.n+g.n, rest.events+g.events
		}
	}
	risks := make([]float64, len(c.rows))
	for i, row := range c.rows {
		cell := strings.TrimSpace(row[column])
		if blank(cell) {
			cell = ""
		}
		g := counts[cell]
		if g.n < leakRows {
			g = &rest
		}
		risks[i] = float64(g.events) / float64(g.n)
	}
	auc, _ := stats.AUC(risks, c.happened)
	return auc
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
