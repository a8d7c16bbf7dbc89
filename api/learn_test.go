package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Words of a shop for incense, which the built-in taxonomy knows nothing of, and of deliveries, which it knows.
var (
	incense = []string{"nhang", "trầm", "nụ trầm", "vòng trầm", "bột trầm", "nhang nụ", "nhang vòng", "tinh dầu trầm"}
	said    = []string{"đốt lên hơi hăng", "mùi rất dịu", "cháy nhanh tắt", "khói nhiều quá", "thơm lâu", "bị ẩm mốc", "mua biếu ông bà", "dùng hằng ngày", "gãy mất vài cây", "đúng loại hay dùng"}
	parcels = []string{"đơn hàng", "kiện hàng", "gói hàng", "đơn của em", "hàng đặt hôm kia", "đơn tuần trước", "bưu kiện", "đơn thứ hai"}
	moved   = []string{"giao trễ ba ngày", "giao rất nhanh", "tới chậm quá", "chưa thấy giao", "giao đúng hẹn", "đi vòng mãi chưa tới", "sáng đặt chiều có", "hẹn rồi không giao", "giao lúc nửa đêm", "tới trong ngày"}
)

// learnJob asks for a lesson and waits for what comes of it.
func learnJob(t *testing.T, h http.Handler, url, body string) feedback.Learned {
	t.Helper()
	a := ask(t, h, post, url, body)
	var job feedback.Job
	if err := json.Unmarshal([]byte(a.body), &job); err != nil || a.status != 202 || a.header.Get("Location") != "/v1/jobs/"+job.ID {
		t.Fatalf("%d %s %v", a.status, a.body, err)
	}
	for deadline := time.Now().Add(2 * time.Minute); !job.Finished(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the job is %+v", job)
		}
		must(t, json.Unmarshal([]byte(ask(t, h, get, "/v1/jobs/"+job.ID, "").body), &job))
	}
	var out feedback.Learned
	if job.State != feedback.JobDone {
		t.Fatalf("the job ended as %+v", job)
	}
	must(t, json.Unmarshal(job.Result, &out))
	return out
}

// TestCorrectionsTeach goes the way of a support team over HTTP: tickets are tagged, tags corrected, an overlay is learned from that, the
// gate lets it pass, and tickets that nobody has seen are tagged better. What is stored is read again.
func TestCorrectionsTeach(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	if a := ask(t, h, post, "/v1/learn", `{"task":"topics","by":"lan"}`); a.status != 400 || !strings.Contains(a.body, "learning topics needs at least 50 texts that say their labels, there are 0") {
		t.Errorf("nothing to learn from: %d %s", a.status, a.body)
	}
	for i := range 160 {
		thing, what, add := incense[i%8], said[(i/2)%10], "product.incense"
		if i%2 == 1 {
			thing, what, add = parcels[i%8], moved[(i/2)%10], "delivery.speed"
		}
		text := fmt.Sprintf("%s %s ạ", thing, what)
		if i%3 == 0 {
			text = fmt.Sprintf("Shop ơi %s %s, lần %d", thing, what, i/16)
		}
		id := fmt.Sprintf("t%d", i)
		if a := ask(t, h, post, "/v1/tickets/tag", fmt.Sprintf(`{"id":%q,"description":%q}`, id, text)); a.status != 200 {
			t.Fatal(a.body)
		}
		if a := ask(t, h, patch, "/v1/feedback/"+id+"%2F0", fmt.Sprintf(`{"by":"lan","topics":{"add":[%q]}}`, add)); a.status != 200 {
			t.Fatal(a.body)
		}
	}
	unseen := []string{"Em mua nụ trầm bên mình, lần này khói nhiều quá", "Hộp nhang vòng hôm trước bị ẩm mốc, cho em hỏi cách bảo quản", "Tinh dầu trầm thơm lâu, mùi rất dịu"}
	tagged := func(text string) bool {
		a := ask(t, h, post, "/v1/tickets/tag", fmt.Sprintf(`{"description":%q}`, text))
		return strings.Contains(a.body, `"tag":"product.incense"`)
	}
	for _, text := range unseen {
		if tagged(text) {
			t.Fatalf("%q is tagged before anything was learned", text)
		}
	}
	got := learnJob(t, h, "/v1/learn?source=ticket", `{"task":"topics","activate":true,"by":"lan"}`)
	if !got.Accepted || got.Overlay == nil || got.Overlay.ID != "learned-topics@1" || got.Activation == nil || got.Examples != 160 || got.Card == nil || got.Card.Gain == nil || got.Card.Gain.Low <= 0 {
		t.Fatalf("the lesson: accepted %v, %s, %+v", got.Accepted, got.Reason, got.Overlay)
	}
	if a := ask(t, h, get, "/v1/jobs", ""); !strings.Contains(a.body, `"filter":{"source":["ticket"]}`) || strings.Contains(a.body, "null") {
		t.Errorf("the jobs: %s", a.body)
	}
	for _, text := range unseen {
		if !tagged(text) {
			t.Errorf("%q is not tagged after learning", text)
		}
	}
	a := ask(t, h, get, "/v1/overlays/learned-topics@1", "")
	if !strings.Contains(a.body, `"active":true`) || !strings.Contains(a.body, `"gain":`) {
		t.Errorf("the overlay: %.300s", a.body)
	}
	if a := ask(t, h, get, "/v1/overlays/learned-topics@1/diff?limit=5", ""); !strings.Contains(a.body, `"file":"weights.tsv"`) && !strings.Contains(a.body, `"file":"labels.tsv"`) {
		t.Errorf("the diff: %.300s", a.body)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if a := ask(t, h, get, "/v1/feedback/t0%2F0", ""); strings.Contains(a.body, `"lexicon":"overlay:learned-topics"`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what is stored was not read again")
		}
	}
	if a := ask(t, h, put, "/v1/tagging/rules", "if topic=product.incense then tag=shrine", "Content-Type: text/plain"); a.status != 200 {
		t.Errorf("a rule on a learned topic: %s", a.body)
	}
	var report feedback.TaggingReport
	must(t, json.Unmarshal([]byte(ask(t, h, get, "/v1/tagging/report", "").body), &report))
	if report.Corrected != 160 || report.Since == nil || report.SinceWhat != "activate learned-topics@1" {
		t.Errorf("the report: %d corrected, since %v, %s", report.Corrected, report.Since, report.SinceWhat)
	}
	if a := ask(t, h, post, "/v1/overlays/rollback", `{}`); a.status != 200 {
		t.Error(a.body)
	}
	if tagged(unseen[0]) {
		t.Error("the overlay still reads after the rollback")
	}
}

// TestGateRefuses teaches labels that have nothing to do with the texts: the gate refuses, and nothing changes.
func TestGateRefuses(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, onLoopback)
	before := house.Engine()
	for i := range 100 {
		label := []string{"negative", "neutral", "positive"}[(i*i/7+i)%3]
		text := fmt.Sprintf("%s %s, lần %d", parcels[i%8], moved[(i/3)%10], i)
		ask(t, h, post, "/v1/feedback", fmt.Sprintf(`{"id":"r%d","text":%q}`, i, text))
		if a := ask(t, h, patch, fmt.Sprintf("/v1/feedback/r%d", i), fmt.Sprintf(`{"by":"x","sentiment":%q}`, label)); a.status != 200 {
			t.Fatal(a.body)
		}
	}
	got := learnJob(t, h, "/v1/learn", `{"task":"sentiment","activate":true}`)
	if got.Accepted || got.Overlay != nil || got.Activation != nil || got.Reason == "" || house.Engine() != before {
		t.Errorf("the lesson: %+v", got)
	}
}

// TestLearnFromRatings asks to learn from what customers rated, which needs nobody's corrections.
func TestLearnFromRatings(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for i := range 60 {
		score := []string{`"rating":5`, `"nps":3`, `"csat":{"value":1,"min":0,"max":1}`}[i%3]
		ask(t, h, post, "/v1/feedback", fmt.Sprintf(`{"id":"r%d","text":"%s %s","scores":{%s}}`, i, parcels[i%8], moved[i%10], score))
	}
	if a := ask(t, h, post, "/v1/learn", `{"task":"sentiment","from":["corrections"]}`); a.status != 400 {
		t.Errorf("without corrections: %d %s", a.status, a.body)
	}
	got := learnJob(t, h, "/v1/learn", `{"task":"sentiment","name":"from-ratings"}`)
	if got.Examples != 60 || got.Card.Data.ByLabel["negative"] == 0 || got.Card.Data.ByLabel["positive"] == 0 {
		t.Errorf("the lesson: %+v", got.Card)
	}
}

// TestLearnRefuses asks for lessons that make no sense.
func TestLearnRefuses(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for _, c := range []struct{ url, body, name string }{
		{"/v1/learn", `{"task":"urgency"}`, "task"},
		{"/v1/learn", `{}`, "task"},
		{"/v1/learn", `{"task":"topics","from":["ratings"]}`, "from[0]"},
		{"/v1/learn", `{"task":"sentiment","from":["tags"]}`, "from[0]"},
		{"/v1/learn", `{"task":"sentiment","from":["stars"]}`, "from[0]"},
		{"/v1/learn", `{"task":"sentiment","name":"a b"}`, "name"},
		{"/v1/learn", `{"task":"sentiment","precision":2}`, "precision"},
		{"/v1/learn", `{"task":"sentiment","epochs":3}`, "epochs"},
		{"/v1/learn?sentiment=happy", `{"task":"sentiment"}`, "sentiment[0]"},
		{"/v1/learn?since=1", `{"task":"sentiment"}`, "since"},
		{"/v1/learn?account=nobody", `{"task":"sentiment"}`, "from"},
	} {
		if a := ask(t, h, post, c.url, c.body); a.status != 400 || !strings.Contains(a.body, `"name":"`+c.name+`"`) {
			t.Errorf("%s %s: %d %s", c.url, c.body, a.status, a.body)
		}
	}
}
