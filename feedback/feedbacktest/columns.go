package feedbacktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// testColumns plays random writes and compares columns with what the records say.
func testColumns(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	model := map[string]feedback.Record{}
	born := map[string]int64{} // rows, as Columns first told them
	rapid.Check(t, func(t *rapid.T) {
		fatal := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(0, 8).Draw(t, "writes") {
			r := drawRecord(t)
			r.Analysis.Terms = drawTerms(t)
			old, ok := model[r.ID]
			switch what := rapid.IntRange(0, 9).Draw(t, "what"); {
			case ok && what == 0:
				_, err := s.Delete(ctx, r.ID, Epoch)
				fatal(err)
				delete(model, r.ID)
			case ok && what == 1:
				c := drawCorrection(t)
				_, err := s.Correct(ctx, r.ID, c)
				fatal(err)
				old.Corrections = append(old.Corrections, c)
				model[r.ID] = old
			case ok && what == 2:
				read, err := s.Get(ctx, r.ID)
				fatal(err)
				read[0].Analysis = r.Analysis
				_, err = s.Reread(ctx, read)
				fatal(err)
				old.Analysis = r.Analysis
				model[r.ID] = old
			default:
				_, err := s.Put(ctx, []feedback.Record{r})
				fatal(err)
				r.Corrections = old.Corrections
				model[r.ID] = r
			}
		}
		q := feedback.ColumnsQuery{
			Filter: drawFilter(t), Sets: []feedback.Filter{drawFilter(t), {}}, Terms: rapid.Bool().Draw(t, "terms"),
			Metric: rapid.SampledFrom([]string{"", "nps", "csat:staff", "ces"}).Draw(t, "metric"),
			Facet:  rapid.SampledFrom([]string{"", "topic", "source", "attr.plan", "tag"}).Draw(t, "facet"),
			Zone:   rapid.SampledFrom(someZones).Draw(t, "zone"),
		}
		c, err := s.Columns(ctx, q)
		fatal(err)
		at, err := s.RecordsAt(ctx, c.Rows...)
		fatal(err)
		if len(at) != c.Len() {
			t.Fatalf("%d rows, %d records", c.Len(), len(at))
		}
		records := make([]feedback.Record, c.Len())
		for i, row := range c.Rows {
			records[i] = at[row]
		}
		var got, want []string
		for i, r := range records {
			got = append(got, columnLine(q, c, i, r.ID))
			if row, ok := born[r.ID]; ok && row != c.Rows[i] {
				t.Fatalf("%s was row %d and is row %d", r.ID, row, c.Rows[i])
			}
			born[r.ID] = c.Rows[i]
			if i > 0 && records[i-1].CollectedAt.After(*r.CollectedAt) {
				t.Fatal("not the oldest first")
			}
		}
		for _, r := range model {
			if Match(q.Filter, &r) {
				want = append(want, recordLine(q, &r))
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v\ngot\n%s\nwant\n%s", q, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		voices := map[string]uint64{} // who speaks, and the number that stands for it
		for i, r := range records {
			who := "record " + r.ID
			if r.CustomerID != "" {
				who = "customer " + r.CustomerID
			} else if r.AccountID != "" {
				who = "account " + r.AccountID
			}
			if v, ok := voices[who]; ok && v != c.Voices[i] {
				t.Fatalf("%s has two voices", who)
			}
			voices[who] = c.Voices[i]
		}
		distinct := map[uint64]bool{}
		for _, v := range voices {
			distinct[v] = true
		}
		if len(distinct) != len(voices) {
			t.Fatal("two share a voice")
		}
	})
}

func drawTerms(t *rapid.T) *analyzer.Terms {
	if rapid.IntRange(0, 3).Draw(t, "wordless") == 0 {
		return nil
	}
	keys := rapid.SliceOfNDistinct(rapid.Uint32Range(0, 50), 0, 5, rapid.ID).Draw(t, "keys")
	slices.Sort(keys)
	return &analyzer.Terms{Keys: keys, Sketch: analyzer.Sketch{rapid.Uint16().Draw(t, "sketch")}}
}

// columnLine writes what columns say of a record.
func columnLine(q feedback.ColumnsQuery, c *feedback.Columns, i int, id string) string {
	score, labels, terms := "none", []string(nil), ""
	if q.Metric != "" && c.Scores[i] >= 0 {
		score = fmt.Sprint(c.Kinds[c.Scores[i]])
	}
	if q.Facet != "" {
		for _, l := range c.LabelsOf(i) {
			labels = append(labels, c.Names[l])
		}
		slices.Sort(labels)
	}
	if q.Terms {
		terms = fmt.Sprint(c.TermsOf(i), c.Sketches[i])
	}
	return fmt.Sprint(id, c.Days[i], c.Sets[i], c.Sentiments[i], score, labels, terms)
}

// recordLine writes what columns should say of a record.
func recordLine(q feedback.ColumnsQuery, r *feedback.Record) string {
	score, labels, terms := "none", []string(nil), ""
	if s, ok := r.Scores[q.Metric]; ok && q.Metric != "" {
		score = fmt.Sprint(s)
	}
	if q.Facet != "" {
		if labels = Values(q.Facet, r); labels[0] == "" {
			labels = nil
		}
	}
	if q.Terms {
		read := r.Analysis.Terms
		if read == nil {
			read = &analyzer.Terms{}
		}
		terms = fmt.Sprint(read.Keys, read.Sketch)
	}
	var sets uint8
	for i := range q.Sets {
		if Match(q.Sets[i], r) {
			sets |= 1 << i
		}
	}
	sentiment := int8(feedback.NoSentiment)
	if r.Text != "" || r.Title != "" {
		sentiment = int8(slices.Index(someLabels, r.Labels().Sentiment)) - 1
	}
	at := *r.CollectedAt
	if q.Zone != nil {
		at = at.In(q.Zone)
	} else {
		at = at.UTC()
	}
	year, month, day := at.Date()
	days := int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600))
	return fmt.Sprint(r.ID, days, sets, sentiment, score, labels, terms)
}
