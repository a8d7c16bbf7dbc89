package learn

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// Options say what to learn and how.
type Options struct {
	Name       string // of the overlay
	Task       lexicons.Task
	Exclusive  *bool       // whether a text has one label; nil where no example has two
	Parent     string      // hash of the overlay it follows
	Precision  float64     // wanted of what is sure, in (0, 1); 0 for plain thresholds
	Behaviours []Behaviour // that must not break
	Sentences  []Example   // of no trade, labelled with their sentiment: what a sentiment is rehearsed on
	Seed       uint64
	Clock      func() time.Duration // since some moment; nil leaves the seconds 0
	Progress   func(step string)    // told what is under way; may be nil
}

// The gate's bounds.
const (
	mostBroken    = 0.01 // of the share of behaviour cases that pass
	fewestTexts   = 20   // to learn from
	fewestHeldOut = 10
)

// Learn fits an overlay to examples and has it pass the gate: it is accepted where it reads the held-out texts better than what is there,
// surely (the 95 % interval of the paired gain lies above 0), and breaks no behaviour. Held out are the dev examples, or without any a fifth of
// the others, and then what is accepted is fitted to all. The same input gives the same overlay on any number of cores. A nil overlay
// with a card that says why is a refusal, not an error; the error names an example that cannot be used, or is ctx's.
func Learn(ctx context.Context, lex *lexicons.Lexicon, train, dev []Example, o Options) (*lexicons.Overlay, *Card, error) {
	l := &lesson{ctx: ctx, lex: lex, Options: o, card: &Card{Name: o.Name, Task: o.Task, Seed: o.Seed, Revision: analyzer.FeaturesRevision, Builtin: lex.Hash()}}
	if l.Clock == nil {
		l.Clock = func() time.Duration { return 0 }
	}
	if l.Progress == nil {
		l.Progress = func(string) {}
	}
	began := l.Clock()
	overlay, err := l.learn(train, dev)
	if err != nil {
		return nil, nil, err
	}
	l.card.Seconds = float64((l.Clock() - began).Round(10*time.Millisecond)) / float64(time.Second)
	if overlay == nil {
		return nil, l.card, nil
	}
	if overlay, err = withCard(overlay, l.card); err != nil {
		return nil, nil, err
	}
	return overlay, l.card, nil
}

// lesson is one run of Learn.
type lesson struct {
	Options
	ctx       context.Context
	lex       *lexicons.Lexicon
	card      *Card
	exclusive bool
	replaces  bool
}

func (l *lesson) refuse(format string, args ...any) (*lexicons.Overlay, error) {
	l.card.Reason = fmt.Sprintf(format, args...)
	return nil, nil
}

func (l *lesson) learn(train, dev []Example) (*lexicons.Overlay, error) {
	given := len(train) + len(dev)
	l.exclusive = l.Task == lexicons.Sentiment
	if l.Task != lexicons.Sentiment {
		l.exclusive = !slices.ContainsFunc(train, func(e Example) bool { return len(e.Labels) > 1 })
		if l.Exclusive != nil {
			l.exclusive = *l.Exclusive
		}
	}
	l.card.Exclusive = l.exclusive
	var err error
	if train, err = check(train, l.Task, l.exclusive); err != nil {
		return nil, err
	}
	if dev, err = check(dev, l.Task, l.exclusive); err != nil {
		return nil, fmt.Errorf("dev: %w", err)
	}
	data := &l.card.Data
	data.LeftOut = given - len(train) - len(dev)
	all := train
	data.HeldFrom = "dev"
	if len(dev) == 0 {
		data.HeldFrom = "split"
		train, dev = Split(train, l.Seed)
	} else {
		held := map[string]bool{}
		for i := range dev {
			held[dev[i].key()] = true
		}
		kept := slices.DeleteFunc(slices.Clone(train), func(e Example) bool { return held[e.key()] })
		data.Repeated = len(train) - len(kept)
		train = kept
	}
	data.Train, data.HeldOut, data.ByLabel = len(train), len(dev), map[string]int{}
	for i := range all {
		for _, label := range all[i].Labels {
			data.ByLabel[label]++
		}
	}
	labels := labelsOf(train)
	switch {
	case len(train) < fewestTexts:
		return l.refuse("%d labelled texts to learn from, %d at least are needed", len(train), fewestTexts)
	case len(dev) < fewestHeldOut:
		return l.refuse("%d held-out texts, %d at least are needed", len(dev), fewestHeldOut)
	case l.exclusive && len(labels) < 2:
		return l.refuse("every text has the label %q: there is nothing to tell apart", strings.Join(labels, ""))
	case len(labels) == 0:
		return l.refuse("no text has a label")
	}
	base, err := analyzer.New(l.lex)
	if err != nil {
		return nil, err
	}
	known := l.known(base, labels)
	l.replaces = l.Task != lexicons.Sentiment && (l.exclusive || len(known) == 0)

	l.Progress("reading")
	fitter, chosen, err := l.fitter(base, train)
	if err != nil {
		return nil, err
	}
	made, err := l.make(fitter, chosen)
	if err != nil {
		return nil, err
	}
	if l.Task == lexicons.Sentiment {
		l.Progress("keeping to its own")
		if made, err = l.keepToOwn(base, &chosen, made); err != nil {
			return nil, err
		}
	}
	l.Progress("measuring")
	ok, err := l.gate(base, made, known, labels, fitter, dev)
	if err != nil || !ok {
		return nil, err
	}
	data.Fitted = len(train)
	if data.HeldFrom == "split" {
		l.Progress("fitting all")
		c, err := l.read(base, all)
		if err != nil {
			return nil, err
		}
		whole := newLearner(c, l.Task, l.exclusive)
		final, err := l.make(whole, chosen)
		if err != nil {
			return nil, err
		}
		if l.Task == lexicons.Sentiment {
			if final, err = l.keepToOwn(base, &chosen, final); err != nil {
				return nil, err
			}
		}
		if ok, err := l.behave(base, final.analyzer); err != nil || !ok {
			return nil, err
		}
		made, data.Fitted = final, len(all)
	}
	l.card.Accepted = true
	l.card.Overlay = made.overlay.Hash()
	l.card.Changes = changes(made.overlay.Model)
	l.card.Features, l.card.Weights = len(made.overlay.Model.Features), len(made.overlay.Model.Weights)
	return made.overlay, nil
}

// known lists the labels that can be read without learning.
func (l *lesson) known(base *analyzer.Analyzer, labels []string) []string {
	var can []string
	switch l.Task {
	case lexicons.Sentiment:
		return labels
	case lexicons.Topics:
		can = base.Topics()
	default:
		can = base.Intents()
	}
	return slices.DeleteFunc(slices.Clone(labels), func(label string) bool { return !slices.Contains(can, label) })
}

// choice is what held-out folds decide: settings, and how margins become confidences.
type choice struct {
	settings    settings
	tempers     []temper
	thresholds  []float64
	labels      []string
	calibration []lexicons.Calibration
	every       float64   // mass of every word
	cuts        []float64 // margins of own, by shares of the texts that are lost
	lost        int       // which of them is asked for
}

// read has the analyzer read examples.
func (l *lesson) read(base *analyzer.Analyzer, examples []Example) (*corpus, error) {
	var sentences []Example
	if l.Task == lexicons.Sentiment {
		sentences = l.Sentences
	}
	return read(l.ctx, base, l.Task, examples, sentences, l.Seed)
}

// fitter reads the examples and makes the choice.
func (l *lesson) fitter(base *analyzer.Analyzer, examples []Example) (*learner, choice, error) {
	c, err := l.read(base, examples)
	if err != nil {
		return nil, choice{}, err
	}
	f := newLearner(c, l.Task, l.exclusive)
	l.Progress("choosing")
	if l.Task == lexicons.Sentiment {
		out, err := l.opinion(newOpinion(f))
		return f, out, err
	}
	var out choice
	if out.settings, err = f.choose(l.ctx); err != nil {
		return nil, out, err
	}
	margins, planes, err := f.outOfFold(l.ctx, out.settings, folds)
	if err != nil {
		return nil, out, err
	}
	out.settings.Kept, margins = f.fewest(planes, margins)
	l.card.Settings = out.settings
	out.labels = f.labels
	switch {
	case l.exclusive:
		out.tempers = []temper{{slope: f.temperature(margins)}}
	default:
		out.tempers = f.logistics(margins)
	}
	out.thresholds = f.thresholds(margins, out.tempers, l.Precision)
	return f, out, nil
}

// opinion makes the choice for a sentiment.
func (l *lesson) opinion(o *opinion) (choice, error) {
	var out choice
	var err error
	if out.settings, err = o.choose(l.ctx); err != nil {
		return out, err
	}
	l.card.Settings = out.settings
	planes, err := o.planesOf(l.ctx, out.settings, planeMass, planeOwn, planeRaw)
	if err != nil {
		return out, err
	}
	if out.every, err = o.every(l.ctx, l.lex, l.manifest(), planes[0]); err != nil {
		return out, err
	}
	usual := math.Inf(1)
	if out.cuts = o.cuts(planes); out.cuts != nil {
		usual = out.cuts[usualLost]
	}
	outs, err := o.readOuts(l.ctx, l.lex, l.manifest(), planes, out.every, usual)
	if err != nil {
		return out, err
	}
	out.calibration, err = o.calibrate(outs, out.every)
	return out, err
}

func (l *lesson) manifest() lexicons.Manifest {
	return lexicons.Manifest{
		Format: lexicons.OverlayFormat, Name: l.Name, Kind: lexicons.Learned, Task: l.Task,
		Exclusive: l.exclusive && l.Task != lexicons.Sentiment, Replaces: l.replaces,
		Features: analyzer.FeaturesRevision, Builtin: l.lex.Hash(), Parent: l.Parent, Card: "card.json",
	}
}

// made is an overlay and the analyzer that reads with it.
type made struct {
	overlay  *lexicons.Overlay
	analyzer *analyzer.Analyzer
}

// make fits all texts of a learner and lays the overlay.
func (l *lesson) make(f *learner, chosen choice) (made, error) {
	if l.Task == lexicons.Sentiment {
		return l.makeOpinion(newOpinion(f), chosen)
	}
	planes, err := f.fit(l.ctx, chosen.settings, -1)
	if err != nil {
		return made{}, err
	}
	if l.Task != lexicons.Sentiment {
		f.prune(planes, chosen.settings.Kept)
	}
	var labels []lexicons.Label
	scale := make([]float64, len(planes))
	for k := range planes {
		t, threshold := temper{slope: 1}, plainThreshold
		if l.exclusive {
			t = chosen.tempers[0]
		}
		if at, ok := slices.BinarySearch(chosen.labels, f.labels[k]); ok {
			threshold = chosen.thresholds[at]
			if !l.exclusive {
				t = chosen.tempers[at]
			}
		}
		labels = append(labels, lexicons.Label{ID: f.labels[k], Bias: planes[k].b*t.slope + t.offset, Threshold: threshold})
		scale[k] = t.slope
	}
	content, err := files(l.manifest(), f.corpus.names, labels, keep(planes, scale), chosen.calibration)
	if err != nil {
		return made{}, err
	}
	return l.layer(content)
}

// makeOpinion fits all texts of a sentiment and lays the overlay.
func (l *lesson) makeOpinion(o *opinion, chosen choice) (made, error) {
	planes, err := o.fit(l.ctx, chosen.settings, -1, planeMass, planeOwn, planeRaw)
	if err != nil {
		return made{}, err
	}
	cut := 0.0
	if chosen.cuts != nil {
		cut = chosen.cuts[chosen.lost]
	}
	labels, weights := o.write(planes, chosen.every, cut)
	content, err := files(l.manifest(), o.corpus.names, labels, weights, chosen.calibration)
	if err != nil {
		return made{}, err
	}
	return l.layer(content)
}

// layer lays an overlay over the lexicon.
func (l *lesson) layer(content map[string][]byte) (made, error) {
	overlay, err := lexicons.NewOverlay(content)
	if err != nil {
		return made{}, err
	}
	lex, err := l.lex.With(overlay)
	if err != nil {
		return made{}, err
	}
	a, err := analyzer.New(lex)
	return made{overlay, a}, err
}

// gate measures the held-out texts before and after, and says whether the overlay may be taken.
func (l *lesson) gate(base *analyzer.Analyzer, m made, known, labels []string, f *learner, dev []Example) (bool, error) {
	s := &scorer{dev, l.exclusive}
	by := "built-in"
	other := []string{mostFrequent(f)}
	if len(known) == 0 {
		by = "majority class"
	} else if !l.exclusive {
		other = nil
	}
	was := answers(base, dev, readLabels(l.Task, l.exclusive, known, other))
	is := answers(m.analyzer, dev, readLabels(l.Task, l.exclusive, labels, nil))
	if l.ctx.Err() != nil {
		return false, l.ctx.Err()
	}
	c := l.card
	c.Metric = s.metricName()
	c.Before, c.After = s.figures(by, was, l.Seed), s.figures("overlay:"+l.Name, is, l.Seed)
	if l.Task != lexicons.Sentiment {
		c.Precision = l.Precision
		c.Sureness, c.Labels = s.sureness(is, m.overlay.Model.Labels)
	}
	gain := func(sample []int) float64 { return s.metric(is, sample) - s.metric(was, sample) }
	all := make([]int, len(dev))
	for i := range all {
		all[i] = i
	}
	c.Gain = &Gain{gain(all), stats.PairedBootstrap(len(dev), 0.95, 2*rounds, l.Seed, gain)}
	if c.Gain.Low <= 0 {
		c.Reason = fmt.Sprintf("no sure gain over the %s on %d held-out texts: %+.4f in %s, 95 %% interval %+.4f to %+.4f", by, len(dev), c.Gain.Value, c.Metric, c.Gain.Low, c.Gain.High)
		return false, nil
	}
	return l.behave(base, m.analyzer)
}

// mostFrequent gives the label that most texts have.
func mostFrequent(f *learner) string {
	n := make([]float64, len(f.labels))
	for i, t := range f.truth {
		for _, k := range t {
			n[k] += f.corpus.examples[i].Weight
		}
	}
	return f.labels[argmax(n)]
}

// built reads texts without the labels that the overlay has of its own.
func (l *lesson) built(a *analyzer.Analyzer) func(string) analyzer.Analysis {
	return func(text string) analyzer.Analysis {
		an := a.Analyze(analyzer.Input{Text: text})
		switch {
		case l.replaces && l.Task == lexicons.Topics:
			an.Topics = nil
		case l.replaces:
			an.Intents = nil
		}
		return an
	}
}

// behaves runs the behaviour cases before and after. Cases about topics or intents are left out where the overlay has labels of its own
// for them.
func (l *lesson) behaves(base, after *analyzer.Analyzer) (*Behaves, error) {
	b := &Behaves{}
	passedBefore, passedAfter := 0, 0
	for _, behaviour := range l.Behaviours {
		for i := range behaviour.Cases {
			c := &behaviour.Cases[i]
			want := strings.TrimPrefix(c.Want, "no ")
			if l.ctx.Err() != nil {
				return nil, l.ctx.Err()
			}
			if l.replaces && (l.Task == lexicons.Topics && strings.HasPrefix(want, "topic:") || l.Task == lexicons.Intents && strings.HasPrefix(want, "intent:")) {
				continue
			}
			b.Cases++
			was, is := c.fault(l.built(base)) == "", c.fault(l.built(after))
			if was {
				passedBefore++
			}
			if is == "" {
				passedAfter++
			} else if was && len(b.Broken) < mostListed {
				b.Broken = append(b.Broken, fmt.Sprintf("%s:%d: %s: %s", behaviour.File, c.Line, c.Texts[0], is))
			}
		}
	}
	if b.Cases > 0 {
		b.Before, b.After = float64(passedBefore)/float64(b.Cases), float64(passedAfter)/float64(b.Cases)
	}
	return b, nil
}

// behave has the gate judge the behaviours.
func (l *lesson) behave(base, after *analyzer.Analyzer) (bool, error) {
	b, err := l.behaves(base, after)
	if err != nil {
		return false, err
	}
	c := l.card
	sure := fmt.Sprintf("%+.4f in %s on %d held-out texts, 95 %% interval %+.4f to %+.4f", c.Gain.Value, c.Metric, c.Data.HeldOut, c.Gain.Low, c.Gain.High)
	if b.Cases == 0 {
		c.Reason = "a sure gain over the " + c.Before.By + ": " + sure
		return true, nil
	}
	c.Behaves = b
	if b.Before-b.After > mostBroken {
		c.Reason = fmt.Sprintf("behaviours break: %.1f %% of %d cases pass, %.1f %% before; the gain was %s", 100*b.After, b.Cases, 100*b.Before, sure)
		return false, nil
	}
	c.Reason = fmt.Sprintf("a sure gain over the %s: %s; behaviours hold: %.1f %%, %.1f %% before", c.Before.By, sure, 100*b.After, 100*b.Before)
	return true, nil
}
