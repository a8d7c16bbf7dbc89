// Command confidence fits how sure the built-in intents are: how often an intent with a raw score is right, on the project's own messages
// to support (testdata/tickets, the rows that are not held out). It writes lexicons/confidence.tsv. Run it from the top folder after a change of the intents:
//
//	go run ./analyzer/learn/confidence
//
// The chance is logistic in the raw score (Platt 1999), with a slope and an offset an intent. Few messages have each, so the coefficients
// are drawn to those of all intents together (a Gaussian prior), and those to the identity.
package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "confidence:", err)
		os.Exit(1)
	}
}

// example is one intent that was listed, its raw score and whether it is right.
type example struct {
	intent string
	raw    float64
	right  bool
	target float64 // the chance it stands for
}

func run() error {
	lex, err := lexicons.Builtin()
	if err != nil {
		return err
	}
	a, err := analyzer.New(lex)
	if err != nil {
		return err
	}
	var all []example
	for _, lang := range []string{"en", "vi"} {
		found, err := read(a, filepath.Join("testdata", "tickets", lang+".tsv"))
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	aim(all)
	shared := fit(slices.DeleteFunc(slices.Clone(all), func(e example) bool { return e.intent == "complaint" }), line{1, 0}, 0.5)
	var b strings.Builder
	b.WriteString("# Made by go run ./analyzer/learn/confidence from testdata/tickets; do not edit.\nintent\tslope\toffset\n")
	for _, intent := range slices.Sorted(slices.Values(a.Intents())) {
		own := slices.DeleteFunc(slices.Clone(all), func(e example) bool { return e.intent != intent })
		l := fit(own, shared, 8)
		fmt.Fprintf(&b, "%s\t%.2f\t%.2f\n", intent, l.slope, l.offset)
		fmt.Printf("%-12s %3d listed, chance at raw 0 %.2f, at 3 %.2f\n", intent, len(own), l.at(0), l.at(3))
	}
	return os.WriteFile(filepath.Join("lexicons", "confidence.tsv"), []byte(b.String()), 0o644)
}

// read gives the intents that are listed for the rows of a file that are not held out.
func read(a *analyzer.Analyzer, name string) ([]example, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []example
	for scan, n := bufio.NewScanner(f), 0; scan.Scan(); {
		if n++; n == 1 {
			continue
		}
		cells := strings.Split(scan.Text(), "\t")
		if len(cells) != 4 {
			return nil, fmt.Errorf("%s:%d: %d columns, want 4", name, n, len(cells))
		}
		if cells[0] == "held" {
			continue
		}
		for _, in := range a.Analyze(analyzer.Input{Text: strings.ReplaceAll(cells[3], `\n`, "\n")}).Intents {
			out = append(out, example{intent: in.ID, raw: in.Raw, right: slices.Contains(strings.Split(cells[1], ","), in.ID)})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no intent is listed for any row", name)
	}
	return out, nil
}

// aim sets the targets after Platt: as few messages have an intent, none of them is taken for certain; with n right ones a right one
// stands for a chance of (n+1)/(n+2), with n wrong ones a wrong one for 1/(n+2).
func aim(examples []example) {
	type outcome struct {
		intent string
		right  bool
	}
	count := map[outcome]float64{}
	for _, e := range examples {
		count[outcome{e.intent, e.right}]++
	}
	for i := range examples {
		e := &examples[i]
		n := count[outcome{e.intent, e.right}]
		if e.target = 1 / (n + 2); e.right {
			e.target = (n + 1) / (n + 2)
		}
	}
}

// line is a logistic function of the raw score.
type line struct{ slope, offset float64 }

func (l line) at(raw float64) float64 { return 1 / (1 + math.Exp(-l.slope*raw-l.offset)) }

// fit maximises the likelihood of examples with a Gaussian prior of some weight around a line, by Newton's method: the loss is convex and
// has two coefficients. A confidence must not fall with the evidence, so the slope is at least 0.05.
func fit(examples []example, prior line, weight float64) line {
	l := prior
	for range 100 {
		g0, g1 := weight*(l.slope-prior.slope), weight*(l.offset-prior.offset)
		h00, h01, h11 := weight, 0.0, weight
		for _, e := range examples {
			p := l.at(e.raw)
			d, w := p-e.target, p*(1-p)
			g0, g1 = g0+d*e.raw, g1+d
			h00, h01, h11 = h00+w*e.raw*e.raw, h01+w*e.raw, h11+w
		}
		det := h00*h11 - h01*h01
		s0, s1 := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		if n := math.Hypot(s0, s1); n > 1 { // a long step can overshoot
			s0, s1 = s0/n, s1/n
		}
		l = line{l.slope - s0, l.offset - s1}
		if math.Hypot(s0, s1) < 1e-9 {
			break
		}
	}
	l.slope = max(l.slope, 0.05)
	return l
}
