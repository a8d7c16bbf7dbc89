package feedback

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/tagging"
)

// Message is one message of a ticket's customer: a draft, and which of the ticket's messages it is. The description is number 0, the
// messages of the conversation count from 1.
type Message struct {
	Draft
	N int
}

// TicketReading is what was read in a ticket: its tags with their reasons, and what a helpdesk routes by.
type TicketReading struct {
	ID                string           `json:"id,omitempty"`
	Language          string           `json:"language"`
	Tags              []TicketTag      `json:"tags"`
	Intents           []TicketIntent   `json:"intents"`
	Urgency           TicketUrgency    `json:"urgency"`
	Sentiment         TicketSentiment  `json:"sentiment"`
	SuggestedPriority string           `json:"suggested_priority"` // one of tagging's priorities
	Rules             []tagging.Fired  `json:"rules"`              // that fired, in their order
	RulesVersion      int              `json:"rules_version"`      // 0 where none were set
	Messages          []TicketMessage  `json:"messages"`
	Engine            analyzer.Engine  `json:"engine"`
	Records           []TicketRecorded `json:"records,omitempty"` // what became of the messages of a ticket with an id
	// Predicted is what was read where people said otherwise of a message: then the labels above are theirs.
	Predicted *TicketPrediction `json:"predicted,omitempty"`

	people     bool     // set tags in place of those they found
	peopleTags []string // that people set
}

// TicketPrediction names what was read of a ticket before people's corrections were laid over it.
type TicketPrediction struct {
	Tags      []string `json:"tags"` // topics, and what rules would have set that people's tags leave out
	Intents   []string `json:"intents"`
	Urgency   string   `json:"urgency"`
	Sentiment string   `json:"sentiment"`
}

// TicketTag is a tag: a topic that the analyzer is sure of, what a rule set, or what a person said. Rule names the rule, By the person;
// Sentiment is what is said of a topic. Confidence of a rule's tag is that of the weakest label it rests on.
type TicketTag struct {
	Tag        string             `json:"tag"`
	Kind       string             `json:"kind"` // "topic", "rule" or "human"
	Confidence float64            `json:"confidence"`
	Sentiment  *analyzer.Polarity `json:"sentiment,omitempty"`
	Rule       string             `json:"rule,omitempty"`
	By         string             `json:"by,omitempty"`
	Evidence   []TicketEvidence   `json:"evidence"`
}

// The kinds of tags.
const (
	TagTopic = "topic"
	TagRule  = "rule"
	TagHuman = "human"
)

// TicketIntent is what the customer wants. By is the person who said so, empty where it was read.
type TicketIntent struct {
	ID         string           `json:"id"`
	Confidence float64          `json:"confidence"`
	By         string           `json:"by,omitempty"`
	Evidence   []TicketEvidence `json:"evidence"`
}

// TicketUrgency is the highest urgency of a message. By is as in TicketIntent.
type TicketUrgency struct {
	Level      string           `json:"level"`
	Confidence float64          `json:"confidence"`
	By         string           `json:"by,omitempty"`
	Evidence   []TicketEvidence `json:"evidence"`
}

// TicketSentiment is the sentiment of the last message that has a reason for one: how the customer feels now. By is as in
// TicketIntent; Score stays what was read.
type TicketSentiment struct {
	Label      string           `json:"label"`
	Score      float64          `json:"score"`
	Confidence float64          `json:"confidence"`
	By         string           `json:"by,omitempty"`
	Evidence   []TicketEvidence `json:"evidence"`
}

// TicketEvidence is a reason, in one of the messages.
type TicketEvidence struct {
	Message int `json:"message"`
	analyzer.Evidence
}

// TicketMessage is a message as it was read, without quoted replies and signature: evidence counts in it.
type TicketMessage struct {
	Message int    `json:"message"` // 0 is the description, the conversation counts from 1
	Title   string `json:"title,omitempty"`
	Text    string `json:"text"`
}

// TicketRecorded is what became of a message of a stored ticket.
type TicketRecorded struct {
	Message int    `json:"message"`
	ID      string `json:"id"`
	Status  Status `json:"status"`
	Stale   bool   `json:"stale,omitempty"`
}

// priorityOf is the priority that an urgency suggests where no rule says otherwise.
var priorityOf = map[string]string{
	analyzer.UrgencyLow: "low", analyzer.UrgencyNormal: "normal", analyzer.UrgencyHigh: "high", analyzer.UrgencyCritical: "urgent",
}

// TagTicket reads the messages of a ticket's customer, at least one, lays the tagging rules over what it read, and stores a record a
// message where the ticket has an id. A message that cannot be stored, for its id belongs to something else, is an error; sending the
// ticket again stores what is left, and answers with what people said of its messages where they did. The first message carries what is
// said of the ticket as a whole, the tags that rules set too.
func (s *Service) TagTicket(ctx context.Context, id string, messages []Message) (TicketReading, error) {
	rules, version, err := s.TaggingRules(ctx)
	if err != nil {
		return TicketReading{}, err
	}
	records := make([]Record, len(messages))
	var faults []*Error
	for i := range messages {
		rec, wrong := s.prepare(messages[i].Draft)
		records[i], faults = rec, append(faults, wrong...)
	}
	if len(faults) > 0 {
		return TicketReading{}, Join(faults)
	}
	if id != "" {
		if err := s.recall(ctx, records); err != nil {
			return TicketReading{}, err
		}
	}
	out := readTicket(messages, records)
	out.correct(records)
	out.judge(rules, &messages[0].Draft, len(messages))
	out.ID, out.RulesVersion = id, version
	if id == "" {
		return out, nil
	}
	records[0].rule(out.ruleTags())
	results, err := s.store.Put(ctx, records)
	if err != nil {
		return TicketReading{}, err
	}
	s.stored()
	s.overtaken(ctx, records)
	for i, r := range results {
		if r.Err != nil {
			faults = append(faults, r.Err)
			continue
		}
		out.Records = append(out.Records, TicketRecorded{messages[i].N, r.ID, r.Status, r.Stale})
	}
	if len(faults) > 0 {
		return TicketReading{}, Join(faults)
	}
	return out, nil
}

// readTicket puts what was read in the messages together.
func readTicket(messages []Message, records []Record) TicketReading {
	out := TicketReading{Tags: []TicketTag{}, Intents: []TicketIntent{}, Rules: []tagging.Fired{}}
	topics, intents := map[string]*TicketTag{}, map[string]*TicketIntent{}
	longest := -1
	var sentiment, urgency int // which message's
	for i := range records {
		r, a, n := &records[i], &records[i].Analysis, messages[i].N
		out.Messages = append(out.Messages, TicketMessage{n, r.Title, r.Text})
		if length := len(r.Title) + len(r.Text); length > longest {
			longest, out.Language = length, a.Language.Code
		}
		if len(a.Sentiment.Evidence) > 0 {
			sentiment = i
		}
		if was := &records[urgency].Analysis.Urgency; level(a.Urgency.Level) > level(was.Level) || a.Urgency.Level == was.Level && a.Urgency.Confidence > was.Confidence {
			urgency = i
		}
		for _, t := range a.Topics {
			if !t.Sure {
				continue
			}
			tag := topics[t.ID]
			if tag == nil {
				tag = &TicketTag{Tag: t.ID, Kind: TagTopic, Evidence: []TicketEvidence{}}
				topics[t.ID] = tag
			}
			said := t.Sentiment
			tag.Confidence, tag.Sentiment = max(tag.Confidence, t.Confidence), &said
			tag.Evidence = evidenceOf(tag.Evidence, n, t.Evidence)
		}
		for _, in := range a.Intents {
			if !in.Sure {
				continue
			}
			intent := intents[in.ID]
			if intent == nil {
				intent = &TicketIntent{ID: in.ID, Evidence: []TicketEvidence{}}
				intents[in.ID] = intent
			}
			intent.Confidence = max(intent.Confidence, in.Confidence)
			intent.Evidence = evidenceOf(intent.Evidence, n, in.Evidence)
		}
	}
	felt, urgent := &records[sentiment].Analysis.Sentiment, &records[urgency].Analysis.Urgency
	out.Engine = records[0].Analysis.Engine
	out.Sentiment = TicketSentiment{Label: felt.Label, Score: felt.Score, Confidence: felt.Confidence, Evidence: evidenceOf([]TicketEvidence{}, messages[sentiment].N, felt.Evidence)}
	out.Urgency = TicketUrgency{Level: urgent.Level, Confidence: urgent.Confidence, Evidence: evidenceOf([]TicketEvidence{}, messages[urgency].N, urgent.Evidence)}
	for _, id := range slices.Sorted(maps.Keys(topics)) {
		out.Tags = append(out.Tags, *topics[id])
	}
	slices.SortStableFunc(out.Tags, func(a, b TicketTag) int { return cmp.Compare(b.Confidence, a.Confidence) })
	for _, id := range slices.Sorted(maps.Keys(intents)) {
		out.Intents = append(out.Intents, *intents[id])
	}
	slices.SortStableFunc(out.Intents, func(a, b TicketIntent) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return out
}

// judge lays rules over a reading. The draft is that of the first message, which carries what is said of the whole ticket.
func (r *TicketReading) judge(rules *tagging.Rules, d *Draft, messages int) {
	r.SuggestedPriority = priorityOf[r.Urgency.Level]
	f := tagging.Facts{
		Topics: make(map[string]tagging.Said, len(r.Tags)), Intents: make(map[string]float64, len(r.Intents)),
		Sentiment: tagging.Said{Label: r.Sentiment.Label, Confidence: r.Sentiment.Confidence}, Score: r.Sentiment.Score,
		Urgency:  tagging.Said{Label: r.Urgency.Level, Confidence: r.Urgency.Confidence},
		Language: r.Language, Channel: d.Channel, Account: d.AccountID, Customer: d.CustomerID, Tags: d.Tags, Attributes: d.Attributes, Messages: messages,
	}
	if d.Ticket != nil {
		f.Priority, f.Status = d.Ticket.Priority, d.Ticket.Status
	}
	if r.people {
		f.Tags = r.peopleTags
	}
	for _, t := range r.Tags {
		if t.Sentiment != nil {
			f.Topics[t.Tag] = tagging.Said{Label: t.Sentiment.Label, Confidence: t.Confidence}
		}
	}
	for _, in := range r.Intents {
		f.Intents[in.ID] = in.Confidence
	}
	said := rules.Apply(f)
	r.Rules = append(r.Rules, said.Fired...)
	for _, t := range said.Tags {
		if r.people { // what they left out is no tag, and what they set stands already
			if !slices.Contains(r.peopleTags, t.Name) {
				r.Predicted.Tags = append(r.Predicted.Tags, t.Name)
			}
			continue
		}
		r.Tags = append(r.Tags, TicketTag{Tag: t.Name, Kind: TagRule, Confidence: t.Confidence, Rule: t.Rule, Evidence: []TicketEvidence{}})
	}
	if said.Priority != "" {
		r.SuggestedPriority = said.Priority
	}
}

// level gives the rank of an urgency.
func level(name string) int {
	return slices.Index([]string{analyzer.UrgencyLow, analyzer.UrgencyNormal, analyzer.UrgencyHigh, analyzer.UrgencyCritical}, name)
}

func evidenceOf(list []TicketEvidence, message int, evidence []analyzer.Evidence) []TicketEvidence {
	for _, e := range evidence {
		list = append(list, TicketEvidence{message, e})
	}
	return list
}

// rulesCache keeps the tagging rules in force parsed.
type rulesCache struct {
	mu      sync.Mutex
	rules   *tagging.Rules
	version int
}

// noRules serves a workspace that has set none.
var noRules = func() *tagging.Rules {
	rules, err := tagging.Parse("# No tagging rule is set. One rule a line:\n# refunds: if topic=refund and urgency>=high then tag=money, priority=urgent\n", tagging.Vocabulary{})
	if err != nil {
		panic(err) // it has no rule
	}
	return rules
}()

// TaggingRules gives the tagging rules in force and their version, 0 where none were set.
func (s *Service) TaggingRules(ctx context.Context) (*tagging.Rules, int, error) {
	s.rules.mu.Lock()
	defer s.rules.mu.Unlock()
	if s.rules.rules != nil {
		return s.rules.rules, s.rules.version, nil
	}
	text, version, err := s.store.TaggingRules(ctx)
	switch {
	case CodeOf(err) == CodeNotFound:
		s.rules.rules, s.rules.version = noRules, 0
	case err != nil:
		return nil, 0, err
	default:
		// A label that is gone by now, with its overlay, is no reason to refuse what was right when it was set.
		rules, err := tagging.Parse(text, tagging.Vocabulary{})
		if err != nil {
			return nil, 0, &Error{Code: CodeInternal, Message: "the stored tagging rules cannot be read", Err: err}
		}
		s.rules.rules, s.rules.version = rules, version
	}
	return s.rules.rules, s.rules.version, nil
}

// PutTaggingRules checks and stores tagging rules and gives their version number.
func (s *Service) PutTaggingRules(ctx context.Context, text, by string) (int, error) {
	a := s.analyzer.Load()
	if _, err := tagging.Parse(text, tagging.Vocabulary{Topics: a.Topics(), Intents: a.Intents()}); err != nil {
		return 0, rulesFaults(err)
	}
	s.rules.mu.Lock()
	defer s.rules.mu.Unlock()
	version, err := s.store.PutTaggingRules(ctx, text, by, s.now().UTC().Truncate(time.Millisecond))
	if err == nil {
		s.rules.rules = nil
	}
	return version, err
}

// rulesFaults gives every problem of rules as a fault of its own, at its place.
func rulesFaults(err error) error {
	problems := tagging.Problems(err)
	if len(problems) == 0 {
		return err
	}
	faults := make([]error, len(problems))
	for i, p := range problems {
		faults[i] = Errorf(CodeInvalid, "rules", "line %d, column %d: %s", p.Line, p.Column, p.Message)
	}
	return errors.Join(faults...)
}
