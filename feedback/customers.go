package feedback

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math"
	"slices"
	"strings"
	"time"
)

// PutAccount creates or replaces an account.
func (s *Service) PutAccount(ctx context.Context, a Account) (Account, Status, error) {
	if msg := CheckID(a.ID); msg != "" {
		return Account{}, "", Errorf(CodeInvalid, "id", "%s", msg)
	}
	if len(a.Name) > MaxLabel || len(a.Attributes) > MaxAttributes {
		return Account{}, "", Errorf(CodeTooLarge, "", "a name takes %d bytes and an account %d attributes at most", MaxLabel, MaxAttributes)
	}
	if a.StartedAt != nil && a.ChurnedAt != nil && a.ChurnedAt.Before(*a.StartedAt) {
		return Account{}, "", Errorf(CodeInvalid, "churned_at", "lies before started_at")
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	a.CreatedAt, a.ChangedAt, a.Stub = now, now, false
	return s.store.PutAccount(ctx, a)
}

// Account gives an account, or CodeNotFound.
func (s *Service) Account(ctx context.Context, id string) (Account, error) {
	return s.store.Account(ctx, id)
}

// PutSignals stores signals and answers each, in order.
func (s *Service) PutSignals(ctx context.Context, signals []Signal) ([]Result, error) {
	now := s.now().UTC().Truncate(time.Millisecond)
	results := make([]Result, len(signals))
	good := make([]Signal, 0, len(signals))
	for i := range signals {
		sg := signals[i]
		sg.ReceivedAt = now
		if sg.At.IsZero() {
			sg.At = now
		}
		if err := sg.validate(); err != nil {
			results[i] = Result{ID: sg.ID, Status: Rejected, Err: err}
			continue
		}
		good = append(good, sg)
	}
	if len(good) == 0 {
		return results, nil
	}
	stored, err := s.store.PutSignals(ctx, good)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if results[i].Err == nil {
			results[i], stored = stored[0], stored[1:]
		}
	}
	return results, nil
}

func (sg *Signal) validate() *Error {
	if msg := CheckID(sg.AccountID); msg != "" {
		return Errorf(CodeInvalid, "account_id", "%s", msg)
	}
	if sg.ID != "" {
		if msg := CheckID(sg.ID); msg != "" {
			return Errorf(CodeInvalid, "id", "%s", msg)
		}
	}
	switch {
	case sg.Name == "" || len(sg.Name) > 128 || strings.ContainsFunc(sg.Name, func(r rune) bool { return r <= ' ' || r == 0x7F }):
		return Errorf(CodeInvalid, "name", "takes 1 to 128 bytes without blanks")
	case math.IsNaN(sg.Value) || math.IsInf(sg.Value, 0):
		return Errorf(CodeInvalid, "value", "is not a number")
	case sg.At.Year() < 1970 || sg.At.Year() > 9999:
		return Errorf(CodeInvalid, "at", "lies outside the years 1970 to 9999")
	case len(sg.Unit) > 64:
		return Errorf(CodeInvalid, "unit", "takes at most 64 bytes")
	}
	return nil
}

// keyPrefix makes an API key recognisable, to people and to secret scanners.
const keyPrefix = "thau_"

// CreateKey makes an API key and gives its secret, which is shown this once and not kept.
func (s *Service) CreateKey(ctx context.Context, name, scope string) (secret string, k Key, err error) {
	if !slices.Contains([]string{ScopeRead, ScopeWrite, ScopeAdmin}, scope) {
		return "", Key{}, Errorf(CodeInvalid, "scope", "%s is none of read, write, admin", quote(scope))
	}
	if name == "" || len(name) > 128 {
		return "", Key{}, Errorf(CodeInvalid, "name", "takes 1 to 128 bytes")
	}
	random := make([]byte, 32+6)
	rand.Read(random) // never fails
	secret = keyPrefix + base64.RawURLEncoding.EncodeToString(random[:32])
	k = Key{ID: base64.RawURLEncoding.EncodeToString(random[32:]), Name: name, Scope: scope, Hash: sha256.Sum256([]byte(secret)), CreatedAt: s.now().UTC().Truncate(time.Millisecond)}
	return secret, k, s.store.PutKey(ctx, k)
}

// RevokeKey ends a key; CodeNotFound where there is none.
func (s *Service) RevokeKey(ctx context.Context, id string) error {
	return s.store.RevokeKey(ctx, id, s.now().UTC())
}

// ListKeys gives every key, revoked ones too.
func (s *Service) ListKeys(ctx context.Context) ([]Key, error) { return s.store.ListKeys(ctx) }

// Authenticate gives the key of a secret, or CodeUnauthorized.
func (s *Service) Authenticate(ctx context.Context, secret string) (Key, error) {
	return s.store.KeyByHash(ctx, sha256.Sum256([]byte(secret)))
}

// Allows tells whether a key's scope includes another: admin includes write, write includes read.
func (k Key) Allows(scope string) bool {
	order := []string{ScopeRead, ScopeWrite, ScopeAdmin}
	return slices.Index(order, k.Scope) >= slices.Index(order, scope)
}
