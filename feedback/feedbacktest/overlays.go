package feedbacktest

import (
	"testing"

	"github.com/thau-cx/thau/feedback"
)

// testOverlays keeps versions of overlays and which are in force. To the store their content is bytes.
func testOverlays(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	same(t, "none in force", must[feedback.Activation](t)(s.Activation(ctx, 0)), feedback.Activation{})
	_, _, err := s.PackedOverlay(ctx, "x@1")
	code(t, err, feedback.CodeNotFound)
	_, _, err = s.PutOverlay(ctx, feedback.Overlay{Name: "x"}, []byte("zip"))
	code(t, err, feedback.CodeInvalid)
	add := func(name, hash, packed string) feedback.Overlay {
		t.Helper()
		o, created, err := s.PutOverlay(ctx, feedback.Overlay{Name: name, Kind: "written", Hash: hash, Accepted: true, By: "lan", AddedAt: Epoch}, []byte(packed))
		if err != nil || !created {
			t.Fatalf("%s: created %v, %v", name, created, err)
		}
		return o
	}
	a1, b1, a2 := add("a", "h1", "one"), add("b", "h2", "two"), add("a", "h3", "three")
	for i, id := range []string{"a@1", "b@1", "a@2"} {
		same(t, "id", []feedback.Overlay{a1, b1, a2}[i].ID, id)
	}
	again, created, err := s.PutOverlay(ctx, feedback.Overlay{Name: "a", Hash: "h1", Accepted: true}, []byte("one"))
	if created || err != nil {
		t.Errorf("the same again: created %v, %v", created, err)
	}
	same(t, "the same again", again, a1)
	same(t, "list", must[[]feedback.Overlay](t)(s.ListOverlays(ctx)), []feedback.Overlay{a1, a2, b1})
	refused, created, err := s.PutOverlay(ctx, feedback.Overlay{Name: "b", Hash: "h2", Reason: "no gain"}, []byte("two, with a card"))
	if created || err != nil || refused.ID != "b@1" || refused.Accepted || refused.Reason != "no gain" {
		t.Errorf("the same with another verdict: %+v, %v", refused, err)
	}
	got, packed, err := s.PackedOverlay(ctx, "a@2")
	if err != nil || string(packed) != "three" {
		t.Errorf("packed: %q, %v", packed, err)
	}
	same(t, "overlay", got, a2)

	first := must[feedback.Activation](t)(s.Activate(ctx, feedback.Activation{Overlays: []string{"b@1", "a@1"}, Action: "activate a@1", By: "lan", At: Epoch}, 0))
	same(t, "version", first.Version, 1)
	_, err = s.Activate(ctx, feedback.Activation{At: Epoch}, 0)
	code(t, err, feedback.CodeUnavailable)
	second := must[feedback.Activation](t)(s.Activate(ctx, feedback.Activation{Parent: 1, Action: "rollback", At: Epoch}, 1))
	same(t, "in force", must[feedback.Activation](t)(s.Activation(ctx, 0)), second)
	same(t, "before", must[feedback.Activation](t)(s.Activation(ctx, 1)), first)
}
