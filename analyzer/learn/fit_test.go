package learn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// drawn gives docs of random features with labels that follow hidden weights.
func drawn(n, features, classes int) *multinomial {
	rng := rand.New(rand.NewPCG(7, 8))
	hidden := make([]float64, features*classes)
	for i := range hidden {
		hidden[i] = 3 * rng.NormFloat64()
	}
	p := &multinomial{strength: make([]float64, features), classes: classes, gap: 1e-5}
	for j := range p.strength {
		p.strength[j] = 0.2 + rng.Float64()
	}
	for i := range n {
		d := doc{value: 0.4}
		for j := range features {
			if rng.IntN(4) == 0 {
				d.features = append(d.features, int32(j))
			}
		}
		scores := make([]float64, classes)
		for k := range scores {
			for _, j := range d.features {
				scores[k] += d.value * hidden[int(j)*classes+k]
			}
			scores[k] -= math.Log(-math.Log(rng.Float64())) // Gumbel: a draw by the softmax
		}
		p.docs, p.rows, p.labels, p.cost = append(p.docs, d), append(p.rows, int32(i)), append(p.labels, int32(argmax(scores))), append(p.cost, 2)
	}
	return p
}

// TestMultinomialOptimum holds the fit to its optimum: there, every weight is what the rows pull it to.
func TestMultinomialOptimum(t *testing.T) {
	p := drawn(400, 30, 5)
	planes := p.solve(t.Context())
	pull := make([][]float64, p.classes)
	for k := range pull {
		pull[k] = make([]float64, len(p.strength))
	}
	for i, row := range p.rows {
		d := &p.docs[row]
		scores, total := make([]float64, p.classes), 0.0
		for k := range scores {
			for _, j := range d.features {
				scores[k] += d.value * planes[k].w[j]
			}
			scores[k] = math.Exp(scores[k] + planes[k].b)
			total += scores[k]
		}
		for k := range scores {
			is := 0.0
			if p.labels[i] == int32(k) {
				is = 1
			}
			for _, j := range d.features {
				pull[k][j] += p.cost[i] * d.value * p.strength[j] * (is - scores[k]/total)
			}
		}
	}
	off, size := 0.0, 0.0
	for j := range p.strength {
		// The median was taken off every feature; in the optimum the weights of a feature add up to 0.
		mean := 0.0
		for k := range planes {
			mean += planes[k].w[j] / float64(p.classes)
		}
		for k := range planes {
			w := planes[k].w[j] - mean
			off += (w - pull[k][j]) * (w - pull[k][j])
			size += w * w
		}
	}
	if size == 0 || math.Sqrt(off/size) > 0.05 {
		t.Errorf("weights are %.3f of their size from the optimum", math.Sqrt(off/size))
	}
}

// TestNothingOfOnePerson: what fewer than three people say is no feature, however often they say it.
func TestNothingOfOnePerson(t *testing.T) {
	lex, _ := builtin(t)
	a, err := analyzer.New(lex)
	if err != nil {
		t.Fatal(err)
	}
	var examples []Example
	for i := range 6 {
		examples = append(examples,
			Example{Text: fmt.Sprintf("Chậu xương rồng Trường Giang vỡ lần thứ %d", i), Labels: []string{"a"}, Customer: "one"},
			Example{Text: fmt.Sprintf("Đơn hàng bánh chưng hỏng ngày %d tháng ba %s", i, strings.Repeat("!", i)), Labels: []string{"b"}, Customer: fmt.Sprint("many ", i)},
			Example{Text: "Mật khẩu là cúc vạn thọ", Labels: []string{"b"}}, // one text, six times
		)
	}
	c, err := read(t.Context(), a, lexicons.Topics, examples, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range c.names {
		for _, secret := range []string{"giang", "trường", "xương", "vạn", "thọ", "cúc"} {
			if strings.Contains(name, secret) && name[0] == 'w' {
				t.Errorf("%s was said by one person", name)
			}
		}
	}
	if !slices.Contains(c.names, "w:bánh chưng") {
		t.Error("w:bánh chưng was said by six people and is no feature")
	}
}

func TestForPrecision(t *testing.T) {
	answers := func(n int, right func(int) bool) []given {
		var out []given
		for i := range n {
			out = append(out, given{1 - float64(i)/float64(n), right(i)})
		}
		return out
	}
	for name, c := range map[string]struct {
		answers []given
		want    func(float64) bool
	}{
		"all right":          {answers(100, func(int) bool { return true }), func(at float64) bool { return at <= 0.01 }},
		"the first half":     {answers(100, func(i int) bool { return i < 50 }), func(at float64) bool { return at > 0.4 && at < 0.6 }},
		"none":               {answers(100, func(int) bool { return false }), func(at float64) bool { return at == never }},
		"too few to be sure": {answers(3, func(int) bool { return true }), func(at float64) bool { return at == never }},
		"no answer":          {nil, func(at float64) bool { return at == never }},
	} {
		if at := forPrecision(c.answers, 0.8); !c.want(at) {
			t.Errorf("%s: the threshold is %v", name, at)
		}
	}
}

// TestPrecisionHolds: of what is sure on texts that were not fitted, the wanted share is right.
func TestPrecisionHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("learns at length; run without -short")
	}
	lex, _ := builtin(t)
	_, card, err := Learn(t.Context(), lex, sentences(t, byDomain, 2900), nil, Options{Name: "sure", Task: lexicons.Topics, Precision: 0.9, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if card.Sureness == nil || card.Sureness.Precision == nil {
		t.Fatalf("nothing was sure: %s", card.Reason)
	}
	if p := card.Sureness.Precision; p.High < 0.9 || card.Sureness.Answers < 50 {
		t.Errorf("%d sure answers, of which %s are right; wanted 0.9", card.Sureness.Answers, p)
	}
	if !strings.Contains(string(card.Markdown()), "## When an answer is sure") {
		t.Error("the card does not tell when an answer is sure")
	}
}

// TestPrune keeps the weights that count and no more than asked for.
func TestPrune(t *testing.T) {
	l := &learner{corpus: &corpus{texts: []int32{100, 4, 4}}, task: lexicons.Topics, labels: []string{"a", "b"}}
	planes := []plane{{w: []float64{0.5, 0.6, 0.005}}, {w: []float64{-0.4, 0, 2}}}
	l.prune(planes, 3)
	if want := [][]float64{{0.5, 0, 0}, {-0.4, 0, 2}}; !slices.Equal(planes[0].w, want[0]) || !slices.Equal(planes[1].w, want[1]) {
		t.Errorf("left %v and %v", planes[0].w, planes[1].w)
	}
}
