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
//   - Vietnamese `A nhưng B` where B holds no entry says the opposite of A by itself, and `hơi X` blames whatever X is.
//   - what is supposed is not so: praise under `if`, `nếu` counts little, blame somewhat more.
//   - what is asked for is lacking: praise under `should be`, `nên`, `mong` counts against, and asking is itself a faint complaint.
//   - a question asserts little; yes or no behind it makes a statement of it or denies it.
//   - what was so once and what others think stand in the background of what the writer thinks now.
//   - praise of what is bad news is mockery (`Great, another delay`).
//   - what is said again counts less each time.
//   - where a sentence asks or reports rather than judges, all of it counts less (see stance.go).
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
	factorQuestionBlame   = 0.75 // and 1 behind `why`, which takes it for granted
	factorAsked           = 0.6  // on top, where the question is open: `is`, `does`
	factorCaps            = 1.25
	factorElongated       = 1.15
	factorExclaim         = 0.06 // for each of at most three marks
	factorContext         = 0.5
	factorNear            = 0.9
	questionShare         = 2   // fitted terms in a question count for one part in so many
	bareAtLeast           = 0.3 // a single syllable typed bare counts by how often that means the entry, and not at all below this
)

// What an entry counts the second, third and later times, and within how many items it is looked for.
var factorRepeated = [...]float64{0.7, 0.5, 0.35}

const repeatWithin = 24

// The valence of a negator that reaches no entry.
const (
	unmetVietnamese = -400_000
	unmetEnglish    = -600_000
	denied          = 1_500_000 // magnitude of a denial that is said without what it denies
)

// What a contrast says by itself, after so much said plainly before it and with so many words behind it.
const (
	turnedToBlame  = -1_000_000
	turnedToPraise = 600_000
	saidPlainly    = 0.8
	leastTurned    = 2
)

// slightly is what hedged blame of something the lexicon does not know counts (`hơi nhỏ`); praise is hedged so for blame too.
const (
	slightly       = -900_000
	factorSlightly = -0.5
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
	ruleBackground
	ruleRepeated
	ruleAnswered
	ruleSentiment // an intent's evidence that is taken from the sentiment
	ruleStance
)

// Rules is the closed list of rule names in Evidence.Rules, in the order of the bits. It is read-only.
var Rules = []string{
	"negated", "intensified", "diminished", "contrast_before", "contrast_after", "concession", "irrealis", "wished", "question",
	"caps", "elongated", "exclaimed", "context", "bare", "near", "spelling", "rating", "unmet", "implied", "mocked", "background", "repeated", "answered", "sentiment", "stance",
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
	behind     bool  // in the background of its sentence
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
	s.repeat()
	for i := range s.sentences {
		hi := lo
		for hi < len(s.items) && s.items[hi].sentence == int32(i) {
			hi++
		}
		s.judge(&s.sentences[i], s.items[lo:hi])
		lo = hi
	}
	s.answer()
	s.supersede()
	s.cutPhrases()
	s.stand()
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
		if e.whole && (s.sentences[sent].lang == 0 || s.sentences[sent].lang == e.lang) {
			s.unite(mt)
		}
		if e.kind == kindSentiment && mt.quality == typedBare && s.cuts(mt.start, mt.end) { // `thien chua giao`
			continue
		}
		if e.kind == kindSentiment && e.value > 0 && s.named(mt.start, mt.end, &s.sentences[sent]) {
			continue
		}
		if e.kind == kindWeight {
			if s.touches(mt.start, mt.end, &s.sentences[sent]) {
				continue
			}
			s.weigh(mt, e, &s.sentences[sent])
			continue
		}
		it := item{start: mt.start, end: mt.end, entry: int32(mt.entry), symbol: -1, also: -1, sentence: sent, factor: 1, modifier: 1, lang: e.lang, fixed: e.fixed, weak: e.context}
		if e.kind == kindModifier {
			if mt.quality == typedBare && mt.end-mt.start == 1 && s.units[mt.start].flags&unitInside != 0 { // `dao chua`
				continue
			}
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

// weigh takes a fitted term in. It is part of a linear model of the whole text, so no rule changes it but that of questions, which
// assert little; typed bare, it counts if its words are as good as unmistakable.
func (s *scratch) weigh(mt *match, e *entry, st *sentence) {
	if st.lang != 0 && e.lang != st.lang { // fitted on texts of its own language
		return
	}
	if e.value == 0 && e.stance == 0 { // a word that says nothing
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

// unite notes that the syllables of a match are one word.
func (s *scratch) unite(mt *match) {
	for u := mt.start; u < mt.end; u++ {
		un := &s.units[u]
		if u > mt.start && un.flags&unitJoined == 0 {
			un.flags |= unitJoined
			s.joined++
		}
		un.flags |= unitInside
	}
}

// silence drops the fitted terms inside an entry that says nothing: a name, a greeting, a phrase that must not be read as its words. And
// it drops single syllables inside an entry or a fitted word of several, and what is typed bare and cuts such a word: they mean what the
// whole means.
func (s *scratch) silence() {
	kept := s.weights[:0]
	i := 0
	for _, w := range s.weights {
		for i < len(s.items) && s.items[i].end <= w.start {
			i++
		}
		single := w.end-w.start == 1
		if single && s.units[w.start].flags&unitInside != 0 || w.rules&ruleBare != 0 && s.cuts(w.start, w.end) {
			continue
		}
		if i < len(s.items) && s.items[i].role == 0 && s.items[i].start <= w.start && w.end <= s.items[i].end &&
			(s.items[i].value == 0 || single && s.items[i].end-s.items[i].start > 1) {
			continue
		}
		kept = append(kept, w)
	}
	s.weights = kept
}

// cuts tells whether units [start, end) begin or end inside a fitted word.
func (s *scratch) cuts(start, end int32) bool {
	return s.units[start].flags&unitJoined != 0 || int(end) < len(s.units) && s.units[end].flags&unitJoined != 0
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
		if un.flags&unitMended != 0 && it.rules&ruleNear == 0 {
			it.rules |= ruleNear
			it.factor *= factorNear
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

// repeat lets an entry or symbol count less each time it is said again: three tears are not three times as sad.
func (s *scratch) repeat() {
	for i := range s.items {
		it := &s.items[i]
		if it.role != 0 || it.value == 0 || it.entry < 0 && it.symbol < 0 {
			continue
		}
		n := 0
		for j := i - 1; j >= max(0, i-repeatWithin) && n < 3; j-- {
			if s.items[j].role == 0 && s.items[j].entry == it.entry && s.items[j].symbol == it.symbol {
				n++
			}
		}
		if n > 0 {
			it.factor *= factorRepeated[n-1]
			it.rules |= ruleRepeated
		}
	}
}

// judge applies the rules to the items of a sentence.
func (s *scratch) judge(st *sentence, items []item) {
	if len(items) == 0 {
		return
	}
	settle(items)
	s.concludes(items)
	s.continues(items, st)
	s.asks(st, items)
	s.negate(items)
	s.recede(items, st)
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
			if u == st.unit || un.brk >= breakComma && un.flags&unitSymbol == 0 || starts && (s.items[i].role == lexicons.Contrast || s.items[i].rules&(ruleImplied|ruleContrastAfter) == ruleImplied|ruleContrastAfter) {
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
		w := &s.weights[i]
		p := &s.phrases[s.units[w.start].phrase]
		st := &s.sentences[p.sentence]
		if st.question || st.asks {
			w.value /= questionShare
			w.rules |= ruleQuestion
		}
		p.raw += w.value
		st.raw += w.value
	}
}
