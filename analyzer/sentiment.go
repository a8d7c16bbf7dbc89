package analyzer

import (
	"math"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// How a text gets its sentiment
//
// Every sentiment entry found in the text has a valence v from its lexicon. What stands around it multiplies v by factors, each with a
// name that the evidence lists; the product is the entry's contribution, and the contributions add up to the raw score:
//
//	raw = bias + Σ v · Π factors
//
// Of entries that overlap the longest counts, so `not bad` is read as such and never as `not` and `bad`. Then, sentence by sentence:
//
//   - a negator flips the first entry that follows within reach, and one that is tied to it. A flipped positive is nearly as bad as the
//     positive is good; a flipped negative is only faintly good (`no problem` is no praise): the two negation factors below.
//   - an intensifier or diminisher beside the entry scales it; behind a negator an intensifier does not (`not very good` is not worse than `not good`).
//   - `A but B`: what the writer ends on counts more. `although A, B`: A counts less.
//   - what is supposed is not so: praise under `if`, `nếu` counts little, blame somewhat more.
//   - what is asked for is lacking: praise under `should be`, `nên`, `mong` counts against, and asking is itself a faint complaint.
//   - a question asserts little.
//   - capitals, stretched letters and exclamation marks add weight.
//
// The factors were set by judgment from how people read such sentences, not fitted to a test set. Each is a ratio to a plain statement.
const (
	factorNegatedPositive = -0.55 // of the valence, and negatedFloor on top: `not clear` blames though `clear` hardly praises
	negatedFloor          = 0.6
	factorNegatedNegative = -0.35
	factorNegatedTwice    = -0.75
	factorMocked          = -0.8
	factorForbidden       = 0.6 // `don't delay our flights`: they are delayed
	factorContrastBefore  = 0.6
	factorContrastAfter   = 1.35
	factorConcession      = 0.5
	factorIrrealis        = 0.25
	factorIrrealisBlame   = 0.6
	factorWished          = -0.35
	factorWishedBlame     = 0.8
	factorWishedNot       = -1.5 // on a negated blame, which negation made small
	factorQuestion        = 0.4  // praise asked about is hardly said
	factorQuestionBlame   = 0.75
	factorCaps            = 1.25
	factorElongated       = 1.15
	factorExclaim         = 0.06 // for each of at most three marks
	factorContext         = 0.5
	factorNear            = 0.9
	bareAtLeast           = 0.3 // a single syllable typed bare counts by how often that means the entry, and not at all below this
)

// The valence of a negator that reaches no entry.
const (
	unmetVietnamese = -900_000
	unmetEnglish    = -600_000
	denied          = 1_500_000 // magnitude of a denial that is said without what it denies
)

// How far a negator reaches forward, in words: Vietnamese puts it right before the verb, English has more in between.
const (
	reachVietnamese = 5
	reachEnglish    = 6
	reachFar        = 9 // behind `không thấy`, `chưa lần nào`: what is denied is the whole clause
	reachTied       = 3 // from an entry already flipped to the next (`not good or helpful`)
)

// rule is a factor that was applied; its names are a closed list.
type rule uint32

const (
	ruleNegated rule = 1 << iota
	ruleIntensified
	ruleDiminished
	ruleContrastBefore
	ruleContrastAfter
	ruleConcession
	ruleIrrealis
	ruleWished
	ruleQuestion
	ruleCaps
	ruleElongated
	ruleExclaimed
	ruleContext
	ruleBare
	ruleNear
	ruleSpelling
	ruleRating
	ruleUnmet
	ruleImplied
	ruleMocked
	ruleSentiment // an intent's evidence that is taken from the sentiment
)

// Rules is the closed list of rule names in Evidence.Rules, in the order of the bits. It is read-only.
var Rules = []string{
	"negated", "intensified", "diminished", "contrast_before", "contrast_after", "concession", "irrealis", "wished", "question",
	"caps", "elongated", "exclaimed", "context", "bare", "near", "spelling", "rating", "unmet", "implied", "mocked", "sentiment",
}

// item is an entry that takes part in the sentiment: a sentiment entry, a modifier, a symbol or a rating.
type item struct {
	start, end int32 // units
	entry      int32 // −1 for a symbol or rating
	symbol     int32
	sentence   int32
	value      int64 // valence, later the contribution
	factor     float64
	modifier   float64
	role       lexicons.Role // 0 for sentiment
	lang       uint8
	rules      rule
	fixed      bool
	weak       bool
	denies     bool  // a negator that reaches nothing in its sentence
	answered   bool  // negated by what follows a contrast
	opens      bool  // blame that begins with a negator: it negates what comes right behind it too (`chưa đạt` + `hiệu quả`)
	also       int32 // a modifier entry on the same words, −1 for none
	alsoRole   lexicons.Role
	alsoValue  float64
}

// sentiment finds the items, applies the rules and gives the raw score, the sum of the contributions' magnitudes, and the extremes.
func (s *scratch) sentiment() {
	s.collect()
	s.choose()
	s.silence()
	s.imply()
	lo := 0
	for i := range s.sentences {
		hi := lo
		for hi < len(s.items) && s.items[hi].sentence == int32(i) {
			hi++
		}
		s.judge(&s.sentences[i], s.items[lo:hi])
		lo = hi
	}
	s.answer()
	s.cutPhrases()
}

// answer lets a sentence that says no more than no deny what the sentence before it asked or hoped (`Is it good? Not really.`).
func (s *scratch) answer() {
	lo := 0
	var before []item
	for si := range s.sentences {
		hi := lo
		for hi < len(s.items) && s.items[hi].sentence == int32(si) {
			hi++
		}
		items, st := s.items[lo:hi], &s.sentences[si]
		if si > 0 && st.unitEnd-st.unit <= 4 && len(items) > 0 && items[0].denies && s.sentences[si-1].field == st.field {
			asked := s.sentences[si-1].question
			for i := range before {
				if it := &before[i]; it.role == 0 && it.value > 0 && it.symbol < 0 && (asked || it.rules&(ruleIrrealis|ruleWished) != 0) {
					s.sentences[si-1].raw -= it.value
					it.value = -max(2*it.value, denied)
					s.sentences[si-1].raw += it.value
					it.rules |= ruleNegated
				}
			}
		}
		before, lo = items, hi
	}
}

// collect makes items of the matches that concern sentiment, of the symbols and of the ratings.
func (s *scratch) collect() {
	m := s.model
	sent := int32(0)
	for i := range s.matches {
		mt := &s.matches[i]
		if mt.kind > kindModifier {
			continue
		}
		e := &m.entries[mt.entry]
		for s.sentences[sent].unitEnd <= mt.start {
			sent++
		}
		if (e.kind == kindWeight || e.kind == kindSentiment && e.value > 0) && s.named(mt.start, mt.end, &s.sentences[sent]) {
			continue
		}
		if e.kind == kindWeight {
			s.weigh(mt, e, &s.sentences[sent])
			continue
		}
		it := item{start: mt.start, end: mt.end, entry: int32(mt.entry), symbol: -1, also: -1, sentence: sent, factor: 1, modifier: 1, lang: e.lang, fixed: e.fixed, weak: e.context}
		if e.kind == kindModifier {
			it.role = e.role
			it.modifier = float64(e.value) / micro
			if e.role == lexicons.Wish {
				it.value = e.value
			}
		} else {
			it.value = e.value
			it.opens = e.opens
			if s.bare && mt.end-mt.start == 1 && s.units[mt.start].flags&unitMarked == 0 {
				it.factor *= float64(m.likely(&s.units[mt.start], m.sets[m.forms[mt.form].set]))
			}
			s.typed(&it, mt)
		}
		s.items = append(s.items, it)
	}
	for si := range s.sentences {
		st := &s.sentences[si]
		for u := st.unit; u < st.unitEnd; u++ {
			un := &s.units[u]
			if un.flags&(unitSymbol|unitNumber) == 0 || un.flags&unitQuoted != 0 {
				continue
			}
			if un.flags&unitSymbol != 0 {
				if id := s.toks[un.tok].symbol; id >= 0 && m.symbols[id].value != 0 {
					s.items = append(s.items, item{start: u, end: u + 1, entry: -1, also: -1, symbol: id, sentence: int32(si), value: m.symbols[id].value, factor: 1, modifier: 1, fixed: true})
				}
			} else if v, end, ok := s.rating(u, st); ok {
				s.items = append(s.items, item{start: u, end: end, entry: -1, also: -1, symbol: -1, sentence: int32(si), value: v, factor: 1, modifier: 1, fixed: true, rules: ruleRating})
			}
		}
	}
}

// weigh takes a fitted term in. It is part of a linear model of the whole text, so no rule changes it; typed bare, it counts if its
// words are as good as unmistakable.
func (s *scratch) weigh(mt *match, e *entry, st *sentence) {
	if st.lang != 0 && e.lang != st.lang { // fitted on texts of its own language
		return
	}
	w := weighed{start: mt.start, end: mt.end, entry: int32(mt.entry), value: e.value}
	switch mt.quality {
	case typedBare:
		if mt.end-mt.start == 1 && s.model.foldWords[s.units[mt.start].fold] > 1 {
			return
		}
		w.rules = ruleBare
	case typedNear:
		w.rules = ruleNear
	}
	s.weights = append(s.weights, w)
}

// silence drops the fitted terms inside an entry that says nothing: a name, a greeting, a phrase that must not be read as its words.
func (s *scratch) silence() {
	kept := s.weights[:0]
	i := 0
	for _, w := range s.weights {
		for i < len(s.items) && s.items[i].end <= w.start {
			i++
		}
		if i < len(s.items) && s.items[i].role == 0 && s.items[i].value == 0 && s.items[i].start <= w.start && w.end <= s.items[i].end {
			continue
		}
		kept = append(kept, w)
	}
	s.weights = kept
}

// typed applies what the way of typing says: bare or misspelled entries count a little less, stretched and capital ones more.
func (s *scratch) typed(it *item, mt *match) {
	switch mt.quality {
	case typedBare:
		it.rules |= ruleBare
	case typedNear:
		it.rules |= ruleNear
		it.factor *= factorNear
	}
	for u := it.start; u < it.end; u++ {
		un := &s.units[u]
		t := &s.toks[un.tok]
		if un.flags&unitSpelling != 0 {
			it.rules |= ruleSpelling
		}
		if t.flags&tokElongated != 0 && it.rules&ruleElongated == 0 {
			it.rules |= ruleElongated
			it.factor *= factorElongated
		}
		if !s.caps && t.upper >= 3 && t.upper == t.letters && it.rules&ruleCaps == 0 {
			it.rules |= ruleCaps
			it.factor *= factorCaps
		}
	}
}

// choose keeps, of items that overlap, the one that starts first and is longest. A modifier and a sentiment entry on the very same
// words become one item that is a modifier beside another sentiment entry and sentiment elsewhere (`kinh khủng`, `damn`).
func (s *scratch) choose() {
	slices.SortStableFunc(s.items, func(a, b item) int {
		if a.start != b.start {
			return int(a.start - b.start)
		}
		if a.end != b.end {
			return int(b.end - a.end)
		}
		if (a.role == 0) != (b.role == 0) { // sentiment first
			if a.role == 0 {
				return -1
			}
			return 1
		}
		return int(a.rules&(ruleBare|ruleNear)) - int(b.rules&(ruleBare|ruleNear)) // exact first
	})
	kept := s.items[:0]
	for _, it := range s.items {
		if len(kept) > 0 {
			last := &kept[len(kept)-1]
			if it.start < last.end {
				if it.start == last.start && it.end == last.end && last.role == 0 && it.role != 0 && last.also < 0 {
					last.also, last.alsoRole, last.alsoValue = it.entry, it.role, it.modifier
				}
				continue
			}
		}
		kept = append(kept, it)
	}
	s.items = kept
}

// What a pattern of an intent says about sentiment, as a share of its weight: a customer who says what went wrong, or that they are
// leaving, need not add that it is bad.
var implied = [...]float64{intentComplaint: -0.9, intentBug: -0.7, intentSuggestion: -0.4, intentCancel: -0.7, intentSpam: 0}

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
		case kindUrgency:
			share = alarming[e.label]
		}
		for near < n && s.items[near].end <= mt.start {
			near++
		}
		if share == 0 || e.value <= 0 || voiced(mt, s.items[near:n]) {
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

// judge applies the rules to the items of a sentence.
func (s *scratch) judge(st *sentence, items []item) {
	if len(items) == 0 {
		return
	}
	settle(items)
	s.concludes(items)
	s.asks(st, items)
	s.negate(items)
	s.mock(items, st)
	s.scale(items)
	s.frame(items, st)
	for i := range items {
		it := &items[i]
		if it.role != 0 && it.role != lexicons.Wish {
			continue
		}
		it.role = 0
		it.value = int64(math.Round(float64(it.value) * it.factor))
		st.raw += it.value
	}
}

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
		if s.is(items[i].end, far) {
			reach = reachFar
		}
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
				if s.forbids(items[i].start) && it.value < 0 {
					it.factor *= factorForbidden
				} else {
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
	case said != nil:
		if said.fixed || !contrast && (said.value < 0 || neg.start-said.end > 3 || s.broken(said.end, neg.start)) {
			return false
		}
		flip(said)
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
	it.value = unmetEnglish
	if it.lang == 'v' {
		it.value = unmetVietnamese
	}
}

// asideAtMost is how many words an aside between commas may have.
const asideAtMost = 9

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
var far = map[string]bool{"thấy": true, "nghĩ": true, "hề": true, "lần": true, "bao": true, "ai": true, "cho": true, "cảm": true, "có": true}

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

// ironic symbols turn the praise of their sentence.
var ironic = map[string]bool{"🙄": true, "🙃": true, "😒": true, "😑": true}

// mocking words stand between a word and itself: `ngon gì mà ngon`, `rẻ đâu mà rẻ`.
var mocking = map[string]bool{"gì": true, "đâu": true}

// once more words follow praise that is not meant.
var once = map[string]bool{"another": true, "yet": true, "again": true, "more": true, "lại": true, "thêm": true}

// mock turns praise that is not meant: with an ironic symbol; said twice to deny it; as a first word before bad news (`Great, another
// delay`).
func (s *scratch) mock(items []item, st *sentence) {
	symbol := false
	for i := range items {
		it := &items[i]
		symbol = symbol || it.symbol >= 0 && ironic[s.model.symbols[it.symbol].text]
		if i > 0 && it.role == 0 && it.entry == items[i-1].entry && it.entry >= 0 && s.is(items[i-1].end, mocking) && it.start-items[i-1].end <= 2 {
			s.turn(&items[i-1])
			s.turn(it)
		}
		if i > 0 && it.role == 0 && it.value < 0 && items[i-1].role == 0 && items[i-1].value > 0 && it.start == items[i-1].end && s.is(it.start, mocking) {
			s.turn(&items[i-1])
		}
	}
	first := &items[0]
	opener := first.role == 0 && first.start == st.unit && first.end < st.unitEnd && s.units[first.end].brk == breakComma && s.is(first.end, once)
	for i := range items {
		it := &items[i]
		if it.role == 0 && it.symbol < 0 && float64(it.value)*it.factor > 0 && (symbol || opener && i == 0) {
			s.turn(it)
		}
	}
}

// turn makes blame of praise that is not meant.
func (s *scratch) turn(it *item) {
	it.factor *= factorMocked
	it.rules |= ruleMocked
}

// scale applies intensifiers and diminishers to the item beside them. One that stands before nothing in its phrase belongs to what is
// right before it (`tốt cực kỳ`, `helped a lot`).
func (s *scratch) scale(items []item) {
	for i := range items {
		m := &items[i]
		var target *item
		switch m.role {
		case lexicons.Intensifier, lexicons.Diminisher:
			if target = s.ahead(items, i); target == nil {
				target = s.behind(items, i, 0)
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

// frame applies what holds for a stretch of the sentence: contrast, concession, wish, question, emphasis.
func (s *scratch) frame(items []item, st *sentence) {
	contrast := -1
	question := st.question
	strong := false
	for i := range items {
		switch items[i].role {
		case lexicons.Contrast:
			contrast = i
		case lexicons.Question:
			question = true
		case 0:
			strong = strong || !items[i].weak
		}
	}
	irrealisUntil, concessionUntil, wishUntil := int32(-1), int32(-1), int32(-1)
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
			irrealisUntil = until(it.end)
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
		if it.start < irrealisUntil {
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
			if float64(it.value)*it.factor > 0 {
				it.factor *= factorQuestion
			} else {
				it.factor *= factorQuestionBlame
			}
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

// phraseEnd gives the unit where the phrase that goes on at u ends.
func (s *scratch) phraseEnd(u int32, st *sentence) int32 {
	for u++; u < st.unitEnd; u++ {
		if s.units[u].brk >= breakComma {
			return u
		}
	}
	return st.unitEnd
}

// ratingWords name what a number of counts as a rating.
var ratingWords = map[string]bool{"sao": true, "star": true, "stars": true, "điểm": true, "diem": true}

// rating reads `5 sao`, `1 star`, `0/10`, `4.5/5` at a number. The good end counts +3, the bad end −3.
func (s *scratch) rating(u int32, st *sentence) (value int64, end int32, ok bool) {
	t := &s.toks[s.units[u].tok]
	text := s.key(t)
	a, rest, ok := decimal(text)
	if !ok {
		return 0, 0, false
	}
	if len(rest) > 1 && rest[0] == '/' {
		b, rest2, ok := decimal(rest[1:])
		if !ok || len(rest2) > 0 || b != 5 && b != 10 && b != 100 || a > b {
			return 0, 0, false
		}
		return toMicro(6*a/b - 3), u + 1, true
	}
	if a > 5 || u+1 >= st.unitEnd || s.units[u+1].brk > breakSoft || a == 0 && len(text) > 1 {
		return 0, 0, false
	}
	n := &s.toks[s.units[u+1].tok]
	key := s.key(n)
	if n == t { // `5sao`: one token, the word behind the digits
		for len(key) > 0 && key[0] >= '0' && key[0] <= '9' {
			key = key[1:]
		}
		if a, _, ok = decimal(text[:len(text)-len(key)]); !ok || a > 5 {
			return 0, 0, false
		}
		rest = nil
	}
	if len(rest) > 0 || len(key) > 8 {
		return 0, 0, false
	}
	var buf [24]byte
	word := string(spell(buf[:0], key, false))
	if !ratingWords[word] || word == "điểm" || word == "diem" {
		return 0, 0, false
	}
	return toMicro(6*(max(a, 1)-1)/4 - 3), u + 2, true
}

// decimal reads a short decimal number at the start of a key.
func decimal(key []byte) (v float64, rest []byte, ok bool) {
	i := 0
	for i < len(key) && i < 4 && key[i] >= '0' && key[i] <= '9' {
		v = v*10 + float64(key[i]-'0')
		i++
	}
	if i == 0 {
		return 0, key, false
	}
	if i+1 < len(key) && (key[i] == '.' || key[i] == ',') && key[i+1] >= '0' && key[i+1] <= '9' {
		v += float64(key[i+1]-'0') / 10
		i += 2
	}
	return v, key[i:], true
}

// cutPhrases cuts the sentences at marks that end a phrase and before contrast words, and sums the sentiment of each phrase.
func (s *scratch) cutPhrases() {
	i := 0
	for si := range s.sentences {
		st := &s.sentences[si]
		for u := st.unit; u < st.unitEnd; u++ {
			for i < len(s.items) && s.items[i].start < u {
				i++
			}
			starts := i < len(s.items) && s.items[i].start == u
			un := &s.units[u]
			if u == st.unit || un.brk >= breakComma && un.flags&unitSymbol == 0 || starts && s.items[i].role == lexicons.Contrast {
				s.phrases = append(s.phrases, phrase{sentence: int32(si)})
			}
			p := &s.phrases[len(s.phrases)-1]
			un.phrase = int32(len(s.phrases) - 1)
			if starts && s.items[i].role == 0 {
				p.raw += s.items[i].value
				p.spoken = true
			}
		}
	}
	for i := range s.weights {
		p := &s.phrases[s.units[s.weights[i].start].phrase]
		p.raw += s.weights[i].value
		s.sentences[p.sentence].raw += s.weights[i].value
	}
}
