package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

type exportCmd struct {
	dataFlags
	serverFlags
	filterFlags
	Synonyms bool   `help:"The text also finds what is said in other words and in the other language."`
	Format   string `enum:"jsonl,csv" default:"jsonl" help:"jsonl, which imported again gives the same records, or csv, for spreadsheets."`
	Query    string `arg:"" optional:"" help:"A text to search for, as thau search takes it; nothing finds all."`
}

// Run writes every record of a filter: without a text in the order of their first receipt, with one newest first.
func (c *exportCmd) Run(ctx context.Context, std streams) (err error) {
	if c.Server != "" {
		return c.fromServer(ctx, std.out)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	q, err := c.query(ctx, w.service, c.Query)
	if err != nil {
		return err
	}
	q.Synonyms = c.Synonyms
	if q.Text != "" {
		if err := w.catchUp(ctx); err != nil {
			return err
		}
	}
	out := bufio.NewWriterSize(std.out, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	write, flush := func(r *feedback.Record) error { return enc.Encode(r) }, func() error { return nil }
	if c.Format == "csv" {
		attributes, scores, err := w.service.Attributes(ctx)
		if err != nil {
			return err
		}
		sheet, err := intake.NewSheet(out, attributes, scores)
		if err != nil {
			return err
		}
		write, flush = sheet.Write, sheet.Flush
	}
	if err := w.service.Export(ctx, q, write); err != nil {
		return err
	}
	return errors.Join(flush(), out.Flush())
}

// fromServer has a running server write.
func (c *exportCmd) fromServer(ctx context.Context, out io.Writer) error {
	cl, err := c.client()
	if err != nil {
		return err
	}
	values, err := c.values(c.Query)
	if err != nil {
		return err
	}
	values.Set("format", c.Format)
	if c.Synonyms {
		values.Set("synonyms", "true")
	}
	res, err := cl.do(ctx, "GET", "/v1/export", values, "", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(out, res.Body); err != nil {
		return errors.Join(errors.New("the server's answer was cut off: what was written is not all"), err)
	}
	return nil
}

// filterFlags say which records are meant.
type filterFlags struct {
	Filter []string `sep:"none" placeholder:"FIELD=VALUE" help:"Only records with the value; repeat for more: topic=delivery, attr.plan=pro, nps=0..6, from=2026-01-31."`
	View   string   `placeholder:"NAME" help:"Only records of a saved view."`
}

// query gives the query of the flags and a text, with the saved view that they name; one that sets the same as they is an error.
func (f *filterFlags) query(ctx context.Context, s *feedback.Service, text string) (feedback.Query, error) {
	filter, err := parseFilter(f.Filter, s.Zone())
	if err != nil {
		return feedback.Query{}, err
	}
	q := feedback.Query{Text: text, Filter: filter}
	if f.View == "" {
		return q, nil
	}
	view, err := s.View(ctx, f.View)
	if err != nil {
		return q, err
	}
	values := filterQuery(filter)
	if text != "" {
		values.Set("q", text)
	}
	for name, given := range view.Filter {
		if values.Has(name) {
			return q, feedback.Errorf(feedback.CodeInvalid, name, "is set by the view %q already", view.Name)
		}
		values[name] = given
	}
	q.Filter, q.Text, err = feedback.ParseFilter(values, s.Zone())
	return q, err
}

// values gives the flags and a text as the parameters of a URL. Days stay as they were given, for the server knows its zone.
func (f *filterFlags) values(text string) (url.Values, error) {
	zone, err := time.LoadLocation(defaultZone)
	if err != nil {
		return nil, err
	}
	filter, err := parseFilter(f.Filter, zone)
	if err != nil {
		return nil, err
	}
	values := filterQuery(filter)
	for _, arg := range f.Filter {
		if name, value, _ := strings.Cut(arg, "="); name == "from" || name == "to" {
			values.Set(name, value)
		}
	}
	if text != "" {
		values.Set("q", text)
	}
	if f.View != "" {
		values.Set("view", f.View)
	}
	return values, nil
}
