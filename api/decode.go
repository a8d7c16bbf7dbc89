package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"github.com/thau-cx/thau/feedback"
)

// maxDepth bounds how deep JSON may nest; a record needs three levels beside its metadata.
const maxDepth = 100

// maxFaults bounds the faults reported of one body.
const maxFaults = 20

// JSON is a request body that holds one object: a T, read strictly. A field that T does not have is an error, a field that is null is
// absent.
type JSON[T any] struct {
	value T
}

// Resolve reads the body, for huma.
func (j *JSON[T]) Resolve(ctx huma.Context) []error {
	r := humagin.Unwrap(ctx).Request
	if err := readJSON(r, &j.value); err != nil {
		return []error{err}
	}
	return nil
}

// request describes the body, for the OpenAPI document.
func (j *JSON[T]) request(r huma.Registry) *huma.RequestBody {
	return requestBody(jsonType, schemaOf[T](r))
}

// readJSON reads the body of a request into what v points to.
func readJSON(r *http.Request, v any) error {
	if err := checkType(r, jsonType); err != nil {
		return err
	}
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return decode(body, v)
}

// readBody reads the body of a request; its size is bounded outside.
func readBody(r *http.Request) ([]byte, error) {
	var b bytes.Buffer
	if n := r.ContentLength; n > 0 {
		b.Grow(int(min(n, 1<<20)) + bytes.MinRead)
	}
	_, err := b.ReadFrom(r.Body)
	return b.Bytes(), err
}

// checkType asks for a body of one of some types, the first of which is the usual one.
func checkType(r *http.Request, types ...string) error {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return feedback.Errorf(codeMediaType, "Content-Encoding", "compressed bodies are not read; send it as it is")
	}
	sent := r.Header.Get("Content-Type")
	if sent == types[0] {
		return nil
	}
	name, params, err := mime.ParseMediaType(sent)
	if err != nil || !slices.Contains(types, name) {
		return feedback.Errorf(codeMediaType, "Content-Type", "send the body as %s", types[0])
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return feedback.Errorf(codeMediaType, "Content-Type", "send the body in UTF-8")
	}
	return nil
}

// decode reads one JSON object into what v points to. The error says all that is wrong with it, by path.
func decode(data []byte, v any) error {
	if err := checkDepth(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	d.UseNumber()
	err := d.Decode(v)
	if err == nil && isObject(data) && len(bytes.TrimSpace(data[d.InputOffset():])) == 0 {
		return nil
	}
	if faults := explain(data, v); len(faults) > 0 {
		return feedback.Join(faults)
	}
	return feedback.Errorf(feedback.CodeInvalid, "", "the JSON cannot be read as what is asked for here")
}

// isObject tells whether JSON begins like an object.
func isObject(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && data[0] == '{'
}

// checkDepth refuses JSON that nests too deep, before anything recurses into it.
func checkDepth(data []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch b := data[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return feedback.Errorf(feedback.CodeInvalid, "", "the JSON nests deeper than %d levels at %s", maxDepth, position(data, int64(i)))
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return nil
}

// explain says what is wrong with JSON that could not be read as a value of v's type.
func explain(data []byte, v any) []*feedback.Error {
	if len(bytes.TrimSpace(data)) == 0 {
		return []*feedback.Error{feedback.Errorf(feedback.CodeInvalid, "", "the body is empty")}
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return []*feedback.Error{feedback.Errorf(feedback.CodeInvalid, "", "the JSON is broken at %s: %s", position(data, syntax.Offset-1), syntax)}
		}
		return []*feedback.Error{feedback.Errorf(feedback.CodeInvalid, "", "the JSON is broken")}
	}
	if !isObject(data) {
		return []*feedback.Error{feedback.Errorf(feedback.CodeInvalid, "", "the body takes an object")}
	}
	x := explainer{}
	x.value("", raw, reflect.TypeOf(v).Elem())
	return x.faults
}

// position gives the place of a byte, as people count.
func position(data []byte, offset int64) string {
	before := data[:min(max(offset, 0), int64(len(data)))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, byte %d", line, column)
}

// explainer walks JSON beside the type that it should have had and collects what does not fit. It runs only after reading failed, so
// it may take its time.
type explainer struct {
	faults []*feedback.Error
}

func (x *explainer) fault(path, format string, args ...any) {
	if len(x.faults) < maxFaults {
		x.faults = append(x.faults, feedback.Errorf(feedback.CodeInvalid, path, format, args...))
	}
}

var (
	typeTime        = reflect.TypeFor[time.Time]()
	typeUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
)

// value looks at the JSON of a value.
func (x *explainer) value(path string, raw json.RawMessage, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		if string(raw) == "null" {
			return
		}
		t = t.Elem()
	}
	custom := reflect.PointerTo(t).Implements(typeUnmarshaler)
	if string(raw) == "null" && !custom {
		return
	}
	switch {
	case t == typeTime:
		if json.Unmarshal(raw, new(time.Time)) != nil {
			x.fault(path, "takes a time like 2026-01-31T09:30:00+07:00")
		}
	case custom:
		if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
			var own *feedback.Error
			if errors.As(err, &own) {
				x.fault(path, "%s", own.Message)
			} else {
				x.fault(path, "cannot be read")
			}
		}
	case t.Kind() == reflect.Struct:
		x.object(path, raw, t)
	case t.Kind() == reflect.Map:
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			x.fault(path, "takes an object")
		}
		for _, name := range sortedKeys(members) {
			x.value(join(path, name), members[name], t.Elem())
		}
	case t.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(raw, &items) != nil {
			x.fault(path, "takes a list")
		}
		for i := range items {
			x.value(fmt.Sprintf("%s[%d]", path, i), items[i], t.Elem())
		}
	default:
		if json.Unmarshal(raw, reflect.New(t).Interface()) != nil {
			x.fault(path, "takes a %s", kindName(t.Kind()))
		}
	}
}

// object looks at the members of an object that should be a struct.
func (x *explainer) object(path string, raw json.RawMessage, t reflect.Type) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		x.fault(path, "takes an object")
		return
	}
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[strings.ToLower(name)] = f.Type
		}
	}
	for _, name := range sortedKeys(members) {
		if ft, ok := fields[strings.ToLower(name)]; ok {
			x.value(join(path, name), members[name], ft)
		} else {
			x.fault(join(path, name), "%s", unknownHint(t, name))
		}
	}
}

// recordFields are the fields that a record has beside what its owner sends.
var recordFields = []string{"analysis", "received_at", "changed_at", "corrections", "status", "stale"}

// unknownHint says what to do with a field that a type does not have.
func unknownHint(t reflect.Type, name string) string {
	switch {
	case t != reflect.TypeFor[feedback.Draft]():
		return "is not a field here"
	case slices.Contains(recordFields, name):
		return "is set by this server and cannot be sent"
	case slices.Contains([]string{"nps", "csat", "ces", "rating"}, name):
		return "is not a field of feedback: scores go into scores"
	}
	return "is not a field of feedback: what is to be kept beside the fields goes into metadata"
}

func kindName(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	}
	return "number"
}

// join gives the path of a member, with names cut short.
func join(path, name string) string {
	if len(name) > 64 {
		name = strings.ToValidUTF8(name[:61], "") + "…"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
