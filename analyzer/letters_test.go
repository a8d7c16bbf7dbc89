package analyzer

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestLettersMatchUnicode(t *testing.T) {
	for r := rune(0); r < lettersEnd; r++ {
		l := letters[r]
		if l.key == 0 || r == 'ð' || r == 'Ð' || r == 'Ɖ' {
			continue
		}
		if want := composed[l.key][l.tone]; unicode.ToLower(r) != want {
			t.Errorf("%c: key %#x tone %d spells %c", r, l.key, l.tone, want)
		}
		if l.upper != unicode.IsUpper(r) {
			t.Errorf("%c: upper = %v", r, l.upper)
		}
		bare := []rune(norm.NFD.String(string(unicode.ToLower(r))))[0]
		if bare == 'đ' {
			bare = 'd'
		}
		if got := rune(foldByte[l.key]); got != bare {
			t.Errorf("%c folds to %c, want %c", r, got, bare)
		}
	}
}

func TestFold(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
		if got := Fold(norm.NFD.String(in)); got != want {
			t.Errorf("Fold(NFD %q) = %q, want %q", in, got, want)
		}
	}
	f("Giao Hàng CHẬM quá đi", "Giao Hang CHAM qua di")
	f("plain", "plain")
	f("Đường ướt", "Duong uot")
	f("日本", "日本")
}

func TestTonePlacement(t *testing.T) {
	f := func(modern, old string) {
		t.Helper()
		for _, in := range []string{modern, old, norm.NFD.String(modern)} {
			var s scratch
			s.scan(in, fieldText)
			if len(s.toks) != 1 {
				t.Fatalf("%q: %d tokens", in, len(s.toks))
			}
			key := s.key(&s.toks[0])
			if got := string(spell(nil, key, false)); got != modern {
				t.Errorf("%q: modern %q, want %q", in, got, modern)
			}
			if got := string(spell(nil, key, true)); got != old {
				t.Errorf("%q: old %q, want %q", in, got, old)
			}
		}
	}
	f("hòa", "hoà")
	f("khỏe", "khoẻ")
	f("thủy", "thuỷ")
	f("quý", "quý")
	f("giá", "giá")
	f("gì", "gì")
	f("giữ", "giữ")
	f("toán", "toán")
	f("hoàng", "hoàng")
	f("ngoài", "ngoài")
	f("khuỷu", "khuỷu")
	f("tuyệt", "tuyệt")
	f("người", "người")
	f("mua", "mua")
	f("của", "của")
	f("mía", "mía")
	f("quá", "quá")
	f("yếu", "yếu")
	f("xoáy", "xoáy")
}
