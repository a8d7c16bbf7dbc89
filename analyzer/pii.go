package analyzer

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// pii finds personal data: e-mail addresses, payment cards, national identity numbers, telephone numbers and bank accounts. What stands
// in a quoted part counts too.
//
// A text without digits and without `@` costs one look at each token. Where there are digits, the groups that may be one number
// (`0912 345 678`) are taken together as a chain, and each kind looks for itself in the chain, the surest kind first, so that a stronger
// reading of some digits keeps them from a weaker one: e-mail, card, national id, phone, bank account. Digits prove little by
// themselves. A card has a check digit and a phone a known prefix, but nine digits are an identity number only where somebody says so,
// and a perfect phone number after `mã vận đơn` is a parcel. So the words around a number, its cues, decide where its shape does not.
func (s *scratch) pii() []PII {
	f := piiFinder{s: s, out: []PII{}}
	for _, field := range [...]uint8{fieldTitle, fieldText} {
		if strings.IndexByte(s.texts[field], '@') >= 0 {
			f.mails(field)
		}
	}
	for i := 0; i < len(s.toks); i++ {
		switch t := &s.toks[i]; t.kind {
		case Number:
			i = f.number(i, int(t.start))
		case Word:
			if t.flags&tokDigits != 0 {
				i = f.labelled(i)
			} else if t.keyEnd-t.key == 2 {
				f.spelledMail(i)
			}
		case URL:
			i = f.contactLink(i)
		}
	}
	if len(f.out) > 1 {
		slices.SortStableFunc(f.out, func(a, b PII) int {
			if a.Field != b.Field {
				return strings.Compare(b.Field, a.Field) // the title first
			}
			return a.Start - b.Start
		})
	}
	return f.out
}

// piiFinder is the state of one search.
type piiFinder struct {
	s     *scratch
	out   []PII
	found []place // e-mail addresses, in order
	next  int     // those of found before it end before the place looked at
	ended place   // the end of the last number found
}

// place is a span of bytes in a field.
type place struct {
	field      uint8
	start, end int
}

// add reports the bytes [start, end) of a field.
func (f *piiFinder) add(kind string, field uint8, start, end int) {
	f.out = append(f.out, PII{Field: fieldNames[field], Kind: kind, Start: f.codePoint(field, start), End: f.codePoint(field, end)})
}

// fieldNames are the fields as an Analysis names them.
var fieldNames = [2]string{fieldTitle: "title"}

// codePoint gives the code points before a byte of a field that lies in a token or ends one.
func (f *piiFinder) codePoint(field uint8, at int) int {
	t := &f.s.toks[f.tokenAt(field, at)]
	if t.kind == Number { // ASCII, and it may be a long list
		return int(t.cpStart) + at - int(t.start)
	}
	return int(t.cpStart) + utf8.RuneCountInString(f.s.texts[field][t.start:at])
}

// tokenAt gives the last token of a field that starts at or before a byte.
func (f *piiFinder) tokenAt(field uint8, at int) int {
	toks := f.s.toks
	lo, hi := 0, len(toks)
	for lo+1 < hi {
		mid := (lo + hi) / 2
		if t := &toks[mid]; t.field == field && int(t.start) <= at || t.field == fieldTitle && field == fieldText {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}
