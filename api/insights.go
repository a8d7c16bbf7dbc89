package api

import (
	"context"
	"slices"

	"github.com/thau-cx/thau/feedback"
)

type driversInput struct {
	Filters
	Metric string   `query:"metric" required:"true" doc:"nps, csat, csat:<aspect>, ces, rating or sentiment"`
	Adjust []string `query:"adjust,explode" doc:"facets whose values effects hold equal: source channel language sentiment urgency touchpoint attr.NAME; the declared attributes where absent; none for no adjustment"`
	Level  int      `query:"level" minimum:"1" maximum:"2" doc:"topics above (1), or those below them where there are any (2); 2 where absent"`
	Limit  int      `query:"limit" minimum:"1" maximum:"200" doc:"50 where absent"`
	Least  int      `query:"least" minimum:"2" doc:"voices that a driver needs; 5 where absent"`
}

type driversOutput struct {
	Body feedback.Drivers
}

// getDrivers answers GET /v1/drivers.
func (s *server) getDrivers(ctx context.Context, in *driversInput) (*driversOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	drivers, err := s.service.Drivers(ctx, feedback.DriversQuery{Metric: in.Metric, Filter: filter, Adjust: adjusted(in.Adjust), Level: in.Level, Limit: in.Limit, Least: in.Least})
	if err != nil {
		return nil, err
	}
	return &driversOutput{drivers}, nil
}

// adjusted reads the facets to hold equal, of which "none" means that there are none.
func adjusted(facets []string) []string {
	if slices.Equal(facets, []string{"none"}) {
		return []string{}
	}
	return facets
}

type trendsInput struct {
	Filters
	Metric string `query:"metric" default:"records" doc:"records, nps, csat, csat:<aspect>, ces, rating or sentiment"`
	By     string `query:"by" doc:"also by a facet: source channel language sentiment topic intent urgency account touchpoint tag attr.NAME"`
	Period string `query:"period" enum:"day,week,month" default:"week" doc:"in the workspace's time zone; a week begins on Monday"`
	Split  string `query:"split" doc:"where the later time of the change begins: a day or a moment; the middle period where absent"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" doc:"groups, the largest first; 20 where absent"`
}

type trendsOutput struct {
	Body feedback.Trends
}

// getTrends answers GET /v1/trends.
func (s *server) getTrends(ctx context.Context, in *trendsInput) (*trendsOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	split, fault := moment("split", in.Split, s.service.Zone())
	if fault != nil {
		return nil, fault
	}
	trends, err := s.service.Trends(ctx, feedback.TrendsQuery{Metric: in.Metric, Filter: filter, By: in.By, Period: in.Period, Split: split, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &trendsOutput{trends}, nil
}

type emergingInput struct {
	Filters
	At       string `query:"at" doc:"the end of now, itself not included: a day or a moment; the end of the last day that has records where absent"`
	Days     int    `query:"days" minimum:"1" maximum:"366" doc:"how many days now is; 7 where absent"`
	Baseline int    `query:"baseline" minimum:"1" maximum:"3660" doc:"how many days before it are compared; 56 where absent"`
	Least    int    `query:"least" minimum:"2" doc:"voices that have to say it now; 5 where absent"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" doc:"20 where absent"`
	Quotes   int    `query:"quotes" minimum:"0" maximum:"10" default:"5" doc:"quotes of each"`
}

type emergingOutput struct {
	Body feedback.Emerging
}

// getEmerging answers GET /v1/emerging.
func (s *server) getEmerging(ctx context.Context, in *emergingInput) (*emergingOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	at, fault := moment("at", in.At, s.service.Zone())
	if fault != nil {
		return nil, fault
	}
	emerging, err := s.service.Emerging(ctx, feedback.EmergingQuery{
		Filter: filter, At: at, Days: in.Days, Baseline: in.Baseline, Least: in.Least, Limit: in.Limit, Quotes: quotes(in.Quotes),
	})
	if err != nil {
		return nil, err
	}
	return &emergingOutput{emerging}, nil
}

type compareInput struct {
	Filters
	By     string `query:"by" required:"true" doc:"the facet that tells the two apart: source channel language sentiment topic intent urgency account customer touchpoint tag attr.NAME"`
	A      string `query:"a" required:"true" doc:"its value in the one"`
	B      string `query:"b" doc:"its value in the other; all others where absent"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" doc:"themes of each; 10 where absent"`
	Quotes int    `query:"quotes" minimum:"0" maximum:"10" default:"3" doc:"quotes of each theme"`
	Least  int    `query:"least" minimum:"2" doc:"voices that a theme needs; 5 where absent"`
}

type compareOutput struct {
	Body feedback.Segments
}

// getCompare answers GET /v1/compare.
func (s *server) getCompare(ctx context.Context, in *compareInput) (*compareOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	segments, err := s.service.Segments(ctx, feedback.SegmentsQuery{
		Filter: filter, By: in.By, A: in.A, B: in.B, Limit: in.Limit, Quotes: quotes(in.Quotes), Least: in.Least,
	})
	if err != nil {
		return nil, err
	}
	return &compareOutput{segments}, nil
}
