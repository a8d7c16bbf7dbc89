package feedback

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// The sources of labels to learn from.
const (
	FromCorrections = "corrections" // what people said of the labels of a record
	FromRatings     = "ratings"     // NPS, CSAT and stars that customers gave, for the sentiment
	FromTags        = "tags"        // tags that people set, as topics
)

// FewestExamples is how many texts there must be to learn from: below it, what is held out is too little to tell a gain from luck.
const FewestExamples = 50

// weakWeight is how much a rating counts beside what a person said of the text itself: the customer rated the thing, not the words.
const weakWeight = 0.5

// Lesson says what to learn, from what.
type Lesson struct {
	Task      string   `json:"task"`                // "sentiment", "topics" or "intents"
	Name      string   `json:"name,omitempty"`      // of the overlay; "learned-TASK" where absent
	From      []string `json:"from,omitempty"`      // FromCorrections, FromRatings, FromTags; where absent corrections, and ratings for the sentiment
	Precision float64  `json:"precision,omitempty"` // share of what is sure that should be right; plain thresholds where 0
	Exclusive *bool    `json:"exclusive,omitempty"` // a text has one label; where absent, it has where no text has two
	Activate  bool     `json:"activate,omitempty"`  // put in force what the gate accepts
	Filter    Filter   `json:"filter,omitzero"`     // of the records
}

// Learned is what came of a lesson.
type Learned struct {
	Accepted   bool        `json:"accepted"`
	Reason     string      `json:"reason"`
	Examples   int         `json:"examples"`
	Overlay    *Overlay    `json:"overlay,omitempty"`
	Activation *Activation `json:"activation,omitempty"`
	Card       *learn.Card `json:"card"`
}

// complete fills in defaults and says what is wrong.
func (l *Lesson) complete() *Error {
	tasks := []string{string(lexicons.Sentiment), string(lexicons.Topics), string(lexicons.Intents)}
	if !slices.Contains(tasks, l.Task) {
		return Errorf(CodeInvalid, "task", "%s is none of sentiment, topics, intents", quote(l.Task))
	}
	if l.Name == "" {
		l.Name = "learned-" + l.Task
	}
	if len(l.From) == 0 {
		l.From = []string{FromCorrections}
		if l.Task == string(lexicons.Sentiment) {
			l.From = append(l.From, FromRatings)
		}
	}
	for i, from := range l.From {
		field := fmt.Sprintf("from[%d]", i)
		switch {
		case from != FromCorrections && from != FromRatings && from != FromTags:
			return Errorf(CodeInvalid, field, "%s is none of corrections, ratings, tags", quote(from))
		case from == FromRatings && l.Task != string(lexicons.Sentiment):
			return Errorf(CodeInvalid, field, "ratings tell of the sentiment alone")
		case from == FromTags && l.Task != string(lexicons.Topics):
			return Errorf(CodeInvalid, field, "tags tell of topics alone")
		}
	}
	if l.Precision < 0 || l.Precision >= 1 {
		return Errorf(CodeInvalid, "precision", "lies between 0 and 1")
	}
	// The name is the overlay's, so it must be one that an overlay can have.
	manifest, err := json.Marshal(lexicons.Manifest{Format: lexicons.OverlayFormat, Name: l.Name, Kind: lexicons.Written})
	if err == nil {
		_, err = lexicons.NewOverlay(map[string][]byte{"manifest.json": manifest})
	}
	if err != nil {
		return Errorf(CodeInvalid, "name", "takes 1 to 64 bytes of letters, digits and . _ -")
	}
	return nil
}

// Learn asks for a job that learns an overlay from the records: what its examples are is looked up at once, so that too few are an answer
// and not a job.
func (s *Service) Learn(ctx context.Context, l Lesson, by string) (Job, error) {
	if fault := l.complete(); fault != nil {
		return Job{}, fault
	}
	if s.lexicon == nil {
		return Job{}, Errorf(CodeUnavailable, "", "nothing can be learned here")
	}
	examples, err := s.examples(ctx, &l)
	if err != nil {
		return Job{}, err
	}
	if len(examples) < FewestExamples {
		return Job{}, Errorf(CodeInvalid, "from", "learning %s needs at least %d texts that say their labels, there are %d: correct more, or widen the filter", l.Task, FewestExamples, len(examples))
	}
	return s.enqueue(ctx, JobLearn, by, l)
}

// learn does a job that Learn asked for. It begins anew where it was interrupted; the same records give the same overlay.
func (s *Service) learn(ctx context.Context, j *Job) error {
	var l Lesson
	if err := json.Unmarshal(j.Params, &l); err != nil {
		return err
	}
	examples, err := s.examples(ctx, &l)
	if err != nil {
		return err
	}
	j.Total = len(examples)
	if err := s.store.PutJob(ctx, *j); err != nil {
		return err
	}
	began := s.now()
	o := learn.Options{
		Name: l.Name, Task: lexicons.Task(l.Task), Exclusive: l.Exclusive, Precision: l.Precision, Behaviours: s.behaviours, Seed: 1,
		Clock: func() time.Duration { return s.now().Sub(began) },
	}
	if o.Task == lexicons.Sentiment && s.sentences != nil {
		if o.Sentences, err = s.sentences(); err != nil {
			return err
		}
	}
	if o.Parent, err = s.learnedNow(ctx, l.Task); err != nil {
		return err
	}
	read, card, err := learn.Learn(ctx, s.lexicon, examples, nil, o)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return Errorf(CodeInvalid, "", "%s", err)
	}
	out := Learned{Accepted: card.Accepted, Reason: card.Reason, Examples: len(examples), Card: card}
	if read != nil {
		kept, _, err := s.keepOverlay(ctx, read, j.By)
		if err != nil {
			return err
		}
		out.Overlay = &kept
		if l.Activate && kept.Accepted {
			done, err := s.ActivateOverlay(ctx, kept.ID, j.By)
			if err != nil {
				return err
			}
			out.Activation, out.Overlay.Active = &done.Activation, true
		}
	}
	j.Done = j.Total
	j.Result, err = json.Marshal(out)
	return err
}

// learnedNow gives the hash of the overlay in force that was learned for a task, "" for none.
func (s *Service) learnedNow(ctx context.Context, task string) (string, error) {
	list, _, err := s.ListOverlays(ctx)
	for _, o := range list {
		if o.Active && o.Kind == string(lexicons.Learned) && o.Task == task {
			return o.Hash, err
		}
	}
	return "", err
}

// A label of the taxonomy is learned where people changed it in at least fewestWrong records, and in leastWrong of those at least
// that have it or should. The rest the built-in reads well enough: what is learned from a few texts would be worse.
const (
	fewestWrong = 5
	leastWrong  = 0.1
)

// examples gives the texts of the records that the lesson means, with their labels.
func (s *Service) examples(ctx context.Context, l *Lesson) ([]learn.Example, error) {
	var out []learn.Example
	wrong, met := map[string]int{}, map[string]int{}
	err := s.store.Select(ctx, l.Filter, func(r *Record) error {
		if r.Text == "" && r.Title == "" {
			return nil
		}
		labels, predicted, weight, ok := l.labels(r)
		if !ok {
			return nil
		}
		out = append(out, learn.Example{Title: r.Title, Text: r.Text, Labels: labels, Weight: weight, Customer: r.voice()})
		for _, label := range labels {
			met[label]++
			if !slices.Contains(predicted, label) {
				wrong[label]++
			}
		}
		for _, label := range predicted {
			if !slices.Contains(labels, label) {
				met[label]++
				wrong[label]++
			}
		}
		return nil
	})
	if err != nil || l.Task == string(lexicons.Sentiment) {
		return out, err
	}
	for i := range out {
		out[i].Labels = slices.DeleteFunc(out[i].Labels, func(label string) bool {
			return wrong[label] < fewestWrong || float64(wrong[label]) < leastWrong*float64(met[label])
		})
	}
	return out, nil
}

// voice gives who a record is from, "" where that is not known: the person, or else the account.
func (r *Record) voice() string {
	switch {
	case r.CustomerID != "":
		return "customer " + r.CustomerID
	case r.AccountID != "":
		return "account " + r.AccountID
	}
	return ""
}

// labels gives what is known of a record for the task, what had been predicted, and how much it counts. What a person said of the text counts
// before a rating.
func (l *Lesson) labels(r *Record) (labels, predicted []string, weight float64, ok bool) {
	if slices.Contains(l.From, FromCorrections) {
		now := r.Labels()
		for i := range r.Corrections {
			c := &r.Corrections[i]
			switch {
			case l.Task == string(lexicons.Sentiment) && c.Sentiment != "":
				labels, ok = []string{now.Sentiment}, true
			case l.Task == string(lexicons.Topics) && c.Topics != nil:
				labels, predicted, ok = slices.Sorted(maps.Keys(now.Topics)), slices.Sorted(maps.Keys(c.Predicted.Topics)), true
			case l.Task == string(lexicons.Intents) && c.Intents != nil:
				labels, predicted, ok = append([]string{}, now.Intents...), c.Predicted.Intents, true
			}
		}
	}
	if slices.Contains(l.From, FromTags) {
		if tags := r.peopleTags(); len(tags) > 0 {
			for _, t := range tags {
				if !slices.Contains(labels, t) && lexicons.PlainName(t) {
					labels = append(labels, t)
				}
			}
			slices.Sort(labels)
			ok = len(labels) > 0
		}
	}
	if ok {
		return append([]string{}, labels...), predicted, 1, true
	}
	if slices.Contains(l.From, FromRatings) {
		for _, name := range []string{"rating", "csat", "nps"} {
			score, there := r.Scores[name]
			if !there || score.Max <= score.Min {
				continue
			}
			low, high, _ := Scales(name)
			label, err := learn.WeakSentiment(name, fmt.Sprint(low+score.Unit()*(high-low)))
			if err == nil {
				return []string{label}, nil, weakWeight, true
			}
		}
	}
	return nil, nil, 0, false
}
