package tagging_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/thau-cx/thau/tagging"
)

func TestReport(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 20, 0, 0, 0, time.UTC) }
	zone := time.FixedZone("+7", 7*3600)
	judgments := []tagging.Judgment{
		{Kind: tagging.KindTopic, At: day(1), Predicted: []string{"a", "b"}, Listed: map[string]float64{"a": 0.9, "b": 0.6, "c": 0.35}, Truth: []string{"a"}}, // Monday the 2nd in the zone
		{Kind: tagging.KindTopic, At: day(7), Predicted: []string{"a"}, Listed: map[string]float64{"a": 0.8}, Truth: []string{"a"}},
		{Kind: tagging.KindTopic, At: day(9), Predicted: nil, Listed: map[string]float64{"b": 0.4}, Truth: []string{"b"}},
		{Kind: tagging.KindUrgency, At: day(9), Predicted: []string{"low"}, Listed: map[string]float64{"low": 0.7}, Truth: []string{"high"}},
	}
	report := tagging.Report(judgments, "week", zone)
	if len(report) != 2 || report[0].Kind != tagging.KindTopic || report[1].Kind != tagging.KindUrgency {
		t.Fatalf("%+v", report)
	}
	topic := report[0]
	for _, c := range []struct {
		name string
		rate tagging.Rate
		want float64
		n    int
	}{
		{"agreement", topic.Agreement, 1.0 / 3, 3},
		{"precision", topic.Precision, 2.0 / 3, 3},
		{"recall", topic.Recall, 2.0 / 3, 3},
		{"agreement on urgency", report[1].Agreement, 0, 1},
		{"week 1", topic.Periods[0].Agreement, 0.5, 2},
		{"week 2", topic.Periods[1].Recall, 0, 1},
	} {
		if math.Abs(c.rate.Value-c.want) > 1e-6 || c.rate.N != c.n || c.rate.Low > c.rate.Value || c.rate.High < c.rate.Value {
			t.Errorf("%s: %+v, want %v of %d", c.name, c.rate, c.want, c.n)
		}
	}
	if topic.Periods[0].Period != "2026-11-02" || topic.Periods[1].Period != "2026-11-09" {
		t.Errorf("periods: %+v", topic.Periods)
	}
	if months := tagging.Report(judgments, "month", zone)[0].Periods; len(months) != 1 || months[0].Period != "2026-11-01" {
		t.Errorf("months: %+v", months)
	}
	first := topic.Curve[0] // 0.3: all five listed, of which a, a and b are right
	if first.Confidence != 0.3 || first.Coverage != 1 || first.Precision.N != 5 || first.Precision.Value != 0.6 {
		t.Errorf("curve: %+v", topic.Curve)
	}
	if last := topic.Curve[len(topic.Curve)-1]; last.Confidence != 0.9 || last.Coverage != 0.2 || last.Precision.Value != 1 {
		t.Errorf("curve: %+v", topic.Curve)
	}
	if b, err := json.Marshal(tagging.Report(nil, "", nil)); err != nil || string(b) != "null" {
		t.Errorf("nothing judged: %s %v", b, err)
	}
}

func TestDrift(t *testing.T) {
	same := map[string]int{"a": 500, "b": 300, "c": 200}
	d, ok := tagging.DriftOf("topic", same, map[string]int{"a": 510, "b": 295, "c": 195})
	if !ok || d.Drifted || d.PSI >= d.Bound || d.Before != 1000 || d.After != 1000 {
		t.Errorf("no drift: %+v %v", d, ok)
	}
	d, ok = tagging.DriftOf("topic", same, map[string]int{"a": 200, "b": 300, "d": 500})
	if !ok || !d.Drifted || len(d.Moved) != 3 || d.Moved[0].Value != "d" || d.Moved[0].After != 0.5 {
		t.Errorf("drift: %+v %v", d, ok)
	}
	if _, ok = tagging.DriftOf("topic", same, nil); ok {
		t.Error("nothing after")
	}
}
