package index

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"golang.org/x/text/unicode/norm"
)

// plain is a tokenizer small enough to see through: words of letters and digits, a little teencode, everything else punctuation.
type plain struct{}

var (
	plainToken = regexp.MustCompile(`[\pL\pM]+|\pN+|[^\s\pL\pM\pN]`)
	teencode   = map[string]string{"sp": "sản phẩm", "ko": "không", "k": "không"}
)

func (plain) Tokens(text string) []analyzer.Token {
	var out []analyzer.Token
	for _, at := range plainToken.FindAllStringIndex(text, -1) {
		s := strings.ToLower(norm.NFC.String(text[at[0]:at[1]]))
		kind := analyzer.Word
		if r, _ := utf8.DecodeRuneInString(s); !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			kind = analyzer.Punct
		}
		if long, ok := teencode[s]; ok {
			s = long
		}
		out = append(out, analyzer.Token{Start: at[0], End: at[1], Norm: s, Kind: kind})
	}
	return out
}

func options() Options {
	return Options{StoreID: "store", Revision: "1", Tokenizer: plain{}, Zone: time.UTC, Logger: slog.New(slog.DiscardHandler), Timeout: time.Minute}
}

func mustOpen(t testing.TB, dir string, o Options) *Index {
	t.Helper()
	x, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

// epoch is when the first record of a test was collected; each next one an hour later.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// record makes a record with a text.
func record(id, text string) *feedback.Record {
	at := epoch
	r := &feedback.Record{Draft: feedback.Draft{ID: id, Source: feedback.SourceSurvey, Text: text, CollectedAt: &at}}
	r.Analysis.Sentiment.Label = analyzer.Neutral
	return r
}

// changes numbers records in their order after a Seq and spaces their times.
func changes(after int64, records ...*feedback.Record) []feedback.Change {
	out := make([]feedback.Change, len(records))
	for i, r := range records {
		seq := after + int64(i) + 1
		if r.CollectedAt != nil && r.CollectedAt.Equal(epoch) {
			at := epoch.Add(time.Duration(seq) * time.Hour)
			r.CollectedAt = &at
		}
		out[i] = feedback.Change{Seq: seq, ID: r.ID, Record: r}
	}
	return out
}

func mustApply(t testing.TB, x *Index, list []feedback.Change) {
	t.Helper()
	head := x.Mark()
	if len(list) > 0 {
		head = list[len(list)-1].Seq
	}
	if err := x.Apply(context.Background(), list, head); err != nil {
		t.Fatal(err)
	}
}

// texts opens an index with one record a text; the ids are "0", "1" …
func texts(t testing.TB, list ...string) *Index {
	t.Helper()
	x := mustOpen(t, t.TempDir(), options())
	records := make([]*feedback.Record, len(list))
	for i, s := range list {
		records[i] = record(fmt.Sprint(i), s)
	}
	mustApply(t, x, changes(0, records...))
	return x
}

func mustSearch(t testing.TB, x *Index, q feedback.Query) feedback.Hits {
	t.Helper()
	hits, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("search %+v: %v", q, err)
	}
	return hits
}

// found gives the ids that a text finds, best first, with blanks between.
func found(t testing.TB, x *Index, text string) string {
	t.Helper()
	return strings.Join(mustSearch(t, x, feedback.Query{Text: text, Limit: 200}).IDs, " ")
}
