package api

import (
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

// accountsBody is what the page of accounts shows.
type accountsBody struct {
	Sorts, Grades   []choice
	Total, Graded   int
	Mean, Low, High float64
	Items           []feedback.PortfolioItem
	Next            string
}

// Share gives a score as a share of the best.
func (accountsBody) Share(score float64) float64 { return score / 100 }

// sortNames are the orders of accounts on a page.
var sortNames = []struct{ name, sort string }{
	{"worst first", ""}, {"fell most", "change"}, {"most to win", "-opportunity"}, {"worth most", "-value"}, {"by name", "name"},
}

func (s *server) accountsPage(c *gin.Context) {
	q := pageQuery{pageAccounts, c.Request.URL.Query()}
	query := feedback.PortfolioQuery{Sort: q.values.Get("sort"), Grade: q.values["grade"], Limit: 50}
	if offset := q.values.Get("offset"); offset != "" {
		n, err := strconv.Atoi(offset)
		if err != nil {
			s.showProblem(c, feedback.Errorf(feedback.CodeInvalid, "offset", "takes a number"))
			return
		}
		query.Offset = n
	}
	p, err := s.service.Portfolio(c.Request.Context(), query)
	if err != nil {
		s.showProblem(c, err)
		return
	}
	body := accountsBody{Total: p.Total, Graded: p.Summary.N, Mean: p.Summary.Mean, Low: p.Summary.Low, High: p.Summary.High, Items: p.Items}
	q = q.with("offset", "")
	for _, o := range sortNames {
		body.Sorts = append(body.Sorts, choice{Name: o.name, URL: q.with("sort", o.sort).url(), Chosen: query.Sort == o.sort})
	}
	for _, grade := range sortedKeys(p.Summary.Grades) {
		body.Grades = append(body.Grades, choice{Name: grade, URL: q.toggled("grade", grade).url(), Chosen: q.has("grade", grade), Count: p.Summary.Grades[grade]})
	}
	if p.Next != "" {
		body.Next = q.with("offset", p.Next).url()
	}
	s.show(c, http.StatusOK, "accounts", "Accounts", body)
}

// accountBody is what the page of an account shows.
type accountBody struct {
	Account    feedback.Account
	Attributes []string
	Report     health.Report
	Trend      template.HTML
	Events     []eventBody
}

// eventBody is something that happened with an account.
type eventBody struct {
	ID, When, Text, What, Sentiment string
	Scores                          []string
}

// maxEvents bounds the events on the page of an account.
const maxEvents = 60

func (s *server) accountPage(c *gin.Context) {
	ctx, id := c.Request.Context(), c.Param("id")
	timeline, err := s.service.Timeline(ctx, id, time.Time{}, time.Time{}, maxEvents)
	if err != nil {
		s.showProblem(c, err)
		return
	}
	report, err := s.service.Health(ctx, id, time.Time{})
	if err != nil {
		s.showProblem(c, err)
		return
	}
	body := accountBody{Account: timeline.Account, Report: report}
	for _, name := range sortedKeys(timeline.Account.Attributes) {
		body.Attributes = append(body.Attributes, name+" "+timeline.Account.Attributes[name])
	}
	if points := report.Trend.Points; len(points) > 1 {
		values := make([]float64, len(points))
		for i, p := range points {
			values[i] = p.Score
		}
		body.Trend = web.Spark("the score over eight weeks", 0, 100, values)
	}
	for i := range timeline.Events {
		body.Events = append(body.Events, s.event(&timeline.Events[i]))
	}
	s.show(c, http.StatusOK, "account", accountTitle(&timeline.Account), body)
}

func accountTitle(a *feedback.Account) string {
	if a.Name != "" {
		return a.Name
	}
	return a.ID
}

func (s *server) event(e *feedback.Event) eventBody {
	out := eventBody{ID: e.ID, When: s.when(&e.At), Text: e.Text, Sentiment: e.Sentiment, Scores: scoreWords(e.Scores)}
	switch {
	case e.Kind == "health" && e.Score != nil:
		out.What = "health " + strconv.FormatFloat(*e.Score, 'f', 0, 64) + " " + e.Grade
	case e.Kind == "started":
		out.What = "became a customer"
	case e.Kind == "churned":
		out.What = "left"
	case e.Text == "":
		out.What = "answered a " + e.Source
	}
	return out
}
