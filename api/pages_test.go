package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
)

// form is the header of what a browser sends from a page.
const form = "Content-Type: application/x-www-form-urlencoded"

// pagesHouse has a few records and an account.
func pagesHouse(t *testing.T) (*house, http.Handler) {
	t.Helper()
	h := newHouse(t)
	handler := New(h.Service, onLoopback)
	for _, draft := range []string{
		`{"id":"r/1","text":"Giao hàng chậm <script>alert(1)</script>","title":"A & B","account_id":"acme","scores":{"nps":3},"collected_at":"2026-01-02T09:00:00+07:00"}`,
		`{"id":"r2","text":"giao hang nhanh, nhân viên dễ thương","scores":{"nps":10,"csat":5},"attributes":{"plan":"pro"},"collected_at":"2026-01-03T09:00:00+07:00"}`,
		`{"id":"r3","scores":{"nps":9},"collected_at":"2026-01-03T09:00:00+07:00"}`,
	} {
		if a := ask(t, handler, post, "/v1/feedback?wait=indexed", draft); a.status != http.StatusCreated {
			t.Fatal(a.body)
		}
	}
	return h, handler
}

// TestPages asks every page, and what it must and must not show.
func TestPages(t *testing.T) {
	_, h := pagesHouse(t)
	for _, c := range []struct {
		url      string
		status   int
		has, not string
	}{
		{"/", 200, "<h2>NPS</h2>", "No feedback is stored"},
		{"/?days=0", 200, `aria-current="true">all</a>`, ""},
		{"/?days=x", 400, "takes a number of days", ""},
		{"/rises", 200, "Nothing rises beyond chance.", ""},
		{"/search", 200, "3 records", ""},
		{"/search?q=giao+hang", 200, `<mark class="hit">Giao</mark>`, "r3"},
		{"/search?q=giao+hang", 200, "&lt;script&gt;", "<script>alert"},
		{"/search?sentiment=positive&attr.plan=pro", 200, "sentiment: positive ×", "r/1"},
		{"/search?q=nothing-like-this", 200, "Nothing matches.", ""},
		{"/search?q=a+AND+(", 400, "column", "<aside"},
		{"/search?from=yesterday", 400, "takes a day", ""},
		{"/search?q=%22%3E%3Cb%3E", 400, "&#34;&gt;&lt;b&gt;", `"><b>`},
		{"/themes", 200, "No theme is said by enough people.", ""},
		{"/themes?from=x", 400, "takes a day", ""},
		{"/drivers", 200, "No topic is mentioned by enough people.", ""},
		{"/drivers?metric=csat&sentiment=negative", 200, "CSAT", ""},
		{"/drivers?metric=odd", 400, "metric", ""},
		{"/accounts", 200, "acme", ""},
		{"/accounts?sort=nonsense", 400, "sort", ""},
		{"/accounts?offset=x", 400, "takes a number", ""},
		{"/accounts/acme", 200, "What the score is made of", ""},
		{"/accounts/nobody", 404, "There is no such thing", ""},
		{"/records/r%2F1", 200, "Giao hàng chậm", "<script>alert"},
		{"/records/none", 404, "There is no such thing", ""},
		{"/read", 200, "Nothing of it is kept", ""},
	} {
		a := ask(t, h, get, c.url, "")
		if a.status != c.status || !strings.Contains(a.body, c.has) || c.not != "" && strings.Contains(a.body, c.not) {
			t.Errorf("%s: status %d, want %d with %q and without %q:\n%s", c.url, a.status, c.status, c.has, c.not, a.body)
		}
		if got := a.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("%s: %s", c.url, got)
		}
		if got := a.header.Get("Content-Security-Policy"); got != web.Policy {
			t.Errorf("%s: policy %q", c.url, got)
		}
	}
}

// TestPagesTakeAnything asks pages for nonsense: an answer is a page and never a failure of ours.
func TestPagesTakeAnything(t *testing.T) {
	_, h := pagesHouse(t)
	names := []string{"q", "from", "to", "topic", "sentiment", "synonyms", "cursor", "attr.plan", "attr.", "sort", "grade", "offset", "days", "account", "metric", "x"}
	rapid.Check(t, func(rt *rapid.T) {
		values := url.Values{}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 4).Draw(rt, "names") {
			values.Add(name, rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"2026-01-01", "-1", "0", "99999999999", "a OR", "nps:0..6", "\x00", "\xff", "*", "9e99"})).Draw(rt, "value"))
		}
		path := rapid.SampledFrom([]string{"/", "/search", "/themes", "/accounts", "/rises", "/drivers", "/records/%00", "/records/" + url.PathEscape(rapid.String().Draw(rt, "id"))}).Draw(rt, "path")
		a := ask(t, h, get, path+"?"+values.Encode(), "")
		if a.status >= http.StatusInternalServerError || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && a.status != http.StatusNotFound {
			rt.Fatalf("%s?%s: status %d, %s", path, values.Encode(), a.status, a.body)
		}
	})
}

// TestEmptyPages shows the pages of a workspace with nothing in it.
func TestEmptyPages(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for path, has := range map[string]string{"/": "No feedback is stored yet", "/search": "Nothing matches", "/themes": "No theme", "/accounts": "No account"} {
		if a := ask(t, h, get, path, ""); a.status != 200 || !strings.Contains(a.body, has) {
			t.Errorf("%s: status %d without %q: %s", path, a.status, has, a.body)
		}
	}
}

// TestPageLinks follows every link of every page that leads to this server.
func TestPageLinks(t *testing.T) {
	_, h := pagesHouse(t)
	todo, seen := []string{"/"}, map[string]bool{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] || len(seen) > 300 {
			continue
		}
		seen[path] = true
		a := ask(t, h, get, path, "")
		if a.status != http.StatusOK {
			t.Errorf("%s: status %d", path, a.status)
		}
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			todo = append(todo, linksOf(a.body)...)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d pages were found", len(seen))
	}
}

// linksOf gives the addresses on this server that a page names.
func linksOf(page string) []string {
	var out []string
	for _, attribute := range []string{`href="`, `src="`} {
		for rest := page; ; {
			_, after, found := strings.Cut(rest, attribute)
			if !found {
				break
			}
			link, tail, _ := strings.Cut(after, `"`)
			rest = tail
			if link = strings.NewReplacer("&amp;", "&", "&#43;", "+").Replace(link); strings.HasPrefix(link, "/") {
				out = append(out, link)
			}
		}
	}
	return out
}

// TestCorrectOnPage corrects a record as a browser does.
func TestCorrectOnPage(t *testing.T) {
	house, h := pagesHouse(t)
	a := ask(t, h, post, "/records/r%2F1", url.Values{"by": {"lan"}, "sentiment": {"neutral"}, "add": {"price"}}.Encode(), form)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/records/r%2F1" {
		t.Fatalf("status %d, %v: %s", a.status, a.header, a.body)
	}
	r, err := house.Get(context.Background(), "r/1")
	must(t, err)
	if l := r.Labels(); l.Sentiment != "neutral" || l.Topics["price"] == "" || r.Corrections[0].By != "lan" {
		t.Errorf("%+v, %+v", l, r.Corrections)
	}
	if a = ask(t, h, get, "/records/r%2F1", ""); !strings.Contains(a.body, "lan: it is neutral, it is about price") {
		t.Error(a.body)
	}
	for _, values := range []url.Values{{"sentiment": {"neutral"}}, {"by": {"lan"}}, {"by": {"lan"}, "sentiment": {"odd"}}} {
		if a = ask(t, h, post, "/records/r2", values.Encode(), form); a.status != http.StatusBadRequest || !strings.Contains(a.body, `role="alert"`) {
			t.Errorf("%v: status %d: %s", values, a.status, a.body)
		}
	}
	for _, header := range []string{"Origin: http://evil.example", "Sec-Fetch-Site: cross-site"} {
		if a = ask(t, h, post, "/records/r2", "by=x&sentiment=neutral", form, header); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d", header, a.status)
		}
	}
}

// TestReadOnPage reads a text, whole and as the part that a script asks for.
func TestReadOnPage(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	body := url.Values{"text": {"Giao hàng chậm"}}.Encode()
	whole, part := ask(t, h, post, "/read", body, form), ask(t, h, post, "/read", body, form, "X-Part: true")
	if whole.status != 200 || part.status != 200 || !strings.Contains(part.body, "Why negative") || strings.Contains(part.body, "<html") || !strings.Contains(whole.body, part.body) {
		t.Errorf("%d %d\n%s", whole.status, part.status, part.body)
	}
}

// TestSignIn asks for a key where other machines can reach the server, and keeps it in a cookie that pages alone take.
func TestSignIn(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, Options{Version: "test"})
	secret, _, err := house.CreateKey(context.Background(), "lan", feedback.ScopeRead)
	must(t, err)
	if a := ask(t, h, get, "/search?q=x", ""); a.status != http.StatusSeeOther || a.header.Get("Location") != "/signin?next="+url.QueryEscape("/search?q=x") {
		t.Fatalf("status %d, %v", a.status, a.header)
	}
	if a := ask(t, h, post, "/signin", "key=wrong", form); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "unknown or revoked") || a.header.Get("Set-Cookie") != "" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	for next, want := range map[string]string{"/search?q=x": "/search?q=x", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "": "/"} {
		a := ask(t, h, post, "/signin", url.Values{"key": {secret}, "next": {next}}.Encode(), form)
		cookie := a.header.Get("Set-Cookie")
		if a.status != http.StatusSeeOther || a.header.Get("Location") != want || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
			t.Errorf("%q: status %d, %v", next, a.status, a.header)
		}
	}
	cookie := "Cookie: " + keyCookie + "=" + secret
	if a := ask(t, h, get, "/", "", cookie); a.status != http.StatusOK {
		t.Errorf("status %d", a.status)
	}
	if a := ask(t, h, post, "/records/r", "by=lan&sentiment=neutral", form, cookie); a.status != http.StatusForbidden {
		t.Errorf("a key to read corrects: status %d", a.status)
	}
	if a := ask(t, h, get, "/v1/search", "", cookie); a.status != http.StatusUnauthorized {
		t.Errorf("the API takes the cookie: status %d", a.status)
	}
}

// TestAssets serves the files that pages name, for ever, and nothing else.
func TestAssets(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	for _, link := range linksOf(ask(t, h, get, "/read", "").body) {
		if !strings.HasPrefix(link, web.AssetPrefix) {
			continue
		}
		if a := ask(t, h, get, link, ""); a.status != 200 || !strings.Contains(a.header.Get("Cache-Control"), "immutable") || a.body == "" {
			t.Errorf("%s: status %d, %v", link, a.status, a.header)
		}
	}
	for _, path := range []string{"/assets/", "/assets/0/thau.css", "/assets/../api.go", "/nowhere"} {
		if a := ask(t, h, get, path, ""); a.status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, a.status)
		}
	}
}
