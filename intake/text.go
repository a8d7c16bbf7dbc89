package intake

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Text is a text to be read and forgotten: a line of a stream, or the body of a request.
type Text struct {
	ID     json.RawMessage `json:"id"`
	Title  *string         `json:"title"`
	Text   *string         `json:"text"`
	Lang   string          `json:"lang"`
	Others bool            `json:"-"` // it has fields beside these
}

// ReadText reads a JSON object as encoding/json does, several times as fast. It takes only what is surely meant alike, an object with
// plain keys, each of ours at most once; ok is false for anything else, right or wrong, and encoding/json has the say. The id is a part
// of data.
func ReadText(data []byte) (read Text, ok bool) {
	r := textReader{text: data}
	if !r.skip('{') {
		return read, false
	}
	for first := true; !r.skip('}'); first = false {
		if !first && !r.skip(',') {
			return read, false
		}
		key, ok := r.quoted()
		if !ok || !r.skip(':') {
			return read, false
		}
		value, ok := r.value()
		if !ok || !read.take(key, value) {
			return read, false
		}
	}
	return read, r.i == len(data)
}

// take sets a field; other keys are ignored unless encoding/json would take them for one (`"Text"`).
func (l *Text) take(key, value []byte) bool {
	switch string(key) {
	case `"id"`:
		fresh := l.ID == nil
		l.ID = value
		return fresh
	case `"title"`:
		fresh := l.Title == nil
		l.Title = new(string)
		return fresh && unquote(l.Title, value)
	case `"text"`:
		fresh := l.Text == nil
		l.Text = new(string)
		return fresh && unquote(l.Text, value)
	case `"lang"`:
		return l.Lang == "" && unquote(&l.Lang, value)
	}
	if escaped(key) || !ascii(key) {
		return false
	}
	for _, name := range []string{`"id"`, `"title"`, `"text"`, `"lang"`} {
		if len(key) == len(name) && strings.EqualFold(string(key), name) {
			return false
		}
	}
	l.Others = true
	return true
}

// unquote reads a JSON string.
func unquote(s *string, value []byte) bool {
	if value[0] != '"' {
		return false
	}
	if escaped(value) || !utf8.Valid(value) {
		return json.Unmarshal(value, s) == nil
	}
	*s = string(value[1 : len(value)-1])
	return true
}

// longestNested bounds the lists and objects that are passed over here, and so how deep they are.
const longestNested = 4 << 10

// textReader reads an object from byte i on.
type textReader struct {
	text []byte
	i    int
}

// skip passes over a mark and the blanks around it; false where something else stands.
func (r *textReader) skip(mark byte) bool {
	r.blanks()
	if r.i == len(r.text) || r.text[r.i] != mark {
		return false
	}
	r.i++
	r.blanks()
	return true
}

func (r *textReader) blanks() {
	for r.i < len(r.text) && (r.text[r.i] == ' ' || r.text[r.i] == '\t' || r.text[r.i] == '\n' || r.text[r.i] == '\r') {
		r.i++
	}
}

// quoted gives a string with its quotes. What is between them is not checked.
func (r *textReader) quoted() ([]byte, bool) {
	if r.i == len(r.text) || r.text[r.i] != '"' {
		return nil, false
	}
	for end := r.i + 1; ; end++ {
		n := bytes.IndexByte(r.text[end:], '"')
		if n < 0 {
			return nil, false
		}
		end += n
		slashes := 0
		for r.text[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			value := r.text[r.i : end+1]
			r.i = end + 1
			return value, true
		}
	}
}

// value gives a value, which is right JSON.
func (r *textReader) value() ([]byte, bool) {
	if r.i == len(r.text) {
		return nil, false
	}
	from := r.i
	switch r.text[r.i] {
	case '"':
		value, ok := r.quoted()
		return value, ok && (!escaped(value) || json.Valid(value))
	case '{', '[':
		depth := 0
		for r.i < len(r.text) && r.i-from < longestNested {
			switch r.text[r.i] {
			case '"':
				if _, ok := r.quoted(); !ok {
					return nil, false
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			r.i++
			if depth == 0 {
				value := r.text[from:r.i]
				return value, json.Valid(value)
			}
		}
		return nil, false
	}
	for r.i < len(r.text) && strings.IndexByte(",}]: \t\r\n", r.text[r.i]) < 0 {
		r.i++
	}
	value := r.text[from:r.i]
	return value, json.Valid(value)
}

// escaped tells whether a string has escapes, or control characters, which are wrong.
func escaped(value []byte) bool {
	for _, c := range value {
		if c == '\\' || c < ' ' {
			return true
		}
	}
	return false
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
