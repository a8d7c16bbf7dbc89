package api

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/insight"
)

// Measure are the parameters of a metric.
type Measure struct {
	Filters
	By     string `query:"by" doc:"group by a facet: source channel language sentiment topic intent urgency account touchpoint tag attr.NAME"`
	Period string `query:"period" enum:"day,week,month" doc:"group by period, in the workspace's time zone; a week begins on Monday"`
}

type csatInput struct {
	Measure
	Aspect string `query:"aspect" doc:"of satisfaction with one thing: the scores csat:<aspect>"`
}

// Metric is a result, or one for each group and period where they were asked for.
type Metric[R any] struct {
	result *R
	groups []group[R]
}

// group is the result of a group and period.
type group[R any] struct {
	by bool // the group is worth saying
	feedback.Grouped[R]
}

// groupKey is what a group's result begins with.
type groupKey struct {
	Group  *string `json:"group,omitempty"`
	Period string  `json:"period,omitempty"`
}

// MarshalJSON writes the result itself, or {"items": […]}.
func (m Metric[R]) MarshalJSON() ([]byte, error) {
	if m.result != nil {
		return json.Marshal(m.result)
	}
	return json.Marshal(struct {
		Items []group[R] `json:"items"`
	}{m.groups})
}

// MarshalJSON writes the fields of the result after those of its group.
func (g group[R]) MarshalJSON() ([]byte, error) {
	key := groupKey{Period: g.Period}
	if g.by {
		key.Group = &g.Group
	}
	head, err := json.Marshal(key)
	if err != nil {
		return nil, err
	}
	tail, err := json.Marshal(g.Result)
	if err != nil || len(head) == len("{}") {
		return tail, err
	}
	return bytes.Join([][]byte{head[:len(head)-1], tail[1:]}, []byte{','}), nil
}

// Schema implements huma.SchemaProvider.
func (Metric[R]) Schema(r huma.Registry) *huma.Schema {
	result := answerOf[R](r)
	text := &huma.Schema{Type: huma.TypeString}
	key := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{"group": text, "period": text}}
	return &huma.Schema{
		Description: "The result; with by or period {\"items\": […]}, one for each group and period.",
		OneOf: []*huma.Schema{result, {
			Type:                 huma.TypeObject,
			Required:             []string{"items"},
			AdditionalProperties: true,
			Properties: map[string]*huma.Schema{
				"items": {Type: huma.TypeArray, Items: &huma.Schema{AllOf: []*huma.Schema{key, result}}},
			},
		}},
	}
}

type metricOutput[R any] struct {
	Body Metric[R]
}

// computation is a metric of the service.
type computation[R any] func(context.Context, feedback.TallyQuery) ([]feedback.Grouped[R], error)

// measure gives the handler of a metric.
func measure[R any](s *server, metric string, compute computation[R]) func(context.Context, *Measure) (*metricOutput[R], error) {
	return func(ctx context.Context, in *Measure) (*metricOutput[R], error) {
		filter, err := in.filter(s.service.Zone())
		if err != nil {
			return nil, err
		}
		results, err := compute(ctx, feedback.TallyQuery{Metric: metric, Filter: filter, By: in.By, Period: in.Period, Zone: s.service.Zone()})
		if err != nil {
			return nil, err
		}
		if in.By == "" && in.Period == "" {
			return &metricOutput[R]{Metric[R]{result: &results[0].Result}}, nil
		}
		groups := make([]group[R], len(results))
		for i := range results {
			groups[i] = group[R]{in.By != "", results[i]}
		}
		return &metricOutput[R]{Metric[R]{groups: groups}}, nil
	}
}

// getCSAT answers GET /v1/metrics/csat, the one metric with aspects.
func (s *server) getCSAT(ctx context.Context, in *csatInput) (*metricOutput[insight.CSATResult], error) {
	metric := "csat"
	if in.Aspect != "" {
		metric += ":" + in.Aspect
	}
	return measure(s, metric, s.service.CSAT)(ctx, &in.Measure)
}
