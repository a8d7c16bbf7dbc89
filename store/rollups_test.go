package store

import (
	"context"
	"database/sql"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/feedback/feedbacktest"
)

// folding is a store that folds its log now and then and answers each tally in three ways, which must agree: as it is asked, and made
// simple enough for rollups, by those and by the view.
type folding struct {
	*DB
	t *testing.T
	r *rand.Rand
}

func (f *folding) Tally(ctx context.Context, q feedback.TallyQuery) ([]feedback.Tally, error) {
	if f.r.IntN(4) == 0 {
		if err := f.write(ctx, 1, func(t *tx) error { return t.fold() }); err != nil {
			return nil, err
		}
	}
	out, err := f.DB.Tally(ctx, q)
	if err == nil {
		f.compare(ctx, q)
	}
	return out, err
}

// compare asks what rollups can answer.
func (f *folding) compare(ctx context.Context, q feedback.TallyQuery) {
	zone := f.Zone()
	day := func(at time.Time) time.Time {
		if at.IsZero() {
			return at
		}
		at = at.In(zone)
		return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone)
	}
	q.Zone = zone
	drawn := q.Filter
	q.Filter = feedback.Filter{Source: drawn.Source, Touchpoint: drawn.Touchpoint, Sentiment: drawn.Sentiment, From: day(drawn.From), To: day(drawn.To)}
	lean := func() { q.Filter.Source, q.Filter.Touchpoint = nil, nil }
	one := func(values []string) []string { return values[:min(1, len(values))] }
	by := []string{"", "sentiment", "source", "touchpoint"}
	switch f.r.IntN(9) {
	case 0:
		q.Filter.Attributes = map[string][]string{"plan": drawn.Attributes["plan"]}
	case 1:
		q.Filter.Topic = one(drawn.Topic)
	case 2:
		q.Filter.Channel, by = drawn.Channel, by[:2]
		lean()
	case 3:
		q.Filter.Language, by = drawn.Language, by[:2]
		lean()
	case 4:
		q.Filter.Intent, q.Filter.Tag, q.Filter.Urgency, by = one(drawn.Intent), nil, nil, by[:2]
		lean()
	case 5:
		q.Filter.Tag, by = one(drawn.Tag), by[:2]
		lean()
	case 6:
		q.Filter.Urgency, by = drawn.Urgency, by[:2]
		lean()
	case 7:
		by = []string{"channel", "language", "urgency", "intent", "tag"}
		lean()
	default:
		by = append(by, "topic", "attr.plan")
	}
	q.By = by[f.r.IntN(len(by))]
	if q.Metric == metricRecords {
		switch f.r.IntN(4) {
		case 0:
			if q.By == "" {
				q.By = "language"
			}
		case 1:
			if len(q.Filter.Language) == 0 && q.By != "language" {
				q.Filter.Ranges = map[string]feedback.Range{"nps": drawn.Ranges["nps"]}
			}
		}
	} else if q.Metric != metricSentiment && f.r.IntN(3) == 0 {
		low := float64(f.r.IntN(6))
		q.Filter.Ranges = map[string]feedback.Range{q.Metric: {Min: &low}}
	}
	way, ok := f.rolled.rolled(q)
	if !ok {
		f.t.Errorf("rollups do not answer %+v", q)
		return
	}
	var got, want []feedback.Tally
	err := f.read(ctx, func(tx *sql.Tx) (err error) {
		got, err = way.tally(ctx, tx)
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
	group, err := grouping(q.By)
	if err != nil {
		f.t.Fatal(err)
	}
	days, err := newPeriods(q.Period, q.Zone)
	if err != nil {
		f.t.Fatal(err)
	}
	if err := f.withView(ctx, func(v *view) error {
		c, err := v.count(ctx, q, group, days)
		if err == nil {
			want = c.tallies()
		}
		return err
	}); err != nil {
		f.t.Error(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		f.t.Errorf("%+v (-view +rollups):\n%s", q, diff)
	}
}

// Rollups count as brute force does, whatever is written, and what was kept up to date is what counting anew gives, byte by byte.
func TestRollups(t *testing.T) {
	for _, name := range []string{"Asia/Ho_Chi_Minh", "America/New_York", "Australia/Lord_Howe"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(zone.String(), func(t *testing.T) {
			feedbacktest.TestTallies(t, func(t *testing.T) feedback.Store {
				db, err := Open(t.Context(), t.TempDir(), Options{Zone: zone, Attributes: []string{"plan"}})
				if err != nil {
					t.Fatal(err)
				}
				f := &folding{DB: db, t: t, r: rand.New(rand.NewPCG(1, 2))}
				t.Cleanup(func() {
					f.checkRebuild()
					if err := db.Close(); err != nil {
						t.Error(err)
					}
				})
				return f
			})
		})
	}
}

// checkRebuild compares the counts with counting anew.
func (f *folding) checkRebuild() {
	ctx := context.Background()
	dump := func() map[int64]string {
		if err := f.write(ctx, 1, func(t *tx) error { return t.fold() }); err != nil {
			f.t.Fatal(err)
		}
		out := map[int64]string{}
		if err := f.read(ctx, func(tx *sql.Tx) error {
			return each(ctx, tx, func(row scanner) error {
				var key int64
				var cells []byte
				err := row.Scan(&key, &cells)
				out[key] = string(cells)
				return err
			}, "SELECT key, cells FROM rollups")
		}); err != nil {
			f.t.Fatal(err)
		}
		return out
	}
	kept := dump()
	if err := f.RebuildRollups(ctx); err != nil {
		f.t.Fatal(err)
	}
	if anew := dump(); !maps.Equal(kept, anew) {
		f.t.Errorf("%d months of labels were kept and counting anew gives %d, or others", len(kept), len(anew))
	}
}

// A store that is opened with another zone or other attributes counts anew; one that is opened without keeps what it has.
func TestRollupSettings(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2026, 3, 1, 20, 0, 0, 0, time.UTC) // 2 March in Hanoi
	days := func(o Options) (string, []string) {
		t.Helper()
		db, err := Open(t.Context(), dir, o)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Put(t.Context(), []feedback.Record{{Draft: feedback.Draft{ID: "a", CollectedAt: &at, Attributes: map[string]string{"plan": "pro"}}}}); err != nil {
			t.Fatal(err)
		}
		q := feedback.TallyQuery{Metric: metricRecords, Period: "day", Zone: db.Zone()}
		if _, ok := db.rolled.rolled(q); !ok {
			t.Error("rollups do not answer")
		}
		tallies, err := db.Tally(t.Context(), q)
		if err != nil || len(tallies) != 1 {
			t.Fatal(tallies, err)
		}
		return tallies[0].Period, db.RolledAttributes()
	}
	f := func(o Options, day string, attributes ...string) {
		t.Helper()
		if got, names := days(o); got != day || !cmp.Equal(names, attributes, cmpopts.EquateEmpty()) {
			t.Errorf("%+v: day %s and attributes %v, want %s and %v", o, got, names, day, attributes)
		}
	}
	f(Options{}, "2026-03-02")
	f(Options{Zone: time.UTC}, "2026-03-01")
	f(Options{Attributes: []string{"plan", "city", "plan"}}, "2026-03-01", "city", "plan")
	f(Options{}, "2026-03-01", "city", "plan")
	if _, err := Open(t.Context(), dir, Options{Attributes: []string{"a=b"}}); feedback.CodeOf(err) != feedback.CodeInvalid {
		t.Errorf("an attribute that cannot be: %v", err)
	}
}

// What dashboards ask comes from rollups, with what it is said to cover.
func TestRollupsAnswer(t *testing.T) {
	db, err := Open(t.Context(), t.TempDir(), Options{Attributes: []string{"plan"}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	low := 0.0
	for _, c := range []struct {
		q    feedback.TallyQuery
		want bool
	}{
		{feedback.TallyQuery{Metric: "nps"}, true},
		{feedback.TallyQuery{Metric: metricRecords, By: "language"}, true},
		{feedback.TallyQuery{Metric: metricRecords, By: "language", Filter: feedback.Filter{Topic: []string{"delivery"}, Source: []string{"chat"}}}, true},
		{feedback.TallyQuery{Metric: metricRecords, Filter: feedback.Filter{Attributes: map[string][]string{"plan": {"pro", "free"}}, Language: []string{"vi"}}}, true},
		{feedback.TallyQuery{Metric: metricSentiment, By: "topic", Period: "week", Zone: db.Zone()}, true},
		{feedback.TallyQuery{Metric: metricSentiment, By: "topic", Filter: feedback.Filter{Sentiment: []string{"negative"}, Source: []string{"chat"}}}, true},
		{feedback.TallyQuery{Metric: metricRecords, By: "topic", Filter: feedback.Filter{Ranges: map[string]feedback.Range{"nps": {Min: &low}}}}, true},
		{feedback.TallyQuery{Metric: "nps", By: "channel"}, true},
		{feedback.TallyQuery{Metric: "nps", By: "sentiment", Filter: feedback.Filter{Language: []string{"vi"}}}, true},
		{feedback.TallyQuery{Metric: "nps", By: "tag"}, true},
		{feedback.TallyQuery{Metric: "nps", By: "channel", Filter: feedback.Filter{Source: []string{"chat"}}}, false},
		{feedback.TallyQuery{Metric: "nps", By: "topic", Filter: feedback.Filter{Attributes: map[string][]string{"plan": {"pro"}}}}, false},
		{feedback.TallyQuery{Metric: "nps", Filter: feedback.Filter{Topic: []string{"delivery", "price"}}}, false},
		{feedback.TallyQuery{Metric: "nps", By: "attr.city"}, false},
		{feedback.TallyQuery{Metric: "nps", By: "account"}, false},
		{feedback.TallyQuery{Metric: "nps", Period: "day", Zone: time.UTC}, false},
		{feedback.TallyQuery{Metric: metricSentiment, Filter: feedback.Filter{Ranges: map[string]feedback.Range{"nps": {Min: &low}}}}, false},
	} {
		if _, ok := db.rolled.rolled(c.q); ok != c.want {
			t.Errorf("%+v: rollups answer: %v", c.q, ok)
		}
	}
}
