package learn

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// learner fits examples of one task.
type learner struct {
	corpus    *corpus
	task      lexicons.Task
	exclusive bool
	labels    []string  // sorted; for a sentiment the grades
	truth     [][]int32 // of the docs: indices of labels
	ops       int64     // work done in fits
	mute      []int32   // features that get no weight
}

func newLearner(c *corpus, task lexicons.Task, exclusive bool) *learner {
	l := &learner{corpus: c, task: task, exclusive: exclusive, labels: labelsOf(c.examples), truth: make([][]int32, len(c.docs))}
	if task == lexicons.Sentiment {
		l.labels = sentiments
		for j, name := range c.names { // the built-in's sum is in the fit already
			if analyzer.IsStep(name) {
				l.mute = append(l.mute, int32(j))
			}
		}
	}
	for i := range c.examples {
		for _, label := range c.examples[i].Labels {
			k, _ := slices.BinarySearch(l.labels, label)
			l.truth[i] = append(l.truth[i], int32(k))
		}
	}
	return l
}

// fit gives a plane for every label, fitted to the docs whose fold is not the one left out; −1 leaves none out.
func (l *learner) fit(ctx context.Context, s settings, without int) ([]plane, error) {
	c := l.corpus
	strength := c.strengths(s)
	for _, j := range l.mute {
		strength[j] = 0
	}
	var rows []int32
	for i := range c.docs {
		if c.fold[i] != without {
			rows = append(rows, int32(i))
		}
	}
	if l.together() {
		return l.multinomial(s, strength, rows).solve(ctx), ctx.Err()
	}
	n := len(l.labels)
	planes := make([]plane, n)
	todo := make(chan int, n)
	for k := range n {
		todo <- k
	}
	close(todo)
	var pool sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		pool.Go(func() {
			for k := range todo {
				if ctx.Err() == nil {
					m := l.margin(s, strength, rows, k)
					planes[k] = m.solve()
				}
			}
		})
	}
	pool.Wait()
	return planes, ctx.Err()
}

// What a unit of the built-in raw score is believed to be worth before a text is seen, and how firmly.
const (
	knownBelief   = 1
	knownFirmness = 0.5
)

// margin sets up the fit of a label.
func (l *learner) margin(s settings, strength []float64, rows []int32, label int) *margin {
	c := l.corpus
	m := &margin{docs: c.docs, rows: rows, y: make([]int8, len(rows)), cost: make([]float64, len(rows)), strength: strength}
	weights := map[int8]float64{}
	total := 0.0
	for k, i := range rows {
		y := int8(-1)
		if slices.Contains(l.truth[i], int32(label)) {
			y = 1
		}
		m.y[k] = y
		weights[y] += c.examples[i].Weight
		total += c.examples[i].Weight
	}
	for k, i := range rows {
		share := weights[m.y[k]] / total * float64(len(weights))
		m.cost[k] = s.Cost * c.examples[i].Weight * math.Pow(share, -s.Balance)
	}
	if s.Telling > 0 {
		m.strength = telling(m, s.Telling)
	}
	return m
}

// together tells whether the labels are fitted together: where they are many and exclude each other.
func (l *learner) together() bool {
	return l.task != lexicons.Sentiment && l.exclusive && len(l.labels) >= manyLabels
}

// multinomial sets up the fit of all labels together.
func (l *learner) multinomial(s settings, strength []float64, rows []int32) *multinomial {
	c := l.corpus
	m := &multinomial{docs: c.docs, rows: rows, labels: make([]int32, len(rows)), cost: make([]float64, len(rows)), strength: strength, classes: len(l.labels), gap: closeGap}
	for k, i := range rows {
		m.labels[k], m.cost[k] = l.truth[i][0], s.Cost*c.examples[i].Weight
	}
	return m
}

// margins gives what planes make of a doc.
func (l *learner) margins(planes []plane, i int, out []float64) []float64 {
	d := &l.corpus.docs[i]
	for k := range planes {
		p := &planes[k]
		sum := 0.0
		for _, j := range d.features {
			sum += p.w[j]
		}
		out = append(out, d.value*sum+p.b)
	}
	return out
}

// outOfFold gives the margins of docs from the planes of the other folds, nil for the docs of folds not asked for.
func (l *learner) outOfFold(ctx context.Context, s settings, parts int) ([][]float64, [][]plane, error) {
	out := make([][]float64, len(l.corpus.docs))
	all, err := l.fitFolds(ctx, s, parts)
	if err != nil {
		return nil, nil, err
	}
	for i := range out {
		if fold := l.corpus.fold[i]; fold < parts {
			out[i] = l.margins(all[fold], i, nil)
		}
	}
	return out, all, nil
}

// fitFolds gives the planes of the first folds, each of all others. Labels that are fitted together leave cores idle, so their folds run side by side.
func (l *learner) fitFolds(ctx context.Context, s settings, parts int) ([][]plane, error) {
	all, errs := make([][]plane, parts), make([]error, parts)
	side := 1
	if l.together() {
		side = runtime.GOMAXPROCS(0)
	}
	todo := make(chan int, parts)
	for fold := range all {
		todo <- fold
	}
	close(todo)
	var pool sync.WaitGroup
	for range min(side, parts) {
		pool.Go(func() {
			for fold := range todo {
				all[fold], errs[fold] = l.fit(ctx, s, fold)
			}
		})
	}
	pool.Wait()
	for _, planes := range all {
		for i := range planes {
			l.ops += planes[i].ops
		}
	}
	return all, errors.Join(errs...)
}

// The settings tried, one after the other from the first, each kept where it reads better.
var (
	firstSentiment = settings{Cost: 1, Pieces: 0.5, Pairs: 0.5}
	firstEach      = settings{Cost: 0.3, Pieces: 0.5, Pairs: 0.5, Telling: 0.5}
	firstTogether  = settings{Cost: 3, Pieces: 0.5, Pairs: 0.5}

	changeSentiment = []func(*settings){
		func(s *settings) { s.Cost *= 3 },
		func(s *settings) { s.Cost /= 3 },
		func(s *settings) { s.Pieces = 1 },
		func(s *settings) { s.Pieces = 0.25 },
		func(s *settings) { s.Balance = 0.5 },
		func(s *settings) { s.Pairs = 0.15 },
		func(s *settings) { s.Cost *= 2 },
		func(s *settings) { s.Cost /= 2 },
	}
	changeEach = []func(*settings){
		func(s *settings) { s.Cost, s.Telling = 1, 0 },
		func(s *settings) { s.Cost *= 3 },
		func(s *settings) { s.Pieces = 1 },
		func(s *settings) { s.Pieces = 0.25 },
		func(s *settings) { s.Balance = 0.5 },
		func(s *settings) { s.Pairs = 1 },
		func(s *settings) { s.Pairs = 0.15 },
		func(s *settings) { s.Cost *= 2 },
		func(s *settings) { s.Cost /= 2 },
	}
	changeTogether = []func(*settings){
		func(s *settings) { s.Pieces = 1 },
		func(s *settings) { s.Cost *= 3 },
	}
)

// tries gives the settings to try for the task.
func (l *learner) tries() (first settings, change []func(*settings)) {
	switch {
	case l.task == lexicons.Sentiment:
		return firstSentiment, changeSentiment
	case l.together():
		return firstTogether, changeTogether
	}
	return firstEach, changeEach
}

const (
	mostOps    = 12_000_000_000 // of all fits for the choice, so that it takes seconds and not minutes
	betterBy   = 0.0005         // the least gain that a change is made for
	manyLabels = 20             // from which on one fold has to do for the choice
)

// choose finds the settings that read best what they were not fitted to.
func (l *learner) choose(ctx context.Context) (settings, error) {
	parts := folds
	if len(l.labels) >= manyLabels {
		parts = 1
	}
	best, change := l.tries()
	margins, _, err := l.outOfFold(ctx, best, parts)
	if err != nil {
		return best, err
	}
	quality := l.quality(margins)
	for _, f := range change {
		try := best
		if f(&try); l.ops > mostOps || try == best {
			continue
		}
		if margins, _, err = l.outOfFold(ctx, try, parts); err != nil {
			return best, err
		}
		if q := l.quality(margins); q > quality+betterBy {
			best, quality = try, q
		}
	}
	return best, nil
}

// quality measures out-of-fold margins: micro-F1 where texts have any number of labels, else the mean of accuracy and macro-F1, so that
// neither the frequent labels nor the rare ones are forgotten.
func (l *learner) quality(margins [][]float64) float64 {
	if !l.exclusive {
		sets := stats.NewLabelSets()
		for i, m := range margins {
			if m == nil {
				continue
			}
			var truth, given []string
			for _, k := range l.truth[i] {
				truth = append(truth, l.labels[k])
			}
			for k, f := range m {
				if f > 0 {
					given = append(given, l.labels[k])
				}
			}
			sets.Add(truth, given)
		}
		return sets.MicroF1()
	}
	confusion := stats.Confusion{}
	for i, m := range margins {
		if m != nil {
			best := argmax(m)
			truth := l.truth[i][0]
			if slices.Contains(l.truth[i], int32(best)) {
				truth = int32(best)
			}
			confusion.Add(l.labels[truth], l.labels[best])
		}
	}
	return balanced(confusion)
}

// balanced is the mean of accuracy and macro-F1.
func balanced(c stats.Confusion) float64 { return (c.Accuracy() + stats.MacroF1(c.Classes())) / 2 }

// argmax gives the index of the largest, the first of several.
func argmax(v []float64) int {
	best := 0
	for i := range v {
		if v[i] > v[best] {
			best = i
		}
	}
	return best
}
