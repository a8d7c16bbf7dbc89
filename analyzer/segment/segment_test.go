package segment_test

import (
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer/segment"
	"github.com/thau-cx/thau/lexicons"
)

var builtin = sync.OnceValue(func() *segment.Segmenter {
	s, err := segment.New(lexicons.Segment())
	if err != nil {
		panic(err)
	}
	return s
})

// newPlacement moves the tone mark of oa, oe, uy in open syllables to the first vowel.
var newPlacement = map[string]string{
	"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
	"oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
	"uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}

func normalise(s string) string {
	s = strings.ToLower(norm.NFC.String(s))
	if strings.HasPrefix(s, "qu") {
		return s
	}
	for old, modern := range newPlacement {
		if strings.HasSuffix(s, old) {
			return strings.TrimSuffix(s, old) + modern
		}
	}
	return s
}

func oldPlacement(s string) string {
	for old, modern := range newPlacement {
		if strings.HasSuffix(s, modern) && !strings.HasPrefix(s, "qu") {
			return strings.TrimSuffix(s, modern) + old
		}
	}
	return s
}

func strip(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

func shapeOf(s string) segment.Shape {
	letters, capitals, digits, others := 0, 0, 0, 0
	s = norm.NFC.String(s)
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			capitals++
			letters++
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		default:
			others++
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case letters+digits == 0:
		return segment.Punct
	case digits > 0:
		return segment.Digit
	case others > 0:
		return segment.Other
	case capitals == 0:
		return segment.Lower
	case capitals == letters && letters > 1:
		return segment.Upper
	case capitals == 1 && unicode.IsUpper(first):
		return segment.Capital
	}
	return segment.Other
}

// sentence is a segmented line read back into syllables.
type sentence struct {
	typed []string
	gold  []bool
}

func parse(line string) sentence {
	var s sentence
	for _, w := range strings.Fields(line) {
		on := false
		for _, t := range strings.Split(w, "_") {
			if t != "" {
				s.typed = append(s.typed, t)
				s.gold = append(s.gold, on)
				on = true
			}
		}
	}
	return s
}

// as gives the sentence typed another way.
func (s sentence) as(change func(string) string) sentence {
	t := sentence{gold: s.gold, typed: make([]string, len(s.typed))}
	for i, x := range s.typed {
		t.typed[i] = change(x)
	}
	return t
}

func (s sentence) syllables() []segment.Syllable {
	out := make([]segment.Syllable, len(s.typed))
	for i, t := range s.typed {
		out[i] = segment.Syllable{Norm: []byte(normalise(t)), Shape: shapeOf(t)}
	}
	return out
}

func (s sentence) join(seg *segment.Segmenter) []bool {
	syl := s.syllables()
	join := make([]bool, len(syl))
	var scratch segment.Scratch
	seg.Join(syl, join, &scratch)
	return join
}

func words(seg *segment.Segmenter, text string) string {
	s := parse(text)
	var b strings.Builder
	for i, on := range s.join(seg) {
		if i > 0 && on {
			b.WriteByte('_')
		} else if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.typed[i])
	}
	return b.String()
}

func TestWordsStayApart(t *testing.T) {
	for _, want := range []string{
		"phòng không có view",
		"Phòng không có cửa_sổ",
		"hàng không đẹp như hình",
		"hàng không giống hình",
		"nhân_viên không nhiệt_tình",
		"món này không ngon",
		"mình chưa nhận được hàng",
		"chẳng ai trả_lời",
		"đừng mua ở đây",
		"giá k rẻ",
		"shop ko trả_lời",
		"tay không đau",
		"không_gian thoáng_mát",
		"không_khí trong_lành",
		"hãng hàng_không",
		"dịch_vụ hàng_không",
		"phong khong co view",
		"hang khong dep nhu hinh",
		"the app is very good and the support team never answers",
	} {
		if got := words(builtin(), strings.ReplaceAll(want, "_", " ")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestJoinInvariance(t *testing.T) {
	for _, line := range golden(t) {
		s := parse(line)
		want := s.join(builtin())
		for name, change := range map[string]func(string) string{
			"decomposed":         norm.NFD.String,
			"old tone placement": func(x string) string { return oldPlacement(x) },
		} {
			if got := s.as(change).join(builtin()); !equal(got, want) {
				t.Errorf("%s changes %q", name, line)
			}
		}
		if upper, lower := s.as(strings.ToUpper).join(builtin()), s.as(strings.ToLower).join(builtin()); !equal(upper, lower) {
			t.Errorf("capitals change %q", line)
		}
	}
}

func TestJoinNeverCrossesGap(t *testing.T) {
	seg := builtin().With("ba bốn năm", "hai ba")
	for _, line := range golden(t) {
		s := parse(line)
		syl := s.syllables()
		for i := range syl {
			syl[i].GapBefore = i%3 == 0
		}
		join := make([]bool, len(syl))
		var scratch segment.Scratch
		seg.Join(syl, join, &scratch)
		check(t, syl, join)
	}
}

// check holds what is true of every answer.
func check(t *testing.T, syl []segment.Syllable, join []bool) {
	t.Helper()
	for i, on := range join {
		switch {
		case !on:
		case i == 0:
			t.Error("the first syllable is joined")
		case syl[i].GapBefore:
			t.Errorf("a join across the gap before %q", syl[i].Norm)
		case syl[i].Shape == segment.Punct || syl[i-1].Shape == segment.Punct:
			t.Errorf("a join across punctuation at %q", syl[i].Norm)
		}
	}
}

func TestWithCustomWords(t *testing.T) {
	seg := builtin().With("gói siêu tốc", "ví trả sau", "trả")
	for text, want := range map[string]string{
		"tôi mua gói siêu tốc rồi": "tôi mua gói_siêu_tốc rồi",
		"toi dung vi tra sau":      "toi dung vi_tra_sau",
	} {
		if got := words(seg, text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if words(builtin(), "ví trả sau") == "ví_trả_sau" {
		t.Error("a custom word reached the segmenter it was laid over")
	}
}

func TestNewRefusesBadData(t *testing.T) {
	for name, d := range map[string]lexicons.SegmentData{
		"one syllable":  {Words: "nhà\n"},
		"double blank":  {Words: "nhà  cửa\n"},
		"cut model":     {Model: []byte("thauseg2")},
		"foreign model": {Model: make([]byte, 1<<18+8)},
		"bad count":     {Syllables: "nhà\tx\t1\n"},
	} {
		if _, err := segment.New(d); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestJoinByListsAlone(t *testing.T) {
	seg, err := segment.New(lexicons.SegmentData{Words: "cửa hàng\ngiao hàng\nnhân viên\n"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := words(seg, "nhân viên cửa hàng giao hàng"), "nhân_viên cửa_hàng giao_hàng"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJoinAllocatesNothing(t *testing.T) {
	seg := builtin()
	syl := parse(strings.Join(golden(t), " ")).syllables()
	join := make([]bool, len(syl))
	var scratch segment.Scratch
	seg.Join(syl, join, &scratch)
	if n := testing.AllocsPerRun(20, func() { seg.Join(syl, join, &scratch) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}

func TestJoinLongText(t *testing.T) {
	s := parse(strings.Repeat("giao hàng nhanh , nhân viên nhiệt tình . ", 1000))
	join := s.join(builtin())
	short := parse("giao hàng nhanh , nhân viên nhiệt tình .").join(builtin())
	for i, on := range join {
		if on != short[i%len(short)] {
			t.Fatalf("syllable %d differs from the same clause alone", i)
		}
	}
}

func equal(a, b []bool) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

func FuzzJoin(f *testing.F) {
	f.Add("giao hàng nhanh", uint8(0))
	f.Add("PHÒNG KHÔNG có view :)) 000 85 .", uint8(3))
	f.Add("\xff\xfe a", uint8(1))
	f.Fuzz(func(t *testing.T, text string, gaps uint8) {
		s := parse(text)
		syl := s.syllables()
		for i := range syl {
			syl[i].GapBefore = gaps>>(i%8)&1 == 1
		}
		join := make([]bool, len(syl))
		var scratch segment.Scratch
		builtin().Join(syl, join, &scratch)
		check(t, syl, join)
	})
}
