package feedbacktest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

func testFilter(t *testing.T, s feedback.Store) {
	a := Say(Record(feedback.Draft{
		ID: "a", Text: "x", Channel: "web", AccountID: "acme", CustomerID: "c1", Touchpoint: "checkout", Tags: []string{"vip", "new"},
		CollectedAt: At(0), Attributes: map[string]string{"plan": "pro"}, Scores: map[string]feedback.Score{"nps": {Value: 3, Max: 10}},
	}), analyzer.Negative, -0.5, map[string]float64{"delivery.speed": -0.5})
	b := Say(Record(feedback.Draft{
		ID: "b", Source: feedback.SourceChat, Text: "y", CollectedAt: At(time.Hour), Attributes: map[string]string{"plan": "free"},
	}), analyzer.Positive, 0.5, map[string]float64{"delivery": 0.5, "deliveryman": 0.1})
	c := Record(feedback.Draft{ID: "c", Text: "z", CollectedAt: At(2 * time.Hour)})
	put(t, s, a, b, c)
	low, high := -0.6, -0.4
	for _, f := range []feedback.Filter{
		{},
		{Source: []string{feedback.SourceChat}},
		{Source: []string{feedback.SourceChat, feedback.SourceSurvey}},
		{Channel: []string{"web"}}, {Channel: []string{""}}, {Channel: []string{"none"}},
		{Language: []string{"und"}}, {Language: []string{"vi"}},
		{Sentiment: []string{analyzer.Negative, analyzer.Positive}},
		{Topic: []string{"delivery"}}, {Topic: []string{"delivery.speed"}}, {Topic: []string{"delivery:negative"}},
		{Topic: []string{"delivery.speed:positive"}}, {Topic: []string{"delivery:negative", "delivery:positive"}}, {Topic: []string{"deliver"}},
		{Account: []string{"acme"}}, {Account: []string{""}}, {Account: []string{"none"}}, {Customer: []string{"c1"}}, {Customer: []string{""}},
		{Touchpoint: []string{"checkout"}}, {Tag: []string{"vip"}}, {Tag: []string{"vip", "old"}}, {Tag: []string{"old"}},
		{Attributes: map[string][]string{"plan": {"pro", "free"}}}, {Attributes: map[string][]string{"plan": {"pro"}, "city": {"Huế"}}},
		{From: *At(time.Hour)}, {To: *At(time.Hour)}, {From: *At(time.Nanosecond), To: *At(time.Hour + time.Nanosecond)},
		{Ranges: map[string]feedback.Range{"score": {Min: &low, Max: &high}}}, {Ranges: map[string]feedback.Range{"nps": {}}},
		{Ranges: map[string]feedback.Range{"csat": {}}}, {Ranges: map[string]feedback.Range{"nps": {Max: &low}}},
		{Sentiment: []string{analyzer.Negative}, Topic: []string{"delivery"}, Tag: []string{"new"}},
		{Sentiment: []string{analyzer.Positive}, Topic: []string{"delivery"}, Tag: []string{"new"}},
	} {
		want := 0
		for _, r := range []feedback.Record{a, b, c} {
			if Match(f, &r) {
				want++
			}
		}
		same(t, fmt.Sprintf("%+v", f), count(t, s, f), want)
	}
}

func testTallyPeriods(t *testing.T, s feedback.Store) {
	nps := func(id string, value float64, at string) feedback.Record {
		collected, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		return Record(feedback.Draft{ID: id, CollectedAt: &collected, Scores: map[string]feedback.Score{"nps": {Value: value, Max: 10}}})
	}
	put(t, s,
		nps("a", 9, "2026-02-28T16:59:59Z"), // Saturday in Hanoi
		nps("b", 9, "2026-02-28T17:00:00Z"), // Sunday 1 March
		nps("c", 3, "2026-03-01T16:59:59Z"),
		nps("d", 3, "2026-03-01T17:00:00Z"), // Monday
		nps("e", 9, "2026-03-08T10:00:00Z"), // the Sunday after
		nps("f", 9, "1969-12-31T23:59:59Z"),
	)
	hanoi := zone("Asia/Ho_Chi_Minh")
	tally := func(value float64, n int) []feedback.ValueCount {
		return []feedback.ValueCount{{Score: feedback.Score{Value: value, Max: 10}, N: n}}
	}
	both := append(tally(3, 1), tally(9, 1)...)
	for _, c := range []struct {
		period string
		want   []feedback.Tally
	}{
		{"", []feedback.Tally{{Counts: append(tally(3, 2), tally(9, 4)...)}}},
		{"day", []feedback.Tally{
			{Period: "1970-01-01", Counts: tally(9, 1)}, {Period: "2026-02-28", Counts: tally(9, 1)}, {Period: "2026-03-01", Counts: both},
			{Period: "2026-03-02", Counts: tally(3, 1)}, {Period: "2026-03-08", Counts: tally(9, 1)},
		}},
		{"week", []feedback.Tally{
			{Period: "1969-12-29", Counts: tally(9, 1)}, {Period: "2026-02-23", Counts: append(tally(3, 1), tally(9, 2)...)},
			{Period: "2026-03-02", Counts: both},
		}},
		{"month", []feedback.Tally{
			{Period: "1970-01-01", Counts: tally(9, 1)}, {Period: "2026-02-01", Counts: tally(9, 1)},
			{Period: "2026-03-01", Counts: append(tally(3, 2), tally(9, 2)...)},
		}},
	} {
		got := must[[]feedback.Tally](t)(s.Tally(t.Context(), feedback.TallyQuery{Metric: "nps", Period: c.period, Zone: hanoi}))
		same(t, "by "+c.period, got, c.want)
	}
}

// A tally that was asked before must see what came after.
func testTallyFollowsChanges(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	check := func(step string, want map[string]int) {
		t.Helper()
		got := map[string]int{}
		for _, tally := range must[[]feedback.Tally](t)(s.Tally(ctx, feedback.TallyQuery{Metric: "sentiment", By: "tag"})) {
			for _, c := range tally.Counts {
				got[tally.Group] += c.N
			}
		}
		same(t, step, got, want)
	}
	check("empty", nil)
	put(t, s, Record(feedback.Draft{ID: "a", Text: "x", Tags: []string{"one", "two", "one"}}), Record(feedback.Draft{ID: "b", Text: "x"}))
	check("put", map[string]int{"one": 1, "two": 1, "": 1})
	put(t, s, Record(feedback.Draft{ID: "a", Text: "x", Tags: []string{"three"}}), Record(feedback.Draft{ID: "c", Text: "x", Tags: []string{"one"}}))
	check("updated", map[string]int{"one": 1, "three": 1, "": 1})
	if _, err := s.Delete(ctx, "c", Epoch); err != nil {
		t.Fatal(err)
	}
	check("deleted", map[string]int{"three": 1, "": 1})
	tags := []string{"one"}
	if _, err := s.Correct(ctx, "b", feedback.Correction{At: Epoch, By: "lan", Tags: &tags}); err != nil {
		t.Fatal(err)
	}
	check("corrected", map[string]int{"three": 1, "one": 1})
	put(t, s, Record(feedback.Draft{ID: "c", Text: "x", Tags: []string{"four"}}))
	check("came back", map[string]int{"three": 1, "one": 1, "four": 1})
}

func testTallyRefuses(t *testing.T, s feedback.Store) {
	for field, q := range map[string]feedback.TallyQuery{
		"metric": {Metric: "happiness"},
		"by":     {Metric: "nps", By: "shoe size"},
		"period": {Metric: "nps", Period: "fortnight"},
		"luck":   {Metric: "nps", Filter: feedback.Filter{Ranges: map[string]feedback.Range{"luck": {}}}},
	} {
		_, err := s.Tally(t.Context(), q)
		code(t, err, feedback.CodeInvalid)
		if err == nil {
			t.Errorf("%s: no error", field)
		}
	}
}

// testTallyMatchesOracle plays random writes and asks random tallies in between.
func testTallyMatchesOracle(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	model := map[string]feedback.Record{}
	rapid.Check(t, func(t *rapid.T) {
		fatal := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for range rapid.IntRange(0, 8).Draw(t, "writes") {
			r := drawRecord(t)
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
				head, err := s.Head(ctx)
				fatal(err)
				if _, err := s.Erase(ctx, old.CustomerID, Epoch, feedback.Job{ID: "clearing", Kind: feedback.JobErase, CreatedAt: Epoch}); feedback.CodeOf(err) != feedback.CodeNotFound {
					fatal(err)
				}
				maps.DeleteFunc(model, func(_ string, r feedback.Record) bool { return r.CustomerID != "" && r.CustomerID == old.CustomerID })
				fatal(s.Purge(ctx, head))
			case ok && what == 3:
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
		records := make([]feedback.Record, 0, len(model))
		for _, r := range model {
			records = append(records, r)
		}
		for range rapid.IntRange(1, 5).Draw(t, "tallies") {
			q := drawTally(t)
			got, err := s.Tally(ctx, q)
			fatal(err)
			if diff := difference(Tally(q, records), got); diff != "" {
				t.Fatalf("%+v of %d records (-want +got):\n%s", q, len(records), diff)
			}
		}
		f := drawFilter(t)
		got, want := map[string]bool{}, map[string]bool{}
		fatal(s.Select(ctx, f, func(r *feedback.Record) error {
			got[r.ID] = true
			return nil
		}))
		for i := range records {
			if Match(f, &records[i]) {
				want[records[i].ID] = true
			}
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%+v selects %v, want %v", f, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	})
}
