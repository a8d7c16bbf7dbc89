package api

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"
)

// zipped packs a folder.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		must(t, err)
		_, err = w.Write([]byte(files[i+1]))
		must(t, err)
	}
	must(t, z.Close())
	return b.String()
}

const isZip = "Content-Type: application/zip"

// TestOverlays keeps, activates, compares and rolls back overlays while records are read again, and finds them in force after a restart.
func TestOverlays(t *testing.T) {
	house := newHouse(t)
	h := New(house.Service, onLoopback)
	ask(t, h, post, "/v1/feedback", `{"id":"a","text":"Drone bay ồn quá","tags":["x"]}`)
	ask(t, h, patch, "/v1/feedback/a", `{"by":"lan","urgency":"high"}`)
	own := func(term string) string {
		return zipped(t, "manifest.json", `{"format":1,"name":"own","kind":"written"}`,
			"taxonomy.tsv", "id\ten\tvi\ndelivery.drone\tDrones\tMáy bay\n", "vi/topics.tsv", "topic\tterm\tweight\ndelivery.drone\t"+term+"\t2\n")
	}
	expect := func(a answer, status int, contains ...string) {
		t.Helper()
		for _, c := range contains {
			if !strings.Contains(a.body, c) {
				t.Errorf("the answer lacks %s: %s", c, a.body)
			}
		}
		if a.status != status {
			t.Errorf("%d, want %d: %s", a.status, status, a.body)
		}
	}
	expect(ask(t, h, get, "/v1/overlays", ""), 200, `{"items":[],"activation":{"version":0,"parent":0,"overlays":[]`)
	expect(ask(t, h, post, "/v1/overlays", own("drone"), isZip), 201, `"id":"own@1"`, `"active":false`, `"accepted":true`)
	expect(ask(t, h, post, "/v1/overlays", own("drone"), isZip), 200, `"id":"own@1"`)
	expect(ask(t, h, post, "/v1/overlays", own("máy bay"), isZip), 201, `"id":"own@2"`)
	expect(ask(t, h, post, "/v1/overlays", own("Drone"), isZip), 400, `"name":"vi/topics.tsv:2"`)
	expect(ask(t, h, post, "/v1/overlays", "no zip", isZip), 400, "no zip archive")
	expect(ask(t, h, post, "/v1/overlays", "{}"), 415)
	expect(ask(t, h, get, "/v1/overlays/none@1", ""), 404)
	expect(ask(t, h, get, "/v1/overlays/own@1", ""), 200, `"name":"own"`)
	expect(ask(t, h, get, "/v1/overlays/own@2/diff", ""), 200, `"against":"own@1"`, `"total":2`, `"key":"delivery.drone\tdrone"`)
	expect(ask(t, h, get, "/v1/overlays/own@2/diff?against=none@1", ""), 404)
	if a := ask(t, h, get, "/v1/overlays/own@1/zip", ""); a.status != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("zip: %d", a.status)
	}

	// A learned overlay is in force only where the gate let it pass.
	learned := func(name, features, card string) string {
		return zipped(t, "manifest.json", `{"format":1,"name":"`+name+`","kind":"learned","task":"topics","features":"`+features+`","card":"card.json"}`,
			"labels.tsv", "bias\tthreshold\tlabel\n-2\t0.5\tdelivery.drone\n", "weights.tsv", "feature\tlabel\tweight\nw:drone\tdelivery.drone\t3\n", "card.json", card)
	}
	expect(ask(t, h, post, "/v1/overlays", learned("refused", "1", `{"accepted":false,"reason":"no gain"}`), isZip), 201, `"accepted":false`)
	expect(ask(t, h, post, "/v1/overlays/refused@1/activate", `{"by":"lan"}`), 400, "the gate refused refused@1: no gain")
	expect(ask(t, h, post, "/v1/overlays", learned("old", "0", `{"accepted":true}`), isZip), 201, `"accepted":true`)
	expect(ask(t, h, post, "/v1/overlays/old@1/activate", `{"by":"lan"}`), 400, "fit it again")

	before := house.Engine()
	settled := func(topic bool) {
		t.Helper()
		deadline := time.Now().Add(20 * time.Second)
		for {
			a := ask(t, h, get, "/v1/feedback/a", "")
			if strings.Contains(a.body, `"id":"delivery.drone"`) == topic && strings.Contains(a.body, house.Engine().Lexicon+`"}`) {
				if !strings.Contains(a.body, `"urgency":"high"`) || !strings.Contains(a.body, `"tags":["x"]`) {
					t.Errorf("the record is %s", a.body)
				}
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the record was not read again: %s", a.body)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	expect(ask(t, h, post, "/v1/overlays/own@1/activate", `{"by":"lan"}`), 200, `"overlays":["own@1"]`, `"kind":"reanalyze"`, `"by":"lan"`)
	settled(true)
	if house.Engine() == before {
		t.Error("the engine has the same name with an overlay")
	}
	expect(ask(t, h, get, "/v1/overlays/own@1", ""), 200, `"active":true`)
	// A rule may ask for a topic that an overlay brought.
	expect(ask(t, h, put, "/v1/tagging/rules", "if topic=delivery.drone then tag=sky", "Content-Type: text/plain"), 200)
	expect(ask(t, h, post, "/v1/tickets/tag", `{"subject":"Drone"}`), 200, `"tag":"sky"`)
	must(t, house.LoadOverlays(t.Context())) // as after a restart
	expect(ask(t, h, post, "/v1/analyze", `{"text":"drone"}`), 200, `"delivery.drone"`, `"lexicon":"overlay:own"`)
	expect(ask(t, h, post, "/v1/overlays/own@2/activate", `{}`), 200, `"overlays":["own@2"]`)
	settled(false)
	expect(ask(t, h, post, "/v1/overlays/rollback", `{"by":"lan"}`), 200, `"overlays":["own@1"]`, `"action":"rollback"`)
	settled(true)
	expect(ask(t, h, post, "/v1/overlays/own@2/deactivate", `{}`), 404)
	expect(ask(t, h, post, "/v1/overlays/own@1/deactivate", `{}`), 200, `"overlays":[]`)
	settled(false)
	if house.Engine() != before {
		t.Error("without overlays the engine has another name than before")
	}
	expect(ask(t, h, get, "/v1/jobs", ""), 200, `"state":"done"`)
}
