package store

import (
	"maps"
	"slices"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// A packed analysis is its fields in the order of analyzer.Analysis, without its terms, which have a table of their own. What a span
// says of the text is not written again where it is what the draft says there.

// The fields that spans are of.
const (
	fieldOfText = iota
	fieldOfTitle
)

// The bits of a packed piece of evidence.
const (
	evidenceTitle   = 1 << iota // of the title; where neither this nor the next is set, of the text
	evidenceField               // of another field, which is named
	evidenceText                // the text is not what stands at the span, and is written
	evidenceEntry               // the entry is not the text, and is written
	evidenceParts               // there are parts
	evidenceRules               // there are rules, even none
	evidenceNoRules             // there are rules, and they are none
)

// analysis packs the analysis of a draft.
func (p *packer) analysis(a *analyzer.Analysis, d *feedback.Draft) {
	p.field[fieldOfText].set(d.Text)
	p.field[fieldOfTitle].set(d.Title)
	p.name(a.Language.Code)
	p.number(a.Language.Confidence)
	p.length(len(a.Language.Mix), a.Language.Mix == nil)
	if len(a.Language.Mix) > 0 {
		for _, code := range slices.Sorted(maps.Keys(a.Language.Mix)) {
			p.name(code)
			p.number(a.Language.Mix[code])
		}
	}
	s := &a.Sentiment
	p.name(s.Label)
	p.number(s.Score)
	p.number(s.Confidence)
	p.number(s.Probabilities.Negative)
	p.number(s.Probabilities.Neutral)
	p.number(s.Probabilities.Positive)
	p.bool(s.Mixed)
	p.reasons(s.Raw, s.Bias, s.Evidence)
	p.length(len(a.Sentences), a.Sentences == nil)
	for i := range a.Sentences {
		s := &a.Sentences[i]
		p.span(s.Field, s.Start, s.End)
		p.name(s.Language)
		p.polarity(s.Sentiment)
	}
	p.length(len(a.Topics), a.Topics == nil)
	for i := range a.Topics {
		t := &a.Topics[i]
		p.name(t.ID)
		p.number(t.Confidence)
		p.bool(t.Sure)
		p.polarity(t.Sentiment)
		p.reasons(t.Raw, t.Bias, t.Evidence)
	}
	p.length(len(a.Intents), a.Intents == nil)
	for i := range a.Intents {
		in := &a.Intents[i]
		p.name(in.ID)
		p.number(in.Confidence)
		p.bool(in.Sure)
		p.reasons(in.Raw, in.Bias, in.Evidence)
	}
	p.name(a.Urgency.Level)
	p.number(a.Urgency.Confidence)
	p.reasons(a.Urgency.Raw, a.Urgency.Bias, a.Urgency.Evidence)
	p.length(len(a.KeyPhrases), a.KeyPhrases == nil)
	for i := range a.KeyPhrases {
		k := &a.KeyPhrases[i]
		p.span(k.Field, k.Start, k.End)
		p.text(k.Text)
	}
	p.length(len(a.PII), a.PII == nil)
	for i := range a.PII {
		p.span(a.PII[i].Field, a.PII[i].Start, a.PII[i].End)
		p.name(a.PII[i].Kind)
	}
	p.name(a.Engine.Version)
	p.name(a.Engine.Lexicon)
}

// analysis reads the packed analysis of a draft.
func (u *unpacker) analysis(a *analyzer.Analysis, d *feedback.Draft) {
	u.field[fieldOfText].set(d.Text)
	u.field[fieldOfTitle].set(d.Title)
	*a = analyzer.Analysis{}
	a.Language = analyzer.Language{Code: u.name(), Confidence: u.number()}
	if n, is := u.length(); is {
		a.Language.Mix = make(map[string]float64, n)
		for range n {
			code := u.name()
			a.Language.Mix[code] = u.number()
		}
	}
	s := &a.Sentiment
	s.Label, s.Score, s.Confidence = u.name(), u.number(), u.number()
	s.Probabilities = analyzer.Probabilities{Negative: u.number(), Neutral: u.number(), Positive: u.number()}
	s.Mixed = u.bool()
	s.Raw, s.Bias, s.Evidence = u.reasons()
	a.Sentences = list[analyzer.Sentence](u)
	for i := range a.Sentences {
		s := &a.Sentences[i]
		s.Field, s.Start, s.End = u.span()
		s.Language, s.Sentiment = u.name(), u.polarity()
	}
	a.Topics = list[analyzer.Topic](u)
	for i := range a.Topics {
		t := &a.Topics[i]
		t.ID, t.Confidence, t.Sure, t.Sentiment = u.name(), u.number(), u.bool(), u.polarity()
		t.Raw, t.Bias, t.Evidence = u.reasons()
	}
	a.Intents = list[analyzer.Intent](u)
	for i := range a.Intents {
		in := &a.Intents[i]
		in.ID, in.Confidence, in.Sure = u.name(), u.number(), u.bool()
		in.Raw, in.Bias, in.Evidence = u.reasons()
	}
	a.Urgency.Level, a.Urgency.Confidence = u.name(), u.number()
	a.Urgency.Raw, a.Urgency.Bias, a.Urgency.Evidence = u.reasons()
	a.KeyPhrases = list[analyzer.KeyPhrase](u)
	for i := range a.KeyPhrases {
		k := &a.KeyPhrases[i]
		k.Field, k.Start, k.End = u.span()
		k.Text = u.text()
	}
	a.PII = list[analyzer.PII](u)
	for i := range a.PII {
		f := &a.PII[i]
		f.Field, f.Start, f.End = u.span()
		f.Kind = u.name()
	}
	a.Engine = analyzer.Engine{Version: u.name(), Lexicon: u.name()}
}

// list gives room for the items of a list whose length comes next.
func list[T any](u *unpacker) []T {
	n, is := u.length()
	if !is {
		return nil
	}
	return make([]T, n)
}

// bool packs a boolean.
func (p *packer) bool(v bool) {
	if v {
		p.byte(1)
	} else {
		p.byte(0)
	}
}

func (u *unpacker) bool() bool { return u.byte() == 1 }

// span packs a field and a span in it.
func (p *packer) span(field string, start, end int) {
	p.name(field)
	p.int(start)
	p.int(end - start)
}

func (u *unpacker) span() (field string, start, end int) {
	field, start = u.name(), u.int()
	return field, start, start + u.int()
}

// polarity packs a short sentiment.
func (p *packer) polarity(s analyzer.Polarity) {
	p.name(s.Label)
	p.number(s.Score)
}

func (u *unpacker) polarity() analyzer.Polarity {
	return analyzer.Polarity{Label: u.name(), Score: u.number()}
}

// reasons packs why a verdict is what it is.
func (p *packer) reasons(raw, bias float64, evidence []analyzer.Evidence) {
	p.number(raw)
	p.number(bias)
	p.length(len(evidence), evidence == nil)
	for i := range evidence {
		p.evidence(&evidence[i])
	}
}

func (u *unpacker) reasons() (raw, bias float64, evidence []analyzer.Evidence) {
	raw, bias, evidence = u.number(), u.number(), list[analyzer.Evidence](u)
	for i := range evidence {
		u.evidence(&evidence[i])
	}
	return raw, bias, evidence
}

// titleField is how evidence names the title.
const titleField = "title"

// evidence packs a piece of evidence.
func (p *packer) evidence(e *analyzer.Evidence) {
	bits, of := 0, &p.field[fieldOfText]
	switch e.Field {
	case "":
	case titleField:
		bits, of = evidenceTitle, &p.field[fieldOfTitle]
	default:
		bits, of = evidenceField, nil
	}
	if there, ok := of.slice(e.Start, e.End); !ok || there != e.Text {
		bits |= evidenceText
	}
	if e.Entry != e.Text {
		bits |= evidenceEntry
	}
	if len(e.Parts) > 0 {
		bits |= evidenceParts
	}
	if len(e.Rules) > 0 {
		bits |= evidenceRules
	} else if e.Rules != nil {
		bits |= evidenceNoRules
	}
	p.int(bits)
	if bits&evidenceField != 0 {
		p.name(e.Field)
	}
	p.int(e.Start)
	p.int(e.End - e.Start)
	if bits&evidenceText != 0 {
		p.text(e.Text)
	}
	if bits&evidenceEntry != 0 {
		p.name(e.Entry)
	}
	if bits&evidenceParts != 0 {
		p.int(len(e.Parts))
		for _, part := range e.Parts {
			p.int(part[0])
			p.int(part[1] - part[0])
		}
	}
	if bits&evidenceRules != 0 {
		p.int(len(e.Rules))
		for _, rule := range e.Rules {
			p.name(rule)
		}
	}
	p.number(e.Contribution)
	p.name(e.Lexicon)
}

func (u *unpacker) evidence(e *analyzer.Evidence) {
	bits, of := u.int(), &u.field[fieldOfText]
	switch {
	case bits&evidenceField != 0:
		e.Field, of = u.name(), nil
	case bits&evidenceTitle != 0:
		e.Field, of = titleField, &u.field[fieldOfTitle]
	}
	e.Start = u.int()
	e.End = e.Start + u.int()
	if bits&evidenceText != 0 {
		e.Text = u.text()
	} else {
		var ok bool
		if e.Text, ok = of.slice(e.Start, e.End); !ok {
			u.fail()
		}
	}
	if e.Entry = e.Text; bits&evidenceEntry != 0 {
		e.Entry = u.name()
	}
	if bits&evidenceParts != 0 {
		e.Parts = make([][2]int, u.count())
		for i := range e.Parts {
			start := u.int()
			e.Parts[i] = [2]int{start, start + u.int()}
		}
	}
	if bits&evidenceRules != 0 {
		e.Rules = make([]string, u.count())
		for i := range e.Rules {
			e.Rules[i] = u.name()
		}
	} else if bits&evidenceNoRules != 0 {
		e.Rules = []string{}
	}
	e.Contribution, e.Lexicon = u.number(), u.name()
}
