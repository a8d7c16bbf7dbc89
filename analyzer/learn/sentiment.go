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

// A learned sentiment adds to what the built-in reads (see analyzer: how a learned sentiment is read), so the built-in's evidence stays as
// it is. It is up to three planes over the same features, each one convex problem:
//
//	raw   texts labelled negative, neutral and positive as −1, 0 and 1, the built-in raw score being one more input
//	mass  neutral texts against the others, the built-in's Σ|contribution| being one more input
//	own   the texts learned from against sentences of no trade, so that a foreign text is left to the built-in
//
// The sentences are also rehearsed: what raw and mass add to one of them should be nothing. So words that occur everywhere, as those that
// deny, doubt and intensify do, keep what the built-in's rules make of them, and what is learned is what the trade says otherwise.

// learnedLabels are the planes' labels, as an overlay sorts them.
var learnedLabels = []string{lexicons.MassLabel, lexicons.OwnLabel, lexicons.RawLabel}

const (
	planeMass = iota
	planeOwn
	planeRaw
)

const (
	leastKnown    = 0.25  // the least that a unit of what the built-in reads may be worth in margins: below it, learned weights would drown it
	fewestNeutral = 20    // texts that make neutral a label of its own
	rehearsalCost = 0.3   // of a sentence, as a share of a text's
	leastMargin   = 0.003 // of a weight that is kept
	ownScale      = 8.    // what margins of own are multiplied by, so that small weights are kept
)

// opinion fits a sentiment.
type opinion struct {
	*learner
	langs  []string
	absent [3]bool // planes that cannot be fitted
	docs   [3][]doc
}

func newOpinion(l *learner) *opinion {
	o := &opinion{learner: l, langs: l.langs()}
	c := l.corpus
	neutral := 0
	for i := range c.examples {
		if l.truth[i][0] == 1 {
			neutral++
		}
	}
	o.absent = [3]bool{planeMass: neutral < fewestNeutral, planeOwn: !slices.ContainsFunc(c.docs[len(c.examples):], o.rehearsed)}
	for k := range o.docs {
		o.docs[k] = slices.Clone(c.docs)
	}
	for i := range c.docs {
		d := &c.docs[i]
		o.docs[planeMass][i].raw = d.total
		o.docs[planeOwn][i].raw = 0
	}
	return o
}

// rehearsed tells whether a sentence is of a language that is learned.
func (o *opinion) rehearsed(d doc) bool { return slices.Contains(o.langs, calibrated(d.lang)) }

// fit gives the planes asked for, fitted to the docs whose fold is not the one left out; −1 leaves none out.
func (o *opinion) fit(ctx context.Context, s settings, without int, asked ...int) ([3]plane, error) {
	var out [3]plane
	for _, k := range asked {
		if o.absent[k] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return out, err
		}
		out[k] = o.margin(s, without, k).solve()
	}
	return out, ctx.Err()
}

// margin sets up the fit of a plane.
func (o *opinion) margin(s settings, without, k int) *margin {
	c := o.corpus
	m := &margin{docs: o.docs[k], strength: c.strengths(s)}
	for _, j := range o.mute {
		m.strength[j] = 0
	}
	if k != planeOwn {
		m.known, m.priorA = knownFirmness, knownBelief
	}
	weights := map[int8]float64{}
	total := 0.0
	for i := range c.docs {
		if c.fold[i] == without {
			continue
		}
		y, weight := int8(-1), rehearsalCost
		if i < len(c.examples) {
			weight = c.examples[i].Weight
			switch grade := int8(o.truth[i][0]) - 1; {
			case k == planeRaw:
				y = grade
			case k == planeOwn || grade != 0:
				y = 1
			}
			weights[y] += weight
			total += weight
		} else if !o.rehearsed(c.docs[i]) {
			continue
		} else if k == planeOwn {
			weight = 1
		} else {
			y = 0
		}
		m.rows, m.y, m.cost = append(m.rows, int32(i)), append(m.y, y), append(m.cost, weight)
	}
	m.silent = make([]bool, len(m.rows))
	for r, i := range m.rows {
		if k == planeOwn {
			continue
		}
		m.cost[r] *= s.Cost
		if m.silent[r] = int(i) >= len(c.examples); !m.silent[r] {
			m.cost[r] *= math.Pow(weights[m.y[r]]/total*float64(len(weights)), -s.Balance)
		}
	}
	return m
}

// at gives what a plane makes of a doc.
func (o *opinion) at(p *plane, k, i int) float64 {
	d := &o.docs[k][i]
	sum := 0.0
	for _, j := range d.features {
		sum += p.w[j]
	}
	f := d.value*sum + p.b
	if k != planeOwn {
		f += p.a * d.raw * knownScale
	}
	return f
}

// planesOf gives the planes of each fold's fit.
func (o *opinion) planesOf(ctx context.Context, s settings, asked ...int) ([folds][3]plane, error) {
	var out [folds][3]plane
	var errs [folds]error
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var pool sync.WaitGroup
	for fold := range out {
		pool.Go(func() {
			slots <- struct{}{}
			out[fold], errs[fold] = o.fit(ctx, s, fold, asked...)
			<-slots
		})
	}
	pool.Wait()
	for fold := range out {
		for k := range out[fold] {
			o.ops += out[fold][k].ops
		}
	}
	return out, errors.Join(errs[:]...)
}

// choose finds the settings that read best what they were not fitted to.
func (o *opinion) choose(ctx context.Context) (settings, error) {
	best, change := o.tries()
	quality := 0.0
	for i := -1; i < len(change); i++ {
		try := best
		if i >= 0 {
			if change[i](&try); o.ops > mostOps || try == best {
				continue
			}
		}
		planes, err := o.planesOf(ctx, try, planeRaw, planeMass)
		if err != nil {
			return best, err
		}
		q, err := o.quality(planes)
		if err != nil {
			return best, err
		}
		if i < 0 || q > quality+betterBy {
			best, quality = try, q
		}
	}
	return best, nil
}

// quality measures planes by the labels that the best function of their margins gives.
func (o *opinion) quality(planes [folds][3]plane) (float64, error) {
	soft := Softmax{Classes: 3, Strength: 0.5}
	for i := range o.corpus.examples {
		p := &planes[o.corpus.fold[i]]
		raw := o.at(&p[planeRaw], planeRaw, i)
		x := []float64{1, raw, math.Abs(raw), 0}
		if !o.absent[planeMass] {
			x[3] = o.at(&p[planeMass], planeMass, i)
		}
		soft.add(x, classOf[o.truth[i][0]], o.corpus.examples[i].Weight)
	}
	o.doubt(&soft)
	w, err := soft.Fit()
	if err != nil {
		return 0, err
	}
	confusion := stats.Confusion{}
	for i := range o.corpus.examples {
		confusion.Add(sentiments[o.truth[i][0]], classes[likeliest(w, soft.Rows[i])])
	}
	return balanced(confusion), nil
}

// likeliest gives the class of a row.
func likeliest(w [][]float64, x []float64) int {
	z := make([]float64, len(w))
	for k := range z {
		for j, v := range x {
			z[k] += w[k][j] * v
		}
	}
	return argmax(z)
}

// units gives what the margins of the planes are divided by: valence units for raw and mass.
func units(planes [3]plane) [3]float64 {
	unit := func(p *plane) float64 { return math.Max(p.a, leastKnown) * knownScale }
	return [3]float64{planeMass: unit(&planes[planeMass]), planeOwn: 1 / ownScale, planeRaw: unit(&planes[planeRaw])}
}

// write lays planes out as an overlay: its labels and weights. Planes that are nil are left out.
func (o *opinion) write(planes [3]plane, every, cut float64) ([]lexicons.Label, []weight) {
	var labels []lexicons.Label
	var kept []plane
	var scale []float64
	unit := units(planes)
	for k := range planes {
		if planes[k].w == nil {
			continue
		}
		bias := planes[k].b / unit[k]
		switch k {
		case planeMass:
			bias = every // what neutral and other texts take for granted is the calibration's
		case planeOwn:
			bias = (planes[k].b - cut) / unit[k]
		}
		labels = append(labels, lexicons.Label{ID: learnedLabels[k], Bias: bias})
		kept, scale = append(kept, planes[k].pruned()), append(scale, 1/unit[k])
	}
	return labels, keep(kept, scale)
}

// pruned gives the plane without the weights that say nothing beside the others.
func (p plane) pruned() plane {
	w := slices.Clone(p.w)
	for j, v := range w {
		if math.Abs(v) < leastMargin {
			w[j] = 0
		}
	}
	p.w = w
	return p
}

// layered gives an analyzer of a lexicon with one more overlay.
func layered(base *lexicons.Lexicon, content map[string][]byte) (*analyzer.Analyzer, error) {
	o, err := lexicons.NewOverlay(content)
	if err != nil {
		return nil, err
	}
	lex, err := base.With(o)
	if err != nil {
		return nil, err
	}
	return analyzer.New(lex)
}

// fewestCalibrated is how many texts of a language make a calibration of their own.
const fewestCalibrated = 50

// langs lists the languages that enough texts have. A text of none counts as English, as the analyzer takes it.
func (l *learner) langs() []string {
	n := map[string]int{}
	for i := range l.corpus.examples {
		n[calibrated(l.corpus.docs[i].lang)]++
	}
	var out []string
	for _, lang := range []string{"en", "vi"} {
		if n[lang] >= fewestCalibrated {
			out = append(out, lang)
		}
	}
	return out
}

func calibrated(lang string) string {
	if lang == "vi" {
		return "vi"
	}
	return "en"
}
