package feedback

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The limits of a draft, in bytes and counts. Each is far beyond what feedback needs and keeps one record from harming the rest.
const (
	MaxID         = 256
	MaxText       = 1 << 20
	MaxTitle      = 64 << 10
	MaxLabel      = 1 << 10 // channel, touchpoint, a tag, an attribute's value …
	MaxScores     = 50
	MaxTags       = 100
	MaxAttributes = 100
	MaxMetadata   = 256 << 10
)

// Payload gives the fingerprint of a draft as it was sent, before Validate fills in defaults.
func (d *Draft) Payload() ([32]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return [32]byte{}, Errorf(CodeInvalid, "", "cannot be encoded: %v", err)
	}
	return sha256.Sum256(b), nil
}

// Validate checks a draft and fills in defaults: the source, the scales of bare scores, lower-case ticket states. Bytes that are not
// UTF-8 become U+FFFD. It gives all faults found, nil for none; the ID may be absent.
func (d *Draft) Validate() []*Error {
	var faults []*Error
	fault := func(field, format string, args ...any) {
		faults = append(faults, Errorf(CodeInvalid, field, format, args...))
	}
	if d.ID != "" {
		if err := CheckID(d.ID); err != "" {
			fault("id", "%s", err)
		}
	}
	if d.Source == "" {
		d.Source = SourceSurvey
		if d.Ticket != nil {
			d.Source = SourceTicket
		}
	} else if !slices.Contains(Sources, d.Source) {
		fault("source", "%s is none of %s", quote(d.Source), strings.Join(Sources, ", "))
	}
	d.Text, d.Title = strings.ToValidUTF8(d.Text, "\uFFFD"), strings.ToValidUTF8(d.Title, "\uFFFD")
	if len(d.Text) > MaxText {
		faults = append(faults, Errorf(CodeTooLarge, "text", "has %d bytes, at most %d are taken", len(d.Text), MaxText))
	}
	if len(d.Title) > MaxTitle {
		faults = append(faults, Errorf(CodeTooLarge, "title", "has %d bytes, at most %d are taken", len(d.Title), MaxTitle))
	}
	for _, f := range []struct {
		name  string
		value *string
	}{
		{"channel", &d.Channel}, {"account_id", &d.AccountID}, {"customer_id", &d.CustomerID}, {"thread_id", &d.ThreadID},
		{"touchpoint", &d.Touchpoint}, {"lang", &d.Lang},
	} {
		limit := MaxLabel
		if strings.HasSuffix(f.name, "_id") {
			limit = MaxID
		}
		if len(*f.value) > limit {
			fault(f.name, "has %d bytes, at most %d are taken", len(*f.value), limit)
		}
		if strings.HasSuffix(f.name, "_id") && *f.value != "" {
			if err := CheckID(*f.value); err != "" {
				fault(f.name, "%s", err)
			}
		}
		*f.value = strings.ToValidUTF8(*f.value, "\uFFFD")
	}
	for _, f := range []struct {
		name string
		at   *time.Time
	}{{"collected_at", d.CollectedAt}, {"event_at", d.EventAt}, {"updated_at", d.UpdatedAt}} {
		if f.at != nil && (f.at.Year() < 1970 || f.at.Year() > 9999) {
			fault(f.name, "lies outside the years 1970 to 9999")
		}
	}
	d.validateScores(fault)
	if d.Ticket != nil {
		d.Ticket.Status = strings.ToLower(strings.TrimSpace(d.Ticket.Status))
		d.Ticket.Priority = strings.ToLower(strings.TrimSpace(d.Ticket.Priority))
		if len(d.Ticket.Status) > MaxLabel || len(d.Ticket.Priority) > MaxLabel {
			fault("ticket", "status and priority take at most %d bytes", MaxLabel)
		}
	}
	if len(d.Tags) > MaxTags {
		fault("tags", "are %d, at most %d are taken", len(d.Tags), MaxTags)
	}
	for i, t := range d.Tags {
		if t == "" || len(t) > MaxLabel {
			fault(fmt.Sprintf("tags[%d]", i), "is empty or longer than %d bytes", MaxLabel)
		}
	}
	if len(d.Attributes) > MaxAttributes {
		fault("attributes", "are %d, at most %d are taken", len(d.Attributes), MaxAttributes)
	}
	for k, v := range d.Attributes {
		if k == "" || len(k) > 128 || len(v) > MaxLabel || strings.ContainsAny(k, "=\x00") {
			fault("attributes."+clip(k), "takes a name of 1–128 bytes without = and a value of at most %d bytes", MaxLabel)
		}
	}
	if d.Metadata != nil {
		if b, err := json.Marshal(d.Metadata); err != nil || len(b) > MaxMetadata {
			fault("metadata", "takes at most %d bytes of JSON", MaxMetadata)
		}
	}
	if d.Text == "" && d.Title == "" && len(d.Scores) == 0 && d.Ticket == nil {
		fault("text", "is empty, and there is no title, score or ticket either")
	}
	slices.SortStableFunc(faults, func(a, b *Error) int { return strings.Compare(a.Field, b.Field) })
	return faults
}

func (d *Draft) validateScores(fault func(field, format string, args ...any)) {
	if len(d.Scores) > MaxScores {
		fault("scores", "are %d, at most %d are taken", len(d.Scores), MaxScores)
		return
	}
	for name, s := range d.Scores {
		field := "scores." + clip(name)
		low, high, ok := Scales(name)
		if !ok || len(name) > 128 {
			fault(field, "is no score: use nps, csat, csat:<aspect>, ces or rating")
			continue
		}
		if s.Min == 0 && s.Max == 0 {
			s.Min, s.Max = low, high
		}
		switch {
		case math.IsNaN(s.Value) || math.IsInf(s.Value, 0) || !(s.Min < s.Max) || math.Abs(s.Min) > 1e6 || math.Abs(s.Max) > 1e6:
			fault(field, "takes a scale with min below max")
		case s.Value < s.Min || s.Value > s.Max:
			fault(field, "%g lies outside %g to %g; give {\"value\",\"min\",\"max\"} for another scale", s.Value, s.Min, s.Max)
		case s.HighIs != "" && s.HighIs != "effort" && s.HighIs != "ease":
			fault(field, `high_is is "effort" or "ease"`)
		case s.HighIs == "effort" && name != "ces":
			fault(field, `high_is "effort" is for ces`)
		}
		if s.HighIs == "ease" {
			s.HighIs = ""
		}
		d.Scores[name] = s
	}
}

// CheckID says what is wrong with an id, "" for nothing: 1–256 bytes of printable UTF-8.
func CheckID(id string) string {
	if id == "" || len(id) > MaxID {
		return fmt.Sprintf("has %d bytes, an id has 1 to %d", len(id), MaxID)
	}
	if !utf8.ValidString(id) {
		return "is not UTF-8"
	}
	for _, r := range id {
		if !unicode.IsPrint(r) {
			return fmt.Sprintf("has the unprintable character %U", r)
		}
	}
	return ""
}

// quote shows a value in a message, cut short.
func quote(s string) string { return fmt.Sprintf("%q", clip(s)) }

func clip(s string) string {
	if len(s) <= 64 {
		return s
	}
	return strings.ToValidUTF8(s[:61], "") + "…"
}
