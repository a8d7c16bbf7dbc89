package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/thau-cx/thau/feedback"
)

type themesCmd struct {
	insightFlags
	Against string `enum:",rest,nothing" default:"" help:"What the records are held against: rest (all others) or nothing (the most frequent themes first)."`
	Limit   int    `default:"20" help:"How many themes, 1 to 100."`
	Quotes  int    `default:"1" help:"How many quotes of each, 0 to 10."`
	Least   int    `default:"5" help:"How many people a theme needs, at least 2."`
}

// Run finds and prints what sets records apart.
func (c *themesCmd) Run(ctx context.Context, std streams) error {
	query := url.Values{"against": {c.Against}, "limit": {strconv.Itoa(c.Limit)}, "least": {strconv.Itoa(c.Least)}, "quotes": {strconv.Itoa(c.Quotes)}}
	themes, err := ask(ctx, std, &c.insightFlags, "/v1/themes", query, func(s *feedback.Service, f feedback.Filter) (feedback.Themes, error) {
		return s.Themes(ctx, feedback.ThemesQuery{Filter: f, Against: feedback.Against(c.Against), Limit: c.Limit, Quotes: quotesAsked(c.Quotes), Least: c.Least})
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, themes)
	}
	return printThemes(std.out, &themes)
}

func printThemes(w io.Writer, t *feedback.Themes) error {
	against := "nothing: the most frequent first"
	if t.Rest != nil {
		against = fmt.Sprintf("%s of %d people", records(t.Rest.Records), t.Rest.Voices)
	}
	if _, err := fmt.Fprintf(w, "%s of %d people, against %s\n\n", records(t.Set.Records), t.Set.Voices, against); err != nil {
		return err
	}
	if len(t.Items) == 0 {
		_, err := fmt.Fprintln(w, "Nothing that enough people say sets them apart.")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "theme\tpeople\tshare\todds\t95 % interval\tsentiment\ttrend\ttopic")
	for i := range t.Items {
		x := &t.Items[i]
		odds, interval := "", ""
		if t.Rest != nil {
			odds, interval = fmt.Sprintf("×%.1f", x.Ratio), fmt.Sprintf("%.1f – %.1f", x.Low, x.High)
			if !x.Sure {
				interval += "  (may be chance)"
			}
		}
		topic := ""
		if len(x.Topics) > 0 {
			topic = x.Topics[0].Topic
		}
		if x.Proposal != nil {
			topic = "new: " + x.Proposal.ID
		}
		fmt.Fprintf(table, "%s\t%d\t%.0f %%\t%s\t%s\t%+.2f\t%s\t%s\n", oneLine(x.Label), x.N, 100*x.Share, odds, interval, x.Sentiment.Sentiment, x.Trend.Direction, topic)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for i := range t.Items {
		if err := printQuotes(w, t.Items[i].Label, t.Items[i].Quotes); err != nil {
			return err
		}
	}
	return nil
}

// printQuotes prints quotes under a heading, with what they say of it marked on a terminal.
func printQuotes(w io.Writer, label string, quotes []feedback.Quotation) error {
	if len(quotes) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, "\n%s\n", oneLine(label)); err != nil {
		return err
	}
	for i := range quotes {
		q := &quotes[i]
		day := ""
		if q.CollectedAt != nil {
			day = q.CollectedAt.Format(time.DateOnly)
		}
		if _, err := fmt.Fprintf(w, "  %s  %s  %s\n", oneLine(q.ID), day, excerpt("", q.Text, q.Spans, excerptRunes, marks(w))); err != nil {
			return err
		}
	}
	return nil
}

// oneLine is a text in one line.
func oneLine(s string) string { return strings.Map(printable, s) }
