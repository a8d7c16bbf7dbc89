package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
	"gonum.org/v1/gonum/stat"
)

type evalCmd struct {
	Task    string `required:"" enum:"sentiment,topics,intents,language,tokenize,normalize" help:"What to measure: sentiment, topics, intents, language, tokenize or normalize."`
	Label   string `help:"Where the label stands in a row, e.g. extra.complaint." placeholder:"PATH"`
	Split   string `help:"Only rows of this split."`
	Binary  bool   `help:"Sentiment as the sign of the score against positive and negative rows; a score of 0 is wrong."`
	Pearson bool   `help:"Correlation of the score with the row's rating."`
	AUC     bool   `name:"auc" help:"How well the score ranks ratings of 4–5 over ratings of 1–2."`
	JSON    bool   `name:"json" help:"Print JSON."`
	layerFlags
	File string `arg:"" help:"Labelled texts, JSON Lines; for tokenize a sentence a line, the syllables of a word joined by _."`

	overlays []*lexicons.Overlay
}

// evalRow is a labelled text.
type evalRow struct {
	Text      string         `json:"text"`
	Title     string         `json:"title"`
	Lang      string         `json:"lang"`
	Sentiment string         `json:"sentiment"`
	Rating    *float64       `json:"rating"`
	Topics    []string       `json:"topics"`
	Split     string         `json:"split"`
	Extra     map[string]any `json:"extra"`

	raw  map[string]any
	line int
}

// evalResult is the measured figures; those that a task does not have are absent.
type evalResult struct {
	N         int                         `json:"n"`
	Accuracy  *float64                    `json:"accuracy,omitempty"`
	MacroF1   *float64                    `json:"macro_f1,omitempty"`
	MicroF1   *float64                    `json:"micro_f1,omitempty"`
	Pearson   *float64                    `json:"pearson,omitempty"`
	AUC       *float64                    `json:"auc,omitempty"`
	WordF1    *float64                    `json:"word_f1,omitempty"`
	Tokens    *float64                    `json:"token_accuracy,omitempty"`
	Classes   map[string]stats.ClassScore `json:"classes,omitempty"`
	Confusion stats.Confusion             `json:"confusion,omitempty"`
}

// Run measures one file.
func (c *evalCmd) Run(ctx context.Context, std streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	a, overlays, err := c.analyzer()
	if err != nil {
		return err
	}
	c.overlays = overlays
	res, err := c.measureFile(ctx, a, f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if res.N == 0 {
		return fmt.Errorf("%s: no row carries a label for %s", c.File, c.Task)
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", "  ")
		return enc.Encode(res)
	}
	res.print(std.out)
	return nil
}

// measureFile reads what a task needs and measures it.
func (c *evalCmd) measureFile(ctx context.Context, a *analyzer.Analyzer, r io.Reader) (evalResult, error) {
	if c.Task == "tokenize" {
		return c.words(ctx, a, r)
	}
	rows, err := readEvalRows(r, c.Split)
	if err != nil {
		return evalResult{}, err
	}
	return c.measure(ctx, a, rows)
}

func readEvalRows(r io.Reader, split string) ([]evalRow, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), maxLine)
	var rows []evalRow
	for n := 1; sc.Scan(); n++ {
		var row evalRow
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("line %d: %s", n, jsonFault(err))
		}
		if err := json.Unmarshal(sc.Bytes(), &row.raw); err != nil {
			return nil, fmt.Errorf("line %d: %s", n, jsonFault(err))
		}
		row.line = n
		if split == "" || row.Split == split {
			rows = append(rows, row)
		}
	}
	return rows, sc.Err()
}

func (c *evalCmd) measure(ctx context.Context, a *analyzer.Analyzer, rows []evalRow) (evalResult, error) {
	switch c.Task {
	case "sentiment":
		return c.sentiment(ctx, a, rows)
	case "language":
		return c.single(ctx, a, rows, "lang", func(an analyzer.Analysis, _ string) string { return an.Language.Code }, true)
	case "intents":
		if c.exclusive() {
			return c.best(ctx, a, rows)
		}
		if c.learned() != nil {
			return c.sets(ctx, a, rows)
		}
		return c.single(ctx, a, rows, "intent", hasIntent, false)
	case "topics":
		if c.exclusive() {
			return c.best(ctx, a, rows)
		}
		return c.sets(ctx, a, rows)
	default:
		return c.normalized(ctx, a, rows)
	}
}

func (c *evalCmd) sentiment(ctx context.Context, a *analyzer.Analyzer, rows []evalRow) (evalResult, error) {
	confusion := stats.Confusion{}
	var scores, ratings, ranked []float64
	var liked []bool
	n := 0
	for i := range rows {
		if ctx.Err() != nil {
			return evalResult{}, ctx.Err()
		}
		row := &rows[i]
		truth := row.Sentiment
		if c.Label != "" {
			truth = row.label(c.Label)
		}
		if truth == "" && row.Rating == nil {
			continue
		}
		s := a.Analyze(analyzer.Input{Title: row.Title, Text: row.Text}).Sentiment
		n++
		if row.Rating != nil {
			scores, ratings = append(scores, s.Score), append(ratings, *row.Rating)
			if *row.Rating != 3 {
				ranked, liked = append(ranked, s.Score), append(liked, *row.Rating > 3)
			}
		}
		if truth == "" {
			continue
		}
		if c.Binary {
			if truth == analyzer.Neutral {
				continue
			}
			predicted := "none"
			if s.Raw > 0 {
				predicted = analyzer.Positive
			} else if s.Raw < 0 {
				predicted = analyzer.Negative
			}
			confusion.Add(truth, predicted)
			continue
		}
		confusion.Add(truth, s.Label)
	}
	res := classified(confusion)
	res.N = n
	if c.Pearson && len(scores) > 1 {
		r := stat.Correlation(scores, ratings, nil)
		res.Pearson = &r
	}
	if c.AUC {
		if auc, ok := stats.AUC(ranked, liked); ok {
			res.AUC = &auc
		}
	}
	return res, nil
}

// classified turns a confusion into figures.
func classified(confusion stats.Confusion) evalResult {
	if len(confusion) == 0 {
		return evalResult{}
	}
	n := 0
	for _, row := range confusion {
		for _, k := range row {
			n += k
		}
	}
	classes := confusion.Classes()
	accuracy, macro := confusion.Accuracy(), stats.MacroF1(classes)
	return evalResult{N: n, Accuracy: &accuracy, MacroF1: &macro, MicroF1: &accuracy, Classes: classes, Confusion: confusion}
}

// single measures a task of one label a row.
func (c *evalCmd) single(ctx context.Context, a *analyzer.Analyzer, rows []evalRow, usual string, read func(analyzer.Analysis, string) string, language bool) (evalResult, error) {
	path := c.Label
	if path == "" {
		path = usual
	}
	confusion := stats.Confusion{}
	for i := range rows {
		if ctx.Err() != nil {
			return evalResult{}, ctx.Err()
		}
		truth := rows[i].label(path)
		if truth == "" {
			continue
		}
		if language && truth != "vi" && truth != "en" {
			truth = "und"
		}
		confusion.Add(truth, read(a.Analyze(analyzer.Input{Title: rows[i].Title, Text: rows[i].Text}), path))
	}
	return classified(confusion), nil
}

// hasIntent reads a yes-or-no label such as extra.complaint: whether the analysis lists the intent the path ends in.
func hasIntent(an analyzer.Analysis, path string) string {
	want := path[strings.LastIndexByte(path, '.')+1:]
	has := slices.ContainsFunc(an.Intents, func(in analyzer.Intent) bool { return in.ID == want })
	return fmt.Sprint(has)
}

// learned gives the overlay that learned the task, nil for none.
func (c *evalCmd) learned() *lexicons.Overlay {
	for _, o := range c.overlays {
		if string(o.Task) == c.Task {
			return o
		}
	}
	return nil
}

// exclusive tells whether the task has one label a text, as an overlay learned it.
func (c *evalCmd) exclusive() bool {
	o := c.learned()
	return o != nil && o.Exclusive
}

// path gives where the labels stand.
func (c *evalCmd) path() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Task
}

// listed gives the labels an analysis lists for the task, surest first, and those of them that are sure.
func (c *evalCmd) listed(an analyzer.Analysis) (all, sure []string) {
	if c.Task == "topics" {
		for _, t := range an.Topics {
			all = append(all, t.ID)
			if t.Sure {
				sure = append(sure, t.ID)
			}
		}
		return all, sure
	}
	for _, t := range an.Intents {
		all = append(all, t.ID)
		if t.Sure {
			sure = append(sure, t.ID)
		}
	}
	return all, sure
}

// best measures a task of one label a text: the first that is listed. Of a row with several labels any is right.
func (c *evalCmd) best(ctx context.Context, a *analyzer.Analyzer, rows []evalRow) (evalResult, error) {
	confusion := stats.Confusion{}
	for i := range rows {
		if ctx.Err() != nil {
			return evalResult{}, ctx.Err()
		}
		truth, err := rows[i].labels(c.path())
		if err != nil {
			return evalResult{}, fmt.Errorf("line %d: %w", rows[i].line, err)
		}
		if len(truth) == 0 {
			continue
		}
		predicted := "none"
		if all, _ := c.listed(a.Analyze(analyzer.Input{Title: rows[i].Title, Text: rows[i].Text})); len(all) > 0 {
			predicted = all[0]
		}
		if slices.Contains(truth, predicted) {
			truth[0] = predicted
		}
		confusion.Add(truth[0], predicted)
	}
	return classified(confusion), nil
}

// sets measures a task of any number of labels a text: those that are sure.
func (c *evalCmd) sets(ctx context.Context, a *analyzer.Analyzer, rows []evalRow) (evalResult, error) {
	sets := stats.NewLabelSets()
	n, same := 0, 0
	for i := range rows {
		if ctx.Err() != nil {
			return evalResult{}, ctx.Err()
		}
		truth, err := rows[i].labels(c.path())
		if err != nil {
			return evalResult{}, fmt.Errorf("line %d: %w", rows[i].line, err)
		}
		if truth == nil {
			continue
		}
		n++
		_, predicted := c.listed(a.Analyze(analyzer.Input{Title: rows[i].Title, Text: rows[i].Text}))
		sets.Add(truth, predicted)
		slices.Sort(truth)
		slices.Sort(predicted)
		if slices.Equal(truth, predicted) {
			same++
		}
	}
	if n == 0 {
		return evalResult{}, nil
	}
	classes := sets.Classes()
	macro, micro, exact := stats.MacroF1(classes), sets.MicroF1(), float64(same)/float64(n)
	return evalResult{N: n, Accuracy: &exact, MacroF1: &macro, MicroF1: &micro, Classes: classes}, nil
}

// label gives the value at a dotted path of the row as text, "" where there is none.
func (r *evalRow) label(path string) string {
	var v any = r.raw
	for _, key := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v = m[key]
	}
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		if len(v) == 0 {
			return ""
		}
		return fmt.Sprint(v[0])
	default:
		return fmt.Sprint(v)
	}
}

// labels gives the labels at a dotted path: text, true and false, numbers, or a list of these. Nil is no label, an empty list says that
// there is none.
func (r *evalRow) labels(path string) ([]string, error) {
	var v any = r.raw
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, nil
		}
		v = m[key]
	}
	list, ok := v.([]any)
	if !ok {
		if v == nil || v == "" {
			return nil, nil
		}
		list = []any{v}
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		switch v := v.(type) {
		case string, bool, float64:
			out = append(out, fmt.Sprint(v))
		default:
			return nil, fmt.Errorf("%s is no label: text, true, false, a number, or a list of these are", path)
		}
	}
	return out, nil
}

// print writes the figures for people.
func (r evalResult) print(w io.Writer) {
	fmt.Fprintf(w, "n %d\n", r.N)
	for _, f := range []struct {
		name  string
		value *float64
	}{{"accuracy", r.Accuracy}, {"macro F1", r.MacroF1}, {"micro F1", r.MicroF1}, {"Pearson r", r.Pearson}, {"AUC", r.AUC}, {"word F1", r.WordF1}, {"token accuracy", r.Tokens}} {
		if f.value != nil {
			fmt.Fprintf(w, "%s %.4f\n", f.name, *f.value)
		}
	}
	names := make([]string, 0, len(r.Classes))
	for name := range r.Classes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		s := r.Classes[name]
		fmt.Fprintf(w, "  %-24s precision %.3f  recall %.3f  F1 %.3f  n %d\n", name, s.Precision, s.Recall, s.F1, s.N)
	}
}
