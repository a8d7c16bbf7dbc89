package analyzer_test

import (
	"slices"
	"testing"

	"github.com/thau-cx/thau/analyzer"
)

// TestSpeechActs holds what a sentence does to the place and the company of its words: the same words ask, tell, deny or report.
func TestSpeechActs(t *testing.T) {
	a := builtin(t)
	f := func(text, intent string, want bool) {
		t.Helper()
		got := a.Analyze(analyzer.Input{Text: text}).Intents
		if has := slices.ContainsFunc(got, func(in analyzer.Intent) bool { return in.Sure && in.ID == intent }); has != want {
			t.Errorf("%q is sure to be %s: %v, want %v; read %v", text, intent, has, want, got)
		}
	}
	f("Gửi em bản sao với ạ.", "request", true)
	f("Dạ shop ơi, gửi em bản sao nhé.", "request", true)
	f("gui em ban sao voi a", "request", true)
	f("Em gửi bản sao rồi ạ.", "request", false)
	f("Nhân viên bảo sẽ gửi bản sao.", "request", false)
	f("Hi, move my booking to Friday.", "request", true)
	f("They promised to send it on Friday.", "request", false)
	f("Could you change my address?", "request", true)
	f("Could you change my address?", "question", false)
	f("Could you tell me your address?", "question", true)
	f("Sao không thêm nút tìm kiếm?", "suggestion", true)
	f("Sao không thêm nút tìm kiếm?", "question", false)
	f("Tôi muốn hủy gói này.", "cancel", true)
	f("Tôi không hủy gói này nhé.", "cancel", false)
	f("Hủy gói giữa chừng có bị phạt không?", "cancel", false)
	f("I was going to cancel but changed my mind.", "cancel", false)
	f("Tôi không khiếu nại gì đâu.", "complaint", false)
	f("How do I file a complaint?", "complaint", false)
	f("If the app shows an error, what do I do?", "bug_report", false)
	f("The checkout page stays blank.", "bug_report", true)
	f("Cảm ơn vì đã để tôi chờ hai tiếng.", "thanks", false)
	f("Thanks for making me wait two hours.", "complaint", true)
}
