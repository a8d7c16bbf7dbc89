package analyzer

import (
	"strings"
	"unicode/utf8"
)

// isEmoji tells whether an emoji sequence can start with a rune: the pictograph blocks and the older symbols that are drawn as such.
func isEmoji(r rune) bool {
	switch {
	case r >= 0x1F000 && r <= 0x1FAFF:
		return true
	case r >= 0x2600 && r <= 0x27BF: // miscellaneous symbols, dingbats
		return true
	case r >= 0x2B00 && r <= 0x2BFF: // stars, squares
		return true
	case r >= 0x2190 && r <= 0x21FF: // arrows
		return true
	case r == 0x203C || r == 0x2049 || r == 0x231A || r == 0x231B || r == 0x23F0 || r == 0x23F3 || r == 0x3030 || r == 0x303D:
		return true
	}
	return false
}

const (
	zwj           = 0x200D
	textSelector  = 0xFE0E
	emojiSelector = 0xFE0F
	keycap        = 0x20E3
)

func isSkinTone(r rune) bool { return r >= 0x1F3FB && r <= 0x1F3FF }

// isEmojiPart tells whether a rune continues an emoji.
func isEmojiPart(r rune) bool {
	return r == emojiSelector || r == textSelector || r == zwj || r == keycap || isSkinTone(r) || r >= 0xE0020 && r <= 0xE007F
}

// emoji reads one emoji sequence: a pictograph with its selectors, skin tone and all that joiners tie to it, or a pair of
// regional indicators (a flag). Its key leaves out selectors and skin tones; where the model does not know the whole, it takes the
// first pictograph for it.
func (c *scanner) emoji() {
	t := c.open(Emoji)
	s := c.s
	first := 0 // end of the first pictograph in the key
	joined := true
	count := 0
	for c.i < len(c.text) {
		r, size := utf8.DecodeRuneInString(c.text[c.i:])
		switch {
		case r == emojiSelector || r == textSelector || isSkinTone(r) && count > 0 || r == keycap || r >= 0xE0020 && r <= 0xE007F:
		case r == zwj && count > 0:
			joined = true
			s.keys = utf8.AppendRune(s.keys, r)
		case isEmoji(r) && (joined || count == 1 && isFlag(r) && isFlag(c.lastRune(t))):
			joined = false
			count++
			s.keys = utf8.AppendRune(s.keys, r)
			if count == 1 {
				first = len(s.keys)
			}
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		c.i += size
		c.cp++
	}
	key := s.keys[t.key:]
	if id, ok := s.model.emoji[string(key)]; ok {
		t.symbol = id
	} else if id, ok := s.model.emoji[string(s.keys[t.key:first])]; ok {
		t.symbol = id
	}
	c.close(t)
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func (c *scanner) lastRune(t *tok) rune {
	r, _ := utf8.DecodeLastRune(c.s.keys[t.key:])
	return r
}

// emoticon reads the longest known emoticon that starts here, and the run of its last mark (`:))))`). One that starts with a letter or
// digit must stand free in front, one that ends with a letter or digit behind.
func (c *scanner) emoticon() bool {
	first := c.text[c.i]
	if first >= utf8.RuneSelf || c.s.model == nil {
		return false
	}
	list := c.s.model.emoticons[first]
	if len(list) == 0 {
		return false
	}
	alnum := asciiClass[first] >= classLetter
	if c.before&tokGlued != 0 && alnum {
		return false
	}
	if c.i > 0 && (first == ':' || first == '=' || first == '-' || first == '/') && c.text[c.i-1] < utf8.RuneSelf && asciiClass[c.text[c.i-1]] == classDigit {
		return false
	}
	for _, e := range list { // longest first
		if !strings.HasPrefix(c.text[c.i:], e.text) {
			continue
		}
		end := c.i + len(e.text)
		last := e.text[len(e.text)-1]
		if last >= utf8.RuneSelf || asciiClass[last] < classLetter {
			for end < len(c.text) && c.text[end] == last && last < utf8.RuneSelf {
				end++
			}
		} else if end < len(c.text) && (c.letterAfter(end) || c.text[end] >= '0' && c.text[end] <= '9') {
			continue
		}
		t := c.open(Emoji)
		t.symbol = e.symbol
		c.cp += int32(utf8.RuneCountInString(c.text[c.i:end]))
		c.i = end
		c.close(t)
		return true
	}
	return false
}
