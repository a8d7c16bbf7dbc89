package api

import (
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// attributePrefix begins the parameters that filter by an attribute.
const attributePrefix = "attr."

// checkQuery refuses a query with parameters that an operation does not have, with one that is given twice, and with an empty value
// in a list: each would otherwise be left out in silence and the answer be of another question.
func checkQuery(op *huma.Operation, query string) error {
	if query == "" {
		return nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return feedback.Errorf(feedback.CodeInvalid, "", "the query is not percent-encoded as a query asks for")
	}
	var faults []*feedback.Error
	fault := func(name, message string) {
		if len(faults) < maxFaults {
			faults = append(faults, feedback.Errorf(feedback.CodeInvalid, join("", name), "%s", message))
		}
	}
	for _, name := range sortedKeys(values) {
		i := slices.IndexFunc(op.Parameters, func(p *huma.Param) bool {
			return p.In == "query" && (p.Name == name || p.Name == attributeParam && len(name) > len(attributePrefix) && strings.HasPrefix(name, attributePrefix))
		})
		switch {
		case i < 0:
			fault(name, "is not a parameter here")
		case op.Parameters[i].Schema.Type == huma.TypeArray:
			if slices.Contains(values[name], "") {
				fault(name, "has an empty value: leave it out")
			}
		case len(values[name]) > 1:
			fault(name, "is given more than once")
		}
	}
	if len(faults) > 0 {
		return feedback.Join(faults)
	}
	return nil
}

// flag reads a parameter that is true or false.
func flag(c *gin.Context, name string) (bool, error) {
	value := c.Query(name)
	if value == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(value)
	if err != nil {
		return false, feedback.Errorf(feedback.CodeInvalid, name, "is true or false")
	}
	return on, nil
}

// Attributes are the parameters that filter by an attribute, whose names are the callers' own.
type Attributes struct {
	attributes map[string][]string
}

// Filters are the parameters that say which records are meant. The values of one are alternatives; different ones must all hold.
type Filters struct {
	Attributes

	Source     []string `query:"source,explode" enum:"survey,ticket,review,chat,social,call" doc:"where it came from"`
	Channel    []string `query:"channel,explode"`
	Language   []string `query:"language,explode" enum:"vi,en,und"`
	Sentiment  []string `query:"sentiment,explode" enum:"negative,neutral,positive"`
	Topic      []string `query:"topic,explode" doc:"a topic, which includes its children, or a topic and what is said about it: delivery.speed:negative"`
	Intent     []string `query:"intent,explode"`
	Urgency    []string `query:"urgency,explode" enum:"low,normal,high,critical"`
	Account    []string `query:"account,explode" doc:"account_id"`
	Customer   []string `query:"customer,explode" doc:"customer_id"`
	Touchpoint []string `query:"touchpoint,explode"`
	Tag        []string `query:"tag,explode"`

	View string `query:"view" doc:"a saved view, whose parameters stand for it"`

	From string `query:"from" doc:"collected at or after: a day in the workspace's time zone (2026-01-31) or a moment (2026-01-31T09:00:00+07:00)"`
	To   string `query:"to" doc:"collected before: a day or a moment, itself not included"`

	NPSMin    Bound `query:"nps_min" doc:"as the sender gave it"`
	NPSMax    Bound `query:"nps_max" doc:"as the sender gave it"`
	CSATMin   Bound `query:"csat_min" doc:"as the sender gave it"`
	CSATMax   Bound `query:"csat_max" doc:"as the sender gave it"`
	CESMin    Bound `query:"ces_min" doc:"as the sender gave it"`
	CESMax    Bound `query:"ces_max" doc:"as the sender gave it"`
	RatingMin Bound `query:"rating_min" doc:"as the sender gave it"`
	RatingMax Bound `query:"rating_max" doc:"as the sender gave it"`
	ScoreMin  Bound `query:"score_min" doc:"of the sentiment, -1 to 1"`
	ScoreMax  Bound `query:"score_max" doc:"of the sentiment, -1 to 1"`
}

// Resolve collects the filters by attribute for huma.
func (f *Attributes) Resolve(ctx huma.Context) []error {
	for name, values := range humagin.Unwrap(ctx).Request.URL.Query() {
		if attribute, ok := strings.CutPrefix(name, attributePrefix); ok {
			if f.attributes == nil {
				f.attributes = map[string][]string{}
			}
			f.attributes[attribute] = values
		}
	}
	return nil
}

// attributeParam is how the document writes the parameters that filter by an attribute.
const attributeParam = "attr.{name}"

func (f *Attributes) describe(op *huma.Operation) {
	explode := true
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: attributeParam, In: "query", Explode: &explode, Description: "an attribute, by its name: attr.plan=pro",
		Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}},
	})
}

// filter gives the filter that the parameters mean.
func (f *Filters) filter(zone *time.Location) (feedback.Filter, error) {
	out := feedback.Filter{
		Source: f.Source, Channel: f.Channel, Language: f.Language, Sentiment: f.Sentiment, Topic: f.Topic, Intent: f.Intent,
		Urgency: f.Urgency, Account: f.Account, Customer: f.Customer, Touchpoint: f.Touchpoint, Tag: f.Tag, Attributes: f.attributes,
	}
	var faults []*feedback.Error
	var err *feedback.Error
	if out.From, err = moment("from", f.From, zone); err != nil {
		faults = append(faults, err)
	}
	if out.To, err = moment("to", f.To, zone); err != nil {
		faults = append(faults, err)
	}
	for _, r := range []struct {
		name     string
		min, max Bound
	}{
		{"nps", f.NPSMin, f.NPSMax}, {"csat", f.CSATMin, f.CSATMax}, {"ces", f.CESMin, f.CESMax},
		{"rating", f.RatingMin, f.RatingMax}, {"score", f.ScoreMin, f.ScoreMax},
	} {
		if !r.min.isFinite() || !r.max.isFinite() {
			faults = append(faults, feedback.Errorf(feedback.CodeInvalid, r.name, "takes finite numbers as its bounds"))
		}
		if r.min.given || r.max.given {
			if out.Ranges == nil {
				out.Ranges = map[string]feedback.Range{}
			}
			out.Ranges[r.name] = feedback.Range{Min: r.min.pointer(), Max: r.max.pointer()}
		}
	}
	if len(faults) > 0 {
		return feedback.Filter{}, feedback.Join(faults)
	}
	return out, nil
}

// moment reads a day, which begins at midnight in a zone, or a moment; the zero time for an empty value. A plus that a sender forgot
// to encode has become a blank on the way.
func moment(name, value string, zone *time.Location) (time.Time, *feedback.Error) {
	if value == "" {
		return time.Time{}, nil
	}
	if at, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.RFC3339, strings.Replace(value, " ", "+", 1))
	if err != nil {
		return time.Time{}, feedback.Errorf(feedback.CodeInvalid, name, "takes a day like 2026-01-31 or a moment like 2026-01-31T09:00:00+07:00")
	}
	return at, nil
}

// Bound is one end of a range, which may be open.
type Bound struct {
	Value float64
	given bool
}

// Schema implements huma.SchemaProvider.
func (Bound) Schema(huma.Registry) *huma.Schema { return &huma.Schema{Type: huma.TypeNumber} }

// Receiver implements huma.ParamWrapper.
func (b *Bound) Receiver() reflect.Value { return reflect.ValueOf(&b.Value).Elem() }

// OnParamSet implements huma.ParamReactor.
func (b *Bound) OnParamSet(given bool, _ any) { b.given = given }

func (b Bound) isFinite() bool { return !math.IsNaN(b.Value) && !math.IsInf(b.Value, 0) }

func (b Bound) pointer() *float64 {
	if !b.given {
		return nil
	}
	return &b.Value
}
