package analyzer

import "github.com/thau-cx/thau/lexicons"

// factorBackground is what counts of a clause in the background beside an opinion in the foreground.
const factorBackground = 0.2

// recede lets what was so once, and what others say, count little beside what the writer says for themselves and of now (`I used to hate
// it, now I love it`; `I love it, but my friends think it is bad`). Where the sentence says nothing else, the background counts by the
// factor of its marker: `used to` turns it, since what used to be is no more.
func (s *scratch) recede(items []item, st *sentence) {
	first := -1
	for i := range items {
		if items[i].role == lexicons.Background {
			first = i
			break
		}
	}
	if first < 0 {
		return
	}
	alone := 1.0
	for i := first; i < len(items); i++ {
		if items[i].role != lexicons.Background {
			continue
		}
		lo, hi := s.clause(items, i, st)
		for j := range items {
			if it := &items[j]; it.role == 0 && it.symbol < 0 && it.start >= lo && it.start < hi {
				it.behind = true
				alone = items[i].modifier
			}
		}
	}
	front := false
	for i := range items {
		front = front || items[i].role == 0 && !items[i].behind && items[i].value != 0
	}
	for i := range items {
		it := &items[i]
		if !it.behind {
			continue
		}
		it.rules |= ruleBackground
		if front {
			it.factor *= factorBackground
		} else {
			it.factor *= alone
			it.behind = false
		}
	}
}

// clause gives the units of the clause that the item at i stands in: from the mark or contrast before it to the one behind it. A clause
// that says nothing (`In the past, …`) takes the next one in.
func (s *scratch) clause(items []item, i int, st *sentence) (lo, hi int32) {
	lo, hi = st.unit, st.unitEnd
	for u := items[i].start; u > st.unit; u-- {
		if s.units[u].brk >= breakComma {
			lo = u
			break
		}
	}
	for j := i - 1; j >= 0 && items[j].end > lo; j-- {
		if items[j].role == lexicons.Contrast || items[j].role == lexicons.Concession {
			lo = items[j].end
			break
		}
	}
	said := false
	j := i + 1
	for k := i; k >= 0 && items[k].start >= lo; k-- {
		said = said || items[k].role == 0
	}
	for u := items[i].end; u < st.unitEnd; u++ {
		for j < len(items) && items[j].start < u {
			j++
		}
		at := j < len(items) && items[j].start == u
		if said && (s.units[u].brk >= breakComma || at && items[j].role == lexicons.Contrast) {
			return lo, u
		}
		said = said || at && items[j].role == 0
	}
	return lo, hi
}
