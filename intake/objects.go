package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// objects reads JSON Lines: the fields of a Record, one object a line. A field that a record does not have goes into its metadata.
type objects struct {
	r    *bufio.Reader
	o    Options
	seen occurrences
	n    int // lines read
	long []byte
}

func newObjects(r *bufio.Reader, o Options) *objects {
	return &objects{r: r, o: o, seen: occurrences{}}
}

// Next implements Reader. Blank lines are no rows.
func (x *objects) Next() (feedback.Line, []byte, error) {
	for {
		raw, whole, err := x.line()
		if err != nil {
			return feedback.Line{}, nil, err
		}
		if !whole {
			return tooLong(x.n), raw, nil
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		line := feedback.Line{N: x.n}
		line.Draft, line.Err = x.draft(raw)
		return line, raw, nil
	}
}

// line reads a line into memory of its own; of one beyond MaxRow only the beginning, and whole is false.
func (x *objects) line() (line []byte, whole bool, err error) {
	x.long = x.long[:0]
	total := 0
	for {
		part, err := x.r.ReadSlice('\n')
		total += len(part)
		if total <= MaxRow {
			x.long = append(x.long, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, false, err
		case total == 0:
			return nil, false, io.EOF
		}
		x.n++
		line = bytes.TrimRight(x.long, "\r\n")
		if total > MaxRow {
			line = line[:min(len(line), keptOfLong)]
		}
		return bytes.Clone(line), total <= MaxRow, nil
	}
}

// derived are the fields of a Record that are made anew for whoever sends it.
var derived = []string{"analysis", "received_at", "changed_at"}

// draft reads one object.
func (x *objects) draft(raw []byte) (d feedback.Draft, fault *feedback.Error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil || fields == nil {
		return d, feedback.Errorf(feedback.CodeInvalid, "", "the line is not a JSON object%s", because(err))
	}
	f := fieldReader{o: &x.o, line: x.n, d: &d}
	var rest []string
	for name, value := range fields {
		if string(value) == "null" || slices.Contains(derived, name) {
			continue
		}
		if known, err := f.read(name, value); err != nil {
			// Which of several faults is named must not depend on the order of a map.
			if fault == nil || err.Field < fault.Field {
				fault = err
			}
		} else if !known {
			rest = append(rest, name)
		}
	}
	if fault != nil {
		return d, fault
	}
	slices.Sort(rest)
	for _, name := range rest {
		if fault := f.other(name, fields[name]); fault != nil {
			return d, fault
		}
	}
	x.o.finish(&d, x.seen, func() []byte { return canonical(raw) })
	return d, nil
}

// canonical writes an object in one way, whatever the order of its fields and its blanks.
func canonical(raw []byte) []byte {
	v, err := value(raw)
	if err != nil {
		return raw
	}
	b, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return b
}

// value reads JSON with numbers as they are written.
func value(raw []byte) (v any, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	err = dec.Decode(&v)
	return v, err
}

// object reads a JSON object.
func object(raw []byte) (map[string]any, bool) {
	v, err := value(raw)
	m, ok := v.(map[string]any)
	return m, ok && err == nil
}

// because adds what the JSON decoder found.
func because(err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return ""
	}
	return ": " + strings.TrimPrefix(syntax.Error(), "json: ") + " at byte " + strconv.FormatInt(syntax.Offset, 10)
}

// fieldReader lays the fields of an object into a draft.
type fieldReader struct {
	o    *Options
	line int
	d    *feedback.Draft
}

// read takes a field that a record has.
func (f *fieldReader) read(name string, raw json.RawMessage) (known bool, fault *feedback.Error) {
	d := f.d
	switch name {
	case "id":
		return true, readID(name, raw, &d.ID)
	case "account_id":
		return true, readID(name, raw, &d.AccountID)
	case "customer_id":
		return true, readID(name, raw, &d.CustomerID)
	case "thread_id":
		return true, readID(name, raw, &d.ThreadID)
	case "source":
		return true, readAs(name, raw, &d.Source, "a string")
	case "channel":
		return true, readAs(name, raw, &d.Channel, "a string")
	case "title":
		return true, readAs(name, raw, &d.Title, "a string")
	case "text":
		return true, readAs(name, raw, &d.Text, "a string")
	case "lang":
		return true, readAs(name, raw, &d.Lang, "a string")
	case "touchpoint":
		return true, readAs(name, raw, &d.Touchpoint, "a string")
	case "collected_at":
		return true, f.moment(name, raw, &d.CollectedAt)
	case "event_at":
		return true, f.moment(name, raw, &d.EventAt)
	case "updated_at":
		return true, f.moment(name, raw, &d.UpdatedAt)
	case "scores":
		return true, readAs(name, raw, &d.Scores, `an object of numbers or {"value","min","max"}`)
	case "ticket":
		return true, readAs(name, raw, &d.Ticket, `an object {"status","priority","opened_at","resolved_at"}`)
	case "attributes":
		return true, readAttributes(name, raw, &d.Attributes)
	case "tags":
		return true, readAs(name, raw, &d.Tags, "a list of strings")
	case "metadata":
		// What is no object is kept under its name like a field that is not known.
		m, ok := object(raw)
		d.Metadata = m
		return ok, nil
	}
	return false, nil
}

// other keeps a field that a record does not have: a score under its bare name becomes one, the rest is metadata.
func (f *fieldReader) other(name string, raw json.RawMessage) *feedback.Error {
	v, err := value(raw)
	if err != nil {
		return feedback.Errorf(feedback.CodeInvalid, name, "cannot be read")
	}
	if slices.Contains(bareScores, name) {
		if s, ok := bareScore(name, v); !ok {
			f.o.Warn(f.line, name+" is no score on its usual scale and was kept in metadata")
		} else if _, taken := f.d.Scores[name]; taken {
			f.o.Warn(f.line, name+" is among the scores too; the other value was kept in metadata")
		} else {
			setScore(f.d, name, s)
			return nil
		}
	}
	keep(f.d, name, v)
	return nil
}

// bareScores are the scores that may stand beside the other fields.
var bareScores = []string{"nps", "csat", "ces", "rating"}

// bareScore reads a score that must lie on its usual scale.
func bareScore(name string, v any) (feedback.Score, bool) {
	var n float64
	switch v := v.(type) {
	case json.Number:
		x, err := v.Float64()
		if err != nil {
			return feedback.Score{}, false
		}
		n = x
	case string:
		x, ok := number(v)
		if !ok {
			return feedback.Score{}, false
		}
		n = x
	default:
		return feedback.Score{}, false
	}
	low, high, ok := feedback.Scales(name)
	return feedback.Score{Value: n}, ok && n >= low && n <= high
}

func setScore(d *feedback.Draft, name string, s feedback.Score) {
	if d.Scores == nil {
		d.Scores = map[string]feedback.Score{}
	}
	d.Scores[name] = s
}

// keep puts a value into the metadata, under another name where its own is taken.
func keep(d *feedback.Draft, name string, v any) {
	if d.Metadata == nil {
		d.Metadata = map[string]any{}
	}
	free := name
	for n := 2; ; n++ {
		if _, taken := d.Metadata[free]; !taken {
			break
		}
		free = name + " " + strconv.Itoa(n)
	}
	d.Metadata[free] = v
}

func readAs[T any](name string, raw json.RawMessage, into *T, want string) *feedback.Error {
	if err := json.Unmarshal(raw, into); err != nil {
		return feedback.Errorf(feedback.CodeInvalid, name, "takes %s", want)
	}
	return nil
}

// readID reads an id, which other systems also send as a number.
func readID(name string, raw json.RawMessage, into *string) *feedback.Error {
	if c := raw[0]; c == '-' || c >= '0' && c <= '9' {
		*into = string(raw)
		return nil
	}
	return readAs(name, raw, into, "a string or a number")
}

// readAttributes reads segments; numbers and booleans become text.
func readAttributes(name string, raw json.RawMessage, into *map[string]string) *feedback.Error {
	m, ok := object(raw)
	if !ok {
		return feedback.Errorf(feedback.CodeInvalid, name, "takes an object of strings")
	}
	out := make(map[string]string, len(m))
	for k, v := range m {
		switch v := v.(type) {
		case string:
			out[k] = v
		case json.Number:
			out[k] = v.String()
		case bool:
			out[k] = strconv.FormatBool(v)
		case nil:
		default:
			return feedback.Errorf(feedback.CodeInvalid, name, "takes an object of strings")
		}
	}
	*into = out
	return nil
}

// moment reads a time: as text, or as seconds or milliseconds since 1970.
func (f *fieldReader) moment(name string, raw json.RawMessage, into **time.Time) *feedback.Error {
	text := string(raw)
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &text); err != nil {
			return feedback.Errorf(feedback.CodeInvalid, name, "takes a time")
		}
		if text == "" {
			return nil
		}
	}
	at, ok := parseTime(text, dayFirst, f.o.Zone)
	if !ok {
		return feedback.Errorf(feedback.CodeInvalid, name, "takes a time like 2026-01-31T09:30:00+07:00")
	}
	*into = &at
	return nil
}
