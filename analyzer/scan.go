package analyzer

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TokenKind says what a token is.
type TokenKind uint8

// The kinds of tokens.
const (
	Word TokenKind = iota + 1
	Number
	Punct
	Symbol
	Emoji // also emoticons
	URL
	Email
	Mention
	Hashtag // the sign alone; its word follows
)

// The fields of an input.
const (
	fieldText = iota
	fieldTitle
)

// tok is a token as the scanner saw it: where it stands, what it is, and its key.
type tok struct {
	start, end     int32 // bytes in the field
	cpStart, cpEnd int32 // code points in the field
	key, keyEnd    int32 // in scratch.keys
	symbol         int32 // index of an emoji or emoticon in the model, −1 for an unknown one
	kind           TokenKind
	field          uint8
	flags          tokFlag
	upper, letters uint8 // how many letters, how many of them upper case
}

type tokFlag uint16

const (
	tokMarked    tokFlag = 1 << iota // has a Vietnamese mark
	tokForeign                       // has letters that are not Vietnamese
	tokElongated                     // has a letter three times running
	tokGlued                         // nothing stands between this token and the one before
	tokNewline                       // a line ends before this token
	tokQuoted                        // in a quoted reply or a signature: does not vote
	tokDigits                        // a word that has digits
	tokOther                         // has letters of a script other than Latin
	tokSoft                          // a hyphen inside a word
)

// scan appends the tokens of a text. White space separates; every byte that is not white space is in exactly one token. It reads the
// text once, front to back.
func (s *scratch) scan(text string, field uint8) {
	s.valid[field] = utf8.ValidString(text)
	c := scanner{s: s, text: text, field: field, hasAt: strings.IndexByte(text, '@') >= 0, hasTag: strings.IndexByte(text, '<') >= 0}
	c.hasURL = strings.Contains(text, "://") || strings.Contains(text, "www.") || strings.Contains(text, "WWW.") || strings.Contains(text, "Www.")
	c.run()
}

type scanner struct {
	s      *scratch
	text   string
	i      int   // byte position
	cp     int32 // code points before i
	field  uint8
	before tokFlag // flags of the next token from what stands before it
	quoted quoteState
	hasAt  bool
	hasURL bool
	hasTag bool

	endless [len(silent)]bool // no such part ends from here on
}

const (
	classOther = iota // punctuation and symbols
	classSpace
	classNewline
	classLetter
	classDigit
)

var asciiClass = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		switch {
		case isASCIILetter(byte(c)):
			t[c] = classLetter
		case c >= '0' && c <= '9':
			t[c] = classDigit
		case c == '\n' || c == '\r':
			t[c] = classNewline
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			t[c] = classSpace
		}
	}
	return t
}()

func (c *scanner) run() {
	c.before = tokNewline
	c.lineStart()
	for c.i < len(c.text) {
		b := c.text[c.i]
		if b < utf8.RuneSelf {
			switch asciiClass[b] {
			case classSpace:
				c.i++
				c.cp++
				c.before &^= tokGlued
				continue
			case classNewline:
				c.i++
				c.cp++
				c.before = tokNewline
				c.lineStart()
				continue
			case classLetter:
				if !c.address() {
					c.word()
				}
			case classDigit:
				if !c.address() && !c.emoticon() {
					c.number()
				}
			default:
				c.sign()
			}
		} else {
			r, size := utf8.DecodeRuneInString(c.text[c.i:])
			switch {
			case r < lettersEnd && letters[r].key != 0:
				c.word()
			case unicode.IsSpace(r) || r == 0x200B || r == 0xFEFF || r == 0x200E || r == 0x200F:
				c.i += size
				c.cp++
				if r == 0x85 || r == 0x2028 || r == 0x2029 {
					c.before = tokNewline
				} else if r != 0x200B && r != 0x200E && r != 0x200F {
					c.before &^= tokGlued
				}
				continue
			case unicode.IsLetter(r) || unicode.IsMark(r) && !isEmojiPart(r):
				c.word()
			case isEmoji(r):
				c.emoji()
			default:
				c.sign()
			}
		}
		c.before = tokGlued
	}
}

// open starts a token at the current place.
func (c *scanner) open(kind TokenKind) *tok {
	s := c.s
	s.toks = append(s.toks, tok{
		start: int32(c.i), cpStart: c.cp, key: int32(len(s.keys)), symbol: -1,
		kind: kind, field: c.field, flags: c.before | c.quoted.flag(),
	})
	return &s.toks[len(s.toks)-1]
}

// close ends a token at the current place.
func (c *scanner) close(t *tok) {
	t.end, t.cpEnd, t.keyEnd = int32(c.i), c.cp, int32(len(c.s.keys))
}

// word reads letters, digits, combining marks and inner apostrophes.
func (c *scanner) word() {
	t := c.open(Word)
	keys := c.s.keys
	first := len(keys)
	var tone, run byte
	var last byte
	for c.i < len(c.text) {
		b := c.text[c.i]
		var l letter
		size, points := 1, int32(1)
		if b == '&' {
			var r rune
			if r, size = c.letterEntity(c.i); size == 0 {
				goto done
			}
			points = int32(size)
			switch {
			case r < lettersEnd && letters[r].key != 0:
				l = letters[r]
				if l.key < 0x20 || l.tone != 0 {
					t.flags |= tokMarked
				}
			case r == '\'' || r == '’':
				if len(keys) == first || !c.letterAfter(c.i+size) {
					goto done
				}
				l.key = '\''
			default:
				t.flags |= tokForeign
				keys = utf8.AppendRune(keys, unicode.ToLower(r))
				t.letters = inc(t.letters)
				c.i += size
				c.cp += points
				continue
			}
		} else if b < utf8.RuneSelf {
			switch asciiClass[b] {
			case classLetter:
				l.key = b | 0x20
				l.upper = b < 'a'
			case classDigit:
				l.key = b
				t.flags |= tokDigits
			default:
				if b != '\'' || !c.letterAfter(c.i+1) {
					goto done
				}
				l.key = '\''
			}
		} else {
			var r rune
			r, size = utf8.DecodeRuneInString(c.text[c.i:])
			switch {
			case r < lettersEnd && letters[r].key != 0:
				l = letters[r]
				if l.key < 0x20 || l.tone != 0 {
					t.flags |= tokMarked
				}
			case len(keys) > first && (r == '’' || r == 'ʼ' || r == '‘' || r == '´' || r == '`'):
				if !c.letterAfter(c.i + size) {
					goto done
				}
				l.key = '\''
			case r == 0x200B || r == 0x200D || r == 0xAD: // invisible: zero-width space and joiner, soft hyphen
				if !c.letterAfter(c.i + size) {
					goto done
				}
				c.i += size
				c.cp++
				continue
			case unicode.IsMark(r):
				if isEmojiPart(r) {
					goto done
				}
				if len(keys) > first {
					if m, ok := combine(&keys[len(keys)-1], r); ok {
						t.flags |= tokMarked
						if m != 0 {
							tone = m
						}
						last = keys[len(keys)-1]
						c.i += size
						c.cp++
						continue
					}
				}
				t.flags |= tokForeign
				keys = utf8.AppendRune(keys, r)
				c.i += size
				c.cp++
				continue
			case unicode.IsLetter(r):
				low := unicode.ToLower(r)
				if unicode.Is(unicode.Latin, r) {
					t.flags |= tokForeign
				} else {
					t.flags |= tokForeign | tokOther
				}
				if low != r {
					t.upper = inc(t.upper)
				}
				t.letters = inc(t.letters)
				keys = utf8.AppendRune(keys, low)
				last = 0
				c.i += size
				c.cp++
				continue
			default:
				goto done
			}
		}
		if l.tone != 0 {
			tone = l.tone
		}
		if l.key != '\'' && asciiClass[l.key&0x7F] != classDigit {
			t.letters = inc(t.letters)
			if l.upper {
				t.upper = inc(t.upper)
			}
		}
		if l.key == last {
			run++
			if run == 2 {
				t.flags |= tokElongated
			}
		} else {
			run = 0
		}
		last = l.key
		keys = append(keys, l.key)
		c.i += size
		c.cp += points
	}
done:
	if tone != 0 {
		keys = append(keys, keyTone+tone)
	}
	c.s.keys = keys
	c.close(t)
	if c.i < len(c.text) && c.text[c.i] == '-' && c.letterAfter(c.i+1) {
		h := c.openGlued(Punct)
		h.flags |= tokSoft
		c.i++
		c.cp++
		c.close(h)
		c.before = tokGlued
	}
}

func (c *scanner) openGlued(kind TokenKind) *tok {
	c.before = tokGlued
	return c.open(kind)
}

func inc(n uint8) uint8 {
	if n < 255 {
		n++
	}
	return n
}

// letterAfter tells whether a letter starts at byte i.
func (c *scanner) letterAfter(i int) bool {
	if i >= len(c.text) {
		return false
	}
	if b := c.text[i]; b < utf8.RuneSelf {
		return asciiClass[b] == classLetter
	}
	r, _ := utf8.DecodeRuneInString(c.text[i:])
	return unicode.IsLetter(r)
}

// number reads digits with inner separators (`1.250.000`, `4,5`, `10/10`, `24/7`, `10:30`). Letters glued to it (`10k`, `5sao`,
// `4g`) make a word of it, which the model may know or split.
func (c *scanner) number() {
	t := c.open(Number)
	for c.i < len(c.text) {
		b := c.text[c.i]
		if asciiClass[b&0x7F] == classDigit && b < utf8.RuneSelf {
			c.s.keys = append(c.s.keys, b)
		} else if (b == '.' || b == ',' || b == '/' || b == ':' || b == '-') && c.i+1 < len(c.text) && c.text[c.i+1] < utf8.RuneSelf && asciiClass[c.text[c.i+1]] == classDigit {
			c.s.keys = append(c.s.keys, b)
		} else {
			break
		}
		c.i++
		c.cp++
	}
	if c.i < len(c.text) && c.text[c.i] == '%' {
		c.s.keys = append(c.s.keys, '%')
		c.i++
		c.cp++
	}
	c.close(t)
}

// sign reads what is neither letter nor digit: an emoticon, a tag, a mention, or a run of one punctuation mark.
func (c *scanner) sign() {
	r, size := utf8.DecodeRuneInString(c.text[c.i:])
	switch {
	case r == '<' && c.hasTag && c.tag():
		return
	case r == '&':
		if letter, n := c.letterEntity(c.i); n > 0 && unicode.IsLetter(letter) {
			c.word()
			return
		}
		if c.entity() {
			return
		}
	case r == '@' && c.letterAfter(c.i+1):
		c.mention()
		return
	case r == '#' && c.letterAfter(c.i+1):
		t := c.open(Hashtag)
		c.i++
		c.cp++
		c.close(t)
		return
	}
	if c.emoticon() {
		return
	}
	kind := Punct
	if r >= utf8.RuneSelf && !unicode.IsPunct(r) {
		kind = Symbol
	}
	t := c.open(kind)
	first := c.text[c.i : c.i+size]
	for n := 0; n == 0 || r != utf8.RuneError && strings.HasPrefix(c.text[c.i:], first); n++ { // bytes that are no UTF-8 stay single
		if n < 3 { // a longer run says no more
			c.s.keys = append(c.s.keys, first...)
		}
		c.i += size
		c.cp++
	}
	c.close(t)
}

func (c *scanner) mention() {
	t := c.open(Mention)
	c.i++
	c.cp++
	for c.i < len(c.text) && (c.text[c.i] == '_' || c.text[c.i] < utf8.RuneSelf && asciiClass[c.text[c.i]] >= classLetter) {
		c.i++
		c.cp++
	}
	c.close(t)
}

// address reads a URL or e-mail address that starts here.
func (c *scanner) address() bool {
	if !c.hasURL && !c.hasAt || c.before&tokGlued != 0 {
		return false
	}
	rest := c.text[c.i:]
	end := 0
	for end < len(rest) && end < 2048 && rest[end] > ' ' && rest[end] != '<' && rest[end] != '"' {
		end++
	}
	rest = rest[:end]
	kind := TokenKind(0)
	if c.hasURL {
		if k := strings.Index(rest, "://"); k > 0 && k < 12 && isScheme(rest[:k]) || len(rest) > 4 && strings.EqualFold(rest[:4], "www.") {
			kind = URL
			rest = strings.TrimRight(rest, ".,;:!?)]}'*")
		}
	}
	if kind == 0 && c.hasAt {
		if n := emailLen(rest); n > 0 {
			kind, rest = Email, rest[:n]
		}
	}
	if kind == 0 {
		return false
	}
	t := c.open(kind)
	c.i += len(rest)
	c.cp += int32(utf8.RuneCountInString(rest))
	c.close(t)
	return true
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isASCIILetter(s[i]) {
			return false
		}
	}
	return true
}

// emailLen gives the length of the e-mail address that s starts with, 0 for none.
func emailLen(s string) int {
	at := -1
	i := 0
	dot := false
	for ; i < len(s); i++ {
		b := s[i]
		if b >= utf8.RuneSelf {
			break
		}
		switch {
		case asciiClass[b] >= classLetter || b == '-' || b == '_':
		case b == '.':
			dot = at >= 0
		case b == '+' && at < 0:
		case b == '@' && at < 0 && i > 0:
			at = i
			dot = false
		default:
			goto end
		}
	}
end:
	for i > 0 && (s[i-1] == '.' || s[i-1] == '-' || s[i-1] == '_') {
		i--
	}
	if at <= 0 || i <= at+3 || !dot || strings.IndexByte(s[at:i], '.') < 2 {
		return 0
	}
	return i
}

// tag reads an HTML tag as one symbol token. `<3` and a lone `<` are none.
func (c *scanner) tag() bool {
	rest := c.text[c.i:]
	if n := c.silentLen(rest); n > 0 {
		t := c.open(Symbol)
		c.i += n
		c.cp += int32(utf8.RuneCountInString(rest[:n]))
		c.close(t)
		return true
	}
	if len(rest) < 3 || !isASCIILetter(rest[1]) && rest[1] != '/' && rest[1] != '!' {
		return false
	}
	end := strings.IndexByte(rest[:min(len(rest), 512)], '>')
	if end < 2 || rest[1] == '/' && !isASCIILetter(rest[2]) {
		return false
	}
	if strings.IndexByte(rest[1:end], '<') >= 0 {
		return false
	}
	t := c.open(Symbol)
	c.i += end + 1
	c.cp += int32(utf8.RuneCountInString(rest[:end+1]))
	c.close(t)
	name := strings.ToLower(strings.TrimLeft(rest[1:min(end, 6)], "/"))
	for _, block := range []string{"br", "p", "div", "li", "tr", "h"} {
		if strings.HasPrefix(name, block) {
			t.flags |= tokNewline
			break
		}
	}
	return true
}

// silent are the parts of HTML that nobody reads, by how they begin and end.
var silent = [...]struct{ begin, end string }{{"<!--", "-->"}, {"<style", "</style>"}, {"<script", "</script>"}}

// silentLen gives the length of a part that nobody reads, 0 for none. Where no end was found once there is none further on.
func (c *scanner) silentLen(s string) int {
	for k, p := range silent {
		if c.endless[k] || len(s) < len(p.begin)+1 || !strings.EqualFold(s[:len(p.begin)], p.begin) || p.end != "-->" && s[len(p.begin)] != '>' && s[len(p.begin)] != ' ' {
			continue
		}
		for i := len(p.begin); i+len(p.end) <= len(s); i++ {
			if s[i] == p.end[0] && strings.EqualFold(s[i:i+len(p.end)], p.end) {
				return i + len(p.end)
			}
		}
		c.endless[k] = true
	}
	return 0
}

// longestEntity bounds the HTML entities that are read, in bytes.
const longestEntity = 10

// entityAt gives the character that the HTML entity at byte i stands for, and the entity's length, 0 for none.
func (c *scanner) entityAt(i int) (rune, int) {
	rest := c.text[i:min(len(c.text), i+longestEntity)]
	n := strings.IndexByte(rest, ';') + 1
	if n < 4 || rest[0] != '&' {
		return 0, 0
	}
	plain := html.UnescapeString(rest[:n])
	r, size := utf8.DecodeRuneInString(plain)
	if plain == rest[:n] || size != len(plain) {
		return 0, 0
	}
	return r, n
}

// letterEntity is entityAt for the letters and apostrophes of words (`h&agrave;ng`, `don&#39;t`).
func (c *scanner) letterEntity(i int) (rune, int) {
	if r, n := c.entityAt(i); n > 0 && (unicode.IsLetter(r) || r == '\'' || r == '’') {
		return r, n
	}
	return 0, 0
}

// entity reads an HTML entity as one symbol token.
func (c *scanner) entity() bool {
	_, n := c.entityAt(c.i)
	if n == 0 {
		return false
	}
	t := c.open(Symbol)
	c.i += n
	c.cp += int32(n)
	c.close(t)
	return true
}
