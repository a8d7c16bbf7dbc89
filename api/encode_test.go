package api

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/thau-cx/thau/analyzer"
)

// standard writes a value the usual way.
func standard(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	must(t, e.Encode(v))
	return string(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
}

// TestEncode compares what is written by hand with encoding/json.
func TestEncode(t *testing.T) {
	for _, text := range benchTexts {
		a := built().Analyze(analyzer.Input{Text: text})
		for _, id := range []json.RawMessage{nil, json.RawMessage(`"i"`)} {
			if got, want := string(appendAnalyzed(nil, id, func(b []byte) []byte { return analyzer.AppendJSON(b, &a) })), standard(t, Analyzed{id, a}); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
}
