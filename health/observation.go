package health

import "time"

// Observation is one thing known about an account: a signal's value, a score somebody gave, the sentiment of something written.
// Values are in the signal's own unit: nps 0–10, csat and rating 1–5, ces 1–7 with high = easy, sentiment −1…1.
type Observation struct {
	Signal     string    // e.g. "nps", "csat:staff", "sentiment", "sentiment:delivery", "open_tickets", "logins"
	Value      float64   // beyond ±1e150 or not a number: the observation is not read
	Text       string    // a word instead of a value ("Month-to-month"), read only by tables of words; else empty
	At         time.Time // when it happened
	ReceivedAt time.Time // when it became known
	Source     string    // id of the record or signal, may be empty
}
