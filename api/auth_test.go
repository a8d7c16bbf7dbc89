package api

import (
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

func TestKeys(t *testing.T) {
	h := newHouse(t)
	var log logged
	handler := New(h.Service, Options{Logger: log.logger()})
	keys := map[string]string{"none": "", "unknown": "Bearer thau_nobody", "basic": "Basic dGhhdQ==", "bare": "thau_x", "empty": "Bearer "}
	ids := map[string]string{}
	for _, scope := range []string{feedback.ScopeRead, feedback.ScopeWrite, feedback.ScopeAdmin} {
		secret, key, err := h.CreateKey(t.Context(), "test "+scope, scope)
		must(t, err)
		keys[scope], ids[scope] = "Bearer "+secret, key.ID
	}
	yaml := "version: 1\ngroups:\n- name: voice\n  weight: 1\n  indicators:\n  - {signal: nps, weight: 1}\n"
	for _, r := range []struct{ method, url, body, needs string }{
		{get, "/healthz", "", ""},
		{get, "/readyz", "", ""},
		{get, "/openapi.json", "", ""},
		{get, "/metrics", "", feedback.ScopeRead},
		{post, "/v1/analyze", `{"text":"x"}`, feedback.ScopeRead},
		{get, "/v1/search", "", feedback.ScopeRead},
		{get, "/v1/metrics/nps", "", feedback.ScopeRead},
		{get, "/v1/policies/health", "", feedback.ScopeRead},
		{get, "/v1/feedback/x", "", feedback.ScopeRead},
		{post, "/v1/feedback", `{"text":"x"}`, feedback.ScopeWrite},
		{post, "/v1/feedback/bulk", `{"text":"x"}`, feedback.ScopeWrite},
		{patch, "/v1/feedback/x", `{"by":"x","tags":[]}`, feedback.ScopeWrite},
		{remove, "/v1/feedback/x", "", feedback.ScopeWrite},
		{put, "/v1/accounts/x", `{}`, feedback.ScopeWrite},
		{post, "/v1/accounts/x/signals", `{"name":"n","value":1}`, feedback.ScopeWrite},
		{post, "/v1/signals/bulk", `{}`, feedback.ScopeWrite},
		{put, "/v1/policies/health", yaml, feedback.ScopeAdmin},
	} {
		for name, header := range keys {
			headers := []string{"Authorization: " + header, "Host: thau.example.com", "Origin: https://anywhere.example.com"}
			switch {
			case strings.HasSuffix(r.url, "bulk"):
				headers = append(headers, "Content-Type: application/x-ndjson")
			case r.method == put && r.needs == feedback.ScopeAdmin:
				headers = append(headers, "Content-Type: application/yaml")
			}
			a := ask(t, handler, r.method, r.url, r.body, headers...)
			_, real := ids[name]
			switch allowed := real && (feedback.Key{Scope: name}).Allows(r.needs); {
			case r.needs == "" || allowed:
				if a.status == 401 || a.status == 403 || a.status >= 500 {
					t.Errorf("%s %s with %s: %d", r.method, r.url, name, a.status)
				}
			case real:
				if a.status != 403 || a.value(t)["code"] != "forbidden" || !strings.Contains(a.header.Get("WWW-Authenticate"), `scope="`+r.needs+`"`) {
					t.Errorf("%s %s with %s: %d %s", r.method, r.url, name, a.status, a.body)
				}
				checkProblem(t, a)
			default:
				if a.status != 401 || a.value(t)["code"] != "unauthorized" {
					t.Errorf("%s %s with %s: %d", r.method, r.url, name, a.status)
				}
				checkProblem(t, a)
			}
		}
	}
	for _, secret := range []string{keys[feedback.ScopeRead], keys[feedback.ScopeWrite], "thau_nobody"} {
		if strings.Contains(log.String(), strings.TrimPrefix(secret, "Bearer ")) {
			t.Error("a key is in the log")
		}
	}

	must(t, h.RevokeKey(t.Context(), ids[feedback.ScopeRead]))
	time.Sleep(keyTTL)
	if a := ask(t, handler, get, "/v1/search", "", "Authorization: "+keys[feedback.ScopeRead]); a.status != 401 {
		t.Errorf("a revoked key gives %d", a.status)
	}
}

func TestLoopback(t *testing.T) {
	h := newHouse(t)
	handler := New(h.Service, Options{Loopback: true, AllowedHosts: []string{"thau.test", "box:9000"}})
	for _, r := range []struct {
		header  string
		allowed bool
	}{
		{"Host: localhost:8080", true},
		{"Host: LOCALHOST", true},
		{"Host: 127.0.0.1:9999", true},
		{"Host: [::1]:8080", true},
		{"Host: [::1]", true},
		{"Host: thau.test:8080", true},
		{"Host: box:9000", true},
		{"Host: box:9001", false},
		{"Host: evil.example.com", false},
		{"Host: localhost.evil.example.com", false},
		{"Host: 127.0.0.1.nip.io:8080", false},
		{"Host: 127.0.0.2", false},
		{"Host: 2130706433", false},
		{"Host: 0.0.0.0:8080", false},
		{"Host: localhost:8080@evil.example.com", false},
		{"Host: localhost.", false},
		{"Origin: http://localhost:8080", true},
		{"Origin: http://LocalHost:8080", true},
		{"Origin: http://localhost:3000", false}, // same site, another program
		{"Origin: http://localhost", false},
		{"Origin: http://127.0.0.1:8080", false},
		{"Origin: http://evil.example.com", false},
		{"Origin: http://localhost:8080.evil.example.com", false},
		{"Origin: http://x@localhost:8080", false},
		{"Origin: null", false},
		{"Origin: file://", false},
		{"Sec-Fetch-Site: same-origin", true},
		{"Sec-Fetch-Site: none", true},
		{"Sec-Fetch-Site: same-site", false},
		{"Sec-Fetch-Site: cross-site", false},
		{"X-Other: x", true},
	} {
		for _, url := range []string{"/v1/search", "/healthz", "/nowhere"} {
			a := ask(t, handler, get, url, "", r.header)
			if got := a.status != 403; got != r.allowed {
				t.Errorf("%s %s: %d", url, r.header, a.status)
			}
			if a.status == 403 {
				checkProblem(t, a)
			}
		}
	}
	if a := ask(t, handler, get, "/v1/search", "", "Authorization: Bearer thau_wrong"); a.status != 401 {
		t.Errorf("a wrong key on loopback gives %d", a.status)
	}
	if a := ask(t, New(h.Service, Options{Loopback: true, RequireKey: true}), get, "/v1/search", ""); a.status != 401 {
		t.Errorf("no key where one is asked for gives %d", a.status)
	}
	if a := ask(t, New(h.Service, Options{}), get, "/v1/search", ""); a.status != 401 {
		t.Errorf("the zero options give %d without a key", a.status)
	}
}
