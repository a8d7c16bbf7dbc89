package intake

import (
	"encoding/json"
	"reflect"
	"testing"
)

// oddLines are what the quick reader must take as encoding/json does or leave to it.
var oddLines = []string{
	`{}`, `{"text":"x"}`, ` { "id" : 7 , "text" : "a\u00e9\n" } `, `{"text":"a","text":"b"}`, `{"Text":"x"}`, `{"TEXT":null}`, `{"te\u0078t":"x"}`,
	`{"text":null}`, `{"id":null}`, `{"id":{"a": [1, 2]},"text":""}`, `{"lang":null}`, `{"lang":""}`, `{"lang":"vi","lang":"en"}`, `{"lang":5}`,
	`{"text":"x",}`, `{,}`, `{"text" "x"}`, `{"text":"x"} x`, `{"text":"x"}{}`, `[]`, `"x"`, `{"a":01}`, `{"a":1.}`, `{"a":tru}`, `{"a":}`, `{"a":-}`,
	`{"a":[1,]}`, `{"a":{"b":]}`, `{"a":"\x"}`, "{\"a\":\"\x01\"}", "{\"text\":\"\xff\"}", "{\"\xff\":1}", `{"ıd":1}`, `{"tiſle":1}`, `{"a":[[[]]],"text":"y"}`,
	`{"a":"\\","text":"\\\""}`, `{"text":"\ud83d"}`, `{"text":5}`, `{"title":["x"]}`, `{"id":"a b","text":"x"}`, `{"a":"]}","text":"x"}`, `{"a":["]"],"text":"x"}`, `{"`, `{"a`, `{"a":"`, `{"a":[`,
}

func FuzzReadText(f *testing.F) {
	for _, line := range oddLines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		got, ok := ReadText(line)
		if !ok {
			return
		}
		var want Text
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatalf("%q is wrong: %v", line, err)
		}
		got.Others = false
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", line, got, want)
		}
	})
}

// TestReadTextTakes tells that ordinary lines go the quick way.
func TestReadTextTakes(t *testing.T) {
	for _, line := range []string{
		`{"text":"Giao chậm"}`,
		`{"id":"a-1","source":"survey","text":"a \"b\"\n","scores":{"nps":9,"csat":null},"attributes":{"tags":["x"]},"lang":"vi"}`,
	} {
		if _, ok := ReadText([]byte(line)); !ok {
			t.Errorf("%s is left to encoding/json", line)
		}
	}
}
