package intake_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/thau-cx/thau/intake"
)

// TestReadMessage reads the messages of testdata/messages.txt: a message, a line of ten dashes, what its writer said; cases are parted by
// a line of ten equals signs.
func TestReadMessage(t *testing.T) {
	b, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(b), "\n==========\n")
	if len(cases) < 15 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		message, want, ok := strings.Cut(c, "\n----------\n")
		if !ok {
			t.Fatalf("no line of dashes in %q", c)
		}
		want = strings.TrimSpace(want)
		if got := intake.ReadMessage(message); got != want {
			t.Errorf("%s\nwant %q\ngot  %q", message, want, got)
		}
		if got := intake.ReadMessage(strings.ReplaceAll(message, "\n", "\r\n")); got != want {
			t.Errorf("with CRLF: want %q, got %q", want, got)
		}
	}
}

// FuzzReadMessage feeds anything: what comes out is UTF-8 where what went in was, and reading it again takes nothing more away from a
// text without marks.
func FuzzReadMessage(f *testing.F) {
	f.Add("<div>a<blockquote>b</blockquote></div>")
	f.Add("x\n\nOn Mon, 1 Jan 2026, A wrote:\n> y")
	f.Fuzz(func(t *testing.T, s string) {
		got := intake.ReadMessage(s)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("%q gives %q", s, got)
		}
		if strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "<>&") && got == "" {
			t.Errorf("%q gives nothing", s)
		}
	})
}
