package feedbacktest

import (
	"slices"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// observed gives an account's observations, without those of some signals.
func observed(t *testing.T, s feedback.Store, account string, at time.Time) []health.Observation {
	t.Helper()
	return must[[]health.Observation](t)(s.Observations(t.Context(), account, at))
}

func testObservedScores(t *testing.T, s feedback.Store) {
	put(t, s, Record(feedback.Draft{ID: "r", AccountID: "a", CollectedAt: At(-time.Hour), Scores: map[string]feedback.Score{
		"nps":        {Value: 9, Min: 0, Max: 10},
		"csat":       {Value: 1, Min: 0, Max: 1},
		"csat:staff": {Value: 4, Min: 1, Max: 5},
		"ces":        {Value: 2, Min: 1, Max: 7, HighIs: "effort"},
		"rating":     {Value: 0, Min: 0, Max: 100},
	}}), Record(feedback.Draft{ID: "other", AccountID: "b", Scores: map[string]feedback.Score{"nps": {Value: 1, Max: 10}}}))
	at := *At(-time.Hour)
	same(t, "observations", observed(t, s, "a", Epoch), []health.Observation{
		{Signal: "ces", Value: 6, At: at, ReceivedAt: Epoch, Source: "r"},
		{Signal: "csat", Value: 5, At: at, ReceivedAt: Epoch, Source: "r"},
		{Signal: "csat:staff", Value: 4, At: at, ReceivedAt: Epoch, Source: "r"},
		{Signal: "nps", Value: 9, At: at, ReceivedAt: Epoch, Source: "r"},
		{Signal: "rating", Value: 1, At: at, ReceivedAt: Epoch, Source: "r"},
	})
}

func testObservedSentiment(t *testing.T, s feedback.Store) {
	r := Say(Record(feedback.Draft{ID: "r", AccountID: "a", Text: "x"}), analyzer.Negative, -0.6,
		map[string]float64{"delivery.speed": -0.8, "delivery.condition": 0.2, "price": -0.5})
	r.Analysis.Topics = append(r.Analysis.Topics, analyzer.Topic{ID: "staff", Sentiment: analyzer.Polarity{Label: analyzer.Positive, Score: 1}})
	title := Say(Record(feedback.Draft{ID: "t", AccountID: "a", Title: "x", CollectedAt: At(-time.Hour)}), analyzer.Positive, 0.3, nil)
	wordless := Record(feedback.Draft{ID: "w", AccountID: "a", Scores: map[string]feedback.Score{"nps": {Value: 7, Max: 10}}})
	put(t, s, r, title, wordless)
	observation := func(signal string, value float64) health.Observation {
		return health.Observation{Signal: signal, Value: value, At: Epoch, ReceivedAt: Epoch, Source: "r"}
	}
	same(t, "observations", observed(t, s, "a", Epoch), []health.Observation{
		{Signal: "sentiment", Value: 0.3, At: *At(-time.Hour), ReceivedAt: Epoch, Source: "t"},
		{Signal: "nps", Value: 7, At: Epoch, ReceivedAt: Epoch, Source: "w"},
		observation("sentiment", -0.6),
		observation("sentiment:delivery", -0.3),
		observation("sentiment:delivery.condition", 0.2),
		observation("sentiment:delivery.speed", -0.8),
		observation("sentiment:price", -0.5),
	})
}

func testObservedCorrections(t *testing.T, s feedback.Store) {
	put(t, s, Say(Record(feedback.Draft{ID: "r", AccountID: "a", Text: "x"}), analyzer.Negative, -0.6, map[string]float64{"price": -0.5}))
	for _, c := range []feedback.Correction{
		{At: *At(time.Hour), By: "lan", Topics: &feedback.LabelChange{Add: []string{"staff.attitude"}, Remove: []string{"price"}}},
		{At: *At(2 * time.Hour), By: "lan", Sentiment: analyzer.Positive},
	} {
		if _, err := s.Correct(t.Context(), "r", c); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		at   time.Duration
		want map[string]float64
	}{
		{0, map[string]float64{"sentiment": -0.6, "sentiment:price": -0.5}},
		{time.Hour, map[string]float64{"sentiment": -0.6, "sentiment:staff.attitude": -1, "sentiment:staff": -1}},
		{2 * time.Hour, map[string]float64{"sentiment": 1, "sentiment:staff.attitude": -1, "sentiment:staff": -1}},
	} {
		got := map[string]float64{}
		for _, o := range observed(t, s, "a", *At(c.at)) {
			got[o.Signal] = o.Value
		}
		same(t, c.at.String(), got, c.want)
	}
}

func testObservedByThen(t *testing.T, s feedback.Store) {
	nps := func(id string, collected, received time.Duration) feedback.Record {
		r := Record(feedback.Draft{ID: id, AccountID: "a", CollectedAt: At(collected), Scores: map[string]feedback.Score{"nps": {Value: 5, Max: 10}}})
		r.ReceivedAt, r.ChangedAt = *At(received), *At(received)
		return r
	}
	put(t, s, nps("past", 0, time.Hour), nps("ahead", 3*time.Hour, time.Hour), nps("changing", 0, time.Hour))
	late := nps("changing", 0, 5*time.Hour)
	late.Payload = [32]byte{1}
	put(t, s, late)
	if _, err := s.PutSignals(t.Context(), []feedback.Signal{
		{AccountID: "a", Name: "logins", Value: 1, At: *At(2 * time.Hour), ReceivedAt: *At(4 * time.Hour)},
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Duration
		want []string
	}{
		{0, nil},
		{time.Hour - time.Microsecond, nil},
		{time.Hour, []string{"past"}},
		{3 * time.Hour, []string{"past", "ahead"}},
		{4 * time.Hour, []string{"past", "logins", "ahead"}},
		{5 * time.Hour, []string{"changing", "past", "logins", "ahead"}},
	} {
		var got []string
		for _, o := range observed(t, s, "a", *At(c.at)) {
			if o.Signal != "nps" {
				o.Source = o.Signal
			}
			got = append(got, o.Source)
		}
		same(t, c.at.String(), got, c.want)
	}
}

// only gives the observations of some signals.
func only(observations []health.Observation, signals ...string) []health.Observation {
	return slices.DeleteFunc(observations, func(o health.Observation) bool { return !slices.Contains(signals, o.Signal) })
}

// What tickets tell beside how many are open: that they opened, how long they took, and which cannot wait.
func testTicketSignals(t *testing.T, s feedback.Store) {
	ticket := func(id string, collected time.Duration, state feedback.Ticket) feedback.Record {
		r := Record(feedback.Draft{ID: id, Source: feedback.SourceTicket, AccountID: "a", CollectedAt: At(collected), Ticket: &state})
		r.ReceivedAt, r.ChangedAt = *At(collected), *At(collected)
		return r
	}
	const h = time.Hour
	fire := ticket("fire", 2*h, feedback.Ticket{Status: "open"})
	fire.Analysis.Urgency.Level = analyzer.UrgencyCritical
	fire.Analysis.Intents = []analyzer.Intent{{ID: "cancel", Sure: true}}
	put(t, s, ticket("calm", 1*h, feedback.Ticket{Status: "solved", ResolvedAt: At(7 * h)}), fire,
		ticket("urgent", 3*h, feedback.Ticket{Status: "closed", Priority: "urgent", ResolvedAt: At(4 * h)}))
	observation := func(signal string, value float64, at, received time.Duration, source string) health.Observation {
		return health.Observation{Signal: signal, Value: value, At: *At(at), ReceivedAt: *At(received), Source: source}
	}
	same(t, "by then", only(observed(t, s, "a", *At(5 * h)), "tickets", "resolution_hours", health.SignalOpenCriticalTickets, health.SignalCancel), []health.Observation{
		observation("tickets", 1, 1*h, 1*h, "calm"),
		observation("intent:cancel", 1, 2*h, 2*h, "fire"),
		observation("open_critical_tickets", 1, 2*h, 2*h, "fire"),
		observation("tickets", 1, 2*h, 2*h, "fire"),
		observation("open_critical_tickets", 2, 3*h, 3*h, "urgent"),
		observation("tickets", 1, 3*h, 3*h, "urgent"),
		observation("open_critical_tickets", 1, 4*h, 3*h, "urgent"),
		observation("resolution_hours", 1, 4*h, 3*h, "urgent"),
	})
}

func testOpenTickets(t *testing.T, s feedback.Store) {
	message := func(id, account, thread string, collected time.Duration, state feedback.Ticket) feedback.Record {
		r := Record(feedback.Draft{ID: id, Source: feedback.SourceTicket, AccountID: account, ThreadID: thread, CollectedAt: At(collected), Ticket: &state})
		r.ReceivedAt, r.ChangedAt = *At(collected), *At(collected)
		return r
	}
	open := feedback.Ticket{Status: "open"}
	check := func(step string, at time.Duration, want ...health.Observation) {
		t.Helper()
		same(t, step, only(observed(t, s, "a", *At(at)), health.SignalOpenTickets), want)
	}
	gauge := func(value float64, at, received time.Duration, source string) health.Observation {
		return health.Observation{Signal: "open_tickets", Value: value, At: *At(at), ReceivedAt: *At(received), Source: source}
	}
	const h = time.Hour
	// Two messages of one ticket count once, and one of another.
	put(t, s, message("m1", "a", "t", 1*h, open), message("m2", "", "t", 2*h, open), message("m3", "a", "", 3*h, open))
	check("opened", 9*h, gauge(1, 1*h, 1*h, "m1"), gauge(2, 3*h, 3*h, "m3"))
	check("by then", 2*h, gauge(1, 1*h, 1*h, "m1"))
	// The last state counts, by the sender's version, whoever wrote the message.
	closing := message("m4", "", "t", 4*h, feedback.Ticket{Status: "solved", OpenedAt: At(30 * time.Minute), ResolvedAt: At(5 * h)})
	closing.ReceivedAt = *At(6 * h)
	put(t, s, closing)
	check("not known yet", 5*h, gauge(1, 1*h, 1*h, "m1"), gauge(2, 3*h, 3*h, "m3"))
	check("resolved", 6*h, gauge(1, 30*time.Minute, 1*h, "m1"), gauge(2, 3*h, 3*h, "m3"), gauge(1, 5*h, 6*h, "m4"))
	// An older state that comes later changes nothing.
	old := message("m5", "a", "t", 7*h, open)
	old.UpdatedAt = At(2 * h)
	put(t, s, old)
	check("old state", 9*h, gauge(1, 30*time.Minute, 1*h, "m1"), gauge(2, 3*h, 3*h, "m3"), gauge(1, 5*h, 6*h, "m4"))
	// Closed without a time, at the moment another one opens.
	closed := message("m3", "a", "", 3*h, feedback.Ticket{Status: "closed"})
	closed.ReceivedAt, closed.UpdatedAt = *At(8 * h), At(8*h)
	put(t, s, closed, message("m6", "a", "", 8*h, open))
	check("one for one", 9*h, gauge(1, 30*time.Minute, 1*h, "m1"), gauge(2, 3*h, 8*h, "m3"), gauge(1, 5*h, 8*h, "m4"), gauge(1, 8*h, 8*h, "m3"))
	// The ticket moves to another account.
	moved := message("m6", "b", "", 8*h, open)
	moved.Payload = [32]byte{1}
	put(t, s, moved)
	check("moved", 9*h, gauge(1, 30*time.Minute, 1*h, "m1"), gauge(2, 3*h, 8*h, "m3"), gauge(1, 5*h, 8*h, "m4"), gauge(0, 8*h, 8*h, "m3"))
}
