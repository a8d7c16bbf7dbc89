package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

func TestRequestID(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for _, r := range []struct {
		sent string
		kept bool
	}{{"abc-1.2_3", true}, {strings.Repeat("a", 64), true}, {strings.Repeat("a", 65), false}, {"a b", false}, {"é", false}, {"a\"b", false}, {"", false}} {
		a := ask(t, h, get, "/v1/feedback/none", "", headerRequestID+": "+r.sent)
		got := a.header.Get(headerRequestID)
		if got == "" || (got == r.sent) != r.kept {
			t.Errorf("%q became %q", r.sent, got)
		}
		checkProblem(t, a)
	}
}

func TestHeaders(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for _, url := range []string{"/v1/search", "/nowhere", "/healthz"} {
		a := ask(t, h, get, url, "")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q", url, name, got)
			}
		}
	}
}

// TestLog asks in many ways for what must not be logged.
func TestLog(t *testing.T) {
	var log logged
	o := onLoopback
	o.Logger = log.logger()
	h := New(newHouse(t).Service, o)
	ask(t, h, post, "/v1/feedback", `{"id":"secret-id","text":"secret text","account_id":"secret-account"}`)
	ask(t, h, post, "/v1/feedback", `{"text":{"secret":"field"}}`)
	ask(t, h, get, "/v1/search?q=secret+query&customer=secret-customer", "")
	ask(t, h, get, "/v1/feedback/secret-id", "", "Authorization: Bearer secret-key")
	ask(t, h, get, "/secret/path", "")
	ask(t, h, "SECRET", "/v1/search", "")
	ask(t, h, get, "/healthz", "")
	text := log.String()
	if strings.Contains(strings.ToLower(text), "secret") {
		t.Errorf("logged: %s", text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 7 {
		t.Fatalf("%d lines", len(lines))
	}
	var first map[string]any
	must(t, json.Unmarshal([]byte(lines[0]), &first))
	if first["method"] != "POST" || first["route"] != "/v1/feedback" || first["status"] != 201.0 || first["request_id"] == "" {
		t.Errorf("logged: %s", lines[0])
	}
	if !strings.Contains(lines[6], `"DEBUG"`) {
		t.Errorf("a health check is loud: %s", lines[6])
	}
}

func TestFailures(t *testing.T) {
	var log logged
	s := newServer(newHouse(t).Service, Options{Loopback: true, Logger: log.logger(), Limits: Limits{Request: 50 * time.Millisecond}})
	s.engine.GET("/panic", func(*gin.Context) { panic("the cellar burns") })
	s.engine.GET("/half", func(c *gin.Context) { c.String(200, "half"); panic("too late") })
	s.engine.GET("/internal", func(c *gin.Context) { fail(c, fmt.Errorf("store: %w", errors.New("disk on fire"))) })
	s.engine.GET("/strange", func(c *gin.Context) { fail(c, feedback.Errorf("strange", "x", "disk on fire")) })
	s.engine.GET("/slow", s.within, func(c *gin.Context) { <-c.Request.Context().Done(); fail(c, c.Request.Context().Err()) })
	for _, url := range []string{"/panic", "/internal", "/strange"} {
		a := ask(t, s, get, url, "")
		checkProblem(t, a)
		if a.status != 500 || a.value(t)["detail"] != "internal error" || strings.Contains(a.body, "fire") || strings.Contains(a.body, "burns") {
			t.Errorf("%s: %d %s", url, a.status, a.body)
		}
	}
	for _, cause := range []string{"the cellar burns", "middleware_test.go", "store: disk on fire"} {
		if !strings.Contains(log.String(), cause) {
			t.Errorf("not logged: %s", cause)
		}
	}
	if a := ask(t, s, get, "/half", ""); a.body != "half" {
		t.Errorf("half an answer became %q", a.body)
	}
	if a := ask(t, s, get, "/slow", ""); a.status != 504 {
		t.Errorf("a slow one gives %d", a.status)
	}
}

func TestNotReady(t *testing.T) {
	h := newHouse(t)
	handler := New(h.Service, onLoopback)
	must(t, h.store.Close())
	a := ask(t, handler, get, "/readyz", "")
	checkProblem(t, a)
	if a.status != 503 || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := ask(t, handler, get, "/healthz", ""); a.status != 200 {
		t.Errorf("alive gives %d", a.status)
	}
	if a := ask(t, handler, get, "/v1/feedback/x", ""); a.status != 503 {
		t.Errorf("get gives %d %s", a.status, a.body)
	}
	if a := ask(t, handler, get, "/metrics", ""); a.status != 200 || strings.Contains(a.body, "thau_store_head ") {
		t.Errorf("metrics give %d", a.status)
	}
}

// TestKeptConnection sends requests one after the other on one connection, with waits beyond the deadline of a request in between.
func TestKeptConnection(t *testing.T) {
	o := onLoopback
	o.Limits.Request = time.Second
	srv := serve(t, New(newHouse(t).Service, o))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	in := bufio.NewReader(conn)
	for i := range 3 {
		fmt.Fprintf(conn, "POST /v1/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"text\":\"x\"}")
		resp, err := http.ReadResponse(in, nil)
		must(t, err)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("request %d: %s", i, resp.Status)
		}
		resp.Body.Close()
		fmt.Fprintf(conn, "POST /v1/feedback/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 22\r\n\r\n{\"id\":\"%d\",\"text\":\"x\"}\n", i)
		resp, err = http.ReadResponse(in, nil)
		must(t, err)
		if got := results(t, resp.Body); len(got) != 1 || got[0].Status != feedback.Created {
			t.Fatalf("stream %d: %v", i, got)
		}
		time.Sleep(1200 * time.Millisecond)
	}
}

// TestSlowBody never sends the body it announced.
func TestSlowBody(t *testing.T) {
	o := onLoopback
	o.Limits.Request = 100 * time.Millisecond
	srv := serve(t, New(newHouse(t).Service, o))
	for _, path := range []string{"/v1/analyze", "/v1/feedback"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		must(t, err)
		must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"te", path)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		must(t, err)
		if resp.StatusCode != http.StatusGatewayTimeout {
			t.Errorf("%s: %s", path, resp.Status)
		}
		resp.Body.Close()
		conn.Close()
	}
}
