package analyzer

import (
	"strings"

	"github.com/thau-cx/thau/lexicons"
)

// ironic symbols turn the praise of their sentence.
var ironic = map[string]bool{"🙄": true, "🙃": true, "😒": true, "😑": true}

// mocking words stand between a word and itself: `ngon gì mà ngon`, `rẻ đâu mà rẻ`.
var mocking = map[string]bool{"gì": true, "đâu": true}

// once more words follow praise that is not meant.
var once = map[string]bool{"another": true, "yet": true, "again": true, "more": true, "lại": true, "thêm": true}

// exclaimed words are praise by themselves before a comma, which bad news behind it makes a mockery of.
var exclaimed = map[string]bool{
	"great": true, "wonderful": true, "fantastic": true, "awesome": true, "perfect": true, "brilliant": true, "lovely": true, "nice": true,
	"excellent": true, "amazing": true, "super": true, "terrific": true, "fabulous": true, "cool": true, "superb": true, "marvelous": true,
	"good job": true, "great job": true, "nice job": true, "nice one": true, "good work": true, "great work": true, "nice work": true, "well done": true,
	"congratulations": true, "congrats": true, "kudos": true, "bravo": true, "just what i needed": true, "just what we needed": true,
	"thanks": true, "thank you": true, "thanks a lot": true, "thank you very much": true, "cheers": true,
	"hay": true, "hay quá": true, "hay lắm": true, "giỏi": true, "giỏi quá": true, "giỏi lắm": true, "tuyệt": true, "tuyệt vời": true, "tuyệt quá": true,
	"quá hay": true, "quá tuyệt": true, "xuất sắc": true, "đỉnh": true, "hoan hô": true, "khá lắm": true, "chúc mừng": true, "cảm ơn": true, "cám ơn": true, "quý hóa": true,
}

// wry words behind Vietnamese praise make an exclamation of it, whatever it is (`nhanh thật, …`); emphatic ones may stand there too.
var (
	wry      = map[string]bool{"thật": true, "ghê": true, "gớm": true, "nhỉ": true, "ha": true, "hen": true, "dữ": true}
	emphatic = map[string]bool{"quá": true, "lắm": true, "luôn": true, "vậy": true, "thế": true, "nha": true}
)

// mostWry is how many words may stand before praise with a wry word.
const mostWry = 2

// interjections may stand before them.
var interjections = map[string]bool{"oh": true, "well": true, "ah": true, "wow": true, "yeah": true, "so": true, "ok": true, "okay": true, "great": true}

// relished are what is said to be liked, or thanked for, when a bad thing done follows (`love waiting an hour`).
var relished = map[string]bool{
	"love": true, "i love": true, "enjoy": true, "thanks": true, "thanks for": true, "thank you": true, "thank you for": true, "best": true,
	"good job": true, "great job": true, "nice job": true, "nice one": true, "well done": true, "best way to": true, "great way to": true, "nice way to": true, "good way to": true, "glad": true, "happy": true, "so happy": true,
}

// blameMocks is the blame that it takes to make a mockery of praise.
const blameMocks = -1.0

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
	if i := s.exclaims(items, st); i >= 0 {
		s.turn(&items[i])
	}
	s.relish(items)
	first := &items[0]
	opener := first.role == 0 && first.start == st.unit && first.end < st.unitEnd && s.units[first.end].brk == breakComma && s.is(first.end, once)
	for i := range items {
		it := &items[i]
		if it.role == 0 && it.symbol < 0 && it.rules&ruleMocked == 0 && float64(it.value)*it.factor > 0 && (symbol || opener && i == 0) {
			s.turn(it)
		}
	}
}

// exclaims gives the item that is praise before a comma and bad news (`Nice, charged twice`), −1 for none.
func (s *scratch) exclaims(items []item, st *sentence) int {
	i := 0
	for i < len(items) && items[i].role != 0 {
		i++
	}
	if i == len(items) || items[i].symbol >= 0 || items[i].entry < 0 || items[i].rules&ruleNegated != 0 || items[i].value <= 0 {
		return -1
	}
	first := &items[i]
	end, dry := first.end, false
	if first.lang == langVietnamese {
		for end < st.unitEnd && s.units[end].brk == breakNone && (s.is(end, wry) || s.is(end, emphatic)) {
			dry = dry || s.is(end, wry)
			end++
		}
	}
	if !exclaimed[s.model.entries[first.entry].term] && !dry {
		return -1
	}
	for u := st.unit; u < first.start; u++ {
		if !s.is(u, interjections) && !(dry && first.start-st.unit <= mostWry) {
			return -1
		}
	}
	if end >= st.unitEnd || s.units[end].brk != breakComma {
		return -1
	}
	blame := 0.0
	for j := i + 1; j < len(items); j++ {
		it := &items[j]
		switch {
		case it.role == lexicons.Contrast || it.role == lexicons.Concession:
			return -1
		case it.role == 0 && it.symbol < 0:
			v := fromMicro(it.value) * it.factor
			if v > 0 {
				return -1
			}
			blame += v
		}
	}
	if blame > blameMocks {
		return -1
	}
	return i
}

// relish turns praise of a bad thing done (`I love waiting an hour on hold`, `Best way to lose a customer`).
func (s *scratch) relish(items []item) {
	for i := 0; i+1 < len(items); i++ {
		it, next := &items[i], &items[i+1]
		if next.role == lexicons.Intensifier && i+2 < len(items) { // `best way to …`
			next = &items[i+2]
		}
		if it.role != 0 || it.entry < 0 || it.lang != 'e' || it.rules&(ruleNegated|ruleMocked) != 0 || !relished[s.model.entries[it.entry].term] {
			continue
		}
		if next.role != 0 || next.symbol >= 0 || fromMicro(next.value)*next.factor > blameMocks || next.start-it.end > givenWithin || s.broken(it.end, next.start) {
			continue
		}
		if s.is(it.end, giving) && s.is(it.end+1, given) { // `thanks for the two-hour delay`
			s.turn(it)
			continue
		}
		if next.start-it.end > 2 {
			continue
		}
		if s.is(next.start-1, done) || s.doing(next.start) || s.is(next.start-2, done) && s.is(next.start-1, given) {
			s.turn(it)
		}
	}
}

// done stand between praise and the bad thing done.
var done = map[string]bool{"to": true, "being": true, "getting": true, "having": true, "how": true, "when": true, "for": true}

// giving leads from thanks to what is given, within so many words.
var giving = map[string]bool{"for": true}

const givenWithin = 5

// given stand between `thanks for` and what is given.
var given = map[string]bool{"the": true, "your": true, "this": true, "that": true, "such": true, "another": true, "a": true, "all": true}

// doing tells whether the word at unit u is a verb in -ing.
func (s *scratch) doing(u int32) bool {
	w := s.units[u].word
	return w != 0 && len(s.model.wordText[w]) > 5 && strings.HasSuffix(s.model.wordText[w], "ing")
}

// turn makes blame of praise that is not meant.
func (s *scratch) turn(it *item) {
	it.factor *= factorMocked
	it.rules |= ruleMocked
}
