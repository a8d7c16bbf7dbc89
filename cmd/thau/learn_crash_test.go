package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// TestLearnAfterKill kills a server while it learns from corrections. The next one begins the lesson anew by itself, the overlay comes into
// force, and it still is after one more restart.
func TestLearnAfterKill(t *testing.T) {
	if testing.Short() {
		t.Skip("learns twice")
	}
	dir, exe := t.TempDir(), program(t)
	s, err := startServer(exe, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.kill() }()
	reach := func() *client {
		cl, err := serverFlags{Server: s.url}.client()
		if err != nil {
			t.Fatal(err)
		}
		return cl
	}
	cl := reach()
	things := [2][]string{{"nhang", "trầm", "nụ trầm", "vòng trầm", "bột trầm", "nhang nụ"}, {"đơn hàng", "kiện hàng", "gói hàng", "bưu kiện", "đơn tuần trước", "đơn thứ hai"}}
	said := []string{"rất dịu", "hơi hăng", "cháy nhanh tắt", "thơm lâu", "bị ẩm mốc", "chưa thấy giao", "đúng hẹn", "tới chậm"}
	for i := range 120 {
		id, kind := fmt.Sprint("r", i), i%2
		var ignored json.RawMessage
		text := fmt.Sprintf("%s %s lần %d", things[kind][i/2%6], said[i/3%8], i)
		if err := cl.post(t.Context(), "/v1/feedback", map[string]string{"id": id, "text": text}, &ignored); err != nil {
			t.Fatal(err)
		}
		change := map[string]any{"by": "lan", "topics": map[string][]string{"add": {[]string{"product.incense", "delivery.parcel"}[kind]}}}
		if err := cl.send(t.Context(), http.MethodPatch, "/v1/feedback/"+id, change, &ignored); err != nil {
			t.Fatal(err)
		}
	}
	var job feedback.Job
	if err := cl.post(t.Context(), "/v1/learn", map[string]any{"task": "topics", "activate": true, "by": "lan"}, &job); err != nil {
		t.Fatal(err)
	}
	for job.State == feedback.JobQueued {
		if job, err = cl.getJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
	}
	s.kill()
	if job.Finished() {
		t.Fatalf("the lesson was over before the kill: %+v", job)
	}
	if s, err = startServer(exe, dir); err != nil {
		t.Fatal(err)
	}
	cl = reach()
	for deadline := time.Now().Add(2 * time.Minute); !job.Finished(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the lesson does not go on: %+v", job)
		}
		if job, err = cl.getJob(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
	}
	var got feedback.Learned
	if err := json.Unmarshal(job.Result, &got); err != nil || job.State != feedback.JobDone || !got.Accepted || got.Overlay == nil {
		t.Fatalf("the lesson ended as %s %s %.300s %v", job.State, job.Error, job.Result, err)
	}
	s.kill()
	if s, err = startServer(exe, dir); err != nil {
		t.Fatal(err)
	}
	var list overlayList
	getJSON(t, s.url+"/v1/overlays", &list)
	if len(list.Items) != 1 || !list.Items[0].Active {
		t.Errorf("the overlays are %+v", list)
	}
}
