package learn

import (
	"context"
	"math"
	"slices"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// What a learned sentiment's raw score and Σ|contribution| mean is fitted to how overlays of the other folds read the texts: honest
// probabilities, of the texts as they come.

// classes are the calibration's labels, and classOf gives the index of a grade in it.
var (
	classes = []string{"neutral", "negative", "positive"}
	classOf = [3]int{1, 0, 2}
)

// readOut is what an overlay that was not fitted to a text makes of it.
type readOut struct {
	raw, total float64
	words      int
	lang       string
	class      int // in classes
	weight     float64
}

const (
	rehearsalShare = 0.3  // how much a sentence counts beside a text
	usualShare     = 0.9  // of the words, whose raw score is below the mass of every word
	doubtShare     = 0.01 // how much every text counts for a label that no text has, so that answers keep some doubt
)

// add appends a row.
func (s *Softmax) add(x []float64, label int, weight float64) {
	s.Rows, s.Labels, s.Weights = append(s.Rows, x), append(s.Labels, label), append(s.Weights, weight)
}

// doubt has the texts count a little for the labels that hardly any has.
func (o *opinion) doubt(s *Softmax) {
	counts := make([]int, s.Classes)
	n := len(s.Rows)
	for _, k := range s.Labels {
		counts[k]++
	}
	for k := range counts {
		for i := 0; counts[k] < fewestNeutral && i < n; i++ {
			s.add(s.Rows[i], k, s.Weights[i]*doubtShare)
		}
	}
}

// plainCalibration says which languages a sentiment is fitted to, and little more.
func plainCalibration(langs []string) []lexicons.Calibration {
	var out []lexicons.Calibration
	for _, lang := range langs {
		out = append(out, lexicons.Calibration{Lang: lang, Label: "negative", Term: "score", Value: -1}, lexicons.Calibration{Lang: lang, Label: "positive", Term: "score", Value: 1})
	}
	return out
}

// reader gives an analyzer that reads every text with planes.
func (o *opinion) reader(base *lexicons.Lexicon, manifest lexicons.Manifest, planes [3]plane, every float64) (*analyzer.Analyzer, error) {
	planes[planeOwn] = plane{}
	labels, weights := o.write(planes, every, 0)
	content, err := files(manifest, o.corpus.names, labels, weights, plainCalibration(o.langs))
	if err != nil {
		return nil, err
	}
	return layered(base, content)
}

// every finds the mass of every word, such that it hides the raw score of few.
func (o *opinion) every(ctx context.Context, base *lexicons.Lexicon, manifest lexicons.Manifest, planes [3]plane) (float64, error) {
	if planes[planeMass].w == nil {
		return 0, nil
	}
	planes[planeMass] = plane{}
	a, err := o.reader(base, manifest, planes, 0)
	if err != nil {
		return 0, err
	}
	const enough = 20_000
	var sizes []float64
	for i := 0; i < len(o.corpus.examples) && len(sizes) < enough && ctx.Err() == nil; i++ {
		e := &o.corpus.examples[i]
		for _, ev := range a.Analyze(analyzer.Input{Title: e.Title, Text: e.Text}).Sentiment.Evidence {
			if ev.Lexicon == "overlay:"+manifest.Name {
				sizes = append(sizes, math.Abs(ev.Contribution)/o.corpus.docs[i].value)
			}
		}
	}
	if len(sizes) == 0 {
		return 1, ctx.Err()
	}
	slices.Sort(sizes)
	return math.Round(sizes[int(usualShare*float64(len(sizes)-1))]*100) / 100, ctx.Err()
}

// readOuts reads every text, and the sentences that are own from cut on, with an overlay of the other folds.
func (o *opinion) readOuts(ctx context.Context, base *lexicons.Lexicon, manifest lexicons.Manifest, planes [folds][3]plane, every, cut float64) ([]readOut, error) {
	c := o.corpus
	var out []readOut
	for fold := range planes {
		a, err := o.reader(base, manifest, planes[fold], every)
		if err != nil {
			return nil, err
		}
		for i := range c.docs {
			if c.fold[i] != fold {
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			d := &c.docs[i]
			r := readOut{words: d.words, lang: d.lang}
			var e *Example
			if i < len(c.examples) {
				e = &c.examples[i]
				r.weight = e.Weight
			} else if e = &c.sentences[i-len(c.examples)]; o.rehearsed(*d) && o.at(&planes[fold][planeOwn], planeOwn, i) >= cut {
				r.weight = rehearsalShare
			} else {
				continue
			}
			r.class = slices.Index(classes, e.Labels[0])
			s := a.Analyze(analyzer.Input{Title: e.Title, Text: e.Text}).Sentiment
			r.raw = s.Raw
			for _, ev := range s.Evidence {
				r.total += math.Abs(ev.Contribution)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// calibrate fits how a raw score and Σ|contribution| become probabilities, for each language.
func (o *opinion) calibrate(outs []readOut, every float64) ([]lexicons.Calibration, error) {
	terms := analyzer.LearnedTermNames()
	var out []lexicons.Calibration
	for _, lang := range o.langs {
		soft := Softmax{Classes: 3, Strength: 0.5}
		for _, r := range outs {
			if calibrated(r.lang) == lang {
				x := analyzer.LearnedTerms(r.raw, r.total, r.words, every)
				soft.add(x[:], r.class, r.weight)
			}
		}
		o.doubt(&soft)
		w, err := soft.Fit()
		if err != nil {
			return nil, err
		}
		for class := 1; class < 3; class++ {
			for j, v := range w[class] {
				out = append(out, lexicons.Calibration{Lang: lang, Label: classes[class], Term: terms[j], Value: math.Round(v*1e4) / 1e4})
			}
		}
	}
	slices.SortFunc(out, func(a, b lexicons.Calibration) int { // as the table is sorted
		return slices.Compare([]string{a.Lang, a.Label, a.Term}, []string{b.Lang, b.Label, b.Term})
	})
	return out, nil
}
