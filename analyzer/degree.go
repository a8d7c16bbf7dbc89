package analyzer

import (
	"github.com/thau-cx/thau/lexicons"
)

// settle decides for items that are both: next to a sentiment item they modify it.
func settle(items []item) {
	for i := range items {
		it := &items[i]
		if it.also < 0 {
			continue
		}
		before := i > 0 && items[i-1].role == 0 && items[i-1].symbol < 0 && items[i-1].end == it.start
		after := i+1 < len(items) && items[i+1].role == 0 && items[i+1].symbol < 0 && items[i+1].start == it.end
		modifies := false
		switch it.alsoRole {
		case lexicons.Intensifier, lexicons.Diminisher, lexicons.Negator:
			modifies = after
		case lexicons.IntensifierAfter, lexicons.DiminisherAfter, lexicons.NegatorAfter:
			modifies = before
		default:
			modifies = true
		}
		if modifies {
			it.role, it.modifier, it.entry = it.alsoRole, it.alsoValue, it.also
		}
	}
}

// scale applies intensifiers and diminishers to the item beside them. One that stands before nothing in its phrase belongs to what is
// right before it (`tốt cực kỳ`, `helped a lot`).
func (s *scratch) scale(items []item) {
	for i := range items {
		m := &items[i]
		var target *item
		switch m.role {
		case lexicons.Intensifier, lexicons.Diminisher:
			if s.model.entries[m.entry].slight && s.hedge(items, i) {
				continue
			}
			if target = s.ahead(items, i); target == nil {
				gap := int32(0)
				if s.is(m.start-1, pronouns) { // `I like it a lot`
					gap = 1
				}
				target = s.behind(items, i, gap)
			}
		case lexicons.IntensifierAfter, lexicons.DiminisherAfter:
			target = s.behind(items, i, 1)
		default:
			continue
		}
		if target == nil {
			continue
		}
		if m.modifier > 1 {
			if target.rules&ruleNegated == 0 {
				target.factor *= m.modifier
			}
			target.rules |= ruleIntensified
		} else {
			target.factor *= m.modifier
			target.rules |= ruleDiminished
		}
	}
}

// pronouns may stand between a verb and what follows it.
var pronouns = map[string]bool{"it": true, "this": true, "that": true, "them": true, "you": true, "these": true, "those": true}

// hedge reads `hơi` at i: what a customer finds a little so is a faint complaint, whatever the word (`hơi nhanh`).
func (s *scratch) hedge(items []item, i int) bool {
	m := &items[i]
	switch target := s.ahead(items, i); {
	case target == nil && !s.ends(m.end) && (i+1 == len(items) || items[i+1].start > m.end || items[i+1].role != 0):
		m.role, m.fixed, m.value, m.rules = 0, true, slightly, ruleImplied
	case target != nil && target.value > 0 && target.rules&ruleNegated == 0 && !target.fixed && target.start == m.end:
		target.factor *= factorSlightly
		target.rules |= ruleDiminished
	default:
		return false
	}
	return true
}

// ahead gives the sentiment item that the modifier at i stands before, with one word between them at most.
func (s *scratch) ahead(items []item, i int) *item {
	for j := i + 1; j < len(items) && items[j].start-items[i].end <= 1 && !s.broken(items[i].end, items[j].start); j++ {
		if items[j].role == 0 {
			if items[j].symbol >= 0 {
				return nil
			}
			return &items[j]
		}
	}
	return nil
}

// behind gives the sentiment item that the modifier at i stands behind, with at most gap words between them.
func (s *scratch) behind(items []item, i int, gap int32) *item {
	for j := i - 1; j >= 0 && items[i].start-items[j].end <= gap && !s.broken(items[j].end, items[i].start); j-- {
		if items[j].role == 0 {
			if items[j].symbol >= 0 {
				return nil
			}
			return &items[j]
		}
	}
	return nil
}
