package analyzer_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
)

// check holds an Analysis to its contract: spans inside the text and equal to their slice, evidence that adds up exactly,
// probabilities that sum to one, label and confidence that follow from them.
func check(t interface {
	Helper()
	Errorf(string, ...any)
}, in analyzer.Input, an analyzer.Analysis) {
	t.Helper()
	fields := map[string][]rune{"": []rune(in.Text), "title": []rune(in.Title)}
	evidence := func(what string, raw, bias float64, list []analyzer.Evidence) {
		t.Helper()
		sum := micro(bias)
		for _, e := range list {
			sum += micro(e.Contribution)
			text := fields[e.Field]
			if e.Start < 0 || e.End > len(text) || e.Start >= e.End {
				t.Errorf("%s: span [%d, %d) outside a field of %d", what, e.Start, e.End, len(text))
				continue
			}
			if got := string(text[e.Start:e.End]); got != e.Text {
				t.Errorf("%s: text %q, the field says %q", what, e.Text, got)
			}
			if e.Entry == "" || e.Lexicon == "" || e.Rules == nil {
				t.Errorf("%s: evidence %+v lacks entry, lexicon or rules", what, e)
			}
			for _, p := range e.Parts {
				if p[0] < e.Start || p[1] > e.End || p[0] >= p[1] {
					t.Errorf("%s: part %v outside [%d, %d)", what, p, e.Start, e.End)
				}
			}
		}
		if sum != micro(raw) {
			t.Errorf("%s: raw is %v, bias and contributions sum to %v", what, raw, float64(sum)/1e6)
		}
	}
	s := an.Sentiment
	evidence("sentiment", s.Raw, s.Bias, s.Evidence)
	p := s.Probabilities
	if sum := p.Negative + p.Neutral + p.Positive; math.Abs(sum-1) > 1e-9 {
		t.Errorf("probabilities sum to %v", sum)
	}
	best := math.Max(p.Negative, math.Max(p.Neutral, p.Positive))
	if s.Confidence != best || map[string]float64{"negative": p.Negative, "neutral": p.Neutral, "positive": p.Positive}[s.Label] != best {
		t.Errorf("label %s and confidence %v do not follow from %+v", s.Label, s.Confidence, p)
	}
	if s.Score < -1 || s.Score > 1 || s.Score*s.Raw < 0 {
		t.Errorf("score %v of raw %v", s.Score, s.Raw)
	}
	for _, tp := range an.Topics {
		evidence("topic "+tp.ID, tp.Raw, tp.Bias, tp.Evidence)
	}
	for _, in := range an.Intents {
		evidence("intent "+in.ID, in.Raw, in.Bias, in.Evidence)
	}
	evidence("urgency", an.Urgency.Raw, an.Urgency.Bias, an.Urgency.Evidence)
	end := map[string]int{}
	for _, st := range an.Sentences {
		if st.Start < end[st.Field] || st.End > len(fields[st.Field]) || st.Start >= st.End {
			t.Errorf("sentence [%d, %d) after %d in a field of %d", st.Start, st.End, end[st.Field], len(fields[st.Field]))
		}
		end[st.Field] = st.End
	}
	for _, p := range an.PII {
		if p.Start < 0 || p.End > len(fields[p.Field]) || p.Start >= p.End {
			t.Errorf("pii span [%d, %d)", p.Start, p.End)
		}
	}
	for _, k := range an.KeyPhrases {
		if k.Start < 0 || k.End > len(fields[k.Field]) || k.Start >= k.End || string(fields[k.Field][k.Start:k.End]) != k.Text {
			t.Errorf("key phrase %+v", k)
		}
	}
	if an.Topics == nil || an.Intents == nil || an.PII == nil || an.Sentences == nil || s.Evidence == nil || an.Language.Mix == nil {
		t.Errorf("a list is null in the JSON")
	}
}

func micro(v float64) int64 { return int64(math.Round(v * 1e6)) }

var odd = []string{
	"", " ", "\x00", "\xff\xfe", "a\xffb", "\u200b", "🙏🏽👨‍👩‍👧", "!!!!!!!!", "😡😡", ":))))", "<3", "< 3", "<br>ok<br/>", "&amp;nbsp;",
	"http://a.b/c?d=ê e@x.vn @ai #tag", "日本語のレビュー", "Отличный сервис", "1 sao", "5sao", "0/10", "10/10", "4.5/5", "99999999999999999999/1",
	"đẹpppppp", "ĐẸP QUÁ TRỜI", "ko k kh đc dc", "tuyê\u0323t vo\u031b\u0300i", "nhanh.đóng gói.ok", "Tp.HCM e.g. U.S.A. 3.5", "\r\n\r\n", "> trích\nkhông ổn",
	"not", "not not good", "không", "nhưng", "but", "tuy nhưng mà", "?", "??!", "…", strings.Repeat("a", 5000), strings.Repeat("tốt ", 500),
	strings.Repeat("(", 3000), "\u0301\u0301\u0301", "e\u0301\u0323\u0302", "'s", "n't", "it's", "don’t like", "ʼ", "ʼ ok", "xʼ", "w/ u", "10k", "4g", "100%",
}

func TestOddTexts(t *testing.T) {
	a := builtin(t)
	for _, text := range odd {
		in := analyzer.Input{Title: text, Text: text, Phrases: true}
		check(t, in, a.Analyze(in))
		tokens := a.Joined(text)
		end := 0
		for _, tk := range tokens {
			if tk.Start < end || tk.End <= tk.Start || tk.End > len(text) {
				t.Errorf("%q: token [%d, %d) after %d", text, tk.Start, tk.End, end)
			}
			if gap := text[end:tk.Start]; strings.TrimFunc(gap, blank) != "" {
				t.Errorf("%q: %q is in no token", text, gap)
			}
			end = tk.End
		}
		if strings.TrimFunc(text[end:], blank) != "" {
			t.Errorf("%q: %q is in no token", text, text[end:])
		}
	}
}

// blank tells what may stand between tokens: white space and what cannot be seen.
func blank(r rune) bool {
	return r == 0x200B || r == 0xFEFF || r == 0x200E || r == 0x200F || r == 0x85 || r == 0xA0 || strings.TrimSpace(string(r)) == ""
}

// words are what random texts are made of: entries, negators, marks, noise.
var words = strings.Fields(`không chưa tốt tệ giao hàng chậm nhanh rất quá nhưng nếu nên mong đẹp lỗi app nhân viên nhiệt tình k ko đc sp . , ! ? … :) 😡 ❤️
	not never good bad great terrible but although if should very slightly the delivery was late crashed refund please thanks 5 sao 1/10 http://x.vn a@b.vn 0912345678`)

func randomText(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(words), rapid.SampledFrom(odd[:40]), rapid.String()), 0, 25).Draw(t, "words")
	return strings.Join(parts, rapid.SampledFrom([]string{" ", " ", "", "\n"}).Draw(t, "between"))
}

func TestContractHolds(t *testing.T) {
	a := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		in := analyzer.Input{Text: randomText(t), Title: rapid.SampledFrom([]string{"", "Giao chậm", "bad app"}).Draw(t, "title"), Phrases: rapid.Bool().Draw(t, "phrases")}
		check(t, in, a.Analyze(in))
	})
}

// TestWritingDoesNotMatter: composition and tone placement are not meaning.
func TestWritingDoesNotMatter(t *testing.T) {
	a := builtin(t)
	same := func(x, y string) {
		t.Helper()
		p, q := a.Analyze(analyzer.Input{Text: x}), a.Analyze(analyzer.Input{Text: y})
		if p.Sentiment.Raw != q.Sentiment.Raw || len(p.Topics) != len(q.Topics) || !reflect.DeepEqual(p.Language, q.Language) || p.Urgency.Raw != q.Urgency.Raw {
			t.Errorf("%q and %q differ:\n%+v\n%+v", x, y, p.Sentiment, q.Sentiment)
		}
	}
	for _, text := range append(shortVietnamese, "Máy khỏe, hòa đồng, thủy tinh, hóa đơn sai, tùy lúc, khóa thẻ") {
		same(text, norm.NFD.String(text))
	}
	same("Shop hòa nhã, hàng khỏe, khóa thẻ giúp", "Shop hoà nhã, hàng khoẻ, khoá thẻ giúp")
	same("không tốt", "KHÔNG TỐT") // capitals of a whole short text still say the same
}

func TestConcurrentEqualsSerial(t *testing.T) {
	a := builtin(t)
	texts := append(append([]string{}, shortEnglish...), append(shortVietnamese, odd...)...)
	want := make([]string, len(texts))
	for i, text := range texts {
		want[i] = encode(t, a.Analyze(analyzer.Input{Text: text}))
	}
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range texts {
				j := (i*7 + w*3) % len(texts)
				if got := encode(t, a.Analyze(analyzer.Input{Text: texts[j]})); got != want[j] {
					t.Errorf("%q: concurrent result differs", texts[j])
				}
			}
		})
	}
	wg.Wait()
	if other := builtin(t); encode(t, other.Analyze(analyzer.Input{Text: texts[0]})) != want[0] {
		t.Error("a second analyzer of the same lexicon answers differently")
	}
}

func encode(t *testing.T, an analyzer.Analysis) string {
	t.Helper()
	b, err := json.Marshal(an)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func FuzzAnalyze(f *testing.F) {
	for _, text := range append(append([]string{}, shortEnglish...), append(shortVietnamese, odd...)...) {
		f.Add(text)
	}
	a := builtin(f)
	f.Fuzz(func(t *testing.T, text string) {
		in := analyzer.Input{Text: text, Phrases: len(text) < 200}
		check(t, in, a.Analyze(in))
		n := 0
		for _, tk := range a.Joined(text) {
			if tk.Start < n || tk.End <= tk.Start {
				t.Fatalf("token [%d, %d) after %d", tk.Start, tk.End, n)
			}
			n = tk.End
			if !utf8.ValidString(tk.Norm) {
				t.Fatalf("norm %q is not UTF-8", tk.Norm)
			}
		}
	})
}
