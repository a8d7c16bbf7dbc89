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
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
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
	entryStrength float64 // of the prior on an entry's valence
	runStrength   float64 // of the prior 0 on a run of words
	wordStrength  float64 // … and on a single word
	least         float64 // weights below it, in valence units, are not kept
	ownWeight     float64 // how much a sentence of our own counts
	leastSeen     int     // texts that a run must be seen in
	leastSets     int     // … and sets, so that what is weighed is no habit of one place
	bareShare     float64 // of a text's weight that its copy without marks carries
	halfShare     float64 // … and its copy with marks on every other word
	balanced      bool    // for calibration each label of each set counts the same, else each text
	composed      float64 // how much reviews put together of our own sentences count in the calibration, 1 as much as the sentences
}

var chosen = map[string]options{
	"en": {entryStrength: 20, runStrength: 15, wordStrength: 15, least: 0.05, ownWeight: 3, leastSeen: 8, leastSets: 2, balanced: true, composed: 0.4},
	"vi": {entryStrength: 10, runStrength: 4, wordStrength: 7, least: 0.1, ownWeight: 2, leastSeen: 2, leastSets: 1, bareShare: 0.3, halfShare: 0.1, composed: 0.5},
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

// text is a labelled text.
type text struct {
	text   string
	label  int
	source int
	held   bool
	weight float64
	domain string // of our own sentences
}

var labels = map[string]int{"negative": learn.Negative, "neutral": learn.Neutral, "positive": learn.Positive}

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

const madeBy = "# Made by go run ./analyzer/learn/fit from the sets named in SOURCES.md; do not edit.\n"

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
	weights, bias, err := fit(lex, lang, texts, len(names), o)
	if err != nil {
		return "", err
	}
	if err := report(lex, lang, weights, texts, names); err != nil {
		return "", err
	}
	if leave != "" {
		return "", nil
	}
	if err := write(filepath.Join(out, lang, "weights.tsv"), lang, weights); err != nil {
		return "", err
	}
	return calibrate(lex, lang, texts, names, bias, o)
}

// letters gives a text's letters and digits only, lower case, to recognise it in whatever spacing.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(s))
}

// keysOfOthers reads every set of the data folder that is not fitted.
func keysOfOthers(data string) (map[string]bool, error) {
	keys := map[string]bool{}
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
			return err
		}
		rel, err := filepath.Rel(data, path)
		if err != nil || slices.ContainsFunc(sets, func(s set) bool { return s.file == filepath.ToSlash(rel) }) {
			return err
		}
		return eachRow(path, func(r row) { keys[letters(r.Text)] = true })
	})
	return keys, err
}

type row struct {
	Text      string `json:"text"`
	Sentiment string `json:"sentiment"`
	Split     string `json:"split"`
	Extra     struct {
		Aspects json.RawMessage `json:"aspects"` // in mams_acsa a list of aspect and polarity
	} `json:"extra"`
}

// label gives what a row says: its sentiment, or the one its aspects agree on, neutral ones aside.
func (r *row) label() (label int, ok bool) {
	if label, ok = labels[r.Sentiment]; ok {
		return label, true
	}
	var aspects [][2]string
	if json.Unmarshal(r.Extra.Aspects, &aspects) != nil {
		return 0, false
	}
	for _, a := range aspects {
		switch l := labels[a[1]]; {
		case l == learn.Neutral:
		case ok && l != label:
			return 0, false
		default:
			label, ok = l, true
		}
	}
	return label, ok
}

func eachRow(path string, f func(row)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	sc.Buffer(make([]byte, 1<<16), 1<<24)
	for n := 1; sc.Scan(); n++ {
		var r row
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		f(r)
	}
	return sc.Err()
}

// readSet reads the train rows of a set, and its dev rows as held out.
func readSet(path string, s set, source int, measured map[string]bool) (texts []text, dropped int, err error) {
	fitted := map[string]bool{}
	err = eachRow(path, func(r row) {
		label, ok := r.label()
		key := letters(r.Text)
		switch {
		case !ok || key == "" || fitted[key]:
		case measured[key]:
			dropped++
		case r.Split == "train":
			fitted[key] = true
			texts = append(texts, text{r.Text, label, source, false, s.weight, ""})
		}
	})
	if err != nil {
		return nil, 0, err
	}
	if len(texts) > s.most { // every k-th, so that all parts of the file are seen
		kept := texts[:0]
		step := float64(len(texts)) / float64(s.most)
		for i := range s.most {
			kept = append(kept, texts[int(float64(i)*step)])
		}
		texts = kept
	}
	err = eachRow(path, func(r row) {
		if label, ok := r.label(); ok && r.Split == "dev" {
			texts = append(texts, text{r.Text, label, source, true, s.weight, ""})
		}
	})
	return texts, dropped, err
}

// readOwn reads our own sentences: split, domain, style, sentiment, text.
func readOwn(path string, source int, weight float64) ([]text, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var texts []text
	for n, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if n == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		label, ok := labels[cells[min(3, len(cells)-1)]]
		if len(cells) != 5 || !ok || cells[0] != "fit" && cells[0] != "held" {
			return nil, fmt.Errorf("%s: line %d: want split, domain, style, sentiment, text", path, n+1)
		}
		texts = append(texts, text{cells[4], label, source, cells[0] == "held", weight, cells[1]})
	}
	return texts, nil
}

// fit gives the corrections of entries and the weights of runs, in valence units, by term.
func fit(lex *lexicons.Lexicon, lang string, texts []text, sources int, o options) (weights map[string]float64, bias float64, err error) {
	hand := *lex
	hand.Weights = nil
	reader, err := analyzer.New(&hand)
	if err != nil {
		return nil, 0, err
	}
	runs, compounds, err := candidates(&hand, reader, lang, texts, o)
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

// candidates gives the runs of one to three words worth weighing, sorted: frequent enough, of letters only, not all stopwords, no
// identity or proper name, and not an entry that is known.
func candidates(lex *lexicons.Lexicon, reader *analyzer.Analyzer, lang string, texts []text, o options) (runs []string, compounds map[string]bool, err error) {
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
			f := reader.Features(analyzer.Input{Text: c.text})
			if f.Lang != lang {
				continue
			}
			for _, run := range f.Runs {
				starts := words.starts(run, lang)
				for i, lo := range starts[:len(starts)-1] {
					for _, hi := range starts[i+1 : min(len(starts), i+1+longestRun)] {
						if g := strings.Join(run[lo:hi], " "); hi == starts[i+1] && words.listed[g] && !known[g] {
							compounds[g] = true
						}
						if hi-lo <= longestForm && worth(run[lo:hi], stop, names, identity, lang) {
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
		if c.n >= o.leastSeen && len(c.sources) >= o.leastSets && !known[g] {
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

func worth(run []string, stop, names, identity map[string]bool, lang string) bool {
	content := false
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

// report prints how each source's held-out rows are read with and without the weights, by the best two thresholds of its own.
func report(lex *lexicons.Lexicon, lang string, weights map[string]float64, texts []text, names []string) error {
	before, err := withWeights(lex, lang, nil)
	if err != nil {
		return err
	}
	after, err := withWeights(lex, lang, weights)
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

// calibrated are the sets with texts of all three labels that are read as such, and how much each counts in the calibration: our own
// sentences are what customers write, the others keep it from their manner.
var calibrated = map[string]float64{"own": 1, "en/goemotions.jsonl": 0.4, "en/senti4sd_stackoverflow.jsonl": 0.2, "vi/uts2017_bank.jsonl": 1}

// folds is into how many parts the texts are cut for calibration.
const folds = 4

// calibrate fits the probabilities on the calibrated sets. Each text is read with weights that were fitted without it: what the weights
// have seen looks surer than what they will meet.
func calibrate(lex *lexicons.Lexicon, lang string, texts []text, names []string, bias float64, o options) (string, error) {
	counts := map[[2]int]int{} // texts by set and label
	own := 0
	for _, t := range texts {
		if !t.held {
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
				if o.balanced {
					weight /= float64(counts[[2]int{t.source, t.label}])
				}
				mirrored(&s, a, c.text, t.label, weight, bias)
			}
		}
		if o.composed > 0 {
			reviews := compose(texts, func(i int) bool { return !texts[i].held && i%folds == fold && names[texts[i].source] == "own" })
			byLabel := map[int]int{}
			for _, r := range reviews {
				byLabel[r.label]++
			}
			for _, r := range reviews {
				mirrored(&s, a, r.text, r.label, share/float64(folds*byLabel[r.label]), bias)
			}
		}
	}
	fmt.Printf("%s: texts not fitted: %v; without marks: %v\n", lang, &whole, &bare)
	w, err := s.Fit()
	if err != nil {
		return "", err
	}
	var lines []string
	for k, label := range []string{"neutral", "negative", "positive"} {
		for j, term := range analyzer.CalibrationNames() {
			if k > 0 {
				lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%.3f\n", lang, label, term, w[k][j]))
			}
		}
	}
	if bias != 0 {
		lines = append(lines, fmt.Sprintf("%s\traw\tbias\t%.2f\n", lang, bias))
	}
	slices.Sort(lines)
	return strings.Join(lines, ""), nil
}

// mirrored adds a text as it is read, with the bias of its language, and its mirror image: the function is symmetric.
func mirrored(s *learn.Softmax, a *analyzer.Analyzer, what string, label int, weight, bias float64) {
	order := []int{learn.Neutral, learn.Negative, learn.Positive}
	f := a.Features(analyzer.Input{Text: what})
	raw := f.Rest + bias
	for _, e := range f.Entries {
		raw += e.Value * e.Factor
	}
	for _, sign := range []int{1, -1} {
		x := analyzer.CalibrationTerms(float64(sign)*raw, f.Total, f.Words)
		s.Rows, s.Labels = append(s.Rows, x[:]), append(s.Labels, slices.Index(order, sign*label))
		s.Weights = append(s.Weights, weight)
	}
}

// written gives a term as weights.tsv has it: the syllables of one word are joined by `_`.
func written(term string, word bool) string {
	if word {
		return strings.ReplaceAll(term, " ", "_")
	}
	return term
}

// quality counts how texts are read.
type quality struct {
	confusion stats.Confusion
	scores    []float64 // of the texts that are not neutral
	good      []bool
}

func (q *quality) add(a *analyzer.Analyzer, label int, text string) {
	if q.confusion == nil {
		q.confusion = stats.Confusion{}
	}
	s := a.Analyze(analyzer.Input{Text: text}).Sentiment
	q.confusion.Add([]string{"negative", "neutral", "positive"}[label+1], s.Label)
	if label != learn.Neutral {
		q.scores, q.good = append(q.scores, s.Raw), append(q.good, label == learn.Positive)
	}
}

func (q *quality) String() string {
	auc, _ := stats.AUC(q.scores, q.good)
	return fmt.Sprintf("accuracy %.4f macro F1 %.4f AUC %.4f", q.confusion.Accuracy(), stats.MacroF1(q.confusion.Classes()), auc)
}

// withWeights lays a lexicon out with the fitted weights of a language.
func withWeights(lex *lexicons.Lexicon, lang string, weights map[string]float64) (*analyzer.Analyzer, error) {
	fitted := *lex
	fitted.Weights = nil
	for _, term := range slices.Sorted(maps.Keys(weights)) {
		plain := strings.ReplaceAll(term, "_", " ")
		fitted.Weights = append(fitted.Weights, lexicons.Weight{Term: plain, Value: weights[term], Lexicon: lang + "/weights", Word: plain != term})
	}
	return analyzer.New(&fitted)
}

func write(path, lang string, weights map[string]float64) error {
	var b strings.Builder
	b.WriteString(madeBy + "term\tweight\n")
	for _, term := range slices.Sorted(maps.Keys(weights)) {
		fmt.Fprintf(&b, "%s\t%g\n", term, weights[term])
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
