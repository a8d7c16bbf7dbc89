package analyzer

import (
	"strings"
	"testing"
	"time"
)

// The texts are of the length of a review.
var piiTexts = map[string][]string{
	"plain": {
		"Giao hàng chậm quá, đặt từ tuần trước mà giờ chưa nhận được, nhắn shop không trả lời luôn.",
		"Love the new dashboard, it's so much faster and the export finally works without crashing!",
		"Phòng sạch sẽ, view biển đẹp, bữa sáng nghèo nàn, nhân viên lễ tân thân thiện và hỗ trợ tốt",
		"Worst airline ever. Flight cancelled, hours on hold and they lost my bag. Never again!!! 😡",
	},
	"numbers": {
		"Mua 2 hộp giá 1.250.000đ ngày 12/05/2026, giao trễ 5 ngày, đơn #123456789 tổng đài 1900 1234",
		"Charged $1,250 on 2026-11-21 at 10:30 for order 123456789, version 3.2.1 still shows 500000",
		"Bị trừ 500000 vnd lúc 10:30, mã giao dịch 202611210012, gọi tổng đài 18001234 mất 20 phút",
		"Room 304, 2 nights, $340, booking reference 987654321, waited from 9:30 to 12:45 on 3/4/2026",
	},
	"personal": {
		"Gọi lại cho mình số 0912 345 678 nhé, mình chờ từ sáng tới giờ mà chưa thấy ai liên hệ cả",
		"My email is lan.nguyen@example.com and I still have not got the receipt for order 123456789",
		"Stk của mình 0071001234567 Vietcombank, hoàn 250.000đ vào đây giúp, sđt 0987654321 nha shop",
		"CCCD của mình là 001204567890, thẻ 4539 1488 0343 6467 bị trừ tiền hai lần, mở khóa giúp với",
	},
}

func BenchmarkPII(b *testing.B) {
	a := newBuiltin(b)
	for _, name := range []string{"plain", "numbers", "personal"} {
		b.Run(name, func(b *testing.B) {
			read := make([]*scratch, len(piiTexts[name]))
			for i, text := range piiTexts[name] {
				read[i] = &scratch{model: a.model}
				read[i].read(Input{Text: text})
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				read[i%len(read)].pii()
			}
		})
	}
}

// TestPIIAllocatesNothing holds texts without personal data to the promise of the hot path.
func TestPIIAllocatesNothing(t *testing.T) {
	a := newBuiltin(t)
	for _, name := range []string{"plain", "numbers"} {
		for _, text := range piiTexts[name] {
			s := &scratch{model: a.model}
			s.read(Input{Text: text})
			if got := s.pii(); len(got) > 0 {
				t.Errorf("%q: %v", text, got)
			}
			if n := testing.AllocsPerRun(100, func() { s.pii() }); n > 0 {
				t.Errorf("%q: %v allocations", text, n)
			}
		}
	}
}

// TestPIIIsLinear reads a quarter of a megabyte of what could make a finder go over the same text again and again.
func TestPIIIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	a := newBuiltin(t)
	for _, part := range []string{
		"0912345678 ", "0912345678/", "123456789 ", "1 ", "1.", "1-", "(1", "1:", "stk 123456, ", "123456789 stk ", "stk ", "@", "a@", "a@b.vn ", "a@b.vn", "a.", "x (at) ", "at ",
		"cmnd là số ", "0912 345 678 ", "4111 1111 1111 1111 ", "+", "+84 ", "sđt0912345678 ",
	} {
		s := &scratch{model: a.model}
		s.read(Input{Text: strings.Repeat(part, 1<<18/len(part))})
		start := time.Now()
		s.pii()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("a quarter of a megabyte of %q takes %v", part, took)
		}
	}
}
