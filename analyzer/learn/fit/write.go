package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

const madeBy = "# Made by go run ./analyzer/learn/fit from the sets named in SOURCES.md; do not edit.\n"

func write(path, column string, weights map[string]float64) error {
	var b strings.Builder
	b.WriteString(madeBy + "term\t" + column + "\n")
	for _, term := range slices.Sorted(maps.Keys(weights)) {
		fmt.Fprintf(&b, "%s\t%g\n", term, weights[term])
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// writeBare counts, for every single syllable the lexicon knows, how often a text that could be typed as its bare form means it.
func writeBare(path string, lex *lexicons.Lexicon, texts []text) error {
	marked, bare := map[string]float64{}, map[string]float64{}
	for _, t := range texts {
		if t.held || analyzer.Fold(t.text) == t.text {
			continue
		}
		for _, w := range strings.FieldsFunc(strings.ToLower(norm.NFC.String(t.text)), func(r rune) bool { return !unicode.IsLetter(r) }) {
			marked[w]++
			bare[analyzer.Fold(w)]++
		}
	}
	terms := map[string]bool{}
	for _, v := range lex.Sentiment {
		terms[v.Term] = terms[v.Term] || lexicons.Lang(v.Lexicon) == "vi"
	}
	for _, m := range lex.Modifiers {
		terms[m.Term] = terms[m.Term] || lexicons.Lang(m.Lexicon) == "vi"
	}
	for _, patterns := range [][]lexicons.Pattern{lex.Topics, lex.Intents, lex.Urgency} {
		for _, p := range patterns {
			if lexicons.Lang(p.Lexicon) == "vi" && !strings.Contains(p.Term, " ") {
				for alt := range strings.SplitSeq(p.Term, "|") {
					terms[alt] = true
				}
			}
		}
	}
	var b strings.Builder
	b.WriteString(madeBy + "syllable\tshare\n")
	for _, term := range slices.Sorted(maps.Keys(terms)) {
		if strings.Contains(term, " ") || !terms[term] {
			continue
		}
		// One imagined text for the term and one against it: an unseen term is even.
		if share := (marked[term] + 1) / (bare[analyzer.Fold(term)] + 2); share < 0.95 {
			fmt.Fprintf(&b, "%s\t%.2f\n", term, share)
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

// written gives a term as weights.tsv has it: the syllables of one word are joined by `_`.
func written(term string, word bool) string {
	if word {
		return strings.ReplaceAll(term, " ", "_")
	}
	return term
}
