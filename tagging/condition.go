package tagging

import (
	"slices"
	"strings"
)

// condition is a condition of a rule. holds tells whether it holds and how sure that is: the confidence of the weakest label that it
// rests on.
type condition interface {
	holds(*Facts) (bool, float64)
}

// all holds where every part holds.
type all []condition

func (c all) holds(f *Facts) (bool, float64) {
	confidence := 1.0
	for _, part := range c {
		ok, sure := part.holds(f)
		if !ok {
			return false, 0
		}
		confidence = min(confidence, sure)
	}
	return true, confidence
}

// anyOf holds where a part holds, as surely as the surest.
type anyOf []condition

func (c anyOf) holds(f *Facts) (bool, float64) {
	found, confidence := false, 0.0
	for _, part := range c {
		if ok, sure := part.holds(f); ok {
			found, confidence = true, max(confidence, sure)
		}
	}
	return found, confidence
}

// not holds where its part does not.
type not struct{ condition }

func (c not) holds(f *Facts) (bool, float64) {
	ok, _ := c.condition.holds(f)
	return !ok, 1
}

// numeric compares a number.
type numeric struct {
	of    func(*Facts) float64
	op    string
	value float64
}

func (c numeric) holds(f *Facts) (bool, float64) { return compare(c.of(f), c.op, c.value), 1 }

// ranked compares a value of an ordered list. A ticket whose value is not in the list has none: only != holds.
type ranked struct {
	of    func(*Facts) Said
	order []string
	op    string
	value int
}

func (c ranked) holds(f *Facts) (bool, float64) {
	said := c.of(f)
	at := slices.Index(c.order, strings.ToLower(said.Label))
	if at < 0 {
		return c.op == "!=", 1
	}
	return compare(float64(at), c.op, float64(c.value)), said.Confidence
}

func compare(a float64, op string, b float64) bool {
	switch op {
	case "=":
		return a == b
	case "!=":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	default:
		return a >= b
	}
}

// oneOf holds where the ticket has one of some values.
type oneOf struct {
	has    func(f *Facts, value string) (bool, float64)
	values []string
}

func (c oneOf) holds(f *Facts) (bool, float64) {
	found, confidence := false, 0.0
	for _, value := range c.values {
		if ok, sure := c.has(f, value); ok {
			found, confidence = true, max(confidence, sure)
		}
	}
	return found, confidence
}

// hasTopic tells whether a topic or a child of it is spoken of, and so where a polarity is asked for.
func hasTopic(f *Facts, value string) (bool, float64) {
	id, polarity, _ := strings.Cut(value, ":")
	found, confidence := false, 0.0
	for topic, said := range f.Topics {
		if (topic == id || strings.HasPrefix(topic, id+".")) && (polarity == "" || polarity == said.Label) {
			found, confidence = true, max(confidence, said.Confidence)
		}
	}
	return found, confidence
}

func hasIntent(f *Facts, value string) (bool, float64) {
	confidence, ok := f.Intents[value]
	return ok, confidence
}

func hasTag(f *Facts, value string) (bool, float64) {
	return slices.ContainsFunc(f.Tags, func(t string) bool { return strings.EqualFold(t, value) }), 1
}

func hasSentiment(f *Facts, value string) (bool, float64) {
	return f.Sentiment.Label == value, f.Sentiment.Confidence
}

// sent gives the comparison of a field that was sent.
func sent(field func(*Facts) string) func(*Facts, string) (bool, float64) {
	return func(f *Facts, value string) (bool, float64) { return strings.EqualFold(field(f), value), 1 }
}
