package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
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

// TestTagTicketAgain tags a ticket by rules, which makes its record searchable by their tags; once somebody corrects it, tagging it again
// answers with what they said, with the prediction beside it.
func TestTagTicketAgain(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, onLoopback)
	rules := "late: if topic=delivery.speed:negative then tag=late_parcel\ntop: if topic=price then tag=pricing\n"
	if _, err := house.PutTaggingRules(t.Context(), rules, "lan"); err != nil {
		t.Fatal(err)
	}
	tag := func(id, text string) (read feedback.TicketReading) {
		t.Helper()
		a := ask(t, h, post, "/v1/tickets/tag", `{"id":"`+id+`","description":"`+text+`"}`)
		if err := json.Unmarshal([]byte(a.body), &read); err != nil || a.status != 200 {
			t.Fatal(a.status, a.body, err)
		}
		return read
	}
	kinds := func(read feedback.TicketReading) map[string]string {
		out := map[string]string{}
		for _, t := range read.Tags {
			out[t.Tag] = t.Kind
		}
		return out
	}
	probes := 0
	total := func(query string) (n int) {
		t.Helper()
		probes++ // the index has what came before one
		ask(t, h, post, "/v1/feedback?wait=indexed", fmt.Sprintf(`{"id":"probe %d","text":"probe"}`, probes))
		var page struct {
			Total int `json:"total"`
		}
		a := ask(t, h, get, "/v1/search?"+query, "")
		if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != 200 {
			t.Fatal(a.status, a.body, err)
		}
		return page.Total
	}
	const text = "Giao hàng quá chậm, rất thất vọng"
	first := tag("zd:1", text)
	if got := kinds(first); got["late_parcel"] != feedback.TagRule || got["delivery.speed"] != feedback.TagTopic || first.Predicted != nil {
		t.Fatalf("first: %+v", first)
	}
	if again := tag("zd:1", text); again.Records[0].Status != feedback.Unchanged {
		t.Errorf("the same ticket again: %+v", again.Records)
	}
	tag("zd:2", text)
	if n := total("tag=late_parcel"); n != 2 {
		t.Errorf("search finds %d records with the rule's tag, want 2", n)
	}
	record := first.Records[0].ID
	for _, c := range []string{`{"by":"lan","topics":{"add":["price"],"remove":["delivery.speed"]},"urgency":"critical"}`, `{"by":"minh","tags":["vip"],"intents":{"add":["cancel"]}}`} {
		if a := ask(t, h, patch, "/v1/feedback/"+url.PathEscape(record), c); a.status != 200 {
			t.Fatal(a.body)
		}
	}
	now := tag("zd:1", text)
	got := kinds(now)
	if got["price"] != feedback.TagHuman || got["vip"] != feedback.TagHuman || got["delivery.speed"] != "" || got["late_parcel"] != "" || got["pricing"] != "" {
		t.Errorf("the tags are %+v", now.Tags)
	}
	if now.Urgency.Level != "critical" || now.Urgency.By != "lan" || now.SuggestedPriority != "urgent" {
		t.Errorf("the urgency is %+v, the priority %s", now.Urgency, now.SuggestedPriority)
	}
	if p := now.Predicted; p == nil || !slices.Contains(p.Tags, "delivery.speed") || p.Urgency == "critical" || !slices.Contains(p.Intents, "complaint") || slices.Contains(p.Intents, "cancel") {
		t.Errorf("predicted is %+v", now.Predicted)
	}
	if !slices.ContainsFunc(now.Intents, func(in feedback.TicketIntent) bool { return in.ID == "cancel" && in.By == "minh" }) {
		t.Errorf("the intents are %+v", now.Intents)
	}
	if n := total("tag=late_parcel"); n != 1 {
		t.Errorf("search finds %d records with the rule's tag once one is corrected, want 1", n)
	}
	if n := total("tag=vip"); n != 1 {
		t.Errorf("search finds %d records with the human's tag, want 1", n)
	}
	var report feedback.TaggingReport
	a := ask(t, h, get, "/v1/tagging/report", "")
	if err := json.Unmarshal([]byte(a.body), &report); err != nil || a.status != 200 {
		t.Fatal(a.status, a.body, err)
	}
	if len(report.RuleTags) != 2 || report.RuleTags[0] != (feedback.TagCount{Tag: "late_parcel", Records: 1}) {
		t.Errorf("the report counts %+v", report.RuleTags)
	}
	for _, k := range report.Kinds {
		if k.Kind == tagging.KindTag && (k.Precision.N == 0 || k.Precision.Value != 0 || k.Recall.Value != 0) {
			t.Errorf("tags: %+v", k)
		}
	}
}
