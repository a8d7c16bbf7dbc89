package analyzer_test

import (
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// aboutSomebody are sentences into which a word that says who somebody is may be put; it adds nothing, whatever else they say.
var aboutSomebody = map[string][]string{
	"en": {
		"He is a %s person.",
		"The %s guest checked in at ten.",
		"My %s friend loved the food.",
		"A %s driver was rude to us.",
		"I am %s and I was not served.",
		"The agent, who is %s, was not helpful.",
		"Is the new manager %s?",
		"Great service from a %s team, but the room was dirty.",
	},
	"vi": {
		"Khách là người %s ngồi bàn bên.",
		"Bạn nhân viên người %s rất nhiệt tình.",
		"Tài xế người %s chạy ẩu.",
	},
}

// TestIdentity puts every word of the identity lists into the same sentences: raw and label stay what they are.
func TestIdentity(t *testing.T) {
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a := builtin(t)
	for _, lang := range []string{"en"} {
		words := lex.Identity[lang]
		if len(words) < 100 {
			t.Fatalf("%s: only %d words of identity", lang, len(words))
		}
		for _, template := range aboutSomebody[lang] {
			var first analyzer.Sentiment
			for i, w := range words {
				got := a.Analyze(analyzer.Input{Text: strings.Replace(template, "%s", w, 1)}).Sentiment
				if i == 0 {
					first = got
				}
				if got.Label != first.Label || got.Raw != first.Raw {
					t.Errorf("%q: %s %v for %q, %s %v for %q: %v", template, first.Label, first.Raw, words[0], got.Label, got.Raw, w, got.Evidence)
				}
			}
		}
	}
}
