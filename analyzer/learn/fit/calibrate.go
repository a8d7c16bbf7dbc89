package main

import (
	"fmt"
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

// calibrate fits the probabilities on the calibrated sets. Each text is read with weights that were fitted without it: what the weights
// have seen looks surer than what they will meet.
func calibrate(lex *lexicons.Lexicon, lang string, texts []text, names []string, bias float64, o options) (string, error) {
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
	var whole, bare quality
	s := learn.Softmax{Classes: 3, Strength: 1e-4}
	for fold := range folds {
		part := slices.Clone(texts)
		for i := range part {
			part[i].held = part[i].held || i%folds == fold
		}
		weights, _, err := fit(lex, lang, part, len(names), o)
		if err != nil {
			return "", err
		}
		a, err := withWeights(lex, lang, weights)
		if err != nil {
			return "", err
		}
		for i := range texts {
			t := &texts[i]
			if t.held || i%folds != fold || calibrated[names[t.source]] == 0 {
				continue
			}
			whole.add(a, t.label, t.text)
			bare.add(a, t.label, analyzer.Fold(t.text))
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
	fmt.Printf("%s: texts not fitted: %v; without marks: %v\n", lang, &whole, &bare)
	w, err := s.Fit()
	if err != nil {
		return "", err
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
