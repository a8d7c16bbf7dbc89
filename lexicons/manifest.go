package lexicons

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OverlayFormat is the version of the overlay folder's layout that is read and written.
const OverlayFormat = 1

// Kind is what an overlay is, which decides its place: built-in, packs, learned, written.
type Kind string

// The kinds of overlay, lowest first.
const (
	Pack    Kind = "pack"    // terms and topics of an industry
	Learned Kind = "learned" // weights fitted to labelled texts
	Written Kind = "written" // a customer's own terms and taxonomy
)

var kindOrder = map[Kind]int{Pack: 0, Learned: 1, Written: 2}

// Task is what a learned overlay was fitted for.
type Task string

// The tasks.
const (
	Sentiment Task = "sentiment"
	Topics    Task = "topics"
	Intents   Task = "intents"
)

// Manifest says what an overlay is; it is the file manifest.json of its folder.
type Manifest struct {
	Format    int    `json:"format"`              // OverlayFormat
	Name      string `json:"name"`                // letters, digits and . _ - of any script, at most 64 bytes; evidence says overlay:NAME
	Kind      Kind   `json:"kind"`                // where it is layered
	Task      Task   `json:"task,omitempty"`      // of a learned one
	Exclusive bool   `json:"exclusive,omitempty"` // a text has one label: the best is always listed
	Replaces  bool   `json:"replaces,omitempty"`  // its labels are the only ones listed for its task
	Familiar  int    `json:"familiar,omitempty"`  // of a learned sentiment of features revision 1; read so that the refusal can say how to fit it again
	Features  string `json:"features,omitempty"`  // revision of the features that a learned one weighs
	Builtin   string `json:"builtin,omitempty"`   // hash of the lexicon it was fitted or written on
	Parent    string `json:"parent,omitempty"`    // hash of the overlay it follows
	Card      string `json:"card,omitempty"`      // file of the model card, card.json
}

const manifestFile = "manifest.json"

// readManifest decodes and checks a manifest.
func readManifest(b []byte) (Manifest, error) {
	var m Manifest
	fault := func(line int, format string, args ...any) (Manifest, error) {
		return Manifest{}, &LineError{manifestFile, line, fmt.Sprintf(format, args...)}
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		at := dec.InputOffset()
		var syntax *json.SyntaxError
		var typed *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			at = syntax.Offset
		case errors.As(err, &typed):
			at = typed.Offset
		}
		return fault(1+bytes.Count(b[:min(int(at), len(b))], []byte{'\n'}), "%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if dec.More() {
		return fault(1+bytes.Count(b[:min(int(dec.InputOffset()), len(b))], []byte{'\n'}), "more than one JSON value")
	}
	at := func(key string) int { // the line of a key
		i := max(bytes.Index(b, []byte(`"`+key+`"`)), 0)
		return 1 + bytes.Count(b[:i], []byte{'\n'})
	}
	_, known := kindOrder[m.Kind]
	switch {
	case m.Format != OverlayFormat:
		return fault(at("format"), "format is %d, this version reads %d", m.Format, OverlayFormat)
	case !overlayName(m.Name):
		return fault(at("name"), "name %q is not 1 to 64 bytes of letters, digits and . _ -", m.Name)
	case !known:
		return fault(at("kind"), "kind %q is none of pack, learned, written", m.Kind)
	case m.Card != "" && m.Card != cardFile:
		return fault(at("card"), "card is %q, want %q", m.Card, cardFile)
	case m.Kind != Learned && (m.Task != "" || m.Exclusive || m.Replaces || m.Features != ""):
		return fault(at("kind"), "only a learned overlay has a task, exclusive, replaces and features")
	case m.Kind == Learned && m.Task != Sentiment && m.Task != Topics && m.Task != Intents:
		return fault(at("task"), "task %q is none of sentiment, topics, intents", m.Task)
	case m.Kind == Learned && m.Features == "":
		return fault(at("features"), "a learned overlay names the features it weighs")
	case m.Familiar < 0 || m.Familiar > 0 && m.Task != Sentiment:
		return fault(at("familiar"), "familiar is of a learned sentiment, and not below 0")
	case m.Task == Sentiment && (m.Exclusive || m.Replaces):
		return fault(at("task"), "exclusive and replaces are of topics and intents")
	case m.Exclusive && !m.Replaces:
		return fault(at("exclusive"), "an exclusive overlay replaces the labels below it")
	}
	return m, nil
}

func overlayName(name string) bool {
	if name == "" || len(name) > 64 || !utf8.ValidString(name) || name[0] == '.' {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("._-", r)
	})
}
