package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"text/tabwriter"

	"github.com/thau-cx/thau/feedback"
)

type trendsCmd struct {
	insightFlags
	By     string `placeholder:"FACET" help:"Also by the values of this: topic, source, channel, language, sentiment, intent, urgency, account, touchpoint, tag, attr.NAME."`
	Period string `enum:"day,week,month" default:"week" help:"day, week (from Monday) or month."`
	Split  string `placeholder:"DAY" help:"Where the later time of the change begins; the middle where absent."`
	Limit  int    `default:"20" help:"How many groups, the largest first, 1 to 200."`
	Metric string `arg:"" optional:"" default:"records" help:"records, nps, csat, csat:ASPECT, ces, rating or sentiment."`
}

// Run computes and prints a metric over time.
func (c *trendsCmd) Run(ctx context.Context, std streams) error {
	query := url.Values{"metric": {c.Metric}, "by": {c.By}, "period": {c.Period}, "split": {c.Split}, "limit": {strconv.Itoa(c.Limit)}}
	trends, err := ask(ctx, std, &c.insightFlags, "/v1/trends", query, func(s *feedback.Service, f feedback.Filter) (feedback.Trends, error) {
		split, err := dayFlag("split", c.Split, s)
		if err != nil {
			return feedback.Trends{}, err
		}
		return s.Trends(ctx, feedback.TrendsQuery{Metric: c.Metric, Filter: f, By: c.By, Period: c.Period, Split: split, Limit: c.Limit})
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, trends)
	}
	return printTrends(std.out, &trends)
}

func printTrends(w io.Writer, t *feedback.Trends) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "group\t%s from\t%s\t95 %% interval\tn\n", t.Period, t.Metric)
	for _, s := range append([]feedback.TrendSeries{t.All}, t.Items...) {
		group := "all"
		if s.Group != nil {
			group = oneLine(*s.Group)
		}
		for _, p := range s.Points {
			if p.Small {
				fmt.Fprintf(table, "%s\t%s\ttoo few\t\t%d\n", group, p.Period, p.N)
				continue
			}
			fmt.Fprintf(table, "%s\t%s\t%.4g\t%.4g – %.4g\t%d\n", group, p.Period, p.Value, p.Low, p.High, p.N)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if t.Text == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, "\n%s\n", t.Text.English)
	return err
}
