package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/index"
)

type searchCmd struct {
	dataFlags
	serverFlags
	filterFlags
	Synonyms bool     `help:"Also find what is said in other words and in the other language: words that say the same, and records of the topics that they name."`
	Facets   []string `placeholder:"FACET" help:"Count the values of these: topic, sentiment, source, channel, language, intent, urgency, account, touchpoint, tag, attr.NAME."`
	Sort     string   `enum:",relevance,newest,oldest" default:"" help:"relevance, newest or oldest."`
	Limit    int      `default:"20" help:"How many records, 1 to 200."`
	Excerpt  int      `placeholder:"N" help:"How much of a long text to show, 40 to 1,000 characters where most matches are; 320 for people. With --json, also print that excerpt with its place."`
	Cursor   string   `help:"The next page: what the page before gave as next."`
	JSON     bool     `name:"json" help:"Print JSON, as GET /v1/search answers."`
	Query    string   `arg:"" optional:"" help:"What to search for; nothing finds all."`
}

// Help explains the query language.
func (searchCmd) Help() string { return "The query language:\n\n" + index.QueryHelp }

// Run searches and prints a page.
func (c *searchCmd) Run(ctx context.Context, std streams) error {
	page, zone, err := c.page(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(page)
	}
	return printPage(std.out, page, cmp.Or(c.Excerpt, excerptRunes), zone)
}

// page asks the server or the data directory; the zone is the workspace's.
func (c *searchCmd) page(ctx context.Context, std streams) (page feedback.Page, zone *time.Location, err error) {
	if c.Server != "" {
		if zone, err = time.LoadLocation(defaultZone); err != nil {
			return page, nil, err
		}
		page, err = c.fromServer(ctx)
		return page, zone, err
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return page, nil, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	q, err := c.query(ctx, w.service, c.Query)
	if err != nil {
		return page, nil, err
	}
	q.Synonyms, q.Facets, q.Sort, q.Limit, q.Excerpt, q.Cursor = c.Synonyms, c.Facets, c.Sort, c.Limit, c.Excerpt, c.Cursor
	if err := w.catchUp(ctx); err != nil {
		return page, nil, err
	}
	page, err = w.service.Search(ctx, q)
	return page, w.service.Zone(), err
}

// fromServer asks a running server.
func (c *searchCmd) fromServer(ctx context.Context) (page feedback.Page, err error) {
	cl, err := c.client()
	if err != nil {
		return page, err
	}
	values, err := c.values(c.Query)
	if err != nil {
		return page, err
	}
	values.Set("limit", strconv.Itoa(c.Limit))
	if c.Synonyms {
		values.Set("synonyms", "true")
	}
	if c.Excerpt != 0 {
		values.Set("excerpt", strconv.Itoa(c.Excerpt))
	}
	for name, value := range map[string]string{"facets": strings.Join(c.Facets, ","), "sort": c.Sort, "cursor": c.Cursor} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return page, cl.get(ctx, "/v1/search", values, &page)
}

// printPage prints records for people.
func printPage(w io.Writer, page feedback.Page, length int, zone *time.Location) error {
	marked := marks(w)
	if _, err := fmt.Fprintf(w, "%d of %s\n", len(page.Items), records(page.Total)); err != nil {
		return err
	}
	if err := printItems(w, page.Items, length, zone, marked); err != nil {
		return err
	}
	if len(page.Related) > 0 {
		if _, err := fmt.Fprintf(w, "\nrelated, by %s\n", strings.Map(printable, page.ReadAs)); err != nil {
			return err
		}
		if err := printItems(w, page.Related, length, zone, marked); err != nil {
			return err
		}
	}
	return printFacets(w, page)
}

func printItems(w io.Writer, items []feedback.Item, length int, zone *time.Location, marked bool) error {
	for i := range items {
		r := &items[i].Record
		if _, err := fmt.Fprintf(w, "\n%s\n", headline(r, zone)); err != nil {
			return err
		}
		for _, f := range []struct{ title, text string }{{title: r.Title}, {text: r.Text}} {
			if f.title+f.text == "" {
				continue
			}
			if _, err := fmt.Fprintf(w, "  %s\n", excerpt(f.title, f.text, items[i].Spans, length, marked)); err != nil {
				return err
			}
		}
	}
	return nil
}

func printFacets(w io.Writer, page feedback.Page) error {
	names := make([]string, 0, len(page.Facets))
	for name := range page.Facets {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if _, err := fmt.Fprintf(w, "\n%s\n", name); err != nil {
			return err
		}
		for _, v := range page.Facets[name] {
			if _, err := fmt.Fprintf(w, "%8d  %s\n", v.Count, strings.Map(printable, v.Value)); err != nil {
				return err
			}
		}
	}
	if page.Next == "" {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nmore with --cursor %s\n", page.Next)
	return err
}

// headline says what a record is in one line.
func headline(r *feedback.Record, zone *time.Location) string {
	parts := []string{r.ID, r.Source}
	if r.CollectedAt != nil {
		parts = append(parts, r.CollectedAt.In(zone).Format(time.DateOnly))
	}
	l := r.Labels()
	parts = append(parts, fmt.Sprintf("%s %+.2f", l.Sentiment, r.Analysis.Sentiment.Score))
	topics := make([]string, 0, len(l.Topics))
	for id, polarity := range l.Topics {
		if polarity != "" {
			id += ":" + polarity
		}
		topics = append(topics, id)
	}
	slices.Sort(topics)
	if len(topics) > 0 {
		parts = append(parts, strings.Join(topics, " "))
	}
	return strings.Map(printable, strings.Join(parts, "  "))
}

// excerptRunes is how much of a text people are shown.
const excerptRunes = 320

// excerpt gives the part of a title or a text where most matches are, in one line.
func excerpt(title, text string, spans []feedback.Span, length int, marked bool) string {
	e := feedback.ExcerptOf(&feedback.Record{Draft: feedback.Draft{Title: title, Text: text}}, spans, length)
	var b strings.Builder
	if e.Start > 0 {
		b.WriteString("…")
	}
	on := false
	for i, c := range []rune(e.Text) {
		at := e.Start + i
		inside := slices.ContainsFunc(spans, func(s feedback.Span) bool { return s.Field == e.Field && s.Start <= at && at < s.End })
		if marked && inside != on {
			on = inside
			b.WriteString(map[bool]string{true: markOn, false: markOff}[on])
		}
		b.WriteRune(printable(c))
	}
	if on {
		b.WriteString(markOff)
	}
	if e.End < utf8.RuneCountInString(title+text) {
		b.WriteString("…")
	}
	return b.String()
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
