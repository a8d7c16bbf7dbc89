package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer/segment"
)

// sentence is a segmented sentence: syllables, and whether each continues the word before.
type sentence struct {
	syl  []segment.Syllable
	gold []bool
}

// readSentences reads one sentence a line: words parted by blanks, syllables of a word joined by `_`.
func readSentences(file string) ([]sentence, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var out []sentence
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		out = append(out, parse(line))
	}
	return out, nil
}

// readFolder reads the sentences of every .txt file of a folder.
func readFolder(dir string) ([]sentence, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no segmented sentences in %s", dir)
	}
	var out []sentence
	for _, f := range files {
		s, err := readSentences(f)
		if err != nil {
			return nil, err
		}
		out = append(out, s...)
	}
	return out, nil
}

func parse(line string) sentence {
	var s sentence
	for _, word := range strings.Fields(line) {
		on := false
		for _, t := range strings.Split(word, "_") {
			if t == "" {
				continue
			}
			s.syl = append(s.syl, segment.Syllable{Norm: []byte(normalise(t)), Shape: shapeOf(t)})
			s.gold = append(s.gold, on)
			on = true
		}
	}
	return s
}

// plain gives the sentence as typed without diacritics.
func (s sentence) plain() sentence {
	t := sentence{syl: make([]segment.Syllable, len(s.syl)), gold: s.gold}
	for i, x := range s.syl {
		t.syl[i] = segment.Syllable{Norm: []byte(strip(string(x.Norm))), Shape: x.Shape, GapBefore: x.GapBefore}
	}
	return t
}

// lower gives the sentence as typed without capitals.
func (s sentence) lower() sentence {
	t := sentence{syl: make([]segment.Syllable, len(s.syl)), gold: s.gold}
	for i, x := range s.syl {
		t.syl[i] = x
		if x.Shape == segment.Capital || x.Shape == segment.Upper {
			t.syl[i].Shape = segment.Lower
		}
	}
	return t
}

// render writes syllables i to j with the given joins.
func (s sentence) render(join []bool, i, j int) string {
	var b strings.Builder
	for k := i; k < j; k++ {
		switch {
		case k == i:
		case join[k]:
			b.WriteByte('_')
		default:
			b.WriteByte(' ')
		}
		b.Write(s.syl[k].Norm)
	}
	return b.String()
}

// words gives the words of two syllables or more, in normal form with blanks.
func (s sentence) words() []string {
	var out []string
	for i := 0; i < len(s.syl); {
		j := i + 1
		for j < len(s.syl) && s.gold[j] {
			j++
		}
		if j-i > 1 {
			parts := make([]string, 0, j-i)
			for _, x := range s.syl[i:j] {
				parts = append(parts, string(x.Norm))
			}
			out = append(out, strings.Join(parts, " "))
		}
		i = j
	}
	return out
}

// modern moves the tone mark of oa, oe, uy in open syllables to the first vowel.
var modern = strings.NewReplacer(
	"oà", "òa", "oá", "óa", "oả", "ỏa", "oã", "õa", "oạ", "ọa",
	"oè", "òe", "oé", "óe", "oẻ", "ỏe", "oẽ", "õe", "oẹ", "ọe",
	"uỳ", "ùy", "uý", "úy", "uỷ", "ủy", "uỹ", "ũy", "uỵ", "ụy",
)

// normalise gives the normal form of a syllable: NFC, lower case, modern tone placement.
func normalise(s string) string {
	s = strings.ToLower(norm.NFC.String(s))
	if r, _ := utf8.DecodeLastRuneInString(s); unicode.IsLetter(r) && !strings.HasPrefix(s, "qu") {
		if n := len(s) - utf8.RuneLen(r); n > 0 && strings.ContainsAny(s[n-1:n], "ou") {
			return s[:n-1] + modern.Replace(s[n-1:])
		}
	}
	return s
}

// strip removes the diacritics of a normal form.
func strip(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shapeOf tells how a token was typed.
func shapeOf(s string) segment.Shape {
	letters, capitals, digits, rest := 0, 0, 0, 0
	firstCapital := false
	for i, r := range norm.NFC.String(s) {
		switch {
		case unicode.IsUpper(r):
			letters++
			capitals++
			firstCapital = firstCapital || i == 0
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		default:
			rest++
		}
	}
	switch {
	case letters == 0 && digits == 0:
		return segment.Punct
	case digits > 0:
		return segment.Digit
	case rest > 0:
		return segment.Other
	case capitals == 0:
		return segment.Lower
	case capitals == letters && letters > 1:
		return segment.Upper
	case capitals == 1 && firstCapital:
		return segment.Capital
	}
	return segment.Other
}

// letters is the form under which two texts count as the same: letters and digits, lower case.
func letters(s string) string {
	var b bytes.Buffer
	for _, r := range strings.ToLower(norm.NFC.String(s)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func mustNot(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
}
