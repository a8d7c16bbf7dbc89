package feedback_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// complaints are drafts of which some complain of late delivery, spelled in several ways, and of parking, which is new.
func complaints() []feedback.Draft {
	late := []string{"Giao hàng chậm quá", "giao hang cham that", "Giao hàng rất chậm, chờ mãi", "Shop giao hàng chậm", "giao hàng hơi chậm"}
	parking := []string{"Bãi đỗ xe chật quá", "bai do xe chat", "Không còn chỗ ở bãi đỗ xe", "Bãi đỗ xe rất chật", "Bãi đỗ xe tối om"}
	good := []string{"Nhân viên nhiệt tình", "Món ăn ngon", "Great service, friendly staff", "Giá hợp lý", "Phòng sạch sẽ", "Sẽ quay lại"}
	begin := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	var out []feedback.Draft
	for i := range 180 {
		at := begin.Add(time.Duration(i) * 9 * time.Hour)
		d := feedback.Draft{ID: fmt.Sprint("r", i), CollectedAt: &at, CustomerID: fmt.Sprint("c", i*7%160), Attributes: map[string]string{"plan": "free"}}
		score := 9.0
		switch {
		case i%6 == 0:
			d.Text, score, d.Attributes["plan"] = late[i/6%len(late)], 2, "pro"
		case i%6 == 1 && i > 120:
			d.Text, score, d.Attributes["plan"] = parking[i/6%len(parking)], 5, "pro"
		default:
			d.Text = good[i%len(good)]
		}
		d.Scores = map[string]feedback.Score{"nps": {Value: score, Max: 10}}
		out = append(out, d)
	}
	return out
}

// answers gives every insight of drafts as bytes.
func answers(t *testing.T, drafts []feedback.Draft) (s *bench, themes feedback.Themes, all string) {
	t.Helper()
	s = newBench(t)
	n := 0
	err := s.Ingest(t.Context(), func() (feedback.Line, error) {
		if n == len(drafts) {
			return feedback.Line{}, io.EOF
		}
		n++
		return feedback.Line{N: n, Draft: drafts[n-1]}, nil
	}, func(a feedback.Answer) error {
		if a.Err != nil {
			return a.Err
		}
		return nil
	})
	themes, err1 := s.Themes(t.Context(), feedback.ThemesQuery{Filter: feedback.Filter{Attributes: map[string][]string{"plan": {"pro"}}}})
	emerging, err2 := s.Emerging(t.Context(), feedback.EmergingQuery{Days: 14, Baseline: 42, Least: 3})
	drivers, err3 := s.Drivers(t.Context(), feedback.DriversQuery{Metric: "nps"})
	trends, err4 := s.Trends(t.Context(), feedback.TrendsQuery{Metric: "nps", By: "attr.plan"})
	segments, err5 := s.Segments(t.Context(), feedback.SegmentsQuery{By: "attr.plan", A: "pro"})
	b, err6 := json.Marshal([]any{themes, emerging, drivers, trends, segments})
	if err := errors.Join(err, err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	return s, themes, string(b)
}

// The same records give the same bytes, in whatever order they came in.
func TestInsightsAreDeterministic(t *testing.T) {
	drafts := complaints()
	_, _, want := answers(t, drafts)
	random := rand.New(rand.NewPCG(1, 2))
	for range 2 {
		random.Shuffle(len(drafts), func(i, j int) { drafts[i], drafts[j] = drafts[j], drafts[i] })
		if _, _, got := answers(t, drafts); got != want {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Fatalf("another order gives\n%s\ninstead of\n%s", got[max(0, i-100):min(len(got), i+200)], want[max(0, i-100):min(len(want), i+200)])
		}
	}
}

// Themes are named as people write, count all spellings, mark the words in their quotes, and follow deletes and updates.
func TestThemes(t *testing.T) {
	s, themes, _ := answers(t, complaints())
	find := func(themes feedback.Themes, label string) *feedback.Theme {
		i := slices.IndexFunc(themes.Items, func(x feedback.Theme) bool { return x.Label == label })
		if i < 0 {
			return nil
		}
		return &themes.Items[i]
	}
	late, parking := find(themes, "giao hàng chậm"), find(themes, "bãi đỗ xe")
	if late == nil || parking == nil {
		labels := []string{}
		for _, x := range themes.Items {
			labels = append(labels, x.Label)
		}
		t.Fatalf("the themes are %q", labels)
	}
	if late.N != 30 || late.Rest.N != 0 || !late.Sure || late.Low < 2 || late.Sentiment.Negative < 20 {
		t.Errorf("late delivery: %+v", late.Theme)
	}
	if len(late.Topics) == 0 || !strings.HasPrefix(late.Topics[0].Topic, "delivery") || late.Proposal != nil {
		t.Errorf("late delivery is known as %v, proposed as %v", late.Topics, late.Proposal)
	}
	if parking.Trend.Direction != "rising" || parking.N != 10 {
		t.Errorf("parking: %+v", parking.Theme)
	}
	for _, x := range themes.Items {
		for _, q := range x.Quotes {
			for _, span := range q.Spans {
				said := analyzer.Fold(strings.ToLower(string([]rune(q.Text)[span.Start:span.End])))
				if !slices.ContainsFunc(x.Variants, func(v feedback.Variant) bool {
					first, _, _ := strings.Cut(analyzer.Fold(v.Text), " ")
					return strings.Contains(said, first)
				}) {
					t.Errorf("%s: %q is marked in %q", x.Label, said, q.Text)
				}
			}
		}
	}
	for i := range 180 { // nobody complains of delivery any more
		if i%12 == 0 {
			if err := s.Delete(t.Context(), fmt.Sprint("r", i)); err != nil {
				t.Fatal(err)
			}
		} else if i%6 == 0 {
			d := complaints()[i]
			d.Text = "Đã đổi ý, mọi thứ đều ổn"
			if _, _, err := s.Submit(t.Context(), d, feedback.SubmitOptions{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	after, err := s.Themes(t.Context(), feedback.ThemesQuery{Filter: feedback.Filter{Attributes: map[string][]string{"plan": {"pro"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if x := find(after, "giao hàng chậm"); x != nil {
		t.Errorf("what was taken back is still a theme: %+v", x)
	}
	if find(after, "bãi đỗ xe") == nil {
		t.Error("the other theme is gone")
	}
}
