package api

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/tagging"
)

// TestTaggingReport corrects records and holds the report to what was corrected.
func TestTaggingReport(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, onLoopback)
	for i := range 6 {
		id := fmt.Sprint("r", i)
		if a := ask(t, h, post, "/v1/feedback", `{"id":"`+id+`","text":"Giao hàng quá chậm, rất thất vọng","collected_at":"2026-0`+fmt.Sprint(1+i)+`-05T00:00:00Z"}`); a.status != 201 {
			t.Fatal(a.body)
		}
	}
	for _, c := range []struct{ id, body string }{
		{"r0", `{"by":"lan","topics":{"add":["price"],"remove":["delivery.speed"]},"urgency":"high"}`},
		{"r1", `{"by":"lan","topics":{"add":["delivery.speed"]}}`}, // confirms
		{"r2", `{"by":"lan","tags":["delivery.speed","late"]}`},
		{"r0", `{"by":"minh","topics":{"add":["delivery.speed"]}}`}, // the last word
		{"r3", `{"by":"lan","sentiment":"negative"}`},
	} {
		if a := ask(t, h, patch, "/v1/feedback/"+c.id, c.body); a.status != 200 {
			t.Fatal(a.body)
		}
	}
	// What was predicted is what the machine said, whatever people had said before.
	record, err := house.Get(t.Context(), "r0")
	must(t, err)
	for _, c := range record.Corrections {
		if _, ok := c.Predicted.Topics["delivery.speed"]; !ok || c.By == "" || c.At.IsZero() || c.Engine != house.Engine() || c.Confidence["topic:delivery.speed"] < 0.5 {
			t.Errorf("the correction is %+v", c)
		}
	}
	var report feedback.TaggingReport
	a := ask(t, h, get, "/v1/tagging/report?period=month&since=2026-04-01", "")
	if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != 200 {
		t.Fatal(a.status, a.body, err)
	}
	if report.Corrected != 4 || report.Since == nil || len(report.Kinds) != 4 {
		t.Fatalf("the report is %s", a.body)
	}
	rates := map[string]tagging.KindReport{}
	for _, k := range report.Kinds {
		rates[k.Kind] = k
	}
	topic := rates[tagging.KindTopic]
	if topic.Records != 2 || topic.Agreement.Value != 0.5 || topic.Precision.Value != 1 || len(topic.Periods) != 1 || len(topic.Curve) == 0 {
		t.Errorf("topics: %+v", topic)
	}
	for _, l := range topic.Labels {
		if want, ok := map[string]float64{"price": 0, "delivery.speed": 1}[l.Label]; ok && l.Recall.Value != want {
			t.Errorf("%s: %+v", l.Label, l)
		}
	}
	if u := rates[tagging.KindUrgency]; u.Agreement.Value != 0 || u.Records != 1 {
		t.Errorf("urgency: %+v", u)
	}
	if s := rates[tagging.KindSentiment]; s.Agreement.Value != 1 || s.Records != 1 {
		t.Errorf("sentiment: %+v", s)
	}
	if tags := rates[tagging.KindTag]; tags.Records != 1 || tags.Recall.Value != 0.5 || tags.Precision.Value != 1 {
		t.Errorf("tags: %+v", tags)
	}
	for _, url := range []string{"/v1/tagging/report?period=day", "/v1/tagging/report?since=soon", "/v1/tagging/report?nps=1"} {
		if a := ask(t, h, get, url, ""); a.status != 400 {
			t.Errorf("%s: %d", url, a.status)
		}
	}
	a = ask(t, h, get, "/v1/tagging/report?to=2020-01-01", "")
	if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != 200 || report.Corrected != 0 {
		t.Errorf("nothing corrected: %s", a.body)
	}
}
