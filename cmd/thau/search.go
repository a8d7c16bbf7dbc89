package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/index"
)

type searchCmd struct {
	dataFlags
	serverFlags
	Filter   []string `sep:"none" placeholder:"FIELD=VALUE" help:"Only records with the value; repeat for more: topic=delivery, attr.plan=pro, nps=0..6, from=2026-01-31."`
	Synonyms bool     `help:"Also find what is said in other words and in the other language: records of the topics that the words name."`
	Facets   []string `placeholder:"FACET" help:"Count the values of these: topic, sentiment, source, channel, language, intent, urgency, account, touchpoint, tag, attr.NAME."`
	Sort     string   `enum:",relevance,newest,oldest" default:"" help:"relevance, newest or oldest."`
	Limit    int      `default:"20" help:"How many records, 1 to 200."`
	Cursor   string   `help:"The next page: what the page before gave as next."`
	JSON     bool     `name:"json" help:"Print JSON, as GET /v1/search answers."`
	Query    string   `arg:"" optional:"" help:"What to search for; nothing finds all."`
}

// Help explains the query language.
func (searchCmd) Help() string { return "The query language:\n\n" + index.QueryHelp }

// Run searches and prints a page.
func (c *searchCmd) Run(ctx context.Context, std streams) error {
	zone, err := time.LoadLocation(defaultZone)
	if err != nil {
		return err
	}
	filter, err := parseFilter(c.Filter, zone)
	if err != nil {
		return err
	}
	q := feedback.Query{Text: c.Query, Synonyms: c.Synonyms, Filter: filter, Facets: c.Facets, Sort: c.Sort, Limit: c.Limit, Cursor: c.Cursor}
	page, err := c.page(ctx, std, q)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(page)
	}
	return printPage(std.out, page, zone)
}

// page asks the server or the data directory.
func (c *searchCmd) page(ctx context.Context, std streams, q feedback.Query) (page feedback.Page, err error) {
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return page, err
		}
		return page, cl.get(ctx, "/v1/search", searchQuery(q), &page)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return page, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.catchUp(ctx); err != nil {
		return page, err
	}
	return w.service.Search(ctx, q)
}

// searchQuery gives a query as the parameters of a URL.
func searchQuery(q feedback.Query) url.Values {
	v := filterQuery(q.Filter)
	v.Set("limit", strconv.Itoa(q.Limit))
	if q.Synonyms {
		v.Set("synonyms", "true")
	}
	for name, value := range map[string]string{"q": q.Text, "facets": strings.Join(q.Facets, ","), "sort": q.Sort, "cursor": q.Cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// printPage prints records for people.
func printPage(w io.Writer, page feedback.Page, zone *time.Location) error {
	marked := marks(w)
	if _, err := fmt.Fprintf(w, "%d of %s\n", len(page.Items), records(page.Total)); err != nil {
		return err
	}
	if err := printItems(w, page.Items, zone, marked); err != nil {
		return err
	}
	if len(page.Related) > 0 {
		if _, err := fmt.Fprintf(w, "\nrelated, by %s\n", strings.Map(printable, page.ReadAs)); err != nil {
			return err
		}
		if err := printItems(w, page.Related, zone, marked); err != nil {
			return err
		}
	}
	return printFacets(w, page)
}

func printItems(w io.Writer, items []feedback.Item, zone *time.Location, marked bool) error {
	for i := range items {
		r := &items[i].Record
		if _, err := fmt.Fprintf(w, "\n%s\n", headline(r, zone)); err != nil {
			return err
		}
		for _, f := range []struct{ name, text string }{{"title", r.Title}, {"text", r.Text}} {
			if f.text == "" {
				continue
			}
			if _, err := fmt.Fprintf(w, "  %s\n", excerpt(f.text, spansOf(items[i].Spans, f.name), marked)); err != nil {
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

// excerptRunes is how much of a text is shown.
const excerptRunes = 320

// excerpt gives the part of a text where the first match is, in one line.
func excerpt(text string, spans []feedback.Span, marked bool) string {
	runes := []rune(text)
	from := 0
	if len(runes) > excerptRunes && len(spans) > 0 {
		from = max(0, min(spans[0].Start-excerptRunes/4, len(runes)-excerptRunes))
	}
	to := min(len(runes), from+excerptRunes)
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	on := false
	for i := from; i < to; i++ {
		inside := slices.ContainsFunc(spans, func(s feedback.Span) bool { return s.Start <= i && i < s.End })
		if marked && inside != on {
			on = inside
			b.WriteString(map[bool]string{true: markOn, false: markOff}[on])
		}
		b.WriteRune(printable(runes[i]))
	}
	if on {
		b.WriteString(markOff)
	}
	if to < len(runes) {
		b.WriteString("…")
	}
	return b.String()
}

func spansOf(spans []feedback.Span, field string) []feedback.Span {
	return slices.DeleteFunc(slices.Clone(spans), func(s feedback.Span) bool { return s.Field != field })
}

func records(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}
