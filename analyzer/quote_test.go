package analyzer

import (
	"strings"
	"testing"
)

// TestBoilerplate holds that what is not the writer's own does not vote: want is the words that count, in order.
func TestBoilerplate(t *testing.T) {
	a := builtin(t)
	for _, c := range []struct{ name, text, silent string }{
		{"quoted lines", "Hàng tốt.\n> terrible service\n", "terrible"},
		{"answer below", "Hàng tốt.\n\nOn Mon, Nov 2, 2026 Support <cs@shop.vn> wrote:\nterrible service", "terrible"},
		{"broken answer line", "Works great.\n\nOn Mon, Nov 2, 2026 at 9:14 Support\n<cs@shop.vn> wrote:\nterrible service", "terrible"},
		{"Vietnamese answer line", "Hàng tốt.\nVào Th 2, 2 thg 11, 2026 CSKH <cs@shop.vn> đã viết:\ndịch vụ quá tệ", "tệ"},
		{"headers", "Still broken.\n\nFrom: Support\nSent: Monday\nSubject: great news\n\nwonderful", "wonderful"},
		{"Vietnamese headers", "Vẫn lỗi.\n\nTừ: CSKH\nĐã gửi: Thứ Hai\nChủ đề: tin vui\n\ntuyệt vời", "tuyệt vời"},
		{"signature", "The app is terrible.\n-- \nExcellent Solutions", "Excellent"},
		{"closing", "The app is terrible.\n\nBest regards,\nLan\nCustomer Happiness Manager", "Happiness"},
		{"Vietnamese closing", "App quá tệ.\nTrân trọng,\nCông ty Hạnh Phúc", "Hạnh Phúc"},
		{"notice", "Room was dirty.\n\nThis e-mail and any attachments are confidential. Thank you", "Thank"},
		{"helpdesk line", "##- Please type a great reply above this line -##\nIt is broken", "great"},
		{"style and script", "<style>.bad{}</style>Hàng tốt<script>var terrible=1</script><!-- terrible -->", "terrible"},
	} {
		found := a.Analyze(Input{Text: c.text})
		if len(found.Sentiment.Evidence) == 0 {
			t.Errorf("%s: nothing counts", c.name)
		}
		for _, e := range found.Sentiment.Evidence {
			if strings.Contains(e.Text, c.silent) {
				t.Errorf("%s: %q counts", c.name, e.Text)
			}
		}
	}
	own := "Giao hàng chậm.\nFrom: is a word here\nRegards to the team, it was great!\nĐến: muộn"
	if found := a.Analyze(Input{Text: own}); !strings.Contains(evidenceTexts(found), "great") {
		t.Errorf("the writer's own words do not count: %s", evidenceTexts(found))
	}
}

func evidenceTexts(a Analysis) string {
	var b strings.Builder
	for _, e := range a.Sentiment.Evidence {
		b.WriteString(e.Text + "|")
	}
	return b.String()
}

// TestEntities holds that letters and apostrophes written as HTML entities are read as what they stand for, with spans on what was sent.
func TestEntities(t *testing.T) {
	a := builtin(t)
	for text, want := range map[string]string{
		"Giao h&agrave;ng ch&#7853;m":                   "Giao hàng chậm",
		"it doesn&#39;t work":                           "it doesn't work",
		"it doesn&#8217;t work":                         "it doesn't work",
		"nh&acirc;n vi&ecirc;n th&aacute;i độ t&#7879;": "nhân viên thái độ tệ",
	} {
		got, plain := a.Analyze(Input{Text: text}), a.Analyze(Input{Text: want})
		if got.Sentiment.Raw != plain.Sentiment.Raw || got.Language.Code != plain.Language.Code {
			t.Errorf("%q reads %v, %q reads %v", text, got.Sentiment.Raw, want, plain.Sentiment.Raw)
		}
		runes := []rune(text)
		for _, e := range got.Sentiment.Evidence {
			if string(runes[e.Start:e.End]) != e.Text {
				t.Errorf("%q: span %d–%d is not %q", text, e.Start, e.End, e.Text)
			}
		}
	}
}

// BenchmarkEndlessMarkup reads markup that never ends, which must cost no more than its length.
func BenchmarkEndlessMarkup(b *testing.B) {
	a := builtin(b)
	for _, part := range []string{"<!--", "<style ", "regards\n\n", "from:\n", "&amp", "On 1\n"} {
		b.Run(strings.TrimSpace(part), func(b *testing.B) {
			text := strings.Repeat(part, 100_000)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				a.Analyze(Input{Text: text})
			}
		})
	}
}
