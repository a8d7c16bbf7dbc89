package analyzer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// layered gives an analyzer of the built-in lexicon with overlays.
func layered(t testing.TB, overlays ...map[string]string) *analyzer.Analyzer {
	t.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var laid []*lexicons.Overlay
	for _, files := range overlays {
		content := map[string][]byte{}
		for name, text := range files {
			content[name] = []byte(text)
		}
		o, err := lexicons.NewOverlay(content)
		if err != nil {
			t.Fatal(err)
		}
		laid = append(laid, o)
	}
	if lex, err = lex.With(laid...); err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestWrittenOverlay: a customer's own terms and topics are read, and the evidence names the overlay.
func TestWrittenOverlay(t *testing.T) {
	a := layered(t, map[string]string{
		"manifest.json":    `{"format":1,"name":"shop","kind":"written"}`,
		"vi/sentiment.tsv": "term\tvalence\tflags\nbá cháy\t3.5\t\n",
		"taxonomy.tsv":     "id\ten\tvi\nwarranty\tWarranty\tBảo hành\n",
		"vi/topics.tsv":    "topic\tterm\tweight\nwarranty\tđổi * máy\t1.5\n",
	})
	an := a.Analyze(analyzer.Input{Text: "Quán này bá cháy, đổi cái máy rất nhanh"})
	own := func(e analyzer.Evidence) bool { return e.Lexicon == "overlay:shop" && e.Entry == "bá cháy" }
	if an.Sentiment.Label != analyzer.Positive || !slices.ContainsFunc(an.Sentiment.Evidence, own) {
		t.Errorf("sentiment %+v", an.Sentiment)
	}
	found := false
	for _, tp := range an.Topics {
		if tp.ID == "warranty" {
			found = tp.Sure && tp.Evidence[0].Lexicon == "overlay:shop"
		}
	}
	if !found {
		t.Errorf("topics %+v", an.Topics)
	}
	if plain := builtin(t).Engine(); a.Engine().Lexicon == plain.Lexicon || !strings.HasPrefix(a.Engine().Lexicon, "sha256:") {
		t.Errorf("lexicon %s, without the overlay %s", a.Engine().Lexicon, plain.Lexicon)
	}
}
