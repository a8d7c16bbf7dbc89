package main

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
)

// circumstances are English words for when it was, how many there were, who was there and that somebody finds or expects: no verdict by
// themselves.
var circumstances = setOf(`years past days find found expect expected notice noticed thought
	two three four five six seven eight nine ten eleven twelve person neighbour neighbours neighbor neighbors`)

// candidates gives the runs of one to three words worth weighing, sorted: frequent enough, of letters only, not all stopwords, no
// identity or proper name, and not an entry that is known. Whole ones are entries and stopwords too: what they say of the sentence around
// them is another matter than what they say.
func candidates(lex *lexicons.Lexicon, reader *analyzer.Analyzer, lang string, texts []text, o options, whole bool) (runs []string, compounds map[string]bool, err error) {
	known := map[string]bool{}
	for _, v := range lex.Sentiment {
		known[v.Term] = true
	}
	for _, m := range lex.Modifiers {
		known[m.Term] = true
	}
	stop := map[string]bool{}
	for _, l := range lex.Stopwords {
		for _, w := range l {
			stop[w] = true
		}
	}
	names, identity := properNames(texts), map[string]bool{}
	for _, w := range lex.Identity[lang] {
		identity[w] = true
	}
	if lang == "en" {
		maps.Copy(stop, circumstances)
	}
	// What is spoken of is no verdict on it: that a set's customers praise the price and blame the app says nothing of others.
	if lang == "en" {
		for _, p := range lex.Topics {
			if lexicons.Lang(p.Lexicon) == lang && !strings.Contains(p.Term, " ") {
				for w := range strings.SplitSeq(p.Term, "|") {
					stop[w] = true
				}
			}
		}
	}
	type seen struct {
		n       int
		sources map[int]bool
	}
	counts := map[string]*seen{}
	words, err := newBoundaries()
	if err != nil {
		return nil, nil, err
	}
	compounds = map[string]bool{}
	for i := range texts {
		if texts[i].held {
			continue
		}
		inText := map[string]bool{}
		for _, c := range o.copies(texts[i].text) {
			if c.half { // a run with half its marks is a spelling of the whole one, which is found in it
				continue
			}
			f := reader.Features(analyzer.Input{Text: c.text})
			if f.Lang != lang {
				continue
			}
			for k, run := range f.Runs {
				starts := words.starts(run, lang)
				if o.edges {
					for _, n := range []int{1, 2} {
						if len(starts) <= n {
							break
						}
						if head := run[:starts[n]]; f.Opening[k] && len(head) <= longestForm && worth(head, stop, names, identity, lang, true) {
							inText["^"+strings.Join(head, " ")] = true
						}
						if tail := run[starts[len(starts)-1-n]:]; f.Closing[k] && len(tail) <= longestForm && worth(tail, stop, names, identity, lang, true) {
							inText[strings.Join(tail, " ")+"$"] = true
						}
					}
				}
				for i, lo := range starts[:len(starts)-1] {
					for _, hi := range starts[i+1 : min(len(starts), i+1+longestRun)] {
						if g := strings.Join(run[lo:hi], " "); hi == starts[i+1] && words.listed[g] && !known[g] {
							compounds[g] = true
						}
						if hi-lo <= longestForm && worth(run[lo:hi], stop, names, identity, lang, whole) {
							inText[strings.Join(run[lo:hi], " ")] = true
						}
					}
				}
			}
		}
		for g := range inText {
			c := counts[g]
			if c == nil {
				c = &seen{sources: map[int]bool{}}
				counts[g] = c
			}
			c.n++
			c.sources[texts[i].source] = true
		}
	}
	var out []string
	for g, c := range counts {
		if c.n >= o.leastSeen && len(c.sources) >= o.leastSets && (whole || !known[g]) {
			out = append(out, g)
		}
	}
	if lang == "vi" {
		for _, w := range whoPhrases {
			compounds[w] = true
		}
	}
	slices.Sort(out)
	return out, compounds, nil
}

// boundaries finds where the words of a run start: an English run has a word at each place, a Vietnamese one is segmented, so that no
// run begins or ends inside a word.
type boundaries struct {
	segmenter *segment.Segmenter
	listed    map[string]bool // our own words of several syllables
	scratch   segment.Scratch
}

func newBoundaries() (*boundaries, error) {
	s, err := segment.New(lexicons.Segment())
	listed := map[string]bool{}
	for w := range strings.Lines(lexicons.Segment().Words) {
		listed[strings.TrimSpace(w)] = true
	}
	return &boundaries{segmenter: s, listed: listed}, err
}

// starts gives the places where words start, and the end of the run.
func (b *boundaries) starts(run []string, lang string) []int {
	joined := make([]bool, len(run))
	if lang == "vi" {
		syllables := make([]segment.Syllable, len(run))
		for i, w := range run {
			syllables[i].Norm = []byte(w)
		}
		b.segmenter.Join(syllables, joined, &b.scratch)
	}
	var starts []int
	for i := range run {
		if !joined[i] {
			starts = append(starts, i)
		}
	}
	return append(starts, len(run))
}

func worth(run []string, stop, names, identity map[string]bool, lang string, whole bool) bool {
	content := whole
	if lang == "vi" {
		text := " " + strings.Join(run, " ") + " "
		if slices.ContainsFunc(whoPhrases, func(p string) bool { return strings.Contains(text, " "+p+" ") }) {
			return false
		}
	}
	for _, w := range run {
		if names[w] || identity[w] || manners[w] {
			return false
		}
		for _, r := range w {
			if !unicode.IsLetter(r) && r != '\'' {
				return false
			}
		}
		if !stop[w] && (len(w) > 2 || lang == "vi") {
			content = true
		}
	}
	return content
}

// properNames gives the words that stand with a capital inside a sentence more often than not.
func properNames(texts []text) map[string]bool {
	upper, all := map[string]int{}, map[string]int{}
	for _, t := range texts {
		words := strings.FieldsFunc(t.text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
		for i, w := range words {
			if i == 0 || len(w) < 2 {
				continue
			}
			low := strings.ToLower(w)
			all[low]++
			if r := []rune(w); unicode.IsUpper(r[0]) && !unicode.IsUpper(r[len(r)-1]) {
				upper[low]++
			}
		}
	}
	names := map[string]bool{}
	for w, n := range upper {
		if n >= 3 && 2*n > all[w] {
			names[w] = true
		}
	}
	return names
}
