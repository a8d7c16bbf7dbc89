package learn

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

var (
	update = flag.Bool("update", false, "write the goldens anew")
	onSets = flag.Bool("sets", false, "learn from the public test sets too; it takes minutes")
)

// figuresNear is how far a learned figure may be from its scorecard: a word more in the lexicon moves one a little.
const figuresNear = 0.03

// golden compares the figures of lines with those of a scorecard, or writes it. The cells that are compared are named by their columns.
func golden(t *testing.T, name, got string, split func(line string) []string, columns ...int) {
	t.Helper()
	path := filepath.Join("../../testdata/scorecard", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	if len(g) != len(w) {
		t.Fatalf("%s has %d lines, now there are %d; if that is meant, write it anew with -update", path, len(w), len(g))
	}
	compared := 0
	for i := range g {
		is, was := split(g[i]), split(w[i])
		if len(is) != len(was) || len(is) > 0 && is[0] != was[0] {
			t.Errorf("%s:%d: another line now:\n%s\n%s", path, i+1, w[i], g[i])
			continue
		}
		for _, at := range columns {
			if at >= len(is) {
				continue
			}
			a, err := strconv.ParseFloat(was[at], 64)
			b, err2 := strconv.ParseFloat(is[at], 64)
			if err != nil || err2 != nil {
				continue // a heading
			}
			if compared++; math.Abs(a-b) > figuresNear {
				t.Errorf("%s:%d: %s is %s now; if that is meant, write it anew with -update", path, i+1, w[i], is[at])
			}
		}
	}
	if compared == 0 {
		t.Errorf("%s has no figure", path)
	}
}

// table reads a table of ours: the examples that a row gives, by its part.
func table(t *testing.T, name string, labels func(cells []string) []string) (train, held []Example) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:] {
		cells := strings.Split(line, "\t")
		e := Example{Text: cells[len(cells)-1], Labels: labels(cells), Line: i + 2}
		if cells[0] == "held" {
			held = append(held, e)
		} else {
			train = append(train, e)
		}
	}
	if len(train) == 0 || len(held) == 0 {
		t.Fatalf("%s has %d rows to learn from and %d held out", name, len(train), len(held))
	}
	return train, held
}

// TestScorecardLearned holds what is learned from our own labelled texts, read on those held out, to testdata/scorecard/learned.txt.
func TestScorecardLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("learns at length; run without -short")
	}
	lex, _ := builtin(t)
	column := func(at ...int) func([]string) []string {
		return func(cells []string) []string {
			var parts []string
			for _, i := range at {
				parts = append(parts, cells[i])
			}
			return []string{strings.Join(parts, " ")}
		}
	}
	list := func(cells []string) []string {
		if cells[1] == "" || cells[1] == "-" {
			return []string{}
		}
		return strings.Split(cells[1], ",")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-34s %6s %5s %9s %9s %6s %9s\n", "learned from", "train", "held", "micro_f1", "macro_f1", "ece", "gate")
	for _, c := range []struct {
		file, what string
		task       lexicons.Task
		labels     func([]string) []string
	}{
		{"sentences/vi.tsv", "domain", lexicons.Topics, column(1)},
		{"sentences/en.tsv", "domain", lexicons.Topics, column(1)},
		{"sentences/vi.tsv", "domain, sentiment", lexicons.Topics, column(1, 3)},
		{"tickets/vi.tsv", "intents", lexicons.Intents, list},
		{"tickets/en.tsv", "intents", lexicons.Intents, list},
	} {
		train, held := table(t, c.file, c.labels)
		_, card, err := Learn(t.Context(), lex, train, held, Options{Name: "own", Task: c.task, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if card.After == nil {
			t.Fatalf("%s, %s: nothing measured: %s", c.file, c.what, card.Reason)
		}
		gate := "refuses"
		if card.Accepted {
			gate = "accepts"
		}
		f := card.After
		fmt.Fprintf(&b, "%-34s %6d %5d %9.3f %9.3f %6.3f %9s\n", strings.TrimSuffix(c.file, ".tsv")+": "+c.what, card.Data.Train, card.Data.HeldOut, f.MicroF1.Value, f.MacroF1.Value, f.Calibration, gate)
	}
	wide := func(line string) []string {
		if len(line) < 34 {
			return nil
		}
		return append([]string{line[:34]}, strings.Fields(line[34:])...)
	}
	golden(t, "learned.txt", b.String(), wide, 3, 4)
}

// learnedSet is a public test set with labels to learn. Where it has no dev part, every fifth row is one.
type learnedSet struct {
	name, label string // label as thau learn --label names it
	task        lexicons.Task
	exclusive   bool
	measure     string
	of          func(Figures) float64
	goal        float64
}

var learnedSets = []learnedSet{
	{"vi/uit_vsfc", "topics", lexicons.Topics, true, "accuracy", byAccuracy, .875},
	{"vi/uit_viocd", "extra.complaint", lexicons.Intents, true, "macro-F1", byMacro, .925},
	{"vi/uts2017_bank", "topics", lexicons.Topics, false, "micro-F1", byMicro, .76},
	{"vi/uts2017_bank", "topics", lexicons.Topics, true, "accuracy, exclusive", byAccuracy, .76},
	{"vi/uit_visfd", "topics", lexicons.Topics, false, "micro-F1", byMicro, .82},
	{"en/banking77", "topics", lexicons.Topics, true, "accuracy on a fifth of train", byAccuracy, .92},
	{"en/clinc150", "topics", lexicons.Topics, true, "accuracy", byAccuracy, .90},
	{"en/gplay_app_reviews", "topics", lexicons.Topics, true, "macro-F1", byMacro, .70},
	{"en/ijcnlp17_customer_feedback", "topics", lexicons.Topics, true, "accuracy, exclusive", byAccuracy, .70},
}

func byAccuracy(f Figures) float64 { return f.Accuracy.Value }
func byMacro(f Figures) float64    { return f.MacroF1.Value }
func byMicro(f Figures) float64    { return f.MicroF1.Value }

// rows reads the parts of a set.
func (s *learnedSet) rows(t *testing.T, folder string) (train, dev []Example) {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, s.name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<22)
	var all []Example
	for n := 1; lines.Scan(); n++ {
		var row struct {
			Text, Split string
			Topics      []string
			Extra       map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatalf("%s:%d: %v", s.name, n, err)
		}
		e := Example{Text: row.Text, Labels: row.Topics, Line: n}
		if key, ok := strings.CutPrefix(s.label, "extra."); ok {
			e.Labels = nil
			if v, ok := row.Extra[key]; ok {
				e.Labels = []string{fmt.Sprint(v)}
			}
		}
		all = append(all, e)
		if row.Split == "dev" {
			dev = append(dev, e)
		} else {
			train = append(train, e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(dev) == 0 {
		train = nil
		for i, e := range all {
			if i%5 == 4 {
				dev = append(dev, e)
			} else {
				train = append(train, e)
			}
		}
	}
	return train, dev
}

// TestScorecardLearnedSets learns from the train parts of public test sets and holds what is read on their dev parts to
// testdata/scorecard/learned_sets.md. The sets are not part of the project: they are looked for in TESTSETS_DIR.
func TestScorecardLearnedSets(t *testing.T) {
	if !*onSets {
		t.Skip("learns from public test sets for minutes; run with -sets")
	}
	folder := os.Getenv("TESTSETS_DIR")
	if folder == "" {
		folder = "../../../shared/data"
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no test sets at %s; TESTSETS_DIR names another folder", folder)
	}
	lex, behaviours := builtin(t)
	var b strings.Builder
	b.WriteString("| set | label | train | dev | measure | figure | goal | over it | weights | MB | calibration error |\n|---|---|---:|---:|---|---:|---:|---:|---:|---:|---:|\n")
	for _, s := range learnedSets {
		train, dev := s.rows(t, folder)
		began := time.Now()
		o, card, err := Learn(t.Context(), lex, train, nil, Options{Name: "set", Task: s.task, Exclusive: &s.exclusive, Behaviours: behaviours, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if o == nil {
			t.Fatalf("%s: refused: %s", s.name, card.Reason)
		}
		t.Logf("%s %s: %.0f s, %+v", s.name, s.measure, time.Since(began).Seconds(), card.Settings)
		figures, size := s.read(t, lex, o, dev)
		figure := s.of(*figures)
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %s | %.3f | %.3f | %+.3f | %d | %.1f | %.3f |\n", s.name, s.label, len(train), len(dev), s.measure, figure, s.goal, figure-s.goal,
			card.Weights, float64(size)/1e6, figures.Calibration)
	}
	cells := func(line string) []string {
		out := strings.Split(strings.Trim(line, "| "), "|")
		for i := range out {
			out[i] = strings.TrimSpace(out[i])
		}
		return out
	}
	golden(t, "learned_sets.md", b.String(), cells, 5)
}

// read measures an overlay on the dev part, and gives the bytes of its tables.
func (s *learnedSet) read(t *testing.T, lex *lexicons.Lexicon, o *lexicons.Overlay, dev []Example) (*Figures, int) {
	t.Helper()
	laid, err := lex.With(o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(laid)
	if err != nil {
		t.Fatal(err)
	}
	if dev, err = check(dev, s.task, s.exclusive); err != nil {
		t.Fatal(err)
	}
	size := 0
	for name, content := range o.Files() {
		if strings.HasSuffix(name, ".tsv") {
			size += len(content)
		}
	}
	var labels []string
	for _, l := range o.Model.Labels {
		labels = append(labels, l.ID)
	}
	sc := &scorer{dev, s.exclusive}
	return sc.figures("overlay", answers(a, dev, readLabels(s.task, s.exclusive, labels, nil)), 1), size
}
