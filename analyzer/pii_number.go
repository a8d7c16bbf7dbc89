package analyzer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// group is a run of digits in a chain: groups that may be parts of one number.
type group struct {
	start, end int  // bytes
	link       link // to the group before
	taken      bool // part of what was found, or of something that is no personal data
	asked      bool // cue is known
	cue        cue
	near       bool // the cue is next to it
}

func (g *group) len() int { return g.end - g.start }

// link says how a group hangs on the one before.
type link uint8

const (
	linkNone  link = iota
	linkLoose      // by blanks or brackets: either may be a number of its own
	linkDot        // by a full stop alone
	linkDash       // by a hyphen alone
)

// tight tells whether two groups so linked are one thing, whatever it is.
func (l link) tight() bool { return l >= linkDot }

const (
	leastDigits = 6  // of anything looked for
	mostDigits  = 19 // of a card or an account
	mostGroups  = 12 // of one number
	shortChain  = 16 // groups; a longer chain costs memory
)

// number looks at the chains of digits from byte at of token i on, and gives the last token it read. A token holds several where
// they are parted by other marks: `12/05/2026`, `0912345678/0987654321`.
func (f *piiFinder) number(i, at int) int {
	t := &f.s.toks[i]
	text := f.s.texts[t.field]
	for {
		at = f.readChain(t.field, text, at)
		for i+1 < len(f.s.toks) && f.s.toks[i+1].field == t.field && int(f.s.toks[i+1].start) < at {
			i++
		}
		end := int(f.s.toks[i].end)
		for at < end && !isDigit(text[at]) {
			at++
		}
		if at >= end || f.s.toks[i].kind != Number {
			return i
		}
	}
}

// readChain looks at the chain that starts at a byte, and gives where it ends.
func (f *piiFinder) readChain(field uint8, text string, at int) int {
	var room [shortChain]group
	groups := room[:0]
	digits := 0
	for l := linkNone; ; {
		start := at
		for at < len(text) && isDigit(text[at]) {
			at++
		}
		groups = append(groups, group{start: start, end: at, link: l, taken: f.inMail(field, start, at)})
		digits += at - start
		var n int
		if n, l = readLink(text[at:]); l == linkNone {
			break
		}
		at += n
	}
	if digits >= leastDigits {
		f.chain(field, groups, digits)
	}
	return at
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// inMail tells whether a span overlaps an e-mail address; it is asked in the order of the text.
func (f *piiFinder) inMail(field uint8, start, end int) bool {
	for f.next < len(f.found) {
		m := &f.found[f.next]
		if m.field == field && start < m.end {
			return m.start < end
		}
		if m.field == fieldText && field == fieldTitle {
			return false
		}
		f.next++
	}
	return false
}

// readLink reads what stands between two groups of digits; the link is none where the chain ends.
func readLink(s string) (n int, l link) {
	blanks, marks, brackets := 0, 0, 0
	for n < len(s) {
		switch c := s[n]; {
		case isDigit(c):
			switch {
			case blanks+marks+brackets == 0 || blanks > 2 || marks > 1 || brackets > 2:
				return 0, linkNone
			case blanks+brackets > 0:
				l = linkLoose
			}
			return n, l
		case c == ' ':
			blanks++
		case c == '(' || c == ')':
			brackets++
		case c == '.':
			marks++
			l = linkDot
		case c == '-':
			marks++
			l = linkDash
		case strings.HasPrefix(s[n:], "\u00A0"):
			blanks++
			n++
		case strings.HasPrefix(s[n:], "\u2010"), strings.HasPrefix(s[n:], "\u2011"), strings.HasPrefix(s[n:], "\u2013"):
			marks++
			l = linkDash
			n += 2
		default:
			return 0, linkNone
		}
		n++
		if blanks+marks+brackets > 5 {
			break
		}
	}
	return 0, linkNone
}

// labelled looks at a word with digits: `sđt0912345678` and `chị Hà0912345678` have a number where `DH0912345678` has none.
func (f *piiFinder) labelled(i int) int {
	t := &f.s.toks[i]
	word := f.s.texts[t.field][t.start:t.end]
	n := strings.IndexFunc(word, func(r rune) bool { return r >= '0' && r <= '9' })
	if n <= 0 || n > 24 || len(word)-n < leastDigits {
		return i
	}
	last, _ := utf8.DecodeLastRuneInString(word[:n])
	if f.label(i, int(t.start)+n) == cueNone && (t.flags&tokMarked == 0 || !unicode.IsLower(last)) {
		return i
	}
	return f.number(i, int(t.start)+n)
}

// contactLinks are what a phone number follows in the address of a chat.
var contactLinks = []string{"zalo.me/", "wa.me/"}

// contactLink finds the phone number in a link to somebody's chat.
func (f *piiFinder) contactLink(i int) int {
	t := &f.s.toks[i]
	url := f.s.texts[t.field][t.start:t.end]
	for _, c := range contactLinks {
		if k := strings.Index(url, c); k >= 0 && k+len(c) < len(url) && isDigit(url[k+len(c)]) {
			return f.number(i, int(t.start)+k+len(c))
		}
	}
	return i
}

// chain takes each kind out of the groups, the surest first.
func (f *piiFinder) chain(field uint8, groups []group, digits int) {
	blockDates(f.s.texts[field], groups)
	for kind := kindCard; kind <= kindAccount; kind++ {
		if digits < fewestDigits[kind] {
			continue
		}
		for i := range groups {
			if !groups[i].taken {
				f.take(kind, field, groups, i)
			}
		}
	}
}

// blockDates takes groups out that are a day written with full stops or hyphens, so that they are no part of a number.
func blockDates(text string, groups []group) {
	for i := 0; i+2 < len(groups); i++ {
		g := groups[i:]
		l := g[1].link
		if !l.tight() || g[2].link != l || g[0].link.tight() || len(g) > 3 && g[3].link.tight() {
			continue
		}
		day, month, year := &g[0], &g[1], &g[2]
		if day.len() == 4 {
			day, year = year, day
		}
		if y := year.len(); (y == 4 || y == 2) && day.len() <= 2 && month.len() <= 2 &&
			small(text[day.start:day.end]) <= 31 && small(text[month.start:month.end]) <= 12 {
			g[0].taken, g[1].taken, g[2].taken = true, true, true
			i += 2
		}
	}
}

// small reads a number of one or two digits.
func small(digits string) int {
	n := 0
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}

// take looks for one kind from one group on. The longest reading counts, but the shortest of a phone: what follows it after a blank is
// another number.
func (f *piiFinder) take(kind numberKind, field uint8, groups []group, from int) {
	c := candidate{f: f, chain: groups, field: field, text: f.s.texts[field], from: from, to: from, plus: -1, open: -1}
	if !c.left() {
		return
	}
	best := from
	for c.to < len(groups) && c.to-from < mostGroups {
		g := &groups[c.to]
		if g.taken || c.n+g.len() > mostDigits {
			break
		}
		c.n += copy(c.digits[c.n:], c.text[g.start:g.end])
		c.to++
		if c.n >= fewestDigits[kind] && c.is(kind) && c.right(kind) {
			best = c.to
			if kind == kindPhone {
				break
			}
		}
	}
	if best == from {
		return
	}
	c.to = best
	start, end := c.span()
	f.add(numberNames[kind], field, start, end)
	f.ended = place{field, end, end}
	for j := from; j < best; j++ {
		groups[j].taken = true
	}
}
