package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/thau-cx/thau/feedback"
)

type emergingCmd struct {
	insightFlags
	At       string `placeholder:"DAY" help:"The end of now, itself not included; the end of the last day that has records where absent."`
	Days     int    `default:"7" help:"How many days now is."`
	Baseline int    `default:"56" help:"How many days before it are compared."`
	Limit    int    `default:"20" help:"How many topics and phrases, 1 to 100."`
	Quotes   int    `default:"1" help:"How many quotes of each, 0 to 10."`
	Least    int    `default:"5" help:"How many people have to say it now, at least 2."`
}

// Run finds and prints what is said more often than before.
func (c *emergingCmd) Run(ctx context.Context, std streams) error {
	query := url.Values{
		"at": {c.At}, "days": {strconv.Itoa(c.Days)}, "baseline": {strconv.Itoa(c.Baseline)}, "limit": {strconv.Itoa(c.Limit)}, "least": {strconv.Itoa(c.Least)},
		"quotes": {strconv.Itoa(c.Quotes)},
	}
	emerging, err := ask(ctx, std, &c.insightFlags, "/v1/emerging", query, func(s *feedback.Service, f feedback.Filter) (feedback.Emerging, error) {
		at, err := dayFlag("at", c.At, s)
		if err != nil {
			return feedback.Emerging{}, err
		}
		return s.Emerging(ctx, feedback.EmergingQuery{
			Filter: f, At: at, Days: c.Days, Baseline: c.Baseline, Limit: c.Limit, Least: c.Least, Quotes: quotesAsked(c.Quotes),
		})
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, emerging)
	}
	return printEmerging(std.out, &emerging)
}

func printEmerging(w io.Writer, e *feedback.Emerging) error {
	if _, err := fmt.Fprintf(w, "%s to %s: %s of %d people, against %s of %d people since %s\n",
		e.Now.From, e.Now.To, records(e.Now.Records), e.Now.Voices, records(e.Before.Records), e.Before.Voices, e.Before.From); err != nil {
		return err
	}
	for i := range e.Items {
		if _, err := fmt.Fprintf(w, "\n%s\n", oneLine(e.Items[i].Text.English)); err != nil {
			return err
		}
		for _, q := range e.Items[i].Quotes {
			if _, err := fmt.Fprintf(w, "  %s  %s\n", oneLine(q.ID), excerpt("", q.Text, q.Spans, excerptRunes, marks(w))); err != nil {
				return err
			}
		}
	}
	if len(e.Items) == 0 {
		if _, err := fmt.Fprintln(w, "\nNothing is said more often than before by enough people to tell it from chance."); err != nil {
			return err
		}
	}
	for i := range e.Drifts {
		if _, err := fmt.Fprintf(w, "\n%s\n", oneLine(e.Drifts[i].Text.English)); err != nil {
			return err
		}
	}
	return nil
}
