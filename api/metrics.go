package api

import (
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/insight"
)

// Measure are the parameters of a metric.
type Measure struct {
	Filters
	By          string  `query:"by" doc:"group by a facet: source channel language sentiment topic intent urgency account touchpoint tag attr.NAME; csat also by aspect"`
	Period      string  `query:"period" enum:"day,week,month" doc:"group by period, in the workspace's time zone; a week begins on Monday"`
	Confidence  float64 `query:"confidence" minimum:"0.5" maximum:"0.999" doc:"of the intervals; 0.95 where absent"`
	MinN        int     `query:"min_n" minimum:"0" doc:"leave groups of fewer answers out and count them as hidden"`
	Shrink      bool    `query:"shrink" doc:"also pull each group's metric towards that of all, as far as its size and the groups' likeness ask for: rank small groups by it"`
	Coverage    bool    `query:"coverage" default:"true" doc:"say of how much of the records the metric speaks"`
	CompareFrom string  `query:"compare_from" doc:"compare with the time from here: a day or a moment"`
	CompareTo   string  `query:"compare_to" doc:"compare with the time up to here, itself not included"`
}

type csatInput struct {
	Measure
	Aspect    string  `query:"aspect" doc:"of satisfaction with one thing: the scores csat:<aspect>"`
	Satisfied float64 `query:"satisfied" minimum:"1" maximum:"5" doc:"the answer from which somebody is satisfied, on 1–5; 4 where absent. Good or bad is 5 or 1"`
}

type cesInput struct {
	Measure
	Easy float64 `query:"easy" minimum:"1" maximum:"7" doc:"the answer from which something is easy, on 1–7; 5 where absent"`
}

// Metric is a result, or one for each group and period where they were asked for.
type Metric[R any] struct {
	grouped, by bool // there are groups or periods; the groups are worth saying
	feedback.Measured[R]
}

// groupKey is what a group's result begins with.
type groupKey struct {
	Group  *string `json:"group,omitempty"`
	Period string  `json:"period,omitempty"`
}

// MarshalJSON writes the result itself with what stands beside it, or {"items": […]}.
func (m Metric[R]) MarshalJSON() ([]byte, error) {
	beside := metricBeside{Hidden: m.Hidden, Prior: m.Prior, Coverage: m.Measured.Coverage}
	if !m.grouped {
		return joined(m.Groups[0].Result, m.Groups[0].Extra, beside)
	}
	items := make([]json.RawMessage, len(m.Groups))
	for i, g := range m.Groups {
		key := groupKey{Period: g.Period}
		if m.by {
			key.Group = &g.Group
		}
		var err error
		if items[i], err = joined(key, g.Result, g.Extra); err != nil {
			return nil, err
		}
	}
	return joined(struct {
		Items []json.RawMessage `json:"items"`
	}{items}, beside)
}

// metricBeside is what stands beside the results of a metric.
type metricBeside struct {
	Hidden   int               `json:"hidden,omitempty"`   // groups of fewer answers than min_n
	Prior    *insight.Prior    `json:"prior,omitempty"`    // what groups are pulled towards
	Coverage *insight.Coverage `json:"coverage,omitempty"` // of how much of the records the metric speaks
}

// joined writes the fields of several objects as one.
func joined(parts ...any) ([]byte, error) {
	out := []byte{'{'}
	for _, p := range parts {
		b, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		if len(b) > len("{}") {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = append(out, b[1:len(b)-1]...)
		}
	}
	return append(out, '}'), nil
}

// Schema implements huma.SchemaProvider.
func (Metric[R]) Schema(r huma.Registry) *huma.Schema {
	result, extra, beside := answerOf[R](r), answerOf[feedback.Extra](r), answerOf[metricBeside](r)
	text := &huma.Schema{Type: huma.TypeString}
	key := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{"group": text, "period": text}}
	list := &huma.Schema{
		Type:                 huma.TypeObject,
		Required:             []string{"items"},
		AdditionalProperties: true,
		Properties: map[string]*huma.Schema{
			"items": {Type: huma.TypeArray, Items: &huma.Schema{AllOf: []*huma.Schema{key, result, extra}}},
		},
	}
	return &huma.Schema{
		Description: "The result; with by or period {\"items\": […]}, one for each group and period.",
		OneOf:       []*huma.Schema{{AllOf: []*huma.Schema{result, extra, beside}}, {AllOf: []*huma.Schema{list, beside}}},
	}
}

type metricOutput[R any] struct {
	Body Metric[R]
}

// computation is a metric of the service.
type computation[R any] func(context.Context, feedback.MeasureQuery) (feedback.Measured[R], error)

// measure gives the handler of a metric without parameters of its own.
func measure[R any](s *server, metric string, compute computation[R]) func(context.Context, *Measure) (*metricOutput[R], error) {
	return func(ctx context.Context, in *Measure) (*metricOutput[R], error) {
		return answerMetric(ctx, s, in, metric, insight.Options{}, compute)
	}
}

// answerMetric computes a metric as its parameters ask for.
func answerMetric[R any](ctx context.Context, s *server, in *Measure, metric string, o insight.Options, compute computation[R]) (*metricOutput[R], error) {
	zone := s.service.Zone()
	filter, err := in.filter(zone)
	if err != nil {
		return nil, err
	}
	o.Confidence = in.Confidence
	q := feedback.MeasureQuery{
		TallyQuery: feedback.TallyQuery{Metric: metric, Filter: filter, By: in.By, Period: in.Period, Zone: zone},
		Options:    o, Least: in.MinN, Shrink: in.Shrink, Coverage: in.Coverage,
	}
	var fault *feedback.Error
	if q.Earlier.From, fault = moment("compare_from", in.CompareFrom, zone); fault != nil {
		return nil, fault
	}
	if q.Earlier.To, fault = moment("compare_to", in.CompareTo, zone); fault != nil {
		return nil, fault
	}
	measured, err := compute(ctx, q)
	if err != nil {
		return nil, err
	}
	return &metricOutput[R]{Metric[R]{in.By != "" || in.Period != "", in.By != "", measured}}, nil
}

// getCSAT answers GET /v1/metrics/csat, the one metric with aspects.
func (s *server) getCSAT(ctx context.Context, in *csatInput) (*metricOutput[insight.CSATResult], error) {
	metric := "csat"
	if in.Aspect != "" {
		metric += ":" + in.Aspect
	}
	o := insight.Options{Satisfied: (in.Satisfied - 1) / 4}
	if in.Satisfied == 1 { // all are
		o.Satisfied = 1e-12
	}
	return answerMetric(ctx, s, &in.Measure, metric, o, s.service.MeasureCSAT)
}

// getCES answers GET /v1/metrics/ces.
func (s *server) getCES(ctx context.Context, in *cesInput) (*metricOutput[insight.CESResult], error) {
	o := insight.Options{Easy: (in.Easy - 1) / 6}
	if in.Easy == 1 {
		o.Easy = 1e-12
	}
	return answerMetric(ctx, s, &in.Measure, "ces", o, s.service.MeasureCES)
}
