package analyzer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mails finds the e-mail addresses of a field by their `@`. It reads bytes, not tokens, because an address may be glued to what stands
// before it (`email:ten@gmail.com`), where no token of its own begins.
func (f *piiFinder) mails(field uint8) {
	text := f.s.texts[field]
	done := 0
	for at := strings.IndexByte(text, '@'); at >= 0; {
		if start, end := mailAround(text, done, at); end > 0 {
			f.found = append(f.found, place{field, start, end})
			f.add(PIIEmail, field, start, end)
			done = end
		}
		next := strings.IndexByte(text[at+1:], '@')
		if next < 0 {
			break
		}
		at += 1 + next
	}
}

// mailAround gives the address around an `@`, 0, 0 for none. It starts at byte low or later. At the great mail hosts a blank may stand
// on either side (`ten @gmail.com`), as people type it to be safe from robots.
func mailAround(text string, low, at int) (start, end int) {
	host := at + 1
	if host < len(text) && text[host] == ' ' {
		host++
	}
	end = host + hostLen(text[host:])
	if end == host {
		return 0, 0
	}
	local := at
	if local > low && text[local-1] == ' ' {
		local--
	}
	if (local < at || host > at+1) && !mailHosts[strings.ToLower(text[host:end])] {
		return 0, 0
	}
	start = localStart(text, low, local)
	if start == local {
		return 0, 0
	}
	return start, end
}

// localStart gives where the part before `@` starts that ends at byte end.
func localStart(text string, low, end int) int {
	start := end
	for start > low && isLocal(text[start-1]) {
		start--
	}
	for start < end && (text[start] == '.' || text[start] == '-') {
		start++
	}
	return start
}

func isLocal(c byte) bool {
	return c < utf8.RuneSelf && asciiClass[c] >= classLetter || c == '.' || c == '_' || c == '-' || c == '+'
}

// mailHosts are the hosts at which most people have their address.
var mailHosts = map[string]bool{
	"gmail.com": true, "yahoo.com": true, "yahoo.com.vn": true, "hotmail.com": true, "outlook.com": true, "icloud.com": true,
	"live.com": true, "outlook.com.vn": true, "proton.me": true, "protonmail.com": true, "ymail.com": true,
}

// topDomains end an address for certain: what follows after a full stop is the next sentence (`ten@gmail.com.Shop ơi`).
var topDomains = map[string]bool{"com": true, "vn": true, "net": true, "org": true, "edu": true, "gov": true, "io": true, "me": true}

// hostLen gives the length of the host name that s starts with, 0 for none: labels of letters, digits and hyphens between single full
// stops, the last of letters alone.
func hostLen(s string) int {
	end := 0     // the labels before it make a host
	top := false // and the last of them ends it unless another label plainly follows
	for label := 0; ; {
		i := label
		for i < len(s) && isHost(s[i]) {
			i++
		}
		part := s[label:i]
		letters := leadingLetters(part)
		switch {
		case part == "" || part[0] == '-':
			return end
		case label == 0:
		case top && (part != strings.ToLower(part) || letterAt(s[i:])):
			return end
		case letterAt(s[i:]) && topOf(part) > 0: // `ten@gmail.comnhé`
			return label + topOf(part)
		case letters == len(part) && letters >= 2 && letters <= 24:
			end = i
		case topDomains[part[:letters]]: // `ten@gmail.com-Lan`
			return label + letters
		case top:
			return end
		default:
			end = 0
		}
		if i == len(s) || s[i] != '.' {
			return end
		}
		top = label > 0 && topDomains[part]
		label = i + 1
	}
}

// topOf gives the length of the top domain that runs on into a word, 0 for none.
func topOf(part string) int {
	for _, n := range [...]int{3, 2} {
		if len(part) > n && topDomains[part[:n]] {
			return n
		}
	}
	return 0
}

func isHost(c byte) bool { return c < utf8.RuneSelf && asciiClass[c] >= classLetter || c == '-' }

func leadingLetters(s string) int {
	n := 0
	for n < len(s) && isASCIILetter(s[n]) {
		n++
	}
	return n
}

func letterAt(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// spelledMail finds an address with its `@` in words: `ten (at) gmail.com`, `ten[at]gmail[dot]com`, `ten at gmail dot com`. Token i is a
// word of two letters. Without brackets the full stop must be in words too, and the host one of the great ones.
func (f *piiFinder) spelledMail(i int) {
	t := &f.s.toks[i]
	if k := f.s.key(t); k[0] != 'a' || k[1] != 't' {
		return
	}
	text := f.s.texts[t.field]
	left, right, brackets := unbracket(text, int(t.start), int(t.end))
	if left > 0 && text[left-1] == ' ' {
		left--
	} else if !brackets {
		return
	}
	start := localStart(text, 0, left)
	if start == left || left == int(t.start) {
		return
	}
	host := skipBlank(text, right)
	end, words := spelledHost(text, host)
	if end == 0 || !brackets && !(words && mailHosts[strings.ToLower(strings.ReplaceAll(text[host:end], " dot ", "."))]) {
		return
	}
	first := f.codePoint(t.field, start)
	for n := len(f.out) - 1; n >= 0 && f.out[n].Field == fieldNames[t.field] && f.out[n].Start >= first && f.out[n].Kind != PIIEmail; n-- {
		f.out = f.out[:n] // a number before the `@` in words was part of the address
	}
	f.add(PIIEmail, t.field, start, end)
}

// unbracket widens a span by a pair of brackets around it.
func unbracket(text string, start, end int) (left, right int, ok bool) {
	if start > 0 && end < len(text) && (text[start-1] == '(' && text[end] == ')' || text[start-1] == '[' && text[end] == ']') {
		return start - 1, end + 1, true
	}
	return start, end, false
}

func skipBlank(text string, i int) int {
	if i < len(text) && text[i] == ' ' {
		i++
	}
	return i
}

// spelledHost gives the end of the host at byte i, 0 for none, and whether a full stop of it is in words.
func spelledHost(text string, i int) (end int, words bool) {
	if n := hostLen(text[i:]); n > 0 {
		return i + n, false
	}
	n := 0
	for i+n < len(text) && isHost(text[i+n]) {
		n++
	}
	dot := skipBlank(text, i+n)
	open := dot < len(text) && (text[dot] == '(' || text[dot] == '[')
	if open {
		dot++
	}
	if n < 2 || dot == i+n || len(text) < dot+3 || !strings.EqualFold(text[dot:dot+3], "dot") {
		return 0, false
	}
	_, after, closed := unbracket(text, dot, dot+3)
	if closed != open {
		return 0, false
	}
	top := skipBlank(text, after)
	if top == dot+3 {
		return 0, false
	}
	n = leadingLetters(text[top:])
	if !topDomains[strings.ToLower(text[top:top+n])] {
		return 0, false
	}
	return top + n, true
}
