package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

type healthListCmd struct {
	dataFlags
	serverFlags
	Grade   []string `help:"Only accounts with these grades; none means no grade." placeholder:"GRADE"`
	Warning []string `help:"Only accounts with these warnings: critical_ticket, churn_intent, drop, falling_usage, silence, stale_nps." placeholder:"KIND"`
	Attr    []string `name:"attr" help:"Only accounts with this attribute, as plan=pro." placeholder:"NAME=VALUE"`
	Sort    string   `default:"score" help:"score, change, value, opportunity, coverage, slope or name; with - before it the other way round."`
	Limit   int      `default:"50" help:"How many accounts at most."`
	JSON    bool     `name:"json" help:"Print JSON, as GET /v1/health answers."`
}

// Run lists accounts.
func (c *healthListCmd) Run(ctx context.Context, std streams) error {
	if c.Limit < 1 || c.Limit > 500 {
		return errors.New("--limit takes 1 to 500")
	}
	p, err := c.list(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, p)
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "account\tscore\tgrade\t30 days\ttrend\tcoverage\twarnings\twhat to do")
	for _, it := range p.Items {
		grade := it.Grade
		if grade == "" {
			grade = "-"
		}
		fmt.Fprintf(t, "%s\t%.1f\t%s\t%+.1f\t%s\t%.0f %%\t%s\t%s\n", it.Account.ID, it.Score, grade, it.Change, it.Trend, 100*it.Coverage, strings.Join(it.Warnings, " "), it.Action)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	s := p.Summary
	if p.Pending > 0 {
		fmt.Fprintf(std.err, "thau: %d accounts have changed and are not computed anew yet\n", p.Pending)
	}
	fmt.Fprintf(std.out, "\n%d accounts; mean %.1f (%.1f to %.1f) of %d with a grade; %d falling, %d rising\n", p.Total, s.Mean, s.Low, s.High, s.N, s.Falling, s.Rising)
	return nil
}

// list asks the server or the data directory.
func (c *healthListCmd) list(ctx context.Context, std streams) (p feedback.Portfolio, err error) {
	attributes := map[string][]string{}
	for _, a := range c.Attr {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return p, fmt.Errorf("--attr: %q is no NAME=VALUE", a)
		}
		attributes[name] = append(attributes[name], value)
	}
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return p, err
		}
		q := url.Values{"grade": c.Grade, "warning": c.Warning, "sort": {c.Sort}, "limit": {strconv.Itoa(c.Limit)}}
		for name, values := range attributes {
			q["attr."+name] = values
		}
		var raw json.RawMessage
		if err := cl.get(ctx, "/v1/health", q, &raw); err != nil {
			return p, err
		}
		return p, json.Unmarshal(raw, &p)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if _, _, err := w.service.RefreshHealth(ctx, math.MaxInt); err != nil { // here nobody else does
		return p, err
	}
	return w.service.Portfolio(ctx, feedback.PortfolioQuery{Grade: c.Grade, Warning: c.Warning, Attributes: attributes, Sort: c.Sort, Limit: c.Limit})
}

type healthPoliciesCmd struct {
	Name string `arg:"" optional:"" help:"The policy to print."`
}

// Run lists the built-in policies, or prints one.
func (c *healthPoliciesCmd) Run(std streams) error {
	if c.Name == "" {
		for _, name := range health.Builtins() {
			fmt.Fprintln(std.out, name)
		}
		return nil
	}
	yaml, err := health.BuiltinYAML(c.Name)
	if err != nil {
		return err
	}
	_, err = std.out.Write(yaml)
	return err
}
