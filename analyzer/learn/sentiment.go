package learn

import (
	"context"
	"math"
	"slices"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// A learned sentiment adds to what the built-in reads: the raw score is the built-in's plus, for each feature, a weight in the same valence
// units, so the built-in's evidence stays as it is and where nothing was learned nothing changes. Texts labelled negative, neutral and
// positive are fitted as −1, 0 and 1 of one margin.
// The learned bias is shared out to the words of a text, and a text foreign to what was learned is left alone (familiar.go).

// leastKnown is the least that a unit of the built-in raw score may be worth in margins: below it, learned weights would drown it.
const leastKnown = 0.25

// unit gives what margins are divided by to be valence units.
func (p *plane) unit() float64 { return math.Max(p.a, leastKnown) * knownScale }

// sentimentLabel is the one label, with the bias.
func sentimentLabel(p *plane) []lexicons.Label {
	return []lexicons.Label{{ID: lexicons.RawLabel, Bias: p.b / p.unit()}}
}

// readOut is what an overlay that was not fitted to a text makes of it.
type readOut struct {
	raw, total float64
	words      int
	lang       string
	label      int32
	weight     float64
}

// readOuts reads every text with an overlay of the other folds.
func (l *learner) readOuts(ctx context.Context, base *lexicons.Lexicon, manifest lexicons.Manifest, planes [][]plane) ([]readOut, error) {
	var out []readOut
	for fold, p := range planes {
		content, err := files(manifest, l.corpus.names, sentimentLabel(&p[0]), keep(p, []float64{1 / p[0].unit()}), plainCalibration(base, l.langs()))
		if err != nil {
			return nil, err
		}
		a, err := layered(base, content)
		if err != nil {
			return nil, err
		}
		for i := range l.corpus.examples {
			if l.corpus.fold[i] != fold {
				continue
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			e := &l.corpus.examples[i]
			s := a.Analyze(analyzer.Input{Title: e.Title, Text: e.Text}).Sentiment
			r := readOut{raw: s.Raw, words: l.corpus.docs[i].words, lang: l.corpus.docs[i].lang, label: l.truth[i][0], weight: e.Weight}
			for _, ev := range s.Evidence {
				r.total += math.Abs(ev.Contribution)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

// layered gives an analyzer of a lexicon with one more overlay.
func layered(base *lexicons.Lexicon, content map[string][]byte) (*analyzer.Analyzer, error) {
	o, err := lexicons.NewOverlay(content)
	if err != nil {
		return nil, err
	}
	lex, err := base.With(o)
	if err != nil {
		return nil, err
	}
	return analyzer.New(lex)
}

// fewestCalibrated is how many texts of a language make a calibration of their own.
const fewestCalibrated = 50

// langs lists the languages that enough texts have. A text of none counts as English, as the analyzer takes it.
func (l *learner) langs() []string {
	n := map[string]int{}
	for i := range l.corpus.docs {
		n[calibrated(l.corpus.docs[i].lang)]++
	}
	var out []string
	for _, lang := range []string{"en", "vi"} {
		if n[lang] >= fewestCalibrated {
			out = append(out, lang)
		}
	}
	return out
}

func calibrated(lang string) string {
	if lang == "vi" {
		return "vi"
	}
	return "en"
}

// plainCalibration gives the calibration of the lexicon for some languages.
func plainCalibration(base *lexicons.Lexicon, langs []string) []lexicons.Calibration {
	out := []lexicons.Calibration{}
	for _, c := range base.Calibration {
		if slices.Contains(langs, c.Lang) {
			out = append(out, c)
		}
	}
	return out
}

// calibrate fits how a raw score becomes probabilities, for each language, and gives the log of it. How far rare labels are lifted is
// chosen by what it does to accuracy and macro-F1.
func (l *learner) calibrate(base *lexicons.Lexicon, outs []readOut) ([]lexicons.Calibration, error) {
	var all []lexicons.Calibration
	for _, lang := range l.langs() {
		var rows []readOut
		for _, r := range outs {
			if calibrated(r.lang) == lang {
				rows = append(rows, r)
			}
		}
		var best []lexicons.Calibration
		quality := -1.0
		for _, lift := range []float64{0, 0.35, 0.7, 1} {
			c, err := calibrateLanguage(base, lang, rows, lift)
			if err != nil {
				return nil, err
			}
			if q := calibratedQuality(c, rows); q > quality+betterBy {
				best, quality = c, q
			}
		}
		all = append(all, best...)
	}
	return all, nil
}

// The calibration's labels as grades.
var calibrationGrades = []struct {
	label string
	grade int32
}{{"neutral", 1}, {"negative", 0}, {"positive", 2}}

// anchorShare is how much the built-in calibration weighs against the texts, as a share of them.
const anchorShare = 0.03

func calibrateLanguage(base *lexicons.Lexicon, lang string, rows []readOut, lift float64) ([]lexicons.Calibration, error) {
	terms := analyzer.CalibrationNames()
	soft := Softmax{Classes: 3, Strength: 0.5}
	counts := [3]float64{}
	total := 0.0
	for _, r := range rows {
		counts[r.label] += r.weight
		total += r.weight
	}
	add := func(raw, magnitude float64, words, class int, weight float64) {
		x := analyzer.CalibrationTerms(raw, magnitude, words)
		soft.Rows, soft.Labels, soft.Weights = append(soft.Rows, x[:]), append(soft.Labels, class), append(soft.Weights, weight)
	}
	for _, r := range rows {
		class := slices.IndexFunc(calibrationGrades, func(g struct {
			label string
			grade int32
		}) bool {
			return g.grade == r.label
		})
		add(r.raw, r.total, r.words, class, r.weight*math.Pow(counts[r.label]/total*3, -lift))
	}
	// Where no text stands, as with little evidence or in the middle, what the built-in says holds.
	builtin := coefficients(base.Calibration, lang)
	raws := []float64{-6, -3, -1.5, -0.7, -0.3, 0, 0.3, 0.7, 1.5, 3, 6}
	lengths := []int{4, 10, 25}
	share := anchorShare * total / float64(len(raws)*len(lengths)*2)
	for _, raw := range raws {
		for _, words := range lengths {
			for _, more := range []float64{0, 2} {
				p := probabilities(builtin, raw, math.Abs(raw)+more, words)
				for class, v := range p {
					add(raw, math.Abs(raw)+more, words, class, v*share)
				}
			}
		}
	}
	w, err := soft.Fit()
	if err != nil {
		return nil, err
	}
	var out []lexicons.Calibration
	for class := 1; class < 3; class++ {
		for j, v := range w[class] {
			out = append(out, lexicons.Calibration{Lang: lang, Label: calibrationGrades[class].label, Term: terms[j], Value: math.Round(v*1e4) / 1e4})
		}
	}
	slices.SortFunc(out, func(a, b lexicons.Calibration) int { // as the table is sorted
		return slices.Compare([]string{a.Lang, a.Label, a.Term}, []string{b.Lang, b.Label, b.Term})
	})
	return out, nil
}

// coefficients gives the calibration of a language by class and term.
func coefficients(rows []lexicons.Calibration, lang string) [3][]float64 {
	terms := analyzer.CalibrationNames()
	var out [3][]float64
	for class := range out {
		out[class] = make([]float64, len(terms))
	}
	for _, c := range rows {
		for class, g := range calibrationGrades {
			if c.Lang == lang && c.Label == g.label {
				out[class][slices.Index(terms, c.Term)] = c.Value
			}
		}
	}
	return out
}

// probabilities gives those of neutral, negative and positive.
func probabilities(w [3][]float64, raw, total float64, words int) [3]float64 {
	var p [3]float64
	sum := 0.0
	for class := range p {
		z := 0.0
		for j, v := range analyzer.CalibrationTerms(raw, total, words) {
			z += w[class][j] * v
		}
		p[class] = math.Exp(z)
		sum += p[class]
	}
	for class := range p {
		p[class] /= sum
	}
	return p
}

func calibratedQuality(c []lexicons.Calibration, rows []readOut) float64 {
	confusion := stats.Confusion{}
	w := coefficients(c, c[0].Lang)
	for _, r := range rows {
		p := probabilities(w, r.raw, r.total, r.words)
		confusion.Add(sentiments[r.label], calibrationGrades[argmax(p[:])].label)
	}
	return balanced(confusion)
}
