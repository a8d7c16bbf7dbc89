// Command confidence fits how sure the built-in intents are: how often an intent with a raw score is right, on the project's own messages
// to support (testdata/tickets, the rows "sure"). It writes lexicons/confidence.tsv. Run it from the top folder after a change of the intents:
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
	shared := fit(all, line{1, 0}, 0.5)
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

// read gives the intents that are listed for the rows of a file that no entry was chosen on.
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
		if cells[0] != "sure" {
			continue
		}
		for _, in := range a.Analyze(analyzer.Input{Text: cells[3]}).Intents {
			out = append(out, example{in.ID, in.Raw, slices.Contains(strings.Split(cells[1], ","), in.ID)})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no intent is listed for any row", name)
	}
	return out, nil
}

// line is a logistic function of the raw score.
type line struct{ slope, offset float64 }

func (l line) at(raw float64) float64 { return 1 / (1 + math.Exp(-l.slope*raw-l.offset)) }

// fit maximises the likelihood of examples with a Gaussian prior of some weight around a line, by Newton's method: the loss is convex and
// has two coefficients. A confidence must not fall with the evidence, so the slope is at least 0.05; and an intent is listed from
// raw 0 on, where more than half should be right, so the offset is at least 0.
func fit(examples []example, prior line, weight float64) line {
	l := prior
	for range 100 {
		g0, g1 := weight*(l.slope-prior.slope), weight*(l.offset-prior.offset)
		h00, h01, h11 := weight, 0.0, weight
		for _, e := range examples {
			p := l.at(e.raw)
			y := 0.0
			if e.right {
				y = 1
			}
			d, w := p-y, p*(1-p)
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
	l.slope, l.offset = max(l.slope, 0.05), max(l.offset, 0)
	return l
}
