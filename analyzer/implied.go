package analyzer

import (
	"math"
	"slices"
)

// What a pattern of an intent says about sentiment, as a share of its weight: a customer who says what went wrong, or that they are
// leaving, need not add that it is bad.
var implied = [...]float64{intentComplaint: -0.9, intentBug: -0.7, intentSuggestion: -0.4, intentCancel: -0.7, intentSpam: 0}

// impliedPraise is what an English pattern of praise says: who would come again is content.
const impliedPraise = 1.0

// What a pattern of urgency says, likewise: an outage, lost money, a third call. A deadline or a child at home is no blame.
var alarming = [...]float64{urgentSafety: -0.6, urgentMoney: -0.6, urgentOutage: -0.6, urgentLegal: -0.6, urgentRepeated: -0.6, urgentEscalation: -0.6, urgentCalm: 0}

// imply makes items of the intent and urgency patterns that no sentiment entry overlaps.
func (s *scratch) imply() {
	m := s.model
	n := len(s.items)
	near := 0        // the first of the n items that ends behind the match
	last := int32(0) // end of the last implied item
	for i := range s.matches {
		mt := &s.matches[i]
		if mt.kind != kindIntent && mt.kind != kindUrgency || mt.start < last {
			continue
		}
		e := &m.entries[mt.entry]
		share := 0.0
		switch e.kind {
		case kindIntent:
			share = implied[e.label]
			if e.label == intentPraise && e.lang == langEnglish {
				share = impliedPraise
			}
		case kindUrgency:
			share = alarming[e.label]
		}
		for near < n && s.items[near].end <= mt.start {
			near++
		}
		if share == 0 || e.value <= 0 || e.act || voiced(mt, s.items[near:n]) {
			continue
		}
		it := item{start: mt.start, end: mt.end, entry: int32(mt.entry), symbol: -1, also: -1, factor: 1, modifier: 1, lang: e.lang, fixed: true, rules: ruleImplied}
		it.value = int64(math.Round(float64(e.value) * share))
		s.items = append(s.items, it)
		last = mt.end
	}
	if len(s.items) == n {
		return
	}
	slices.SortStableFunc(s.items, func(a, b item) int { return int(a.start - b.start) })
	sent := int32(0)
	for i := range s.items {
		for s.sentences[sent].unitEnd <= s.items[i].start {
			sent++
		}
		s.items[i].sentence = sent
	}
}

// voiced tells whether one of the items, of which the first ends behind the start of a match, gives it a sentiment of its own.
func voiced(mt *match, items []item) bool {
	for i := range items {
		if items[i].start >= mt.end {
			return false
		}
		if items[i].role == 0 {
			return true
		}
	}
	return false
}
