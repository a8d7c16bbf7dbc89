package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// fit gives the corrections of entries and the weights of runs, in valence units, by term.
func fit(lex *lexicons.Lexicon, lang string, texts []text, sources int, under stance, o options) (weights map[string]float64, bias float64, err error) {
	hand := *lex
	hand.Weights = nil
	stance{}.lay(&hand, lang)
	reader, err := analyzer.New(&hand)
	if err != nil {
		return nil, 0, err
	}
	runs, compounds, err := candidates(&hand, reader, lang, texts, o, false)
	if err != nil {
		return nil, 0, err
	}
	for _, w := range runs {
		hand.Weights = append(hand.Weights, lexicons.Weight{Term: w, Value: 0.001, Lexicon: lang + "/weights", Word: compounds[w]})
	}
	for _, w := range slices.Sorted(maps.Keys(compounds)) {
		if _, weighed := slices.BinarySearch(runs, w); !weighed {
			hand.Weights = append(hand.Weights, lexicons.Weight{Term: w, Lexicon: lang + "/weights", Word: true})
		}
	}
	fmt.Printf("%s: %d runs of words to weigh\n", lang, len(hand.Weights))
	under.lay(&hand, lang)
	if reader, err = analyzer.New(&hand); err != nil {
		return nil, 0, err
	}
	// First the scale: how many logits a unit of valence is worth.
	scale, err := fitScale(reader, texts, sources, o)
	if err != nil {
		return nil, 0, err
	}
	fmt.Printf("%s: a unit of valence is worth %.3f logits\n", lang, scale)
	p := learn.Problem{Sources: sources}
	index := map[string]int{}
	var terms []string
	for i := range texts {
		t := &texts[i]
		if t.held {
			continue
		}
		for _, c := range o.copies(t.text) {
			f := reader.Features(analyzer.Input{Text: c.text})
			r := learn.Row{Label: t.label, Source: t.source, Weight: c.share * rowWeight(t, f.Words)}
			rest := f.Rest * scale
			for _, e := range f.Entries {
				key := e.Lexicon + " " + e.Term
				own := strings.HasPrefix(e.Lexicon, lang+"/") && !manners[e.Term] && e.Term != "thank you"
				if !own {
					rest += e.Value * e.Factor * scale
					continue
				}
				j, ok := index[key]
				if !ok {
					j = len(p.Prior)
					index[key] = j
					terms = append(terms, key)
					if strings.HasSuffix(e.Lexicon, "/weights") {
						strength := o.runStrength
						if !strings.Contains(e.Term, " ") {
							strength = o.wordStrength
						}
						p.Prior, p.Strength = append(p.Prior, 0), append(p.Strength, strength)
					} else {
						p.Prior, p.Strength = append(p.Prior, e.Value*scale), append(p.Strength, o.entryStrength)
					}
				}
				r.Cells = append(r.Cells, learn.Cell{Feature: j, Value: e.Factor})
			}
			if rest != 0 {
				j, ok := index["rest"]
				if !ok {
					j = len(p.Prior)
					index["rest"] = j
					terms = append(terms, "rest")
					p.Prior, p.Strength = append(p.Prior, 1), append(p.Strength, 1e6)
				}
				r.Cells = append(r.Cells, learn.Cell{Feature: j, Value: rest})
			}
			p.Rows = append(p.Rows, r)
		}
	}
	s, err := p.Fit()
	if err != nil {
		return nil, 0, err
	}
	weights = map[string]float64{}
	for j, key := range terms {
		_, term, _ := strings.Cut(key, " ")
		if key == "rest" {
			continue
		}
		d := math.Round((s.Weights[j]-p.Prior[j])/scale*100) / 100
		if math.Abs(d) >= o.least {
			weights[written(term, compounds[term])] = d
		}
	}
	if lang == "vi" {
		for _, w := range whoPhrases {
			weights[written(w, true)] = 0
		}
	}
	for w := range compounds { // a word that weighs nothing still silences the syllables in it that do
		key := written(w, true)
		if _, ok := weights[key]; !ok && slices.ContainsFunc(strings.Fields(w), func(s string) bool { return weights[s] != 0 }) {
			weights[key] = 0
		}
	}
	if !o.balanced { // what our own customers mean when they say nothing that is weighed
		t := s.Thresholds[sources-1]
		bias = -math.Round((t[0]+t[1])/2/scale*100) / 100
	}
	return weights, bias, nil
}

// manners are forms of politeness and laughter: the labels of comments call them feelings, a customer's thanks are no verdict. They stay
// as they were written by hand, and get no weight.
var manners = setOf("thanks thx ty tks thank sorry lol haha hahaha lmao please pls hi hello dear regards cheers")

// rowWeight lets long texts, whose words hold fewer reasons each, count less.
func rowWeight(t *text, words int) float64 {
	return t.weight / math.Max(1, math.Sqrt(float64(words)/40))
}

// fitScale fits one number and the thresholds.
func fitScale(reader *analyzer.Analyzer, texts []text, sources int, o options) (float64, error) {
	p := learn.Problem{Sources: sources, Prior: []float64{0.5}, Strength: []float64{1e-6}}
	for i := range texts {
		t := &texts[i]
		if t.held {
			continue
		}
		f := reader.Features(analyzer.Input{Text: t.text})
		sum := f.Rest
		for _, e := range f.Entries {
			if !strings.HasSuffix(e.Lexicon, "/weights") {
				sum += e.Value * e.Factor
			}
		}
		p.Rows = append(p.Rows, learn.Row{Cells: []learn.Cell{{Feature: 0, Value: sum}}, Label: t.label, Source: t.source, Weight: rowWeight(t, f.Words)})
	}
	s, err := p.Fit()
	if err != nil {
		return 0, err
	}
	return s.Weights[0], nil
}

const (
	longestRun  = 3 // words
	longestForm = 6 // syllables
)

// withWeights lays a lexicon out with the fitted weights and stances of a language.
func withWeights(lex *lexicons.Lexicon, lang string, weights map[string]float64, under stance) (*analyzer.Analyzer, error) {
	fitted := *lex
	fitted.Weights = nil
	for _, term := range slices.Sorted(maps.Keys(weights)) {
		plain := strings.ReplaceAll(term, "_", " ")
		fitted.Weights = append(fitted.Weights, lexicons.Weight{Term: plain, Value: weights[term], Lexicon: lang + "/weights", Word: plain != term})
	}
	under.lay(&fitted, lang)
	return analyzer.New(&fitted)
}

// labelOrder is the labels as the probabilities count them.
var labelOrder = []int{learn.Neutral, learn.Negative, learn.Positive}

// mirrored adds a text as it is read, with the bias of its language.
func mirrored(s *learn.Softmax, a *analyzer.Analyzer, what string, label int, weight, bias float64, leans bool) {
	f := a.Features(analyzer.Input{Text: what})
	mirror(s, f.Raw()+bias, f.Total, f.Words, label, weight, leans)
}

// mirror adds a text and its mirror image: the function is symmetric, but for the lean of long texts: a customer who sums up praise and
// blame as neither uses more good words than bad. A last term behind those of the calibration is how long a text is that tells of the
// lean, with the sign of the image.
func mirror(s *learn.Softmax, raw, total float64, words, label int, weight float64, leans bool) {
	long := slices.Index(analyzer.CalibrationNames(), "long")
	for _, sign := range []int{1, -1} {
		x := analyzer.CalibrationTerms(float64(sign)*raw, total, words)
		lean := 0.0
		if leans {
			lean = float64(sign) * x[long]
		}
		s.Rows, s.Labels = append(s.Rows, append(x[:], lean)), append(s.Labels, slices.Index(labelOrder, sign*label))
		s.Weights = append(s.Weights, weight)
	}
}
