package learn

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// sentences reads our own Vietnamese sentences: with their domain, or with their sentiment.
func sentences(t *testing.T, column, most int) []Example {
	t.Helper()
	b, err := os.ReadFile("../../testdata/sentences/vi.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:]
	var out []Example
	step := max(1, len(lines)/most)
	for i := 0; i < len(lines); i += step {
		cells := strings.Split(lines[i], "\t")
		out = append(out, Example{Text: cells[4], Labels: []string{cells[column]}, Line: i + 2})
	}
	if len(out) < most {
		t.Fatalf("only %d sentences", len(out))
	}
	return out
}

const (
	byDomain    = 1
	bySentiment = 3
)

func builtin(t *testing.T) (*lexicons.Lexicon, []Behaviour) {
	t.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := ReadBehaviours(os.DirFS("../../testdata/behaviours"))
	if err != nil || len(behaviours) == 0 {
		t.Fatal("no behaviours:", err)
	}
	return lex, behaviours
}

func shuffled(examples []Example) []Example {
	rng := rand.New(rand.NewPCG(5, 6))
	out := append([]Example(nil), examples...)
	rng.Shuffle(len(out), func(i, j int) { out[i].Labels, out[j].Labels = out[j].Labels, out[i].Labels })
	return out
}

// TestLearn learns the domains of our sentences, which the built-in does not know: a sure gain, twice the same overlay, and evidence that
// adds up to the raw score of every label.
func TestLearn(t *testing.T) {
	lex, behaviours := builtin(t)
	examples := sentences(t, byDomain, 900)
	learn := func() (*lexicons.Overlay, *Card) {
		o, card, err := Learn(t.Context(), lex, examples, nil, Options{Name: "domains", Task: lexicons.Topics, Behaviours: behaviours, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if o == nil {
			t.Fatal("refused: ", card.Reason)
		}
		return o, card
	}
	o, card := learn()
	if !card.Accepted || card.Gain.Low <= 0 || card.Data.HeldOut < 100 || card.Overlay != o.Hash() {
		t.Errorf("the card: %+v", card)
	}
	if !testing.Short() {
		if again, _ := learn(); again.Hash() != o.Hash() {
			t.Error("the same texts gave another overlay")
		}
	}
	laid, err := lex.With(o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(laid)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		an := a.Analyze(analyzer.Input{Text: e.Text})
		if len(an.Topics) == 0 || an.Topics[0].Evidence == nil && an.Topics[0].Raw != an.Topics[0].Bias {
			t.Fatalf("%s: topics %+v: an exclusive task lists its best label", e.Text, an.Topics)
		}
		for _, tp := range an.Topics {
			addsUp(t, e.Text, tp.Raw, tp.Bias, tp.Evidence)
		}
	}
}

// TestLearnedSentimentAddsUp learns a sentiment and holds every score it gives to the sum of its evidence.
func TestLearnedSentimentAddsUp(t *testing.T) {
	if testing.Short() {
		t.Skip("learns at length; run without -short")
	}
	lex, _ := builtin(t)
	o, card, err := Learn(t.Context(), lex, inverted(sentences(t, bySentiment, 900)), nil, Options{Name: "contrary", Task: lexicons.Sentiment, Seed: 1})
	if err != nil || o == nil {
		t.Fatal(err, card)
	}
	identity := map[string]bool{}
	for _, w := range lex.Identity["vi"] {
		identity[w] = true
	}
	if len(identity) == 0 {
		t.Fatal("no identity words")
	}
	for _, w := range o.Model.Weights {
		kind, rest, _ := strings.Cut(o.Model.Features[w.Feature], ":")
		if kind == "w" && slices.ContainsFunc(strings.Fields(rest), func(w string) bool { return identity[w] }) {
			t.Errorf("%s has the weight %v", o.Model.Features[w.Feature], w.Value)
		}
	}
	laid, err := lex.With(o)
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(laid)
	if err != nil {
		t.Fatal(err)
	}
	learned := 0
	for _, e := range sentences(t, bySentiment, 2900) {
		s := a.Analyze(analyzer.Input{Text: e.Text}).Sentiment
		addsUp(t, e.Text, s.Raw, s.Bias, s.Evidence)
		for _, ev := range s.Evidence {
			if ev.Lexicon == "overlay:contrary" {
				learned++
			}
		}
	}
	if learned < 1000 {
		t.Errorf("only %d pieces of evidence came from the overlay", learned)
	}
}

func addsUp(t *testing.T, text string, raw, bias float64, evidence []analyzer.Evidence) {
	t.Helper()
	sum := bias
	for _, ev := range evidence {
		sum += ev.Contribution
	}
	if math.Abs(sum-raw) > 1e-9 {
		t.Fatalf("%s: the evidence adds up to %v, raw is %v", text, sum, raw)
	}
}

// inverted calls good what is bad.
func inverted(examples []Example) []Example {
	out := append([]Example(nil), examples...)
	for i := range out {
		switch out[i].Labels[0] {
		case analyzer.Positive:
			out[i].Labels = []string{analyzer.Negative}
		case analyzer.Negative:
			out[i].Labels = []string{analyzer.Positive}
		}
	}
	return out
}

// TestGateRefusesChance: labels that have nothing to do with their texts teach nothing.
func TestGateRefusesChance(t *testing.T) {
	if testing.Short() {
		t.Skip("learns at length; run without -short")
	}
	lex, behaviours := builtin(t)
	for _, task := range []struct {
		task   lexicons.Task
		column int
	}{{lexicons.Topics, byDomain}, {lexicons.Sentiment, bySentiment}} {
		o, card, err := Learn(t.Context(), lex, shuffled(sentences(t, task.column, 900)), nil, Options{Name: "chance", Task: task.task, Behaviours: behaviours, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if o != nil || card.Accepted || !strings.Contains(card.Reason, "no sure gain") {
			t.Errorf("%s: accepted %v: %s", task.task, card.Accepted, card.Reason)
		}
	}
}

// TestGateRefusesBrokenNegation: a gain does not pay for a negation that stops working.
func TestGateRefusesBrokenNegation(t *testing.T) {
	lex, behaviours := builtin(t)
	l := &lesson{ctx: t.Context(), lex: lex, card: &Card{Gain: &Gain{}, Before: &Figures{}}, Options: Options{Task: lexicons.Sentiment, Behaviours: behaviours}}
	m, err := l.layer(map[string][]byte{
		manifestFile:      []byte(`{"format":1,"name":"yes","kind":"learned","task":"sentiment","features":"` + analyzer.FeaturesRevision + `"}`),
		"labels.tsv":      []byte("bias\tthreshold\tlabel\n0\t0\traw\n"),
		"weights.tsv":     []byte("feature\tlabel\tweight\nw:không\traw\t9\nw:not\traw\t9\n"),
		"calibration.tsv": []byte("lang\tlabel\tterm\tvalue\nen\tnegative\tscore\t-3\nen\tpositive\tscore\t3\nvi\tnegative\tscore\t-3\nvi\tpositive\tscore\t3\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	base, err := analyzer.New(lex)
	if err != nil {
		t.Fatal(err)
	}
	ok, err := l.behave(base, m.analyzer)
	if err != nil {
		t.Fatal(err)
	}
	if ok || !strings.Contains(l.card.Reason, "behaviours break") || !strings.Contains(strings.Join(l.card.Behaves.Broken, "\n"), "negation:") {
		t.Errorf("accepted %v: %s: %q", ok, l.card.Reason, l.card.Behaves.Broken)
	}
}
