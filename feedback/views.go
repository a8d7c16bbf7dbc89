package feedback

import (
	"context"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/thau-cx/thau/analyzer"
)

// View is a filter by name: parameters as a request has them, "q" for a text among them.
type View struct {
	Name      string              `json:"name"`
	Filter    map[string][]string `json:"filter"`
	ChangedAt time.Time           `json:"changed_at"`
}

// The bounds of a view.
const (
	maxViewName   = 128
	maxViewValues = 1000
)

// PutView creates or replaces a view.
func (s *Service) PutView(ctx context.Context, name string, filter map[string][]string) (View, Status, error) {
	if name == "" || len(name) > maxViewName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return View{}, "", Errorf(CodeInvalid, "name", "takes 1 to %d printable bytes", maxViewName)
	}
	n := 0
	for _, values := range filter {
		n += len(values)
	}
	switch {
	case n == 0:
		return View{}, "", Errorf(CodeInvalid, "filter", "is empty: a view names at least one parameter")
	case n > maxViewValues:
		return View{}, "", Errorf(CodeTooLarge, "filter", "has %d values, at most %d are taken", n, maxViewValues)
	}
	if _, _, err := ParseFilter(filter, s.zone); err != nil {
		return View{}, "", err
	}
	v := View{Name: name, Filter: filter, ChangedAt: s.now().UTC().Truncate(time.Millisecond)}
	status, err := s.store.PutView(ctx, v)
	return v, status, err
}

// View gives a view, or CodeNotFound.
func (s *Service) View(ctx context.Context, name string) (View, error) {
	return s.store.View(ctx, name)
}

// ListViews gives every view, by name.
func (s *Service) ListViews(ctx context.Context) ([]View, error) { return s.store.ListViews(ctx) }

// DeleteView removes a view, or is CodeNotFound.
func (s *Service) DeleteView(ctx context.Context, name string) error {
	return s.store.DeleteView(ctx, name)
}

// ParseFilter reads a filter and a text ("q") from parameters as a request and a view have them: labels by name, "attr.NAME", "from" and
// "to" (a day, which begins at midnight in the zone, or a moment), and "nps_min", "nps_max" and so on. All faults are given, each with
// the parameter as its field.
func ParseFilter(values map[string][]string, zone *time.Location) (f Filter, text string, err error) {
	lists := map[string]struct {
		into    *[]string
		choices []string
	}{
		"source": {&f.Source, Sources}, "channel": {&f.Channel, nil}, "language": {&f.Language, []string{"vi", "en", "und"}},
		"sentiment": {&f.Sentiment, []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}}, "topic": {&f.Topic, nil},
		"intent": {&f.Intent, nil}, "account": {&f.Account, nil}, "customer": {&f.Customer, nil}, "touchpoint": {&f.Touchpoint, nil}, "tag": {&f.Tag, nil},
		"urgency": {&f.Urgency, []string{analyzer.UrgencyLow, analyzer.UrgencyNormal, analyzer.UrgencyHigh, analyzer.UrgencyCritical}},
	}
	var faults []*Error
	fault := func(name, format string, args ...any) {
		faults = append(faults, Errorf(CodeInvalid, name, format, args...))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		given := values[name]
		attribute, isAttribute := strings.CutPrefix(name, "attr.")
		score, end, isBound := strings.Cut(name, "_")
		_, _, isScore := Scales(score)
		list, isList := lists[name]
		switch {
		case len(given) == 0:
			continue
		case slices.Contains(given, ""):
			fault(name, "has an empty value: leave it out")
		case isList:
			for _, v := range given {
				if list.choices != nil && !slices.Contains(list.choices, v) {
					fault(name, "%s is none of %s", quote(v), strings.Join(list.choices, ", "))
				}
			}
			*list.into = given
		case isAttribute && attribute != "":
			if f.Attributes == nil {
				f.Attributes = map[string][]string{}
			}
			f.Attributes[attribute] = given
		case len(given) > 1:
			fault(name, "is given more than once")
		case name == "q":
			text = given[0]
		case name == "from" || name == "to":
			at, err := parseMoment(given[0], zone)
			if err != nil {
				fault(name, "takes a day like 2026-01-31 or a moment like 2026-01-31T09:00:00+07:00")
			}
			if name == "from" {
				f.From = at
			} else {
				f.To = at
			}
		case isBound && (end == "min" || end == "max") && (isScore && !strings.Contains(score, ":") || score == "score"):
			v, err := strconv.ParseFloat(given[0], 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				fault(name, "%s is not a number", quote(given[0]))
			}
			if f.Ranges == nil {
				f.Ranges = map[string]Range{}
			}
			r := f.Ranges[score]
			if end == "min" {
				r.Min = &v
			} else {
				r.Max = &v
			}
			f.Ranges[score] = r
		default:
			fault(name, "is no parameter of a filter")
		}
	}
	if len(faults) > 0 {
		return Filter{}, "", Join(faults)
	}
	return f, text, nil
}

// parseMoment reads a day, which begins at midnight in a zone, or a moment.
func parseMoment(value string, zone *time.Location) (time.Time, error) {
	if at, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, value)
}
