package intake

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadMessage gives what somebody wrote in a message: HTML as plain text, without the replies it quotes and without a signature.
func ReadMessage(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if looksLikeHTML(text) {
		text = plainText(text)
	}
	return ownWords(text)
}

// tagPattern is a tag that mail and helpdesk editors write; `a < b` and `<3` are none.
var tagPattern = regexp.MustCompile(`(?i)<(?:!doctype|html|head|body|div|p|br|span|table|tr|td|a|ul|ol|li|blockquote|b|i|u|strong|em|h[1-6]|img|font|style|pre)(?:\s[^<>]*)?/?>`)

func looksLikeHTML(text string) bool {
	return strings.Contains(text, "<") && tagPattern.MatchString(text)
}

// maxNesting bounds how deep HTML is followed; what lies deeper is left out.
const maxNesting = 400

// plainText gives the text of HTML, a line a block. Quoted replies and signatures that mail programs mark as such are left out.
func plainText(source string) string {
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return source // too deep for the parser: nobody wrote that
	}
	var b strings.Builder
	writeText(&b, root, 0)
	lines := strings.Split(b.String(), "\n")
	out := lines[:0]
	for _, line := range lines {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// silent are the elements without text for readers.
var silent = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Head: true, atom.Title: true, atom.Template: true, atom.Noscript: true}

// blocks are the elements that begin and end a line.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true, atom.Pre: true, atom.Hr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
}

// quoteMarks are words in the class or id of an element that holds a reply that is quoted, or a signature.
var quoteMarks = []string{"gmail_quote", "gmail_signature", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "moz-signature", "divrplyfwdmsg", "appendonsend", "zmail_extra", "zendesk_signature", "protonmail_quote", "signature"}

func writeText(b *strings.Builder, n *html.Node, depth int) {
	if depth > maxNesting {
		return
	}
	switch n.Type {
	case html.TextNode:
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
		return
	case html.ElementNode:
		if silent[n.DataAtom] || n.DataAtom == atom.Blockquote || isQuoted(n) {
			return
		}
	}
	block := blocks[n.DataAtom]
	if block || n.DataAtom == atom.Br {
		b.WriteByte('\n')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		writeText(b, c, depth+1)
	}
	switch {
	case block:
		b.WriteByte('\n')
	case n.DataAtom == atom.Td:
		b.WriteByte(' ')
	}
}

func isQuoted(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for _, word := range strings.Fields(strings.ToLower(a.Val)) {
			for _, mark := range quoteMarks {
				if word == mark {
					return true
				}
			}
		}
	}
	return false
}

// The lines that begin what is not the writer's own.
var (
	replyHeader = regexp.MustCompile(`(?i)^(?:on\b.{4,250}\bwrote\s*:|vào\b.{4,250}\b(?:đã viết|viết)\s*:|.{4,120}\bđã viết vào\b.{4,120}:|[-_*]{2,}\s*(?:original message|forwarded message|original email|reply message|thư gốc|tin nhắn gốc|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp)\s*[-_*]{2,}|#{2,}-?.*(?:reply above this line|trả lời phía trên dòng này).*|_{20,})$`)
	mailHeader  = regexp.MustCompile(`(?i)^\*?(?:from|to|sent|date|subject|cc|từ|đến|gửi|ngày|chủ đề|tiêu đề)\s*:\*?\s`)
	deviceLine  = regexp.MustCompile(`(?i)^(?:sent from (?:my|mail for|outlook|yahoo|samsung)\b.*|sent via\b.*|get outlook for\b.*|(?:đã |được )?gửi từ (?:iphone|ipad|điện thoại|samsung|oppo|xiaomi|thiết bị|máy|outlook|gmail|yahoo|zalo|mail)\b.*)$`)
	closing     = regexp.MustCompile(`(?i)^(?:(?:best|kind|warm|many|with kind|with best|warmest|kindest)\s+)?(?:regards|wishes)[\s,.!]*$|^(?:yours\s+(?:sincerely|truly|faithfully)|sincerely(?:\s+yours)?|cheers|thanks\s*(?:&|and)\s*(?:best\s+)?regards|(?:many\s+)?thanks|thank you|br|rgds|b\.?\s?rgds|trân trọng(?:\s+(?:kính chào|cảm ơn|cám ơn))?|kính thư|thân mến|thân ái|(?:xin\s+)?(?:chân thành\s+)?c[ảá]m ơn(?:\s+(?:và trân trọng|ạ))?)[\s,.!]*$`)
)

// The bounds of a signature: lines after a closing, and the length of one in bytes.
const (
	signatureLines = 8
	signatureWidth = 90
)

// ownWords leaves quoted replies and the signature out of a plain text. Where nothing else is there, as in a message that only hands
// on another, the text stays.
func ownWords(text string) string {
	lines := strings.Split(text, "\n")
	own := make([]string, 0, len(lines))
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, ">") {
			continue
		}
		if replyHeader.MatchString(line) || beginsHeaders(lines[i:]) || i+1 < len(lines) && brokenHeader(line, strings.TrimSpace(lines[i+1])) {
			break
		}
		if line == "--" || line == "—" || deviceLine.MatchString(line) {
			break
		}
		own = append(own, line)
	}
	own = cutSignature(own)
	out := strings.TrimSpace(strings.Join(own, "\n"))
	if out == "" {
		out = strings.TrimSpace(text)
	}
	return out
}

// brokenHeader tells whether a line and the next are the beginning of a reply, which mail programs break where it is long.
func brokenHeader(line, next string) bool {
	first, _, _ := strings.Cut(line, " ")
	return (strings.EqualFold(first, "on") || strings.EqualFold(first, "vào")) && len(line) < 250 && !replyHeader.MatchString(next) && replyHeader.MatchString(line+" "+next)
}

// beginsHeaders tells whether lines begin with the headers of a mail: at least three of the first five.
func beginsHeaders(lines []string) bool {
	if !mailHeader.MatchString(strings.TrimSpace(lines[0]) + " ") {
		return false
	}
	n := 0
	for _, line := range lines[:min(5, len(lines))] {
		if mailHeader.MatchString(strings.TrimSpace(line) + " ") {
			n++
		}
	}
	return n >= 3
}

// cutSignature leaves a closing and the short lines after it out.
func cutSignature(lines []string) []string {
	after := 0
	for i := len(lines) - 1; i > 0; i-- {
		line := lines[i]
		if closing.MatchString(line) {
			return lines[:i]
		}
		if line == "" {
			continue
		}
		if after++; after > signatureLines || len(line) > signatureWidth {
			return lines
		}
	}
	return lines
}
