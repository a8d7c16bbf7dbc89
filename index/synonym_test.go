package index

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
)

// The sets are in order, each term once a set, as search folds and splits them.
func TestSynonymSets(t *testing.T) {
	last := ""
	for i, line := range strings.Split(strings.TrimSuffix(synonymSets, "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		set := strings.Split(line, "\t")
		if len(set) < 2 || set[0] <= last {
			t.Errorf("line %d: %q stands alone or out of order", i+1, set[0])
		}
		last = set[0]
		for k, term := range set {
			if term == "" || term != norm.NFC.String(strings.ToLower(strings.TrimSpace(term))) || strings.ContainsAny(term, `"():*~`) {
				t.Errorf("line %d: %q is no term", i+1, term)
			}
			if slices.Contains(set[:k], term) {
				t.Errorf("line %d: %q stands twice", i+1, term)
			}
		}
	}
}

func TestSynonyms(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		got := synonyms().of(strings.Fields(text))
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%q: %q is missing in %q", text, w, got)
			}
		}
		if len(want) == 0 && len(got) > 0 {
			t.Errorf("%q: %q", text, got)
		}
	}
	f("không Trả Lời", "reply", `"phản hồi"`)
	f("khong tra loi", "reply")
	f("phí", "fee")
	f("phi") // may be anything
	f("no reply", "rep", `"trả lời"`)
	f("xyz")
	f("")
	if got := synonyms().of(strings.Fields("delivery late bad staff refund package call price")); len(got) > maxSynonyms {
		t.Errorf("%d synonyms", len(got))
	}
	if slices.Contains(synonyms().of([]string{analyzer.Fold("tệ")}), "bad") {
		t.Error("a bare syllable stands for what it may not be")
	}
}
