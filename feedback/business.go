package feedback

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/health"
	"github.com/thau-cx/thau/insight"
)

// The signals that business figures are made of.
const (
	signalRevenue     = "revenue"
	signalOrders      = "orders"
	signalOutOfPolicy = "out_of_policy_orders"
	signalCost        = "cost"
	signalSupportCost = "support_cost"
	signalProducts    = "products_used"
	signalSuitable    = "products_suitable"
	signalRenewals    = "renewals"
	signalUpsells     = "upsells"
	signalCrossSells  = "cross_sells"
)

// BusinessQuery asks for business figures of a period, by group and by period within it.
type BusinessQuery struct {
	From, To   time.Time // zero To means now, zero From a year before
	By         string    // "account", "attr.<name>" or empty
	Period     string    // "month" or empty
	Attributes map[string][]string
}

// month is a mean one, in hours.
const month = 365.25 / 12 * 24

// Business computes churn, lifetime value, deal size, support cost, profit, complaints per revenue, products used and orders out of policy,
// sorted by group and period.
func (s *Service) Business(ctx context.Context, q BusinessQuery) ([]Grouped[insight.Business], error) {
	if q.To.IsZero() {
		q.To = s.now()
	}
	if q.From.IsZero() {
		q.From = q.To.AddDate(-1, 0, 0)
	}
	attribute, byAttribute := strings.CutPrefix(q.By, "attr.")
	switch {
	case q.By != "" && q.By != "account" && (!byAttribute || attribute == ""):
		return nil, Errorf(CodeInvalid, "by", "%s is none of account, attr.NAME", quote(q.By))
	case q.Period != "" && q.Period != "month":
		return nil, Errorf(CodeInvalid, "period", "%s is not month", quote(q.Period))
	case !q.From.Before(q.To):
		return nil, Errorf(CodeInvalid, "to", "does not lie after from")
	}
	periods := s.months(q.From, q.To, q.Period != "")
	type key struct{ group, period string }
	books := map[key]*insight.Book{}
	groupOf := map[string]string{} // by account
	book := func(k key) *insight.Book {
		if books[k] == nil {
			books[k] = &insight.Book{Causes: map[string]int{}}
		}
		return books[k]
	}
	err := s.eachAccount(ctx, func(a Account) error {
		if !hasAttributes(a, q.Attributes) {
			return nil
		}
		group := ""
		switch {
		case q.By == "account":
			group = a.ID
		case byAttribute:
			group = a.Attributes[attribute]
		}
		groupOf[a.ID] = group
		for _, p := range periods {
			countAccount(book(key{group, p.name}), a, p)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	lq := LedgerQuery{Names: []string{signalRevenue, signalOrders, signalOutOfPolicy, signalCost, signalSupportCost, signalProducts, signalSuitable, signalRenewals, signalUpsells, signalCrossSells}, From: q.From, To: q.To, Period: q.Period, Zone: s.zone}
	entries, err := s.store.Ledger(ctx, lq)
	if err != nil {
		return nil, err
	}
	type productKey struct{ account, period string }
	used, suitable := map[productKey]float64{}, map[productKey]float64{}
	for _, e := range entries {
		group, ok := groupOf[e.Account]
		if !ok {
			continue
		}
		b := book(key{group, e.Period})
		switch e.Name {
		case signalRevenue:
			b.Revenue, b.HasRevenue = b.Revenue+e.Sum, true
		case signalOrders:
			b.Orders, b.HasOrders = b.Orders+e.Sum, true
		case signalOutOfPolicy:
			b.OutOfPolicy, b.HasOutOfPolicy = b.OutOfPolicy+e.Sum, true
		case signalCost:
			b.Cost, b.HasCost = b.Cost+e.Sum, true
		case signalSupportCost:
			b.SupportCost, b.HasSupportCost = b.SupportCost+e.Sum, true
		case signalProducts:
			used[productKey{e.Account, e.Period}] = e.Last
			b.Products = append(b.Products, e.Last)
		case signalRenewals:
			b.Renewals, b.HasExpansion = b.Renewals+e.Sum, true
		case signalUpsells:
			b.Upsells, b.HasExpansion = b.Upsells+e.Sum, true
		case signalCrossSells:
			b.CrossSells, b.HasExpansion = b.CrossSells+e.Sum, true
		case signalSuitable:
			suitable[productKey{e.Account, e.Period}] = e.Last
		}
	}
	for k, of := range suitable {
		if n, ok := used[k]; ok && of > 0 {
			b := book(key{groupOf[k.account], k.period})
			b.Adoptions = append(b.Adoptions, min(n/of, 1))
		}
	}
	err = s.store.EachMention(ctx, Filter{Intent: []string{"complaint"}, From: q.From, To: q.To}, func(m *Mention) bool {
		group, ok := groupOf[m.Account]
		if !ok {
			return true
		}
		for _, p := range periods {
			if !m.At.Before(p.from) && m.At.Before(p.to) {
				b := book(key{group, p.name})
				b.Complaints++
				b.Causes[insight.CauseOf(m.Topics, m.Tags)]++
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	out := make([]Grouped[insight.Business], 0, len(books))
	for k, b := range books {
		slices.Sort(b.Products) // maps give no order, and sums depend on it
		slices.Sort(b.Adoptions)
		out = append(out, Grouped[insight.Business]{Group: k.group, Period: k.period, Result: b.Compute(0)})
	}
	if len(out) == 0 && q.By == "" && q.Period == "" {
		out = append(out, Grouped[insight.Business]{Result: insight.Book{}.Compute(0)})
	}
	slices.SortFunc(out, func(a, b Grouped[insight.Business]) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Period, b.Period))
	})
	return out, nil
}

// span is a period with its name.
type span struct {
	name     string
	from, to time.Time
}

// months gives the months of a span in the workspace's zone, cut to it, or the span as one.
func (s *Service) months(from, to time.Time, apart bool) []span {
	if !apart {
		return []span{{"", from, to}}
	}
	var out []span
	y, m, _ := from.In(s.zone).Date()
	for first := time.Date(y, m, 1, 0, 0, 0, 0, s.zone); first.Before(to); first = first.AddDate(0, 1, 0) {
		p := span{first.Format(time.DateOnly), first, first.AddDate(0, 1, 0)}
		if p.from.Before(from) {
			p.from = from
		}
		if p.to.After(to) {
			p.to = to
		}
		out = append(out, p)
	}
	return out
}

// countAccount counts an account into the book of a period. An account without a beginning was always there.
func countAccount(b *insight.Book, a Account, p span) {
	start, end := p.from, p.to
	if a.StartedAt != nil && a.StartedAt.After(start) {
		start = *a.StartedAt
	}
	if a.ChurnedAt != nil && a.ChurnedAt.Before(end) {
		end = *a.ChurnedAt
	}
	b.Months = p.to.Sub(p.from).Hours() / month
	if !start.Before(end) {
		return
	}
	b.Accounts++
	b.Watched += end.Sub(start).Hours() / month
	lost := a.ChurnedAt != nil && a.ChurnedAt.Before(p.to)
	switch acquired := a.StartedAt != nil && a.StartedAt.After(p.from); {
	case acquired:
		b.Acquired++
		if lost {
			b.LostAcquired++
		}
	default:
		b.AtStart++
		if lost {
			b.Lost++
		}
	}
}

// PayoffQuery asks what goes with leaving and with revenue.
type PayoffQuery struct {
	By         string        // "nps", "health", "topic:<id>" or "attr.<name>"
	End        time.Time     // zero means now
	Horizon    time.Duration // watched; before it the bands are taken
	Attributes map[string][]string
}

// means tells whether an account has the attributes asked for.
func (q *PayoffQuery) means(a Account) bool { return hasAttributes(a, q.Attributes) }

// hasAttributes tells whether an account has one of the values of every attribute.
func hasAttributes(a Account, attributes map[string][]string) bool {
	for name, values := range attributes {
		if !slices.Contains(values, a.Attributes[name]) {
			return false
		}
	}
	return true
}

// Payoff sets the bands that accounts were in at a moment, by what was known then, against what came of them within the horizon after it.
func (s *Service) Payoff(ctx context.Context, q PayoffQuery) (insight.Payoff, error) {
	if q.End.IsZero() {
		q.End = s.now()
	}
	start := q.End.Add(-q.Horizon).UTC()
	bands, reference, step, band, err := s.bands(ctx, q, start)
	if err != nil {
		return insight.Payoff{}, err
	}
	revenue := func(from, to time.Time) (map[string]float64, error) {
		entries, err := s.store.Ledger(ctx, LedgerQuery{Names: []string{signalRevenue}, From: from, To: to})
		out := map[string]float64{}
		for _, e := range entries {
			out[e.Account] = e.Sum
		}
		return out, err
	}
	before, err := revenue(start.Add(-q.Horizon), start)
	if err != nil {
		return insight.Payoff{}, err
	}
	after, err := revenue(start, q.End)
	if err != nil {
		return insight.Payoff{}, err
	}
	var watched []insight.Watched
	seen := map[string]bool{}
	err = s.eachAccount(ctx, func(a Account) error {
		if !q.means(a) || !a.thereAt(start) {
			return nil
		}
		name, score, ok, err := band(a)
		if err != nil || !ok {
			return err
		}
		w := insight.Watched{Band: name, Score: score, Days: q.Horizon.Hours() / 24, Before: before[a.ID], After: after[a.ID]}
		if a.ChurnedAt != nil && a.ChurnedAt.Before(q.End) {
			w.Left, w.Days = true, a.ChurnedAt.Sub(start).Hours()/24
		}
		seen[name] = true
		watched = append(watched, w)
		return nil
	})
	if err != nil {
		return insight.Payoff{}, err
	}
	if bands == nil { // the values of an attribute
		for name := range seen {
			bands = append(bands, name)
		}
		slices.Sort(bands)
	}
	return insight.MeasurePayoff(watched, bands, reference, step, q.Horizon.Hours()/24), nil
}

// bands gives the bands of a payoff, the best first, the one that the others are compared with, the step of its score, and the function
// that finds an account's.
func (s *Service) bands(ctx context.Context, q PayoffQuery, start time.Time) (bands []string, reference string, step float64, band func(Account) (string, *float64, bool, error), err error) {
	switch topic, isTopic := strings.CutPrefix(q.By, "topic:"); {
	case q.By == "nps":
		last, err := s.lastNPS(ctx, start)
		return insight.NPSBands(), "promoters", 1, func(a Account) (string, *float64, bool, error) {
			c, ok := last[a.ID]
			if !ok {
				return "", nil, false, nil
			}
			name, ok := insight.BandOfNPS(c)
			value := c.Value
			return name, &value, ok, nil
		}, err
	case q.By == "health":
		policy, _, err := s.Policy(ctx)
		if err != nil {
			return nil, "", 0, nil, err
		}
		for _, g := range policy.Grades() {
			bands = append(bands, g.Name)
		}
		type graded struct {
			grade string
			score float64
		}
		known := map[string]graded{}
		err = s.eachScored(ctx, policy, start, q.means, func(a Account, r health.Report) {
			if r.Sufficient {
				known[a.ID] = graded{r.Grade, r.Score}
			}
		})
		return bands, "", 10, func(a Account) (string, *float64, bool, error) {
			g, ok := known[a.ID]
			return g.grade, &g.score, ok, nil
		}, err
	case isTopic && topic != "":
		mentioned := map[string]bool{}
		err := s.store.EachMention(ctx, Filter{Topic: []string{topic}, From: start.Add(-q.Horizon), To: start}, func(m *Mention) bool {
			mentioned[m.Account] = true
			return true
		})
		return []string{"not mentioned", "mentioned"}, "not mentioned", 0, func(a Account) (string, *float64, bool, error) {
			if mentioned[a.ID] {
				return "mentioned", nil, true, nil
			}
			return "not mentioned", nil, true, nil
		}, err
	}
	if name, ok := strings.CutPrefix(q.By, "attr."); ok && name != "" {
		return nil, "", 0, func(a Account) (string, *float64, bool, error) {
			return a.Attributes[name], nil, a.Attributes[name] != "", nil
		}, nil
	}
	return nil, "", 0, nil, Errorf(CodeInvalid, "by", "%s is none of nps, health, topic:ID, attr.NAME", quote(q.By))
}

// lastNPS gives the last NPS answer of accounts before a moment.
func (s *Service) lastNPS(ctx context.Context, before time.Time) (map[string]insight.Count, error) {
	at := map[string]time.Time{}
	out := map[string]insight.Count{}
	err := s.store.EachMention(ctx, Filter{To: before}, func(m *Mention) bool {
		for _, sc := range m.Scores {
			if sc.Name == "nps" && m.Account != "" && !m.At.Before(at[m.Account]) {
				at[m.Account] = m.At
				out[m.Account] = insight.Count{Value: sc.Value, Min: sc.Min, Max: sc.Max, HighIs: sc.HighIs, N: 1}
			}
		}
		return true
	})
	return out, err
}
