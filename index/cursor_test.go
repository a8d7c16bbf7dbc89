package index

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/thau-cx/thau/feedback"
)

// TestPagesUnderWrites walks pages in every order while records are added, changed and deleted between them: a record that stays as
// it was is seen exactly once.
func TestPagesUnderWrites(t *testing.T) {
	for _, q := range []feedback.Query{
		{Sort: "newest"}, {Sort: "oldest"}, {Text: "giao OR late"}, {Text: `chậm OR "giao hàng" OR pri* OR drivr~`}, {Text: "hang", Sort: "oldest"},
	} {
		t.Run(q.Text+q.Sort, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			x := mustOpen(t, t.TempDir(), options())
			stays := map[string]bool{}
			var list []*feedback.Record
			for i := range 300 {
				rec := someRecord(r, fmt.Sprint("stay", i))
				at := epoch // many at the same moment
				if i%3 == 0 {
					at = *rec.CollectedAt
				}
				rec.CollectedAt = &at
				list = append(list, rec)
			}
			for i := range 100 {
				list = append(list, someRecord(r, fmt.Sprint("moves", i)))
			}
			mustApply(t, x, changes(0, list...))
			all := q
			all.Limit = 200
			for {
				hits := mustSearch(t, x, all)
				for _, id := range hits.IDs {
					if id[0] == 's' {
						stays[id] = true
					}
				}
				if all.Cursor = hits.Next; hits.Next == "" {
					break
				}
			}
			seen := map[string]int{}
			q.Limit = 7
			for round := 0; ; round++ {
				hits := mustSearch(t, x, q)
				for _, id := range hits.IDs {
					seen[id]++
				}
				if q.Cursor = hits.Next; hits.Next == "" {
					break
				}
				if round%5 == 0 {
					mustApply(t, x, append(changes(x.Mark(), someRecord(r, fmt.Sprint("new", round)), someRecord(r, fmt.Sprint("moves", r.IntN(100)))),
						feedback.Change{Seq: x.Mark() + 3, ID: fmt.Sprint("moves", r.IntN(100))}))
				}
			}
			for id := range stays {
				if seen[id] != 1 {
					t.Errorf("%s was seen %d times", id, seen[id])
				}
			}
			if len(stays) < 20 {
				t.Fatalf("only %d records to look for", len(stays))
			}
		})
	}
}

func TestForeignCursor(t *testing.T) {
	x := texts(t, "giao một", "giao hai", "giao ba")
	next := mustSearch(t, x, feedback.Query{Text: "giao", Limit: 1}).Next
	if next == "" {
		t.Fatal("there should be a next page")
	}
	raw, _ := base64.RawURLEncoding.DecodeString(next)
	for name, q := range map[string]feedback.Query{
		"another text":   {Text: "hai", Cursor: next},
		"another filter": {Text: "giao", Filter: feedback.Filter{Source: []string{"survey"}}, Cursor: next},
		"another order":  {Text: "giao", Sort: "oldest", Cursor: next},
		"cut":            {Text: "giao", Cursor: next[:len(next)-3]},
		"not base64":     {Text: "giao", Cursor: "!" + next},
		"no rarities":    {Text: "giao", Cursor: base64.RawURLEncoding.EncodeToString([]byte(`{"q":"` + base64.StdEncoding.EncodeToString(mustHash(t, "giao")) + `","k":1,"i":"0"}`))},
		"not JSON":       {Text: "giao", Cursor: base64.RawURLEncoding.EncodeToString(raw[1:])},
		"empty object":   {Text: "giao", Cursor: base64.RawURLEncoding.EncodeToString([]byte("{}"))},
		"huge":           {Text: "giao", Cursor: base64.RawURLEncoding.EncodeToString(make([]byte, 1<<16))},
	} {
		if _, err := x.Search(context.Background(), q); feedback.CodeOf(err) != feedback.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if hits := mustSearch(t, x, feedback.Query{Text: "giao", Limit: 2, Cursor: next, Facets: []string{"source"}}); len(hits.IDs) != 2 || hits.Next != "" || hits.Total != 3 {
		t.Errorf("limit and facets may change between pages: %+v", hits)
	}
}

func mustHash(t *testing.T, text string) []byte {
	h, err := hashQuery(&feedback.Query{Text: text}, sortRelevance)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
