package health

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Backtest is how well a policy's score told, from what was known before, whose outcome would be bad (metrics, 4.2.9).
type Backtest struct {
	N            int       `json:"n"`            // accounts with a known outcome
	Events       int       `json:"events"`       // of them, with the bad one
	Insufficient int       `json:"insufficient"` // accounts of which too little is known for a grade; they count all the same
	Coverage     float64   `json:"coverage"`     // mean
	AUC          Estimate  `json:"auc"`          // probability that an account with the outcome scores lower than one without
	Brier        float64   `json:"brier"`        // mean squared error of the calibrated risk, 0 the best
	Skill        float64   `json:"skill"`        // 1 − Brier/that of always saying the base rate; below 0 is worse than that
	Calibration  []Bin     `json:"calibration"`  // by tenths of the risk, lowest first
	Lift         []Decile  `json:"lift"`         // by tenths of the score, worst first
	Signals      []Single  `json:"signals"`      // each indicator alone, in the policy's order
	Green        Surprise  `json:"churned_while_green"`
	Red          Surprise  `json:"stayed_while_red"`
	Leaks        []Leak    `json:"leaks"`           // columns that know the outcome; surest first
	Drift        *float64  `json:"drift,omitempty"` // population stability index of the scores since; from 0.25 on another population
	Warnings     []string  `json:"warnings,omitempty"`
	Policy       PolicyRef `json:"policy"`
}

// Estimate is a figure with its 95 % interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Bin compares the risk that was told with what came.
type Bin struct {
	Low       float64 `json:"low"` // risks in the bin
	High      float64 `json:"high"`
	N         int     `json:"n"`
	Predicted float64 `json:"predicted"` // mean risk
	Observed  float64 `json:"observed"`  // share with the outcome
	// Between which the true share lies (Wilson, 95 %).
	ObservedLow  float64 `json:"observed_low"`
	ObservedHigh float64 `json:"observed_high"`
}

// Decile is a tenth of the accounts by score.
type Decile struct {
	Decile int     `json:"decile"` // 1 the worst scores
	Low    float64 `json:"low"`    // scores in it
	High   float64 `json:"high"`
	N      int     `json:"n"`
	Events int     `json:"events"`
	Rate   float64 `json:"rate"`   // Events/N
	Lift   float64 `json:"lift"`   // Rate/base rate
	Recall float64 `json:"recall"` // share of all events up to and with this decile
}

// Single is how well one indicator alone would have told.
type Single struct {
	Signal  string  `json:"signal"`
	Group   string  `json:"group"`
	AUC     float64 `json:"auc"` // over accounts that have it; below ½ the policy has it the wrong way round
	N       int     `json:"n"`
	Missing int     `json:"missing"`
}

// Surprise lists accounts whose grade said the opposite of what came.
type Surprise struct {
	Events   int         `json:"events"` // accounts with that outcome and a grade
	N        int         `json:"n"`      // of them, with the surprising grade
	Share    float64     `json:"share"`
	Low      float64     `json:"low"`
	High     float64     `json:"high"`
	Accounts []Surprised `json:"accounts"` // the most surprising, at most twenty
}

// Surprised is an account that surprised, with the reasons that misled most.
type Surprised struct {
	ID      string         `json:"id"`
	Score   float64        `json:"score"`
	Grade   string         `json:"grade"`
	Reasons []Contribution `json:"reasons"` // three
}

// mostSurprised is how many accounts a Surprise lists.
const mostSurprised = 20

// bootstraps and seed make an interval that is the same each time. Large tables, whose intervals are narrow, are redrawn less often.
const (
	bootstraps      = 1000
	leastBootstraps = 200
	mostRedrawn     = 2e7 // rows, over all rounds
	seed            = 42
)

// leastRedrawn is how many accounts of either outcome an interval needs: redrawing fewer shows next to nothing of what others would be.
const leastRedrawn = 5

// folds is into how many parts accounts are cut so that each is judged by the others.
const folds = 5

// Judged is an account whose health was computed before its outcome was known.
type Judged struct {
	ID       string
	Report   Report // only Score, Grade, Sufficient, Coverage and Contributions are read
	Happened bool   // the bad outcome came afterwards
}

// Validate measures reports against outcomes. Signals and Leaks stay empty. The error tells where there is nothing to tell apart.
func (p *Policy) Validate(judged []Judged) (*Backtest, error) {
	b := &Backtest{N: len(judged), Signals: []Single{}, Leaks: []Leak{}, Policy: PolicyRef{p.version, p.hash, p.segment}}
	scores, risks, happened := make([]float64, b.N), make([]float64, b.N), make([]bool, b.N)
	parts := make([]int, b.N)
	green, red := surprises{}, surprises{}
	colours := len(p.grades) / 2
	for i, j := range judged {
		r := j.Report
		scores[i], risks[i], happened[i], parts[i] = r.Score, -r.Score, j.Happened, foldOf(j.ID)
		b.Coverage += r.Coverage
		if j.Happened {
			b.Events++
		}
		if !r.Sufficient {
			b.Insufficient++
			continue
		}
		place := slices.IndexFunc(p.grades, func(g Grade) bool { return g.Name == r.Grade })
		if j.Happened {
			green.add(j, place >= 0 && place < colours, 1)
		} else {
			red.add(j, place >= len(p.grades)-colours, -1)
		}
	}
	if b.Events == 0 || b.Events == b.N {
		return nil, wrong("%d of %d accounts had the outcome; without both there is nothing to tell apart", b.Events, b.N)
	}
	b.Coverage /= float64(b.N)
	b.Green, b.Red = green.done(1), red.done(-1)
	b.AUC = auc(risks, happened)
	chances := calibrate(scores, happened, parts)
	b.Brier, _ = stats.Brier(chances, happened)
	b.Skill, _ = stats.BrierSkill(chances, happened)
	b.Calibration = bins(chances, happened)
	b.Lift = deciles(scores, happened)
	if b.AUC.High < 0.5 {
		b.Warnings = append(b.Warnings, "accounts with the outcome score higher than the others: is it the bad outcome, and does each indicator point the right way?")
	}
	return b, nil
}

// Backtest measures a policy on a table whose columns are the signals. Each cell counts as one certain reading: what is blank is
// missing and never zero, yes and no are 1 and 0 where numbers are mapped, and words are placed by the policy's table. The id's column
// may be empty. The risk behind Brier and Calibration is the score's, translated by a logistic curve that was fitted to the other four
// fifths of the accounts (Platt 1999). Leaks are looked for in every column of the table. The error tells what of the table cannot be used.
func (p *Policy) Backtest(t *Table, id string, o Outcome) (*Backtest, error) {
	c, err := t.cases(id, o)
	if err != nil {
		return nil, err
	}
	s, err := p.snapshot(c)
	if err != nil {
		return nil, err
	}
	judged := make([]Judged, len(c.rows))
	for i, row := range c.rows {
		judged[i] = Judged{c.name(i), s.policy.score(s.evidence(row), exported), c.happened[i]}
	}
	if err := s.warn(c); err != nil {
		return nil, err
	}
	b, err := p.Validate(judged)
	if err != nil {
		return nil, err
	}
	b.Signals = s.singles(c)
	b.Leaks = p.leaks(c)
	b.Warnings = slices.Concat(c.warnings, b.Warnings, against(b.Signals, b.Events, b.N))
	return b, nil
}

// against warns of indicators that point the other way than the outcomes do, beyond chance.
func against(singles []Single, events, all int) (warnings []string) {
	for _, s := range singles {
		if s.AUC < 0.5 && beyondChance(s.AUC, s.N, events, all) {
			warnings = append(warnings, fmt.Sprintf("accounts with a better %s had the outcome more often (AUC alone %.3f): the policy has it the wrong way round, or it stands for something else", s.Signal, s.AUC))
		}
	}
	return warnings
}

// beyondChance tells whether an area is further from ½ than chance explains (two of Hanley and McNeil's standard errors under no
// difference).
func beyondChance(auc float64, n, events, all int) bool {
	with := float64(n) * float64(events) / float64(all)
	without := float64(n) - with
	if with < 1 || without < 1 {
		return false
	}
	return math.Abs(auc-0.5) > 2*math.Sqrt((with+without+1)/(12*with*without))
}

// auc gives the area under the curve with its bootstrap interval.
func auc(risks []float64, happened []bool) Estimate {
	value, _ := stats.AUC(risks, happened)
	i, _ := stats.AUCInterval(risks, happened, 0.95, min(max(mostRedrawn/max(len(risks), 1), leastBootstraps), bootstraps), seed)
	events := 0
	for _, h := range happened {
		if h {
			events++
		}
	}
	if min(events, len(happened)-events) < leastRedrawn {
		i = stats.Interval{Low: 0, High: 1}
	}
	return Estimate{value, min(i.Low, value), max(i.High, value)}
}

// foldOf gives the part an account belongs to, by its name, so that the order of accounts does not matter.
func foldOf(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	v := h.Sum32() // the last bits of FNV follow the last bytes of short names: mix them
	v ^= v >> 16
	v *= 0x85ebca6b
	v ^= v >> 13
	return int(v % folds)
}

// calibrate gives each account the risk its score meant among the accounts of the other folds.
func calibrate(scores []float64, happened []bool, parts []int) []float64 {
	out := make([]float64, len(scores))
	for k := range folds {
		var x [][]float64
		var y []bool
		events := 0
		for i, s := range scores {
			if parts[i] != k {
				x, y = append(x, []float64{(s - neutral) / neutral}), append(y, happened[i])
				if happened[i] {
					events++
				}
			}
		}
		curve, ok := stats.FitLogistic(x, y, stats.LogisticOptions{Ridge: 1e-3})
		for i, s := range scores {
			switch {
			case parts[i] != k:
			case ok:
				out[i] = curve.Of([]float64{(s - neutral) / neutral})
			case len(y) > 0: // one outcome only
				out[i] = float64(events) / float64(len(y))
			}
		}
	}
	return out
}

// tenths cuts values into ten runs as equal as ties allow, ascending; equal values stay together. Each is the indices of its values.
func tenths(values []float64) [][]int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	var out [][]int
	start := 0
	for k := 1; k <= 10 && start < len(order); k++ {
		end := max(start, len(order)*k/10)
		for end > start && end < len(order) && values[order[end]] == values[order[end-1]] {
			end++
		}
		if end > start {
			out = append(out, order[start:end])
			start = end
		}
	}
	return out
}

func bins(chances []float64, happened []bool) []Bin {
	var out []Bin
	for _, of := range tenths(chances) {
		b := Bin{Low: chances[of[0]], High: chances[of[len(of)-1]], N: len(of)}
		events := 0
		for _, i := range of {
			b.Predicted += chances[i] / float64(b.N)
			if happened[i] {
				events++
			}
		}
		w := stats.Wilson(events, b.N, 0.95)
		b.Observed, b.ObservedLow, b.ObservedHigh = float64(events)/float64(b.N), w.Low, w.High
		out = append(out, b)
	}
	return out
}

func deciles(scores []float64, happened []bool) []Decile {
	events := 0
	for _, h := range happened {
		if h {
			events++
		}
	}
	base := float64(events) / float64(len(scores))
	var out []Decile
	found := 0
	for k, of := range tenths(scores) {
		d := Decile{Decile: k + 1, Low: scores[of[0]], High: scores[of[len(of)-1]], N: len(of)}
		for _, i := range of {
			if happened[i] {
				d.Events++
			}
		}
		found += d.Events
		d.Rate = float64(d.Events) / float64(d.N)
		d.Lift, d.Recall = d.Rate/base, float64(found)/float64(events)
		out = append(out, d)
	}
	return out
}

// singles measures each indicator alone.
func (s *snapshot) singles(c *cases) []Single {
	var out []Single
	points, known := s.points(c)
	k := 0
	for _, g := range s.policy.groups {
		for _, in := range g.indicators {
			var risks []float64
			var happened []bool
			for i := range c.rows {
				if known[i][k] {
					risks, happened = append(risks, -points[i][k]), append(happened, c.happened[i])
				}
			}
			value, _ := stats.AUC(risks, happened)
			out = append(out, Single{in.signal, g.name, value, len(risks), len(c.rows) - len(risks)})
			k++
		}
	}
	return out
}

// points gives the points of every indicator of every account, in the policy's order, and which of them there is evidence of. What a
// policy counts in place of missing evidence is among the points.
func (s *snapshot) points(c *cases) (points [][]float64, known [][]bool) {
	points, known = make([][]float64, len(c.rows)), make([][]bool, len(c.rows))
	for i, row := range c.rows {
		ev := s.evidence(row)
		for _, g := range s.policy.groups {
			for j := range g.indicators {
				part, found := g.indicators[j].weigh(g.name, ev, exported)
				if part.weight == 0 {
					part.Mapped = neutral
				}
				points[i], known[i] = append(points[i], part.Mapped), append(known[i], found)
			}
		}
	}
	return points, known
}

// surprises collects accounts that surprised.
type surprises struct {
	Surprise
}

// add counts an account with the outcome; sign is 1 where a high score surprises and −1 where a low one does.
func (s *surprises) add(j Judged, surprising bool, sign float64) {
	s.Events++
	if !surprising {
		return
	}
	s.N++
	reasons := slices.Clone(j.Report.Contributions)
	slices.SortStableFunc(reasons, func(a, b Contribution) int { return cmp.Compare(sign*b.Contribution, sign*a.Contribution) })
	reasons = reasons[:min(3, len(reasons))]
	for k := range reasons { // of a table there is no time or source to tell
		reasons[k].LastAt = nil
	}
	s.Accounts = append(s.Accounts, Surprised{j.ID, j.Report.Score, j.Report.Grade, reasons})
	if len(s.Accounts) >= 8*mostSurprised {
		s.trim(sign)
	}
}

// trim keeps the most surprising.
func (s *surprises) trim(sign float64) {
	slices.SortStableFunc(s.Accounts, func(a, b Surprised) int {
		return cmp.Or(cmp.Compare(sign*b.Score, sign*a.Score), cmp.Compare(a.ID, b.ID))
	})
	s.Accounts = s.Accounts[:min(mostSurprised, len(s.Accounts))]
}

func (s *surprises) done(sign float64) Surprise {
	s.trim(sign)
	if s.Accounts == nil {
		s.Accounts = []Surprised{}
	}
	w := stats.Wilson(s.N, s.Events, 0.95)
	s.Low, s.High = w.Low, w.High
	if s.Events > 0 {
		s.Share = float64(s.N) / float64(s.Events)
	}
	return s.Surprise
}

// driftLeast is how many scores a drift needs on either side: with fewer, tenths hold next to nothing.
const driftLeast = 50

// Drift gives the population stability index of scores against earlier ones, Σ (q − p)·ln(q/p) over the tenths of the earlier: up to 0.1 the
// same population, from 0.25 on another (Siddiqi 2006). ok is false with fewer than fifty scores on either side.
func Drift(then, now []float64) (psi float64, ok bool) {
	if len(then) < driftLeast || len(now) < driftLeast {
		return 0, false
	}
	parts := tenths(then)
	bounds := make([]float64, 0, len(parts))
	for _, of := range parts[:len(parts)-1] {
		bounds = append(bounds, then[of[len(of)-1]])
	}
	counts := make([]float64, len(parts))
	for _, s := range now {
		i, _ := slices.BinarySearch(bounds, s)
		counts[i]++
	}
	for i, of := range parts {
		// Half a score in each tenth keeps an empty one from weighing without end.
		p := (float64(len(of)) + 0.5) / (float64(len(then)) + 0.5*float64(len(parts)))
		q := (counts[i] + 0.5) / (float64(len(now)) + 0.5*float64(len(parts)))
		psi += (q - p) * math.Log(q/p)
	}
	return psi, true
}
