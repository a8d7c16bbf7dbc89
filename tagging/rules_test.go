package tagging_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/thau-cx/thau/tagging"
)

var vocabulary = tagging.Vocabulary{
	Topics:  []string{"delivery", "delivery.speed", "refund", "refund.delay", "payment"},
	Intents: []string{"complaint", "cancel", "question"},
}

// ticket is what the rules of the tests are asked about.
var ticket = tagging.Facts{
	Topics:    map[string]tagging.Said{"refund.delay": {Label: "negative", Confidence: 0.8}, "delivery.speed": {Label: "neutral", Confidence: 0.6}},
	Intents:   map[string]float64{"complaint": 0.9},
	Sentiment: tagging.Said{Label: "negative", Confidence: 0.7},
	Score:     -0.6,
	Urgency:   tagging.Said{Label: "high", Confidence: 0.75},
	Language:  "vi", Priority: "Normal", Status: "Open", Channel: "email", Account: "acme", Customer: "lan@example.com",
	Tags:       []string{"vip"},
	Attributes: map[string]string{"plan": "Pro", "tỉnh": "Đà Nẵng"},
	Messages:   2,
}

func TestConditions(t *testing.T) {
	for _, c := range []struct {
		when       string
		confidence float64 // 0 where it does not hold
	}{
		{"topic=refund", 0.8},
		{"topic=refund.delay", 0.8},
		{"topic=refund:negative", 0.8},
		{"topic=refund:positive", 0},
		{"topic=payment", 0},
		{"topic!=payment", 1},
		{"topic!=refund", 0},
		{"topic=payment|delivery", 0.6},
		{"topic=delivery|refund", 0.8},
		{"topic!=payment|delivery", 0},
		{"intent=complaint and topic=delivery", 0.6},
		{"intent=cancel or topic=refund", 0.8},
		{"intent=cancel or topic=payment and urgency=high", 0},
		{"(intent=cancel or topic=refund) and urgency>=high", 0.75},
		{"not intent=cancel", 1},
		{"not (topic=refund or intent=cancel)", 0},
		{"urgency>=high", 0.75},
		{"urgency≥high", 0.75},
		{"urgency>high", 0},
		{"urgency<critical", 0.75},
		{"urgency!=high", 0},
		{"urgency!=low", 0.75},
		{"urgency=low|high", 0.75},
		{"urgency!=low|high", 0},
		{"priority=normal", 1},
		{"priority<=low", 0},
		{"score<=-0.5", 1},
		{"score<=−0.5", 1},
		{"score>0", 0},
		{"messages>=2", 1},
		{"messages=1|2", 1},
		{"sentiment=negative", 0.7},
		{"sentiment!=negative", 0},
		{"language=vi", 1},
		{"status=open", 1},
		{"channel!=chat", 1},
		{"account=acme and customer=lan@example.com", 1},
		{"tag=VIP", 1},
		{"tag!=vip", 0},
		{"attr.plan=pro|team", 1},
		{`attr.tỉnh="đà nẵng"`, 1},
		{"attr.none=x", 0},
		{"attr.none!=x", 1},
		{"IF=x", -1},
	} {
		rules, err := tagging.Parse("if "+c.when+" then tag=x", vocabulary)
		if (err != nil) != (c.confidence < 0) {
			t.Errorf("%s: %v", c.when, err)
		}
		if err != nil {
			continue
		}
		out := rules.Apply(ticket)
		got := 0.0
		if len(out.Fired) == 1 {
			got = out.Fired[0].Confidence
		}
		if got != c.confidence {
			t.Errorf("%s holds with %v, want %v", c.when, got, c.confidence)
		}
	}
}

func TestOrder(t *testing.T) {
	rules, err := tagging.Parse(`# what support agreed on
money: if topic=refund and urgency>=high then tag=money, priority=urgent  # first
if tag=money then tag="needs a lead", priority=high

if tag=money and tag=vip then untag=money, untag=vip
if tag=money then tag=never
gone: if tag!=money and tag=vip then stop
if messages>0 then tag=never
`, vocabulary)
	if err != nil {
		t.Fatal(err)
	}
	out := rules.Apply(ticket)
	got := fmt.Sprint(out.Fired, out.Tags, out.Priority)
	want := "[{money 2 0.75 [money] [] urgent false} {line 3 3 1 [needs a lead] [] high false} {line 5 5 1 [] [money vip]  false} {gone 7 1 [] []  true}]" +
		" [{needs a lead line 3 1}]high"
	if got != want {
		t.Errorf("\nwant %s\ngot  %s", want, got)
	}
	if rules.Len() != 6 {
		t.Errorf("%d rules", rules.Len())
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"tag=x", `line 1, column 1: "tag" is where if should be`},
		{"if topic=refund tag=x", `line 1, column 17: "tag" is where then should be`},
		{"a: if topic=refnd then tag=x", `line 1, column 13: there is no topic "refnd": did you mean refund?`},
		{"if topic=refund:bad then tag=x", `line 1, column 10: "refund:bad": after the colon stands negative`},
		{"if intent=complain then tag=x", `line 1, column 11: there is no intent "complain": did you mean complaint?`},
		{"if urgency>=hgh then tag=x", `line 1, column 13: "hgh" is none of low, normal, high, critical`},
		{"if topic>refund then tag=x", "line 1, column 9: topic has no order"},
		{"if score>much then tag=x", `line 1, column 10: "much" is no number`},
		{"if score>NaN then tag=x", `"NaN" is no number`},
		{"if score>1|2 then tag=x", "alternatives need = or !="},
		{"if colour=red then tag=x", `line 1, column 4: "colour" is no field: use topic`},
		{"if topic refund then tag=x", `"refund" is where a comparison should be, like topic=`},
		{"if topic= then tag=x", `line 1, column 11: there is no topic "then"`},
		{"if topic=", `line 1, column 10: end of the line is where a value should be`},
		{"if (topic=refund then tag=x", `line 1, column 18: "then" is where the parenthesis of column 4 should close`},
		{"if topic=refund then", "line 1, column 21: end of the line is no action"},
		{"if topic=refund then tag=x tag=y", `line 1, column 28: unexpected "tag" after the actions`},
		{"if topic=refund then tag=x,", "is no action"},
		{"if topic=refund then delete=x", `line 1, column 22: "delete" is no action`},
		{"if topic=refund then priority=huge", `line 1, column 31: "huge" is none of low, normal, high, urgent`},
		{`if topic=refund then tag=""`, "is where a name of 1 to 128 bytes should be"},
		{`if topic=refund then tag="x`, "line 1, column 26: the quotation mark is not closed"},
		{"\n\nif x ! y then stop", `line 3, column 6: unexpected '!'`},
		{"a: if topic=refund then stop\na: if topic=refund then stop", "line 2, column 1: the name a stands in line 1 too"},
		{"if topic=refnd then stop\nif intent=x then stop", "line 1, column 10: there is no topic \"refnd\": did you mean refund?\nline 2, column 11: there is no intent \"x\""},
		{"if " + strings.Repeat("(", 100000), "nest too deep"},
		{"if " + strings.Repeat("not ", 60000), "nest too deep"},
		{strings.Repeat("#", 300<<10), "longer than 256 KB"},
	} {
		_, err := tagging.Parse(c.text, vocabulary)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q:\nwant %s\ngot  %v", c.text, c.want, err)
		}
	}
}

// FuzzRules feeds anything to the parser: it gives rules that can be asked, or problems at places that are there.
func FuzzRules(f *testing.F) {
	f.Add("a: if topic=refund and (urgency≥high or not score<=-0.5) then tag=\"x y\", priority=urgent, stop # z")
	f.Add("if attr.tỉnh!=\"Đà \\\" Nẵng\"|x then untag=y")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := tagging.Parse(text, tagging.Vocabulary{})
		if err == nil {
			rules.Apply(ticket)
			return
		}
		lines := strings.Split(text, "\n")
		problems := tagging.Problems(err)
		if len(problems) == 0 {
			t.Fatalf("an error without problems: %v", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > len([]rune(lines[p.Line-1]))+1 || p.Message == "" {
				t.Fatalf("a problem at %+v", p)
			}
		}
	})
}
