package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// threads are tickets by the name of their thread.
type threads map[string]*ticket

// ticket is the state of one thread, put together from its messages.
type ticket struct {
	first, last    *feedback.Record // first to be collected, last to be updated
	made           time.Time        // when the last state was made, by its sender
	known, revised time.Time        // when the thread and its last state were received
	account        string
	named          time.Time // when the message that names the account was made
	critical       bool      // a message says so
}

// add takes a message into its thread. Of two made at the same time the one added later is the last.
func (ts threads) add(r *feedback.Record, made, received time.Time) {
	name := thread(r)
	t := ts[name]
	if t == nil {
		t = &ticket{first: r, last: r, made: made, known: received, revised: received, account: r.AccountID, named: made, critical: critical(r)}
		ts[name] = t
		return
	}
	t.critical = t.critical || critical(r)
	if r.CollectedAt.Before(*t.first.CollectedAt) {
		t.first = r
	}
	if received.Before(t.known) {
		t.known = received
	}
	if !made.Before(t.made) {
		t.last, t.made, t.revised = r, made, received
	}
	if r.AccountID != "" && (t.account == "" || !made.Before(t.named)) {
		t.account, t.named = r.AccountID, made
	}
}

// critical tells whether a message needs an answer at once.
func critical(r *feedback.Record) bool {
	return r.Labels().Urgency == analyzer.UrgencyCritical || r.Ticket.Priority == "urgent" || r.Ticket.Priority == "critical"
}

// turn is a ticket that opens (+1) or is resolved (−1).
type turn struct {
	at, received time.Time
	by           float64
	source       string
}

// turns gives when a ticket opened and, where it did, was resolved.
func (t *ticket) turns() []turn {
	opened := *t.first.CollectedAt
	if at := t.last.Ticket.OpenedAt; at != nil {
		opened = *at
	}
	out := []turn{{opened, t.known, 1, t.first.ID}}
	if t.last.Ticket.Open() {
		return out
	}
	resolved := t.made
	if at := t.last.Ticket.ResolvedAt; at != nil {
		resolved = *at
	}
	if resolved.Before(opened) {
		resolved = opened
	}
	return append(out, turn{resolved, t.revised, -1, t.last.ID})
}

// observations gives what an account's tickets tell up to now: how many are open, and of them critical, after every moment at which that
// changed; that one opened; how many hours one took.
func (ts threads) observations(account string, now time.Time) []health.Observation {
	out := ts.gauge(health.SignalOpenTickets, account, now, func(*ticket) bool { return true })
	out = append(out, ts.gauge(health.SignalOpenCriticalTickets, account, now, func(t *ticket) bool { return t.critical })...)
	for _, t := range ts {
		if t.account != account {
			continue
		}
		turns := t.turns()
		if turns[0].at.After(now) {
			continue
		}
		out = append(out, health.Observation{Signal: "tickets", Value: 1, At: turns[0].at, ReceivedAt: turns[0].received, Source: turns[0].source})
		if len(turns) > 1 && !turns[1].at.After(now) {
			out = append(out, health.Observation{Signal: "resolution_hours", Value: turns[1].at.Sub(turns[0].at).Hours(), At: turns[1].at, ReceivedAt: turns[1].received, Source: turns[1].source})
		}
	}
	return out
}

// gauge gives how many tickets of an account, of those that count, are open after every moment up to now at which that changed, oldest first.
func (ts threads) gauge(signal, account string, now time.Time, counts func(*ticket) bool) []health.Observation {
	var turns []turn
	for _, t := range ts {
		if t.account == account && counts(t) {
			turns = append(turns, t.turns()...)
		}
	}
	turns = slices.DeleteFunc(turns, func(t turn) bool { return t.at.After(now) })
	slices.SortFunc(turns, func(a, b turn) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(b.by, a.by), cmp.Compare(a.source, b.source))
	})
	var (
		out   []health.Observation
		open  float64
		known time.Time
	)
	for i, t := range turns {
		open += t.by
		if t.received.After(known) {
			known = t.received
		}
		if i+1 < len(turns) && turns[i+1].at.Equal(t.at) {
			continue
		}
		out = append(out, health.Observation{Signal: signal, Value: open, At: t.at, ReceivedAt: known, Source: t.source})
	}
	return out
}
