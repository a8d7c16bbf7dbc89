package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/thau-cx/thau/feedback"
)

// wrong are values of every type, with odd ones among them.
var wrong = []string{
	`null`, `true`, `0`, `-1`, `1.5`, `1e300`, `1e999`, `12345678901234567890`, `""`, `"x"`, `"\u0000"`, `"\ud800"`, `"9999-99-99T00:00:00Z"`,
	`"0000-01-01T00:00:00Z"`, `[]`, `[null]`, `[1]`, `["x"]`, `[[[]]]`, `{}`, `{"":""}`, `{"x":null}`, `{"x":1}`, `{"x":"y"}`, `{"x":{}}`,
	`{"value":1}`, `{"value":null,"min":0}`, `{"nps":1e300}`, `{"nps":{"value":1,"min":5,"max":1}}`, `{"csat:":1}`,
	`{"add":[1]}`, `{"add":[""]}`, `{"status":1}`, `{"opened_at":"x"}`, `"` + strings.Repeat("ă", 2000) + `"`,
}

// TestBadInput gives every field of every body every wrong value: whatever comes of it, it is an answer, never a failure.
func TestBadInput(t *testing.T) {
	var log logged
	o := onLoopback
	o.Logger = log.logger()
	h := New(newHouse(t).Service, o)
	ask(t, h, post, "/v1/feedback", `{"id":"there","text":"x"}`)
	n := 0
	for _, b := range []struct {
		method, url string
		contentType string
		body        any
	}{
		{post, "/v1/analyze", "", analyzeRequest{}},
		{post, "/v1/feedback", "", feedback.Draft{}},
		{post, pathFeedbackBulk, lineTypes[0], feedback.Draft{}},
		{patch, "/v1/feedback/there", "", CorrectionRequest{}},
		{put, "/v1/accounts/a", "", AccountRequest{}},
		{post, "/v1/accounts/a/signals", "", signalsRequest{}},
		{post, pathSignalsBulk, lineTypes[0], SignalRequest{}},
	} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(b.body)) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" {
				continue
			}
			for _, value := range wrong {
				for _, body := range []string{
					fmt.Sprintf(`{%q:%s}`, name, value),
					fmt.Sprintf(`{"text":"x","by":"x","name":"x","value":1,%q:%s}`, name, value),
					fmt.Sprintf(`{"items":[{%q:%s}]}`, name, value),
				} {
					n++
					headers := []string{}
					if b.contentType != "" {
						headers = append(headers, "Content-Type: "+b.contentType)
					}
					a := ask(t, h, b.method, b.url, body, headers...)
					if a.status >= 500 || a.status < 200 || strings.Contains(a.body, `"internal"`) {
						t.Errorf("%s %s %s: %d %s", b.method, b.url, body, a.status, a.body)
					}
				}
			}
		}
	}
	t.Logf("%d bodies", n)
	if strings.Contains(log.String(), `"ERROR"`) {
		t.Error("errors of ours in the log")
	}
}

// TestBadQueries gives every parameter every wrong value.
func TestBadQueries(t *testing.T) {
	s := newServer(newHouse(t).Service, onLoopback)
	n := 0
	values := []string{"", "x", "-1", "0", "1e999", "NaN", "Inf", "\x00", "\xff", "null", "[]", "a:b:c", ":", "=", "\"", "(((", "*", "%", strings.Repeat("ă", 500), "2026-13-01", "2026-01-01", "0000-01-01", "9999-12-31T23:59:59Z", "true", ",,,", "attr.", "attr.x", "csat:x"}
	for path, item := range s.config.Paths {
		op := item.Get
		if op == nil {
			continue
		}
		path = strings.ReplaceAll(path, "{id}", "x")
		for _, p := range op.Parameters {
			if p.In != "query" {
				continue
			}
			for _, value := range values {
				for _, query := range []string{p.Name + "=" + url.QueryEscape(value), p.Name + "=" + url.QueryEscape(value) + "&" + p.Name + "=x"} {
					n++
					if a := ask(t, s, get, path+"?"+query, ""); a.status >= 500 {
						t.Errorf("%s?%s: %d %s", path, query, a.status, a.body)
					}
				}
			}
		}
	}
	for _, id := range []string{"%00", "%FF", "%2F", "%2e%2e", "%0A", "%E2%80%AE", strings.Repeat("x", 5000), "a%252Fb", "'%20OR%201=1"} {
		for _, r := range []struct{ method, url, body string }{
			{get, "/v1/feedback/%s", ""}, {remove, "/v1/feedback/%s", ""}, {patch, "/v1/feedback/%s", `{"by":"x","tags":[]}`},
			{get, "/v1/accounts/%s", ""}, {put, "/v1/accounts/%s", `{}`}, {get, "/v1/accounts/%s/health", ""},
			{post, "/v1/accounts/%s/signals", `{"name":"n","value":1}`},
		} {
			n++
			if a := ask(t, s, r.method, fmt.Sprintf(r.url, id), r.body); a.status >= 500 {
				t.Errorf("%s %s %s: %d %s", r.method, r.url, id, a.status, a.body)
			}
		}
	}
	t.Logf("%d requests", n)
}

// FuzzDraftBody sends any bytes as a record: it is taken or refused with a reason, and what was taken can be read back.
func FuzzDraftBody(f *testing.F) {
	h := New(newHouse(f).Service, onLoopback)
	for _, seed := range []string{
		`{"id":"a","text":"Giao hàng chậm","scores":{"nps":3,"csat:x":{"value":1,"min":0,"max":1}},"ticket":{"status":"open"},"metadata":{"a":[1,{"b":null}]}}`,
		`{"text":"x","collected_at":"2026-01-31T09:30:00+07:00","tags":["a"],"attributes":{"plan":"pro"}}`,
		`{"text":"\ud800","TEXT":"y"}`, `{}`, `[]`, `null`, "", "\xff", `{"text":"x"} {}`, deep(300),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 {
			return
		}
		a := ask(t, h, post, "/v1/feedback", string(body))
		switch a.status {
		case 200, 201:
			var record struct{ ID string }
			must(t, json.Unmarshal([]byte(a.body), &record))
			if got := ask(t, h, get, a.header.Get("Location"), ""); got.status != 200 {
				t.Errorf("%q was stored as %q and is not there: %d", body, record.ID, got.status)
			}
		case 400, 409, 413:
			checkProblem(t, a)
		default:
			t.Errorf("%q: %d %s", body, a.status, a.body)
		}
	})
}

// FuzzDecode reads any bytes into every type of body: what cannot be read is explained.
func FuzzDecode(f *testing.F) {
	for _, value := range wrong {
		f.Add([]byte(`{"text":` + value + `}`))
		f.Add([]byte(`{"items":[{"value":` + value + `}]}`))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, v := range []any{new(feedback.Draft), new(analyzeRequest), new(signalsRequest), new(AccountRequest), new(CorrectionRequest)} {
			err := decode(body, v)
			if err != nil && feedback.CodeOf(err) != feedback.CodeInvalid {
				t.Errorf("%q: %v", body, err)
			}
			if err == nil && !json.Valid(body) {
				t.Errorf("%q was read", body)
			}
		}
	})
}
