package analyzer

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends an Analysis as JSON and gives the extended buffer. It is written by hand: encoding/json takes longer to write an
// Analysis than the analyzer takes to make it. What is written is what encoding/json writes without its care for HTML, byte for byte, which
// a test proves with every field there is.
func AppendJSON(dst []byte, a *Analysis) []byte {
	b := append(dst, `{"language":`...)
	b = appendLanguage(b, &a.Language)
	b = append(b, `,"sentiment":`...)
	b = appendSentiment(b, &a.Sentiment)
	b = append(b, `,"sentences":`...)
	b = appendList(b, a.Sentences, appendSentence)
	b = append(b, `,"topics":`...)
	b = appendList(b, a.Topics, appendTopic)
	b = append(b, `,"intents":`...)
	b = appendList(b, a.Intents, appendIntent)
	b = append(b, `,"urgency":`...)
	b = appendUrgency(b, &a.Urgency)
	if len(a.KeyPhrases) > 0 {
		b = append(b, `,"key_phrases":`...)
		b = appendList(b, a.KeyPhrases, appendKeyPhrase)
	}
	b = append(b, `,"pii":`...)
	b = appendList(b, a.PII, appendPII)
	b = append(b, `,"engine":{"version":`...)
	b = appendString(b, a.Engine.Version)
	b = append(b, `,"lexicon":`...)
	b = appendString(b, a.Engine.Lexicon)
	return append(b, '}', '}')
}

func appendLanguage(b []byte, l *Language) []byte {
	b = append(b, `{"code":`...)
	b = appendString(b, l.Code)
	b = append(b, `,"confidence":`...)
	b = appendNumber(b, l.Confidence)
	b = append(b, `,"mix":`...)
	if l.Mix == nil {
		return append(b, `null}`...)
	}
	b = append(b, '{')
	if vi, en := l.Mix["vi"], l.Mix["en"]; vi != 0 && en != 0 && len(l.Mix) == 2 || (vi != 0) != (en != 0) && len(l.Mix) == 1 { // as nearly always
		if en != 0 {
			b = appendNumber(append(b, `"en":`...), en)
		}
		if vi != 0 {
			if en != 0 {
				b = append(b, ',')
			}
			b = appendNumber(append(b, `"vi":`...), vi)
		}
		return append(b, '}', '}')
	}
	var room [4]string
	codes := room[:0]
	for code := range l.Mix {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for i, code := range codes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, code)
		b = append(b, ':')
		b = appendNumber(b, l.Mix[code])
	}
	return append(b, '}', '}')
}

func appendSentiment(b []byte, s *Sentiment) []byte {
	b = append(b, `{"label":`...)
	b = appendString(b, s.Label)
	b = append(b, `,"score":`...)
	b = appendNumber(b, s.Score)
	b = append(b, `,"confidence":`...)
	b = appendNumber(b, s.Confidence)
	b = append(b, `,"probabilities":{"negative":`...)
	b = appendNumber(b, s.Probabilities.Negative)
	b = append(b, `,"neutral":`...)
	b = appendNumber(b, s.Probabilities.Neutral)
	b = append(b, `,"positive":`...)
	b = appendNumber(b, s.Probabilities.Positive)
	b = append(b, `},"mixed":`...)
	b = strconv.AppendBool(b, s.Mixed)
	return appendReasons(b, s.Raw, s.Bias, s.Evidence)
}

// appendReasons ends a verdict with why.
func appendReasons(b []byte, raw, bias float64, evidence []Evidence) []byte {
	b = append(b, `,"raw":`...)
	b = appendNumber(b, raw)
	b = append(b, `,"bias":`...)
	b = appendNumber(b, bias)
	b = append(b, `,"evidence":`...)
	b = appendList(b, evidence, appendEvidence)
	return append(b, '}')
}

func appendEvidence(b []byte, e *Evidence) []byte {
	b = appendSpan(appendField(b, e.Field), e.Start, e.End)
	if len(e.Parts) > 0 {
		b = append(b, `,"parts":`...)
		b = appendList(b, e.Parts, appendPart)
	}
	b = append(b, `,"text":`...)
	b = appendString(b, e.Text)
	b = append(b, `,"contribution":`...)
	b = appendNumber(b, e.Contribution)
	b = append(b, `,"entry":`...)
	b = appendString(b, e.Entry)
	b = append(b, `,"rules":`...)
	b = appendList(b, e.Rules, func(b []byte, s *string) []byte { return appendString(b, *s) })
	b = append(b, `,"lexicon":`...)
	b = appendString(b, e.Lexicon)
	return append(b, '}')
}

// appendField begins an object that speaks of a field; the text goes unnamed.
func appendField(b []byte, field string) []byte {
	b = append(b, '{')
	if field != "" {
		b = append(b, `"field":`...)
		b = appendString(b, field)
		b = append(b, ',')
	}
	return b
}

func appendSpan(b []byte, start, end int) []byte {
	b = append(b, `"start":`...)
	b = strconv.AppendInt(b, int64(start), 10)
	b = append(b, `,"end":`...)
	return strconv.AppendInt(b, int64(end), 10)
}

func appendPart(b []byte, p *[2]int) []byte {
	b = append(b, '[')
	b = strconv.AppendInt(b, int64(p[0]), 10)
	b = append(b, ',')
	b = strconv.AppendInt(b, int64(p[1]), 10)
	return append(b, ']')
}

func appendPolarity(b []byte, p *Polarity) []byte {
	b = append(b, `{"label":`...)
	b = appendString(b, p.Label)
	b = append(b, `,"score":`...)
	b = appendNumber(b, p.Score)
	return append(b, '}')
}

func appendSentence(b []byte, s *Sentence) []byte {
	b = appendSpan(appendField(b, s.Field), s.Start, s.End)
	b = append(b, `,"language":`...)
	b = appendString(b, s.Language)
	b = append(b, `,"sentiment":`...)
	b = appendPolarity(b, &s.Sentiment)
	return append(b, '}')
}

// appendLabel begins a label that was given.
func appendLabel(b []byte, id string, confidence float64, sure bool) []byte {
	b = append(b, `{"id":`...)
	b = appendString(b, id)
	b = append(b, `,"confidence":`...)
	b = appendNumber(b, confidence)
	b = append(b, `,"sure":`...)
	return strconv.AppendBool(b, sure)
}

func appendTopic(b []byte, t *Topic) []byte {
	b = appendLabel(b, t.ID, t.Confidence, t.Sure)
	b = append(b, `,"raw":`...)
	b = appendNumber(b, t.Raw)
	b = append(b, `,"bias":`...)
	b = appendNumber(b, t.Bias)
	b = append(b, `,"sentiment":`...)
	b = appendPolarity(b, &t.Sentiment)
	b = append(b, `,"evidence":`...)
	b = appendList(b, t.Evidence, appendEvidence)
	return append(b, '}')
}

func appendIntent(b []byte, i *Intent) []byte {
	b = appendLabel(b, i.ID, i.Confidence, i.Sure)
	return appendReasons(b, i.Raw, i.Bias, i.Evidence)
}

func appendUrgency(b []byte, u *Urgency) []byte {
	b = append(b, `{"level":`...)
	b = appendString(b, u.Level)
	b = append(b, `,"confidence":`...)
	b = appendNumber(b, u.Confidence)
	return appendReasons(b, u.Raw, u.Bias, u.Evidence)
}

func appendKeyPhrase(b []byte, k *KeyPhrase) []byte {
	b = append(appendField(b, k.Field), `"text":`...)
	b = append(appendString(b, k.Text), ',')
	return append(appendSpan(b, k.Start, k.End), '}')
}

func appendPII(b []byte, p *PII) []byte {
	b = append(appendField(b, p.Field), `"kind":`...)
	b = append(appendString(b, p.Kind), ',')
	return append(appendSpan(b, p.Start, p.End), '}')
}

// appendList writes a list of what write writes.
func appendList[T any](b []byte, list []T, write func([]byte, *T) []byte) []byte {
	if list == nil {
		return append(b, `null`...)
	}
	b = append(b, '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = write(b, &list[i])
	}
	return append(b, ']')
}

// appendNumber writes a number, which is nearly always a whole number of millionths. Where it is, those digits are the shortest that
// read as the number: no two decimals of up to 15 digits are the same float.
func appendNumber(b []byte, v float64) []byte {
	millionths := math.Round(v * 1e6)
	if v == 0 || math.Abs(millionths) > 1e14 || millionths/1e6 != v {
		return appendAnyNumber(b, v)
	}
	n := int64(millionths)
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/1e6, 10)
	if n %= 1e6; n == 0 {
		return b
	}
	b = append(b, '.')
	for unit := int64(1e5); n > 0; unit /= 10 {
		b = append(b, byte('0'+n/unit))
		n %= unit
	}
	return b
}

// appendAnyNumber writes a number as encoding/json does.
func appendAnyNumber(b []byte, v float64) []byte {
	if abs := math.Abs(v); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // not a number: the analyzer promises better
	}
	return append(b, out...)
}

const hexDigits = "0123456789abcdef"

// plain tells what a JSON string takes as it is by its first byte: ASCII, and the letters of two and three bytes that any bytes of
// continuation may follow. U+2028 and U+2029, which JavaScript once took for line ends, are not among them.
var plain = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\':
			t[c] = plainByte
		case c >= 0xC2 && c <= 0xDF:
			t[c] = plainTwo
		case c >= 0xE1 && c <= 0xEC && c != 0xE2:
			t[c] = plainThree
		}
	}
	return t
}()

const (
	plainByte = iota + 1
	plainTwo
	plainThree
)

// plainEight tells whether eight bytes are ASCII that a JSON string takes as it is: a borrow from the high bit of a byte shows that it is
// below a blank, or what it was compared with.
func plainEight(w uint64) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	return (w|(w-' '*each)|((w^'"'*each)-each)|((w^'\\'*each)-each))&high == 0
}

// appendString writes a string as encoding/json does without its care for HTML.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	done, i := 0, 0 // written, looked at
	for len(s)-i >= 8 && plainEight(binary.LittleEndian.Uint64([]byte(s[i:i+8]))) {
		i += 8
	}
	for i < len(s) {
		c := s[i]
		switch class := plain[c]; {
		case class == plainByte:
			i++
			continue
		case class == plainTwo && i+1 < len(s) && s[i+1]&0xC0 == 0x80:
			i += 2
			continue
		case class == plainThree && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			i += 3
			continue
		}
		size, escape := 1, ""
		switch {
		case c >= utf8.RuneSelf:
			var r rune
			switch r, size = utf8.DecodeRuneInString(s[i:]); {
			case r == utf8.RuneError && size == 1:
				escape = `\ufffd`
			case r == '\u2028':
				escape = `\u2028`
			case r == '\u2029':
				escape = `\u2029`
			default:
				i += size
				continue
			}
		case c == '"':
			escape = `\"`
		case c == '\\':
			escape = `\\`
		case c == '\b':
			escape = `\b`
		case c == '\f':
			escape = `\f`
		case c == '\n':
			escape = `\n`
		case c == '\r':
			escape = `\r`
		case c == '\t':
			escape = `\t`
		default:
			b = append(b, s[done:i]...)
			done = i
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
		}
		if escape != "" {
			b = append(append(b, s[done:i]...), escape...)
		}
		i += size
		done = i
	}
	return append(append(b, s[done:]...), '"')
}
