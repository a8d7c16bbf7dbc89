package api

import (
	"context"

	"github.com/thau-cx/thau/feedback"
)

type themesInput struct {
	Filters
	Against string `query:"against" enum:"rest,nothing" doc:"what the records are held against: all others (rest), or nothing, which lists the most frequent themes; nothing where no filter is given"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" doc:"20 where absent"`
	Quotes  int    `query:"quotes" minimum:"0" maximum:"10" default:"3" doc:"quotes of each theme"`
	Least   int    `query:"least" minimum:"2" doc:"voices (customers, else accounts) that a theme needs; 5 where absent"`
}

type themesOutput struct {
	Body feedback.Themes
}

// getThemes answers GET /v1/themes.
func (s *server) getThemes(ctx context.Context, in *themesInput) (*themesOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	themes, err := s.service.Themes(ctx, feedback.ThemesQuery{
		Filter: filter, Against: feedback.Against(in.Against), Limit: in.Limit, Quotes: quotes(in.Quotes), Least: in.Least,
	})
	if err != nil {
		return nil, err
	}
	return &themesOutput{themes}, nil
}

// quotes gives a number of quotes as queries take it, in which 0 is the usual one.
func quotes(n int) int {
	if n == 0 {
		return -1
	}
	return n
}
