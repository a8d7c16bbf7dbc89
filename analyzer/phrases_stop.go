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
		thời gian, lần đầu, vấn đề, trường hợp, tình trạng, bà con, anh em, shop, ad, admin, cty, công ty mình, bên kia, ở đây, chỗ khác, ok, oke, okie`
	dullEnglish = `lol, omg, imo, wow, thanks, thank, thx, sorry, monday, tuesday, wednesday, thursday, friday, saturday, sunday, half,
		twelve, keep, keeps, bit, mins, guy, guys, fact, reason, star, stars`
	// Words that say something only beside another: `giao trễ một tuần`, `delivery time`.
	paleVietnamese = `ngày, tuần, tháng, năm, giờ, phút, giây, tiếng, hôm, lần, lúc, đợt, dịp, sáng, trưa, chiều, tối, đêm, đồng, nghìn, ngàn, triệu, tỷ, tr,
		số, mã, phần, cuối, đầu, giữa, trước, sau, trên, dưới, trong, ngoài, tên, kiểu, dạng, mức, bước, trang, điểm, khoảng, tổng`
	// Verbs of one syllable that only say what is done to a thing. Without marks they may be others (`tra` is trả and trà), so those count.
	paleVerbs   = `bán, báo, bấm, bật, chọn, chuyển, dùng, đặt, đổi, đưa, ghi, gọi, gửi, hỏi, hoàn, làm, lấy, mở, mua, nhận, nhắn, sang, tìm, trả, trừ, xem, xin`
	paleEnglish = `day, days, week, weeks, month, months, year, years, hour, hours, minute, minutes, second, seconds, time, times, morning,
		evening, afternoon, night, nights, people, person,
		new, old, big, small, long, short, able, full, different, three, four, five, six, seven, eight, nine, ten, hundred, thousand, part, parts,
		ask, asked, asking, asks, call, called, calling, calls, show, showed, shown, shows, showing, turn, turned, turns, turning, arrive, arrived, arrives,
		receive, received, receives, receiving, happen, happened, happens, start, started, starts, starting, stop, stopped, stops, send, sent, sends, sending,
		bring, brought, buy, bought, buying, find, found, finding, look, looked, looking, looks, know, knew, known, knows, think, thought, feel, felt, feels,
		leave, left, leaving, hold, held, talk, talked, talking, speak, spoke, reply, replied, answered, wait, waited, waiting, work, worked, works,
		working, changed, open, opened, opens, opening, close, closed, closes, add, added, remove, removed, click, clicked, set, pick, picked, run, runs, running,
		hope, expect, expected, believe, ended, finally, check, checked, checking, move, moved, need, needed, write, wrote, written, read, pass, passed`
)

// numerals begin an amount, which is no phrase (`một cục`, `hai mươi`).
var numerals = []string{"một", "hai", "mười", "mươi", "vài", "mấy"}

// wordTrait says what a word is in phrases and terms.
type wordTrait uint8

const (
	wordStops wordTrait = 1 << iota // stands in no phrase
	wordDull                        // … but may stand in a pair of words
	wordPale                        // is no phrase by itself
)

// stopWords are words with traits, by their lower case.
type stopWords struct {
	vietnamese, english map[string]wordTrait
	bare                map[string]wordTrait // Vietnamese ones without marks, for texts typed so
}

// stops is laid out when it is first asked for.
var stops = sync.OnceValue(func() stopWords {
	lex, err := lexicons.Builtin()
	if err != nil {
		panic("analyzer: " + err.Error()) // linked into the binary, and linted
	}
	w := stopWords{make(map[string]wordTrait, 1024), make(map[string]wordTrait, 1024), make(map[string]wordTrait, 1024)}
	vietnamese := func(words []string, trait wordTrait) {
		for _, word := range words {
			word = strings.TrimSpace(word)
			w.vietnamese[word] |= trait
			w.bare[Fold(word)] |= trait
		}
	}
	english := func(words []string, trait wordTrait) {
		for _, word := range words {
			w.english[strings.TrimSpace(word)] |= trait
		}
	}
	vietnamese(lex.Stopwords["vi"], wordStops)
	vietnamese(strings.Split(dullVietnamese, ","), wordStops|wordDull)
	vietnamese(strings.Split(paleVietnamese, ","), wordPale)
	for word := range strings.SplitSeq(paleVerbs, ",") {
		w.vietnamese[strings.TrimSpace(word)] |= wordPale
	}
	english(lex.Stopwords["en"], wordStops)
	english(strings.Split(dullEnglish, ","), wordStops|wordDull)
	english(strings.Split(paleEnglish, ","), wordPale)
	return w
})

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
