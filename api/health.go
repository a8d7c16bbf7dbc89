package api

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
	"github.com/thau-cx/thau/insight"
)

type healthInput struct {
	ByID
	At string `query:"at" doc:"a moment (2026-01-31T09:00:00+07:00), or a day in the workspace's time zone, which means its end; now where absent"`
}

type healthOutput struct {
	Body health.Report
}

// getHealth answers GET /v1/accounts/{id}/health.
func (s *server) getHealth(ctx context.Context, in *healthInput) (*healthOutput, error) {
	at, fault := s.endOf("at", in.At)
	if fault != nil {
		return nil, fault
	}
	report, err := s.service.Health(ctx, in.ID, at)
	if err != nil {
		return nil, err
	}
	return &healthOutput{report}, nil
}

// endOf reads a moment, or the end of a day.
func (s *server) endOf(name, value string) (time.Time, *feedback.Error) {
	at, fault := moment(name, value, s.service.Zone())
	if fault == nil && len(value) == len(time.DateOnly) {
		at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	return at, fault
}

// Period are the parameters of a period.
type Period struct {
	From string `query:"from" doc:"at or after: a day in the workspace's time zone (2026-01-31) or a moment"`
	To   string `query:"to" doc:"before: a day or a moment, itself not included; now where absent"`
}

func (p *Period) read(zone *time.Location) (from, to time.Time, err error) {
	var faults []*feedback.Error
	from, fault := moment("from", p.From, zone)
	if fault != nil {
		faults = append(faults, fault)
	}
	to, fault = moment("to", p.To, zone)
	if fault != nil {
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return from, to, feedback.Join(faults)
	}
	return from, to, nil
}

type historyInput struct {
	ByID
	From string `query:"from" format:"date" doc:"first day; a year before the last where absent"`
	To   string `query:"to" format:"date" doc:"last day, itself included; today where absent"`
}

// SnapshotList is what was computed for an account, oldest first.
type SnapshotList struct {
	Items []feedback.Snapshot `json:"items"`
}

type historyOutput struct {
	Body SnapshotList
}

// getHistory answers GET /v1/accounts/{id}/health/history.
func (s *server) getHistory(ctx context.Context, in *historyInput) (*historyOutput, error) {
	items, err := s.service.History(ctx, in.ID, in.From, in.To)
	if err != nil {
		return nil, err
	}
	return &historyOutput{SnapshotList{list(items)}}, nil
}

// list gives an empty list for none.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

type timelineInput struct {
	ByID
	Period
	Limit int `query:"limit" minimum:"1" maximum:"1000" doc:"events; 200 where absent"`
}

type timelineOutput struct {
	Body feedback.Timeline
}

// getTimeline answers GET /v1/accounts/{id}/timeline.
func (s *server) getTimeline(ctx context.Context, in *timelineInput) (*timelineOutput, error) {
	from, to, err := in.read(s.service.Zone())
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = 200
	}
	timeline, err := s.service.Timeline(ctx, in.ID, from, to, in.Limit)
	if err != nil {
		return nil, err
	}
	return &timelineOutput{timeline}, nil
}

// OverrideRequest is what a person says of an account's score.
type OverrideRequest struct {
	Kind      string     `json:"kind" enum:"value,floor,ceiling"`
	Value     *float64   `json:"value,omitempty" doc:"0 to 100"`
	Reason    string     `json:"reason"`
	Author    string     `json:"author"`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"90 days from now where absent"`
}

type overrideInput struct {
	ByID
	JSON[OverrideRequest]
}

type overrideOutput struct {
	Body health.Override
}

// putOverride answers PUT /v1/accounts/{id}/health/override.
func (s *server) putOverride(ctx context.Context, in *overrideInput) (*overrideOutput, error) {
	r := in.value
	if r.Value == nil {
		return nil, feedback.Errorf(feedback.CodeInvalid, "value", "is missing")
	}
	o := health.Override{Kind: r.Kind, Value: *r.Value, Reason: r.Reason, Author: r.Author}
	if r.ExpiresAt != nil {
		o.ExpiresAt = *r.ExpiresAt
	}
	o, err := s.service.Override(ctx, in.ID, o)
	if err != nil {
		return nil, err
	}
	return &overrideOutput{o}, nil
}

// deleteOverride answers DELETE /v1/accounts/{id}/health/override.
func (s *server) deleteOverride(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.service.EndOverride(ctx, in.ID)
}

// Accounts are the parameters that say which accounts of a portfolio are meant.
type Accounts struct {
	Attributes
	Grade   []string `query:"grade,explode" doc:"none means no grade"`
	Warning []string `query:"warning,explode" enum:"critical_ticket,churn_intent,drop,falling_usage,silence,stale_nps"`
	Min     Bound    `query:"min" doc:"of the score"`
	Max     Bound    `query:"max" doc:"of the score"`
	Churned bool     `query:"churned" doc:"those who left too"`
}

func (a *Accounts) query() (feedback.PortfolioQuery, error) {
	if !a.Min.isFinite() || !a.Max.isFinite() {
		return feedback.PortfolioQuery{}, feedback.Errorf(feedback.CodeInvalid, "min", "and max take finite numbers")
	}
	return feedback.PortfolioQuery{Grade: a.Grade, Warning: a.Warning, Attributes: a.attributes, Min: a.Min.pointer(), Max: a.Max.pointer(), Churned: a.Churned}, nil
}

type portfolioInput struct {
	Accounts
	Sort   string `query:"sort" enum:"score,-score,change,-change,value,-value,opportunity,-opportunity,coverage,-coverage,slope,-slope,name,-name" doc:"the worst score first where absent; -opportunity is value × risk × room to improve, the largest first"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" doc:"50 where absent"`
	Cursor string `query:"cursor" doc:"the next of the page before"`
}

type portfolioOutput struct {
	Body feedback.Portfolio
}

// getPortfolio answers GET /v1/health.
func (s *server) getPortfolio(ctx context.Context, in *portfolioInput) (*portfolioOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	q.Sort, q.Limit = in.Sort, in.Limit
	if in.Cursor != "" {
		if q.Offset, err = strconv.Atoi(in.Cursor); err != nil || q.Offset < 0 {
			return nil, feedback.Errorf(feedback.CodeInvalid, "cursor", "is not the next of a page")
		}
	}
	p, err := s.service.Portfolio(ctx, q)
	if err != nil {
		return nil, err
	}
	return &portfolioOutput{p}, nil
}

type moversInput struct {
	Accounts
	Limit int `query:"limit" minimum:"1" maximum:"200" doc:"of either direction; 10 where absent"`
}

type moversOutput struct {
	Body feedback.Movers
}

// getMovers answers GET /v1/health/movers.
func (s *server) getMovers(ctx context.Context, in *moversInput) (*moversOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = 10
	}
	m, err := s.service.Movers(ctx, q, in.Limit)
	if err != nil {
		return nil, err
	}
	return &moversOutput{m}, nil
}

type segmentsInput struct {
	Accounts
	By string `query:"by" required:"true" doc:"attr.NAME"`
}

// HealthSegment is the health of the accounts with one value of an attribute.
type HealthSegment struct {
	Group string `json:"group"`
	feedback.Spread
}

// HealthSegments is the health of accounts by an attribute.
type HealthSegments struct {
	Items []HealthSegment `json:"items"`
}

type segmentsOutput struct {
	Body HealthSegments
}

// getSegments answers GET /v1/health/segments.
func (s *server) getSegments(ctx context.Context, in *segmentsInput) (*segmentsOutput, error) {
	name, ok := cutAttribute(in.By)
	if !ok {
		return nil, feedback.Errorf(feedback.CodeInvalid, "by", "takes attr.NAME")
	}
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	groups, err := s.service.HealthBySegment(ctx, q, name)
	if err != nil {
		return nil, err
	}
	out := HealthSegments{Items: make([]HealthSegment, len(groups))}
	for i, g := range groups {
		out.Items[i] = HealthSegment{g.Group, g.Result}
	}
	return &segmentsOutput{out}, nil
}

// cutAttribute gives the name of an attribute from attr.NAME.
func cutAttribute(by string) (string, bool) {
	if len(by) <= len(attributePrefix) || by[:len(attributePrefix)] != attributePrefix {
		return "", false
	}
	return by[len(attributePrefix):], true
}

type surveysInput struct {
	At string `query:"at" doc:"a moment, or a day, which means its end; now where absent"`
}

// SurveyList is the accounts due to be asked, the longest overdue first.
type SurveyList struct {
	Items []feedback.Survey `json:"items"`
	Total int               `json:"total"`
}

type surveysOutput struct {
	Body SurveyList
}

// getSurveys answers GET /v1/health/surveys.
func (s *server) getSurveys(ctx context.Context, in *surveysInput) (*surveysOutput, error) {
	at, fault := s.endOf("at", in.At)
	if fault != nil {
		return nil, fault
	}
	items, err := s.service.SurveysDue(ctx, at)
	if err != nil {
		return nil, err
	}
	return &surveysOutput{SurveyList{items, len(items)}}, nil
}

// Horizon are the parameters of what looks back from a moment.
type Horizon struct {
	End     string `query:"end" doc:"a moment, or a day, which means its end; now where absent"`
	Horizon int    `query:"horizon" minimum:"7" maximum:"730" doc:"days before the end, at whose beginning accounts are judged by what was known then; 90 where absent"`
}

func (h *Horizon) read(s *server) (end time.Time, horizon time.Duration, err error) {
	end, fault := s.endOf("end", h.End)
	if fault != nil {
		return end, 0, fault
	}
	if h.Horizon == 0 {
		h.Horizon = 90
	}
	return end, time.Duration(h.Horizon) * 24 * time.Hour, nil
}

type validationInput struct {
	Horizon
}

type validationOutput struct {
	Body health.Backtest
}

// getValidation answers GET /v1/health/validation.
func (s *server) getValidation(ctx context.Context, in *validationInput) (*validationOutput, error) {
	end, horizon, err := in.read(s)
	if err != nil {
		return nil, err
	}
	b, err := s.service.Validation(ctx, end, horizon)
	if err != nil {
		return nil, err
	}
	return &validationOutput{*b}, nil
}

type loyaltyInput struct {
	Filters
	Passives  string `query:"passives" enum:"not_loyal,loyal" doc:"where 7 and 8 belong; not_loyal where absent"`
	Satisfied Bound  `query:"satisfied" doc:"from which part of its scale on an answer is satisfied, above 0 to 1; 0.75 where absent, the upper two of five"`
	Churners  Bound  `query:"churners_alarm" doc:"share from which churners alarm; 0.05 where absent"`
	Wildcards Bound  `query:"wildcards_alarm" doc:"share above which wildcards alarm; 0.8 where absent"`
}

type loyaltyOutput struct {
	Body insight.LoyaltyResult
}

// getLoyalty answers GET /v1/loyalty.
func (s *server) getLoyalty(ctx context.Context, in *loyaltyInput) (*loyaltyOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	for name, b := range map[string]Bound{"satisfied": in.Satisfied, "churners_alarm": in.Churners, "wildcards_alarm": in.Wildcards} {
		if b.given && !(b.Value > 0 && b.Value <= 1) {
			return nil, feedback.Errorf(feedback.CodeInvalid, name, "takes a share above 0, at most 1")
		}
	}
	r, err := s.service.Loyalty(ctx, filter, insight.LoyaltyOptions{
		Options: insight.Options{Satisfied: in.Satisfied.Value}, PassivesLoyal: in.Passives == "loyal", ChurnersAlarm: in.Churners.Value, WildcardsAlarm: in.Wildcards.Value,
	})
	if err != nil {
		return nil, err
	}
	return &loyaltyOutput{r}, nil
}

type payoffInput struct {
	Attributes
	Horizon
	By string `query:"by" required:"true" doc:"nps, health, topic:ID or attr.NAME"`
}

func (in *payoffInput) describe(op *huma.Operation) { in.Attributes.describe(op) }

type payoffOutput struct {
	Body insight.Payoff
}

// getPayoff answers GET /v1/payoff.
func (s *server) getPayoff(ctx context.Context, in *payoffInput) (*payoffOutput, error) {
	end, horizon, err := in.read(s)
	if err != nil {
		return nil, err
	}
	p, err := s.service.Payoff(ctx, feedback.PayoffQuery{By: in.By, End: end, Horizon: horizon, Attributes: in.attributes})
	if err != nil {
		return nil, err
	}
	return &payoffOutput{p}, nil
}

type businessInput struct {
	Attributes
	Period
	By    string `query:"by" doc:"group by account or by attr.NAME"`
	Every string `query:"period" enum:"month" doc:"group by month, in the workspace's time zone"`
}

type businessOutput struct {
	Body Metric[insight.Business]
}

// getBusiness answers GET /v1/metrics/business.
func (s *server) getBusiness(ctx context.Context, in *businessInput) (*businessOutput, error) {
	from, to, err := in.read(s.service.Zone())
	if err != nil {
		return nil, err
	}
	results, err := s.service.Business(ctx, feedback.BusinessQuery{From: from, To: to, By: in.By, Period: in.Every, Attributes: in.attributes})
	if err != nil {
		return nil, err
	}
	measured := feedback.Measured[insight.Business]{Groups: results}
	return &businessOutput{Metric[insight.Business]{in.By != "" || in.Every != "", in.By != "", measured}}, nil
}

type targetsInput struct {
	Owner string `query:"owner" doc:"only those of one owner"`
}

// TargetList is the targets and how they stand.
type TargetList struct {
	Items []feedback.TargetStanding `json:"items"`
}

type targetsOutput struct {
	Body TargetList
}

// listTargets answers GET /v1/targets.
func (s *server) listTargets(ctx context.Context, in *targetsInput) (*targetsOutput, error) {
	items, err := s.service.Targets(ctx, in.Owner)
	if err != nil {
		return nil, err
	}
	return &targetsOutput{TargetList{items}}, nil
}

// TargetRequest is what a figure should be.
type TargetRequest struct {
	Metric    string     `json:"metric" doc:"nps, csat, ces, sentiment, rating, health, churn, clv, deal_size, support_cost, profit, cpr, npu or opo"`
	Owner     string     `json:"owner,omitempty" doc:"the organisation, a function or a person"`
	Attribute string     `json:"attribute,omitempty" doc:"of accounts with this attribute …"`
	Value     string     `json:"value,omitempty" doc:"… and this value of it"`
	Goal      *float64   `json:"goal,omitempty"`
	Direction string     `json:"direction,omitempty" enum:"at_least,at_most" doc:"at_most for churn, support_cost, cpr and opo where absent, else at_least"`
	From      *time.Time `json:"from,omitempty"`
	To        *time.Time `json:"to,omitempty"`
	By        string     `json:"by,omitempty" doc:"who sets it"`
}

type targetInput struct {
	ByID
	JSON[TargetRequest]
}

type targetOutput struct {
	Body feedback.Target
}

// putTarget answers PUT /v1/targets/{id}.
func (s *server) putTarget(ctx context.Context, in *targetInput) (*targetOutput, error) {
	r := in.value
	if r.Goal == nil {
		return nil, feedback.Errorf(feedback.CodeInvalid, "goal", "is missing")
	}
	t, err := s.service.PutTarget(ctx, feedback.Target{
		ID: in.ID, Metric: r.Metric, Owner: r.Owner, Attribute: r.Attribute, Value: r.Value, Goal: *r.Goal, Direction: r.Direction, From: r.From, To: r.To, By: r.By,
	})
	if err != nil {
		return nil, err
	}
	return &targetOutput{t}, nil
}

// deleteTarget answers DELETE /v1/targets/{id}.
func (s *server) deleteTarget(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.service.DeleteTarget(ctx, in.ID)
}
