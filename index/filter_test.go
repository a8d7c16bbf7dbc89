package index

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

var (
	someWords = strings.Fields("giao hàng chậm nhanh giá đắt rẻ tốt tệ nhân viên app lỗi delivery late driver price good bad support slow")
	sources   = feedback.Sources
	labels    = []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}
	topics    = []string{"delivery.speed", "delivery.condition", "price", "staff.attitude", "app.stability"}
)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// someRecord makes a random record; few values, so that filters meet.
func someRecord(r *rand.Rand, id string) *feedback.Record {
	at := epoch.Add(time.Duration(r.IntN(90*24*60)) * time.Minute)
	rec := &feedback.Record{Draft: feedback.Draft{
		ID: id, Source: pick(r, sources), Channel: pick(r, []string{"", "email", "zalo"}), CollectedAt: &at,
		AccountID: fmt.Sprint("acme-", r.IntN(40)), CustomerID: fmt.Sprint("c", r.IntN(500)), Touchpoint: pick(r, []string{"", "checkout", "support"}),
		Attributes: map[string]string{"plan": pick(r, []string{"free", "pro"}), "city": pick(r, []string{"Hà Nội", "Huế", ""})},
		Tags:       []string{"t" + fmt.Sprint(r.IntN(5)), "t" + fmt.Sprint(r.IntN(5))},
	}}
	var text []string
	for range 1 + r.IntN(12) {
		text = append(text, pick(r, someWords))
	}
	rec.Text = strings.Join(text, " ")
	rec.Scores = map[string]feedback.Score{"nps": {Value: float64(r.IntN(11)), Max: 10}}
	a := &rec.Analysis
	a.Language.Code = pick(r, []string{"vi", "en"})
	a.Sentiment.Label, a.Sentiment.Score = pick(r, labels), math.Round(r.Float64()*200-100)/100
	a.Urgency.Level = pick(r, []string{"low", "normal", "high"})
	for _, i := range r.Perm(len(topics))[:r.IntN(3)] {
		a.Topics = append(a.Topics, analyzer.Topic{ID: topics[i], Sure: r.IntN(4) > 0, Sentiment: analyzer.Polarity{Label: pick(r, labels)}})
	}
	if r.IntN(2) == 0 {
		a.Intents = append(a.Intents, analyzer.Intent{ID: pick(r, []string{"complaint", "praise"}), Sure: true})
	}
	return rec
}

// values are a record's values of a facet, found without the index.
func values(r *feedback.Record, name string) []string {
	l := r.Labels()
	var out []string
	switch name {
	case "source":
		out = []string{r.Source}
	case "channel":
		out = []string{r.Channel}
	case "language":
		out = []string{l.Language}
	case "sentiment":
		out = []string{l.Sentiment}
	case "intent":
		out = l.Intents
	case "urgency":
		out = []string{l.Urgency}
	case "account":
		out = []string{r.AccountID}
	case "customer":
		out = []string{r.CustomerID}
	case "touchpoint":
		out = []string{r.Touchpoint}
	case "tag":
		out = l.Tags
	case "topic":
		for id, s := range l.Topics {
			parent, _, _ := strings.Cut(id, ".")
			out = append(out, id, id+":"+s, parent, parent+":"+s)
		}
	default:
		out = []string{r.Attributes[strings.TrimPrefix(name, "attr.")]}
	}
	out = slices.DeleteFunc(slices.Clone(out), func(s string) bool { return s == "" })
	slices.Sort(out)
	return slices.Compact(out)
}

// keeps tells whether a filter holds for a record, found without the index.
func keeps(f *feedback.Filter, r *feedback.Record) bool {
	wants := map[string][]string{
		"source": f.Source, "channel": f.Channel, "language": f.Language, "sentiment": f.Sentiment, "topic": f.Topic, "intent": f.Intent,
		"urgency": f.Urgency, "account": f.Account, "customer": f.Customer, "touchpoint": f.Touchpoint, "tag": f.Tag,
	}
	for name, list := range f.Attributes {
		wants["attr."+name] = list
	}
	for name, list := range wants {
		have := values(r, name)
		if len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return slices.Contains(have, s) }) {
			return false
		}
	}
	for name, g := range f.Ranges {
		s, ok := r.Scores[name]
		v := s.Value
		if name == "score" {
			v, ok = r.Analysis.Sentiment.Score, true
		}
		if !ok || g.Min != nil && v < *g.Min || g.Max != nil && v > *g.Max {
			return false
		}
	}
	return (f.From.IsZero() || !r.CollectedAt.Before(f.From)) && (f.To.IsZero() || r.CollectedAt.Before(f.To))
}

func someFilter(r *rand.Rand) feedback.Filter {
	var f feedback.Filter
	maybe := func(list ...string) []string {
		if r.IntN(5) > 0 {
			return nil
		}
		return slices.Clone(list[:1+r.IntN(len(list))])
	}
	f.Source = maybe("ticket", "chat", "nope")
	f.Channel = maybe("zalo")
	f.Language = maybe("vi")
	f.Sentiment = maybe("negative", "positive")
	f.Topic = maybe(pick(r, []string{"delivery", "delivery.speed", "delivery:negative", "delivery.speed:negative", "price:positive"}), "app")
	f.Intent = maybe("complaint")
	f.Urgency = maybe("high", "low")
	f.Account = maybe("acme-1", "acme-2", "acme-3", "acme-4", "acme-5")
	f.Tag = maybe("t1", "t2")
	if r.IntN(4) == 0 {
		f.Attributes = map[string][]string{"plan": {"pro"}, "city": maybe("Huế", "Hà Nội")}
	}
	if r.IntN(4) == 0 {
		f.From = epoch.Add(time.Duration(r.IntN(60*24*60)) * time.Minute)
	}
	if r.IntN(4) == 0 {
		f.To = epoch.Add(time.Duration(30*24*60+r.IntN(60*24*60)) * time.Minute)
	}
	if r.IntN(3) == 0 {
		low, high := float64(r.IntN(8)), float64(3+r.IntN(8))
		f.Ranges = map[string]feedback.Range{"nps": {Min: &low, Max: &high}}
		if r.IntN(2) == 0 {
			zero := 0.0
			f.Ranges["score"] = feedback.Range{Max: &zero}
		}
	}
	return f
}

// TestBruteForce compares ids, totals, facets and order with a walk over the records, while records come, change and go.
func TestBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := mustOpen(t, t.TempDir(), options())
	truth := map[string]*feedback.Record{}
	names := []string{"source", "channel", "language", "sentiment", "topic", "intent", "urgency", "account", "touchpoint", "tag", "attr.plan", "attr.city"}
	var seq int64
	for round := range 8 {
		var list []feedback.Change
		done := map[string]bool{}
		for range 400 {
			id := fmt.Sprint("r", r.IntN(900))
			if done[id] {
				continue
			}
			done[id] = true
			seq++
			if r.IntN(6) == 0 {
				delete(truth, id)
				list = append(list, feedback.Change{Seq: seq, ID: id})
				continue
			}
			rec := someRecord(r, id)
			truth[id] = rec
			list = append(list, feedback.Change{Seq: seq, ID: id, Record: rec})
		}
		mustApply(t, x, list)
		for range 40 {
			q := feedback.Query{Filter: someFilter(r), Facets: names, Sort: pick(r, []string{"newest", "oldest"}), Limit: 200}
			var want []*feedback.Record
			counts := map[string]map[string]int{}
			for _, rec := range truth {
				if !keeps(&q.Filter, rec) {
					continue
				}
				want = append(want, rec)
				for _, name := range names {
					if counts[name] == nil {
						counts[name] = map[string]int{}
					}
					for _, v := range values(rec, name) {
						counts[name][v]++
					}
				}
			}
			slices.SortFunc(want, func(a, b *feedback.Record) int {
				if q.Sort == "oldest" {
					return a.CollectedAt.Compare(*b.CollectedAt)
				}
				return b.CollectedAt.Compare(*a.CollectedAt)
			})
			hits := mustSearch(t, x, q)
			if hits.Total != len(want) || len(hits.IDs) != min(200, len(want)) {
				t.Fatalf("round %d, %+v: %d of %d, want %d", round, q.Filter, len(hits.IDs), hits.Total, len(want))
			}
			for i, id := range hits.IDs {
				if !truth[id].CollectedAt.Equal(*want[i].CollectedAt) {
					t.Fatalf("round %d: %s at %d is out of order", round, id, i)
				}
			}
			for _, name := range names {
				got := map[string]int{}
				for _, c := range hits.Facets[name] {
					got[c.Value] = c.Count
				}
				if !maps.Equal(got, counts[name]) {
					t.Fatalf("round %d, facet %s: %v, want %v", round, name, got, counts[name])
				}
			}
		}
	}
}

func TestFiltersInText(t *testing.T) {
	a, b := record("a", "giao chậm"), record("b", "giao nhanh")
	a.Source, a.AccountID, a.Tags = "ticket", "acme", []string{"hay lắm"}
	a.Attributes = map[string]string{"plan": "pro", "x=y": "z"}
	a.Scores = map[string]feedback.Score{"nps": {Value: 3}, "csat": {Value: 4.5}}
	a.Analysis.Topics = []analyzer.Topic{{ID: "delivery.speed", Sure: true, Sentiment: analyzer.Polarity{Label: "negative"}}}
	a.Analysis.Sentiment.Score = -0.71
	b.Scores = map[string]feedback.Score{"nps": {Value: 9}}
	x := texts(t)
	mustApply(t, x, changes(0, a, b))
	f := func(text, want string) {
		t.Helper()
		if got := sorted(found(t, x, text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	f("giao source:ticket", "a")
	f("giao -source:ticket", "b")
	f("source:ticket OR source:survey", "a b")
	f("account:acme topic:delivery topic:delivery.speed:negative topic:delivery:negative", "a")
	f("topic:delivery:positive", "")
	f(`tag:"hay lắm"`, "a")
	f(`-tag:"hay lắm" giao`, "b")
	f("attr.plan:pro", "a")
	f("attr.x=y:z", "a")
	f("attr.x:y=z", "")
	f("nps:0..6", "a")
	f("nps:3", "a")
	f("nps:..8.9", "a")
	f("nps:4..", "b")
	f("nps:6..4", "")
	f("csat:4.5", "a")
	f("score:-0.71", "a")
	f("score:-1..-0.7", "a")
	f("score:-0.5..", "b")
	f("from:2026-01-01T01:30:00Z", "b")
	f("to:2026-01-01T09:00:00+07:00", "a")
	f("from:2026-01-01 to:2026-01-02", "a b")
	f("(topic:price OR nps:9) giao", "b")
}

func TestInvalid(t *testing.T) {
	x := texts(t, "một")
	nan := math.NaN()
	for name, q := range map[string]feedback.Query{
		"sort":   {Sort: "best"},
		"limit":  {Limit: 201},
		"facets": {Facets: []string{"source", "customer"}},
		"x":      {Filter: feedback.Filter{Ranges: map[string]feedback.Range{"x": {}}}},
		"nps":    {Filter: feedback.Filter{Ranges: map[string]feedback.Range{"nps": {Min: &nan}}}},
		"cursor": {Cursor: "zzz"},
	} {
		_, err := x.Search(context.Background(), q)
		if feedback.CodeOf(err) != feedback.CodeInvalid || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
