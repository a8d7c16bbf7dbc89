package store

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// A packed draft is a set of bits, one a field that is there, and then those fields in this order. Scores, attributes and tags come
// with their number, those with names sorted by them; a score is its name, value, min, max and highIs; a ticket its status, priority and
// two times; metadata is JSON.
const (
	draftTexts      = iota // the first of ten texts
	draftTimes      = draftTexts + 10
	draftScores     = draftTimes + 3
	draftTicket     = draftScores + 1
	draftAttributes = draftTicket + 1
	draftTags       = draftAttributes + 1
	draftMetadata   = draftTags + 1
)

// textsOf gives the texts of a draft in the order of their bits.
func textsOf(d *feedback.Draft) [draftTimes - draftTexts]*string {
	return [...]*string{&d.ID, &d.Source, &d.Channel, &d.Title, &d.Text, &d.Lang, &d.AccountID, &d.CustomerID, &d.ThreadID, &d.Touchpoint}
}

// timesOf gives the times of a draft in the order of their bits.
func timesOf(d *feedback.Draft) [draftScores - draftTimes]**time.Time {
	return [...]**time.Time{&d.CollectedAt, &d.EventAt, &d.UpdatedAt}
}

// draft packs a draft.
func (p *packer) draft(d *feedback.Draft) {
	bits := 0
	has := func(bit int, is bool) bool {
		if is {
			bits |= 1 << bit
		}
		return is
	}
	texts, times := textsOf(d), timesOf(d)
	for i, text := range texts {
		has(draftTexts+i, *text != "")
	}
	for i, at := range times {
		has(draftTimes+i, *at != nil)
	}
	scores, ticket, attributes := has(draftScores, len(d.Scores) > 0), has(draftTicket, d.Ticket != nil), has(draftAttributes, len(d.Attributes) > 0)
	tags, metadata := has(draftTags, len(d.Tags) > 0), has(draftMetadata, len(d.Metadata) > 0)
	p.int(bits)
	for _, text := range texts {
		if *text != "" {
			p.text(*text)
		}
	}
	for _, at := range times {
		if *at != nil {
			p.time(*at)
		}
	}
	if scores {
		p.int(len(d.Scores))
		for _, name := range slices.Sorted(maps.Keys(d.Scores)) {
			s := d.Scores[name]
			p.name(name)
			p.number(s.Value)
			p.number(s.Min)
			p.number(s.Max)
			p.name(s.HighIs)
		}
	}
	if ticket {
		p.text(d.Ticket.Status)
		p.text(d.Ticket.Priority)
		p.time(d.Ticket.OpenedAt)
		p.time(d.Ticket.ResolvedAt)
	}
	if attributes {
		p.int(len(d.Attributes))
		for _, name := range slices.Sorted(maps.Keys(d.Attributes)) {
			p.text(name)
			p.text(d.Attributes[name])
		}
	}
	if tags {
		p.int(len(d.Tags))
		for _, tag := range d.Tags {
			p.text(tag)
		}
	}
	if metadata {
		encoded, err := json.Marshal(d.Metadata)
		if err != nil {
			p.err = err
		}
		p.text(string(encoded))
	}
}

// draft reads a packed draft.
func (u *unpacker) draft(d *feedback.Draft) {
	*d = feedback.Draft{}
	bits := u.int()
	has := func(bit int) bool { return bits&(1<<bit) != 0 }
	if bits >= 1<<(draftMetadata+1) || bits < 0 {
		u.fail()
		return
	}
	for i, text := range textsOf(d) {
		if has(draftTexts + i) {
			*text = u.text()
		}
	}
	for i, at := range timesOf(d) {
		if has(draftTimes + i) {
			*at = u.time()
		}
	}
	if has(draftScores) {
		n := u.count()
		d.Scores = make(map[string]feedback.Score, n)
		for range n {
			name := u.name()
			d.Scores[name] = feedback.Score{Value: u.number(), Min: u.number(), Max: u.number(), HighIs: u.name()}
		}
	}
	if has(draftTicket) {
		d.Ticket = &feedback.Ticket{Status: u.text(), Priority: u.text(), OpenedAt: u.time(), ResolvedAt: u.time()}
	}
	if has(draftAttributes) {
		n := u.count()
		d.Attributes = make(map[string]string, n)
		for range n {
			name := u.text()
			d.Attributes[name] = u.text()
		}
	}
	if has(draftTags) {
		d.Tags = make([]string, u.count())
		for i := range d.Tags {
			d.Tags[i] = u.text()
		}
	}
	if has(draftMetadata) {
		encoded := u.text()
		if u.err == nil && decodeJSON(encoded, &d.Metadata) != nil {
			u.fail()
		}
	}
}
