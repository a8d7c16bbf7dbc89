package api

import (
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// driversBody is what the page of drivers shows.
type driversBody struct {
	Choices, Chosen []choice
	Fault           string
	Metric, Note    string
	Decimals        int // of impacts
	Value           float64
	N, Voices       int
	Full            float64 // the strongest impact, where a bar ends
	Items           []driverRow
}

// driverRow is what a topic does to a metric.
type driverRow struct {
	Name, URL, Text   string
	N                 int
	Impact, Low, High float64
	Sure              bool
}

const driversTitle = "What moves scores"

func (s *server) driversPage(c *gin.Context) {
	q := newPageQuery(pageDrivers, c.Request.URL.Query()).with("q", "").with("synonyms", "")
	metric := c.DefaultQuery("metric", "nps")
	body := driversBody{Chosen: q.chosen(s.facetName), Metric: strings.ToUpper(metric)}
	if m, ok := metricsOnPage[metric]; ok {
		body.Metric, body.Decimals = m.name, m.decimals+1
	}
	for _, name := range []string{"nps", "csat", "ces", "sentiment"} {
		body.Choices = append(body.Choices, choice{Name: metricsOnPage[name].name, URL: q.with("metric", name).url(), Chosen: name == metric})
	}
	filter, err := q.filter(s.service.Zone())
	var drivers feedback.Drivers
	if err == nil {
		drivers, err = s.service.Drivers(c.Request.Context(), feedback.DriversQuery{Metric: metric, Filter: filter})
	}
	if err != nil {
		status := 0
		if body.Fault, status = s.fault(c, err); status != 0 {
			s.show(c, status, "drivers", driversTitle, body)
		}
		return
	}
	body.N, body.Voices, body.Value, body.Note = drivers.N, drivers.Voices, drivers.Value, drivers.Note.English
	for _, d := range drivers.Items {
		target := pageQuery{pageSearch, url.Values{}}.with("topic", strings.TrimSuffix(d.Topic+":"+d.Sentiment, ":"))
		body.Full = math.Max(body.Full, math.Abs(d.Impact))
		body.Items = append(body.Items, driverRow{
			Name: s.topicName(target.values.Get("topic")), URL: target.url(), Text: d.Text.English, N: d.N, Impact: d.Impact, Low: d.ImpactLow, High: d.ImpactHigh, Sure: d.Sure,
		})
	}
	s.show(c, http.StatusOK, "drivers", driversTitle, body)
}
