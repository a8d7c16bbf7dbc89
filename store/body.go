package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// A body is what the store keeps of a record beside its columns: the draft as its owner sent it, and what the analyzer read. Nothing but
// encodeBody, decodeBody and decodeDraft knows how. The first byte is the format:
//
//	'{'  JSON of the draft with a field "analysis", as bodies were at first; one is written anew when its record is
//	1    packed: the draft (pack_draft.go), then the analysis (pack_analysis.go)
//	2    packed: the tags that rules set, then as 1
//
// Packed, a record takes a fourth of the room and a fraction of the time that JSON takes. Texts stand in it as they were sent.
const (
	bodyJSON   = '{'
	bodyPacked = 1
	bodyRuled  = 2
)

// errBody is what a body gives that cannot be read.
var errBody = errors.New("the body of a record is of an unknown format, cut or damaged")

// encodeBody writes the body of a record. A CollectedAt that is the first receipt is a defaulted one, which the columns keep.
func encodeBody(r *feedback.Record) ([]byte, error) {
	d := r.Draft
	if d.CollectedAt != nil && d.CollectedAt.Equal(r.ReceivedAt) {
		d.CollectedAt = nil
	}
	p := newPacker()
	defer p.release()
	if len(r.RuleTags) > 0 {
		p.byte(bodyRuled)
		p.int(len(r.RuleTags))
		for _, tag := range r.RuleTags {
			p.text(tag)
		}
	} else {
		p.byte(bodyPacked)
	}
	p.draft(&d)
	p.analysis(&r.Analysis, &d)
	return bytes.Clone(p.b), p.err
}

// decodeBody reads a body into a record.
func decodeBody(body string, r *feedback.Record) error {
	switch format(body) {
	case bodyPacked, bodyRuled:
		u := unpacker{s: body, at: 1}
		r.RuleTags = u.ruleTags()
		u.draft(&r.Draft)
		u.analysis(&r.Analysis, &r.Draft)
		return u.end()
	case bodyJSON:
		old := struct {
			feedback.Draft
			Analysis analyzer.Analysis `json:"analysis"`
		}{}
		err := decodeJSON(body, &old)
		r.Draft, r.Analysis = old.Draft, old.Analysis
		return err
	}
	return errBody
}

// decodeDraft reads no more of a body than the draft and the tags that rules set.
func decodeDraft(body string, r *feedback.Record) error {
	switch format(body) {
	case bodyPacked, bodyRuled:
		u := unpacker{s: body, at: 1}
		r.RuleTags = u.ruleTags()
		u.draft(&r.Draft)
		return u.err
	case bodyJSON:
		return decodeJSON(body, &r.Draft)
	}
	return errBody
}

// ruleTags reads the tags that rules set, where the format has them.
func (u *unpacker) ruleTags() []string {
	if u.s[0] != bodyRuled {
		return nil
	}
	tags := make([]string, u.count())
	for i := range tags {
		tags[i] = u.text()
	}
	return tags
}

func format(body string) byte {
	if body == "" {
		return 0
	}
	return body[0]
}

// decodeJSON reads JSON in which numbers of no known type stay json.Number, so that none loses a digit.
func decodeJSON(s string, v any) error {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	return d.Decode(v)
}
