package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestFactsRoundTrip(t *testing.T) {
	number := rapid.Int64Range(0, 1<<40)
	float := rapid.Float64Range(-100, 100)
	rapid.Check(t, func(t *rapid.T) {
		f := recordFacts{
			customer: rapid.Uint64().Draw(t, "customer"), written: rapid.Bool().Draw(t, "written"),
			read: rapid.SliceOf(number).Draw(t, "read"), words: rapid.SliceOf(number).Draw(t, "words"),
		}
		if f.written {
			f.score = float.Draw(t, "score")
		}
		for i := range f.single {
			f.single[i] = number.Draw(t, "single")
		}
		for range rapid.IntRange(0, 3).Draw(t, "scores") {
			f.scores = append(f.scores, scoreFact{number.Draw(t, "name"), float.Draw(t, "value"), float.Draw(t, "min"), float.Draw(t, "max"), rapid.Bool().Draw(t, "effort")})
			f.topics = append(f.topics, topicFact{number.Draw(t, "topic"), float.Draw(t, "sentiment")})
		}
		packed := f.pack()
		got := recordFacts{read: []int64{1}, scores: []scoreFact{{}}} // left from another record
		if err := got.unpack(packed); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(f, got, cmp.AllowUnexported(recordFacts{}, scoreFact{}, topicFact{}), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		for n := range packed {
			if err := got.unpack(packed[:n]); err == nil {
				t.Fatalf("the first %d of %d bytes were taken for facts", n, len(packed))
			}
		}
	})
}

func FuzzUnpackFacts(f *testing.F) {
	f.Add([]byte{})
	f.Add((&recordFacts{read: []int64{1, 300}, scores: []scoreFact{{1, 2, 0, 10, false}}}).pack())
	f.Fuzz(func(t *testing.T, b []byte) {
		var facts recordFacts
		if err := facts.unpack(b); err == nil && len(facts.read)+len(facts.words)+len(facts.scores)+len(facts.topics) > len(b) {
			t.Errorf("%d bytes hold more facts than bytes", len(b))
		}
	})
}
