package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
)

// themesBody is what the page of themes shows.
type themesBody struct {
	Filtered        bool
	Records, Voices int
	Choices, Chosen []choice
	Fault           string
	Items           []themeBody
}

// themeBody is one theme.
type themeBody struct {
	Label, URL, Variants, Trend string
	Sure, New, Rest             bool
	N                           int
	Share, RestShare            float64
	Ratio, Low, High            float64
	Negative, Neutral, Positive int
	Quotes                      []quoteBody
}

// quoteBody is what a record says of something.
type quoteBody struct {
	ID, When    string
	Title, Text []web.Piece
}

func (s *server) themesPage(c *gin.Context) {
	q := newPageQuery(pageThemes, c.Request.URL.Query()).with("q", "").with("synonyms", "")
	body := themesBody{Chosen: q.chosen(s.facetName)}
	for _, sentiment := range []string{"", "negative", "neutral", "positive"} {
		name := sentiment
		if name == "" {
			name = "all"
		}
		body.Choices = append(body.Choices, choice{Name: name, URL: q.with("sentiment", sentiment).url(), Chosen: q.values.Get("sentiment") == sentiment})
	}
	filter, err := q.filter(s.service.Zone())
	var themes feedback.Themes
	if err == nil {
		themes, err = s.service.Themes(c.Request.Context(), feedback.ThemesQuery{Filter: filter})
	}
	if err != nil {
		status := 0
		if body.Fault, status = s.fault(c, err); status != 0 {
			s.show(c, status, "themes", "Themes", body)
		}
		return
	}
	body.Filtered = themes.Against == feedback.AgainstRest
	body.Records, body.Voices = themes.Set.Records, themes.Set.Voices
	for _, t := range themes.Items {
		item := themeBody{
			Label: t.Label, URL: q.with("q", `"`+t.Label+`"`).at(pageSearch).url(), Sure: t.Sure, New: t.Proposal != nil, N: t.N, Share: t.Share,
			Ratio: t.Ratio, Low: t.Low, High: t.High, Negative: t.Sentiment.Negative, Neutral: t.Sentiment.Neutral, Positive: t.Sentiment.Positive,
			Trend: t.Trend.Direction, Quotes: s.quotesOf(t.Quotes),
		}
		if t.Rest != nil {
			item.Rest, item.RestShare = true, t.Rest.Share
		}
		var variants []string
		for _, v := range t.Variants {
			if v.Text != t.Label {
				variants = append(variants, v.Text)
			}
		}
		item.Variants = strings.Join(variants, ", ")
		body.Items = append(body.Items, item)
	}
	s.show(c, http.StatusOK, "themes", "Themes", body)
}

func (s *server) quotesOf(quotes []feedback.Quotation) []quoteBody {
	var out []quoteBody
	for _, q := range quotes {
		out = append(out, quoteBody{ID: q.ID, When: s.when(q.CollectedAt), Title: hits(q.Title, "title", q.Spans), Text: hits(q.Text, "text", q.Spans)})
	}
	return out
}
