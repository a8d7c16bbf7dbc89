package analyzer

import (
	"math"

	"github.com/thau-cx/thau/lexicons"
)

// answer reads a sentence that begins with yes or no as the answer to the one before. No denies what was asked or hoped (`Is it good? Not
// really.`), yes makes a statement of what was asked (`Was it good? Yes.`).
func (s *scratch) answer() {
	lo := 0
	var before []item
	for si := range s.sentences {
		hi := lo
		for hi < len(s.items) && s.items[hi].sentence == int32(si) {
			hi++
		}
		items, st := s.items[lo:hi], &s.sentences[si]
		if si > 0 && s.sentences[si-1].field == st.field {
			asked := s.sentences[si-1].question
			switch short := st.unitEnd-st.unit <= answerAtMost; {
			case len(items) > 0 && items[0].denies && (short || items[0].start == st.unit && s.ends(items[0].end)):
				s.deny(&s.sentences[si-1], before, asked)
			case asked && s.is(st.unit, affirming) && (short || s.ends(st.unit+1)):
				s.affirm(&s.sentences[si-1], before)
			}
		}
		before, lo = items, hi
	}
}

// answerAtMost is how many words an answer has that says no more than yes or no.
const answerAtMost = 4

// affirming words say yes.
var affirming = map[string]bool{
	"yes": true, "yep": true, "yeah": true, "yup": true, "absolutely": true, "definitely": true, "certainly": true, "indeed": true, "totally": true,
	"sure": true, "of": true, "very": true, "có": true, "đúng": true, "dạ": true, "vâng": true,
}

// deny turns what a sentence asks, hopes or says that others say.
func (s *scratch) deny(st *sentence, items []item, asked bool) {
	for i := range items {
		it := &items[i]
		if it.role != 0 || it.symbol >= 0 || it.value == 0 || !asked && it.rules&(ruleIrrealis|ruleWished|ruleBackground) == 0 {
			continue
		}
		st.raw -= it.value
		if it.value > 0 {
			it.value = -max(2*it.value, denied)
		} else {
			it.value = -it.value / 2
		}
		st.raw += it.value
		it.rules |= ruleNegated
	}
}

// affirm gives what a sentence asks the weight of a statement.
func (s *scratch) affirm(st *sentence, items []item) {
	for i := range items {
		it := &items[i]
		if it.role != 0 || it.rules&ruleQuestion == 0 {
			continue
		}
		factor := s.questioned(st, it.value > 0, it.rules&ruleNegated != 0)
		st.raw -= it.value
		it.value = int64(math.Round(float64(it.value) / factor))
		st.raw += it.value
		it.rules |= ruleAnswered
	}
}

// concludes takes `nên` behind an opinion for "so" (`giao nhanh nên rất hài lòng`); elsewhere it asks for something (`shop nên gói kỹ`).
func (s *scratch) concludes(items []item) {
	said := false
	for i := range items {
		it := &items[i]
		switch {
		case it.role == 0 && it.symbol < 0:
			said = true
		case it.role == lexicons.Wish && it.end-it.start == 1 && said && s.model.entries[it.entry].term == "nên":
			it.role, it.value = lexicons.NotNegator, 0
		}
	}
}

// continues takes a Vietnamese wish that things go on as they are for praise (`mong shop giữ vững chất lượng`, `ước gì lớp nào cũng vậy`).
func (s *scratch) continues(items []item, st *sentence) {
	for i := range items {
		it := &items[i]
		if it.role != lexicons.Wish || it.lang != langVietnamese {
			continue
		}
		for u := it.end; u < min(it.end+continuesWithin, st.unitEnd) && s.units[u].brk < breakComma; u++ {
			if s.is(u, continuing) || s.is(u, everyone) && s.is(u+1, too) {
				it.role, it.value, it.fixed = 0, continued, true
				break
			}
		}
	}
}

var (
	continuing = map[string]bool{"giữ": true, "tiếp": true, "duy": true, "mãi": true} // `tiếp tục`, `duy trì`
	everyone   = map[string]bool{"nào": true, "đâu": true, "ai": true}
	too        = map[string]bool{"cũng": true}
)

const (
	continuesWithin = 6
	continued       = 1_000_000
)

// asks takes a Vietnamese negator at the end of a phrase for the question it makes there (`còn hàng không`, `giao chưa ạ`).
func (s *scratch) asks(st *sentence, items []item) {
	for i := range items {
		it := &items[i]
		if it.role != lexicons.Negator || it.lang != 'v' || it.end-it.start != 1 || it.start == st.unit || s.is(it.start-1, turning) {
			continue
		}
		if s.ends(it.end) || s.ends(it.end+1) && s.particle(it.end) {
			it.role = lexicons.Question
		}
	}
}

// particles follow the word that makes a question.
var particles = map[string]bool{"ạ": true, "vậy": true, "shop": true, "nhỉ": true, "bạn": true, "ad": true, "em": true, "anh": true, "chị": true, "thế": true, "hả": true, "ta": true, "mọi": true, "a": true, "z": true}

func (s *scratch) particle(u int32) bool {
	if w := s.units[u].word; w != 0 {
		return particles[s.model.wordText[w]]
	}
	return false
}

// negate flips what negators reach.
func (s *scratch) negate(items []item) {
	var last, said *item // the last sentiment item before, and the last in words that says something
	contrast := false    // one stands behind said
	for i := range items {
		switch items[i].role {
		case lexicons.Negator:
			if !s.negateForward(items, i) && !s.negateBack(items, i, said, contrast) {
				s.unmet(&items[i])
			}
		case 0:
			if items[i].opens && i+1 < len(items) {
				if it := &items[i+1]; it.role == 0 && (it.start == items[i].end || it.start == items[i].end+1 && s.tied(items[i].end)) && it.value > 0 && !it.fixed && it.symbol < 0 && !s.broken(items[i].end, it.start) {
					flip(it)
				}
			}
		case lexicons.NegatorAfter:
			if last != nil && last.rules&ruleNegated == 0 && !last.fixed && items[i].start-last.end <= 1 && !s.broken(last.end, items[i].start) {
				flip(last)
			}
		case lexicons.Contrast:
			contrast = true
		}
		if it := &items[i]; it.role == 0 {
			last = it
			if it.value != 0 && it.symbol < 0 {
				said, contrast = it, false
			}
		}
	}
}

// negateForward flips what the negator at i reaches; false where it reaches nothing.
func (s *scratch) negateForward(items []item, i int) (reached bool) {
	reach := int32(reachEnglish)
	if items[i].lang == 'v' {
		reach = reachVietnamese
	}
	if s.is(items[i].end, far) || s.is(items[i].end-1, far) {
		reach = reachFar
	}
	from := s.pastAside(items[i].end)
	for j := i + 1; j < len(items); j++ {
		it := &items[j]
		if it.start < from { // inside the aside
			continue
		}
		if it.start-from > reach || s.broken(from, it.start) {
			return reached
		}
		switch it.role {
		case lexicons.Contrast, lexicons.Concession:
			return reached
		case 0:
			if it.symbol >= 0 || it.rules&ruleRating != 0 {
				return reached
			}
			if !it.fixed {
				switch {
				case s.forbids(items[i].start) && it.value < 0:
					it.factor *= factorForbidden
				case it.rules&ruleNegated != 0 && s.tied(items[i].start): // `neither polite nor helpful`: once
				default:
					flip(it)
				}
			}
			reached = true
			from, reach = it.end, reachTied
			if !s.tied(from) {
				return reached
			}
		}
	}
	return reached
}

// forbidding words ask for something not to be done, which is being done.
var forbidding = map[string]bool{"don't": true, "dont": true, "stop": true, "đừng": true}

// forbids tells whether the word at unit u forbids: it opens a phrase.
func (s *scratch) forbids(u int32) bool {
	return s.units[u].word != 0 && forbidding[s.model.wordText[s.units[u].word]] && (u == 0 || s.units[u].brk >= breakComma)
}

// negateBack flips what stands before a negator that ends its phrase: before a contrast (`I thought it would be good, but it was not`,
// `tưởng ngon mà không`) or right in front (`Friendly they were not`). Where a contrast leads to it and nothing before says what is denied,
// the denial is blame by itself. Said is what was said last before the negator at i, if anything, and contrast tells of one in between.
func (s *scratch) negateBack(items []item, i int, said *item, contrast bool) (reached bool) {
	neg := &items[i]
	if !s.ends(neg.end) {
		return false
	}
	contrast = contrast || s.is(neg.start-1, turning)
	switch {
	case said != nil && !(said.fixed && contrast):
		if said.fixed || !contrast && (said.value < 0 || neg.start-said.end > 3 || s.broken(said.end, neg.start)) {
			return false
		}
		praised := float64(said.value)*said.factor > 0
		flip(said)
		if praised && contrast && float64(said.value)*said.factor > -denied { // however faint the praise, it is denied outright
			said.factor = -denied / float64(said.value)
		}
		said.answered = true
		return true
	case contrast && i > 0:
		neg.role, neg.rules, neg.fixed, neg.value = 0, ruleUnmet, true, -denied
		return true
	}
	return false
}

// turning words lead to a denial (`… nhưng không`, `… mà không`).
var turning = map[string]bool{"nhưng": true, "mà": true, "but": true}

// ends tells whether a phrase ends before unit u.
func (s *scratch) ends(u int32) bool {
	return int(u) >= len(s.units) || s.units[u].brk >= breakComma || s.units[u].flags&unitSymbol != 0
}

// unmet makes a faint complaint of a negator that denies something the lexicon does not know: what a customer says is not so is
// seldom good news (`không thấm nước`, `never arrived`).
func (s *scratch) unmet(it *item) {
	it.denies = true
	if s.ends(it.end) {
		return
	}
	it.role, it.rules, it.fixed = 0, ruleUnmet, true
	switch own := s.model.entries[it.entry].value; {
	case own != 0:
		it.value = own
	case it.lang == 'v':
		it.value = unmetVietnamese
	default:
		it.value = unmetEnglish
	}
}

// asideAtMost is how many words an aside between commas may have.
const asideAtMost = 14

// pastAside gives the unit behind an aside between commas that starts at u (`was not, in my honest opinion, a pleasant evening`), or u.
func (s *scratch) pastAside(u int32) int32 {
	if int(u) >= len(s.units) || s.units[u].brk != breakComma {
		return u
	}
	for v := u + 1; v <= u+asideAtMost && int(v) < len(s.units) && s.units[v].brk <= breakComma; v++ {
		if s.units[v].brk == breakComma {
			return v + 1
		}
	}
	return u
}

// far are the words behind a negator that let it reach far.
var far = map[string]bool{"thấy": true, "nghĩ": true, "hề": true, "lần": true, "bao": true, "ai": true, "cho": true, "cảm": true, "có": true,
	"say": true, "think": true, "believe": true, "claim": true, "find": true, "call": true, "feel": true, "describe": true, "once": true}

// is tells whether the word at unit u is one of a set, as looked up.
func (s *scratch) is(u int32, set map[string]bool) bool {
	return u >= 0 && int(u) < len(s.units) && s.units[u].word != 0 && set[s.model.wordText[s.units[u].word]]
}

// tiedWords join what a negator reaches to what follows.
var tiedWords = map[string]bool{"or": true, "nor": true, "and": true, "hay": true, "hoặc": true, "và": true, "lẫn": true}

// tied tells whether the word at unit u joins.
func (s *scratch) tied(u int32) bool {
	if int(u) >= len(s.units) || s.units[u].flags&unitSymbol != 0 {
		return false
	}
	t := &s.toks[s.units[u].tok]
	if t.keyEnd-t.key > 8 {
		return false
	}
	var buf [24]byte
	return tiedWords[string(spell(buf[:0], s.key(t), false))]
}

// flip negates an item. Negated once more, a statement is back on its side, weaker than before.
func flip(it *item) {
	switch v := float64(it.value) / micro; {
	case it.rules&ruleNegated != 0:
		it.factor *= factorNegatedTwice
	case v*it.factor > 0:
		it.factor *= factorNegatedPositive - negatedFloor/math.Max(v*it.factor, negatedFloor)
	default:
		it.factor *= factorNegatedNegative
	}
	it.rules |= ruleNegated
}

// broken tells whether a phrase ends between two units.
func (s *scratch) broken(from, to int32) bool {
	for u := from; u <= to && int(u) < len(s.units); u++ {
		if s.units[u].brk >= breakComma {
			return true
		}
	}
	return false
}
