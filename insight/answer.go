package insight

import "slices"

// Metrics are the metrics that are means of answers, and sentiment, which is one of texts.
var Metrics = []string{"nps", "csat", "ces", "rating", "sentiment"}

// Answer gives what one answer adds to the mean that a metric is, in the metric's unit: 100, 0 or −100 to a net promoter score, 100 or 0
// to the share of the satisfied, its place on 1–7 or 1–5 to effort and rating, 1, 0 or −1 to sentiment. The count's N does not matter.
// ok is false for an answer that the metric skips, and for any other metric. "csat:" and an aspect is read as "csat".
func Answer(metric string, c Count, o Options) (value float64, ok bool) {
	u, ok := c.unit()
	switch {
	case metric == "sentiment":
		switch {
		case c.Value > 0:
			return 1, true
		case c.Value < 0:
			return -1, true
		}
		return 0, c.Value == 0
	case !ok:
		return 0, false
	case metric == "nps":
		if c.Max != 10 || c.Min != 0 && c.Min != 1 || c.HighIs != "" {
			return 0, false
		}
		switch {
		case c.Value >= promoterFrom:
			return 100, true
		case c.Value >= passiveFrom:
			return 0, true
		}
		return -100, true
	case metric == "csat" || len(metric) > 5 && metric[:5] == "csat:":
		if u >= cutOr(o.Satisfied, satisfiedFrom)-1e-9 {
			return 100, true
		}
		return 0, true
	case metric == "ces":
		return 1 + 6*u, true
	case metric == "rating":
		return 1 + 4*u, true
	}
	return 0, false
}

// Steps tells whether a metric's answers are cut into bands, so that its unit is a share in percent.
func Steps(metric string) bool {
	return !slices.Contains([]string{"ces", "rating", "sentiment"}, metric)
}
