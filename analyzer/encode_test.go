package analyzer

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// standard writes a value the usual way.
func standard(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
}

var oddStrings = []string{"", "x", "giao chậm", "<a href=\"x\">&</a>", "\x00\x01\b\f\n\r\t\x1f\x7f\\", "a\xffb\xc3", "\u2028\u2029\u2027\ufffd", "😡", "\xed\xa0\x80"}

var oddNumbers = []float64{0, math.Copysign(0, -1), 1, -1, 0.1, 0.3, -2.4, 0.000001, -0.000001, 0.0000005, 1e-7, 1e21, 1e20, 123456789.123456, 1.0 / 3, 0.1 + 0.2, 99999999.999999, 1e14, 5e-324, math.MaxFloat64, 0.999999, 1e8 + 0.000001}

// fillIn sets everything in a value, at random.
func fillIn(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") != "-" { // those are not written
				fillIn(r, v.Field(i))
			}
		}
	case reflect.Slice:
		if n := r.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range v.Len() {
				fillIn(r, v.Index(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			fillIn(r, v.Index(i))
		}
	case reflect.Map:
		if n := r.IntN(7); n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n - 1 {
				key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fillIn(r, key)
				fillIn(r, value)
				v.SetMapIndex(key, value)
			}
		}
	case reflect.String:
		v.SetString(oddStrings[r.IntN(len(oddStrings))])
	case reflect.Float64:
		switch r.IntN(3) {
		case 0:
			v.SetFloat(oddNumbers[r.IntN(len(oddNumbers))])
		case 1:
			v.SetFloat(math.Round(r.NormFloat64()*1e6) / 1e6)
		default:
			v.SetFloat(r.NormFloat64())
		}
	case reflect.Int:
		v.SetInt(int64(r.IntN(1000) - 10))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	default:
		panic("an analysis has a new kind of field: " + v.Kind().String())
	}
}

// TestAppendJSON compares the encoder with encoding/json over every field of an analysis: one that is new and forgotten shows at once.
func TestAppendJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var a Analysis
		fillIn(r, reflect.ValueOf(&a).Elem())
		if got, want := string(AppendJSON([]byte("x"), &a)), "x"+standard(t, a); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

func FuzzEncodeNumber(f *testing.F) {
	for _, v := range oddNumbers {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		for _, v := range []float64{v, math.Round(v*1e6) / 1e6, math.Round(v*1e3) / 1e3} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			if got, want := string(appendNumber(nil, v)), standard(t, v); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	})
}

func FuzzEncodeString(f *testing.F) {
	for _, s := range oddStrings {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := string(appendString(nil, s)), standard(t, s); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// TestAppendAnalysis holds that writing an Analysis at once gives the bytes of making and writing it, however the lists were used before.
func TestAppendAnalysis(t *testing.T) {
	a := builtin(t)
	texts := []string{"", "Giao hàng chậm quá, nhân viên không nhiệt tình!", "great but slow", "\xff\xfe", strings.Repeat("shop giao hàng chậm, app hay bị lỗi. ", 400), "😡😡", "Tốt"}
	for range 3 {
		for _, text := range texts {
			in := Input{Title: text[:len(text)/2], Text: text, Phrases: len(text) < 100}
			found := a.Analyze(in)
			if got, want := string(a.AppendAnalysis([]byte("x"), in)), "x"+string(AppendJSON(nil, &found)); got != want {
				t.Fatalf("%.40q:\ngot  %s\nwant %s", text, got, want)
			}
		}
	}
}
