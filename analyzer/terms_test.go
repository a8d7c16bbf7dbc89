package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
)

// termList writes terms out.
func termList(terms []analyzer.Term) string {
	var out []string
	for _, t := range terms {
		out = append(out, t.Text)
	}
	return strings.Join(out, ", ")
}

func TestTerms(t *testing.T) {
	a := builtin(t)
	f := func(text, want string) {
		t.Helper()
		got := a.Terms(analyzer.Input{Text: text})
		if termList(got) != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, termList(got), want)
		}
	}
	f("Giao hàng rất chậm", "giao hàng, giao hàng chậm")
	f("Nhân viên không nhiệt tình, shop chưa hoàn tiền cho mình", "nhân viên, không nhiệt tình, nhiệt tình, chưa hoàn tiền, hoàn tiền")
	f("giao hang cham qua, nhan vien khong nhiet tinh", "giao hang, giao hang cham, cham, nhan vien, khong nhiet tinh, nhiet tinh")
	f("sp tệ, k có phản hồi, app lag", "sản phẩm, sản phẩm tệ, không phản hồi, app, app lag, lag")
	f("The delivery was very late and support never answered.", "delivery, delivery late, late, support, never answered")
	f("App doesn't work. Keeps crashing!", "app, doesn't work, keeps crashing, crashing")
	f("Phí ship cao", "phí, phí ship, ship, ship cao, cao")
	f("", "")
	f("😀 123 !!!", "")
}

// Spellings of one term share its key.
func TestTermKeys(t *testing.T) {
	a := builtin(t)
	has := func(text, term string) (uint32, bool) {
		for _, x := range a.Terms(analyzer.Input{Text: text}) {
			if x.Text == term {
				return x.Key, true
			}
		}
		return 0, false
	}
	same := func(text1, term1, text2, term2 string) {
		t.Helper()
		x, ok1 := has(text1, term1)
		y, ok2 := has(text2, term2)
		if !ok1 || !ok2 || x != y {
			t.Errorf("%q of %q is %x (%v), %q of %q is %x (%v)", term1, text1, x, ok1, term2, text2, y, ok2)
		}
	}
	same("Giao hàng chậm", "giao hàng chậm", "Giao hàng rất là chậm", "giao hàng chậm")
	same("Giao hàng chậm", "giao hàng chậm", "giao hang cham qua shop oi", "giao hang cham")
	same("The delivery was late", "delivery late", "Late? Deliveries were late again", "deliveries late")
	same("app lag quá, mở hoài không được", "app", "app lag qua mo hoai khong duoc", "app")
	same("cập nhật bản update xong là hỏng", "update", "The updates broke everything", "updates")
	same("It doesn't work", "doesn't work", "Not working at all", "not working")
	same("mình chưa nhận được hàng", "chưa nhận", "minh chua nhan duoc hang", "chua nhan")

	bare, ok := has("banh mi bi moc", "moc")
	if !ok || bare != analyzer.BareKey("mốc") {
		t.Errorf("moc is %x (%v), the bare key of mốc %x", bare, ok, analyzer.BareKey("mốc"))
	}
	marked, ok := has("món ăn nguội", "nguội")
	if forms := analyzer.Accented("nguoi"); !ok || !slices.Contains(forms, "nguội") || marked != analyzer.WordKey("nguội") {
		t.Errorf("nguội (%v) is not among the %d ways to write nguoi, or has another key", ok, len(forms))
	}
	if forms := analyzer.Accented("đắt"); len(forms) != 36 || forms[0] != "dat" || !slices.Contains(forms, "đất") {
		t.Errorf("%d ways to write dat, want 36", len(forms))
	}
}

// The keys of an analysis are those of the terms, spans are inside, and nothing depends on the order of work.
func TestTermsProperties(t *testing.T) {
	a := builtin(t)
	parts := rapid.SampledFrom([]string{"giao hàng", "chậm", "không", "ko", "rất", "giao hang cham", "the delivery", "was late", "don't", "work", ".", ",", "\n", "😡", "0901234567", "\xff", "ẤN TƯỢNG", "sp", "đẹpppp"})
	rapid.Check(t, func(t *rapid.T) {
		in := analyzer.Input{
			Title: strings.Join(rapid.SliceOfN(parts, 0, 4).Draw(t, "title"), " "),
			Text:  strings.Join(rapid.SliceOfN(parts, 0, 30).Draw(t, "text"), " "),
			Terms: true,
		}
		an := a.Analyze(in)
		terms := a.Terms(in)
		var keys []uint32
		for _, x := range terms {
			keys = append(keys, x.Key)
			runes := []rune(in.Text)
			if x.Field == "title" {
				runes = []rune(in.Title)
			}
			if x.Start < 0 || x.End <= x.Start || x.End > len(runes) {
				t.Fatalf("%+v lies outside of %q", x, string(runes))
			}
		}
		slices.Sort(keys)
		if keys = slices.Compact(keys); an.Terms == nil || len(keys) <= 64 && !slices.Equal(keys, an.Terms.Keys) {
			t.Fatalf("keys %x, terms %x", an.Terms, keys)
		}
	})
}

func TestSketch(t *testing.T) {
	a := builtin(t)
	sketch := func(text string) analyzer.Sketch {
		return a.Analyze(analyzer.Input{Text: text, Terms: true}).Terms.Sketch
	}
	const long = "Shop giao hàng rất nhanh, đóng gói cẩn thận, sản phẩm đúng như mô tả, sẽ ủng hộ shop lần sau, mã đơn hàng của mình là %d nhé shop"
	x, y := sketch(fmt.Sprintf(long, 18233)), sketch(fmt.Sprintf(long, 99120))
	if n := x.Alike(y); n < 6 {
		t.Errorf("near copies share %d places", n)
	}
	if n := x.Alike(sketch("Món ăn nguội ngắt, phục vụ chậm, gọi mãi không ai ra, lần sau không quay lại quán này nữa đâu nhé mọi người")); n > 2 {
		t.Errorf("different texts share %d places", n)
	}
	if sketch("Sản phẩm tốt") != (analyzer.Sketch{}) {
		t.Error("a short text is taken for a copy")
	}
}
