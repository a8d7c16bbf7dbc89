package web

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestCut checks that the pieces are the text whatever the marks are, and that each has the weight of the marks that cover it.
func TestCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 30, -1).Draw(t, "text")
		n := len([]rune(text))
		marks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Mark {
			return Mark{Start: rapid.IntRange(-2, n+2).Draw(t, "start"), End: rapid.IntRange(-2, n+2).Draw(t, "end"), Weight: float64(rapid.IntRange(-3, 3).Draw(t, "weight")), Hit: rapid.Bool().Draw(t, "hit")}
		}), 0, 6).Draw(t, "marks")
		at := 0
		var whole strings.Builder
		for _, p := range Cut(text, marks) {
			whole.WriteString(p.Text)
			for range []rune(p.Text) {
				var weight float64
				hit := false
				for _, m := range marks {
					if m.Start <= at && at < m.End {
						weight += m.Weight
						hit = hit || m.Hit
					}
				}
				if weight != p.Weight || hit != p.Hit {
					t.Fatalf("at %d: weight %v and hit %v, want %v and %v", at, p.Weight, p.Hit, weight, hit)
				}
				at++
			}
		}
		if want := string([]rune(text)); whole.String() != want {
			t.Fatalf("%q became %q", want, whole.String())
		}
	})
}

// TestNumbers writes numbers as a page does.
func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(999), "999"}, {Count(1234567), "1\u202f234\u202f567"}, {Count(-1234), "-1\u202f234"},
		{Fixed(1, -0.04), "0.0"}, {Fixed(2, -1.5), "−1.50"}, {Signed(0, 0.2), "0"}, {Signed(1, 2), "+2.0"}, {Signed(1, -2), "−2.0"}, {percent(0.256), "26\u202f%"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// TestLine draws a gap where there are no answers, and escapes what it is given.
func TestLine(t *testing.T) {
	svg := string(Line(`<x>`, -1, 1, 2, []Point{{"a", 0.5, 0.1, 0.9, 3}, {"b", 0, 0, 0, 0}, {`"<c>`, -0.5, -0.9, -0.1, 2}}))
	if strings.Count(svg, "<polyline") != 2 || strings.Count(svg, "<circle") != 2 || strings.Contains(svg, "<x>") || strings.Contains(svg, "<c>") {
		t.Error(svg)
	}
	if svg = string(Line("x", 0, 1, 0, nil)); !strings.Contains(svg, "no answers") {
		t.Error(svg)
	}
}

// TestRenderUnknown refuses a page that there is not.
func TestRenderUnknown(t *testing.T) {
	var b strings.Builder
	if err := Render(&b, "nope", Frame{}); err == nil || b.Len() > 0 {
		t.Errorf("%v, %q", err, b.String())
	}
}
