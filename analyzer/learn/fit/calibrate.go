package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// calibrated are the sets with texts of all three labels that are read as such, and how much each counts in the calibration: what
// customers write. Comments and developers' questions call neutral what has more feeling in it.
var calibrated = map[string]float64{"own": 1, "vi/uts2017_bank.jsonl": 1}

// folds is into how many parts the texts are cut for calibration.
const folds = 4

// crossFit gives weights fitted without the texts of each fold.
func crossFit(lex *lexicons.Lexicon, lang string, texts []text, sources int, under [folds + 1]stance, o options) (read [folds]map[string]float64, err error) {
	for fold := range folds {
		part := slices.Clone(texts)
		for i := range part {
			part[i].held = part[i].held || i%folds == fold
		}
		if read[fold], _, err = fit(lex, lang, part, sources, under[fold], o); err != nil {
			return read, err
		}
	}
	return read, nil
}

// calibrate fits the probabilities on the calibrated sets. Each text is read with weights that were fitted without it: what the weights
// have seen looks surer than what they will meet.
func calibrate(lex *lexicons.Lexicon, lang string, texts []text, names []string, read [folds]map[string]float64, stances [folds + 1]stance, bias float64, o options) (string, error) {
	apart := func(t *text) bool { return t.review && o.reviews > 0 }
	counts := map[[2]int]int{} // texts by set and label
	reviews := map[int]int{}   // reviews weighed apart, by label
	own := 0
	for i := range texts {
		t := &texts[i]
		switch {
		case t.held:
		case apart(t):
			reviews[t.label]++
		default:
			counts[[2]int{t.source, t.label}]++
			if names[t.source] == "own" {
				own++
			}
		}
	}
	share := o.composed * calibrated["own"] // of the reviews put together, of each label
	if !o.balanced {
		share *= float64(own) / 3
	}
	var whole, bare []reading
	s := learn.Softmax{Classes: 3, Strength: 1e-4}
	for fold := range folds {
		a, err := withWeights(lex, lang, read[fold], stances[fold])
		if err != nil {
			return "", err
		}
		for i := range texts {
			t := &texts[i]
			if t.held || i%folds != fold || calibrated[names[t.source]] == 0 {
				continue
			}
			whole = append(whole, reading{t.source, t.label, a.Features(analyzer.Input{Text: t.text})})
			bare = append(bare, reading{t.source, t.label, a.Features(analyzer.Input{Text: analyzer.Fold(t.text)})})
			for _, c := range o.copies(t.text) {
				weight := c.share * calibrated[names[t.source]]
				switch {
				case apart(t):
					weight *= o.reviews / float64(reviews[t.label])
				case o.balanced:
					weight /= float64(counts[[2]int{t.source, t.label}])
				}
				mirrored(&s, a, c.text, t.label, weight, bias, apart(t))
			}
		}
		if o.composed > 0 {
			composed := compose(texts, func(i int) bool { return !texts[i].held && i%folds == fold && names[texts[i].source] == "own" })
			byLabel := map[int]int{}
			for _, r := range composed {
				byLabel[r.label]++
			}
			for _, r := range composed {
				mirrored(&s, a, r.text, r.label, share/float64(folds*byLabel[r.label]), bias, false)
			}
		}
	}
	w, err := s.Fit()
	if err != nil {
		return "", err
	}
	for k, name := range names {
		if q := judged(whole, k, w, bias); q.confusion != nil {
			fmt.Printf("  %-34s not fitted: %v; without marks: %v\n", name, q, judged(bare, k, w, bias))
		}
	}
	var lines []string
	terms := analyzer.CalibrationNames()
	for k, label := range []string{"neutral", "negative", "positive"} {
		for j, term := range terms {
			value := w[k][j]
			if term == "long" {
				value += w[k][len(terms)]
			}
			if k > 0 {
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%.3f\n", lang, label, term, value))
			}
		}
	}
	if bias != 0 {
		lines = append(lines, fmt.Sprintf("%s\traw\tbias\t%.2f\n", lang, bias))
	}
	if v := stances[folds].asking; v != 0 {
		lines = append(lines, fmt.Sprintf("%s\tstance\tquestion\t%.2f\n", lang, v))
	}
	slices.Sort(lines)
	return strings.Join(lines, ""), nil
}

// calibrations gives the lines of the calibration file by language.
func calibrations(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if lang, _, _ := strings.Cut(line, "\t"); chosen[lang] != (options{}) {
			lines[lang] += line
		}
	}
	return lines, nil
}

// reading is a text as it is read.
type reading struct {
	source, label int
	features      analyzer.Features
}

// judged tells how the texts of a source are read with fitted probabilities.
func judged(readings []reading, source int, w [][]float64, bias float64) *quality {
	q := &quality{}
	for i := range readings {
		r := &readings[i]
		if r.source != source {
			continue
		}
		raw := r.features.Raw() + bias
		x := analyzer.CalibrationTerms(raw, r.features.Total, r.features.Words)
		best, most := 0, math.Inf(-1)
		for k := range w {
			z := 0.0
			for j, v := range x {
				z += w[k][j] * v
			}
			if z > most {
				best, most = k, z
			}
		}
		q.count(r.label, []string{"neutral", "negative", "positive"}[best], raw)
	}
	return q
}
