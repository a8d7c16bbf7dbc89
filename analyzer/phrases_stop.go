package analyzer

import (
	"strings"
	"sync"

	"github.com/thau-cx/thau/lexicons"
)

// Beside the stop words of the lexicon, some words make no phrase of note: everyday verbs of two syllables, times, forms of address.
const (
	dullVietnamese = `sử dụng, cảm thấy, cảm giác, trả lời, liên hệ, liên lạc, ủng hộ, quay lại, trở về, trở nên, nhận được, mong muốn,
		hi vọng, hy vọng, yêu cầu, đề nghị, cảm ơn, cám ơn, xin lỗi, bắt đầu, kết thúc, tiếp tục, quyết định, nhất định, đồng ý, lựa chọn,
		mong chờ, chờ đợi, nhìn thấy, nhận thấy, nhận ra, giúp đỡ, góp ý, kiểm tra, gặp phải, giới thiệu, đánh giá, trải nghiệm, xem xét,
		phản hồi, thông báo, tìm hiểu, hài lòng, thất vọng, tin tưởng, nghe đồn, nghe nói, không thể, bình thường, toàn bộ, khắp nơi,
		như in, bấy nhiêu, trời ơi, thừa nhận, cho phép, làm việc, hoàn toàn, rõ ràng, liên tục, thường xuyên, nhanh chóng, ngày càng,
		tuần trước, tháng trước, năm ngoái, tuần này, tháng này, năm nay, buổi sáng, buổi trưa, buổi chiều, buổi tối, hôm sau, ngày mai,
		thời gian, lần đầu, vấn đề, trường hợp, tình trạng, bà con, anh em, shop, ad, admin, cty, công ty mình, bên kia, ở đây, chỗ khác`
	dullEnglish = `lol, omg, imo, wow, thanks, thank, thx, sorry, monday, tuesday, wednesday, thursday, friday, saturday, sunday, half,
		twelve, keep, keeps, bit, mins, guy, guys, fact, reason, star, stars`
	// Words that say something only beside another: `giao trễ một tuần`, `delivery time`.
	paleVietnamese = `ngày, tuần, tháng, năm, giờ, phút, giây, tiếng, hôm, lần, lúc, đợt, dịp, sáng, trưa, chiều, tối, đêm, đồng, nghìn, ngàn, triệu, tỷ, tr,
		số, mã, phần, cuối, đầu, giữa, trước, sau, trên, dưới, trong, ngoài, tên, kiểu, dạng, mức, bước, trang, điểm, khoảng, tổng`
	paleEnglish = `day, days, week, weeks, month, months, year, years, hour, hours, minute, minutes, second, seconds, time, times, morning,
		evening, afternoon, night, nights, people, person`
)

// numerals begin an amount, which is no phrase (`một cục`, `hai mươi`).
var numerals = []string{"một", "hai", "mười", "mươi", "vài", "mấy"}

// phraseStops holds the words that stand in no phrase, after "vi", "en", "vi-bare" for those without marks, or "en-pale" for
// those that are none after a noun. Those that are dull are there again, after "vi-dull", "vi-bare-dull" and "en-dull", and "vi-pale" and
// "vi-bare-pale" are none by themselves.
var phraseStops = sync.OnceValue(func() map[string]bool {
	lex, err := lexicons.Builtin()
	if err != nil {
		panic("analyzer: " + err.Error()) // linked into the binary, and linted
	}
	stop := make(map[string]bool, 2048)
	add := func(lang string, words []string) {
		for _, w := range words {
			w = strings.TrimSpace(w)
			stop[lang+" "+w] = true
			if strings.HasPrefix(lang, "vi") {
				stop[strings.Replace(lang, "vi", "vi-bare", 1)+" "+Fold(w)] = true
			}
		}
	}
	for lang, words := range lex.Stopwords {
		add(lang, words)
	}
	for _, lang := range []string{"vi", "vi-dull"} {
		add(lang, strings.Split(dullVietnamese, ","))
	}
	for _, lang := range []string{"en", "en-dull"} {
		add(lang, strings.Split(dullEnglish, ","))
	}
	add("vi-pale", strings.Split(paleVietnamese, ","))
	add("en-pale", strings.Split(paleEnglish, ","))
	return stop
})

// isStop tells whether a word, in lower case, stands in no phrase.
func isStop(lang string, word []byte) bool {
	var room [phraseLong + 16]byte
	return phraseStops()[string(append(append(append(room[:0], lang...), ' '), word...))]
}

// amounts tells whether a Vietnamese word is an amount or a doubled syllable (`dài dài`), which only stresses.
func amounts(word string) bool {
	first, rest, several := strings.Cut(word, " ")
	if several && first == rest {
		return true
	}
	for _, n := range numerals {
		if first == n {
			return true
		}
	}
	return false
}
