package feedbacktest

import (
	"slices"
	"strings"

	"github.com/thau-cx/thau/feedback"
)

// Match tells whether a filter means a record. It is the oracle for stores and indexes.
func Match(f feedback.Filter, r *feedback.Record) bool {
	l := r.Labels()
	one := func(wanted []string, value string) bool { return len(wanted) == 0 || slices.Contains(wanted, value) }
	some := func(wanted, values []string) bool {
		return len(wanted) == 0 || slices.ContainsFunc(values, func(v string) bool { return v != "" && slices.Contains(wanted, v) })
	}
	if !one(f.Source, r.Source) || !one(f.Channel, r.Channel) || !one(f.Touchpoint, r.Touchpoint) ||
		!one(f.Account, r.AccountID) || !one(f.Customer, r.CustomerID) ||
		!one(f.Language, l.Language) || !one(f.Sentiment, l.Sentiment) || !one(f.Urgency, l.Urgency) ||
		!some(f.Topic, Topics(l)) || !some(f.Intent, l.Intents) || !some(f.Tag, l.Tags) {
		return false
	}
	for name, wanted := range f.Attributes {
		if !some(wanted, []string{r.Attributes[name]}) {
			return false
		}
	}
	if !f.From.IsZero() && r.CollectedAt.Before(f.From) || !f.To.IsZero() && !r.CollectedAt.Before(f.To) {
		return false
	}
	for name, bounds := range f.Ranges {
		value, ok := r.Analysis.Sentiment.Score, r.Text != "" || r.Title != ""
		if name != "score" {
			var s feedback.Score
			s, ok = r.Scores[name]
			value = s.Value
		}
		if !ok || bounds.Min != nil && value < *bounds.Min || bounds.Max != nil && value > *bounds.Max {
			return false
		}
	}
	return true
}

// Topics gives the values of the facet "topic": every topic and those above it, alone and with what is said of it.
func Topics(l feedback.Labels) []string {
	var out []string
	for topic, polarity := range l.Topics {
		parts := strings.Split(topic, ".")
		for i := range parts {
			name := strings.Join(parts[:i+1], ".")
			out = append(out, name)
			if polarity != "" {
				out = append(out, name+":"+polarity)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Values gives the values of a facet that a record has, as a tally groups by them: one empty value where it has none.
func Values(facet string, r *feedback.Record) []string {
	l := r.Labels()
	var values []string
	switch facet {
	case "":
	case "source":
		values = []string{r.Source}
	case "channel":
		values = []string{r.Channel}
	case "language":
		values = []string{l.Language}
	case "sentiment":
		values = []string{l.Sentiment}
	case "urgency":
		values = []string{l.Urgency}
	case "touchpoint":
		values = []string{r.Touchpoint}
	case "account":
		values = []string{r.AccountID}
	case "topic":
		values = Topics(l)
	case "intent":
		values = slices.Clone(l.Intents)
	case "tag":
		values = slices.Clone(l.Tags)
	default:
		values = []string{r.Attributes[strings.TrimPrefix(facet, "attr.")]}
	}
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	if len(values) == 0 {
		return []string{""}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
