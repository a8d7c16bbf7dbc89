package api

import (
	"strings"
	"testing"
)

// TestRequirements asks for every requirement of docs/requirements.md what the page says answers it. It is one workspace, in order.
func TestRequirements(t *testing.T) {
	h := portfolio(t)
	put1 := func(body string) scenario {
		return scenario{method: post, url: "/v1/feedback", body: body, status: 201}
	}
	for _, r := range []struct {
		requirement string
		steps       []scenario
	}{
		{"R1", []scenario{ // CSAT of good or bad, and graded, and of one aspect; where "satisfied" begins is told by n and satisfied
			put1(`{"id":"good","account_id":"a01","scores":{"csat":{"value":1,"min":0,"max":1}},"tags":["r1"]}`),
			put1(`{"id":"bad","account_id":"a01","scores":{"csat":{"value":0,"min":0,"max":1},"csat:staff":4},"tags":["r1"]}`),
			{method: get, url: "/v1/metrics/csat?tag=r1", status: 200, contains: []string{`"csat":50,`, `"n":2`, `"satisfied":1`}},
			{method: get, url: "/v1/metrics/csat?aspect=staff", status: 200, contains: []string{`"csat":100,`, `"n":1`}},
		}},
		{"R2", []scenario{ // every answer carries its stage, and how long after the event it came
			put1(`{"id":"late","account_id":"a01","touchpoint":"trial","event_at":"2026-06-28T09:00:00Z","collected_at":"2026-06-29T09:00:00Z","scores":{"csat":4}}`),
			{method: get, url: "/v1/accounts/a01/timeline", status: 200, contains: []string{`"touchpoint":"trial","latency_hours":24`}},
		}},
		{"R3", []scenario{ // CSAT by stage
			{method: get, url: "/v1/metrics/csat?by=touchpoint", status: 200, contains: []string{`{"group":"onboarding","csat":`, `{"group":"support","csat":`, `{"group":"trial","csat":100`}},
		}},
		{"R4", []scenario{ // CSAT of one customer over time, and which way it goes
			{method: get, url: "/v1/accounts/a32/timeline", status: 200, contains: []string{`"csat":[{"period":"2026-01-01"`, `"trend":{"direction":"`}},
			{method: get, url: "/v1/metrics/csat?account=a32&period=month", status: 200, contains: []string{`"period":"2026-06-01"`}},
		}},
		{"R5", []scenario{ // both scales, the odd one flagged, never rescaled
			put1(`{"id":"ten","account_id":"a01","scores":{"nps":{"value":9,"min":1,"max":10}},"tags":["r5"]}`),
			{method: get, url: "/v1/metrics/nps?tag=r5", status: 200, contains: []string{`"promoters":1`, `"scale":"1-10"`}},
			{method: get, url: "/v1/metrics/nps", status: 200, contains: []string{`"promoters":`, `"passives":`, `"detractors":`, `"scale":"mixed"`}},
		}},
		{"R6", []scenario{ // due three days after onboarding and every 180 days; stale answers flagged
			{method: get, url: "/v1/health/surveys", status: 200, contains: []string{`"reason":"onboarded"`}},
			{method: get, url: "/v1/health/surveys?at=2027-01-31", status: 200, contains: []string{`"reason":"half_year"`}},
			{method: get, url: "/v1/health?warning=stale_nps", status: 200, contains: []string{`"total":0`}},
		}},
		{"R7", []scenario{{method: get, url: "/v1/metrics/nps?period=month", status: 200, contains: []string{`"low":`, `"high":`, `"period":"2026-06-01"`}}}},
		{"R8", []scenario{ // high is easy, unless the scale says effort
			put1(`{"id":"effort","account_id":"a01","scores":{"ces":{"value":2,"min":1,"max":7,"high_is":"effort"}},"tags":["r8"]}`),
			{method: get, url: "/v1/metrics/ces?tag=r8", status: 200, contains: []string{`"ces":6,`, `"easy":1`}},
		}},
		{"R9", []scenario{
			{method: get, url: "/v1/loyalty", status: 200, contains: []string{`"quadrant":"advocates"`, `"quadrant":"vip_support"`, `"quadrant":"wildcards"`, `"quadrant":"churners"`, `"action":"`, `"low":`}},
			{method: get, url: "/v1/loyalty?passives=loyal", status: 200},
		}},
		{"R10", []scenario{
			{method: get, url: "/v1/loyalty", status: 200, contains: []string{`{"quadrant":"churners","state":"possible","threshold":0.05`}},
			{method: get, url: "/v1/loyalty?churners_alarm=0.2", status: 200, contains: []string{`{"quadrant":"churners","state":"none","threshold":0.2`}},
		}},
		{"R11", []scenario{{method: get, url: "/v1/loyalty", status: 200, contains: []string{`{"quadrant":"wildcards","state":"none","threshold":0.8`}}}},
		{"R12", []scenario{{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"score":`, `"low":`, `"coverage":`, `"contributions":[`, `"warnings":[{"kind":`}}}},
		{"R13", []scenario{
			{method: put, url: "/v1/policies/health", body: componentsPolicy, headers: []string{"Content-Type: application/yaml"}, status: 200},
			{method: post, url: "/v1/accounts/a01/signals", status: 200, body: `{"items":[{"name":"goals_completed","value":12},{"name":"plan_changes","value":1},{"name":"referrals","value":2},{"name":"invoices_created","value":40}]}`},
			{method: get, url: "/v1/accounts/a01/health", status: 200, contains: []string{`"signal":"goals_completed"`, `"signal":"features_used"`, `"signal":"plan_changes"`, `"signal":"referrals"`, `"signal":"sentiment"`}},
		}},
		{"R14", []scenario{{method: get, url: "/v1/accounts/a01/health", status: 200, contains: []string{`"signal":"invoices_created","group":"outcomes","value":40`}}}},
		{"R15", []scenario{{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"signal":"open_tickets"`, `"value":1,"mapped":`, `"signal":"tickets"`}}}},
		{"R16", []scenario{{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"signal":"usage_minutes"`, `"signal":"logins"`, `"signal":"account_age"`, `"signal":"nps"`}}}},
		{"R17", []scenario{
			{method: get, url: "/v1/policies/health/default", status: 200, contains: []string{"groups:"}},
			{method: put, url: "/v1/policies/health", body: "version: 1\ngruops: []\n", headers: []string{"Content-Type: application/yaml"}, status: 400, contains: []string{"line 2, column 1"}},
		}},
		{"R18", []scenario{
			{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"kind":"falling_usage","signal":"logins"`, `"kind":"falling_usage","signal":"features_used"`}},
			{method: get, url: "/v1/health?warning=falling_usage", status: 200, contains: []string{`"id":"a32"`, `"id":"a36"`}},
		}},
		{"R19", []scenario{
			{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"action":{"do":"`, `"evidence":[{"id":"`}},
			{method: get, url: "/v1/health/validation?horizon=30", status: 200, contains: []string{`"auc":{"value":`, `"lift":[`}},
		}},
		{"R20", []scenario{{method: get, url: "/v1/metrics/business", status: 200, contains: []string{`"clv":{"clv":`, `"value_per_month":`, `"lifespan_months":`}}}},
		{"R21", []scenario{{method: get, url: "/v1/metrics/business?period=month", status: 200, contains: []string{`"churn":{"rate":`, `"acquired_formula":"lost in the period / acquired in the period"`}}}},
		{"R22", []scenario{{method: get, url: "/v1/metrics/business?by=attr.plan", status: 200, contains: []string{`"support_cost":`}}, {method: get, url: "/v1/metrics/csat?by=account", status: 200}}},
		{"R23", []scenario{{method: get, url: "/v1/metrics/business", status: 200, contains: []string{`"deal_size":`}}, {method: get, url: "/v1/health?sort=-value&limit=1", status: 200, contains: []string{`"id":"a38"`}}}},
		{"R24", []scenario{{method: get, url: "/v1/metrics/business?by=account", status: 200, contains: []string{`{"group":"a01","accounts":1`, `"profit":`}}}},
		{"R25", []scenario{{method: get, url: "/v1/metrics/business?by=account", status: 200, contains: []string{`"cpr":{"cpr":`, `"causes":{"`}}}},
		{"R26", []scenario{{method: get, url: "/v1/metrics/business", status: 200, contains: []string{`"npu":{"mean":2`, `"shares":{"all":0,"half":40`}}}},
		{"R27", []scenario{{method: get, url: "/v1/metrics/business?by=attr.plan", status: 200, contains: []string{`"opo":{"orders":`, `"share":`}}}},
		{"R28", []scenario{
			{method: get, url: "/v1/payoff?by=nps&horizon=30", status: 200, contains: []string{"is associated with", `"odds_ratio":`, `"survival":`, `"revenue_change":`}},
			{method: get, url: "/v1/payoff?by=topic:delivery&horizon=30", status: 200},
		}},
		{"R29", []scenario{{method: get, url: "/v1/health/segments?by=attr.plan", status: 200, contains: []string{`"group":"pro"`}}, {method: get, url: "/v1/metrics/nps?attr.plan=pro", status: 200}}},
		{"R32", []scenario{
			{method: get, url: "/v1/health?sort=-opportunity&attr.plan=pro&limit=1", status: 200, contains: []string{`"opportunity":`, `"risk":`, `"lost":`, `"worst":"`}},
			{method: get, url: "/v1/health/movers", status: 200, contains: []string{`"up":[`}},
		}},
		{"R33", []scenario{
			{method: post, url: "/v1/accounts/a01/signals", status: 200, body: `{"items":[{"name":"renewals","value":1,"at":"2026-06-01T00:00:00Z"},{"name":"upsells","value":2,"at":"2026-06-01T00:00:00Z"},{"name":"cross_sells","value":1,"at":"2026-06-01T00:00:00Z"}]}`},
			{method: get, url: "/v1/metrics/business", status: 200, contains: []string{`"expansion":{"renewals":1,"upsells":2,"cross_sells":1}`}},
			{method: get, url: "/v1/metrics/csat?by=touchpoint", status: 200},
		}},
		{"R34", []scenario{
			{method: get, url: "/v1/accounts/a32/health", status: 200, contains: []string{`"sources":["s-a32-2"`, `"change":{"since":`, `"signals":[{"signal":`}},
			{method: get, url: "/v1/feedback/s-a32-2", status: 200, contains: []string{`"evidence":[{`}},
		}},
		{"R35", []scenario{
			{method: put, url: "/v1/targets/lan", body: `{"metric":"csat","owner":"lan","goal":80}`, status: 200},
			{method: get, url: "/v1/targets?owner=lan", status: 200, contains: []string{`"actual":`, `"status":"`}},
		}},
	} {
		t.Run(r.requirement, func(t *testing.T) {
			for _, s := range r.steps {
				a := ask(t, h, s.method, s.url, s.body, s.headers...)
				if a.status != s.status {
					t.Fatalf("%s %s: status %d, want %d: %.2000s", s.method, s.url, a.status, s.status, a.body)
				}
				for _, want := range s.contains {
					if !strings.Contains(a.body, want) {
						t.Errorf("%s %s lacks %s in %.4000s", s.method, s.url, want, a.body)
					}
				}
			}
		})
	}
}

// componentsPolicy reads every component that requirements R13 to R16 name.
const componentsPolicy = `version: 1
groups:
  - name: outcomes
    indicators:
      - {signal: goals_completed, worst: 0, best: 20, scale: log, aggregate: sum, window: 30d}
      - {signal: invoices_created, worst: 0, best: 50, scale: log, aggregate: sum, window: 30d}
      - {signal: features_used, worst: 0, best: 10, aggregate: max, window: 30d}
      - {signal: plan_changes, worst: -1, best: 1, aggregate: sum, window: 365d}
      - {signal: referrals, worst: 0, best: 3, aggregate: sum, window: 365d}
  - name: engagement
    indicators:
      - {signal: usage_minutes, worst: -0.6, best: 0.2, aggregate: change, window: 28d}
      - {signal: logins, worst: 0, best: 4, aggregate: days, window: 30d}
      - {signal: account_age, worst: 0, best: 1000, scale: log}
  - name: support
    indicators:
      - {signal: open_tickets, worst: 5, best: 0}
      - {signal: tickets, worst: 8, best: 0, aggregate: count, window: 30d}
  - name: voice
    indicators:
      - {signal: nps}
      - {signal: sentiment}
      - {signal: "sentiment:delivery"}
`
