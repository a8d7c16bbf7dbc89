package api

import (
	"net/http"
	"strings"
	"testing"
)

// scenario is one request and what its answer must be like.
type scenario struct {
	name        string
	method, url string
	body        string
	headers     []string
	status      int
	contains    []string
	notContains []string
}

// deep is JSON that nests deeper than a parser should follow.
func deep(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }

// TestScenarios runs through one workspace, in order: later requests see what earlier ones stored.
func TestScenarios(t *testing.T) {
	h := New(newHouse(t).Service, onLoopback)
	problem := `"request_id":"`
	for _, s := range []scenario{
		// The root.
		{name: "alive", method: get, url: "/healthz", status: 200, contains: []string{`{"status":"ok","version":"test"}`}},
		{name: "head", method: "HEAD", url: "/healthz", status: 200},
		{name: "ready", method: get, url: "/readyz", status: 200, contains: []string{`"ok"`}},
		{name: "no route", method: get, url: "/v1/nothing", status: 404, contains: []string{`"code":"not_found"`, `"type":"urn:thau:problem:not_found"`, problem}},
		{name: "trailing slash", method: get, url: "/v1/search/", status: 404},
		{name: "no id", method: get, url: "/v1/feedback/", status: 404},
		{name: "no method", method: put, url: "/v1/feedback", status: 405, contains: []string{`"code":"method_not_allowed"`, problem}},
		{name: "odd method", method: "BREW", url: "/v1/feedback", status: 405},

		// Analyze.
		{name: "analyze", method: post, url: "/v1/analyze", body: `{"id":7,"text":"Giao hàng rất chậm, thất vọng"}`, status: 200,
			contains: []string{`{"id":7,"analysis":{"language":{"code":"vi"`, `"label":"negative"`, `"evidence":[{`}, notContains: []string{"null"}},
		{name: "analyze without id", method: post, url: "/v1/analyze", body: `{"text":"great"}`, status: 200, contains: []string{`{"analysis":{`, `"positive"`}},
		{name: "analyze nothing", method: post, url: "/v1/analyze", body: `{"text":""}`, status: 200, contains: []string{`"code":"und"`}, notContains: []string{"null"}},
		{name: "analyze a title", method: post, url: "/v1/analyze", body: `{"title":"Tệ"}`, status: 200, contains: []string{`"field":"title"`}},
		{name: "analyze several", method: post, url: "/v1/analyze", body: `{"items":[{"id":"a","text":"tốt"},{"id":["b"],"text":"bad"}]}`, status: 200,
			contains: []string{`{"items":[{"id":"a","analysis"`, `{"id":["b"],"analysis"`}},
		{name: "analyze none", method: post, url: "/v1/analyze", body: `{"items":[]}`, status: 200, contains: []string{`{"items":[]}`}},
		{name: "analyze phrases", method: post, url: "/v1/analyze?phrases=true", body: `{"text":"Giao hàng chậm"}`, status: 200},
		{name: "analyze phrases, maybe", method: post, url: "/v1/analyze?phrases=maybe", body: `{"text":"x"}`, status: 400, contains: []string{`"name":"phrases"`}},
		{name: "analyze both", method: post, url: "/v1/analyze", body: `{"text":"x","items":[]}`, status: 400, contains: []string{`"name":"items"`}},
		{name: "analyze too many", method: post, url: "/v1/analyze", body: `{"items":[` + strings.Repeat(`{"text":"x"},`, 1000) + `{"text":"x"}]}`, status: 413, contains: []string{`"code":"too_large"`, "1001"}},
		{name: "analyze no text", method: post, url: "/v1/analyze", body: `{}`, status: 400, contains: []string{`"name":"text"`}},
		{name: "analyze null text", method: post, url: "/v1/analyze", body: `{"items":[{"text":"x"},{"text":null}]}`, status: 400, contains: []string{`"name":"items[1].text"`}},
		{name: "analyze a number", method: post, url: "/v1/analyze", body: `{"text":1234567}`, status: 400, contains: []string{`"name":"text"`, "takes a string"}, notContains: []string{"1234567"}},
		{name: "analyze unknown", method: post, url: "/v1/analyze", body: `{"text":"x","txt":"y"}`, status: 400, contains: []string{`"name":"txt"`}},
		{name: "analyze unknown in a list", method: post, url: "/v1/analyze", body: `{"items":[{"text":"x","txt":"y"}]}`, status: 400, contains: []string{`"name":"items[0].txt"`}},
		{name: "analyze an unknown parameter", method: post, url: "/v1/analyze?lang=vi", body: `{"text":"x"}`, status: 400, contains: []string{`"name":"lang"`}},

		// Bodies.
		{name: "empty body", method: post, url: "/v1/feedback", body: " ", status: 400, contains: []string{"empty"}},
		{name: "no body", method: post, url: "/v1/feedback", headers: []string{"Content-Type: application/json"}, status: 400, contains: []string{"empty"}},
		{name: "no type", method: post, url: "/v1/feedback", body: `{"text":"x"}`, headers: []string{"Content-Type: "}, status: 415, contains: []string{`"code":"unsupported_media_type"`, "application/json"}},
		{name: "wrong type", method: post, url: "/v1/feedback", body: `{"text":"x"}`, headers: []string{"Content-Type: text/plain"}, status: 415},
		{name: "form", method: post, url: "/v1/analyze", body: `text=x`, headers: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 415},
		{name: "charset", method: post, url: "/v1/analyze", body: `{"text":"x"}`, headers: []string{"Content-Type: application/json; charset=UTF-8"}, status: 200},
		{name: "wrong charset", method: post, url: "/v1/analyze", body: `{"text":"x"}`, headers: []string{"Content-Type: application/json; charset=latin1"}, status: 415},
		{name: "compressed", method: post, url: "/v1/analyze", body: `{"text":"x"}`, headers: []string{"Content-Encoding: gzip"}, status: 415},
		{name: "broken JSON", method: post, url: "/v1/feedback", body: "{\"text\":\n  oops}", status: 400, contains: []string{"line 2, byte 3"}},
		{name: "truncated JSON", method: post, url: "/v1/feedback", body: `{"text":"x`, status: 400, contains: []string{"the JSON is broken"}},
		{name: "two objects", method: post, url: "/v1/feedback", body: `{"text":"x"}{"text":"y"}`, status: 400, contains: []string{"line 1, byte 13"}},
		{name: "a list", method: post, url: "/v1/feedback", body: `[{"text":"x"}]`, status: 400, contains: []string{"takes an object"}},
		{name: "null", method: put, url: "/v1/accounts/null", body: `null`, status: 400, contains: []string{"takes an object"}},
		{name: "deep JSON", method: post, url: "/v1/feedback", body: `{"text":"x","metadata":` + deep(10000) + `}`, status: 400, contains: []string{"nests deeper than 100 levels"}},
		{name: "deep lists", method: post, url: "/v1/analyze", body: strings.Repeat("[", 200000), status: 400, contains: []string{"nests deeper"}},
		{name: "large body", method: post, url: "/v1/feedback", body: `{"text":"` + strings.Repeat("a", 3<<20) + `"}`, status: 413, contains: []string{`"code":"too_large"`}},
		{name: "large body beside the streams", method: patch, url: "/v1/feedback/bulk", body: `{"by":"` + strings.Repeat("a", 3<<20) + `"}`, status: 413},
		{name: "large text", method: post, url: "/v1/feedback", body: `{"text":"` + strings.Repeat("a", 1<<20+1) + `"}`, status: 413, contains: []string{`"name":"text"`}},

		// Tickets and tagging rules.
		{name: "no rules", method: get, url: "/v1/tagging/rules", status: 200, contains: []string{"# No tagging rule is set"}},
		{name: "wrong rules", method: put, url: "/v1/tagging/rules", headers: []string{"Content-Type: text/plain"}, status: 400,
			body:     "# fine\nif topic=refnd then tag=x\nif urgency>=soon then tag=y",
			contains: []string{"line 2, column 10: there is no topic", "did you mean refund?", "line 3, column 13:", `"name":"rules"`}},
		{name: "rules as JSON", method: put, url: "/v1/tagging/rules", body: `{}`, status: 415},
		{name: "rules", method: put, url: "/v1/tagging/rules", headers: []string{"Content-Type: text/plain; charset=utf-8"}, status: 200,
			body: "late: if topic=delivery and intent=complaint then tag=late_parcel, priority=high\nif tag=vip then tag=callback\n", contains: []string{`{"version":1}`}},
		{name: "rules in force", method: get, url: "/v1/tagging/rules", status: 200, contains: []string{"late: if topic=delivery"}},
		{name: "tag", method: post, url: "/v1/tickets/tag", status: 200,
			body: `{"subject":"Đơn hàng","description":"<p>Giao hàng quá chậm, tôi rất thất vọng!</p>","tags":["vip"],"conversation":[{"author":{"role":"agent"},"text":"Ứng dụng bị lỗi, đăng nhập không được"},` +
				`{"author":{"role":"customer"},"text":"Vẫn chưa nhận được hàng.\n\nVào Th 2, 5 thg 1, 2026 Hỗ trợ đã viết:\n> Thẻ tín dụng của bạn"}]}`,
			contains: []string{`"tag":"delivery.speed"`, `"kind":"rule","confidence":0.`, `"tag":"late_parcel"`, `"rule":"late"`, `"tag":"callback"`, `"rule":"line 2"`, `"suggested_priority":"high"`, `"rules_version":1`,
				`"message":2,"text":"Vẫn chưa nhận được hàng."`, `"text":"Giao hàng quá chậm, tôi rất thất vọng!"`, `"language":"vi"`, `"label":"negative"`},
			notContains: []string{"account.login", "payment", `"records"`, "null", "Ứng dụng"}},
		{name: "tag and store", method: post, url: "/v1/tickets/tag", status: 200,
			body: `{"id":"zd:77","subject":"Refund","description":"I want my money back now","status":"Open","priority":"High","requester":{"id":"u1","name":"An"},"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-03T00:00:00Z",` +
				`"conversation":[{"id":"c1","author":{"id":"u1"},"text":"I want my money back now"},{"id":"c2","author":{"id":"a9"},"text":"Sure"},{"id":"c3","author":{"id":"u1"},"text":"Still waiting for the refund!"}]}`,
			contains: []string{`"records":[{"message":0,"id":"zd:77/0","status":"created"},{"message":3,"id":"zd:77/c3","status":"created"}]`, `"tag":"refund`}},
		{name: "tag and store again", method: post, url: "/v1/tickets/tag", status: 200,
			body: `{"id":"zd:77","subject":"Refund","description":"I want my money back now","status":"Open","priority":"High","requester":{"id":"u1","name":"An"},"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-03T00:00:00Z",` +
				`"conversation":[{"id":"c1","author":{"id":"u1"},"text":"I want my money back now"},{"id":"c2","author":{"id":"a9"},"text":"Sure"},{"id":"c3","author":{"id":"u1"},"text":"Still waiting for the refund!"}]}`,
			contains: []string{`"id":"zd:77/0","status":"unchanged"`, `"id":"zd:77/c3","status":"unchanged"`}},
		{name: "the ticket's message", method: get, url: "/v1/feedback/zd:77%2Fc3", status: 200,
			contains: []string{`"thread_id":"zd:77"`, `"source":"ticket"`, `"status":"open"`, `"priority":"high"`, `"customer_id":"u1"`}, notContains: []string{"Sure"}},
		{name: "tag nothing", method: post, url: "/v1/tickets/tag", body: `{"conversation":[{"author":{"role":"agent"},"text":"x"}]}`, status: 400, contains: []string{`"name":"description"`}},
		{name: "tag, odd author", method: post, url: "/v1/tickets/tag", body: `{"subject":"x","conversation":[{"author":{"role":"boss"},"text":"x"},{"author":{},"text":"x"}]}`, status: 400,
			contains: []string{`"name":"conversation[0].author.role"`, `"name":"conversation[1].author.role"`}},
		{name: "tag, unknown field", method: post, url: "/v1/tickets/tag", body: `{"subject":"x","body":"y"}`, status: 400, contains: []string{`"name":"body"`}},
		{name: "tag, odd id", method: post, url: "/v1/tickets/tag", body: `{"id":"a\nb","subject":"x"}`, status: 400, contains: []string{`"name":"id"`}},
		{name: "tag, odd time", method: post, url: "/v1/tickets/tag", body: `{"subject":"x","created_at":"yesterday"}`, status: 400, contains: []string{`"name":"created_at"`}},
		{name: "delete the ticket", method: remove, url: "/v1/feedback/zd:77%2F0", status: 204},
		{name: "delete the rest of it", method: remove, url: "/v1/feedback/zd:77%2Fc3", status: 204},

		// Jobs.
		{name: "no jobs", method: get, url: "/v1/jobs", status: 200, contains: []string{`{"items":[]}`}},
		{name: "reanalyze", method: post, url: "/v1/jobs/reanalyze", body: `{"by":"lan"}`, status: 202, contains: []string{`"kind":"reanalyze"`, `"by":"lan"`}, notContains: []string{"null"}},
		{name: "reanalyze, odd", method: post, url: "/v1/jobs/reanalyze", body: `{"all":true}`, status: 400, contains: []string{`"name":"all"`}},
		{name: "jobs", method: get, url: "/v1/jobs", status: 200, contains: []string{`"kind":"reanalyze"`}},
		{name: "no job", method: get, url: "/v1/jobs/none", status: 404, contains: []string{`"code":"not_found"`}},

		// Feedback.
		{name: "create", method: post, url: "/v1/feedback", status: 201,
			body:     `{"id":"zendesk:1/ü+ %","source":"ticket","text":"Giao hàng rất chậm, thất vọng","scores":{"nps":2,"csat:staff":{"value":0,"min":0,"max":1}},"account_id":"acme","attributes":{"plan":"pro"},"updated_at":"2026-01-02T00:00:00Z","metadata":{"n":12345678901234567890}}`,
			contains: []string{`"id":"zendesk:1/ü+ %"`, `"status":"created"`, `"analysis":{`, `"nps":{"value":2,"min":0,"max":10}`, `12345678901234567890`}, notContains: []string{"null", `"stale"`}},
		{name: "again", method: post, url: "/v1/feedback", status: 200,
			body:     `{"id":"zendesk:1/ü+ %","source":"ticket","text":"Giao hàng rất chậm, thất vọng","scores":{"nps":2,"csat:staff":{"value":0,"min":0,"max":1}},"account_id":"acme","attributes":{"plan":"pro"},"updated_at":"2026-01-02T00:00:00Z","metadata":{"n":12345678901234567890}}`,
			contains: []string{`"status":"unchanged"`}},
		{name: "stale", method: post, url: "/v1/feedback", status: 200, body: `{"id":"zendesk:1/ü+ %","source":"ticket","text":"old","updated_at":"2025-01-02T00:00:00Z"}`,
			contains: []string{`"status":"unchanged"`, `"stale":true`, "Giao hàng"}},
		{name: "update", method: post, url: "/v1/feedback?wait=indexed", status: 200,
			body:     `{"id":"zendesk:1/ü+ %","source":"ticket","text":"Giao hàng quá chậm","scores":{"nps":3},"account_id":"acme","attributes":{"plan":"pro"},"updated_at":"2026-01-03T00:00:00Z"}`,
			contains: []string{`"status":"updated"`, `"nps":{"value":3,`}, notContains: []string{"metadata"}},
		{name: "other source", method: post, url: "/v1/feedback", body: `{"id":"zendesk:1/ü+ %","text":"x"}`, status: 409, contains: []string{`"code":"id_conflict"`, `"name":"id"`}},
		{name: "get", method: get, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", status: 200, contains: []string{`"id":"zendesk:1/ü+ %"`, `"received_at"`}, notContains: []string{`"status"`}},
		{name: "get nothing", method: get, url: "/v1/feedback/zendesk:1", status: 404, contains: []string{`"code":"not_found"`}},
		{name: "get a path", method: get, url: "/v1/feedback/zendesk:1/x", status: 404},
		{name: "get with parameters", method: get, url: "/v1/feedback/x?fields=id", status: 400, contains: []string{`"name":"fields"`}},
		{name: "wait for what", method: post, url: "/v1/feedback?wait=forever", body: `{"text":"x"}`, status: 400, contains: []string{`"name":"wait"`}, notContains: []string{"forever"}},
		{name: "idempotent", method: post, url: "/v1/feedback", body: `{"text":"một lần"}`, headers: []string{"Idempotency-Key: k1"}, status: 201, contains: []string{`"status":"created"`}},
		{name: "idempotent again", method: post, url: "/v1/feedback", body: `{"text":"một lần"}`, headers: []string{"Idempotency-Key: k1"}, status: 200, contains: []string{`"status":"unchanged"`}},
		{name: "idempotent no more", method: post, url: "/v1/feedback", body: `{"text":"hai lần"}`, headers: []string{"Idempotency-Key: k1"}, status: 422, contains: []string{`"code":"idempotency_conflict"`}},
		{name: "odd key", method: post, url: "/v1/feedback", body: `{"text":"x"}`, headers: []string{"Idempotency-Key: a b"}, status: 400, contains: []string{`"name":"Idempotency-Key"`}},
		{name: "several faults", method: post, url: "/v1/feedback", body: `{"source":"fax","scores":{"nps":11,"mood":3},"tags":[""]}`, status: 400,
			contains: []string{`"name":"source"`, `"name":"scores.nps"`, `"name":"scores.mood"`, `"name":"tags[0]"`, "parts of the request"}},
		{name: "wrong types", method: post, url: "/v1/feedback", body: `{"text":["x"],"scores":{"nps":"nine"},"collected_at":"gestern","ticket":{"opened_at":5},"tags":"x"}`, status: 400,
			contains: []string{`"name":"text"`, `"name":"scores.nps"`, `"name":"collected_at"`, `"name":"ticket.opened_at"`, `"name":"tags"`}, notContains: []string{"gestern", "nine"}},
		{name: "null score", method: post, url: "/v1/feedback", body: `{"scores":{"nps":null}}`, status: 400, contains: []string{`"name":"scores.nps"`}},
		{name: "null fields", method: post, url: "/v1/feedback", body: `{"text":"x","title":null,"ticket":null,"scores":null,"tags":null,"collected_at":null}`, status: 201},
		{name: "unknown field", method: post, url: "/v1/feedback", body: `{"text":"x","comment":"y"}`, status: 400, contains: []string{`"name":"comment"`, "metadata"}},
		{name: "bare score", method: post, url: "/v1/feedback", body: `{"text":"x","nps":9}`, status: 400, contains: []string{`"name":"nps"`, "scores"}},
		{name: "our field", method: post, url: "/v1/feedback", body: `{"text":"x","analysis":{}}`, status: 400, contains: []string{`"name":"analysis"`, "set by this server"}},
		{name: "nothing said", method: post, url: "/v1/feedback", body: `{"id":"x"}`, status: 400, contains: []string{`"name":"text"`}},

		// Corrections.
		{name: "correct", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", status: 200,
			body:     `{"by":"lan","sentiment":"neutral","tags":["vip"],"topics":{"add":["price"],"remove":["delivery.speed"]},"urgency":"high"}`,
			contains: []string{`"corrections":[{`, `"by":"lan"`, `"predicted":{`, `"sentiment":"neutral"`}},
		{name: "correct nothing", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", body: `{"by":"lan"}`, status: 400},
		{name: "correct by nobody", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", body: `{"tags":[]}`, status: 400, contains: []string{`"name":"by"`}},
		{name: "correct wrongly", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", body: `{"by":"lan","sentiment":"angry"}`, status: 400, contains: []string{`"name":"sentiment"`}},
		{name: "correct an empty topic", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", body: `{"by":"lan","topics":{"add":[""]}}`, status: 400, contains: []string{`"name":"topics.add[0]"`}},
		{name: "correct the id", method: patch, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", body: `{"by":"lan","id":"x"}`, status: 400, contains: []string{`"name":"id"`}},
		{name: "correct nobody's", method: patch, url: "/v1/feedback/none", body: `{"by":"lan","tags":[]}`, status: 404},

		// Search.
		{name: "more to find", method: post, url: "/v1/feedback?wait=indexed", body: `{"id":"r2","text":"Nhân viên nhiệt tình, giao hàng nhanh","scores":{"nps":10,"csat":5},"collected_at":"2026-01-31T17:30:00Z","attributes":{"plan":"free"}}`, status: 201},
		{name: "search", method: get, url: "/v1/search?q=giao+hang", status: 200, contains: []string{`"items":[{"record":{"id":"`, `"spans":[{"field":"text","start":`, `"total":2`}, notContains: []string{"null", `"facets"`}},
		{name: "search with excerpts", method: get, url: "/v1/search?q=giao+hang&excerpt=60", status: 200, contains: []string{`"excerpt":{"field":"text","start":0,"end":`, `"total":2`}},
		{name: "search with tiny excerpts", method: get, url: "/v1/search?q=giao&excerpt=3", status: 400, contains: []string{`"name":"excerpt"`}},
		{name: "search all", method: get, url: "/v1/search", status: 200, contains: []string{`"total":4`, `"spans":[]`}},
		{name: "search an attribute", method: get, url: "/v1/search?attr.plan=free&attr.plan=none", status: 200, contains: []string{`"total":1`, `"r2"`}},
		{name: "search a sentiment", method: get, url: "/v1/search?sentiment=positive&sentiment=neutral&attr.plan=pro", status: 200, contains: []string{`"total":1`}},
		{name: "search from a day", method: get, url: "/v1/search?from=2026-02-01&to=2026-02-02", status: 200, contains: []string{`"r2"`, `"total":1`}},
		{name: "search to a day", method: get, url: "/v1/search?from=2026-01-31&to=2026-02-01", status: 200, contains: []string{`"items":[]`, `"total":0`}},
		{name: "search from a moment", method: get, url: "/v1/search?from=2026-02-01T00:30:00%2B07:00&to=2026-02-01T00:30:01+07:00", status: 200, contains: []string{`"r2"`}},
		{name: "search a range", method: get, url: "/v1/search?nps_min=9", status: 200, contains: []string{`"total":1`, `"r2"`}},
		{name: "search a range of zero", method: get, url: "/v1/search?nps_max=0", status: 200, contains: []string{`"total":0`}},
		{name: "search with facets", method: get, url: "/v1/search?facets=topic,sentiment&facets=attr.plan", status: 200, contains: []string{`"facets":{"attr.plan":[{"value":"`, `"topic":[{"value":"`, `"sentiment":[`}},
		{name: "search a page", method: get, url: "/v1/search?limit=1&sort=oldest", status: 200, contains: []string{`"next":"`, `"total":4`}},
		{name: "search unknown", method: get, url: "/v1/search?sentimnt=positive&attr.=x", status: 400, contains: []string{`"name":"sentimnt"`, `"name":"attr."`}},
		{name: "search an empty value", method: get, url: "/v1/search?topic=&topic=price", status: 400, contains: []string{`"name":"topic"`, "empty"}},
		{name: "search twice", method: get, url: "/v1/search?q=a&q=b", status: 400, contains: []string{`"name":"q"`}},
		{name: "search badly encoded", method: get, url: "/v1/search?q=%25&limit=%zz", status: 400},
		{name: "search a wrong sentiment", method: get, url: "/v1/search?sentiment=angry", status: 400, contains: []string{"sentiment"}},
		{name: "search a wrong limit", method: get, url: "/v1/search?limit=1000", status: 400, contains: []string{`"name":"limit"`}},
		{name: "search no limit", method: get, url: "/v1/search?limit=ten", status: 400, contains: []string{`"name":"limit"`}, notContains: []string{"ten\""}},
		{name: "search a wrong sort", method: get, url: "/v1/search?sort=best", status: 400, contains: []string{`"name":"sort"`}},
		{name: "search a wrong day", method: get, url: "/v1/search?from=2026-02-30&to=soon", status: 400, contains: []string{`"name":"from"`, `"name":"to"`}},
		{name: "search no number", method: get, url: "/v1/search?nps_min=NaN", status: 400, contains: []string{`"name":"nps"`}},
		{name: "search a wrong number", method: get, url: "/v1/search?nps_min=x", status: 400, contains: []string{`"name":"nps_min"`}},
		{name: "search a wrong facet", method: get, url: "/v1/search?facets=moods", status: 400, contains: []string{`"name":"facets"`}},
		{name: "search a wrong cursor", method: get, url: "/v1/search?cursor=x", status: 400, contains: []string{`"name":"cursor"`}},
		{name: "search a broken query", method: get, url: "/v1/search?q=%22giao", status: 400, contains: []string{`"code":"invalid"`}},

		// Accounts and signals.
		{name: "stub", method: get, url: "/v1/accounts/acme", status: 200, contains: []string{`"stub":true`}},
		{name: "put account", method: put, url: "/v1/accounts/acme", body: `{"name":"Acme","started_at":"2025-01-01T00:00:00Z","attributes":{"tier":"gold"}}`, status: 200, contains: []string{`"status":"updated"`, `"name":"Acme"`}, notContains: []string{`"stub"`}},
		{name: "put account again", method: put, url: "/v1/accounts/acme", body: `{"id":"acme","name":"Acme","started_at":"2025-01-01T00:00:00Z","attributes":{"tier":"gold"}}`, status: 200, contains: []string{`"status":"unchanged"`}},
		{name: "new account", method: put, url: "/v1/accounts/b%2F2", body: `{}`, status: 201, contains: []string{`"id":"b/2"`, `"status":"created"`}},
		{name: "another id", method: put, url: "/v1/accounts/acme", body: `{"id":"other"}`, status: 400, contains: []string{`"name":"id"`}},
		{name: "churned first", method: put, url: "/v1/accounts/acme", body: `{"started_at":"2025-01-01T00:00:00Z","churned_at":"2024-01-01T00:00:00Z"}`, status: 400, contains: []string{`"name":"churned_at"`}},
		{name: "odd account id", method: put, url: "/v1/accounts/%00", body: `{}`, status: 400, contains: []string{`"name":"id"`}},
		{name: "no account", method: get, url: "/v1/accounts/none", status: 404},
		{name: "signal", method: post, url: "/v1/accounts/acme/signals", body: `{"name":"logins","value":12,"at":"2026-01-01T00:00:00Z"}`, status: 201, contains: []string{`{"status":"created"}`}},
		{name: "signal again", method: post, url: "/v1/accounts/acme/signals", body: `{"name":"logins","value":12,"at":"2026-01-01T00:00:00Z"}`, status: 200, contains: []string{`{"status":"unchanged"}`}},
		{name: "signal without value", method: post, url: "/v1/accounts/acme/signals", body: `{"name":"logins"}`, status: 400, contains: []string{`"name":"value"`}},
		{name: "signal without name", method: post, url: "/v1/accounts/acme/signals", body: `{"value":0}`, status: 400, contains: []string{`"name":"name"`}},
		{name: "no signal", method: post, url: "/v1/accounts/acme/signals", body: `{}`, status: 400},
		{name: "other's signal", method: post, url: "/v1/accounts/acme/signals", body: `{"account_id":"b","name":"logins","value":1}`, status: 400, contains: []string{`"name":"account_id"`}},
		{name: "signals", method: post, url: "/v1/accounts/acme/signals", body: `{"items":[{"id":"s1","name":"revenue","value":0},{"name":"a b","value":1},{"name":"orders","value":3}]}`, status: 200,
			contains: []string{`{"items":[{"id":"s1","status":"created"},{"status":"rejected","error":{"code":"invalid","message":"takes 1 to 128 bytes without blanks","field":"name"}},{"status":"created"}]}`}},
		{name: "health", method: get, url: "/v1/accounts/acme/health", status: 200, contains: []string{`"account_id":"acme"`, `"score":`, `"contributions":[`, `"policy":{`}},
		{name: "health then", method: get, url: "/v1/accounts/acme/health?at=2020-01-01", status: 200, contains: []string{`"at":"2020-01-01T16:59:59.999Z"`, `"sufficient":false`}},
		{name: "health when", method: get, url: "/v1/accounts/acme/health?at=then", status: 400, contains: []string{`"name":"at"`}},
		{name: "health of nobody", method: get, url: "/v1/accounts/none/health", status: 404},

		// Metrics.
		{name: "nps", method: get, url: "/v1/metrics/nps", status: 200, contains: []string{`"nps":0`, `"n":2`, `"promoters":1`, `"detractors":1`, `"low":`}, notContains: []string{"items", "group"}},
		{name: "nps by plan", method: get, url: "/v1/metrics/nps?by=attr.plan", status: 200, contains: []string{`{"items":[{"group":"free","nps":100`, `{"group":"pro","nps":-100`}, notContains: []string{"period"}},
		{name: "nps by month", method: get, url: "/v1/metrics/nps?period=month&attr.plan=free", status: 200, contains: []string{`{"items":[{"period":"2026-02-01","nps":100`}, notContains: []string{"group"}},
		{name: "nps by source and week", method: get, url: "/v1/metrics/nps?by=source&period=week&attr.plan=free", status: 200, contains: []string{`{"group":"survey","period":"2026-01-26","nps":100`}},
		{name: "nps of nobody", method: get, url: "/v1/metrics/nps?channel=fax", status: 200, contains: []string{`"n":0`}},
		{name: "nps of no groups", method: get, url: "/v1/metrics/nps?channel=fax&by=source", status: 200, contains: []string{`{"items":[],`}},
		{name: "csat", method: get, url: "/v1/metrics/csat", status: 200, contains: []string{`"csat":100`, `"satisfied":1`}},
		{name: "csat of an aspect", method: get, url: "/v1/metrics/csat?aspect=staff", status: 200, contains: []string{`"n":0`}},
		{name: "ces", method: get, url: "/v1/metrics/ces", status: 200, contains: []string{`"ces":0`}},
		{name: "rating", method: get, url: "/v1/metrics/rating", status: 200, contains: []string{`"rating":0`}},
		{name: "sentiment", method: get, url: "/v1/metrics/sentiment", status: 200, contains: []string{`"sentiment":`, `"neutral":`}},
		{name: "an aspect of nps", method: get, url: "/v1/metrics/nps?aspect=staff", status: 400, contains: []string{`"name":"aspect"`}},
		{name: "no metric", method: get, url: "/v1/metrics/joy", status: 404},
		{name: "a wrong period", method: get, url: "/v1/metrics/nps?period=year", status: 400, contains: []string{`"name":"period"`}},
		{name: "nps with what it speaks of", method: get, url: "/v1/metrics/nps", status: 200, contains: []string{`"grey":true`, `"coverage":{"records":4,"answered":0.5,"with_text":`, `"languages":{"`}},
		{name: "nps alone", method: get, url: "/v1/metrics/nps?coverage=false", status: 200, notContains: []string{"coverage"}},
		{name: "nps shrunk", method: get, url: "/v1/metrics/nps?by=attr.plan&shrink=true&min_n=1", status: 200, contains: []string{`"shrunk":`, `"prior":{"value":0,"weight":20}`}, notContains: []string{"hidden"}},
		{name: "nps shrunk by nothing", method: get, url: "/v1/metrics/nps?shrink=true", status: 400, contains: []string{`"name":"shrink"`}},
		{name: "nps hidden", method: get, url: "/v1/metrics/nps?by=attr.plan&min_n=2", status: 200, contains: []string{`{"items":[],"hidden":2`}},
		{name: "nps compared", method: get, url: "/v1/metrics/nps?from=2026-02-01&to=2026-02-02&compare_from=2026-02-02", status: 200, contains: []string{`"nps":100`, `"comparison":{"before":-100,"before_n":1,"after":100,"after_n":1,"difference":200,`, `"small":true`}},
		{name: "nps compared by week", method: get, url: "/v1/metrics/nps?period=week&compare_to=2026-02-01", status: 400, contains: []string{`"name":"compare_from"`}},
		{name: "nps compared backwards", method: get, url: "/v1/metrics/nps?compare_from=2026-02-01&compare_to=2026-01-01", status: 400, contains: []string{`"name":"compare_to"`}},
		{name: "nps quite sure", method: get, url: "/v1/metrics/nps?confidence=1", status: 400, contains: []string{`"name":"confidence"`}},
		{name: "csat from three", method: get, url: "/v1/metrics/csat?satisfied=3", status: 200, contains: []string{`"csat":100`}},
		{name: "csat from six", method: get, url: "/v1/metrics/csat?satisfied=6", status: 400, contains: []string{`"name":"satisfied"`}},
		{name: "csat by aspect", method: get, url: "/v1/metrics/csat?by=aspect", status: 200, contains: []string{`{"items":[]`}},
		{name: "nps by aspect", method: get, url: "/v1/metrics/nps?by=aspect", status: 400, contains: []string{`"name":"by"`}},
		{name: "good or bad", method: post, url: "/v1/feedback", status: 201, body: `{"id":"r3","channel":"shop","scores":{"csat":{"value":0,"min":0,"max":1},"csat:staff":{"value":1,"min":0,"max":1}}}`},
		{name: "csat of good or bad", method: get, url: "/v1/metrics/csat?channel=shop", status: 200, contains: []string{`"csat":0`, `"n":1`, `"mean":1`}},
		{name: "csat by aspect again", method: get, url: "/v1/metrics/csat?by=aspect", status: 200, contains: []string{`{"items":[{"group":"staff","csat":100`}},
		{name: "no more of that", method: remove, url: "/v1/feedback/r3", status: 204},
		{name: "themes of little", method: get, url: "/v1/themes", status: 200, contains: []string{`"items":[]`, `"against":"nothing"`, `"set":{"records":`}, notContains: []string{"null"}},
		{name: "themes of few", method: get, url: "/v1/themes?least=2&quotes=1", status: 200, contains: []string{`"label":"giao hàng"`, `"quotes":[{"id":"`, `"spans":[{"field":"text"`}, notContains: []string{"null"}},
		{name: "themes against the rest", method: get, url: "/v1/themes?sentiment=negative", status: 200, contains: []string{`"against":"rest"`, `"rest":{"records":`}},
		{name: "themes against a neighbour", method: get, url: "/v1/themes?against=neighbours", status: 400, contains: []string{`"name":"against"`}},
		{name: "themes of one", method: get, url: "/v1/themes?least=1", status: 400, contains: []string{`"name":"least"`}},
		{name: "too many themes", method: get, url: "/v1/themes?limit=101&quotes=11", status: 400, contains: []string{`"name":"limit"`, `"name":"quotes"`}},
		{name: "trends", method: get, url: "/v1/trends", status: 200, contains: []string{`"metric":"records","period":"week"`, `"points":[{"period":"2026-`, `"n":1`}, notContains: []string{`"change"`, "null"}},
		{name: "trends of nps by plan", method: get, url: "/v1/trends?metric=nps&by=attr.plan&period=month", status: 200, contains: []string{`"items":[{"group":"`, `"groups":2`, `"change":{"split":"2026-`, `"text":{"en":"NPS`}},
		{name: "trends of nobody", method: get, url: "/v1/trends?channel=fax", status: 200, contains: []string{`"points":[]`}},
		{name: "trends of joy", method: get, url: "/v1/trends?metric=joy", status: 400, contains: []string{`"name":"metric"`}},
		{name: "trends by year", method: get, url: "/v1/trends?period=year", status: 400, contains: []string{`"name":"period"`}},
		{name: "trends by mood", method: get, url: "/v1/trends?by=mood", status: 400, contains: []string{`"name":"by"`}},
		{name: "trends split never", method: get, url: "/v1/trends?split=never", status: 400, contains: []string{`"name":"split"`}},
		{name: "emerging", method: get, url: "/v1/emerging", status: 200, contains: []string{`"now":{"from":"`, `"before":{"from":"`, `"items":[]`, `"drifts":[]`}},
		{name: "emerging at a day", method: get, url: "/v1/emerging?at=2026-02-02&days=7&baseline=14", status: 200, contains: []string{`"now":{"from":"2026-01-26","to":"2026-02-02","records":1`, `"before":{"from":"2026-01-12"`}},
		{name: "emerging of nobody", method: get, url: "/v1/emerging?channel=fax", status: 200, contains: []string{`"items":[]`}},
		{name: "emerging since", method: get, url: "/v1/emerging?from=2026-01-01", status: 400, contains: []string{`"name":"from"`}},
		{name: "emerging from less", method: get, url: "/v1/emerging?days=30&baseline=7", status: 400, contains: []string{`"name":"baseline"`}},
		{name: "emerging tomorrow", method: get, url: "/v1/emerging?at=tomorrow", status: 400, contains: []string{`"name":"at"`}},
		{name: "drivers", method: get, url: "/v1/drivers?metric=nps", status: 200, contains: []string{`"metric":"nps","n":2,"voices":2`, `"items":[]`, `"note":{"en":"`}},
		{name: "drivers of few", method: get, url: "/v1/drivers?metric=sentiment&least=2", status: 200, contains: []string{`"metric":"sentiment"`, `"items":[`}},
		{name: "drivers with segments held equal", method: get, url: "/v1/drivers?metric=sentiment&least=2&adjust=source&adjust=attr.plan", status: 200, contains: []string{`"adjusted_for":["source","attr.plan"]`}},
		{name: "drivers with topics held equal", method: get, url: "/v1/drivers?metric=nps&adjust=topic", status: 400, contains: []string{`"name":"adjust"`}},
		{name: "drivers of what", method: get, url: "/v1/drivers", status: 400, contains: []string{`"name":"metric"`}},
		{name: "drivers of joy", method: get, url: "/v1/drivers?metric=joy", status: 400, contains: []string{`"name":"metric"`}},
		{name: "drivers of a third level", method: get, url: "/v1/drivers?metric=nps&level=3", status: 400, contains: []string{`"name":"level"`}},
		{name: "compare", method: get, url: "/v1/compare?by=attr.plan&a=free&b=pro", status: 200, contains: []string{`"by":"attr.plan","a":{"value":"free","records":1,"voices":1,"themes":[]}`, `{"metric":"nps","a":100,"a_n":1,"b":-100,"b_n":1,"difference":200`, `"small":true`}},
		{name: "compare with the rest", method: get, url: "/v1/compare?by=topic&a=delivery", status: 200, contains: []string{`"b":{"value":""`, `"metric":"sentiment"`}},
		{name: "compare with itself", method: get, url: "/v1/compare?by=source&a=survey&b=survey", status: 400, contains: []string{`"name":"b"`}},
		{name: "compare by mood", method: get, url: "/v1/compare?by=mood&a=good", status: 400, contains: []string{`"name":"by"`}},
		{name: "compare nothing", method: get, url: "/v1/compare", status: 400, contains: []string{`"name":"by"`, `"name":"a"`}},
		{name: "a wrong group", method: get, url: "/v1/metrics/nps?by=mood", status: 400, contains: []string{`"name":"by"`}},

		// Policies.
		{name: "policy", method: get, url: "/v1/policies/health", status: 200, contains: []string{"version: 1", "groups:"}},
		{name: "put policy", method: put, url: "/v1/policies/health", body: "version: 1\ngroups:\n- name: voice\n  weight: 1\n  indicators:\n  - {signal: nps, weight: 1}\n", headers: []string{"Content-Type: application/yaml"}, status: 200, contains: []string{`{"version":1}`}},
		{name: "policy put", method: get, url: "/v1/policies/health", status: 200, contains: []string{"{signal: nps, weight: 1}"}},
		{name: "wrong policy", method: put, url: "/v1/policies/health", body: "version: 1\ngroups:\n- name: voice\n  weigth: 1\n", headers: []string{"Content-Type: application/yaml"}, status: 400, contains: []string{`"reason":"line `, "weigth"}},
		{name: "no policy", method: put, url: "/v1/policies/health", headers: []string{"Content-Type: application/yaml"}, status: 400},
		{name: "policy in JSON", method: put, url: "/v1/policies/health", body: "{}", status: 415, contains: []string{"application/yaml"}},

		// Delete.
		{name: "delete", method: remove, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", status: 204},
		{name: "deleted", method: get, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", status: 404},
		{name: "delete again", method: remove, url: "/v1/feedback/zendesk:1%2F%C3%BC+%20%25", status: 404},

		{name: "metrics", method: get, url: "/metrics", status: 200, contains: []string{
			`thau_http_requests_total{method="POST",route="/v1/feedback",status="201"}`, `thau_http_requests_total{method="other",route="unmatched",status="404"}`,
			`thau_http_request_duration_seconds_bucket`, "thau_store_head ", "thau_index_mark ", "thau_index_lag ", "go_goroutines"}, notContains: []string{"zendesk", "acme"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			a := ask(t, h, s.method, s.url, s.body, s.headers...)
			if a.status != s.status {
				t.Errorf("status %d, want %d", a.status, s.status)
			}
			for _, want := range s.contains {
				if !strings.Contains(a.body, want) {
					t.Errorf("lacks %s", want)
				}
			}
			for _, unwanted := range s.notContains {
				if strings.Contains(a.body, unwanted) {
					t.Errorf("has %s", unwanted)
				}
			}
			if a.status >= 400 {
				checkProblem(t, a)
			}
			if t.Failed() {
				t.Logf("%s", a.body)
			}
		})
	}
}

// checkProblem checks what every problem must have.
func checkProblem(t *testing.T, a answer) {
	t.Helper()
	if got := a.header.Get("Content-Type"); got != problemType {
		t.Errorf("a problem has the type %q", got)
	}
	v := a.value(t)
	for _, name := range []string{"type", "title", "detail", "code", "request_id"} {
		if s, _ := v[name].(string); s == "" {
			t.Errorf("the problem lacks %s", name)
		}
	}
	if v["status"] != float64(a.status) {
		t.Errorf("the problem says %v, the answer %d", v["status"], a.status)
	}
	if v["request_id"] != a.header.Get(headerRequestID) {
		t.Error("the problem has another request id than the header")
	}
	switch a.status {
	case http.StatusUnauthorized:
		if a.header.Get("WWW-Authenticate") == "" {
			t.Error("no WWW-Authenticate")
		}
	case http.StatusMethodNotAllowed:
		if a.header.Get("Allow") == "" {
			t.Error("no Allow")
		}
	}
}
