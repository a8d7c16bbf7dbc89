package learn

import (
	"fmt"
	"slices"
	"strconv"
)

// scales are the scores that can stand in for a sentiment, with their range and the scores from which on they are neutral and positive: an
// NPS by its groups, stars and CSAT by their middle.
var scales = map[string]struct{ low, high, neutral, positive float64 }{
	"rating": {1, 5, 3, 4}, "csat": {1, 5, 3, 4}, "nps": {0, 10, 7, 9},
}

// IsScale tells whether a score can stand in for a sentiment: rating, csat or nps.
func IsScale(name string) bool { _, ok := scales[name]; return ok }

// WeakSentiment gives the sentiment that a score stands for: a rating or CSAT of 1–5, an NPS of 0–10. A label that is a sentiment already is kept.
func WeakSentiment(scale, score string) (string, error) {
	if slices.Contains(sentiments, score) {
		return score, nil
	}
	s, ok := scales[scale]
	v, err := strconv.ParseFloat(score, 64)
	if !ok || err != nil || !(v >= s.low && v <= s.high) {
		return "", fmt.Errorf("%s %q is no number from %g to %g", scale, score, s.low, s.high)
	}
	switch {
	case v >= s.positive:
		return "positive", nil
	case v >= s.neutral:
		return "neutral", nil
	}
	return "negative", nil
}
