package analyzer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// candidate is a run of groups [from, to) that may be one number.
type candidate struct {
	f          *piiFinder
	chain      []group
	field      uint8
	text       string
	from, to   int
	digits     [mostDigits]byte
	n          int
	plus, open int // bytes where its + and its opening bracket stand, −1 for none
}

func (c *candidate) groups() []group            { return c.chain[c.from:c.to] }
func (c *candidate) firstByte() int             { return c.chain[c.from].start }
func (c *candidate) lastByte() int              { return c.chain[c.to-1].end }
func (c *candidate) begins(p string) bool       { return c.n >= len(p) && string(c.digits[:len(p)]) == p }
func (c *candidate) at(i int, lo, hi byte) bool { return c.digits[i] >= lo && c.digits[i] <= hi }

// part reads the digits [i, j) as a number.
func (c *candidate) part(i, j int) int {
	n := 0
	for _, d := range c.digits[i:j] {
		n = 10*n + int(d-'0')
	}
	return n
}

// span gives the bytes of the number, with its + and with an opening bracket that closes inside it.
func (c *candidate) span() (start, end int) {
	start, end = c.firstByte(), c.lastByte()
	if c.plus >= 0 {
		start = c.plus
	}
	if c.open >= 0 && strings.IndexByte(c.text[start:end], ')') >= 0 {
		start = c.open
	}
	return start, end
}

// left tells whether a number may start at the first group, and finds its + and bracket.
func (c *candidate) left() bool {
	g := &c.chain[c.from]
	at := g.start
	if c.from > 0 {
		if at > 0 && c.text[at-1] == '(' {
			c.open = at - 1
		}
		p := &c.chain[c.from-1]
		return !g.link.tight() || p.taken || p.len() >= 8
	}
	switch {
	case strings.HasSuffix(c.text[:at], "+"):
		at--
		c.plus = at
	case strings.HasSuffix(c.text[:at], "+ "):
		at -= 2
		c.plus = at
	}
	if at > 0 && c.text[at-1] == '(' {
		at--
		c.open = at
	}
	if at == 0 {
		return true
	}
	switch r, size := utf8.DecodeLastRuneInString(c.text[:at]); {
	case r == '#' || r == '_' || r == '%' || r == '\\' || unicode.Is(unicode.Sc, r):
		return false
	case isDigit(byte(r)) && size == 1:
		return false
	case r == '-' || r == '–':
		return !endsInLetter(c.text[:at-size]) || c.f.cueGlued(c.field, at-size)
	case r == '/' || r == ',' || r == ':':
		if c.f.ended == (place{c.field, at - 1, at - 1}) {
			return true
		}
		n := 0
		for n < at-1 && isDigit(c.text[at-2-n]) {
			n++
		}
		return n == 0 || n >= 8
	}
	return true
}

func endsInLetter(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r)
}

// right tells whether a number may end with the last group.
func (c *candidate) right(kind numberKind) bool {
	end := c.lastByte()
	if c.to < len(c.chain) {
		g := &c.chain[c.to]
		return !g.link.tight() || g.taken || g.len() >= 8 || kind == kindPhone && g.len() >= 3 && c.text[g.start] == '0'
	}
	rest := c.text[end:]
	if rest == "" {
		return true
	}
	digitNext := len(rest) > 1 && isDigit(rest[1])
	switch rest[0] {
	case '@', '_', '%', '\\':
		return false
	case ':':
		return !digitNext
	case '-': // `0912345678-A` is a lot
		return len(rest) < 2 || rest[1] < 'A' || rest[1] > 'Z' || len(rest) > 2 && letterAt(rest[2:])
	case '/', ',':
		return !digitNext || rest[1] == '0' || strings.HasPrefix(rest[1:], "84")
	}
	if !letterAt(rest) {
		return true
	}
	// `0912345678nhé` is a phone; `0912345678VN` is a code and `500000đ` an amount.
	n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if n < 0 {
		n = len(rest)
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return kind == kindPhone && unicode.IsLower(r) && !gluedUnits[rest[:n]] && (n == len(rest) || !isDigit(rest[n]))
}

// gluedUnits make an amount of a number that they are glued to.
var gluedUnits = map[string]bool{
	"đ": true, "d": true, "k": true, "vnd": true, "vnđ": true, "usd": true, "tr": true, "m": true, "kg": true, "g": true, "ml": true,
	"cm": true, "mm": true, "km": true, "x": true, "gb": true, "mb": true, "h": true, "p": true, "s": true,
}

// money are the words that make an amount of the number before them.
var money = map[string]bool{
	"đ": true, "vnd": true, "vnđ": true, "đồng": true, "dong": true, "usd": true, "triệu": true, "trieu": true, "nghìn": true, "nghin": true,
	"ngàn": true, "tỷ": true, "k": true, "tr": true, "củ": true, "xu": true, "điểm": true, "diem": true, "dollars": true,
	"points": true,
}

// amount tells whether a unit follows the number.
func (c *candidate) amount() bool {
	rest := strings.TrimPrefix(c.text[c.lastByte():], " ")
	if r, _ := utf8.DecodeRuneInString(rest); unicode.Is(unicode.Sc, r) {
		return true
	}
	rest = rest[:min(len(rest), 24)]
	n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if n < 0 {
		n = len(rest)
	}
	return n > 0 && n < 12 && money[strings.ToLower(rest[:n])]
}

// thousands tells whether the groups are those of an amount: `1.250.000`.
func (c *candidate) thousands() bool {
	g := c.groups()
	if len(g) < 2 || g[0].len() > 3 || c.digits[0] == '0' {
		return false
	}
	for i := 1; i < len(g); i++ {
		if g[i].len() != 3 || g[i].link != linkDot {
			return false
		}
	}
	return true
}
