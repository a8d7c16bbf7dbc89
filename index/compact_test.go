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
	left := func(field, prefix string) int { return leftOf(t, x, field, prefix) }
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

// leftOf counts the terms of a field in everything that is on disk, deleted or not: a dictionary is an automaton, in which no word stands as it is.
func leftOf(t *testing.T, x *Index, field, prefix string) (n int) {
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

// What was deleted before Compact is gone after it, while others add and delete.
func TestCompactBesideApply(t *testing.T) {
	x := mustOpen(t, t.TempDir(), options())
	seq := int64(0)
	apply := func(id string, deleted bool) {
		c := changes(seq, record(id, "word"+id))
		if deleted {
			c = []feedback.Change{{Seq: seq + 1, ID: id}}
		}
		mustApply(t, x, c)
		seq++
	}
	for i := range 30 {
		apply(fmt.Sprint("gone-", i), false)
		apply(fmt.Sprint("kept-", i), false)
	}
	for i := range 30 {
		apply(fmt.Sprint("gone-", i), true)
	}
	done := make(chan error)
	go func() { done <- x.Compact(t.Context()) }()
	n := 0
	for compacted := false; !compacted; n++ {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			compacted = true
		default:
		}
		apply(fmt.Sprint("new-", n), false)
		if n%3 == 0 {
			apply(fmt.Sprint("new-", n), true)
		}
	}
	if left := leftOf(t, x, fieldWords, "wordgone") + leftOf(t, x, "_id", "gone-"); left > 0 {
		t.Errorf("%d terms of what is gone are left", left)
	}
	if hits := mustSearch(t, x, feedback.Query{}); hits.Total != 30+n-(n+2)/3 {
		t.Errorf("%d records are found, want %d", hits.Total, 30+n-(n+2)/3)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}
