package analyzer

import (
	"slices"
	"strings"
)

// quoteState follows the parts of an e-mail that are not the writer's answer: quoted lines, the mail replied to, the signature. What
// stands there is tokenized but does not vote.
type quoteState uint8

const (
	quoteNone quoteState = iota
	quoteLine            // until the end of the line
	quoteRest            // until the end of the text
)

func (q quoteState) flag() tokFlag {
	if q != quoteNone {
		return tokQuoted
	}
	return 0
}

// restMarkers open a quoted mail, a signature or a notice when a line starts with one.
var restMarkers = []string{
	"-----original message", "----- original message", "-------- original message", "---------- forwarded message",
	"________________________________", "-----thư gốc", "---------- thư đã chuyển tiếp",
	"sent from my ", "get outlook for ", "đã gửi từ ", "được gửi từ ", "gửi từ iphone", "gửi từ điện thoại",
	"this e-mail and any attach", "this email and any attach", "this message and any attach", "this e-mail is confidential", "this email is confidential",
	"confidentiality notice", "thư này và các tệp đính kèm", "email này và các tệp đính kèm",
}

// closings are the lines that end a letter; what follows in short lines is who writes.
var closings = []string{
	"regards", "best regards", "kind regards", "warm regards", "best wishes", "sincerely", "yours sincerely", "yours faithfully", "cheers",
	"trân trọng", "trân trọng cảm ơn", "thân ái", "thân mến", "kính thư",
}

// headers begin the lines that a mail program sets above a mail that is replied to; two of them in a row make it one.
var headers = []string{
	"from:", "sent:", "to:", "cc:", "date:", "subject:", "từ:", "đã gửi:", "gửi:", "đến:", "ngày:", "chủ đề:", "tiêu đề:",
}

// The bounds of a signature: its lines, and the length of one in bytes.
const (
	signatureLines = 8
	signatureWidth = 90
)

// lineStart looks at the line that starts here. A text of which nothing came before is never all quote, so the first line does not
// open the rest.
func (c *scanner) lineStart() {
	if c.quoted == quoteRest {
		return
	}
	c.quoted = quoteNone
	rest := c.text[c.i:]
	trimmed := strings.TrimLeft(rest[:min(len(rest), 64)], " \t")
	if trimmed == "" {
		return
	}
	b := trimmed[0]
	switch {
	case b == '>':
		if len(trimmed) > 1 && (trimmed[1] == ' ' || trimmed[1] == '>' || isASCIILetter(trimmed[1])) {
			c.quoted = quoteLine
		}
	case strings.HasPrefix(trimmed, "##- "): // `Please type your reply above this line`
		c.quoted = quoteLine
	case len(c.s.toks) > 0 && c.i > 0 && opensRest[b] && c.restStarts(rest):
		c.quoted = quoteRest
	}
}

// opensRest tells the first bytes of the lines that open the rest; 0xC4 starts đ and Đ.
var opensRest = func() (t [256]bool) {
	for _, b := range []byte("-_sSgGoOvVfFtTdDcCbBrRkKwWyYeE\xC4") {
		t[b] = true
	}
	return t
}()

// restStarts tells whether a quoted mail, a signature or a notice starts with the line that a text begins with.
func (c *scanner) restStarts(text string) bool {
	line, below, _ := strings.Cut(text, "\n")
	line = strings.Trim(line, " \t\r")
	if line == "--" {
		return true
	}
	if len(line) > 400 {
		return false
	}
	low := strings.ToLower(line)
	if strings.HasPrefix(low, "on ") || strings.HasPrefix(low, "vào ") {
		next, _, _ := strings.Cut(below, "\n") // a mail program may have broken the line
		next = strings.ToLower(strings.Trim(next[:min(len(next), 200)], " \t\r"))
		for _, end := range []string{"wrote:", "viết:"} {
			if strings.HasSuffix(low, end) || strings.ContainsAny(low, "0123456789") && strings.HasSuffix(next, end) {
				return true
			}
		}
	}
	for _, m := range restMarkers {
		if strings.HasPrefix(low, m) {
			return true
		}
	}
	if hasAnyPrefix(low, headers) {
		next, _, _ := strings.Cut(below, "\n")
		return hasAnyPrefix(strings.ToLower(strings.TrimLeft(next[:min(len(next), 64)], " \t")), headers)
	}
	return slices.Contains(closings, strings.TrimRight(low, ",.!")) && signs(below)
}

func hasAnyPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// signs tells whether what stands below a closing is who writes: few and short lines, none a question.
func signs(below string) bool {
	lines := 0
	for line := range strings.Lines(below) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if lines++; lines > signatureLines || len(line) > signatureWidth || strings.HasSuffix(line, "?") {
			return false
		}
	}
	return lines > 0
}
