package analyzer

import "strings"

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

// restMarkers open a quoted mail or a signature when a line starts with one.
var restMarkers = []string{
	"-----original message", "----- original message", "-------- original message", "---------- forwarded message",
	"________________________________", "-----thư gốc", "---------- thư đã chuyển tiếp",
	"sent from my ", "get outlook for ", "đã gửi từ ", "được gửi từ ", "gửi từ iphone", "gửi từ điện thoại",
}

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
	switch b := trimmed[0]; b {
	case '>':
		if len(trimmed) > 1 && (trimmed[1] == ' ' || trimmed[1] == '>' || isASCIILetter(trimmed[1])) {
			c.quoted = quoteLine
		}
		return
	case '-', '_', 's', 'S', 'g', 'G', 'o', 'O', 'v', 'V', 0xC4: // 0xC4 starts đ and Đ
		if len(c.s.toks) == 0 || c.i == 0 {
			return
		}
		line, _, _ := strings.Cut(rest, "\n")
		line = strings.TrimRight(strings.TrimLeft(line, " \t"), " \t\r")
		if line == "--" {
			c.quoted = quoteRest
			return
		}
		if len(line) > 400 {
			return
		}
		low := strings.ToLower(line)
		if strings.HasPrefix(low, "on ") && strings.HasSuffix(low, "wrote:") || strings.HasPrefix(low, "vào ") && strings.HasSuffix(low, "viết:") {
			c.quoted = quoteRest
			return
		}
		for _, m := range restMarkers {
			if strings.HasPrefix(low, m) {
				c.quoted = quoteRest
				return
			}
		}
	}
}
