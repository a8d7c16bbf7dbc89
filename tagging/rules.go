package tagging

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// The rule language
//
// One rule a line; blank lines and what follows a # are ignored:
//
//	refunds: if topic=refund and urgency>=high then tag=priority, priority=urgent
//	if (intent=cancel or score<=-0.8) and not attr.plan=free|trial then tag="at risk"
//
// A name before a colon is optional; a rule without one is called by its line. Conditions are comparisons joined by and, or, not and
// parentheses; and binds closer than or. Several values after = or != are alternatives. Only labels that the analyzer is sure of count.
//
//	topic      =  !=          a topic with its children; topic=delivery:negative asks for what is said about it
//	intent     =  !=          one of the intents
//	tag        =  !=          a tag that people gave the ticket or an earlier rule set
//	sentiment  =  !=          negative, neutral, positive
//	language   =  !=          vi, en, und
//	urgency    =  != < <= > >=  low < normal < high < critical
//	priority   =  != < <= > >=  low < normal < high < urgent, as the helpdesk has it
//	score      =  != < <= > >=  of the sentiment, −1 to 1
//	messages   =  != < <= > >=  how many messages the customer wrote
//	status, channel, account, customer, attr.NAME   =  !=   as they were sent; case does not matter
//
// Actions: tag=NAME sets a tag, untag=NAME takes one off that a rule set, priority=LEVEL suggests a priority (later rules win), stop
// asks no further rule.

// Rules are rules that were read. They are immutable and safe for concurrent use.
type Rules struct {
	rules []rule
	text  string
}

// rule is one line.
type rule struct {
	name    string
	line    int
	when    condition
	actions []action
}

// action is what a rule does: a verb and its object.
type action struct {
	verb, value string
}

// The verbs of actions.
const (
	verbTag      = "tag"
	verbUntag    = "untag"
	verbPriority = "priority"
	verbStop     = "stop"
)

// The ordered values.
var (
	urgencies  = []string{"low", "normal", "high", "critical"}
	priorities = []string{"low", "normal", "high", "urgent"}
)

// Limits that no honest set of rules reaches.
const (
	maxRules   = 1000
	maxText    = 256 << 10
	maxNesting = 50
)

// Problem is one thing wrong with rules. Line and Column count from 1, columns in characters.
type Problem struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// RulesError is what is wrong with rules, all of it.
type RulesError struct {
	Problems []Problem
}

// Error gives the problems, one a line.
func (e *RulesError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = place(p.Line, p.Column) + ": " + p.Message
	}
	return strings.Join(lines, "\n")
}

// Vocabulary is the labels there are. A rule that asks for another one is a mistake; a nil list takes any.
type Vocabulary struct {
	Topics, Intents []string
}

// Parse reads rules. The error is a *RulesError that names every problem.
func Parse(text string, known Vocabulary) (*Rules, error) {
	r := &Rules{text: text}
	var e RulesError
	if len(text) > maxText {
		return nil, &RulesError{[]Problem{{1, 1, "the rules are longer than 256 KB"}}}
	}
	names := map[string]int{}
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		p := parser{line: n, input: []rune(strings.TrimSuffix(line, "\r")), known: known}
		one, ok := p.parse()
		switch {
		case len(p.problems) > 0:
			e.Problems = append(e.Problems, p.problems...)
			continue
		case !ok:
			continue
		}
		if before, twice := names[one.name]; twice {
			e.Problems = append(e.Problems, Problem{n, 1, "the name " + one.name + " stands in line " + number(before) + " too"})
		}
		names[one.name] = n
		r.rules = append(r.rules, one)
	}
	if len(r.rules) > maxRules {
		e.Problems = append(e.Problems, Problem{n, 1, "there are more than 1000 rules"})
	}
	if len(e.Problems) > 0 {
		return nil, &e
	}
	return r, nil
}

// Problems gives the problems of an error of Parse, nil for another error.
func Problems(err error) []Problem {
	var e *RulesError
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}

// Text gives the rules as they were written.
func (r *Rules) Text() string { return r.text }

// Hash names the rules: "sha256:" and 64 hexadecimal digits over their text.
func (r *Rules) Hash() string {
	sum := sha256.Sum256([]byte(r.text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Tags gives the tags that the rules can set, each once, in the order of the rules.
func (r *Rules) Tags() []string {
	var out []string
	for i := range r.rules {
		for _, a := range r.rules[i].actions {
			if a.verb == verbTag && !slices.Contains(out, a.value) {
				out = append(out, a.value)
			}
		}
	}
	return out
}

// Len gives the number of rules.
func (r *Rules) Len() int { return len(r.rules) }

// Facts is what rules can ask about a ticket.
type Facts struct {
	Topics     map[string]Said    // those that are sure
	Intents    map[string]float64 // with their confidence
	Sentiment  Said               // of the whole
	Score      float64            // of the sentiment, −1 to 1
	Urgency    Said               // the level
	Language   string
	Priority   string
	Status     string
	Channel    string
	Account    string
	Customer   string
	Tags       []string
	Attributes map[string]string
	Messages   int
}

// Said is a label with the confidence in it: what is said of a topic, the sentiment, the urgency.
type Said struct {
	Label      string
	Confidence float64
}

// Fired is a rule that fired and what it did.
type Fired struct {
	Name       string   `json:"name"`
	Line       int      `json:"line"`
	Confidence float64  `json:"confidence"` // of the weakest label it rests on, 1 where it rests on none
	Tags       []string `json:"tags,omitempty"`
	Untags     []string `json:"untags,omitempty"`
	Priority   string   `json:"priority,omitempty"`
	Stop       bool     `json:"stop,omitempty"`
}

// Tag is a tag that a rule set.
type Tag struct {
	Name       string
	Rule       string // the name of the first rule that set it
	Confidence float64
}

// Outcome is what rules say of a ticket.
type Outcome struct {
	Fired    []Fired // in the order of the rules
	Tags     []Tag   // in the order they were set
	Priority string  // "" where no rule says
}

// Apply asks the rules in their order.
func (r *Rules) Apply(f Facts) Outcome {
	var out Outcome
	sent, given := f.Tags, slices.Clone(f.Tags)
	for i := range r.rules {
		one := &r.rules[i]
		f.Tags = given
		holds, confidence := one.when.holds(&f)
		if !holds {
			continue
		}
		fired := Fired{Name: one.name, Line: one.line, Confidence: confidence}
		for _, a := range one.actions {
			switch a.verb {
			case verbTag:
				fired.Tags = append(fired.Tags, a.value)
				if !slices.ContainsFunc(out.Tags, func(t Tag) bool { return t.Name == a.value }) {
					out.Tags = append(out.Tags, Tag{a.value, one.name, confidence})
					given = append(given, a.value)
				}
			case verbUntag:
				fired.Untags = append(fired.Untags, a.value)
				out.Tags = slices.DeleteFunc(out.Tags, func(t Tag) bool { return t.Name == a.value })
				if !slices.Contains(sent, a.value) {
					given = slices.DeleteFunc(given, func(t string) bool { return t == a.value })
				}
			case verbPriority:
				fired.Priority, out.Priority = a.value, a.value
			case verbStop:
				fired.Stop = true
			}
		}
		out.Fired = append(out.Fired, fired)
		if fired.Stop {
			return out
		}
	}
	return out
}
