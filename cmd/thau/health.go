package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/thau-cx/thau/health"
)

type healthCmd struct {
	Show     healthShowCmd     `cmd:"" default:"withargs" help:"Say how an account is, and why (the default)."`
	List     healthListCmd     `cmd:"" help:"List the accounts by their health."`
	Policies healthPoliciesCmd `cmd:"" help:"List the built-in policies, or print one to start from."`
	Backtest backtestCmd       `cmd:"" help:"Hold a policy against what became of accounts."`
	Fit      fitCmd            `cmd:"" help:"Propose weights for a policy from what became of accounts."`
}

type healthShowCmd struct {
	dataFlags
	serverFlags
	At      string `placeholder:"TIME" help:"The health as it was known at a moment, or at the end of a day; now where absent."`
	JSON    bool   `name:"json" help:"Print JSON, as GET /v1/accounts/{id}/health answers."`
	Account string `arg:"" help:"The account's id."`
}

// Run computes and prints a report.
func (c *healthShowCmd) Run(ctx context.Context, std streams) error {
	report, err := c.report(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, report)
	}
	return printReport(std.out, report)
}

// report asks the server or the data directory.
func (c *healthShowCmd) report(ctx context.Context, std streams) (report health.Report, err error) {
	var at time.Time
	if c.At != "" {
		zone, err := time.LoadLocation(defaultZone)
		if err != nil {
			return report, err
		}
		day := false
		if at, day, err = parseMoment(c.At, zone); err != nil {
			return report, fmt.Errorf("--at: %w", err)
		}
		if day {
			at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
		}
	}
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return report, err
		}
		q := url.Values{}
		if !at.IsZero() {
			q.Set("at", at.Format(time.RFC3339Nano))
		}
		return report, cl.get(ctx, "/v1/accounts/"+url.PathEscape(c.Account)+"/health", q, &report)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return w.service.Health(ctx, c.Account, at)
}

// printReport prints a report as a small table: the contributions add up to the score.
func printReport(w io.Writer, r health.Report) error {
	grade := r.Grade
	if grade == "" {
		grade = "no grade: too little is known"
	}
	if _, err := fmt.Fprintf(w, "%s  %.1f  %s\ncoverage %.0f %%, between %.1f and %.1f, trend %s\n", r.AccountID, r.Score, grade, 100*r.Coverage, r.Low, r.High, r.Trend.Direction); err != nil {
		return err
	}
	if o := r.Override; o != nil {
		fmt.Fprintf(w, "%s says %s %.1f until %s: %s; with it %.1f %s\n", o.Author, o.Kind, o.Value, o.ExpiresAt.Format(time.DateOnly), o.Reason, o.Score, o.Grade)
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "points\tsignal\tvalue\tmapped\tweight\tn\treason")
	fmt.Fprintln(t, "+50.0\tstart\t\t\t\t\t")
	for _, c := range r.Contributions {
		value := c.Text
		if c.Value != nil {
			value = strconv.FormatFloat(*c.Value, 'g', 6, 64)
		}
		fmt.Fprintf(t, "%+.1f\t%s\t%s\t%.0f\t%.2f\t%d\t%s\n", c.Contribution, c.Signal, value, c.Mapped, c.Weight, c.N, c.Reason)
	}
	for _, m := range r.Missing {
		fmt.Fprintf(t, "\t%s\tmissing\t\t\t\t\n", m)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if c := r.Change; c != nil {
		fmt.Fprintf(w, "\n%+.1f since %s: evidence %+.1f, policy %+.1f, age %+.1f, reading %+.1f\n", c.Total, c.Since.Format(time.DateOnly), c.Evidence, c.Weights, c.Decay, c.Reading)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(w, "! %s\n", warning.Message)
		for _, q := range warning.Quotes[:min(2, len(warning.Quotes))] {
			fmt.Fprintf(w, "    %s  %q\n", q.At.Format(time.DateOnly), q.Text)
		}
	}
	if r.Action != nil {
		fmt.Fprintf(w, "> %s\n", r.Action.Do)
	}
	return nil
}
