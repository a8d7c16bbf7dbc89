package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
)

// searchBody is what the search page shows.
type searchBody struct {
	Q, From, To          string
	Synonyms             bool
	Hidden               []hidden
	Fault                string
	Chosen               []choice
	Facets               []facetBody
	Total                int
	Stale                bool
	Items, Related       []itemBody
	ReadAs               string
	Next                 string
	ThemesURL, ExportURL string
}

// hidden is a value that a form keeps.
type hidden struct{ Name, Value string }

// facetBody is a facet with its values.
type facetBody struct {
	Name   string
	Open   bool
	Values []choice
}

// itemBody is a record that was found.
type itemBody struct {
	ID, Sentiment, When, Source, Account, Language string
	Scores                                         []string
	Title, Text                                    []web.Piece
	Topics                                         []topicBody
}

// topicBody is a topic of a record, with the address that finds it.
type topicBody struct{ Name, Sentiment, URL string }

// shownFacets are the facets of the search page, and whether they are open at first.
var shownFacets = []struct {
	name string
	open bool
}{{"sentiment", true}, {"topic", true}, {"source", true}, {"intent", false}, {"urgency", false}, {"channel", false}, {"language", false}, {"touchpoint", false}, {"tag", false}}

// maxFacetValues bounds the values of a facet on a page.
const maxFacetValues = 14

func (s *server) searchPage(c *gin.Context) {
	q := newPageQuery(pageSearch, c.Request.URL.Query())
	body := searchBody{Q: q.values.Get("q"), From: q.values.Get("from"), To: q.values.Get("to"), Synonyms: q.values.Get("synonyms") == "true"}
	for _, name := range sortedKeys(q.values) {
		for _, v := range q.values[name] {
			if !slices.Contains([]string{"q", "from", "to", "synonyms", "metric"}, name) {
				body.Hidden = append(body.Hidden, hidden{name, v})
			}
		}
	}
	status := http.StatusOK
	if err := s.find(c, q, &body); err != nil {
		if body.Fault, status = s.fault(c, err); status == 0 {
			return
		}
	}
	s.show(c, status, "search", "Search", body)
}

// find fills in what is found.
func (s *server) find(c *gin.Context, q pageQuery, body *searchBody) error {
	filter, err := q.filter(s.service.Zone())
	if err != nil {
		return err
	}
	query := feedback.Query{Text: body.Q, Synonyms: body.Synonyms, Filter: filter, Cursor: c.Query("cursor")}
	for _, f := range shownFacets {
		query.Facets = append(query.Facets, f.name)
	}
	page, err := s.service.Search(c.Request.Context(), query)
	if err != nil {
		return err
	}
	body.Chosen = q.chosen(s.facetName)
	body.Total, body.Stale, body.ReadAs = page.Total, page.Stale, page.ReadAs
	body.Items, body.Related = s.items(page.Items), s.items(page.Related)
	body.ThemesURL = q.with("q", "").with("synonyms", "").with("metric", "").at(pageThemes).url()
	body.ExportURL = q.with("format", "csv").at(pathExport).url()
	if page.Next != "" {
		body.Next = q.with("cursor", page.Next).url()
	}
	for _, f := range shownFacets {
		facet := facetBody{Name: f.name, Open: f.open || len(q.values[f.name]) > 0}
		for _, v := range page.Facets[f.name] {
			chosen := q.has(f.name, v.Value)
			if f.name == "topic" && strings.Contains(v.Value, ":") && !chosen {
				continue // the topic itself stands there; what is said of it is the facet sentiment's
			}
			if len(facet.Values) < maxFacetValues || chosen {
				facet.Values = append(facet.Values, choice{Name: s.facetName(f.name, v.Value), URL: q.toggled(f.name, v.Value).url(), Chosen: chosen, Count: v.Count})
			}
		}
		if len(facet.Values) > 0 {
			body.Facets = append(body.Facets, facet)
		}
	}
	return nil
}

// facetName gives what people call a value of a facet.
func (s *server) facetName(facet, value string) string {
	switch {
	case facet == "topic":
		return s.topicName(value)
	case facet == "language" && value == "vi":
		return "Vietnamese"
	case facet == "language" && value == "en":
		return "English"
	case facet == "language":
		return "neither"
	}
	return strings.ReplaceAll(value, "_", " ")
}

func (s *server) items(found []feedback.Item) []itemBody {
	out := make([]itemBody, len(found))
	for i, item := range found {
		r := &item.Record
		labels := r.Labels()
		out[i] = itemBody{
			ID: r.ID, Sentiment: labels.Sentiment, When: s.when(r.CollectedAt), Source: r.Source, Account: r.AccountID, Language: labels.Language,
			Scores: scoreWords(r.Scores), Title: hits(r.Title, "title", item.Spans), Text: hits(r.Text, "text", item.Spans),
		}
		if r.Title == "" && r.Text == "" {
			out[i].Sentiment = ""
		}
		for _, id := range sortedKeys(labels.Topics) {
			out[i].Topics = append(out[i].Topics, topicBody{s.topicName(id), labels.Topics[id], pageSearch + "?topic=" + url.QueryEscape(id)})
		}
	}
	return out
}

// hits cuts a field where spans say that it was found.
func hits(text, field string, spans []feedback.Span) []web.Piece {
	var marks []web.Mark
	for _, sp := range spans {
		if sp.Field == field {
			marks = append(marks, web.Mark{Start: sp.Start, End: sp.End, Hit: true})
		}
	}
	return web.Cut(text, marks)
}

func recordURL(id string) string { return "/records/" + url.PathEscape(id) }
