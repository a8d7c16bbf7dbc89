package analyzer

// A good word in a name says nothing: `Happy Pets`, `siêu thị Hạnh Phúc`. A name is told by its capitals: two words in a row that start with
// one, neither at the start of its sentence, in a sentence that is mostly typed without. Bad words are left alone: they are seldom names, and
// bad news is often written large.

// capital tells whether a unit was typed with a capital first letter and small ones behind it.
func (s *scratch) capital(u int32) bool {
	t := &s.toks[s.units[u].tok]
	return t.kind == Word && t.upper == 1 && t.letters > 1
}

// named tells whether units [start, end) of a sentence stand in a name.
func (s *scratch) named(start, end int32, st *sentence) bool {
	if start == st.unit || !s.capital(start) {
		return false
	}
	for u := start + 1; u < end; u++ {
		if !s.capital(u) {
			return false
		}
	}
	if s.is(start-1, titles) && s.units[start].brk == breakNone { // `chị Yêu`
		return true
	}
	before := start-1 > st.unit && s.units[start].brk == breakNone && s.capital(start-1)
	behind := end < st.unitEnd && s.units[end].brk == breakNone && s.capital(end)
	return (before || behind || end-start > 1) && !s.titled(st)
}

// touches tells whether one of the units [start, end) of a sentence is a name: what was fitted to the word of that spelling says nothing.
func (s *scratch) touches(start, end int32, st *sentence) bool {
	for u := start; u < end; u++ {
		if s.toks[s.units[u].tok].upper == 1 && s.named(u, u+1, st) {
			return true
		}
	}
	return false
}

// titles stand before the names of people and streets, with marks and without.
var titles = map[string]bool{
	"anh": true, "chị": true, "bạn": true, "em": true, "thầy": true, "tên": true, "dì": true, "cậu": true, "cô": true, "chú": true, "bác": true, "ông": true, "bà": true,
	"đường": true, "phố": true, "quận": true, "huyện": true, "xã": true, "phường": true,
	"chi": true, "ban": true, "thay": true, "ten": true, "di": true, "cau": true, "co": true, "chu": true, "bac": true, "ong": true, "ba": true,
	"duong": true, "pho": true, "quan": true, "huyen": true, "xa": true, "phuong": true,
	"mr": true, "mrs": true, "ms": true,
}

// titled tells whether at least half of a sentence's words start with a capital, so that capitals tell nothing.
func (s *scratch) titled(st *sentence) bool {
	capitals, words := 0, 0
	for u := st.unit; u < st.unitEnd; u++ {
		if s.toks[s.units[u].tok].kind != Word {
			continue
		}
		words++
		if s.toks[s.units[u].tok].upper > 0 {
			capitals++
		}
	}
	return 2*capitals >= words
}
