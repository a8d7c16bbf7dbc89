package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestOpenAPI checks that the document is whole: every route is in it and nothing more, and every reference leads somewhere.
func TestOpenAPI(t *testing.T) {
	s := newServer(newHouse(t).Service, onLoopback)
	a := ask(t, s, get, "/openapi.json", "")
	doc := a.value(t)
	if a.status != 200 || !strings.HasPrefix(doc["openapi"].(string), "3.1.") || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %v", a.status, doc["openapi"])
	}
	info := doc["info"].(map[string]any)
	if info["title"] != "Thấu" || info["version"] != "test" {
		t.Errorf("info: %v", info)
	}

	var documented, registered []string
	ids := map[string]bool{}
	for path, item := range doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			name := strings.ToUpper(method) + " " + path
			documented = append(documented, name)
			checkOperation(t, name, op.(map[string]any), ids)
		}
	}
	for _, r := range s.engine.Routes() {
		if !strings.HasPrefix(r.Path, "/v1/") && !slices.Contains([]string{pathHealthz, pathReadyz, pathMetrics, "/openapi.json"}, r.Path) {
			continue // a page
		}
		parts := strings.Split(r.Path, "/")
		for i, p := range parts {
			if name, ok := strings.CutPrefix(p, ":"); ok {
				parts[i] = "{" + name + "}"
			}
		}
		registered = append(registered, r.Method+" "+strings.Join(parts, "/"))
	}
	slices.Sort(documented)
	slices.Sort(registered)
	same(t, documented, registered)

	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	walk(doc, func(m map[string]any) {
		if kinds, ok := m["type"].([]any); ok {
			t.Errorf("something may be %v", kinds)
		}
		if ref, ok := m["$ref"].(string); ok {
			name, ok := strings.CutPrefix(ref, "#/components/schemas/")
			if _, there := schemas[name]; !ok || !there {
				t.Errorf("%s leads nowhere", ref)
			}
		}
	})
	for _, name := range []string{"Analysis", "Draft", "Record", "Problem", "Report", "NPSResult", "LineResult", "Page"} {
		if schemas[name] == nil {
			t.Errorf("no schema %s", name)
		}
	}
	rules := schemas["Evidence"].(map[string]any)["properties"].(map[string]any)["rules"].(map[string]any)["items"].(map[string]any)["enum"]
	if list, _ := rules.([]any); len(list) < 5 {
		t.Errorf("the rules are %v", rules)
	}
	if draft := schemas["Draft"].(map[string]any); draft["additionalProperties"] != false {
		t.Error("a draft takes unknown fields")
	}
	if record := schemas["Record"].(map[string]any); record["additionalProperties"] == false {
		t.Error("a record cannot grow")
	}
}

// checkOperation checks what every description must have.
func checkOperation(t *testing.T, name string, op map[string]any, ids map[string]bool) {
	id, _ := op["operationId"].(string)
	if id == "" || ids[id] {
		t.Errorf("%s has the id %q", name, id)
	}
	ids[id] = true
	if op["summary"] == "" || op["summary"] == nil {
		t.Errorf("%s has no summary", name)
	}
	responses := op["responses"].(map[string]any)
	answered := false
	for status, r := range responses {
		answered = answered || strings.HasPrefix(status, "2")
		content, _ := r.(map[string]any)["content"].(map[string]any)
		if len(content) == 0 && status != "204" {
			t.Errorf("%s: %s has no content", name, status)
		}
		if status == "default" && content[problemType] == nil {
			t.Errorf("%s: the error is no problem", name)
		}
	}
	if !answered || responses["default"] == nil {
		t.Errorf("%s has the responses %v", name, sortedKeys(responses))
	}
	if _, guarded := op["security"]; guarded != strings.Contains(name, "/v1/") && !strings.Contains(name, "/metrics") {
		t.Errorf("%s has the security %v", name, op["security"])
	}
	if method, _, _ := strings.Cut(name, " "); method == post || method == put || method == patch {
		body, _ := op["requestBody"].(map[string]any)
		if body == nil {
			t.Fatalf("%s has no body", name)
		}
		for mediaType, m := range body["content"].(map[string]any) {
			if schema := m.(map[string]any)["schema"].(map[string]any); schema["format"] == "binary" {
				t.Errorf("%s: the body is %s of anything", name, mediaType)
			}
		}
	}
}

func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, x := range v {
			walk(x, visit)
		}
	case []any:
		for _, x := range v {
			walk(x, visit)
		}
	}
}

// TestAnswersFitSchemas checks real answers against the schemas that are published.
func TestAnswersFitSchemas(t *testing.T) {
	s := newServer(newHouse(t).Service, onLoopback)
	var doc struct {
		Components struct {
			Schemas map[string]map[string]any
		}
	}
	must(t, json.Unmarshal(s.openAPI, &doc))
	ask(t, s, post, "/v1/accounts/acme/signals", `{"name":"logins","value":3}`)
	for _, r := range []struct{ method, url, body, schema string }{
		{post, "/v1/analyze", `{"text":"Giao hàng rất chậm!! Gọi 0912345678, email a@b.vn. 😡"}`, "Analyzed"},
		{post, "/v1/analyze", `{"items":[{"text":""},{"id":1,"text":"Great app, but it crashes"}]}`, "AnalyzedList"},
		{post, "/v1/feedback?wait=indexed", `{"id":"a","text":"Giao hàng rất chậm","account_id":"acme","scores":{"nps":2},"ticket":{"status":"open"},"tags":["x"],"attributes":{"plan":"pro"}}`, "Submitted"},
		{patch, "/v1/feedback/a", `{"by":"lan","tags":["y"],"topics":{"add":["price"]}}`, "Record"},
		{get, "/v1/feedback/a", "", "Record"},
		{put, "/v1/tagging/rules", "if topic=delivery then tag=late, priority=high\nif tag=late then untag=late, stop", "RulesVersion"},
		{post, "/v1/tickets/tag", `{"id":"t","subject":"Đơn hàng","description":"Giao hàng rất chậm!! Khi nào có hàng?"}`, "TicketReading"},
		{get, "/v1/tagging/report?period=week&since=2026-01-01", "", "TaggingReport"},
		{get, "/v1/overlays", "", "OverlayList"},
		{post, "/v1/jobs/reanalyze", `{}`, "Job"},
		{get, "/v1/jobs", "", "JobList"},
		{get, "/v1/search?q=giao&facets=topic&excerpt=100", "", "Page"},
		{put, "/v1/views/pros", `{"filter":{"attr.plan":["pro"]}}`, "View"},
		{get, "/v1/views", "", "ViewList"},
		{get, "/v1/search?view=pros", "", "Page"},
		{get, "/v1/search?q=giao+nowhere", "", "Page"},
		{get, "/v1/export?view=pros", "", "Record"},
		{get, "/v1/accounts/acme", "", "Account"},
		{put, "/v1/accounts/acme", `{"name":"Acme"}`, "PutAccount"},
		{get, "/v1/accounts/acme/health", "", "Report"},
		{get, "/v1/metrics/nps?coverage=false", "", "NPSResult"},
		{get, "/v1/metrics/sentiment?coverage=false", "", "SentimentResult"},
		{post, "/v1/feedback?wait=indexed", `{"id":"c","text":"Giao hàng quá chậm","scores":{"nps":3},"attributes":{"plan":"free"},"collected_at":"2026-01-05T00:00:00Z"}`, "Submitted"},
		{get, "/v1/themes?least=2", "", "Themes"},
		{get, "/v1/themes?attr.plan=free&least=2", "", "Themes"},
		{get, "/v1/trends?metric=nps&by=attr.plan&period=month", "", "Trends"},
		{get, "/v1/emerging?least=2", "", "Emerging"},
		{get, "/v1/drivers?metric=nps&least=2", "", "Drivers"},
		{get, "/v1/compare?by=attr.plan&a=pro&b=free", "", "Segments"},
		{get, "/v1/feedback/none", "", "Problem"},
		{post, "/v1/feedback", `{"nps":1}`, "Problem"},
		{get, "/healthz", "", "Healthz"},
		{post, "/v1/feedback", `{"id":"b","text":"x","customer_id":"c"}`, "Submitted"},
		{remove, "/v1/customers/c", "", "Erasure"},
	} {
		var headers []string
		if r.body != "" && r.body[0] != '{' {
			headers = []string{"Content-Type: text/plain"}
		}
		a := ask(t, s, r.method, r.url, r.body, headers...)
		fit := fitting{t, doc.Components.Schemas}
		fit.check(r.method+" "+r.url, a.value(t), map[string]any{"$ref": "#/components/schemas/" + r.schema})
	}
}

// fitting checks a value against a schema: types, required fields, known fields and choices.
type fitting struct {
	t       *testing.T
	schemas map[string]map[string]any
}

func (f fitting) check(path string, v any, schema map[string]any) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = f.schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
	}
	if choices, ok := schema["enum"].([]any); ok && !slices.Contains(choices, v) {
		f.t.Errorf("%s: %v is none of %v", path, v, choices)
	}
	kind, _ := schema["type"].(string)
	switch v := v.(type) {
	case nil:
		f.t.Errorf("%s is null", path)
	case string:
		f.kind(path, kind, "string")
	case bool:
		f.kind(path, kind, "boolean")
	case float64:
		if kind == "integer" {
			kind = "number"
		}
		f.kind(path, kind, "number")
	case []any:
		f.kind(path, kind, "array")
		items, _ := schema["items"].(map[string]any)
		for _, x := range v {
			f.check(path+"[]", x, items)
		}
	case map[string]any:
		f.kind(path, kind, "object")
		properties, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				f.t.Errorf("%s lacks %s", path, name)
			}
		}
		values, _ := schema["additionalProperties"].(map[string]any)
		for name, x := range v {
			property, ok := properties[name].(map[string]any)
			switch {
			case ok:
				f.check(path+"."+name, x, property)
			case values != nil:
				f.check(path+"."+name, x, values)
			case properties != nil:
				f.t.Errorf("%s: %s is not in the schema", path, name)
			}
		}
	}
}

func (f fitting) kind(path, want, got string) {
	if want != "" && want != got {
		f.t.Errorf("%s is a %s, not a %s", path, got, want)
	}
}
