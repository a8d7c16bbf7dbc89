// Command fit makes the fitted weights of the built-in sentiment, lexicons/en/weights.tsv and lexicons/vi/weights.tsv. From the
// project's root:
//
//	go run ./analyzer/learn/fit -data ../shared/data [-lang en|vi]
//
// With -lang only that language's files are written, and the other's lines of calibration.tsv stay as they are.
//
// The hand-written lexicon is the prior: an entry's valence moves, and a word or a run of two or three words gets a weight, only as far
// as labelled texts give evidence. Fitted are the train rows of the sets listed below and the fit rows of testdata/sentences; a text
// whose letters and digits stand in any other set of the data folder is left out, and the counts are printed. The same input gives the
// same output, byte for byte.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// set is a labelled set that may shape what ships (see lexicons/SOURCES.md).
type set struct {
	file   string
	lang   string
	most   int     // rows taken at most, so that no set drowns the others
	weight float64 // how much a row counts: less where the texts are no feedback or hardly sentences
}

// The only sets of the data folder that are fitted.
var sets = []set{
	{"en/pros_cons_liu.jsonl", "en", 6000, 0.4},
	{"en/product_reviews_liu.jsonl", "en", 6000, 1},
	{"en/goemotions.jsonl", "en", 9000, 0.4},
	{"en/senti4sd_stackoverflow.jsonl", "en", 3000, 1},
	{"en/imdb_counterfactual.jsonl", "en", 3000, 1},
	{"en/vader_amazon.jsonl", "en", 3000, 1},
	{"en/mams_acsa.jsonl", "en", 3000, 0.5},
	{"vi/uts2017_bank.jsonl", "vi", 3000, 1},
}

// options are the knobs of the fit of a language, chosen by leaving one set out at a time: English has large sets of foreign domains,
// whose habits a strong prior keeps out; Vietnamese has few texts, most of them near what is to be read.
type options struct {
	entryStrength  float64 // of the prior on an entry's valence
	runStrength    float64 // of the prior 0 on a run of words
	wordStrength   float64 // … and on a single word
	least          float64 // weights below it, in valence units, are not kept
	ownWeight      float64 // how much a sentence of our own counts
	leastSeen      int     // texts that a run must be seen in
	leastSets      int     // … and sets, so that what is weighed is no habit of one place
	bareShare      float64 // of a text's weight that its copy without marks carries
	halfShare      float64 // … and its copy with marks on every other word
	edges          bool    // words are weighed by themselves where they open or close a sentence: `nên …` asks for something
	stanceStrength float64 // of the prior 0 on a stance; 0 for no stances
	balanced       bool    // for calibration each label of each set counts the same, else each text
	composed       float64 // how much reviews put together of our own sentences count in the calibration, 1 as much as the sentences
	reviews        float64 // … and our own reviews, where they are weighed apart from the sentences and may lean to one side
}

var chosen = map[string]options{
	"en": {entryStrength: 20, runStrength: 15, wordStrength: 15, least: 0.05, ownWeight: 3, leastSeen: 8, leastSets: 2, balanced: true, composed: 0.4, reviews: 0.1},
	"vi": {entryStrength: 10, runStrength: 4, wordStrength: 7, least: 0.1, ownWeight: 2, leastSeen: 2, leastSets: 1, bareShare: 0.3, halfShare: 0.1, edges: true, stanceStrength: 4, composed: 0.5},
}

func main() {
	data := flag.String("data", "../shared/data", "folder of the data sets")
	own := flag.String("own", "testdata/sentences", "folder of our own sentences")
	out := flag.String("out", "lexicons", "folder of the lexicons")
	only := flag.String("lang", "", "fit this language alone, en or vi")
	leave := flag.String("leave", "", "leave out this set (or own) and print how it is read; nothing is written")
	flag.Parse()
	if err := run(*data, *own, *out, *only, *leave, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}

func run(data, own, out, only, leave string, extra []string) error {
	if len(extra) > 0 {
		return fmt.Errorf("%q may not be fitted: only the sets named in the source may", extra[0])
	}
	if _, ok := chosen[only]; only != "" && !ok {
		return fmt.Errorf("-lang %s: want en or vi", only)
	}
	measured, err := keysOfOthers(data)
	if err != nil {
		return err
	}
	path := filepath.Join(out, "calibration.tsv")
	calibration, err := calibrations(path)
	if err != nil {
		return err
	}
	for _, lang := range slices.Sorted(maps.Keys(chosen)) {
		if only != "" && lang != only {
			continue
		}
		if calibration[lang], err = fitLanguage(data, own, out, leave, lang, measured, chosen[lang]); err != nil {
			return err
		}
	}
	if leave != "" {
		return nil
	}
	all := madeBy + "lang\tlabel\tterm\tvalue\n"
	for _, lang := range slices.Sorted(maps.Keys(calibration)) {
		all += calibration[lang]
	}
	return os.WriteFile(path, []byte(all), 0o644)
}

// fitLanguage fits a language, writes its weights and gives its lines of the calibration, none where a set is left out.
func fitLanguage(data, own, out, leave, lang string, measured map[string]bool, o options) (string, error) {
	var texts []text
	var names []string
	for _, s := range sets {
		if s.lang != lang {
			continue
		}
		rows, dropped, err := readSet(filepath.Join(data, s.file), s, len(names), measured)
		if err != nil {
			return "", err
		}
		names = append(names, s.file)
		fmt.Printf("%s: %d rows fitted, %d left out because they stand in a set for measuring\n", s.file, len(rows), dropped)
		texts = append(texts, rows...)
	}
	files, err := filepath.Glob(filepath.Join(own, lang+"*.tsv"))
	if err != nil {
		return "", err
	}
	var rows []text
	for _, file := range files {
		more, err := readOwn(file, len(names), o.ownWeight)
		if err != nil {
			return "", err
		}
		rows = append(rows, more...)
	}
	names = append(names, "own")
	fmt.Printf("own/%s: %d rows\n", lang, len(rows))
	texts = append(texts, rows...)
	if leave != "" {
		found := false
		for i := range texts {
			if names[texts[i].source] == leave {
				texts[i].held, found = true, true
			} else {
				texts[i].held = false
			}
		}
		if !found {
			return "", nil
		}
	}
	lex, err := lexicons.Builtin()
	if err != nil {
		return "", err
	}
	if lang == "vi" && leave == "" {
		if err := writeBare(filepath.Join(out, "vi", "bare.tsv"), lex, texts); err != nil {
			return "", err
		}
	}
	var none, stances [folds + 1]stance
	weights, bias, err := fit(lex, lang, texts, len(names), none[folds], o)
	if err != nil {
		return "", err
	}
	if leave != "" {
		return "", report(lex, lang, weights, none[folds], texts, names)
	}
	read, err := crossFit(lex, lang, texts, len(names), none, o)
	if err != nil {
		return "", err
	}
	if o.stanceStrength > 0 {
		if stances, err = fitStances(lex, lang, texts, names, read, bias, o); err != nil {
			return "", err
		}
		// What says nothing of either side is no longer what hardly judges, so the weights are fitted once more.
		if weights, bias, err = fit(lex, lang, texts, len(names), stances[folds], o); err != nil {
			return "", err
		}
		if read, err = crossFit(lex, lang, texts, len(names), stances, o); err != nil {
			return "", err
		}
	}
	if err := report(lex, lang, weights, stances[folds], texts, names); err != nil {
		return "", err
	}
	if err := write(filepath.Join(out, lang, "weights.tsv"), "weight", weights); err != nil {
		return "", err
	}
	if o.stanceStrength > 0 {
		if err := write(filepath.Join(out, lang, "stances.tsv"), "stance", stances[folds].terms); err != nil {
			return "", err
		}
	}
	return calibrate(lex, lang, texts, names, read, stances, bias, o)
}
