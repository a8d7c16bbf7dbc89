package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// report prints how each source's held-out rows are read with and without the weights, by the best two thresholds of its own.
func report(lex *lexicons.Lexicon, lang string, weights map[string]float64, under stance, texts []text, names []string) error {
	before, err := withWeights(lex, lang, nil, stance{})
	if err != nil {
		return err
	}
	after, err := withWeights(lex, lang, weights, under)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d terms kept\n", lang, len(weights))
	for k, name := range names {
		for _, a := range []struct {
			what string
			a    *analyzer.Analyzer
		}{{"by hand", before}, {"fitted", after}} {
			var q quality
			for i := range texts {
				if t := &texts[i]; t.held && t.source == k {
					q.add(a.a, t.label, t.text)
				}
			}
			if q.confusion != nil {
				fmt.Printf("  %-34s %-8s %v\n", name, a.what, &q)
			}
		}
	}
	top := slices.Collect(maps.Keys(weights))
	slices.SortFunc(top, func(a, b string) int { return cmp.Compare(weights[a], weights[b]) })
	n := min(25, len(top))
	fmt.Println("  lowest: ", show(top[:n], weights))
	slices.Reverse(top)
	fmt.Println("  highest:", show(top[:n], weights))
	return nil
}

func show(terms []string, weights map[string]float64) string {
	var b strings.Builder
	for _, t := range terms {
		fmt.Fprintf(&b, "%s %+.2f; ", t, weights[t])
	}
	return b.String()
}

// quality counts how texts are read.
type quality struct {
	confusion stats.Confusion
	scores    []float64 // of the texts that are not neutral
	good      []bool
}

func (q *quality) add(a *analyzer.Analyzer, label int, text string) {
	s := a.Analyze(analyzer.Input{Text: text}).Sentiment
	q.count(label, s.Label, s.Raw)
}

// count counts a text that is read as a label and a raw score.
func (q *quality) count(label int, as string, raw float64) {
	if q.confusion == nil {
		q.confusion = stats.Confusion{}
	}
	q.confusion.Add([]string{"negative", "neutral", "positive"}[label+1], as)
	if label != learn.Neutral {
		q.scores, q.good = append(q.scores, raw), append(q.good, label == learn.Positive)
	}
}

func (q *quality) String() string {
	auc, _ := stats.AUC(q.scores, q.good)
	sign := 0
	for i, s := range q.scores {
		if s > 0 && q.good[i] || s < 0 && !q.good[i] {
			sign++
		}
	}
	return fmt.Sprintf("accuracy %.4f macro F1 %.4f AUC %.4f sign %.4f", q.confusion.Accuracy(), stats.MacroF1(q.confusion.Classes()), auc, float64(sign)/float64(max(1, len(q.scores))))
}
