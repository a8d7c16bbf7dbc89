package analyzer

import (
	"strings"
	"testing"

	"github.com/thau-cx/thau/lexicons"
)

// TestFeatureNames holds every feature of a text to its name: what an overlay says of the name is found in the text.
func TestFeatureNames(t *testing.T) {
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(lex)
	if err != nil {
		t.Fatal(err)
	}
	met := map[string]int{}
	for _, text := range []string{
		"Giao hàng chậm quá, đặt từ tuần trước mà giờ chưa nhận được, nhắn shop không trả lời luôn! 😡",
		"Giao hang cham, gọi tổng đài 3 lần không ai nghe máy. Bao giờ hoàn tiền cho tôi?",
		"The delivery was two days late and nobody answered my emails, really disappointed. How do I get a refund?",
		"Staff were lovely and the food was amazing, thank you so much!",
	} {
		names := map[uint64]string{}
		w := a.Weighable(Input{Text: text}, false, func(h uint64) bool { return names[h] != "" }, func(h uint64, name string) { names[h] = name })
		if len(w.Features) != len(names) {
			t.Errorf("%s: %d features, %d names", text, len(w.Features), len(names))
		}
		for h, name := range names {
			if got, ok := cellHash(name); !ok || got != h {
				t.Errorf("%s: %q hashes to %x, the feature to %x", text, name, got, h)
			}
			family, _, _ := strings.Cut(name, ":")
			met[family]++
			if IsStep(name) {
				met[family+" steps"]++
			}
		}
		if strings.Contains(text, "chậm") && !hasName(names, "t:delivery") {
			t.Errorf("%s: the topic above delivery.speed is no feature: %v", text, names)
		}
	}
	for _, family := range []string{"w", "f", "k", "c", "p", "l", "t", "i", "s", "t steps", "i steps", "s steps"} {
		if met[family] == 0 {
			t.Errorf("no text has a feature %s", family)
		}
	}
}

func hasName(names map[uint64]string, want string) bool {
	for _, name := range names {
		if name == want {
			return true
		}
	}
	return false
}
