package analyzer_test

import (
	"strings"
	"testing"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// The texts are varied on purpose: a benchmark that reads one string in a loop measures the branch predictor.
var (
	shortEnglish = []string{
		"The delivery was two days late and nobody answered my emails, really disappointed with you.",
		"Love the new dashboard, it's so much faster and the export finally works without crashing!!",
		"Can you tell me how to change the email address on my account? I can't find it anywhere here",
		"Room was clean and quiet, breakfast a bit poor but the staff went above and beyond for us.",
		"I was charged twice for the same order, please refund one of them as soon as possible, thx.",
		"It's okay for the price I guess, nothing special, the battery could last a little longer tho",
		"Worst airline ever. Flight cancelled, 3 hours on hold and they lost my bag. Never again!!! 😡",
		"The course was well organised and the lecturer explains everything clearly, highly recommend",
	}
	shortVietnamese = []string{
		"Giao hàng chậm quá, đặt từ tuần trước mà giờ chưa nhận được, nhắn shop không trả lời luôn.",
		"Sản phẩm đẹp y hình, đóng gói cẩn thận, shop tư vấn nhiệt tình, sẽ ủng hộ shop dài dài ạ 😍",
		"sp dung tot, gia re, giao hang nhanh nhung hop bi mop mot chut, nv thi than thien de thuong",
		"Ứng dụng hay bị văng ra, đăng nhập mãi không được, cập nhật xong còn lỗi nhiều hơn trước nữa",
		"Thầy dạy dễ hiểu, nhiệt tình nhưng bài tập hơi nhiều, phòng học nóng và máy chiếu bị mờ ạ.",
		"Cho mình hỏi bao giờ có hàng lại vậy shop, mình cần mua 2 cái size M màu đen giao ở Đà Nẵng",
		"k hài lòng lắm, đt mới mua về 3 ngày đã nóng máy, pin tụt nhanh, gọi bảo hành thì hẹn mãi...",
		"Phòng sạch sẽ, view biển đẹp, bữa sáng nghèo nàn, nhân viên lễ tân thân thiện và hỗ trợ tốt",
	}
)

// long repeats the texts in changing order up to a length in bytes.
func long(texts []string, size int) []string {
	var out []string
	for shift := range texts {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(texts[(i*3+shift)%len(texts)])
			b.WriteByte(' ')
		}
		out = append(out, strings.ToValidUTF8(b.String()[:size], ""))
	}
	return out
}

func builtin(tb testing.TB) *analyzer.Analyzer {
	tb.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		tb.Fatal(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func BenchmarkAnalyze(b *testing.B) {
	a := builtin(b)
	for _, c := range []struct {
		name  string
		texts []string
	}{
		{"en/90", shortEnglish},
		{"vi/90", shortVietnamese},
		{"en/3800", long(shortEnglish, 3800)},
		{"vi/3800", long(shortVietnamese, 5000)}, // 3,800 characters
		{"en/1M", long(shortEnglish, 1_000_000)},
		{"vi/1M", long(shortVietnamese, 1_000_000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			size := 0
			for _, t := range c.texts {
				size += len(t)
			}
			b.SetBytes(int64(size / len(c.texts)))
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a.Analyze(analyzer.Input{Text: c.texts[i%len(c.texts)]})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}

func BenchmarkNew(b *testing.B) {
	lex, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := analyzer.New(lex); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoadLexicon(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lexicons.Load(lexicons.Files()); err != nil {
			b.Fatal(err)
		}
	}
}
