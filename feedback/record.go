package feedback

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
)

// The sources a record can come from.
const (
	SourceSurvey = "survey"
	SourceTicket = "ticket"
	SourceReview = "review"
	SourceChat   = "chat"
	SourceSocial = "social"
	SourceCall   = "call"
)

// Sources lists every valid source.
var Sources = []string{SourceSurvey, SourceTicket, SourceReview, SourceChat, SourceSocial, SourceCall}

// Draft is one piece of feedback as its owner sends it. Every field but ID may be absent; a draft must carry a text, a title, a score
// or a ticket. Submitting an ID again replaces every field here (absent means cleared).
type Draft struct {
	ID          string            `json:"id,omitempty"`           // key in the workspace, 1–256 bytes of printable UTF-8; generated where absent
	Source      string            `json:"source,omitempty"`       // one of Sources; "survey" where absent
	Channel     string            `json:"channel,omitempty"`      // e.g. "email", "app-store", "zalo"
	Title       string            `json:"title,omitempty"`        //
	Text        string            `json:"text,omitempty"`         // as typed; may be empty when scores or a ticket are present
	Lang        string            `json:"lang,omitempty"`         // hint, only breaks ties
	CollectedAt *time.Time        `json:"collected_at,omitempty"` // when it was given; defaults to first receipt
	EventAt     *time.Time        `json:"event_at,omitempty"`     // when the thing rated happened
	UpdatedAt   *time.Time        `json:"updated_at,omitempty"`   // the sender's version: an older one than stored changes nothing
	AccountID   string            `json:"account_id,omitempty"`   //
	CustomerID  string            `json:"customer_id,omitempty"`  // the person
	ThreadID    string            `json:"thread_id,omitempty"`    // messages of one ticket or conversation share it
	Touchpoint  string            `json:"touchpoint,omitempty"`   // journey stage
	Scores      map[string]Score  `json:"scores,omitempty"`       // "nps", "csat", "csat:<aspect>", "ces", "rating"
	Ticket      *Ticket           `json:"ticket,omitempty"`       //
	Attributes  map[string]string `json:"attributes,omitempty"`   // segments: plan, location, job title …
	Tags        []string          `json:"tags,omitempty"`         // set by people
	Metadata    map[string]any    `json:"metadata,omitempty"`     // kept, not interpreted
}

// input gives what is to be analyzed of a draft.
func (d *Draft) input() analyzer.Input {
	return analyzer.Input{Title: d.Title, Text: d.Text, Lang: d.Lang, Terms: true}
}

// Ticket is the state of a support ticket. It belongs to the thread (ThreadID, else the record): the last UpdatedAt wins.
type Ticket struct {
	Status     string     `json:"status,omitempty"` // e.g. "open", "pending", "solved", "closed"
	Priority   string     `json:"priority,omitempty"`
	OpenedAt   *time.Time `json:"opened_at,omitempty"`
	ResolvedAt *time.Time `json:"resolved_at,omitempty"`
}

// Open tells whether the ticket still waits for an end: it has no ResolvedAt and a status other than solved, resolved, closed,
// done or cancelled.
func (t Ticket) Open() bool {
	if t.ResolvedAt != nil {
		return false
	}
	switch t.Status {
	case "solved", "resolved", "closed", "done", "cancelled", "canceled":
		return false
	}
	return true
}

// Record is a draft that was accepted: analyzed, durable and numbered.
type Record struct {
	Draft
	ReceivedAt  time.Time         `json:"received_at"`           // first receipt, kept on update
	ChangedAt   time.Time         `json:"changed_at"`            // last accepted change
	Analysis    analyzer.Analysis `json:"analysis"`              //
	Corrections []Correction      `json:"corrections,omitempty"` // by people, oldest first; survive updates
	RuleTags    []string          `json:"rule_tags,omitempty"`   // that the tagging rules set when the ticket was tagged; tags until a person sets others
	Seq         int64             `json:"-"`                     // commit order over creates, updates and deletes
	Payload     [32]byte          `json:"-"`                     // SHA-256 of the draft as sent, before defaults
	Idempotency string            `json:"-"`                     // Idempotency-Key of the request, may be empty
}

// Correction is what a person said of the labels of a record. Corrections are events: appended, never changed.
type Correction struct {
	At        time.Time       `json:"at"`
	By        string          `json:"by"`
	Engine    analyzer.Engine `json:"engine"`    // what had read the record
	Predicted Labels          `json:"predicted"` // what it had said, whatever people said since
	// Confidence is how sure it was of each label it listed, sure or not: "sentiment:negative", "topic:delivery.speed",
	// "intent:complaint", "urgency:high".
	Confidence map[string]float64 `json:"confidence,omitempty"`
	Tags       *[]string          `json:"tags,omitempty"`      // replaces Tags
	Sentiment  string             `json:"sentiment,omitempty"` // replaces the label
	Topics     *LabelChange       `json:"topics,omitempty"`
	Intents    *LabelChange       `json:"intents,omitempty"`
	Urgency    string             `json:"urgency,omitempty"` // replaces the level
}

// LabelChange adds and removes labels of one kind.
type LabelChange struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// Labels are the fields people filter by: the analysis with the corrections laid over it. Topics maps a topic to the sentiment label
// said of it.
type Labels struct {
	Language  string            `json:"language"`
	Sentiment string            `json:"sentiment"`
	Topics    map[string]string `json:"topics"`
	Intents   []string          `json:"intents"`
	Urgency   string            `json:"urgency"`
	Tags      []string          `json:"tags,omitempty"`
	RuleTags  []string          `json:"rule_tags,omitempty"` // those of Tags that rules set
}

// Predicted gives what the analyzer said and is sure of.
func (r *Record) Predicted() Labels {
	l := Labels{
		Language:  r.Analysis.Language.Code,
		Sentiment: r.Analysis.Sentiment.Label,
		Topics:    make(map[string]string, len(r.Analysis.Topics)),
		Urgency:   r.Analysis.Urgency.Level,
		Tags:      append([]string(nil), r.Tags...),
		RuleTags:  slices.Clone(r.RuleTags),
	}
	for _, tag := range r.RuleTags {
		if !slices.Contains(l.Tags, tag) {
			l.Tags = append(l.Tags, tag)
		}
	}
	for _, t := range r.Analysis.Topics {
		if t.Sure {
			l.Topics[t.ID] = t.Sentiment.Label
		}
	}
	for _, in := range r.Analysis.Intents {
		if in.Sure {
			l.Intents = append(l.Intents, in.ID)
		}
	}
	return l
}

// confidence gives how sure the analyzer was of each label that it listed.
func (r *Record) confidence() map[string]float64 {
	a := &r.Analysis
	out := map[string]float64{"sentiment:" + a.Sentiment.Label: a.Sentiment.Confidence, "urgency:" + a.Urgency.Level: a.Urgency.Confidence}
	for _, t := range a.Topics {
		out["topic:"+t.ID] = t.Confidence
	}
	for _, in := range a.Intents {
		out["intent:"+in.ID] = in.Confidence
	}
	return out
}

// Labels gives the record's labels in force: what the analyzer predicted, corrected by people in the order they spoke.
func (r *Record) Labels() Labels {
	if len(r.Corrections) == 0 {
		return r.Predicted()
	}
	return r.Predicted().corrected(r.Corrections)
}

// corrected gives the labels with corrections laid over them.
func (l Labels) corrected(corrections []Correction) Labels {
	l.Topics = maps.Clone(l.Topics)
	if l.Topics == nil {
		l.Topics = map[string]string{}
	}
	for _, c := range corrections {
		if c.Tags != nil {
			l.Tags, l.RuleTags = append([]string(nil), *c.Tags...), nil
		}
		if c.Sentiment != "" {
			l.Sentiment = c.Sentiment
		}
		if c.Urgency != "" {
			l.Urgency = c.Urgency
		}
		if c.Topics != nil {
			for _, id := range c.Topics.Add {
				if _, ok := l.Topics[id]; !ok {
					l.Topics[id] = l.Sentiment
				}
			}
			for _, id := range c.Topics.Remove {
				delete(l.Topics, id)
			}
		}
		if c.Intents != nil {
			l.Intents = c.Intents.apply(l.Intents)
		}
	}
	return l
}

// peopleTags gives the tags that people set: those the record was sent with, or that a correction put in their place.
func (r *Record) peopleTags() []string { return Labels{Tags: r.Tags}.corrected(r.Corrections).Tags }

// apply gives the labels with those added that are not there and those removed that are.
func (c *LabelChange) apply(labels []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, id := range c.Remove {
		seen[id] = true
	}
	for _, id := range append(append([]string(nil), labels...), c.Add...) {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// Score is a rating on a scale. Min and Max are the ends of the scale the sender used; HighIs is "effort" for a CES where a high
// value means hard, and empty otherwise.
type Score struct {
	Value  float64
	Min    float64
	Max    float64
	HighIs string
}

// Scales gives the usual ends of the scale of a score's name, which are those of a bare number: nps 0–10, csat and rating 1–5, ces 1–7.
func Scales(name string) (low, high float64, ok bool) {
	switch {
	case name == "nps":
		return 0, 10, true
	case name == "csat", name == "rating", len(name) > 5 && name[:5] == "csat:":
		return 1, 5, true
	case name == "ces":
		return 1, 7, true
	}
	return 0, 0, false
}

type scoreJSON struct {
	Value  *float64 `json:"value"`
	Min    *float64 `json:"min"`
	Max    *float64 `json:"max"`
	HighIs string   `json:"high_is,omitempty"`
}

// UnmarshalJSON reads a number (on the usual scale, filled in by Draft.Validate) or {"value","min","max","high_is"}.
func (s *Score) UnmarshalJSON(b []byte) error {
	*s = Score{}
	if string(b) == "null" { // would read as a zero, which somebody gave
		return Errorf(CodeInvalid, "scores", "a score is a number: leave it out where there is none")
	}
	var v float64
	if err := json.Unmarshal(b, &v); err == nil {
		s.Value = v
		return nil
	}
	var o scoreJSON
	if err := json.Unmarshal(b, &o); err != nil || o.Value == nil {
		return Errorf(CodeInvalid, "scores", `a score is a number or {"value","min","max"}`)
	}
	s.Value, s.HighIs = *o.Value, o.HighIs
	if o.Min != nil {
		s.Min = *o.Min
	}
	if o.Max != nil {
		s.Max = *o.Max
	}
	return nil
}

// MarshalJSON writes {"value","min","max","high_is"?}, or the bare number while the scale is not known.
func (s Score) MarshalJSON() ([]byte, error) {
	if s.Min == 0 && s.Max == 0 && s.HighIs == "" {
		return json.Marshal(s.Value)
	}
	return json.Marshal(scoreJSON{Value: &s.Value, Min: &s.Min, Max: &s.Max, HighIs: s.HighIs})
}

// Unit gives the score's place on its scale in [0, 1], 1 being the good end.
func (s Score) Unit() float64 {
	u := (s.Value - s.Min) / (s.Max - s.Min)
	if s.HighIs == "effort" {
		u = 1 - u
	}
	return u
}

// Status tells what became of a submission.
type Status string

// The statuses.
const (
	Created   Status = "created"
	Updated   Status = "updated"
	Unchanged Status = "unchanged"
	Rejected  Status = "rejected"
)

// Result is the answer to one submission. Err is set when Status is Rejected. Stale tells that an older UpdatedAt than the stored
// one left the record unchanged.
type Result struct {
	ID     string
	Status Status
	Stale  bool
	Seq    int64 // of the change, or of the record's last change when unchanged
	Err    *Error
}

// Change is one step of the truth, in Seq order. Record is nil for a delete.
type Change struct {
	Seq    int64
	ID     string
	Record *Record
}
