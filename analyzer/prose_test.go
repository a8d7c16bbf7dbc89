package analyzer

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jdkato/prose/v2"

	"github.com/thau-cx/thau/lexicons"
)

// TestTagsAgreeWithProse holds the adapter to the tags that prose gives, on sentences where both cut the same words.
func TestTagsAgreeWithProse(t *testing.T) {
	if testing.Short() {
		t.Skip("has prose tag hundreds of sentences")
	}
	b, err := os.ReadFile("../testdata/sentences/en.tsv")
	if err != nil {
		t.Fatal(err)
	}
	a := newBuiltin(t)
	doc, err := prose.NewDocument("x", prose.WithSegmentation(false), prose.WithExtraction(false))
	if err != nil {
		t.Fatal(err)
	}
	same, words, alike, sentences := 0, 0, 0, 0
	for n, line := range strings.Split(string(b), "\n") {
		if n%3 > 0 {
			continue
		}
		text := line[strings.LastIndexByte(line, '\t')+1:]
		if strings.ContainsAny(text, "@#/\"“”") {
			continue
		}
		s := a.pool.Get().(*scratch)
		s.read(Input{Text: text, Lang: "en"})
		if len(s.sentences) != 1 || s.caps || s.sentences[0].lang != 'e' {
			a.pool.Put(s)
			continue
		}
		r := phraseReader{s: s, english: englishBytes}
		r.cutWords(&s.sentences[0])
		englishTagger().tag(r.tags)
		d, err := prose.NewDocument(text, prose.WithSegmentation(false), prose.WithExtraction(false), prose.UsingModel(doc.Model))
		if err != nil {
			t.Fatal(err)
		}
		sentences++
		seen := map[string]bool{}
		if tokens := d.Tokens(); len(tokens) == len(r.tags) {
			equal := true
			for i := range tokens {
				equal = equal && tokens[i].Text == r.tags[i].text && !seen[tokens[i].Text] // prose gives equal words one tag
				seen[tokens[i].Text] = true
			}
			if equal {
				alike++
				for i := range tokens {
					words++
					if tokens[i].Tag == englishTagger().name(r.tags[i].tag) {
						same++
					}
				}
			}
		}
		a.pool.Put(s)
	}
	t.Logf("%d of %d sentences cut alike; %d of %d tags are the same", alike, sentences, same, words)
	if alike < 300 || float64(same) < 0.999*float64(words) {
		t.Errorf("%d of %d sentences cut alike, %d of %d tags the same; want 300 and 99.9 %%", alike, sentences, same, words)
	}
}

// TestPhrasesAreLinear reads key phrases in a quarter of a megabyte of words, of both languages, with and without ends of sentences. Anything
// quadratic would take minutes.
func TestPhrasesAreLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	a := newBuiltin(t)
	for _, part := range []string{
		"the customer service desk was slow. ", "nhân viên tư vấn chậm, giao hàng trễ. ", "service ", "giao hàng ", "!", "bảo hành the warranty, ", "it's-the-hotel's ",
	} {
		s := &scratch{model: a.model}
		s.read(Input{Text: strings.Repeat(part, 1<<18/len(part))})
		start := time.Now()
		if n := len(s.keyPhrases()); n > mostPhrases {
			t.Errorf("%q: %d key phrases", part, n)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("a quarter of a megabyte of %q takes %v", part, took)
		}
	}
}

func newBuiltin(tb testing.TB) *Analyzer {
	tb.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	a, err := New(lex)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}
