package analyzer

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/lexicons"
)

func builtin(t testing.TB) *Analyzer {
	t.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(lex)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestNormalize(t *testing.T) {
	a := builtin(t)
	f := func(in, want string) {
		t.Helper()
		if got := a.Normalize(in, ToneKeep); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	// Chat spellings are written out in their writer's case.
	f("sp đẹp lắm, ko chê vào đâu đc", "sản phẩm đẹp lắm, không chê vào đâu được")
	f("Ko thích", "Không thích")
	f("HÀNG ĐẸP QUÁ TRỜI KO CHÊ ĐC", "HÀNG ĐẸP QUÁ TRỜI KHÔNG CHÊ ĐƯỢC")
	f("please reply, thx u", "please reply, thanks you")
	// Stretched letters are shortened, with the tone where it was put.
	f("đẹpppp quáaaaa", "đẹp quá")
	f("Hoà bìnhhh", "Hoà bình")
	f("ngonnnnn lắmmm", "ngon lắm")
	f("this is goooood", "this is good")
	f("ĐẸPPPP QUÁÁÁ", "ĐẸP QUÁ")
	// Letters are composed.
	f(norm.NFD.String("giao hàng chậm"), "giao hàng chậm")
	// Neighbours and company tell what a short form stands for.
	f("t nói m nghe nè", "tao nói mày nghe nè")
	f("m thấy ổn, cảm ơn shop", "mình thấy ổn, cảm ơn shop")
	f("mình kg biết, hết 2 kg gạo", "mình không biết, hết 2 kg gạo")
	f("em e thẹn, còn e thì đi", "em e thẹn, còn em thì đi")
	// What an input method left as keys is read as it was meant.
	f("mình ko bieets đi lowps nào", "mình không biết đi lớp nào")
	f("đi nước ngoaij, soo cute", "đi nước ngoại, soo cute")
	// Blanks and signs stay.
	f("  đc \t:)) \r", "  được \t:)) \r")
	f("", "")
}

// TestNormalizeKeepsStandardText holds texts that must come out byte for byte.
func TestNormalizeKeepsStandardText(t *testing.T) {
	a := builtin(t)
	for _, text := range []string{
		"Giao hàng nhanh, đóng gói cẩn thận, nhân viên nhiệt tình.",
		"Hoà bình và hòa bình, thuý và thúy đều đúng.",
		"Vitamin C của chị A ở khu B, lớp 5A, mục a) và b).",
		"UBND TP.HCM, nộp BHXH, chương VIII, hạng AAA, v.v., mở cửa 24/7, loại A/B",
		"Cách trung tâm 3 km, giá 50.000 đ, từ 8 h đến 17 h.",
		"Vợ chồng tôi ở bên hông chợ, gởi xe 5 tỉ đồng, kĩ lắm.",
		"The delivery was fast, the app is good and I will order again.",
		"Tôi đã check order trên Shopee và Facebook, feedback rất tốt.",
		"https://ko.vn/dc?sp=1 a.k@ko.vn @ko #ko",
		"xoong nồi, cái soóc, quần jean, anh Goòng",
		"日本語 emoji 👍🏽 ♥ \u200b nothing",
	} {
		if got := a.Normalize(text, ToneKeep); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestNormalizeTone(t *testing.T) {
	a := builtin(t)
	f := func(in, old, modern string) {
		t.Helper()
		if got := a.Normalize(in, ToneOld); got != old {
			t.Errorf("%q old: got %q, want %q", in, got, old)
		}
		if got := a.Normalize(in, ToneNew); got != modern {
			t.Errorf("%q new: got %q, want %q", in, got, modern)
		}
	}
	f("Hoà thúy khỏe QUỴ quý giá", "Hoà thuý khoẻ QUỴ quý giá", "Hòa thúy khỏe QUỴ quý giá")
	f("HÒA bình, toàn quốc, của, mùa", "HOÀ bình, toàn quốc, của, mùa", "HÒA bình, toàn quốc, của, mùa")
	f("café déjà vu, Zoë", "café déjà vu, Zoë", "café déjà vu, Zoë")
}

func FuzzNormalize(f *testing.F) {
	a := builtin(f)
	for _, s := range []string{"ko đc đẹpppp", "A\xffko", norm.NFD.String("HOÀÀÀ k."), "b/c a) \u200bzzz", "mmmmm 5sao u r gr8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tone := range []Tone{ToneKeep, ToneOld, ToneNew} {
			once := a.Normalize(text, tone)
			if utf8.ValidString(text) && !utf8.ValidString(once) {
				t.Errorf("%q became invalid: %q", text, once)
			}
			if utf8.ValidString(text) && !norm.NFC.IsNormalString(once) {
				t.Errorf("%q: %q is not composed", text, once)
			}
			if twice := a.Normalize(once, tone); twice != once {
				t.Errorf("%q: once %q, twice %q", text, once, twice)
			}
		}
	})
}

func TestNormalizeBySoundAndPlace(t *testing.T) {
	a := builtin(t)
	for in, want := range map[string]string{
		"K ăn được gì":          "Không ăn được gì",
		"A và B":                "A và B",
		"pé nhà mình thík lắm":  "bé nhà mình thích lắm",
		"bao h có hàng vậy":     "bao giờ có hàng vậy",
		"đau xương hông quá":    "đau xương hông quá",
		"mình hông biết nữa":    "mình không biết nữa",
		"khiến khách khó chịu":  "khiến khách khó chịu",
		"tuổi p. 14, quận 3":    "tuổi p. 14, quận 3",
		"Zề nhà rồi tính tiếp":  "Về nhà rồi tính tiếp",
		"trau dồi thêm kỹ năng": "trau dồi thêm kỹ năng",
	} {
		if got := a.Normalize(in, ToneKeep); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
