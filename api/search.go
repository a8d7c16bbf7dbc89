package api

import (
	"context"
	"strings"

	"github.com/thau-cx/thau/feedback"
)

type searchInput struct {
	Filters
	Q        string   `query:"q" doc:"words, which all must occur, with or without diacritics; \"a phrase\"; -without; a OR b; (groups); giao* for a beginning; shiper~ for a letter more or less; field:value as in topic:delivery or attr.plan:pro; nps:0..6; from:2026-01-31; absent finds all. An error names the column."`
	Synonyms bool     `query:"synonyms" doc:"words of q also find what is said in other words and in the other language: words that say the same, and records of the topics that they name"`
	Facets   []string `query:"facets,explode" doc:"facets to count, repeated or with commas: source channel language sentiment topic intent urgency account touchpoint tag attr.NAME"`
	Sort     string   `query:"sort" enum:"relevance,newest,oldest" doc:"relevance where there is a q, else newest"`
	Limit    int      `query:"limit" minimum:"1" maximum:"200" doc:"20 where absent"`
	Excerpt  int      `query:"excerpt" minimum:"40" maximum:"1000" doc:"with each record the piece of its text, of at most so many characters, that shows most of what matched, with its place"`
	Cursor   string   `query:"cursor" doc:"the next of the page before"`
}

type searchOutput struct {
	Body feedback.Page
}

// search answers GET /v1/search.
func (s *server) search(ctx context.Context, in *searchInput) (*searchOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	page, err := s.service.Search(ctx, feedback.Query{
		Text: in.Q, Synonyms: in.Synonyms, Filter: filter, Facets: split(in.Facets), Sort: in.Sort, Limit: in.Limit, Excerpt: in.Excerpt, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	for _, items := range [][]feedback.Item{page.Items, page.Related} {
		for i := range items {
			if items[i].Spans == nil {
				items[i].Spans = []feedback.Span{}
			}
		}
	}
	return &searchOutput{page}, nil
}

// split gives the values of a list that was repeated, written with commas, or both.
func split(values []string) []string {
	var out []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
