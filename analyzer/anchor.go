package analyzer

import "strings"

// A term of a topic, an intent or urgency may be held to a place: `^ gửi|đổi` begins a clause, `giúp $` ends one. What is asked for in
// Vietnamese is said by place more than by words: `gửi em bản sao` asks, `em gửi bản sao` tells. Words of courtesy may stand between the term
// and the border: `dạ shop ơi, gửi …`, `… giúp em với ạ`.
const (
	anchorFirst = "^ "
	anchorLast  = " $"
)

// courtesy says on which side of what is said a word of courtesy stands.
type courtesy uint8

const (
	courtesyBefore courtesy = 1 << iota
	courtesyAfter
	courtesyCall // whatever stands before it calls somebody: `chị chủ quán ơi`
)

// courteousWords are the words of courtesy.
var courteousWords = map[courtesy]string{
	courtesyBefore: "dạ vâng thưa alo hi hello hey please pls plz kindly and và also so then ok okay oke xin mong sorry",
	courtesyAfter:  "ạ nhé nha nhá nhe nhen với vậy đó nè ah á đi luôn shop ad admin ơi em anh chị bạn cô thầy team mn please pls plz thanks thank you thx sir madam guys devs now",
	courtesyCall:   "ơi",
}

// courtesies looks the words of courtesy up, as they are written and without marks.
func (b *builder) courtesies() {
	b.m.courteous = map[uint32]courtesy{}
	for side, words := range courteousWords {
		for _, w := range strings.Fields(words) {
			b.m.courteous[b.word(w, 0)] |= side
			b.m.courteous[b.word(Fold(w), 0)] |= side
		}
	}
}

// begins tells whether a clause begins at unit u.
func (w *matcher) begins(u int32) bool {
	units := w.s.units
	for ; u > w.sent.unit && units[u].brk < breakComma; u-- {
		switch c := w.m.courteous[units[u-1].word]; {
		case units[u-1].flags&unitSymbol != 0:
		case c&courtesyCall != 0:
			return true
		case c&courtesyBefore == 0:
			return false
		}
	}
	return true
}

// ends tells whether a clause ends before unit u.
func (w *matcher) ends(u int32) bool {
	units := w.s.units
	for ; u < w.sent.unitEnd && units[u].brk < breakComma; u++ {
		if units[u].flags&unitSymbol == 0 && w.m.courteous[units[u].word]&courtesyAfter == 0 {
			return false
		}
	}
	return true
}
