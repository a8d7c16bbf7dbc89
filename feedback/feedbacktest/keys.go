package feedbacktest

import (
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

func testKeys(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	a := feedback.Key{ID: "k1", Name: "pipeline", Scope: feedback.ScopeWrite, Hash: [32]byte{1}, CreatedAt: Epoch}
	b := feedback.Key{ID: "k2", Name: "crm", Scope: feedback.ScopeRead, Hash: [32]byte{2}, CreatedAt: Epoch.Add(-time.Hour)}
	for _, k := range []feedback.Key{a, b} {
		if err := s.PutKey(ctx, k); err != nil {
			t.Fatal(err)
		}
	}
	code(t, s.PutKey(ctx, a), feedback.CodeIDConflict)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: feedback.ScopeRead, Hash: a.Hash}), feedback.CodeIDConflict)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: "root", Hash: [32]byte{3}}), feedback.CodeInvalid)
	code(t, s.PutKey(ctx, feedback.Key{ID: "k3", Scope: feedback.ScopeRead}), feedback.CodeInvalid)
	code(t, s.PutKey(ctx, feedback.Key{Scope: feedback.ScopeRead, Hash: [32]byte{3}}), feedback.CodeInvalid)
	same(t, "list", must[[]feedback.Key](t)(s.ListKeys(ctx)), []feedback.Key{b, a})
	same(t, "by hash", must[feedback.Key](t)(s.KeyByHash(ctx, a.Hash)), a)
	_, err := s.KeyByHash(ctx, [32]byte{9})
	code(t, err, feedback.CodeUnauthorized)
	code(t, s.RevokeKey(ctx, "none", Epoch), feedback.CodeNotFound)
	for i := range 2 {
		if err := s.RevokeKey(ctx, "k1", Epoch.Add(time.Duration(i+1)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.KeyByHash(ctx, a.Hash)
	code(t, err, feedback.CodeUnauthorized)
	a.RevokedAt = At(time.Hour)
	same(t, "revoked", must[[]feedback.Key](t)(s.ListKeys(ctx)), []feedback.Key{b, a})
}

func testPolicies(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, err := s.Policy(ctx)
	code(t, err, feedback.CodeNotFound)
	_, err = s.PutPolicy(ctx, nil, "lan", Epoch)
	code(t, err, feedback.CodeInvalid)
	for i, yaml := range []string{"version: 1\n", "version: 1 # ấm\n"} {
		same(t, "number", must[int](t)(s.PutPolicy(ctx, []byte(yaml), "lan", Epoch)), i+1)
		same(t, "in force", string(must[[]byte](t)(s.Policy(ctx))), yaml)
	}
}

func testTaggingRules(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, _, err := s.TaggingRules(ctx)
	code(t, err, feedback.CodeNotFound)
	for i, text := range []string{"if topic=refund then tag=ấm\n", "", "# none"} {
		same(t, "number", must[int](t)(s.PutTaggingRules(ctx, text, "lan", Epoch)), i+1)
		got, version, err := s.TaggingRules(ctx)
		if got != text || version != i+1 || err != nil {
			t.Errorf("in force: %q %d %v", got, version, err)
		}
	}
}
