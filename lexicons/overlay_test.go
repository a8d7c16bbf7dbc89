package lexicons_test

import (
	"bytes"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/thau-cx/thau/lexicons"
)

const (
	writtenManifest = `{"format":1,"name":"shop","kind":"written"}`
	learnedManifest = `{"format":1,"name":"aspects","kind":"learned","task":"topics","exclusive":true,"replaces":true,"features":"1"}`
	topicsHeader    = "topic\tterm\tweight\n"
	changesHeader   = "action\tid\tto\n"
)

func folder(manifest string, files ...string) fstest.MapFS {
	m := fstest.MapFS{"manifest.json": {Data: []byte(manifest)}}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

func overlay(t *testing.T, manifest string, files ...string) *lexicons.Overlay {
	t.Helper()
	o, err := lexicons.ReadOverlay(folder(manifest, files...))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func builtin(t *testing.T) *lexicons.Lexicon {
	t.Helper()
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return lex
}

// TestOverlayRefused: a fault is named with its file, line and reason.
func TestOverlayRefused(t *testing.T) {
	f := func(want, manifest string, files ...string) {
		t.Helper()
		_, err := lexicons.ReadOverlay(folder(manifest, files...))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
			return
		}
		var at *lexicons.LineError
		if !errors.As(err, &at) || at.Line < 1 {
			t.Errorf("%v names no line", err)
		}
	}
	f("manifest.json:1: unexpected EOF", `{"format":1,`)
	f(`manifest.json:2: unknown field "formatt"`, "{\n\"formatt\":1}")
	f(`manifest.json:1: more than one JSON value`, writtenManifest+writtenManifest)
	f("manifest.json:1: format is 2, this version reads 1", `{"format":2,"name":"x","kind":"pack"}`)
	f(`manifest.json:3: name "a/b" is not`, "{\"format\":1,\n\"kind\":\"pack\",\n\"name\":\"a/b\"}")
	f(`kind "magic" is none of`, `{"format":1,"name":"x","kind":"magic"}`)
	f("only a learned overlay has a task", `{"format":1,"name":"x","kind":"pack","task":"topics"}`)
	f(`task "urgency" is none of`, `{"format":1,"name":"x","kind":"learned","task":"urgency","features":"1"}`)
	f("names the features it weighs", `{"format":1,"name":"x","kind":"learned","task":"topics"}`)
	f("en/weights.tsv:1: is no file of a written overlay", writtenManifest, "en/weights.tsv", "term\tweight\n")
	f("a/b:1: a folder too deep", writtenManifest, "a/b/c.tsv", "")
	f("vi/topics.tsv:2: 2 columns, want 3", writtenManifest, "vi/topics.tsv", topicsHeader+"delivery\tgiao")
	f(`vi/topics.tsv:3: "delivery\tgiao" stands twice`, writtenManifest, "vi/topics.tsv", topicsHeader+"delivery\tgiao\t1\ndelivery\tgiao\t1\n")
	f(`vi/topics.tsv:2: weight "NaN" is not a number from -4 to 4`, writtenManifest, "vi/topics.tsv", topicsHeader+"delivery\tgiao\tNaN\n")
	f("vi/topics.tsv:2: is not UTF-8", writtenManifest, "vi/topics.tsv", topicsHeader+"delivery\tgi\xffao\t1\n")
	f(`en/intents.tsv:2: unknown intent "rant"`, writtenManifest, "en/intents.tsv", "intent\tterm\tweight\nrant\tugh\t1\n")
	f(`changes.tsv:2: action "drop" is none of`, writtenManifest, "changes.tsv", changesHeader+"drop\tdelivery\t-\n")

	labels := "bias\tthreshold\tlabel\n-1\t0.5\tBATTERY\n0\t0.5\tCAMERA\n"
	f("labels.tsv:1: is missing", learnedManifest)
	f(`labels.tsv:3: label "BATTERY" stands twice or out of order`, learnedManifest, "labels.tsv", "bias\tthreshold\tlabel\n0\t0.5\tCAMERA\n0\t0.5\tBATTERY\n")
	f(`labels.tsv:2: threshold "1.5" is not`, learnedManifest, "labels.tsv", "bias\tthreshold\tlabel\n0\t1.5\tCAMERA\n")
	weights := "feature\tlabel\tweight\n"
	f("weights.tsv:2: 1 columns, want 3", learnedManifest, "labels.tsv", labels, "weights.tsv", weights+"w:pi")
	f(`weights.tsv:2: label "SCREEN" is not in labels.tsv`, learnedManifest, "labels.tsv", labels, "weights.tsv", weights+"w:pin\tSCREEN\t1\n")
	f(`weights.tsv:3: "w:pin" for "BATTERY" stands twice or out of order`, learnedManifest, "labels.tsv", labels, "weights.tsv", weights+"w:pin\tCAMERA\t1\nw:pin\tBATTERY\t1\n")
	f(`weights.tsv:2: "pin" is no feature`, learnedManifest, "labels.tsv", labels, "weights.tsv", weights+"pin\tCAMERA\t1\n")
	f(`weights.tsv:2: weight "+Inf" is not`, learnedManifest, "labels.tsv", labels, "weights.tsv", weights+"w:pin\tCAMERA\t+Inf\n")
}

// TestOverlayPacks: an overlay survives the way into bytes and back, and the same overlay gives the same bytes.
func TestOverlayPacks(t *testing.T) {
	o := overlay(t, learnedManifest, "labels.tsv", "bias\tthreshold\tlabel\n-1\t0.5\tBATTERY\n", "weights.tsv", "feature\tlabel\tweight\nw:pin\tBATTERY\t2.5\n", "card.json", "{}")
	b, err := o.Pack()
	if err != nil {
		t.Fatal(err)
	}
	again, err := lexicons.UnpackOverlay(b)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != o.Hash() || !maps.EqualFunc(maps.Collect(again.Files()), maps.Collect(o.Files()), bytes.Equal) {
		t.Error("another overlay came back")
	}
	if c, err := again.Pack(); err != nil || !bytes.Equal(b, c) {
		t.Errorf("the same overlay packs to other bytes (%v)", err)
	}
	if w := again.Model.Weights; len(w) != 1 || w[0].Value != 2.5 || again.Model.Features[0] != "w:pin" || again.Model.Labels[0].Bias != -1 {
		t.Errorf("read %+v", again.Model)
	}
	card := overlay(t, learnedManifest, "labels.tsv", "bias\tthreshold\tlabel\n-1\t0.5\tBATTERY\n", "weights.tsv", "feature\tlabel\tweight\nw:pin\tBATTERY\t2.5\n", "card.json", `{"n":1}`)
	if card.Hash() != o.Hash() {
		t.Error("the card is in the hash")
	}
	for cut := range len(b) {
		if _, err := lexicons.UnpackOverlay(b[:cut]); err == nil {
			t.Fatalf("an archive cut at byte %d is read", cut)
		}
	}
}

// TestWith lays a customer's words and taxonomy over the built-in ones.
func TestWith(t *testing.T) {
	base := builtin(t)
	o := overlay(t, writtenManifest,
		"vi/sentiment.tsv", "term\tvalence\tflags\nxịn xò\t3.5\t\n",
		"taxonomy.tsv", "id\ten\tvi\nwarranty\tWarranty\tBảo hành\nwarranty.claim\tClaims\tĐổi bảo hành\n",
		"vi/topics.tsv", topicsHeader+"warranty.claim\tđổi máy\t1.5\n",
		"changes.tsv", changesHeader+"rename\tdelivery.speed\tdelivery.days\nmerge\taccount.otp\taccount.login\ndisable\tpromotion\t-\n")
	lex, err := base.With(o)
	if err != nil {
		t.Fatal(err)
	}
	if lex.Hash() == base.Hash() || !strings.HasPrefix(lex.Hash(), "sha256:") {
		t.Error("the overlay is not in the hash")
	}
	ids := map[string]lexicons.Theme{}
	for _, th := range lex.Themes {
		ids[th.ID] = th
	}
	for id, want := range map[string]bool{"warranty.claim": true, "delivery.days": true, "delivery.speed": false, "account.otp": false, "account.login": true, "promotion": false} {
		if _, got := ids[id]; got != want {
			t.Errorf("topic %s: %t, want %t", id, got, want)
		}
	}
	if ids["delivery.days"].Origin != "delivery.speed" {
		t.Errorf("delivery.days was %q", ids["delivery.days"].Origin)
	}
	terms := map[string]int{}
	for _, p := range lex.Topics {
		if _, ok := ids[p.Label]; !ok {
			t.Fatalf("a term of the topic %s, which is not there", p.Label)
		}
		terms[p.Label]++
	}
	before := map[string]int{}
	for _, p := range base.Topics {
		before[p.Label]++
	}
	if terms["delivery.days"] != before["delivery.speed"] || terms["account.login"] <= before["account.login"] || terms["warranty.claim"] != 1 {
		t.Errorf("terms: %d of delivery.days, %d of account.login, %d of warranty.claim", terms["delivery.days"], terms["account.login"], terms["warranty.claim"])
	}
	if last := lex.Sentiment[len(lex.Sentiment)-1]; last.Lexicon != "vi/overlay:shop" || lexicons.Lang(last.Lexicon) != "vi" || lexicons.Shown(last.Lexicon) != "overlay:shop" {
		t.Errorf("lexicon %q", last.Lexicon)
	}
	again, err := base.With(o)
	if err != nil || again.Hash() != lex.Hash() {
		t.Errorf("the same overlay gives another hash (%v)", err)
	}
}

// TestWithReplaces: an entry above replaces the one below, a pattern of weight 0 takes it away, and packs lie below what is written.
func TestWithReplaces(t *testing.T) {
	base := builtin(t)
	written := overlay(t, writtenManifest, "en/sentiment.tsv", "term\tvalence\tpos\tflags\nsick\t2.5\tx\t\n")
	pack := overlay(t, `{"format":1,"name":"food","kind":"pack"}`, "en/sentiment.tsv", "term\tvalence\tpos\tflags\nsick\t-3\tx\t\n", "en/topics.tsv", topicsHeader+"delivery\tcourier\t0\n")
	lex, err := base.With(written, pack)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, v := range lex.Sentiment {
		if v.Term == "sick" && lexicons.Lang(v.Lexicon) == "en" {
			found++
			if v.Value != 2.5 {
				t.Errorf("sick is %v", v.Value)
			}
		}
	}
	if found != 1 {
		t.Errorf("sick stands %d times", found)
	}
	for _, p := range lex.Topics {
		if p.Label == "delivery" && p.Term == "courier" && lexicons.Lang(p.Lexicon) == "en" {
			t.Error("courier is not taken away")
		}
	}
}

// TestWithRefuses: what does not fit the lexicon below is named with overlay, file and line.
func TestWithRefuses(t *testing.T) {
	base := builtin(t)
	f := func(want string, overlays ...*lexicons.Overlay) {
		t.Helper()
		if _, err := base.With(overlays...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	o := func(files ...string) *lexicons.Overlay { return overlay(t, writtenManifest, files...) }
	f(`overlay shop: vi/topics.tsv:2: unknown topic "warp"`, o("vi/topics.tsv", topicsHeader+"warp\tgiao\t1\n"))
	f(`overlay shop: changes.tsv:2: there is no topic "warp" to disable`, o("changes.tsv", changesHeader+"disable\twarp\t-\n"))
	f(`changes.tsv:3: there is no topic "delivery.speed" to rename`, o("changes.tsv", changesHeader+"disable\tdelivery\t-\nrename\tdelivery.speed\tdelivery.days\n"))
	f(`there is a topic "account.login" already`, o("changes.tsv", changesHeader+"rename\taccount.otp\taccount.login\n"))
	f(`"delivery.speed" is part of "delivery"`, o("changes.tsv", changesHeader+"merge\tdelivery\tdelivery.speed\n"))
	f(`taxonomy.tsv:2: topic "warp.drive" has no parent`, o("taxonomy.tsv", "id\ten\tvi\nwarp.drive\tx\ty\n"))
	f("another overlay has this name", o(), o())
	learned := func(name string) *lexicons.Overlay {
		return overlay(t, `{"format":1,"name":"`+name+`","kind":"learned","task":"sentiment","features":"1"}`, "labels.tsv", "bias\tthreshold\tlabel\n0\t0\traw\n",
			"weights.tsv", "feature\tlabel\tweight\nw:tốt\traw\t1\n", "calibration.tsv", "lang\tlabel\tterm\tvalue\nen\tnegative\tscore\t-3\n")
	}
	f("a is a learned sentiment too", learned("a"), learned("b"))
}

// FuzzOverlay: whatever stands in an overlay's files, it is read or refused with file, line and reason, and what is read packs.
func FuzzOverlay(f *testing.F) {
	f.Add(learnedManifest, "bias\tthreshold\tlabel\n-1\t0.5\tBATTERY\n", "feature\tlabel\tweight\nw:pin\tBATTERY\t2.5\n", "")
	f.Add(writtenManifest, "", "", changesHeader+"rename\tdelivery.speed\tdelivery.days\n")
	f.Add(`{"format":1,"name":"x","kind":"pack"}`, "", "", changesHeader+"merge\ta\tb\n")
	base, err := lexicons.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, manifest, labels, weights, changes string) {
		files := map[string][]byte{"manifest.json": []byte(manifest)}
		for name, content := range map[string]string{"labels.tsv": labels, "weights.tsv": weights, "changes.tsv": changes} {
			if content != "" {
				files[name] = []byte(content)
			}
		}
		o, err := lexicons.NewOverlay(files)
		if err != nil {
			var at *lexicons.LineError
			if !errors.As(err, &at) || at.File == "" || at.Line < 1 || at.Msg == "" {
				t.Fatalf("%v says not where", err)
			}
			return
		}
		b, err := o.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := lexicons.UnpackOverlay(b); err != nil || again.Hash() != o.Hash() {
			t.Fatalf("packed and read again: %v", err)
		}
		if _, err := base.With(o); err != nil {
			var named *lexicons.OverlayError
			if !errors.As(err, &named) {
				t.Fatalf("%v names no overlay", err)
			}
		}
	})
}
