package index

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// prose writes texts of 5 to 40 words: two thirds Vietnamese, a tenth of it typed bare, with a long tail of rare words.
type prose struct {
	r      *rand.Rand
	vi, en []string
	zipf   *rand.Zipf
}

func newProse(seed uint64) *prose {
	r := rand.New(rand.NewPCG(seed, 11))
	p := &prose{r: r}
	onsets := strings.Fields("b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x")
	rhymes := strings.Fields("a á à ả ã ạ ai ái ài ang áng àng anh ánh ành ao áo ào ân ấn ần ây ấy ầy e é è en én em ê ế ề ên ến i í ì in ính o ó ò on ông ống ơ ớ ờ ơi u ú ù ung ưng ứng ươi ười yêu iên iến")
	for _, o := range onsets {
		for _, h := range rhymes {
			p.vi = append(p.vi, o+h)
		}
	}
	r.Shuffle(len(p.vi), func(i, j int) { p.vi[i], p.vi[j] = p.vi[j], p.vi[i] })
	parts := strings.Fields("de li ver app pro duct sup port ser vice pay ment re fund or der ship qual it price cheap bad good slow fast staff room log in er ing ed s able ment")
	for range 8000 {
		var w string
		for range 2 + r.IntN(3) {
			w += parts[r.IntN(len(parts))]
		}
		p.en = append(p.en, w)
	}
	p.zipf = rand.NewZipf(r, 1.1, 4, uint64(len(p.vi)-1))
	return p
}

func (p *prose) text() string {
	words := make([]string, 5+p.r.IntN(36))
	english, bare := p.r.IntN(3) == 0, p.r.IntN(10) == 0
	for i := range words {
		switch n := p.zipf.Uint64(); {
		case english || p.r.IntN(20) == 0:
			words[i] = p.en[n*5%uint64(len(p.en))]
		case bare:
			words[i] = fold(p.vi[n])
		default:
			words[i] = p.vi[n]
		}
	}
	return strings.Join(words, " ")
}

func fold(s string) string {
	for _, a := range accepts(s) {
		if a.quality == folded {
			return strings.TrimPrefix(a.term, foldedMark)
		}
	}
	return s
}

// corpus makes n records over a year.
func corpus(n int) []feedback.Change {
	p := newProse(1)
	out := make([]feedback.Change, n)
	for i := range out {
		rec := someRecord(p.r, fmt.Sprintf("import:%07d", i))
		rec.Text = p.text()
		at := epoch.Add(time.Duration(p.r.IntN(365*24*3600)) * time.Second)
		rec.CollectedAt = &at
		rec.AccountID = fmt.Sprint("account-", p.r.IntN(2000))
		out[i] = feedback.Change{Seq: int64(i) + 1, ID: rec.ID, Record: rec}
	}
	return out
}

// BenchmarkApply indexes 20,000 records in batches of 1,000, cutting words with the house's analyzer.
func BenchmarkApply(b *testing.B) {
	list := corpus(20_000)
	o := options()
	o.Tokenizer = real(b)
	for b.Loop() {
		dir := b.TempDir()
		x, err := Open(dir, o)
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		for i := 0; i < len(list); i += 1000 {
			mustApply(b, x, list[i:min(i+1000, len(list))])
		}
		b.ReportMetric(float64(len(list))/time.Since(start).Seconds(), "docs/s")
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
		x, err = Open(dir, o) // drops what merges left behind
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
		var size int64
		filepath.WalkDir(dir, func(_ string, e fs.DirEntry, _ error) error {
			if info, err := e.Info(); err == nil && !e.IsDir() {
				size += info.Size()
			}
			return nil
		})
		b.ReportMetric(float64(size)/float64(len(list)), "bytes/doc")
	}
}

// BenchmarkSearch runs a mixed load over 20,000 records.
func BenchmarkSearch(b *testing.B) {
	x := mustOpen(b, b.TempDir(), options())
	list := corpus(20_000)
	for i := 0; i < len(list); i += 1000 {
		mustApply(b, x, list[i:i+1000])
	}
	p := newProse(2)
	word := func() string { return p.vi[p.zipf.Uint64()] }
	period := feedback.Filter{From: epoch.AddDate(0, 3, 0), To: epoch.AddDate(0, 4, 0)}
	for _, c := range []struct {
		name string
		q    func() feedback.Query
	}{
		{"word", func() feedback.Query { return feedback.Query{Text: word()} }},
		{"bare", func() feedback.Query { return feedback.Query{Text: fold(word())} }},
		{"words", func() feedback.Query { return feedback.Query{Text: word() + " " + fold(word())} }},
		{"phrase", func() feedback.Query { return feedback.Query{Text: `"` + word() + " " + fold(word()) + `"`} }},
		{"or", func() feedback.Query { return feedback.Query{Text: word() + " OR " + word() + " -" + word()} }},
		{"prefix", func() feedback.Query { return feedback.Query{Text: "deli*"} }},
		{"fuzzy", func() feedback.Query { return feedback.Query{Text: "pricegod~"} }},
		{"filters", func() feedback.Query {
			f := period
			f.Sentiment, f.Topic = []string{"negative"}, []string{"delivery"}
			return feedback.Query{Text: word(), Filter: f, Facets: []string{"topic", "sentiment", "account"}}
		}},
		{"period", func() feedback.Query { return feedback.Query{Filter: period} }},
		{"everything", func() feedback.Query { return feedback.Query{Facets: []string{"topic", "sentiment", "source"}} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Search(context.Background(), c.q()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
