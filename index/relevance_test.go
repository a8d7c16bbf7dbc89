package index

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

var update = flag.Bool("update", false, "write the golden file anew")

// searchData is where the records, queries and judgments are.
const searchData = "../testdata/search"

// table reads the rows of a file of searchData after its header.
func table(t *testing.T, name string, columns int) [][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(searchData, name))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		row := strings.Split(line, "\t")
		if len(row) != columns {
			t.Fatalf("%s:%d: %d columns, want %d", name, i+1, len(row), columns)
		}
		if i > 0 {
			out = append(out, row)
		}
	}
	return out
}

// judged is a query with what is known of the records: their grades for the need behind it, 3 for what is meant, 2 for what helps, 1
// for what touches it.
type judged struct {
	need, kind, text string
	synonyms         bool
	grades           map[string]int
}

// depth is how far down a list is looked at.
const depth = 10

// quality is how good a list is.
type quality struct{ recall, mrr, ndcg float64 }

// rate measures a list: recall@10 of what is meant or helps (of ten, where there is more), the reciprocal rank of the first such, and
// nDCG@10 with gains 2^grade − 1.
func (q *judged) rate(ids []string) quality {
	var out quality
	ideal := make([]int, 0, len(q.grades))
	relevant := 0
	for _, g := range q.grades {
		ideal = append(ideal, g)
		if g >= 2 {
			relevant++
		}
	}
	slices.SortFunc(ideal, func(a, b int) int { return b - a })
	gain := func(grade, at int) float64 { return (math.Exp2(float64(grade)) - 1) / math.Log2(float64(at)+2) }
	var best, got float64
	for i, g := range ideal[:min(depth, len(ideal))] {
		best += gain(g, i)
	}
	found := 0
	for i, id := range ids[:min(depth, len(ids))] {
		g := q.grades[id]
		got += gain(g, i)
		if g < 2 {
			continue
		}
		if found++; out.mrr == 0 {
			out.mrr = 1 / float64(i+1)
		}
	}
	out.recall = float64(found) / float64(min(depth, relevant))
	out.ndcg = got / best
	return out
}

// TestRelevance measures search against judgments, beside a plain Bleve index with its standard analyzer, and compares the figures
// with those of the golden file.
func TestRelevance(t *testing.T) {
	a := real(t)
	var records []*feedback.Record
	known := map[string]bool{}
	for i, row := range table(t, "records.tsv", 3) {
		r := record(row[0], row[2])
		at := epoch.Add(time.Duration(i) * time.Minute)
		r.Title, r.CollectedAt = row[1], &at
		r.Analysis = a.Analyze(analyzer.Input{Title: r.Title, Text: r.Text})
		records, known[r.ID] = append(records, r), true
	}
	grades := map[string]map[string]int{}
	for _, row := range table(t, "judgments.tsv", 3) {
		grade, err := strconv.Atoi(row[2])
		if err != nil || grade < 1 || grade > 3 || !known[row[1]] {
			t.Fatalf("judgments.tsv: %v", row)
		}
		if grades[row[0]] == nil {
			grades[row[0]] = map[string]int{}
		}
		grades[row[0]][row[1]] = grade
	}
	var queries []judged
	for _, row := range table(t, "queries.tsv", 4) {
		if grades[row[0]] == nil {
			t.Fatalf("queries.tsv: nothing was judged for %v", row)
		}
		queries = append(queries, judged{need: row[0], kind: row[1], synonyms: row[2] == "synonyms", text: row[3], grades: grades[row[0]]})
	}
	if len(queries) < 60 || len(records) < 1000 {
		t.Fatalf("%d queries over %d records are too few to measure by", len(queries), len(records))
	}

	o := options()
	o.Tokenizer = a
	o.Themes = Themes(a)
	x := mustOpen(t, t.TempDir(), o)
	mustApply(t, x, changes(0, records...))
	ours := func(q *judged) []string {
		hits := mustSearch(t, x, feedback.Query{Text: q.text, Synonyms: q.synonyms, Limit: depth})
		return append(hits.IDs, hits.Related...)
	}
	plain := baseline(t, records)

	type line struct {
		n            int
		ours, theirs quality
	}
	add := func(to *quality, q quality) {
		to.recall, to.mrr, to.ndcg = to.recall+q.recall, to.mrr+q.mrr, to.ndcg+q.ndcg
	}
	kinds, list := map[string]*line{}, []string{}
	var each bytes.Buffer
	for i := range queries {
		q := &queries[i]
		mine, other := q.rate(ours(q)), q.rate(plain(q.text))
		for _, kind := range []string{q.kind, "all"} {
			if kinds[kind] == nil {
				kinds[kind] = &line{}
				list = append(list, kind)
			}
			l := kinds[kind]
			l.n++
			add(&l.ours, mine)
			add(&l.theirs, other)
		}
		fmt.Fprintf(&each, "| %s | %s | %s | %.2f | %.2f | %.2f |\n", q.need, q.kind, q.text, mine.recall, mine.ndcg, other.ndcg)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Relevance\n\n%d queries over %d records, %d judgments; see README.md. `plain` is Bleve with its standard analyzer.\n\n", len(queries), len(records), judgments(grades))
	b.WriteString("| queries | n | recall@10 | MRR | nDCG@10 | plain recall@10 | plain MRR | plain nDCG@10 |\n|---|---:|---:|---:|---:|---:|---:|---:|\n")
	slices.Sort(list)
	for _, kind := range list {
		l := kinds[kind]
		n := float64(l.n)
		fmt.Fprintf(&b, "| %s | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |\n", kind, l.n,
			l.ours.recall/n, l.ours.mrr/n, l.ours.ndcg/n, l.theirs.recall/n, l.theirs.mrr/n, l.theirs.ndcg/n)
	}
	b.WriteString("\n| need | kind | query | recall@10 | nDCG@10 | plain nDCG@10 |\n|---|---|---|---:|---:|---:|\n")
	b.Write(each.Bytes())
	golden := filepath.Join(searchData, "relevance.md")
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := figures(t, golden)
	if len(want) != len(kinds) {
		t.Fatalf("%s has figures of %d kinds of queries, want %d", golden, len(want), len(kinds))
	}
	for kind, l := range kinds {
		n := float64(l.n)
		for i, got := range []float64{l.ours.recall / n, l.ours.mrr / n, l.ours.ndcg / n} {
			if lost := want[kind][i] - got; lost > 0.02+0.3/n {
				t.Errorf("%s queries lose %.3f of %s", kind, lost, []string{"recall@10", "MRR", "nDCG@10"}[i])
			}
		}
	}
	if t.Failed() {
		t.Logf("go test ./index -run Relevance -update writes it down, where it is meant. Now:\n%s", b.String()[:strings.Index(b.String(), "\n| need")])
	}
}

// figures reads our figures by kind of query from the golden file. Those of few queries move with a single one, and all of them a little
// with every change of the lexicon, so they are compared with a tolerance.
func figures(t *testing.T, golden string) map[string][3]float64 {
	t.Helper()
	b, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][3]float64{}
	for line := range strings.Lines(string(b)) {
		columns := strings.Split(line, "|")
		if len(columns) != 10 {
			continue
		}
		var f [3]float64
		ok := true
		for i := range f {
			f[i], err = strconv.ParseFloat(strings.TrimSpace(columns[3+i]), 64)
			ok = ok && err == nil
		}
		if ok {
			out[strings.TrimSpace(columns[1])] = f
		}
	}
	return out
}

func judgments(grades map[string]map[string]int) (n int) {
	for _, g := range grades {
		n += len(g)
	}
	return n
}

// baseline searches the same records with what Bleve does out of the box.
func baseline(t *testing.T, records []*feedback.Record) func(text string) []string {
	plain, err := bleve.New(filepath.Join(t.TempDir(), "plain"), bleve.NewIndexMapping())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plain.Close(); err != nil {
			t.Error(err)
		}
	})
	batch := plain.NewBatch()
	for _, r := range records {
		if err := batch.Index(r.ID, map[string]string{"title": r.Title, "text": r.Text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := plain.Batch(batch); err != nil {
		t.Fatal(err)
	}
	return func(text string) []string {
		request := bleve.NewSearchRequestOptions(bleve.NewMatchQuery(text), depth, 0, false)
		request.SortBy([]string{"-_score", "_id"})
		res, err := plain.Search(request)
		if err != nil {
			t.Fatal(err)
		}
		ids := make([]string, len(res.Hits))
		for i, h := range res.Hits {
			ids[i] = h.ID
		}
		return ids
	}
}
