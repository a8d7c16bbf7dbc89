package peer

import (
	"strings"
	"testing"

	"github.com/jonreiter/govader"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

var short = []string{
	"The delivery was two days late and nobody answered my emails, really disappointed with you.",
	"Love the new dashboard, it's so much faster and the export finally works without crashing!!",
	"Can you tell me how to change the email address on my account? I can't find it anywhere here",
	"Room was clean and quiet, breakfast a bit poor but the staff went above and beyond for us.",
	"I was charged twice for the same order, please refund one of them as soon as possible, thx.",
	"It's okay for the price I guess, nothing special, the battery could last a little longer tho",
	"Worst airline ever. Flight cancelled, 3 hours on hold and they lost my bag. Never again!!! 😡",
	"The course was well organised and the lecturer explains everything clearly, highly recommend",
}

// long joins the short texts in changing order up to 3,800 bytes.
func long() []string {
	var out []string
	for shift := range short {
		var b strings.Builder
		for i := 0; b.Len() < 3800; i++ {
			b.WriteString(short[(i*3+shift)%len(short)])
			b.WriteByte(' ')
		}
		out = append(out, strings.ToValidUTF8(b.String()[:3800], ""))
	}
	return out
}

// Benchmark reads English texts of 90 and 3,800 characters with both: a full Analysis here, the sentiment alone there.
func Benchmark(b *testing.B) {
	lex, err := lexicons.Builtin()
	if err != nil {
		b.Fatal(err)
	}
	ours, err := analyzer.New(lex)
	if err != nil {
		b.Fatal(err)
	}
	vader := govader.NewSentimentIntensityAnalyzer()
	for _, c := range []struct {
		name  string
		texts []string
	}{{"90", short}, {"3800", long()}} {
		for _, who := range []struct {
			name string
			read func(string)
		}{
			{"thau", func(s string) { ours.Analyze(analyzer.Input{Text: s}) }},
			{"govader", func(s string) { vader.PolarityScores(s) }},
		} {
			b.Run(c.name+"/"+who.name, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					who.read(c.texts[i%len(c.texts)])
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
			})
		}
	}
}
