package analyzer

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
