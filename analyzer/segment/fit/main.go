// Command fit makes the data of Vietnamese word segmentation: it filters the Wiktionary's words, takes the words of the treebank's
// train part and fits the weights of the model. From the project's root:
//
//	go run ./analyzer/segment/fit -data ../shared/data
//
// It reads from the data folder only what may shape shipped weights: the train part of UD Vietnamese VTB and the Wiktionary's word
// list; the sentences beside this file and our own word list complete them. A sentence that stands in a set kept for measuring is
// left out, and the counts are printed. The same input gives the same output, byte for byte.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
)

// The only files of the data folder that are fitted.
const (
	treebankFile   = "vi/ws_ud_vtb_train.txt"
	wiktionaryFile = "vi/lexical/wiktionary_words.txt"
)

func main() {
	data := flag.String("data", "../shared/data", "folder of the data sets")
	out := flag.String("out", "lexicons/vi", "folder of the lists and the model")
	own := flag.String("own", "analyzer/segment/fit", "folder of our own segmented sentences")
	errors := flag.Bool("errors", false, "only cross-validate, and print every word got wrong")
	measure := flag.String("measure", "", "fit nothing; print what the built-in data is worth on this segmented file")
	flag.Parse()
	if flag.NArg() > 0 {
		mustNot(fmt.Errorf("%q: only %s and %s of the data folder may be fitted; other files are refused", flag.Arg(0), treebankFile, wiktionaryFile))
	}
	if *measure != "" {
		mustNot(measured(*measure))
		return
	}
	mustNot(run(*data, *out, *own, *errors))
}

// measured prints what the built-in data is worth on a segmented file.
func measured(file string) error {
	text, err := readSentences(file)
	if err != nil {
		return err
	}
	s, err := segment.New(lexicons.Segment())
	if err != nil {
		return err
	}
	var c card
	c.add(s, text)
	fmt.Println("word F1:", c)

	return nil
}

func run(data, out, own string, errors bool) error {
	treebank, err := readSentences(filepath.Join(data, treebankFile))
	if err != nil {
		return err
	}
	kept, err := withoutMeasured(treebank, data)
	if err != nil {
		return err
	}
	ours, err := readFolder(own)
	if err != nil {
		return err
	}
	words, err := os.ReadFile(filepath.Join(out, "words.txt"))
	if err != nil {
		return err
	}
	commonWords, err := os.ReadFile(filepath.Join(out, "words_common.txt"))
	if err != nil {
		return err
	}
	free, err := os.ReadFile(filepath.Join(out, "free_syllables.txt"))
	if err != nil {
		return err
	}
	classes, err := os.ReadFile(filepath.Join(out, "syllable_classes.tsv"))
	if err != nil {
		return err
	}
	wiktionary, err := os.ReadFile(filepath.Join(data, wiktionaryFile))
	if err != nil {
		return err
	}
	fmt.Printf("treebank: %d sentences, %d dropped because a measuring set has them; ours: %d sentences\n", len(treebank), len(treebank)-len(kept), len(ours))

	common, names := filterWiktionary(string(wiktionary))
	fmt.Printf("wiktionary: %d words and %d names kept\n", len(common), len(names))
	lists := lexicons.SegmentData{
		Words:      string(words),
		Common:     string(commonWords),
		Free:       string(free),
		Classes:    string(classes),
		Wiktionary: list(wiktionaryHead, common),
		Names:      list(wiktionaryHead, names),
	}

	set := settings{epochs: 10, rate: 0.05, decay: 0.001, drop: 0.4, seeds: 4, minimum: 1}
	if err := validate(lists, kept, ours, set, errors); err != nil || errors {
		return err
	}
	examples, err := hidden(lists, kept, ours, folds)
	if err != nil {
		return err
	}
	model, err := segment.EncodeModel(quantise(fit(examples, set)))
	if err != nil {
		return err
	}
	teach(&lists, slices.Concat(kept, ours))
	for _, f := range []struct {
		name string
		b    []byte
	}{
		{"words_treebank.txt", []byte(lists.Treebank)},
		{"apart_treebank.txt", []byte(lists.Apart)},
		{"syllables_treebank.tsv", []byte(lists.Syllables)},
		{"words_wiktionary.txt", []byte(lists.Wiktionary)},
		{"names_wiktionary.txt", []byte(lists.Names)},
		{"segment.bin", model},
	} {
		if err := os.WriteFile(filepath.Join(out, f.name), f.b, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d bytes\n", f.name, len(f.b))
	}
	return nil
}

// folds is in how many parts the treebank is cut to hide a part's own words from it.
const folds = 10

// hidden gives the examples of all sentences, each read with the word lists and the words of the other parts of the treebank, as
// written, without diacritics and without capitals.
func hidden(lists lexicons.SegmentData, treebank, ours []sentence, parts int) ([]chain, error) {
	var out []chain
	for part := range parts {
		var rest, here []sentence
		for i, t := range treebank {
			if i*parts/len(treebank) == part {
				here = append(here, t)
			} else {
				rest = append(rest, t)
			}
		}
		for i, t := range ours {
			if i*parts/len(ours) == part {
				here = append(here, t)
			} else {
				rest = append(rest, t)
			}
		}
		teach(&lists, rest)
		s, err := segment.New(lists)
		if err != nil {
			return nil, err
		}
		for _, t := range here {
			out = chains(s, t, out)
			out = chains(s, t.plain(), out)
			out = chains(s, t.lower(), out)
		}
	}
	return out, nil
}

// teach puts what a part of the treebank says about words into the lists.
func teach(lists *lexicons.SegmentData, treebank []sentence) {
	lists.Treebank = list(treebankHead, treebankWords(treebank))
	lists.Syllables = list(countsHead, counts(treebank))
	lists.Apart = list(apartHead, apart(treebank, lists.Words, lists.Common, lists.Wiktionary))
}

// validate prints what the fit is worth on treebank sentences it has not seen: every fifth part in turn.
func validate(lists lexicons.SegmentData, treebank, ours []sentence, set settings, errors bool) error {
	const parts = 5
	var c card
	set.seeds = 2
	for part := range parts {
		var rest, held []sentence
		for i, t := range treebank {
			if i*parts/len(treebank) == part {
				held = append(held, t)
			} else {
				rest = append(rest, t)
			}
		}
		examples, err := hidden(lists, rest, ours, folds)
		if err != nil {
			return err
		}
		full := lists
		teach(&full, slices.Concat(rest, ours))
		if full.Model, err = segment.EncodeModel(quantise(fit(examples, set))); err != nil {
			return err
		}
		s, err := segment.New(full)
		if err != nil {
			return err
		}
		c.add(s, held)
		if errors {
			printErrors(s, held)
		}
	}
	fmt.Println("cross-validated word F1:", c)
	return nil
}

// printErrors prints the stretches where the segmenter and the sentence differ: as found, as it should be, and the sentence.
func printErrors(s *segment.Segmenter, text []sentence) {
	var scratch segment.Scratch
	for _, t := range text {
		join := make([]bool, len(t.syl))
		s.Join(t.syl, join, &scratch)
		for i := 0; i < len(join); {
			j, differs := i+1, false
			for ; j < len(join) && (join[j] || t.gold[j]); j++ {
				differs = differs || join[j] != t.gold[j]
			}
			if differs {
				fmt.Printf("%s\t%s\t%s\n", t.render(join, i, j), t.render(t.gold, i, j), t.render(t.gold, 0, len(join)))
			}
			i = j
		}
	}
}

// card is what segmentation is worth on sentences, however they are typed.
type card struct{ written, plain, lower score }

func (c *card) add(s *segment.Segmenter, text []sentence) {
	for _, t := range text {
		c.written.add(s, t)
		c.plain.add(s, t.plain())
		c.lower.add(s, t.lower())
	}
}

func (c card) String() string {
	return fmt.Sprintf("%.2f as written, %.2f without diacritics, %.2f without capitals", c.written.f1(), c.plain.f1(), c.lower.f1())
}

// score counts words that both sides have.
type score struct{ gold, found, both int }

func (c *score) add(s *segment.Segmenter, t sentence) {
	join := make([]bool, len(t.syl))
	var scratch segment.Scratch
	s.Join(t.syl, join, &scratch)
	same := false // the word being read began at the same place on both sides and has the same gaps so far
	for i := range join {
		g, p := !t.gold[i], !join[i]
		if g {
			c.gold++
		}
		if p {
			c.found++
		}
		if (g || p) && same {
			if g && p {
				c.both++
			}
			same = false
		}
		if g && p {
			same = true
		}
	}
	if same {
		c.both++
	}
}

func (c *score) f1() float64 { return 200 * float64(c.both) / float64(c.gold+c.found) }

// quantise rounds weights to the model's scale.
func quantise(w []float64) []int16 {
	q := make([]int16, len(w))
	for i, x := range w {
		q[i] = int16(min(max(x*segment.WeightScale, -32767), 32767))
	}
	return q
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for w := range set {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}
