package health_test

import (
	"fmt"
	"time"

	"github.com/thau-cx/thau/health"
)

func ExamplePolicy_Compute() {
	policy, err := health.ParsePolicy([]byte(`
version: 1
groups:
  - name: voice
    weight: 1
    indicators:
      - {signal: csat, weight: 1}
  - name: usage
    weight: 1
    indicators:
      - {signal: logins, weight: 1, worst: 0, best: 20, aggregate: sum, window: 30d}
caps:
  - {when: open_tickets, above: 5, max: 60, reason: six tickets wait}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)
	report := policy.Compute("acme", []health.Observation{
		{Signal: "csat", Value: 4, At: at.AddDate(0, 0, -3)},
		{Signal: "logins", Value: 12, At: at.AddDate(0, 0, -2)},
		{Signal: "logins", Value: 5, At: at.AddDate(0, 0, -9)},
		{Signal: "open_tickets", Value: 6, At: at.AddDate(0, 0, -1)},
	}, at)
	fmt.Printf("%.1f (%s), coverage %.0f %%\n", report.Score, report.Grade, 100*report.Coverage)
	for _, c := range report.Contributions {
		fmt.Printf("%+6.1f %s\n", c.Contribution, c.Signal)
	}
	// Output:
	// 60.0 (C), coverage 62 %
	//  +12.5 csat
	//  +17.5 logins
	//  -20.0 cap:open_tickets
}

func ExampleParsePolicy() {
	_, err := health.ParsePolicy([]byte(`version: 1
groups:
  - name: usage
    weight: 0
    indicators:
      - {signal: logins, wieght: 1, weight: 1, worst: 5, best: 5}
`))
	fmt.Println(err)
	// Output:
	// health policy: line 4, column 13: groups[0].weight: is 0; it must be between 0.000001 and 1000000
	// health policy: line 6, column 26: groups[0].indicators[0].wieght: is not a key of a policy here; known are signal, weight, worst, best, table, scale, missing, half_life, min_evidence, aggregate, window
	// health policy: line 6, column 64: groups[0].indicators[0].best: is the same as worst; they must differ for values to matter
}
