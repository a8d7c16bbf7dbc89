package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/store"
)

// portfolio is a workspace of forty accounts with half a year behind it, as if each day had been received on its day. Every fourth one
// went quiet and complained; most of those left in the last month.
func portfolio(t *testing.T) http.Handler {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	now := time.Date(2026, 6, 30, 9, 0, 0, 0, time.UTC)
	clock := now
	service, err := feedback.NewService(feedback.Config{Store: db, Analyzer: built(), Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for i := range 40 {
		id, bad := fmt.Sprintf("a%02d", i), i%4 == 0
		started := now.AddDate(-1, 0, -i)
		a := feedback.Account{ID: id, Name: "Account " + id, StartedAt: &started, Attributes: map[string]string{"plan": []string{"pro", "basic"}[i%2]}}
		if bad && i < 32 {
			churned := now.AddDate(0, 0, -20+i/4)
			a.ChurnedAt = &churned
		}
		if i == 39 { // asked never
			recent := now.AddDate(0, 0, -10)
			a.StartedAt = &recent
		}
		if _, _, err := service.PutAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	clock = now.AddDate(0, 0, -180)
	old := feedback.Draft{ID: "t0", Source: "ticket", AccountID: "a01", CollectedAt: &clock, Text: "Hỏi về hoá đơn", Ticket: &feedback.Ticket{Status: "solved"}}
	if _, _, err := service.Submit(ctx, old, feedback.SubmitOptions{}); err != nil {
		t.Fatal(err)
	}
	for week := 25; week >= 0; week-- {
		clock = now.AddDate(0, 0, -7*week-1)
		var signals []feedback.Signal
		for i := range 40 {
			id, bad := fmt.Sprintf("a%02d", i), i%4 == 0
			use := 100.0
			if bad {
				use = 100 * float64(week) / 25
			}
			if i == 39 && week > 1 {
				continue
			}
			for name, v := range map[string]float64{"logins": use / 5, "usage_minutes": use, "features_used": 2 + use/20, "revenue": 1e6 + float64(i)*1e5, "cost": 6e5, "support_cost": 5e4, "orders": 3, "out_of_policy_orders": float64(i % 2), "products_used": 2, "products_suitable": 3} {
				signals = append(signals, feedback.Signal{AccountID: id, Name: name, Value: v, At: clock})
			}
			if i == 39 {
				continue
			}
			d := feedback.Draft{ID: fmt.Sprintf("s-%s-%d", id, week), Source: "survey", AccountID: id, Touchpoint: []string{"onboarding", "support"}[week%2], CollectedAt: &clock,
				Text: "Giao hàng nhanh, rất hài lòng", Scores: map[string]feedback.Score{"nps": {Value: 9, Max: 10}, "csat": {Value: 5, Min: 1, Max: 5}}}
			if bad && week < 12 {
				d.Text, d.Scores = "Giao hàng quá chậm, rất thất vọng, tôi muốn huỷ hợp đồng", map[string]feedback.Score{"nps": {Value: 1, Max: 10}, "csat": {Value: 1, Min: 1, Max: 5}}
			}
			if week%5 == i%5 {
				if _, _, err := service.Submit(ctx, d, feedback.SubmitOptions{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := service.PutSignals(ctx, signals); err != nil {
			t.Fatal(err)
		}
		if week%4 == 0 { // as every night
			if err := service.Recompute(ctx); err != nil {
				t.Fatal(err)
			}
			if _, left, err := service.RefreshHealth(ctx, 1000); err != nil || left != 0 {
				t.Fatal(left, err)
			}
		}
	}
	if err := service.Recompute(ctx); err != nil {
		t.Fatal(err)
	}
	ticket := feedback.Draft{ID: "t1", Source: "ticket", AccountID: "a32", CollectedAt: &clock, Text: "Hệ thống sập", Ticket: &feedback.Ticket{Status: "open", Priority: "urgent"}}
	if _, _, err := service.Submit(ctx, ticket, feedback.SubmitOptions{}); err != nil {
		t.Fatal(err)
	}
	clock = now
	return New(service, onLoopback)
}

// TestHealthScenarios runs through what is known of accounts, in order.
func TestHealthScenarios(t *testing.T) {
	h := portfolio(t)
	for _, s := range []scenario{
		// The report of one account: why, how sure, what changed, what to do (R12, R15, R18, R19, R34).
		{name: "report", method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{
			`"grade":"D"`, `"warnings":[{"kind":"critical_ticket"`, `"kind":"churn_intent"`, `"kind":"falling_usage"`, `"evidence":[{"id":"s-a32-`, `"text":"Giao hàng quá chậm`,
			`"action":{"do":"Answer the critical ticket today`, `"change":{"since":`, `"kept":true`, `"decay":`, `"reading":0`, `"engine":"1/`}},
		{name: "report of a good one", method: get, url: "/v1/accounts/a01/health", status: 200, contains: []string{`"warnings":[]`, `"coverage":0.`}, notContains: []string{`"override"`}},
		{name: "report of then", method: get, url: "/v1/accounts/a32/health?at=2026-02-01", status: 200, contains: []string{`"warnings":[]`}},
		{name: "no report", method: get, url: "/v1/accounts/none/health", status: 404},
		{name: "history", method: get, url: "/v1/accounts/a32/health/history", status: 200, contains: []string{`{"items":[{"day":"2026-0`, `"policy":"sha256:`, `"contributions":[{"signal":"`}},
		{name: "history of days", method: get, url: "/v1/accounts/a32/health/history?from=2026-06-29&to=2026-06-01", status: 200, contains: []string{`{"items":[]}`}},
		{name: "history of no days", method: get, url: "/v1/accounts/a32/health/history?from=soon", status: 400, contains: []string{`"name":"from"`}},
		{name: "history of nobody", method: get, url: "/v1/accounts/none/health/history", status: 404},
		{name: "timeline", method: get, url: "/v1/accounts/a32/timeline", status: 200, contains: []string{`"events":[{"at":"2026-06-29`, `"kind":"health"`, `"ticket":"open"`, `"csat":[{"period":"2026-`, `"trend":{"direction":"`, `"touchpoint":"support"`}},
		{name: "timeline of a month", method: get, url: "/v1/accounts/a32/timeline?from=2026-06-01&limit=1", status: 200, contains: []string{`"events":[{`}},
		{name: "timeline of nobody", method: get, url: "/v1/accounts/none/timeline", status: 404},

		// A person's word.
		{name: "override", method: put, url: "/v1/accounts/a32/health/override", body: `{"kind":"floor","value":55,"reason":"they renewed","author":"lan"}`, status: 200, contains: []string{`"expires_at":"2026-09-28T09:00:00Z"`}},
		{name: "overridden", method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"grade":"D"`, `"override":{"kind":"floor","value":55,"reason":"they renewed","author":"lan"`, `"score":55,"grade":"C"`}},
		{name: "overridden in the portfolio", method: get, url: "/v1/health?warning=critical_ticket", status: 200, contains: []string{`"overridden":55`}},
		{name: "override of nobody", method: put, url: "/v1/accounts/none/health/override", body: `{"kind":"floor","value":55,"reason":"x","author":"lan"}`, status: 404},
		{name: "bad override", method: put, url: "/v1/accounts/a32/health/override", body: `{"kind":"more","value":101,"expires_at":"2020-01-01T00:00:00Z"}`, status: 400, contains: []string{`"name":"kind"`, `"name":"value"`, `"name":"reason"`, `"name":"author"`, `"name":"expires_at"`}},
		{name: "override without a value", method: put, url: "/v1/accounts/a32/health/override", body: `{"kind":"floor","reason":"x","author":"lan"}`, status: 400, contains: []string{`"name":"value"`, "missing"}},
		{name: "override ends", method: remove, url: "/v1/accounts/a32/health/override", status: 204},
		{name: "no override", method: remove, url: "/v1/accounts/a32/health/override", status: 404},

		// The portfolio (R23, R32), its movers, segments (R29) and surveys (R6).
		{name: "portfolio", method: get, url: "/v1/health", status: 200, contains: []string{`{"items":[{"account":{"id":"a32"`, `"total":32`, `"pending":0`, `"summary":{"n":3`, `"histogram":[`, `"value_at_risk":`}, notContains: []string{`"id":"a00"`}},
		{name: "portfolio with those who left", method: get, url: "/v1/health?churned=true&limit=1", status: 200, contains: []string{`"total":40`, `"next":"1"`}},
		{name: "portfolio page", method: get, url: "/v1/health?limit=2&cursor=30", status: 200, contains: []string{`"total":32`}, notContains: []string{`"next"`}},
		{name: "portfolio by opportunity", method: get, url: "/v1/health?sort=-opportunity&limit=1", status: 200, contains: []string{`"id":"a3`, `"opportunity":`, `"risk":0.`}},
		{name: "portfolio of a plan", method: get, url: "/v1/health?attr.plan=basic", status: 200, contains: []string{`"total":20`}},
		{name: "portfolio of a grade", method: get, url: "/v1/health?grade=D", status: 200, contains: []string{`"total":2`}},
		{name: "portfolio of a warning", method: get, url: "/v1/health?warning=critical_ticket&max=60", status: 200, contains: []string{`"total":1`}},
		{name: "portfolio of an unknown warning", method: get, url: "/v1/health?warning=rain", status: 400},
		{name: "portfolio by nothing", method: get, url: "/v1/health?sort=luck", status: 400},
		{name: "portfolio of no page", method: get, url: "/v1/health?cursor=x", status: 400, contains: []string{`"name":"cursor"`}},
		{name: "movers", method: get, url: "/v1/health/movers?limit=3", status: 200, contains: []string{`"down":[{"account":{"id":"a3`, `"up":[`}},
		{name: "segments", method: get, url: "/v1/health/segments?by=attr.plan", status: 200, contains: []string{`"group":"basic"`, `"group":"pro"`, `"mean":`}},
		{name: "segments by nothing", method: get, url: "/v1/health/segments?by=plan", status: 400, contains: []string{`"name":"by"`}},
		{name: "surveys due", method: get, url: "/v1/health/surveys", status: 200, contains: []string{`{"items":[{"account":{"id":"a39"`, `"reason":"onboarded"`, `"days_overdue":7`, `"total":1`}},
		{name: "surveys due later", method: get, url: "/v1/health/surveys?at=2027-01-31", status: 200, contains: []string{`"reason":"half_year"`, `"total":32`}},

		// Held against what happened.
		{name: "validation", method: get, url: "/v1/health/validation?horizon=30", status: 200, contains: []string{`"n":39`, `"events":8`, `"auc":{"value":`, `"churned_while_green":{"events":`, "fewer than 50 accounts left"}},
		{name: "validation without outcomes", method: get, url: "/v1/health/validation?end=2026-03-01&horizon=30", status: 400, contains: []string{"no outcomes to hold health against"}},
		{name: "payoff by NPS", method: get, url: "/v1/payoff?by=nps&horizon=30", status: 200, contains: []string{`"reference":"promoters"`, `"band":"detractors"`, `"risk_difference":{"value":0.`, `"odds_ratio":{"value":`, `"survival":[{"time":`,
			"detractors is associated with", "need not be cause and effect"}},
		{name: "payoff by health", method: get, url: "/v1/payoff?by=health&horizon=30", status: 200, contains: []string{`"band":"F"`, `"revenue_change":{"value":`}},
		{name: "payoff by topic", method: get, url: "/v1/payoff?by=topic:delivery&horizon=30", status: 200, contains: []string{`"band":"mentioned"`}},
		{name: "payoff by plan", method: get, url: "/v1/payoff?by=attr.plan&horizon=30", status: 200, contains: []string{`"band":"basic"`}},
		{name: "payoff by luck", method: get, url: "/v1/payoff?by=luck", status: 400, contains: []string{`"name":"by"`}},

		// Loyalty (R9 to R11).
		{name: "loyalty", method: get, url: "/v1/loyalty", status: 200, contains: []string{`"quadrant":"advocates"`, `"quadrant":"churners","n":2,"share":0.0645`, `"alarms":[{"quadrant":"churners","state":"possible"`, `"action":"Thank each in person`}},
		{name: "loyalty of a plan", method: get, url: "/v1/loyalty?attr.plan=basic&passives=loyal", status: 200, contains: []string{`"n":0`}},
		{name: "loyalty with another alarm", method: get, url: "/v1/loyalty?churners_alarm=0.5", status: 200, contains: []string{`"threshold":0.5`, `"state":"none"`}},
		{name: "loyalty with no alarm", method: get, url: "/v1/loyalty?churners_alarm=5", status: 400, contains: []string{`"name":"churners_alarm"`}},

		// Business figures (R20 to R27) and targets (R35).
		{name: "business", method: get, url: "/v1/metrics/business", status: 200, contains: []string{`{"accounts":40,"churn":{"rate":`, `"acquired_formula":"lost in the period / acquired in the period"`, `"clv":{"clv":`, `"deal_size":`, `"support_cost":`, `"profit":`,
			`"cpr":{"cpr":`, `"causes":{`, `"npu":{"mean":2`, `"adoption":0.6667`, `"opo":{"orders":`}},
		{name: "business by plan and month", method: get, url: "/v1/metrics/business?by=attr.plan&period=month&from=2026-05-01&to=2026-07-01", status: 200, contains: []string{`{"items":[{"group":"basic","period":"2026-05-01"`, `{"group":"pro","period":"2026-06-01"`}},
		{name: "business of an account", method: get, url: "/v1/metrics/business?by=account", status: 200, contains: []string{`{"group":"a00","accounts":1`}},
		{name: "business by luck", method: get, url: "/v1/metrics/business?by=luck", status: 400, contains: []string{`"name":"by"`}},
		{name: "business of no time", method: get, url: "/v1/metrics/business?from=2026-05-01&to=2026-05-01", status: 400, contains: []string{`"name":"to"`}},
		{name: "no targets", method: get, url: "/v1/targets", status: 200, contains: []string{`{"items":[]}`}},
		{name: "target", method: put, url: "/v1/targets/care-nps", body: `{"metric":"nps","owner":"care","goal":90,"by":"lan"}`, status: 200, contains: []string{`"direction":"at_least"`, `"set_at":"2026-06-30T09:00:00Z"`}},
		{name: "target of churn", method: put, url: "/v1/targets/churn", body: `{"metric":"churn","owner":"sales","goal":0.05}`, status: 200, contains: []string{`"direction":"at_most"`}},
		{name: "target of health", method: put, url: "/v1/targets/health", body: `{"metric":"health","owner":"care","goal":30,"attribute":"plan","value":"pro"}`, status: 200},
		{name: "bad target", method: put, url: "/v1/targets/x", body: `{"metric":"luck","goal":1,"direction":"up","attribute":"plan"}`, status: 400, contains: []string{`"name":"metric"`, `"name":"direction"`, `"name":"attribute"`}},
		{name: "target without a goal", method: put, url: "/v1/targets/x", body: `{"metric":"nps"}`, status: 400, contains: []string{`"name":"goal"`}},
		{name: "targets", method: get, url: "/v1/targets?owner=care", status: 200, contains: []string{`"id":"care-nps"`, `"status":"missed"`, `"id":"health"`, `"status":"met"`}, notContains: []string{`"id":"churn"`}},
		{name: "target gone", method: remove, url: "/v1/targets/care-nps", status: 204},
		{name: "no target", method: remove, url: "/v1/targets/care-nps", status: 404},

		// Policies to start from (R17).
		{name: "built-in policy", method: get, url: "/v1/policies/health/saas", status: 200, contains: []string{"goals_completed"}},
		{name: "no such policy", method: get, url: "/v1/policies/health/luck", status: 404, contains: []string{"default, saas, shop, bank, b2b"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			a := ask(t, h, s.method, s.url, s.body, s.headers...)
			if a.status != s.status {
				t.Fatalf("status %d, want %d: %.2000s", a.status, s.status, a.body)
			}
			for _, want := range s.contains {
				if !strings.Contains(a.body, want) {
					t.Errorf("lacks %s in %.3000s", want, a.body)
				}
			}
			for _, bad := range s.notContains {
				if strings.Contains(a.body, bad) {
					t.Errorf("has %s in %.3000s", bad, a.body)
				}
			}
		})
	}
}
