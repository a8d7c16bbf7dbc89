package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thau-cx/thau/feedback"
)

// bulk sends lines in one go and gives the results.
func bulk(t *testing.T, url string, body io.Reader, headers ...string) []LineResult {
	t.Helper()
	req, err := http.NewRequest(post, url, body)
	must(t, err)
	req.Header.Set("Content-Type", "application/x-ndjson")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("%s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	return results(t, resp.Body)
}

func results(t *testing.T, r io.Reader) (out []LineResult) {
	t.Helper()
	for d := json.NewDecoder(r); ; {
		var res LineResult
		err := d.Decode(&res)
		if err == io.EOF {
			return out
		}
		must(t, err)
		out = append(out, res)
	}
}

// brief gives results as one line each: 1 a created, or 2 rejected invalid text.
func brief(results []LineResult) (out []string) {
	for _, r := range results {
		s := fmt.Sprint(r.Line)
		if r.ID != "" {
			s += " " + r.ID
		}
		s += " " + string(r.Status)
		if r.Stale {
			s += " stale"
		}
		if r.Error != nil {
			s += " " + string(r.Error.Code)
			if r.Error.Field != "" {
				s += " " + r.Error.Field
			}
			if r.Error.Message == "" {
				s += " without message"
			}
		}
		out = append(out, s)
	}
	return out
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestBulkFeedback(t *testing.T) {
	h := newHouse(t)
	srv := serve(t, New(h.Service, onLoopback))
	long := strings.Repeat("a", 1<<20)
	got := bulk(t, srv.URL+pathFeedbackBulk, strings.NewReader("\xEF\xBB\xBF"+strings.Join([]string{
		`{"id":"a","text":"Giao hàng chậm","updated_at":"2026-01-02T00:00:00Z"}`,
		`{"id":"b","text":"tốt"}`,
		``,
		`{"id":"a","text":"Giao hàng chậm","updated_at":"2026-01-02T00:00:00Z"}`,
		`{"id":"a","text":"Giao hàng nhanh","updated_at":"2026-01-01T00:00:00Z"}`,
		`{"id":"a","text":"Giao hàng nhanh","updated_at":"2026-01-03T00:00:00Z"}`,
		`{"id":"c","text":7}`,
		`{"id":"d","scores":{"nps":11}}`,
		`{"id":"e","text":"x","mood":"y"}`,
		`not JSON`,
		`{"id":"f","text":"` + long + `"}`,
		`{"id":"g","text":"` + long[:len(long)-20] + `"}`,
		`{"id":"h","text":"` + long[:len(long)-19] + `"}`,
		`[1]`,
		"\t\r",
		`{"id":"b","source":"review","text":"tốt"}`,
		`{"id":"i","metadata":` + deep(200) + `,"text":"x"}`,
		`{"id":"j","text":"hết"}`,
	}, "\n")))
	same(t, brief(got), []string{
		"1 a created", "2 b created", "4 a unchanged", "5 a unchanged stale", "6 a updated", "7 c rejected invalid text",
		"8 d rejected invalid scores.nps", "9 e rejected invalid mood", "10 rejected invalid", "11 rejected too_large",
		"12 g created", "13 rejected too_large", "14 rejected invalid", "16 b rejected id_conflict id", "17 rejected invalid", "18 j created",
	})
	if _, err := h.Get(context.Background(), "j"); err != nil {
		t.Error(err)
	}
}

func TestBulkEnds(t *testing.T) {
	srv := serve(t, New(newHouse(t).Service, onLoopback))
	url := srv.URL + pathFeedbackBulk
	same(t, brief(bulk(t, url, strings.NewReader(""))), []string(nil))
	same(t, brief(bulk(t, url, strings.NewReader("\n\n"))), []string(nil))
	same(t, brief(bulk(t, url, strings.NewReader("{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"te"))), []string{"1 a created", "2 rejected invalid"})
	same(t, brief(bulk(t, url, strings.NewReader("{\"id\":\"a\",\"text\":\"x\"}\r\n"), "Expect: 100-continue")), []string{"1 a unchanged"})
	same(t, brief(bulk(t, url, strings.NewReader(strings.Repeat("x", 3<<20)))), []string{"1 rejected too_large"})
	for size, want := range map[int]string{1 << 20: "1 whole unchanged", 1<<20 + 1: "1 rejected too_large"} {
		line := `{"id":"whole","text":"x"}`
		line += strings.Repeat(" ", size-len(line)) + "\n"
		bulk(t, url, strings.NewReader(`{"id":"whole","text":"x"}`))
		same(t, brief(bulk(t, url, strings.NewReader(line))), []string{want})
		same(t, brief(bulk(t, url, strings.NewReader(line[:size]))), []string{want})
	}
	for _, contentType := range []string{"application/json", "", "text/plain"} {
		a := ask(t, srv.Config.Handler, post, pathFeedbackBulk, "{}", "Content-Type: "+contentType)
		if a.status != 415 {
			t.Errorf("%q gives %d", contentType, a.status)
		}
	}
	if a := ask(t, srv.Config.Handler, post, pathFeedbackBulk+"?wait=indexed", "{}"); a.status != 400 {
		t.Errorf("a parameter gives %d", a.status)
	}
}

// TestBulkDuplex sends a line only after the one before was answered.
func TestBulkDuplex(t *testing.T) {
	h := newHouse(t)
	srv := serve(t, New(h.Service, onLoopback))
	for _, path := range []string{pathFeedbackBulk, pathSignalsBulk} {
		r, w := io.Pipe()
		req, err := http.NewRequest(post, srv.URL+path, r)
		must(t, err)
		req.Header.Set("Content-Type", "application/x-ndjson")
		resp, err := http.DefaultClient.Do(req) // answers before the first line
		must(t, err)
		lines := bufio.NewScanner(resp.Body)
		for i := 1; i <= 50; i++ {
			fmt.Fprintf(w, `{"id":"d%d","text":"dòng"}`+"\n", i)
			if !lines.Scan() {
				t.Fatalf("line %d: %v", i, lines.Err())
			}
			var got LineResult
			must(t, json.Unmarshal(lines.Bytes(), &got))
			if got.Line != i || got.ID != fmt.Sprintf("d%d", i) {
				t.Fatalf("line %d: %s", i, lines.Bytes())
			}
			if path == pathFeedbackBulk {
				if _, err := h.Get(t.Context(), got.ID); err != nil {
					t.Fatalf("answered before it was stored: %v", err)
				}
			}
		}
		must(t, w.Close())
		if lines.Scan() {
			t.Errorf("one more: %s", lines.Bytes())
		}
		resp.Body.Close()
	}
}

// TestBulkWithoutReading sends much before it reads anything, as most simple clients do.
func TestBulkWithoutReading(t *testing.T) {
	srv := serve(t, New(newHouse(t).Service, onLoopback))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	const n = 60_000
	line := []byte(`{"account_id":"a","nme":"an unknown field, so that the answer is longer than the line"}` + "\n")
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", pathSignalsBulk, n*len(line))
	body := bytes.Repeat(line, n)
	_, err = conn.Write(body)
	must(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	defer resp.Body.Close()
	got := results(t, resp.Body)
	if len(got) != n || got[n-1].Line != n || got[n-1].Status != feedback.Rejected {
		t.Errorf("%d results", len(got))
	}
}

func TestBulkDisconnect(t *testing.T) {
	h := newHouse(t)
	var log logged
	o := onLoopback
	o.Logger = log.logger()
	srv := serve(t, New(h.Service, o))
	for _, end := range []string{"", "\n", `{"id":"half`} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		must(t, err)
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 100000\r\n\r\n", pathFeedbackBulk)
		fmt.Fprint(conn, `{"id":"whole","text":"trọn vẹn"}`+"\n"+end)
		in := bufio.NewReader(conn)
		for {
			line, err := in.ReadString('\n')
			must(t, err)
			if strings.Contains(line, `"whole"`) {
				break
			}
		}
		conn.Close()
	}
	srv.Close() // waits for the handlers
	if _, err := h.Get(t.Context(), "whole"); err != nil {
		t.Error(err)
	}
	if _, err := h.Get(t.Context(), "half"); feedback.CodeOf(err) != feedback.CodeNotFound {
		t.Error("half a line was stored")
	}
	if strings.Contains(log.String(), `"ERROR"`) {
		t.Errorf("a client that left is no error of ours: %s", log.String())
	}
}

// TestBulkIdle writes lines for longer than the idle time, with pauses so much shorter that a busy machine does not stretch them to it,
// and then falls silent within a line.
func TestBulkIdle(t *testing.T) {
	const lines, pause = 8, 200 * time.Millisecond
	o := onLoopback
	o.Limits.Idle = (lines - 1) * pause
	srv := serve(t, New(newHouse(t).Service, o))
	for path, line := range map[string]string{pathFeedbackBulk: `{"id":"a","text":"chậm"}`, pathSignalsBulk: `{"account_id":"a","name":"n","value":1}`} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			r, w := io.Pipe()
			defer w.Close()
			go func() {
				for range lines {
					time.Sleep(pause)
					fmt.Fprintln(w, line)
				}
				fmt.Fprint(w, `{"id":"never`)
			}()
			got := bulk(t, srv.URL+path, r)
			if n := len(got); n != lines+1 || got[lines-1].Status == feedback.Rejected || got[lines].Status != failed ||
				got[lines].Error.Code != feedback.CodeTimeout || got[lines].Line != lines+1 {
				t.Errorf("%v", brief(got))
			}
		})
	}
}

func TestBulkStoreCloses(t *testing.T) {
	h := newHouse(t)
	srv := serve(t, New(h.Service, onLoopback))
	r, w := io.Pipe()
	go func() {
		fmt.Fprintln(w, `{"id":"1","text":"x"}`)
		for range 100 {
			if _, err := h.Get(context.Background(), "1"); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		h.store.Close()
		fmt.Fprintln(w, `{"id":"2","text":"x"}`)
	}()
	got := bulk(t, srv.URL+pathFeedbackBulk, r)
	same(t, brief(got), []string{"1 1 created", "2 failed unavailable"})
	w.Close()
}

func TestBulkSignals(t *testing.T) {
	srv := serve(t, New(newHouse(t).Service, onLoopback))
	got := bulk(t, srv.URL+pathSignalsBulk, strings.NewReader(strings.Join([]string{
		`{"id":"s","account_id":"a","name":"logins","value":3}`,
		`{"id":"s","account_id":"a","name":"logins","value":4}`,
		`{"account_id":"a","name":"logins"}`,
		`{"account_id":"a","name":"logins","value":"4"}`,
		`{"name":"logins","value":4}`,
		``,
		`{"account_id":"a","name":"log ins","value":4}`,
		`{"account_id":"a","name":"logins","value":1e999}`,
		`{"account_id":"a","name":"orders","value":0,"at":"2026-01-01T00:00:00Z"}`,
	}, "\n")))
	same(t, brief(got), []string{
		"1 s created", "2 s updated", "3 rejected invalid value", "4 rejected invalid value", "5 rejected invalid account_id",
		"7 rejected invalid name", "8 rejected invalid value", "9 created",
	})
}

// TestBulkMany sends more than a batch, with faults in between: every line is answered once and in order.
func TestBulkMany(t *testing.T) {
	h := newHouse(t)
	srv := serve(t, New(h.Service, onLoopback))
	const n = 3000
	var body bytes.Buffer
	for i := 1; i <= n; i++ {
		if i%7 == 0 {
			body.WriteString("{\n")
			continue
		}
		fmt.Fprintf(&body, `{"id":"%d","text":"Hàng tốt, giao nhanh"}`+"\n", i)
	}
	for i, r := range bulk(t, srv.URL+pathFeedbackBulk, &body) {
		want := feedback.Created
		if (i+1)%7 == 0 {
			want = feedback.Rejected
		}
		if r.Line != i+1 || r.Status != want {
			t.Fatalf("%d: %+v", i+1, r)
		}
	}
	count, err := h.store.Count(t.Context())
	must(t, err)
	if count != n-n/7 {
		t.Errorf("%d stored", count)
	}
}
