package index

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/thau-cx/thau/feedback"
)

// Of what was deleted, nothing is left on disk after Compact, however many segments there are, and searches see only records.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	x := mustOpen(t, dir, options())
	seq := int64(0)
	add := func(ids ...string) {
		var list []*feedback.Record
		for _, id := range ids {
			list = append(list, record(id, "word"+id))
		}
		mustApply(t, x, changes(seq, list...))
		seq += int64(len(list))
	}
	// terms of a field in everything that is on disk, deleted or not: a dictionary is an automaton, in which no word stands as it is
	left := func(field, prefix string) (n int) {
		t.Helper()
		if err := x.serving.read(func(s *scorch.IndexSnapshot) error {
			for _, seg := range s.Segments() {
				v, err := newView(t.Context(), seg, &x.serving.columns)
				if err != nil {
					return err
				}
				if err := v.terms(field, prefix, after(prefix), nil, func(segment.TermDictionary, string) error {
					n++
					return nil
				}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := 0
	for round, n := range []int{1, 5, 1} {
		for i := range n {
			add(fmt.Sprintf("kept-%d-%d", round, i), fmt.Sprintf("gone-%d-%d", round, i))
		}
		for i := range n {
			seq++
			mustApply(t, x, []feedback.Change{{Seq: seq, ID: fmt.Sprintf("gone-%d-%d", round, i)}})
		}
		before += left(fieldWords, "wordgone") + left("_id", "gone-")
		if err := x.Compact(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := left(fieldWords, "wordgone") + left("_id", "gone-"); n > 0 {
			t.Errorf("round %d: %d terms of what is gone are left", round, n)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*", "*.zap"))
		if err != nil || len(files) != 1 {
			t.Errorf("round %d: the files are %v: %v", round, files, err)
		}
	}
	if before == 0 {
		t.Error("nothing was left before, so that nothing is shown")
	}
	if hits := mustSearch(t, x, feedback.Query{}); hits.Total != 7 || len(hits.IDs) != 7 {
		t.Errorf("%+v", hits)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = mustOpen(t, dir, options())
	if hits := mustSearch(t, x, feedback.Query{Text: "wordkept"}); hits.Total != 7 {
		t.Errorf("after opening again: %+v", hits)
	}
}
