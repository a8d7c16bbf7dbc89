package analyzer

// ratingWords name what a number of counts as a rating.
var ratingWords = map[string]bool{"sao": true, "star": true, "stars": true, "điểm": true, "diem": true}

// dated words stand before a date: `on 1/10`.
var dated = map[string]bool{"on": true, "by": true, "until": true, "since": true, "before": true, "after": true, "from": true, "ngày": true, "hôm": true, "sáng": true, "chiều": true, "tối": true}

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
		if b == 10 && s.is(u-1, dated) {
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
