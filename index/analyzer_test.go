package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/lexicons"
	"golang.org/x/text/unicode/norm"
)

// real is the analyzer of the house.
func real(t testing.TB) *analyzer.Analyzer {
	t.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var realTexts = []string{
	"Giao hàng chậm quá, shop ko rep tin nhắn 😡 sp lỗi hoài",
	"giao hang cham qua, nhan vien ko nhiet tinh dau ạ",
	"Nhân viên nhiệt tình, thái độ phục vụ rất tốt. Sẽ ủng hộ shop dài dài!!!",
	"Delivery was late again and the driver didn't answer; refund please. Support is slow :(",
	"App bị crash liên tục từ khi update lên bản 2.3.1, login hoài ko được, otp gửi về trễ 5 phút",
	"Khoá học hữu ích, thuỷ sản tươi, hoà nhã",
	"mọi người nên đọc https://shop.example.vn/khuyen-mai trước khi mua, mail hotro@example.vn #giaohang @shopee giá 1.250.000đ",
	"đẹppppp quáaaaa, hàg okeee lắm luôn, dth xỉu",
	"Great product, terrible delivery. Giá hơi chát nhưng xài ok",
}

// TestRealWords: with the house's analyzer each word of a text finds the text, as written, decomposed, in capitals and without
// diacritics, and marks itself.
func TestRealWords(t *testing.T) {
	o := options()
	o.Tokenizer = real(t)
	x := mustOpen(t, t.TempDir(), o)
	for i, s := range realTexts {
		mustApply(t, x, changes(int64(i), record(fmt.Sprint(i), s)))
	}
	for i, text := range realTexts {
		for _, w := range words(o.Tokenizer, text) {
			word := text[w.start:w.end]
			if strings.ContainsAny(word, `:"()*~`) || strings.HasPrefix(word, "-") {
				word = `"` + word + `"`
			}
			for _, q := range []string{word, norm.NFD.String(word), strings.ToUpper(word), analyzer.Fold(word)} {
				ids := strings.Fields(found(t, x, q))
				if !slices.Contains(ids, fmt.Sprint(i)) {
					t.Errorf("%q of %q finds %v (indexed as %v, asked as %v)", q, text, ids, w, words(o.Tokenizer, q))
				}
			}
			if spans := x.Highlight(feedback.Query{Text: word}, record("", text)); len(spans) == 0 {
				t.Errorf("%q marks nothing in %q", word, text)
			}
		}
	}
	f := func(text, want string) {
		t.Helper()
		if got := sorted(found(t, x, text)); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
	f("giao hàng chậm", "0 1")
	f("giao hang cham", "0 1")
	f("không", "0 1 4")
	f("sản phẩm", "0")
	f("khóa học", "5")
	f("thủy sản hòa", "5")
	f("deliveries", "3 8")
	f("refunds -app", "3")
	f(`"nhan vien" nhiet tinh`, "1 2")
	f("đẹp", "7")
	f("😡", "0")
}
