package main

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// numbers are the fields that --filter takes a range of.
var numbers = []string{"nps", "csat", "ces", "rating", "score"}

// labels gives the fields of a filter that hold labels, by their name on the command line and in a URL.
func labels(f *feedback.Filter) map[string]*[]string {
	return map[string]*[]string{
		"source": &f.Source, "channel": &f.Channel, "language": &f.Language, "sentiment": &f.Sentiment, "topic": &f.Topic,
		"intent": &f.Intent, "urgency": &f.Urgency, "account": &f.Account, "customer": &f.Customer, "touchpoint": &f.Touchpoint, "tag": &f.Tag,
	}
}

// parseFilter reads FIELD=VALUE arguments: one of a field's values must hold, and every field's.
func parseFilter(args []string, zone *time.Location) (f feedback.Filter, err error) {
	fields := labels(&f)
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok || value == "" {
			return f, fmt.Errorf("--filter %s is not of the form FIELD=VALUE", arg)
		}
		attribute, isAttribute := strings.CutPrefix(name, "attr.")
		switch {
		case fields[name] != nil:
			*fields[name] = append(*fields[name], value)
		case isAttribute && attribute != "":
			if f.Attributes == nil {
				f.Attributes = map[string][]string{}
			}
			f.Attributes[attribute] = append(f.Attributes[attribute], value)
		case name == "from" || name == "to":
			at, _, err := parseMoment(value, zone)
			if err != nil {
				return f, fmt.Errorf("--filter %s: %w", name, err)
			}
			if name == "from" {
				f.From = at
			} else {
				f.To = at
			}
		case slices.Contains(numbers, name):
			r, err := parseRange(value)
			if err != nil {
				return f, fmt.Errorf("--filter %s: %w", name, err)
			}
			if f.Ranges == nil {
				f.Ranges = map[string]feedback.Range{}
			}
			f.Ranges[name] = r
		default:
			return f, fmt.Errorf("--filter %s: there is no such field: use source, channel, language, sentiment, topic, intent, urgency, account, customer, "+
				"touchpoint, tag, attr.NAME, from, to, nps, csat, ces, rating or score", name)
		}
	}
	return f, nil
}

// parseRange reads 0..6, ..6, 9.. or a number.
func parseRange(s string) (feedback.Range, error) {
	low, high, ok := strings.Cut(s, "..")
	if !ok {
		high = low
	}
	var r feedback.Range
	for _, end := range []struct {
		text string
		into **float64
	}{{low, &r.Min}, {high, &r.Max}} {
		if end.text == "" {
			continue
		}
		v, err := strconv.ParseFloat(end.text, 64)
		if err != nil {
			return r, fmt.Errorf("%q is no range like 0..6, 9.. or ..-0.5", s)
		}
		*end.into = &v
	}
	return r, nil
}

// filterQuery gives a filter as the parameters of a URL.
func filterQuery(f feedback.Filter) url.Values {
	q := url.Values{}
	for name, values := range labels(&f) {
		if len(*values) > 0 {
			q[name] = *values
		}
	}
	for name, values := range f.Attributes {
		q["attr."+name] = values
	}
	for name, at := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !at.IsZero() {
			q.Set(name, at.Format(time.RFC3339Nano))
		}
	}
	for name, r := range f.Ranges {
		for suffix, v := range map[string]*float64{"_min": r.Min, "_max": r.Max} {
			if v != nil {
				q.Set(name+suffix, strconv.FormatFloat(*v, 'g', -1, 64))
			}
		}
	}
	return q
}
