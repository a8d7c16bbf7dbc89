package health

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Fit is a proposal for the weights of a policy's indicators, learned from a table of outcomes, with what it would gain. Nothing is
// changed by it.
type Fit struct {
	N        int      `json:"n"`
	Events   int      `json:"events"`
	Accepted bool     `json:"accepted"`
	Reason   string   `json:"reason,omitempty"` // why no weights are proposed
	AUC      Estimate `json:"auc,omitzero"`     // of the score with fitted weights, each account judged by weights of the other folds
	// Of the policy as it is, on the same rows, and of a plain logistic regression on the same indicators, rows and folds.
	CurrentAUC  Estimate   `json:"current_auc,omitzero"`
	LogisticAUC Estimate   `json:"logistic_auc,omitzero"`
	Brier       float64    `json:"brier,omitzero"`
	Folds       int        `json:"folds"`
	Ridge       float64    `json:"ridge,omitzero"` // penalty, chosen by cross-validation
	Weights     []Proposal `json:"weights"`
	Leaks       []Leak     `json:"leaks"` // columns that know the outcome; weights learned from one of them foretell nothing
	Warnings    []string   `json:"warnings,omitempty"`
	Policy      PolicyRef  `json:"policy"`
}

// Proposal is the weight proposed for an indicator: its share of the score where nothing is missing, in percent. Weights as they stand
// in a policy follow from it: the group's is the sum of its indicators', the indicator's its own.
type Proposal struct {
	Group   string  `json:"group"`
	Signal  string  `json:"signal"`
	Weight  float64 `json:"weight"` // 0–100; all add up to 100; 0 where it adds nothing or points the wrong way
	Low     float64 `json:"low"`    // bootstrap, 95 %
	High    float64 `json:"high"`
	Current float64 `json:"current"` // of the policy as it is, on the same scale
	AUC     float64 `json:"auc"`     // of the indicator alone
}

const (
	leastEvents  = 50 // of either outcome, for weights to be proposed (metrics, 4.2.9)
	redraws      = 200
	leastRedraws = 40
	mostLearned  = 4e6 // rows, over all redraws
)

// ridges are the penalties to choose from; points are on −1…1.
var ridges = []float64{1e-3, 1, 10, 50}

// Fit proposes weights for a policy's indicators: those of a logistic regression of the outcome on the indicators' points that keeps
// every weight at or above zero, so that a better value never lowers the score. An indicator that is missing counts as neutral while
// weights are sought; the score that is measured leaves it out, as ever. With fewer than fifty accounts of either outcome nothing is
// proposed: Accepted is false and Reason says so. The error tells what of the table cannot be used.
func (p *Policy) Fit(t *Table, id string, o Outcome) (*Fit, error) {
	c, err := t.cases(id, o)
	if err != nil {
		return nil, err
	}
	s, err := p.snapshot(c)
	if err != nil {
		return nil, err
	}
	f := &Fit{N: len(c.rows), Events: c.events, Folds: folds, Weights: []Proposal{}, Leaks: p.leaks(c), Policy: PolicyRef{p.version, p.hash, p.segment}}
	points, _ := s.points(c)
	if err := s.warn(c); err != nil {
		return nil, err
	}
	if fewer := min(c.events, len(c.rows)-c.events); fewer < leastEvents {
		f.Reason = fmt.Sprintf("%d accounts of the rarer outcome are too few to learn weights from; %d are needed", fewer, leastEvents)
		f.Warnings = c.warnings
		return f, nil
	}
	l := &lesson{snapshot: s, cases: c}
	for i, row := range points {
		x := make([]float64, len(row))
		for j, v := range row {
			x[j] = (neutral - v) / neutral // risk: 1 the worst
		}
		l.x, l.fold = append(l.x, x), append(l.fold, foldOf(c.name(i)))
	}

	fitted, plain := make([]float64, f.N), make([]float64, f.N)
	for k := range folds {
		in := func(i int) bool { return l.fold[i] != k }
		weights := l.learn(in, l.ridge(in), nil)
		scores := l.scores(weights)
		curve, _ := l.regress(in, func(i int) []float64 { return scores[i] }, stats.LogisticOptions{Ridge: 1e-3})
		full, _ := l.regress(in, func(i int) []float64 { return l.x[i] }, stats.LogisticOptions{})
		for i := range l.x {
			if !in(i) {
				fitted[i], plain[i] = curve.Of(scores[i]), full.Of(l.x[i])
			}
		}
	}
	f.AUC, f.LogisticAUC = auc(fitted, c.happened), auc(plain, c.happened)
	f.Brier, _ = stats.Brier(fitted, c.happened)
	current := make([]float64, f.N)
	for i, row := range c.rows {
		current[i] = -s.policy.score(s.evidence(row), exported).Score
	}
	f.CurrentAUC = auc(current, c.happened)

	all := func(int) bool { return true }
	f.Ridge = l.ridge(all)
	f.Weights = l.propose(l.learn(all, f.Ridge, nil), f.Ridge)
	if slices.IndexFunc(f.Weights, func(p Proposal) bool { return p.Weight > 0 }) < 0 {
		f.Reason, f.Weights = "no indicator tells the outcomes apart in the direction the policy gives it", []Proposal{}
	}
	f.Accepted = f.Reason == ""
	c.warnings = append(c.warnings, against(s.singles(c), c.events, f.N)...)
	for _, leak := range f.Leaks {
		if leak.Read && leak.Sure {
			c.warnings = append(c.warnings, fmt.Sprintf("the policy reads %q, which knows the outcome: leave it out and fit again", leak.Signal))
		}
	}
	f.Warnings = c.warnings
	return f, nil
}

// lesson is what weights are learned from.
type lesson struct {
	*snapshot
	cases *cases
	x     [][]float64 // risk of every indicator, −1…1
	fold  []int
}

// regress fits a logistic regression of the outcome on some rows.
func (l *lesson) regress(in func(int) bool, x func(int) []float64, o stats.LogisticOptions) (stats.Logistic, bool) {
	var rows [][]float64
	var happened []bool
	for i := range l.x {
		if in(i) {
			rows, happened = append(rows, x(i)), append(happened, l.cases.happened[i])
		}
	}
	fit, ok := stats.FitLogistic(rows, happened, o)
	if !ok { // one outcome only: nothing can be told apart
		fit.Coefficients = make([]float64, len(x(0)))
	}
	return fit, ok
}

// learn gives non-negative weights from some rows.
func (l *lesson) learn(in func(int) bool, ridge float64, start *stats.Logistic) stats.Logistic {
	fit, _ := l.regress(in, func(i int) []float64 { return l.x[i] }, stats.LogisticOptions{Ridge: ridge, NonNegative: true, Start: start})
	return fit
}

// ridge chooses the penalty by how likely the outcomes of each fold are under the weights of the others.
func (l *lesson) ridge(in func(int) bool) float64 {
	best, least := ridges[0], math.Inf(1)
	for _, ridge := range ridges {
		var loss float64
		for k := range folds {
			fit := l.learn(func(i int) bool { return in(i) && l.fold[i] != k }, ridge, nil)
			for i := range l.x {
				if in(i) && l.fold[i] == k {
					p := fit.Of(l.x[i])
					if !l.cases.happened[i] {
						p = 1 - p
					}
					loss -= math.Log(max(p, 1e-12))
				}
			}
		}
		if loss < least {
			best, least = ridge, loss
		}
	}
	return best
}

// scores gives the risk of every account by the policy with other weights, as rows of one number on −1…1.
func (l *lesson) scores(fit stats.Logistic) [][]float64 {
	p := l.policy.reweighted(fit.Coefficients)
	out := make([][]float64, len(l.cases.rows))
	for i, row := range l.cases.rows {
		out[i] = []float64{0}
		if p != nil {
			out[i][0] = (neutral - p.score(l.evidence(row), exported).Score) / neutral
		}
	}
	return out
}

// reweighted gives the policy with weights for its indicators, in its order; nil where none is above zero.
func (p *Policy) reweighted(weights []float64) *Policy {
	out := *p
	out.groups = nil
	k := 0
	for _, g := range p.groups {
		next := group{name: g.name}
		for _, in := range g.indicators {
			if w := weights[k]; w > 0 {
				in.weight = w
				next.weight += w
				next.indicators = append(next.indicators, in)
			}
			k++
		}
		if next.weight > 0 {
			out.groups = append(out.groups, next)
		}
	}
	if out.groups == nil {
		return nil
	}
	return &out
}

// propose gives the weights as shares, with intervals from learning on redrawn accounts.
func (l *lesson) propose(fit stats.Logistic, ridge float64) []Proposal {
	draws := make([][]float64, len(fit.Coefficients))
	source := rand.New(rand.NewPCG(seed, uint64(len(l.x))))
	n := len(l.x)
	for range min(max(mostLearned/n, leastRedraws), redraws) {
		counts := make([]int, n)
		for range n {
			counts[source.IntN(n)]++
		}
		again, ok := stats.FitLogistic(l.x, l.cases.happened, stats.LogisticOptions{Ridge: ridge, NonNegative: true, Start: &fit, Counts: counts})
		if !ok {
			continue
		}
		for j, share := range shares(again.Coefficients) {
			draws[j] = append(draws[j], share)
		}
	}
	singles := l.singles(l.cases)
	var out []Proposal
	var current []float64
	for _, g := range l.policy.groups {
		var sum float64
		for _, in := range g.indicators {
			sum += in.weight
		}
		for _, in := range g.indicators {
			current = append(current, g.weight*in.weight/sum)
			out = append(out, Proposal{Group: g.name, Signal: in.signal})
		}
	}
	now := shares(current)
	for j, share := range shares(fit.Coefficients) {
		i := stats.Percentiles(draws[j], 0.95)
		out[j].Weight, out[j].Low, out[j].High = share, min(i.Low, share), max(i.High, share)
		out[j].Current, out[j].AUC = now[j], singles[j].AUC
	}
	return out
}

// shares gives weights in percent of their sum.
func shares(weights []float64) []float64 {
	var sum float64
	for _, w := range weights {
		sum += w
	}
	out := make([]float64, len(weights))
	for i, w := range weights {
		if sum > 0 {
			out[i] = 100 * w / sum
		}
	}
	return out
}
