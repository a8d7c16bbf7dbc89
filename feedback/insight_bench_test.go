package feedback_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/store"
)

// benchRecords is how many records the benchmarks of insights read.
var benchRecords = flag.Int("records", 100_000, "records in the benchmarks of insights")

// What the generated feedback is made of: things, what is said of them, and how a text begins and ends, in both languages.
var (
	things = [2][]string{
		{"giao hàng", "đóng gói", "nhân viên", "tổng đài", "ứng dụng", "giá", "phí ship", "phòng", "món ăn", "sản phẩm", "chất lượng", "màu sắc", "hoàn tiền",
			"khuyến mãi", "mã OTP", "thanh toán", "đổi trả", "bảo hành", "hóa đơn", "wifi", "bãi đỗ xe", "nhà vệ sinh", "thẻ thành viên", "quà tặng", "pin", "màn hình"},
		{"delivery", "packaging", "staff", "support", "the app", "the price", "shipping fee", "the room", "the food", "quality", "the refund", "checkout", "login",
			"the update", "battery life", "the screen", "parking", "the invoice", "the warranty", "the course", "the driver", "the website"},
	}
	verdicts = [2][]string{
		{"rất tốt", "chậm quá", "tệ", "ổn", "nhiệt tình", "hơi đắt", "không như mô tả", "nhanh", "cẩn thận", "kém", "bị lỗi hoài", "tuyệt vời", "chưa nhận được",
			"cần cải thiện", "không ai trả lời", "sạch sẽ", "ồn ào", "đúng hẹn", "thiếu", "quá lâu"},
		{"was great", "was slow", "is terrible", "was fine", "was friendly", "is too expensive", "keeps crashing", "never arrived", "works well", "needs work",
			"is confusing", "was helpful", "was broken", "took forever", "is clean", "was on time"},
	}
	openings = [2][]string{
		{"", "", "Mình mua lần đầu,", "Lần này", "Shop ơi,", "Nói thật là", "Đặt hôm qua mà", "Theo mình thì", "Cả nhà đều thấy", "Tiếc là"},
		{"", "", "Honestly,", "Second time here and", "To be fair,", "We ordered twice and", "I have to say", "Sadly"},
	}
	endings = [2][]string{
		{"", "", "", "sẽ ủng hộ tiếp", "không quay lại nữa", "mong shop xem lại", "cảm ơn shop", "cho 5 sao", "thất vọng"},
		{"", "", "", "will come back", "never again", "thanks", "please fix it", "five stars"},
	}
	onsets, rimes = strings.Fields("b c d g h kh l m n ng nh ph s t th tr v x"), strings.Fields("a an ang ai ao e en eo i inh o on ong oi u un ung ua")
)

// benchText makes a text; a name that few others have is in one of three, for a real vocabulary has no end.
func benchText(random *rand.Rand) string {
	lang := random.IntN(10) / 7
	pick := func(list []string) string { return list[int(float64(len(list))*random.Float64()*random.Float64())] }
	parts := []string{pick(openings[lang])}
	for range 1 + random.IntN(4) {
		parts = append(parts, pick(things[lang])+" "+pick(verdicts[lang])+",")
	}
	if random.IntN(3) == 0 {
		name := func() string { return onsets[random.IntN(len(onsets))] + rimes[random.IntN(len(rimes))] }
		parts = append(parts, "tiệm "+name()+" "+name()+" "+name())
	}
	text := strings.TrimSpace(strings.Join(append(parts, pick(endings[lang])), " "))
	if lang == 0 && random.IntN(4) == 0 {
		text = analyzer.Fold(text)
	}
	return text
}

// benchService is a service with generated records, made once.
var benchService = sync.OnceValues(func() (*feedback.Service, error) {
	lex, err := lexicons.Builtin()
	if err != nil {
		return nil, err
	}
	a, err := analyzer.New(lex)
	if err != nil {
		return nil, err
	}
	dir, err := benchDir()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return nil, err
	}
	s, err := feedback.NewService(feedback.Config{Store: db, Analyzer: a})
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	next := func() (feedback.Line, error) {
		if n == *benchRecords {
			return feedback.Line{}, errEnd
		}
		n++
		at := begin.Add(time.Duration(random.IntN(300*24*60)) * time.Minute)
		return feedback.Line{N: n, Draft: feedback.Draft{
			ID: fmt.Sprint("r", n), Source: feedback.Sources[random.IntN(len(feedback.Sources))], Text: benchText(random), CollectedAt: &at,
			CustomerID: fmt.Sprint("c", random.IntN(*benchRecords/2)), Scores: map[string]feedback.Score{"nps": {Value: float64(random.IntN(11)), Max: 10}},
			Attributes: map[string]string{"plan": []string{"free", "pro", "team"}[random.IntN(3)]},
		}}, nil
	}
	return s, s.Ingest(context.Background(), next, func(feedback.Answer) error { return nil })
})

func benchInsight(b *testing.B, ask func(*feedback.Service) error) {
	s, err := benchService()
	if err != nil {
		b.Fatal(err)
	}
	if err := ask(s); err != nil { // what is read the first time stays in memory
		b.Fatal(err)
	}
	for b.Loop() {
		if err := ask(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkThemes(b *testing.B) {
	for name, f := range map[string]feedback.Filter{
		"all": {}, "sentiment": {Sentiment: []string{"negative"}}, "plan": {Attributes: map[string][]string{"plan": {"pro"}}},
	} {
		b.Run(name, func(b *testing.B) {
			benchInsight(b, func(s *feedback.Service) error {
				_, err := s.Themes(context.Background(), feedback.ThemesQuery{Filter: f})
				return err
			})
		})
	}
}

func BenchmarkEmerging(b *testing.B) {
	benchInsight(b, func(s *feedback.Service) error {
		_, err := s.Emerging(context.Background(), feedback.EmergingQuery{})
		return err
	})
}

func BenchmarkDrivers(b *testing.B) {
	benchInsight(b, func(s *feedback.Service) error {
		_, err := s.Drivers(context.Background(), feedback.DriversQuery{Metric: "nps"})
		return err
	})
}

func BenchmarkTrends(b *testing.B) {
	benchInsight(b, func(s *feedback.Service) error {
		_, err := s.Trends(context.Background(), feedback.TrendsQuery{Metric: "nps", By: "topic"})
		return err
	})
}

func BenchmarkCompare(b *testing.B) {
	benchInsight(b, func(s *feedback.Service) error {
		_, err := s.Segments(context.Background(), feedback.SegmentsQuery{By: "attr.plan", A: "pro", B: "free"})
		return err
	})
}
