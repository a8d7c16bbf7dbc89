package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/optimize"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// stance is how much surer terms, and a question, make their sentence an opinion (see analyzer).
type stance struct {
	terms  map[string]float64
	asking float64
}

// lay gives a lexicon these stances of a language and no others.
func (s stance) lay(lex *lexicons.Lexicon, lang string) {
	weighed := map[string]int{}
	for i, w := range lex.Weights {
		if lexicons.Lang(w.Lexicon) == lang {
			weighed[w.Term] = i
		}
	}
	for _, term := range slices.Sorted(maps.Keys(s.terms)) {
		plain := strings.ReplaceAll(term, "_", " ")
		if i, ok := weighed[plain]; ok {
			lex.Weights[i].Stance = s.terms[term]
		} else {
			lex.Weights = append(lex.Weights, lexicons.Weight{Term: plain, Stance: s.terms[term], Lexicon: lang + "/stances", Word: plain != term})
		}
	}
	lex.Calibration = slices.DeleteFunc(slices.Clone(lex.Calibration), func(c lexicons.Calibration) bool { return c.Label == "stance" && c.Lang == lang })
	if s.asking != 0 {
		lex.Calibration = append(lex.Calibration, lexicons.Calibration{Lang: lang, Label: "stance", Term: "question", Value: s.asking})
	}
}

const leastStance = 0.05 // stances nearer to 0 are not kept

// fitStances fits stances on the calibrated sets: last those of all texts, before them those without the texts of each fold. Each text is
// read with weights that were fitted without it; stances are what makes the probabilities of its raw score likelier, where the stance of a
// text of several sentences is the mean of theirs.
func fitStances(lex *lexicons.Lexicon, lang string, texts []text, names []string, read [folds]map[string]float64, bias float64, o options) (out [folds + 1]stance, err error) {
	hand := *lex
	hand.Weights = nil
	stance{}.lay(&hand, lang)
	plain, err := analyzer.New(&hand)
	if err != nil {
		return out, err
	}
	runs, compounds, err := candidates(&hand, plain, lang, texts, o, true)
	if err != nil {
		return out, err
	}
	runs = slices.DeleteFunc(runs, turns(lex))
	for _, w := range runs {
		hand.Weights = append(hand.Weights, lexicons.Weight{Term: w, Value: 0.001, Stance: 0.000001, Lexicon: lang + stanceTerms, Word: compounds[w]})
	}
	reader, err := analyzer.New(&hand)
	if err != nil {
		return out, err
	}
	index := map[string]int32{}
	terms := []string{""} // 0 is the question
	var rows []stanceRow
	for fold := range folds {
		a, err := withWeights(lex, lang, read[fold], stance{})
		if err != nil {
			return out, err
		}
		for i := range texts {
			t := &texts[i]
			if t.held || i%folds != fold || calibrated[names[t.source]] == 0 {
				continue
			}
			for _, c := range o.copies(t.text) {
				f := a.Features(analyzer.Input{Text: c.text})
				r := stanceRow{raw: f.Raw(), total: f.Total, words: f.Words, label: t.label, weight: c.share * calibrated[names[t.source]], fold: fold}
				f = reader.Features(analyzer.Input{Text: c.text})
				r.share = 1 / float64(max(1, len(f.Asking)))
				for _, asks := range f.Asking {
					if asks {
						r.terms = append(r.terms, 0)
					}
				}
				for _, e := range f.Entries {
					if e.Lexicon != lang+stanceTerms {
						continue
					}
					j, ok := index[e.Term]
					if !ok {
						j = int32(len(terms))
						index[e.Term] = j
						terms = append(terms, e.Term)
					}
					r.terms = append(r.terms, j)
				}
				rows = append(rows, r)
			}
		}
	}
	for fold := range out {
		x, err := solveStances(slices.DeleteFunc(slices.Clone(rows), func(r stanceRow) bool { return r.fold == fold }), len(terms), bias, o.stanceStrength)
		if err != nil {
			return out, err
		}
		out[fold] = stance{map[string]float64{}, round(x[0])}
		for j := 1; j < len(terms); j++ {
			if v := round(x[j]); math.Abs(v) >= leastStance {
				out[fold].terms[written(terms[j], compounds[terms[j]])] = v
			}
		}
	}
	fmt.Printf("%s: %d runs of words to take a stance, %d kept, a question %.2f\n", lang, len(runs), len(out[folds].terms), out[folds].asking)
	return out, nil
}

// stanceRow is a text as stances change it.
type stanceRow struct {
	raw, total float64
	words      int
	label      int
	weight     float64
	fold       int
	share      float64 // of a sentence in the text
	terms      []int32
}

const stanceRounds = 2 // of probabilities and stances in turn

// solveStances fits probabilities and stances in turn: stances minimise the weighted negative log-likelihood + ½ strength Σ x².
func solveStances(rows []stanceRow, terms int, bias, strength float64) ([]float64, error) {
	x := make([]float64, terms)
	stanceOf := func(r *stanceRow, x []float64) float64 {
		sum := 0.0
		for _, j := range r.terms {
			sum += x[j]
		}
		return sum * r.share
	}
	for range stanceRounds {
		s := learn.Softmax{Classes: 3, Strength: 1e-4}
		for i := range rows {
			r := &rows[i]
			f := analyzer.StanceFactor(stanceOf(r, x))
			mirror(&s, r.raw*f+bias, r.total*f, r.words, r.label, r.weight, false)
		}
		w, err := s.Fit()
		if err != nil {
			return nil, err
		}
		termsAt := func(r *stanceRow, stance float64) []float64 {
			f := analyzer.StanceFactor(stance)
			t := analyzer.CalibrationTerms(r.raw*f+bias, r.total*f, r.words)
			return t[:]
		}
		var last, slope []float64 // where it was evaluated last, and the gradient there
		evaluate := func(x []float64) float64 {
			last, slope = append(last[:0], x...), slices.Grow(slope[:0], terms)[:terms]
			sum := 0.0
			for j, v := range x {
				sum += 0.5 * strength * v * v
				slope[j] = strength * v
			}
			for i := range rows {
				r := &rows[i]
				at := stanceOf(r, x)
				loss, pull := surprise(w, termsAt(r, at), slices.Index(labelOrder, r.label))
				sum += r.weight * loss
				above, below, g := termsAt(r, at+nudge), termsAt(r, at-nudge), 0.0
				for j := range pull {
					g += pull[j] * (above[j] - below[j])
				}
				g *= r.weight * r.share / (2 * nudge)
				for _, j := range r.terms {
					slope[j] += g
				}
			}
			return sum
		}
		problem := optimize.Problem{Func: evaluate, Grad: func(grad, x []float64) {
			if !slices.Equal(x, last) {
				evaluate(x)
			}
			copy(grad, slope)
		}}
		res, err := optimize.Minimize(problem, x, &optimize.Settings{GradientThreshold: 1e-2, MajorIterations: 80}, &optimize.LBFGS{})
		if res == nil {
			return nil, err
		}
		x = res.X
	}
	return x, nil
}

const nudge = 1e-4 // of a stance, to see which way the likelihood goes

// surprise gives the negative logarithm of a label's probability, and its gradient by the terms.
func surprise(w [][]float64, terms []float64, label int) (loss float64, pull []float64) {
	var z [3]float64
	for k := range w {
		for j, v := range terms {
			z[k] += w[k][j] * v
		}
	}
	top, sum := max(z[0], z[1], z[2]), 0.0
	for _, v := range z {
		sum += math.Exp(v - top)
	}
	pull = make([]float64, len(terms))
	for k := range w {
		p := math.Exp(z[k]-top) / sum
		if k == label {
			p--
		}
		for j := range pull {
			pull[j] += p * w[k][j]
		}
	}
	return top + math.Log(sum) - z[label], pull
}

// turns tells which runs have a rule of their own: a contrast in them, or a word that denies or grades and nothing else.
func turns(lex *lexicons.Lexicon) func(run string) bool {
	alone, within := map[string]bool{}, map[string]bool{}
	for _, m := range lex.Modifiers {
		switch m.Role {
		case lexicons.Contrast, lexicons.Concession:
			within[m.Term] = true
		case lexicons.Question, lexicons.Wish, lexicons.Irrealis:
		default:
			alone[m.Term] = true
		}
	}
	return func(run string) bool {
		run = strings.Trim(run, "^$")
		words := strings.Fields(run)
		for lo := range words {
			for hi := lo + 1; hi <= len(words); hi++ {
				if within[strings.Join(words[lo:hi], " ")] {
					return true
				}
			}
		}
		return alone[run]
	}
}

const stanceTerms = "/stances" // in the lexicon of the terms while they are fitted

func round(v float64) float64 { return math.Round(v*100) / 100 }
