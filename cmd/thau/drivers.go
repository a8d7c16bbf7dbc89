package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/thau-cx/thau/feedback"
)

type driversCmd struct {
	insightFlags
	Adjust []string `placeholder:"FACET" help:"Facets whose values effects hold equal: source, channel, language, sentiment, urgency, touchpoint, attr.NAME; none for no adjustment. Without it, the declared attributes."`
	Level  int      `default:"2" help:"Topics above (1), or those below them where there are any (2)."`
	Limit  int      `default:"20" help:"How many, the strongest first, 1 to 200."`
	Least  int      `default:"5" help:"How many people a driver needs, at least 2."`
	Metric string   `arg:"" help:"nps, csat, csat:ASPECT, ces, rating or sentiment."`
}

// Run computes and prints which topics a metric goes with.
func (c *driversCmd) Run(ctx context.Context, std streams) error {
	query := url.Values{"metric": {c.Metric}, "level": {strconv.Itoa(c.Level)}, "limit": {strconv.Itoa(c.Limit)}, "least": {strconv.Itoa(c.Least)}}
	if len(c.Adjust) > 0 {
		query["adjust"] = c.Adjust
	}
	adjust := c.Adjust
	if len(adjust) == 1 && adjust[0] == "none" {
		adjust = []string{}
	}
	drivers, err := ask(ctx, std, &c.insightFlags, "/v1/drivers", query, func(s *feedback.Service, f feedback.Filter) (feedback.Drivers, error) {
		return s.Drivers(ctx, feedback.DriversQuery{Metric: c.Metric, Filter: f, Adjust: adjust, Level: c.Level, Limit: c.Limit, Least: c.Least})
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, drivers)
	}
	return printDrivers(std.out, &drivers)
}

func printDrivers(w io.Writer, d *feedback.Drivers) error {
	held := ""
	if len(d.Held) > 0 {
		held = "; effects are adjusted for " + strings.Join(d.Held, ", ")
	}
	if _, err := fmt.Fprintf(w, "%s %.4g of %d answers by %d people; topics explain %.0f %% of its variance%s\n\n", d.Metric, d.Value, d.N, d.Voices, 100*d.R2, oneLine(held)); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "topic\tsaid of it\tn\tvalue\timpact\t95 % interval\teffect\timportance\t")
	for i := range d.Items {
		x := &d.Items[i]
		note := ""
		if !x.Sure {
			note = "may be chance"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%.4g\t%+.2f\t%+.2f – %+.2f\t%+.2f\t%.0f %%\t%s\n",
			oneLine(x.Topic), x.Sentiment, x.N, x.Value, x.Impact, x.ImpactLow, x.ImpactHigh, x.Effect, 100*x.Importance, note)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", d.Note.English)
	return err
}
