package feedback

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/insight"
)

// PortfolioQuery asks for the accounts of a portfolio. Values of one field are alternatives; different fields must all hold.
type PortfolioQuery struct {
	Grade      []string // "none" means no grade
	Warning    []string
	Attributes map[string][]string
	Min, Max   *float64 // of the score
	Churned    bool     // those who left too
	Sort       string   // one of PortfolioSorts, with "-" before it the other way round; "" means score, the worst first
	Limit      int      // 0 means 50
	Offset     int
}

// PortfolioSorts are what a portfolio can be sorted by.
func PortfolioSorts() []string {
	return []string{"score", "change", "value", "opportunity", "coverage", "slope", "name"}
}

// Portfolio is one page of accounts with what all that match come to.
type Portfolio struct {
	Items   []PortfolioItem `json:"items"`
	Total   int             `json:"total"`
	Next    string          `json:"next,omitempty"` // offset of the next page
	Pending int             `json:"pending"`        // accounts of which something has changed that is not computed yet
	Summary Spread          `json:"summary"`        // of all that match
}

// PortfolioItem is an account of a portfolio.
type PortfolioItem struct {
	Standing
	Risk        float64 `json:"risk"`        // of leaving, (100 − score)/100: a rank, no probability
	Opportunity float64 `json:"opportunity"` // value × risk × room to improve
}

// Spread is how the health of accounts is spread.
type Spread struct {
	N         int            `json:"n"`    // with a grade
	Mean      float64        `json:"mean"` // of those
	Low       float64        `json:"low"`  // 95 %
	High      float64        `json:"high"`
	Grades    map[string]int `json:"grades"`    // "none" where too little is known
	Histogram [10]int        `json:"histogram"` // by tens of the score, of those with a grade
	Falling   int            `json:"falling"`   // trend down
	Rising    int            `json:"rising"`
	Value     float64        `json:"value"`         // revenue of a year
	AtRisk    float64        `json:"value_at_risk"` // of those in the worse half of the grades
}

// freshen is how many accounts are computed before a portfolio answers: what takes half a second.
const freshen = 500

// Portfolio gives a page of accounts as their health was computed last; up to five hundred of which something has changed since are
// computed before.
func (s *Service) Portfolio(ctx context.Context, q PortfolioQuery) (Portfolio, error) {
	items, pending, err := s.standings(ctx, q)
	if err != nil {
		return Portfolio{}, err
	}
	p := Portfolio{Total: len(items), Pending: pending, Items: []PortfolioItem{}}
	if p.Summary, err = s.spread(ctx, items); err != nil {
		return p, err
	}
	if err := sortPortfolio(items, q.Sort); err != nil {
		return p, err
	}
	limit := q.Limit
	if limit == 0 {
		limit = 50
	}
	if q.Offset < len(items) {
		end := min(q.Offset+limit, len(items))
		p.Items = items[q.Offset:end]
		if end < len(items) {
			p.Next = decimal(end)
		}
	}
	return p, nil
}

// standings gives the accounts a query means.
func (s *Service) standings(ctx context.Context, q PortfolioQuery) (items []PortfolioItem, pending int, err error) {
	if _, pending, err = s.RefreshHealth(ctx, freshen); err != nil {
		return nil, 0, err
	}
	now := s.now()
	err = s.store.EachStanding(ctx, func(st *Standing) error {
		if q.matches(st, now) {
			room := min(st.Lost/50, 1)
			risk := (100 - st.Score) / 100
			items = append(items, PortfolioItem{Standing: *st, Risk: risk, Opportunity: max(st.Value, 0) * risk * room})
		}
		return nil
	})
	return items, pending, err
}

func (q *PortfolioQuery) matches(st *Standing, now time.Time) bool {
	grade := cmp.Or(st.Grade, "none")
	switch {
	case !q.Churned && st.Account.ChurnedAt != nil && !st.Account.ChurnedAt.After(now),
		len(q.Grade) > 0 && !slices.Contains(q.Grade, grade),
		q.Min != nil && st.Score < *q.Min, q.Max != nil && st.Score > *q.Max,
		len(q.Warning) > 0 && !slices.ContainsFunc(q.Warning, func(w string) bool { return slices.Contains(st.Warnings, w) }):
		return false
	}
	return hasAttributes(st.Account, q.Attributes)
}

func sortPortfolio(items []PortfolioItem, by string) error {
	name, reverse := strings.CutPrefix(by, "-")
	keys := map[string]func(a, b *PortfolioItem) int{
		"":            func(a, b *PortfolioItem) int { return cmp.Compare(a.Score, b.Score) },
		"score":       func(a, b *PortfolioItem) int { return cmp.Compare(a.Score, b.Score) },
		"change":      func(a, b *PortfolioItem) int { return cmp.Compare(a.Change, b.Change) },
		"value":       func(a, b *PortfolioItem) int { return cmp.Compare(a.Value, b.Value) },
		"opportunity": func(a, b *PortfolioItem) int { return cmp.Compare(a.Opportunity, b.Opportunity) },
		"coverage":    func(a, b *PortfolioItem) int { return cmp.Compare(a.Coverage, b.Coverage) },
		"slope":       func(a, b *PortfolioItem) int { return cmp.Compare(a.Slope, b.Slope) },
		"name":        func(a, b *PortfolioItem) int { return cmp.Compare(a.Account.Name, b.Account.Name) },
	}
	key, ok := keys[name]
	if !ok {
		return Errorf(CodeInvalid, "sort", "%s is none of %s, with or without - before it", quote(by), strings.Join(PortfolioSorts(), ", "))
	}
	slices.SortStableFunc(items, func(a, b PortfolioItem) int {
		c := key(&a, &b)
		if reverse {
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.Account.ID, b.Account.ID))
	})
	return nil
}

// spread sums accounts up.
func (s *Service) spread(ctx context.Context, items []PortfolioItem) (Spread, error) {
	policy, _, err := s.Policy(ctx)
	if err != nil {
		return Spread{}, err
	}
	names := []string{}
	for _, g := range policy.Grades() {
		names = append(names, g.Name)
	}
	sp := Spread{Grades: map[string]int{}}
	var scores []float64
	for i := range items {
		st := &items[i]
		sp.Grades[cmp.Or(st.Grade, "none")]++
		sp.Value += st.Value
		switch st.Trend {
		case "down":
			sp.Falling++
		case "up":
			sp.Rising++
		}
		if st.Grade == "" {
			continue
		}
		scores = append(scores, st.Score)
		sp.Histogram[min(int(st.Score/10), 9)]++
		if i := slices.Index(names, st.Grade); i >= (len(names)+1)/2 {
			sp.AtRisk += st.Value
		}
	}
	sp.N = len(scores)
	sp.Mean, sp.Low, sp.High = insight.MeanScore(scores)
	return sp, nil
}

// HealthBySegment sums accounts up by the values of an attribute, largest segment first; accounts without it are in "".
func (s *Service) HealthBySegment(ctx context.Context, q PortfolioQuery, attribute string) ([]Grouped[Spread], error) {
	items, _, err := s.standings(ctx, q)
	if err != nil {
		return nil, err
	}
	groups := map[string][]PortfolioItem{}
	for _, it := range items {
		value := it.Account.Attributes[attribute]
		groups[value] = append(groups[value], it)
	}
	out := []Grouped[Spread]{}
	for value, of := range groups {
		sp, err := s.spread(ctx, of)
		if err != nil {
			return nil, err
		}
		out = append(out, Grouped[Spread]{Group: value, Result: sp})
	}
	slices.SortFunc(out, func(a, b Grouped[Spread]) int {
		return cmp.Or(cmp.Compare(len(groups[b.Group]), len(groups[a.Group])), cmp.Compare(a.Group, b.Group))
	})
	return out, nil
}

// Movers are the accounts whose score moved most in thirty days.
type Movers struct {
	Up   []PortfolioItem `json:"up"` // most first
	Down []PortfolioItem `json:"down"`
}

// Movers gives at most limit accounts a direction that moved by a point or more.
func (s *Service) Movers(ctx context.Context, q PortfolioQuery, limit int) (Movers, error) {
	items, _, err := s.standings(ctx, q)
	if err != nil {
		return Movers{}, err
	}
	m := Movers{Up: []PortfolioItem{}, Down: []PortfolioItem{}}
	if err := sortPortfolio(items, "change"); err != nil {
		return m, err
	}
	for i := range items {
		if down := &items[i]; down.Change <= -1 && len(m.Down) < limit {
			m.Down = append(m.Down, *down)
		}
		if up := &items[len(items)-1-i]; up.Change >= 1 && len(m.Up) < limit {
			m.Up = append(m.Up, *up)
		}
	}
	return m, nil
}

// The cadence of NPS surveys (requirement R6): soon after an account has begun, then twice a year.
const (
	firstSurvey = 3 * 24 * time.Hour
	nextSurvey  = 180 * 24 * time.Hour
)

// Survey is an account that is due to be asked for its NPS.
type Survey struct {
	Account Account    `json:"account"`
	AskedAt *time.Time `json:"asked_at,omitempty"` // of the last answer
	DueAt   time.Time  `json:"due_at"`
	Days    int        `json:"days_overdue"`
	Reason  string     `json:"reason" enum:"onboarded,half_year"`
}

// SurveysDue gives the accounts that are due to be asked at a moment, the longest overdue first: three days after they began, then 180
// days after their last answer. The zero moment is now.
func (s *Service) SurveysDue(ctx context.Context, at time.Time) ([]Survey, error) {
	if at.IsZero() {
		at = s.now()
	}
	asked := map[string]time.Time{}
	if err := s.store.EachMention(ctx, Filter{To: at}, func(m *Mention) bool {
		for _, sc := range m.Scores {
			if sc.Name == "nps" && m.Account != "" && m.At.After(asked[m.Account]) {
				asked[m.Account] = m.At
			}
		}
		return true
	}); err != nil {
		return nil, err
	}
	out := []Survey{}
	err := s.eachAccount(ctx, func(a Account) error {
		if a.ChurnedAt != nil && !a.ChurnedAt.After(at) {
			return nil
		}
		due := Survey{Account: a, Reason: "onboarded"}
		if last, ok := asked[a.ID]; ok {
			due.AskedAt, due.DueAt, due.Reason = &last, last.Add(nextSurvey), "half_year"
		} else if a.StartedAt != nil {
			due.DueAt = a.StartedAt.Add(firstSurvey)
		} else {
			due.DueAt = a.CreatedAt.Add(firstSurvey)
		}
		if !due.DueAt.After(at) {
			due.Days = int(math.Floor(at.Sub(due.DueAt).Hours() / 24))
			out = append(out, due)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Survey) int { return a.DueAt.Compare(b.DueAt) })
	return out, err
}
