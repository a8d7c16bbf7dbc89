package feedback

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/insight"
)

// decimal writes a whole number.
func decimal(n int) string { return strconv.Itoa(n) }

// Loyalty maps customers by what they answered last to the questions for recommendation and for satisfaction, of the records a filter
// means, of those who have not left. An account is one customer; who has no account is one by the customer's id, and is counted but not named.
func (s *Service) Loyalty(ctx context.Context, f Filter, o insight.LoyaltyOptions) (insight.LoyaltyResult, error) {
	gone := map[string]bool{}
	end := f.To
	if end.IsZero() {
		end = s.now()
	}
	if err := s.eachAccount(ctx, func(a Account) error {
		if a.ChurnedAt != nil && !a.ChurnedAt.After(end) {
			gone[a.ID] = true
		}
		return nil
	}); err != nil {
		return insight.LoyaltyResult{}, err
	}
	type answer struct {
		at    time.Time
		count insight.Count
	}
	type customer struct {
		nps  *answer
		csat map[string]*answer
	}
	customers := map[string]*customer{}
	err := s.store.EachMention(ctx, f, func(m *Mention) bool {
		id := m.Account
		if gone[id] {
			return true
		}
		if id == "" {
			if m.Customer == 0 {
				return true
			}
			id = anonymous + strconv.FormatUint(m.Customer, 36)
		}
		for _, sc := range m.Scores {
			if sc.Name != "nps" && sc.Name != "csat" {
				continue
			}
			c := customers[id]
			if c == nil {
				c = &customer{csat: map[string]*answer{}}
				customers[id] = c
			}
			a := &answer{m.At, insight.Count{Value: sc.Value, Min: sc.Min, Max: sc.Max, HighIs: sc.HighIs, N: 1}}
			if sc.Name == "nps" {
				if c.nps == nil || c.nps.at.Before(a.at) {
					c.nps = a
				}
			} else if old := c.csat[m.Touchpoint]; old == nil || old.at.Before(a.at) {
				c.csat[m.Touchpoint] = a
			}
		}
		return true
	})
	if err != nil {
		return insight.LoyaltyResult{}, err
	}
	loyal := make([]insight.Loyal, 0, len(customers))
	for id, c := range customers {
		l := insight.Loyal{ID: id}
		if c.nps != nil {
			l.NPS = &c.nps.count
		}
		for _, a := range c.csat {
			l.CSAT = append(l.CSAT, a.count)
		}
		loyal = append(loyal, l)
	}
	slices.SortFunc(loyal, func(a, b insight.Loyal) int { return cmp.Compare(a.ID, b.ID) })
	r := insight.Loyalty(loyal, o)
	for i := range r.Quadrants { // who has no account has no name to show
		q := &r.Quadrants[i]
		q.Customers = slices.DeleteFunc(q.Customers, func(id string) bool { return strings.HasPrefix(id, anonymous) })
	}
	return r, nil
}

// anonymous begins the names of customers without an account; no id has it.
const anonymous = "\x00"

// Event is something that happened with an account.
type Event struct {
	At         time.Time `json:"at"`
	Kind       string    `json:"kind" enum:"feedback,health,started,churned"`
	ID         string    `json:"id,omitempty"` // of the record
	Source     string    `json:"source,omitempty"`
	Touchpoint string    `json:"touchpoint,omitempty"`
	Latency    *float64  `json:"latency_hours,omitempty"` // from what was rated to the rating
	Text       string    `json:"text,omitempty"`          // the beginning
	Sentiment  string    `json:"sentiment,omitempty"`
	Topics     []string  `json:"topics,omitempty"`
	Scores     Scores    `json:"scores,omitempty"`
	Ticket     string    `json:"ticket,omitempty"` // status
	Score      *float64  `json:"score,omitempty"`  // health
	Grade      string    `json:"grade,omitempty"`
}

// Scores are the scores of a record by name, as sent.
type Scores map[string]Score

// Timeline is what happened with an account in a period, and which way its satisfaction goes.
type Timeline struct {
	Account Account               `json:"account"`
	CSAT    []TimelinePoint       `json:"csat"` // by month
	Trend   insight.TimelineTrend `json:"trend"`
	Events  []Event               `json:"events"` // latest first
}

// TimelinePoint is the satisfaction of a month.
type TimelinePoint struct {
	Period string `json:"period"`
	insight.CSATResult
}

// Timeline tells what happened with an account, at most limit events, the latest first. An unknown account is CodeNotFound.
func (s *Service) Timeline(ctx context.Context, account string, from, to time.Time, limit int) (Timeline, error) {
	t := Timeline{CSAT: []TimelinePoint{}, Events: []Event{}}
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return t, err
	}
	t.Account = a
	if to.IsZero() {
		to = s.now()
	}
	f := Filter{Account: []string{account}, From: from, To: to}
	months, err := s.CSAT(ctx, TallyQuery{Metric: "csat", Filter: f, Period: "month", Zone: s.zone})
	if err != nil {
		return t, err
	}
	for _, m := range months {
		t.CSAT = append(t.CSAT, TimelinePoint{m.Period, m.Result})
	}
	var answers []insight.TimelineAnswer
	err = s.store.Select(ctx, f, func(r *Record) error {
		l := r.Labels()
		e := Event{At: *r.CollectedAt, Kind: "feedback", ID: r.ID, Source: r.Source, Touchpoint: r.Touchpoint, Text: excerpt(r), Scores: r.Scores}
		if r.Text != "" || r.Title != "" {
			e.Sentiment = l.Sentiment
		}
		for topic := range l.Topics {
			e.Topics = append(e.Topics, topic)
		}
		slices.Sort(e.Topics)
		if r.EventAt != nil {
			hours := r.CollectedAt.Sub(*r.EventAt).Hours()
			e.Latency = &hours
		}
		if r.Ticket != nil {
			e.Ticket = r.Ticket.Status
		}
		if sc, ok := r.Scores["csat"]; ok {
			answers = append(answers, insight.TimelineAnswer{Day: float64(r.CollectedAt.Unix()) / 86400, Unit: sc.Unit()})
		}
		t.Events = append(t.Events, e)
		return nil
	})
	if err != nil {
		return t, err
	}
	first := from
	if first.IsZero() {
		first = time.Unix(0, 0)
	}
	history, err := s.store.Snapshots(ctx, account, first.In(s.zone).Format(time.DateOnly), to.In(s.zone).Format(time.DateOnly))
	if err != nil {
		return t, err
	}
	for i, h := range history {
		if i == 0 || h.Grade != history[i-1].Grade { // where the grade changes, not every day
			score := h.Score
			t.Events = append(t.Events, Event{At: h.At, Kind: "health", Score: &score, Grade: h.Grade})
		}
	}
	for kind, at := range map[string]*time.Time{"started": a.StartedAt, "churned": a.ChurnedAt} {
		if at != nil && !at.Before(first) && at.Before(to) {
			t.Events = append(t.Events, Event{At: *at, Kind: kind})
		}
	}
	slices.SortStableFunc(t.Events, func(a, b Event) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	t.Events = t.Events[:min(limit, len(t.Events))]
	t.Trend = insight.TrendOf(answers)
	return t, nil
}
