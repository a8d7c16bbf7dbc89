package analyzer

import (
	"github.com/thau-cx/thau/lexicons"
)

// frame applies what holds for a stretch of the sentence: contrast, concession, wish, question, emphasis.
func (s *scratch) frame(items []item, st *sentence) {
	contrast := -1
	question := st.question
	strong := false
	ahead := false // an opinion of the foreground
	for i := range items {
		switch items[i].role {
		case lexicons.Contrast:
			contrast = i
		case lexicons.Question:
			question = true
		case 0:
			strong = strong || !items[i].weak
			ahead = ahead || contrast >= 0 && !items[i].behind
		}
	}
	if contrast >= 0 && !ahead { // `I like it, but used to hate it`: nothing is taken back
		contrast = -1
	}
	st.asks = question
	if contrast < 0 {
		s.suggest(items, st)
	}
	irrealisUntil, concessionUntil, wishUntil := int32(-1), int32(-1), int32(-1)
	supposed := int32(-1)  // end of the word that supposes
	phraseEnd := int32(-1) // found last; good for all that ends before it
	until := func(u int32) int32 {
		if u >= phraseEnd {
			phraseEnd = s.phraseEnd(u, st)
		}
		return phraseEnd
	}
	for i := range items {
		it := &items[i]
		switch it.role {
		case lexicons.Irrealis:
			irrealisUntil, supposed = until(it.end), it.end
			continue
		case lexicons.Wish:
			wishUntil = until(it.end)
			continue
		case lexicons.Concession:
			concessionUntil = until(it.end)
			continue
		case lexicons.Contrast:
			irrealisUntil, concessionUntil, wishUntil = -1, -1, -1
			continue
		case 0:
		default:
			continue
		}
		if it.answered {
			continue
		}
		if contrast >= 0 && it.symbol < 0 {
			if i > contrast {
				it.factor *= factorContrastAfter
				it.rules |= ruleContrastAfter
			} else if items[contrast].start > st.unit {
				it.factor *= factorContrastBefore
				it.rules |= ruleContrastBefore
			}
		}
		if it.start < concessionUntil {
			it.factor *= factorConcession
			it.rules |= ruleConcession
		}
		if it.start < irrealisUntil && (it.start >= supposed || it.rules&ruleImplied == 0) { // `I would come again` supposes nothing
			it.rules |= ruleIrrealis
			if float64(it.value)*it.factor > 0 {
				it.factor *= factorIrrealis
			} else {
				it.factor *= factorIrrealisBlame
			}
		}
		if it.start < wishUntil {
			it.rules |= ruleWished
			switch good := float64(it.value)*it.factor > 0; {
			case good && it.rules&ruleNegated != 0: // `should not have broken`: it did
				it.factor *= factorWishedNot
			case good:
				it.factor *= factorWished
			default:
				it.factor *= factorWishedBlame
			}
		}
		if question && it.symbol < 0 {
			it.rules |= ruleQuestion
			it.factor *= s.questioned(st, float64(it.value)*it.factor > 0, it.rules&ruleNegated != 0)
		}
		if st.exclaims > 0 && it.symbol < 0 {
			it.rules |= ruleExclaimed
			it.factor *= 1 + factorExclaim*float64(min(st.exclaims, 3))
		}
		if it.weak && !strong && it.rules&(ruleNegated|ruleIntensified) == 0 {
			it.rules |= ruleContext
			it.factor *= factorContext
		}
	}
}

// granting words begin questions that take what they say for granted, opening words those that leave it open.
var (
	granting = map[string]bool{"why": true, "how": true, "who": true, "tại": true, "sao": true}
	opening  = map[string]bool{"is": true, "are": true, "does": true, "do": true, "was": true, "were": true, "can": true, "could": true, "will": true, "has": true, "have": true, "any": true, "anyone": true}
)

// questioned gives the factor of what is said in a question.
func (s *scratch) questioned(st *sentence, praise, negated bool) float64 {
	switch {
	case praise && s.is(st.unit, opening):
		return factorQuestion * factorAsked
	case praise:
		return factorQuestion
	case negated && s.is(st.unit, opening), s.is(st.unit, granting): // `does nobody care?`, `why is it so slow?`
		return 1
	}
	return factorQuestionBlame
}

// suggest lets a Vietnamese contrast say the opposite of what stands before it, where nothing behind it says more: after `món ngon nhưng`
// comes no praise.
func (s *scratch) suggest(items []item, st *sentence) {
	said := 0.0
	for i := range items {
		it := &items[i]
		switch it.role {
		case 0:
			said += float64(it.value) * it.factor / micro
		case lexicons.Contrast:
			for j := i + 1; j < len(items); j++ {
				if items[j].role == 0 {
					return
				}
			}
			if it.lang != langVietnamese || it.start == st.unit || st.unitEnd-it.end < leastTurned || st.question {
				return
			}
			switch {
			case said >= saidPlainly:
				it.value = turnedToBlame
			case said <= -saidPlainly:
				it.value = turnedToPraise
			default:
				return
			}
			it.role, it.fixed, it.rules = 0, true, ruleImplied|ruleContrastAfter
			return
		}
	}
}

// phraseEnd gives the unit where the phrase that goes on at u ends.
func (s *scratch) phraseEnd(u int32, st *sentence) int32 {
	for u++; u < st.unitEnd; u++ {
		if s.units[u].brk >= breakComma {
			return u
		}
	}
	return st.unitEnd
}
