package api

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// pageQuery is the part of a page's address that says which records are meant. Pages make the addresses of their links from it.
type pageQuery struct {
	path   string
	values url.Values
}

// facetsOnPage are the facets to filter by on a page, in order.
var facetsOnPage = []string{"sentiment", "topic", "intent", "urgency", "source", "channel", "language", "touchpoint", "tag", "account", "customer"}

// newPageQuery keeps of an address what pages know.
func newPageQuery(path string, sent url.Values) pageQuery {
	q := pageQuery{path, url.Values{}}
	for name, values := range sent {
		known := slices.Contains(facetsOnPage, name) || slices.Contains([]string{"q", "from", "to", "synonyms", "metric"}, name) || strings.HasPrefix(name, attributePrefix)
		for _, v := range values {
			if known && v != "" {
				q.values.Add(name, v)
			}
		}
	}
	return q
}

// filter gives the filter of an address.
func (q pageQuery) filter(zone *time.Location) (feedback.Filter, error) {
	v := q.values
	f := Filters{
		Source: v["source"], Channel: v["channel"], Language: v["language"], Sentiment: v["sentiment"], Topic: v["topic"], Intent: v["intent"],
		Urgency: v["urgency"], Account: v["account"], Customer: v["customer"], Touchpoint: v["touchpoint"], Tag: v["tag"],
		From: v.Get("from"), To: v.Get("to"),
	}
	for name, values := range v {
		if attribute, ok := strings.CutPrefix(name, attributePrefix); ok {
			if f.attributes == nil {
				f.attributes = map[string][]string{}
			}
			f.attributes[attribute] = values
		}
	}
	return f.filter(zone)
}

// url gives an address of these values.
func (q pageQuery) url() string {
	if len(q.values) == 0 {
		return q.path
	}
	return q.path + "?" + q.values.Encode()
}

// at gives the same on another page.
func (q pageQuery) at(path string) pageQuery { return pageQuery{path, q.values} }

// with gives the same with a value set, or without the parameter where the value is empty.
func (q pageQuery) with(name, value string) pageQuery {
	out := q.clone()
	out.values.Del(name)
	if value != "" {
		out.values.Set(name, value)
	}
	return out
}

// toggled gives the same with a value of a facet added, or taken away where it is there.
func (q pageQuery) toggled(name, value string) pageQuery {
	out := q.clone()
	if q.has(name, value) {
		out.values[name] = slices.DeleteFunc(out.values[name], func(v string) bool { return v == value })
		if len(out.values[name]) == 0 {
			out.values.Del(name)
		}
		return out
	}
	out.values.Add(name, value)
	return out
}

func (q pageQuery) has(name, value string) bool { return slices.Contains(q.values[name], value) }

func (q pageQuery) clone() pageQuery {
	out := pageQuery{q.path, url.Values{}}
	for name, values := range q.values {
		out.values[name] = slices.Clone(values)
	}
	return out
}

// choice is a link that may be the one that was chosen.
type choice struct {
	Name, URL string
	Chosen    bool
	Count     int
}

// chosen gives the filters of an address, each with the address without it.
func (q pageQuery) chosen(name func(facet, value string) string) []choice {
	var out []choice
	for _, facet := range sortedKeys(q.values) {
		if !slices.Contains(facetsOnPage, facet) && !strings.HasPrefix(facet, attributePrefix) {
			continue
		}
		for _, v := range q.values[facet] {
			out = append(out, choice{Name: strings.TrimPrefix(facet, attributePrefix) + ": " + name(facet, v), URL: q.toggled(facet, v).url(), Chosen: true})
		}
	}
	return out
}
