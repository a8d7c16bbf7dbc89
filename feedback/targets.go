package feedback

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/insight"
)

// TargetMetrics are the figures a target can be set for.
func TargetMetrics() []string {
	return []string{"nps", "csat", "ces", "sentiment", "rating", "health", "churn", "clv", "deal_size", "support_cost", "profit", "cpr", "npu", "opo"}
}

// The directions of targets.
const (
	AtLeast = "at_least"
	AtMost  = "at_most"
)

// TargetStanding is how a target stands.
type TargetStanding struct {
	Target
	Actual *float64 `json:"actual,omitempty"` // absent where nothing is known
	Low    *float64 `json:"low,omitempty"`
	High   *float64 `json:"high,omitempty"`
	N      int      `json:"n"`
	Status string   `json:"status" enum:"met,missed,open,unknown"` // open: the interval holds the goal, so that chance may decide
}

// PutTarget sets a target, in place of the one with its id.
func (s *Service) PutTarget(ctx context.Context, t Target) (Target, error) {
	t.SetAt = s.now().UTC().Truncate(time.Millisecond)
	var faults []*Error
	if msg := CheckID(t.ID); msg != "" {
		faults = append(faults, Errorf(CodeInvalid, "id", "%s", msg))
	}
	if !slices.Contains(TargetMetrics(), t.Metric) {
		faults = append(faults, Errorf(CodeInvalid, "metric", "%s is none of %s", quote(t.Metric), strings.Join(TargetMetrics(), ", ")))
	}
	if t.Direction == "" {
		t.Direction = AtLeast
		if slices.Contains([]string{"churn", "support_cost", "cpr", "opo"}, t.Metric) { // of which less is better
			t.Direction = AtMost
		}
	}
	if t.Direction != AtLeast && t.Direction != AtMost {
		faults = append(faults, Errorf(CodeInvalid, "direction", "%s is none of at_least, at_most", quote(t.Direction)))
	}
	if math.IsNaN(t.Goal) || math.IsInf(t.Goal, 0) {
		faults = append(faults, Errorf(CodeInvalid, "goal", "is not a number"))
	}
	if (t.Attribute == "") != (t.Value == "") {
		faults = append(faults, Errorf(CodeInvalid, "attribute", "and value go together"))
	}
	for field, text := range map[string]string{"owner": t.Owner, "attribute": t.Attribute, "value": t.Value, "by": t.By} {
		if len(text) > MaxLabel {
			faults = append(faults, Errorf(CodeTooLarge, field, "takes at most %d bytes", MaxLabel))
		}
	}
	if t.From != nil && t.To != nil && !t.From.Before(*t.To) {
		faults = append(faults, Errorf(CodeInvalid, "to", "does not lie after from"))
	}
	if len(faults) > 0 {
		return t, Join(faults)
	}
	return t, s.store.PutTarget(ctx, t)
}

// DeleteTarget removes a target, or CodeNotFound.
func (s *Service) DeleteTarget(ctx context.Context, id string) error {
	return s.store.DeleteTarget(ctx, id)
}

// Targets gives every target with how it stands, of one owner where one is given.
func (s *Service) Targets(ctx context.Context, owner string) ([]TargetStanding, error) {
	targets, err := s.store.Targets(ctx)
	if err != nil {
		return nil, err
	}
	out := []TargetStanding{}
	for _, t := range targets {
		if owner != "" && t.Owner != owner {
			continue
		}
		st, err := s.target(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, st)
	}
	return out, nil
}

// target measures one target.
func (s *Service) target(ctx context.Context, t Target) (TargetStanding, error) {
	st := TargetStanding{Target: t, Status: "unknown"}
	var f Filter
	var attributes map[string][]string
	if t.Attribute != "" {
		attributes = map[string][]string{t.Attribute: {t.Value}}
		f.Attributes = attributes
	}
	if t.From != nil {
		f.From = *t.From
	}
	if t.To != nil {
		f.To = *t.To
	}
	say := func(actual, low, high float64, n int) {
		if n > 0 {
			st.Actual, st.Low, st.High, st.N = &actual, &low, &high, n
		}
	}
	q := TallyQuery{Metric: t.Metric, Filter: f, Zone: s.zone}
	switch t.Metric {
	case "nps":
		g, err := s.NPS(ctx, q)
		if err != nil {
			return st, err
		}
		say(g[0].Result.NPS, g[0].Result.Low, g[0].Result.High, g[0].Result.N)
	case "csat":
		g, err := s.CSAT(ctx, q)
		if err != nil {
			return st, err
		}
		say(g[0].Result.CSAT, g[0].Result.Low, g[0].Result.High, g[0].Result.N)
	case "ces":
		g, err := s.CES(ctx, q)
		if err != nil {
			return st, err
		}
		say(g[0].Result.CES, g[0].Result.Low, g[0].Result.High, g[0].Result.N)
	case "sentiment":
		g, err := s.Sentiment(ctx, q)
		if err != nil {
			return st, err
		}
		say(g[0].Result.Sentiment, g[0].Result.Low, g[0].Result.High, g[0].Result.N)
	case "rating":
		g, err := s.Rating(ctx, q)
		if err != nil {
			return st, err
		}
		say(g[0].Result.Rating, g[0].Result.Low, g[0].Result.High, g[0].Result.N)
	case "health":
		items, _, err := s.standings(ctx, PortfolioQuery{Attributes: attributes})
		if err != nil {
			return st, err
		}
		sp, err := s.spread(ctx, items)
		if err != nil {
			return st, err
		}
		say(sp.Mean, sp.Low, sp.High, sp.N)
	default:
		g, err := s.Business(ctx, BusinessQuery{From: f.From, To: f.To, Attributes: attributes})
		if err != nil {
			return st, err
		}
		if len(g) > 0 {
			actual, low, high, n := businessFigure(g[0].Result, t.Metric)
			say(actual, low, high, n)
		}
	}
	if st.Actual == nil {
		return st, nil
	}
	met := func(v float64) bool {
		return t.Direction == AtLeast && v >= t.Goal || t.Direction == AtMost && v <= t.Goal
	}
	switch {
	case met(*st.Low) && met(*st.High):
		st.Status = "met"
	case !met(*st.Low) && !met(*st.High):
		st.Status = "missed"
	default:
		st.Status = "open"
	}
	if *st.High == math.MaxFloat64 { // no bound
		st.High = nil
	}
	return st, nil
}

// businessFigure gives one figure of a business; n is 0 where it is not known. A figure that was counted rather than sampled is its own
// interval.
func businessFigure(b insight.Business, metric string) (actual, low, high float64, n int) {
	whole := func(v *float64) (float64, float64, float64, int) {
		if v == nil {
			return 0, 0, 0, 0
		}
		return *v, *v, *v, b.Accounts
	}
	switch metric {
	case "churn":
		return b.Churn.Rate, b.Churn.Low, b.Churn.High, b.Churn.AtStart
	case "clv":
		if b.CLV != nil {
			high := b.CLV.High
			if b.CLV.AtLeast {
				high = math.MaxFloat64
			}
			return b.CLV.CLV, b.CLV.Low, high, b.Accounts
		}
	case "deal_size":
		return whole(b.DealSize)
	case "support_cost":
		return whole(b.SupportCost)
	case "profit":
		return whole(b.Profit)
	case "cpr":
		if b.CPR != nil {
			return b.CPR.CPR, b.CPR.Low, b.CPR.High, b.Accounts
		}
	case "npu":
		if b.NPU != nil {
			return b.NPU.Mean, b.NPU.Low, b.NPU.High, b.NPU.N
		}
	case "opo":
		if b.OPO != nil {
			return b.OPO.Share, b.OPO.Low, b.OPO.High, b.Accounts
		}
	}
	return 0, 0, 0, 0
}
