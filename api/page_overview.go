package api

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/insight"
)

// overviewBody is what the first page shows.
type overviewBody struct {
	Empty    bool
	Ranges   []choice
	Tiles    []tileBody
	Lines    []lineBody
	Topics   []topicRow
	Accounts []feedback.PortfolioItem
}

// risesBody is what rises: a page of its own, for it reads more than counts, which the first page has a script put in its place.
type risesBody struct{ Rises []riseBody }

// tileBody is a metric of a time.
type tileBody struct {
	Name, Value, Interval string
	N                     int
	Of                    string // what N counts
	Change                *changeBody
}

// changeBody says how a metric moved since the time before.
type changeBody struct{ Text, Class string }

// lineBody is a metric over time.
type lineBody struct {
	Name, Note string
	Chart      template.HTML
}

// topicRow is how a topic is spoken of.
type topicRow struct {
	Name, URL                      string
	N, Negative, Neutral, Positive int
	Net                            float64
}

// riseBody is what is said more often than before.
type riseBody struct {
	Name, URL, Text string
	Alert           bool
	Quotes          []quoteBody
}

// overviewRanges are the times that the first page can be of; 0 days is all there is.
var overviewRanges = []struct {
	name string
	days int
}{{"30 days", 30}, {"90 days", 90}, {"a year", 365}, {"all", 0}}

const usualRange = 90

// The bounds of what the first page lists.
const (
	maxTopicRows    = 12
	maxRises        = 5
	maxOverviewList = 6
)

func (s *server) overviewPage(c *gin.Context) {
	body, err := s.overview(c.Request.Context(), c.Query("days"))
	if err != nil {
		s.showProblem(c, err)
		return
	}
	s.show(c, http.StatusOK, "overview", "Overview", body)
}

// overview gathers the first page for so many days, which end with the last day that has records.
func (s *server) overview(ctx context.Context, asked string) (overviewBody, error) {
	days := usualRange
	if asked != "" {
		if _, err := fmt.Sscan(asked, &days); err != nil || days < 0 || days > 36600 {
			return overviewBody{}, feedback.Errorf(feedback.CodeInvalid, "days", "takes a number of days, 0 for all")
		}
	}
	last, err := s.lastDay(ctx)
	if err != nil || last.IsZero() {
		return overviewBody{Empty: true}, err
	}
	end := last.AddDate(0, 0, 1)
	body := overviewBody{}
	for _, r := range overviewRanges {
		body.Ranges = append(body.Ranges, choice{Name: r.name, URL: fmt.Sprintf("/?days=%d", r.days), Chosen: r.days == days})
	}
	q := feedback.MeasureQuery{TallyQuery: feedback.TallyQuery{Filter: feedback.Filter{To: end}, Zone: s.service.Zone()}}
	if days > 0 {
		q.Filter.From = end.AddDate(0, 0, -days)
		q.Earlier.From, q.Earlier.To = end.AddDate(0, 0, -2*days), q.Filter.From
	}
	for _, fill := range []func(context.Context, feedback.MeasureQuery, *overviewBody) error{s.tiles, s.lines, s.topicRows} {
		if err := fill(ctx, q, &body); err != nil {
			return overviewBody{}, err
		}
	}
	portfolio, err := s.service.Portfolio(ctx, feedback.PortfolioQuery{Limit: maxOverviewList})
	if err != nil {
		return overviewBody{}, err
	}
	body.Accounts = portfolio.Items
	return body, nil
}

// lastDay gives the last day that has records, the zero time where there is none.
func (s *server) lastDay(ctx context.Context) (time.Time, error) {
	var f feedback.Filter
	var last time.Time
	for _, period := range []string{"month", "day"} { // the month first: no count goes over more days than it has
		trend, err := s.service.Trends(ctx, feedback.TrendsQuery{Metric: "records", Filter: f, Period: period})
		if err != nil || len(trend.All.Points) == 0 {
			return time.Time{}, err
		}
		name := trend.All.Points[len(trend.All.Points)-1].Period
		if last, err = time.ParseInLocation(time.DateOnly, name, s.service.Zone()); err != nil {
			return time.Time{}, err
		}
		f.From = last
	}
	return last, nil
}

// risesPage shows what is said more often than before.
func (s *server) risesPage(c *gin.Context) {
	emerging, err := s.service.Emerging(c.Request.Context(), feedback.EmergingQuery{Limit: maxRises, Quotes: 1})
	if err != nil {
		s.showProblem(c, err)
		return
	}
	var body risesBody
	for _, r := range emerging.Items {
		rise := riseBody{Name: r.Label, Text: r.Text.English, Alert: r.Alert, Quotes: s.quotesOf(r.Quotes)}
		rise.URL = pageSearch + "?q=" + url.QueryEscape(`"`+r.Label+`"`)
		if r.Topic != "" {
			rise.Name = s.topicName(strings.TrimSuffix(r.Topic+":"+r.Sentiment, ":"))
			rise.URL = pageSearch + "?topic=" + url.QueryEscape(strings.TrimSuffix(r.Topic+":"+r.Sentiment, ":"))
		}
		body.Rises = append(body.Rises, rise)
	}
	s.show(c, http.StatusOK, "rises", "Said more often than before", body)
}

// metricOnPage is how a metric is shown.
type metricOnPage struct {
	name, of  string
	decimals  int
	low, high float64 // the ends of its scale
}

var metricsOnPage = map[string]metricOnPage{
	"nps":       {"NPS", "answers", 0, -100, 100},
	"csat":      {"CSAT, %", "answers", 0, 0, 100},
	"ces":       {"CES, 1–7", "answers", 1, 1, 7},
	"sentiment": {"Net sentiment", "texts", 2, -1, 1},
}

// tiles fills in the metrics of the time.
func (s *server) tiles(ctx context.Context, q feedback.MeasureQuery, body *overviewBody) error {
	records, err := s.service.MeasureSentiment(ctx, withMetric(q, "sentiment", true))
	if err != nil {
		return err
	}
	body.Tiles = append(body.Tiles, tileBody{Name: "Feedback", Value: web.Count(records.Coverage.Records), N: records.Coverage.Records, Of: "records"})
	nps, err := s.service.MeasureNPS(ctx, withMetric(q, "nps", false))
	if err != nil {
		return err
	}
	csat, err := s.service.MeasureCSAT(ctx, withMetric(q, "csat", false))
	if err != nil {
		return err
	}
	ces, err := s.service.MeasureCES(ctx, withMetric(q, "ces", false))
	if err != nil {
		return err
	}
	n, sat, e, t := nps.Groups[0], csat.Groups[0], ces.Groups[0], records.Groups[0]
	body.Tiles = append(body.Tiles,
		newTile("nps", n.Result.NPS, n.Result.Low, n.Result.High, n.Result.N, n.Comparison),
		newTile("csat", sat.Result.CSAT, sat.Result.Low, sat.Result.High, sat.Result.N, sat.Comparison),
		newTile("ces", e.Result.CES, e.Result.Low, e.Result.High, e.Result.N, e.Comparison),
		newTile("sentiment", t.Result.Sentiment, t.Result.Low, t.Result.High, t.Result.N, t.Comparison))
	return nil
}

func withMetric(q feedback.MeasureQuery, metric string, coverage bool) feedback.MeasureQuery {
	q.Metric, q.Coverage = metric, coverage
	return q
}

func newTile(metric string, value, low, high float64, n int, d *insight.Difference) tileBody {
	m := metricsOnPage[metric]
	t := tileBody{Name: m.name, Value: web.Fixed(m.decimals, value), Interval: web.Fixed(m.decimals, low) + " to " + web.Fixed(m.decimals, high), N: n, Of: m.of}
	if d == nil || d.Small || d.BeforeN == 0 {
		return t
	}
	change := changeBody{Text: web.Signed(m.decimals, d.Difference) + " since the time before", Class: "faint"}
	switch {
	case d.Low > 0:
		change.Class = "good"
	case d.High < 0:
		change.Class = "bad"
	default:
		change.Text += ", maybe chance"
	}
	t.Change = &change
	return t
}

// lines fills in how metrics went.
func (s *server) lines(ctx context.Context, q feedback.MeasureQuery, body *overviewBody) error {
	period, layout := "month", "Jan 06"
	if !q.Filter.From.IsZero() && q.Filter.To.Sub(q.Filter.From) < 120*24*time.Hour {
		period, layout = "week", "2 Jan"
	}
	for _, metric := range []string{"nps", "sentiment"} {
		trend, err := s.service.Trends(ctx, feedback.TrendsQuery{Metric: metric, Filter: q.Filter, Period: period})
		if err != nil {
			return err
		}
		m := metricsOnPage[metric]
		points := make([]web.Point, len(trend.All.Points))
		for i, p := range trend.All.Points {
			day, err := time.Parse(time.DateOnly, p.Period)
			if err != nil {
				return err
			}
			points[i] = web.Point{Label: day.Format(layout), Value: p.Value, Low: p.Low, High: p.High, N: p.N}
			if p.Small { // too few to say anything of
				points[i].N = 0
			}
		}
		body.Lines = append(body.Lines, lineBody{Name: m.name, Note: "by " + period + ", with its 95 % interval", Chart: web.Line(m.name, m.low, m.high, m.decimals, points)})
	}
	return nil
}

// topicRows fills in how topics of the first level are spoken of, the most frequent first.
func (s *server) topicRows(ctx context.Context, q feedback.MeasureQuery, body *overviewBody) error {
	trend, err := s.service.MeasureSentiment(ctx, feedback.MeasureQuery{TallyQuery: feedback.TallyQuery{Metric: "sentiment", Filter: q.Filter, By: "topic", Zone: q.Zone}})
	if err != nil {
		return err
	}
	for _, g := range mostFrequent(trend.Groups) {
		target := pageQuery{pageSearch, url.Values{}}.with("topic", g.Group)
		if !q.Filter.From.IsZero() {
			target = target.with("from", q.Filter.From.Format(time.DateOnly))
		}
		body.Topics = append(body.Topics, topicRow{
			Name: s.topicName(g.Group), URL: target.url(), N: g.Result.N, Negative: g.Result.Negative, Neutral: g.Result.Neutral, Positive: g.Result.Positive, Net: g.Result.Sentiment,
		})
	}
	return nil
}

// mostFrequent gives the topics of the first level, the most frequent first.
func mostFrequent(groups []feedback.Grouped[insight.SentimentResult]) []feedback.Grouped[insight.SentimentResult] {
	var out []feedback.Grouped[insight.SentimentResult]
	for _, g := range groups {
		if g.Group != "" && !strings.ContainsAny(g.Group, ".:") {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b feedback.Grouped[insight.SentimentResult]) int { return cmp.Compare(b.Result.N, a.Result.N) })
	return out[:min(len(out), maxTopicRows)]
}
