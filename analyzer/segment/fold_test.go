package segment

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestFoldWalksAllLetters(t *testing.T) {
	const letters = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
	for _, r := range letters {
		var want []byte
		for _, d := range norm.NFD.String(string(r)) {
			switch {
			case d == 'đ':
				want = append(want, 'd')
			case !unicode.Is(unicode.Mn, d):
				want = append(want, string(d)...)
			}
		}
		if got := appendFold(nil, string(r)); string(got) != string(want) {
			t.Errorf("%c folds to %q, want %q", r, got, want)
		}
	}
	if got := string(appendFold(nil, "ж1ñ")); got != "ж1ñ" {
		t.Errorf("other letters change: %q", got)
	}
}
