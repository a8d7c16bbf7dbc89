package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/lexicons"
)

// fill sets every field below a value to something, so that a field which bodies do not keep is seen.
func fill(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			zone := time.FixedZone("", r.IntN(27)*3600-12*3600)
			v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<33), r.Int64N(1e9)).In(zone)))
			return
		}
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 3))
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 1 + r.IntN(3) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key)
			fill(r, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(json.Number(fmt.Sprint(r.Int64()))))
	case reflect.String:
		v.SetString([]string{"", "title", "tốt", "chậm quá 🙂", "\xff", knownNames[r.IntN(len(knownNames))], fmt.Sprint(r.IntN(9))}[r.IntN(7)])
	case reflect.Float64:
		v.SetFloat([]float64{0, math.Copysign(0, -1), 0.997, -2.123456, 1.0 / 3, 1e300, float64(r.IntN(100))}[r.IntN(7)])
	case reflect.Int:
		v.SetInt(int64(r.IntN(5) - 1))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	}
}

// TestBodyKeepsAll packs records with something in every field.
func TestBodyKeepsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var rec, got feedback.Record
		fill(r, reflect.ValueOf(&rec.Draft).Elem())
		fill(r, reflect.ValueOf(&rec.Analysis).Elem())
		if r.IntN(2) == 0 {
			rec.RuleTags = []string{"at_risk", "gấp"}
		}
		rec.Analysis.Terms = nil                                                                                   // in a table of their own
		rec.Metadata = map[string]any{"order": json.Number("12345678901234567890"), "tags": []any{"a", nil, true}} // JSON says what it can hold
		body, err := encodeBody(&rec)
		if err != nil {
			t.Fatal(err)
		}
		if err := decodeBody(string(body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rec, got); diff != "" || math.Signbit(rec.Analysis.Sentiment.Raw) != math.Signbit(got.Analysis.Sentiment.Raw) {
			t.Fatal(diff)
		}
		var sent feedback.Record
		if err := decodeDraft(string(body), &sent); err != nil || !cmp.Equal(sent.Draft, rec.Draft) || !cmp.Equal(sent.RuleTags, rec.RuleTags) {
			t.Fatal(err, cmp.Diff(sent.Draft, rec.Draft), sent.RuleTags)
		}
		for range 20 {
			cut := r.IntN(len(body))
			if err := decodeBody(string(body[:cut]), &got); err == nil {
				t.Fatalf("%d of %d bytes were read as a record", cut, len(body))
			}
		}
		for range 50 { // what it is read as does not matter, but that it is read without a panic
			body[r.IntN(len(body))] = byte(r.IntN(256))
			_ = decodeBody(string(body), &got)
		}
	}
}

// TestBodyOfTexts packs what the analyzer reads in real texts, which comes back as it was, in a fourth of the room of its JSON, and reads the
// bodies that were JSON.
func TestBodyOfTexts(t *testing.T) {
	lexicon, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(lexicon)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../testdata/search/records.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")[1:]
	packed, full := 0, 0
	for i, line := range lines {
		text := line[strings.LastIndexByte(line, '\t')+1:]
		rec := feedback.Record{Draft: feedback.Draft{ID: fmt.Sprint(i), Title: "Tệ quá", Text: text}, Analysis: a.Analyze(analyzer.Input{Title: "Tệ quá", Text: text})}
		body, err := encodeBody(&rec)
		if err != nil {
			t.Fatal(err)
		}
		draft, err := json.Marshal(rec.Draft)
		if err != nil {
			t.Fatal(err)
		}
		old := fmt.Sprintf(`%s,"analysis":%s}`, strings.TrimSuffix(string(draft), "}"), analyzer.AppendJSON(nil, &rec.Analysis))
		packed, full = packed+len(body), full+len(old)
		for _, b := range []string{string(body), old} {
			var got feedback.Record
			if err := decodeBody(b, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rec, got); diff != "" {
				t.Fatalf("%s: %s", line, diff)
			}
		}
	}
	if len(lines) < 1000 || packed > full/4 {
		t.Errorf("%d records take %d bytes, and %d as JSON", len(lines), packed, full)
	}
}

// TestKnownNames holds the numbers that bodies on disk keep: those of the first words never change.
func TestKnownNames(t *testing.T) {
	const first, want = 213, "12a22bc920b2421e"
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(knownNames[:first], "\n"))))[:16]
	if sum != want || len(knownNumbers) != len(knownNames) {
		t.Errorf("the first %d of %d words hash to %s, not %s, or one stands there twice", first, len(knownNames), sum, want)
	}
}

func BenchmarkBody(b *testing.B) {
	lexicon, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	a, err := analyzer.New(lexicon)
	if err != nil {
		b.Fatal(err)
	}
	text := "Giao hàng chậm quá, gọi tổng đài ba lần không ai nghe máy, lần sau chắc mình không mua nữa đâu. The app crashes when I pay."
	rec := feedback.Record{Draft: feedback.Draft{ID: "import:0000001", Text: text}, Analysis: a.Analyze(analyzer.Input{Text: text})}
	var body []byte
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			if body, err = encodeBody(&rec); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(body)), "bytes")
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			var got feedback.Record
			if err := decodeBody(string(body), &got); err != nil {
				b.Fatal(err)
			}
		}
	})
}
