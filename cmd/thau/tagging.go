package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"text/tabwriter"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/tagging"
)

type taggingCmd struct {
	Rules  taggingRulesCmd  `cmd:"" help:"Print the tagging rules in force, or set them from a file."`
	Report taggingReportCmd `cmd:"" help:"Tell how well records are tagged, from what people corrected, and how far that moved."`
}

type taggingRulesCmd struct {
	dataFlags
	serverFlags
	Set  string `placeholder:"FILE" help:"Set the rules from FILE; - is standard input."`
	JSON bool   `name:"json" help:"With --set: print the version as JSON."`
}

// Run prints or sets the rules.
func (c *taggingRulesCmd) Run(ctx context.Context, std streams) error {
	var text []byte
	if c.Set != "" {
		var err error
		if c.Set == "-" {
			text, err = io.ReadAll(std.in)
		} else {
			text, err = os.ReadFile(c.Set)
		}
		if err != nil {
			return err
		}
	}
	version, err := c.through(ctx, std, &text)
	if err != nil {
		return err
	}
	switch {
	case c.Set == "":
		_, err = std.out.Write(text)
	case c.JSON:
		err = printJSON(std.out, map[string]int{"version": version})
	default:
		_, err = fmt.Fprintf(std.out, "version %d is in force\n", version)
	}
	return err
}

// through sets or gets the rules, on the server or in the data directory.
func (c *taggingRulesCmd) through(ctx context.Context, std streams, text *[]byte) (version int, err error) {
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return 0, err
		}
		if c.Set == "" {
			res, err := cl.do(ctx, http.MethodGet, "/v1/tagging/rules", nil, "", nil)
			if err != nil {
				return 0, err
			}
			*text, err = io.ReadAll(res.Body)
			return 0, errors.Join(err, res.Body.Close())
		}
		return cl.putRules(ctx, *text)
	}
	open := c.openExisting
	if c.Set != "" {
		open = c.open
	}
	w, err := c.workspace(ctx, open, newLogger(std, slog.LevelWarn))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if c.Set == "" {
		rules, version, err := w.service.TaggingRules(ctx)
		if err == nil {
			*text = []byte(rules.Text())
		}
		return version, err
	}
	return w.service.PutTaggingRules(ctx, string(*text), "thau tagging rules")
}

type taggingReportCmd struct {
	dataFlags
	serverFlags
	Period string `enum:"week,month," default:"" placeholder:"week|month" help:"Agreement by week or month."`
	From   string `placeholder:"TIME" help:"Corrections from this day or moment on."`
	To     string `placeholder:"TIME" help:"Corrections before this day or moment."`
	Since  string `placeholder:"TIME" help:"Drift since this day or moment; where absent, since the last change of the overlays in force."`
	JSON   bool   `name:"json" help:"Print JSON, as GET /v1/tagging/report answers."`
}

// Run prints the report.
func (c *taggingReportCmd) Run(ctx context.Context, std streams) error {
	report, err := c.report(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, report)
	}
	return printTagging(std.out, report)
}

func (c *taggingReportCmd) report(ctx context.Context, std streams) (report feedback.TaggingReport, err error) {
	zone, err := time.LoadLocation(defaultZone)
	if err != nil {
		return report, err
	}
	q := feedback.TaggingQuery{Period: c.Period}
	params := url.Values{}
	for _, p := range []struct {
		name, value string
		into        *time.Time
	}{{"from", c.From, &q.From}, {"to", c.To, &q.To}, {"since", c.Since, &q.Since}} {
		if p.value == "" {
			continue
		}
		if *p.into, _, err = parseMoment(p.value, zone); err != nil {
			return report, fmt.Errorf("--%s: %w", p.name, err)
		}
		params.Set(p.name, p.into.Format(time.RFC3339Nano))
	}
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return report, err
		}
		if c.Period != "" {
			params.Set("period", c.Period)
		}
		return report, cl.get(ctx, "/v1/tagging/report", params, &report)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return w.service.TaggingReport(ctx, q)
}

// printTagging prints a report as tables.
func printTagging(out io.Writer, r feedback.TaggingReport) error {
	fmt.Fprintf(out, "%s corrected or confirmed\n", records(r.Corrected))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	share := func(r tagging.Rate) string {
		if r.N == 0 {
			return "-"
		}
		return fmt.Sprintf("%.2f (%.2f–%.2f) of %d", r.Value, r.Low, r.High, r.N)
	}
	for _, k := range r.Kinds {
		fmt.Fprintf(w, "\n%s\tagreement\tprecision\trecall\n", k.Kind)
		fmt.Fprintf(w, "all\t%s\t%s\t%s\n", share(k.Agreement), share(k.Precision), share(k.Recall))
		for _, p := range k.Periods {
			fmt.Fprintf(w, "from %s\t%s\t%s\t%s\n", p.Period, share(p.Agreement), share(p.Precision), share(p.Recall))
		}
		for _, l := range k.Labels {
			fmt.Fprintf(w, "%s\t\t%s\t%s\n", l.Label, share(l.Precision), share(l.Recall))
		}
		for _, p := range k.Curve {
			fmt.Fprintf(w, "sure from %.2f\tcoverage %.2f\t%s\t\n", p.Confidence, p.Coverage, share(p.Precision))
		}
	}
	if r.Since != nil {
		fmt.Fprintf(w, "\ndrift since %s\tpsi\tchance\tmoved\n", r.Since.Format("2006-01-02 15:04"))
		for _, d := range r.Drift {
			verdict := "steady"
			if d.Drifted {
				verdict = "drifted"
			}
			fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%s", d.Of, d.PSI, d.Bound, verdict)
			for _, m := range d.Moved[:min(3, len(d.Moved))] {
				fmt.Fprintf(w, " %s %.2f→%.2f", m.Value, m.Before, m.After)
			}
			fmt.Fprintln(w)
		}
	}
	return w.Flush()
}

// putRules sets the rules of a server.
func (c *client) putRules(ctx context.Context, text []byte) (version int, err error) {
	var v struct {
		Version int `json:"version"`
	}
	err = c.exchange(ctx, http.MethodPut, "/v1/tagging/rules", "text/plain", text, &v)
	return v.Version, err
}
