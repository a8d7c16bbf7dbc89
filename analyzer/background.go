package analyzer

import (
	"math"

	"github.com/thau-cx/thau/lexicons"
)

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

// present words begin a sentence about how it is now.
var present = map[string]bool{"now": true, "nowadays": true, "today": true, "currently": true, "these": true, "since": true, "this": true, "bây": true, "giờ": true, "nay": true}

// presentSecond are the words that go with those of them that mean something else by themselves: `these days`, `since then`, `bây giờ`.
var presentSecond = map[string]bool{"days": true, "then": true, "time": true, "year": true, "month": true, "giờ": true}

// supersede lets what a sentence says of the past or for others count little where the next one says how it is now or the opposite (`A
// year ago it was dreadful. Now it is lovely.`, `Everyone told me it was great. It was dull.`).
func (s *scratch) supersede() {
	lo := 0
	var before []item
	for si := range s.sentences {
		hi := lo
		for hi < len(s.items) && s.items[hi].sentence == int32(si) {
			hi++
		}
		items, st := s.items[lo:hi], &s.sentences[si]
		if si > 0 && len(before) > 0 && s.sentences[si-1].field == st.field && speaks(items) && (s.speaksOfNow(st) || st.raw > 0 != (s.sentences[si-1].raw > 0)) {
			past := &s.sentences[si-1]
			for i := range before {
				it := &before[i]
				if it.role != 0 || it.rules&ruleBackground == 0 {
					continue
				}
				past.raw -= it.value
				it.value = int64(math.Round(float64(it.value) * factorBackground))
				past.raw += it.value
			}
		}
		before, lo = items, hi
	}
}

// speaksOfNow tells whether a sentence begins with how it is now.
func (s *scratch) speaksOfNow(st *sentence) bool {
	if !s.is(st.unit, present) {
		return false
	}
	switch s.model.wordText[s.units[st.unit].word] {
	case "these", "since", "this", "bây":
		return s.is(st.unit+1, presentSecond)
	}
	return true
}

// speaks tells whether one of the items has a sentiment.
func speaks(items []item) bool {
	for i := range items {
		if items[i].role == 0 && items[i].value != 0 {
			return true
		}
	}
	return false
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
