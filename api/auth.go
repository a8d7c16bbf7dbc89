package api

import (
	"context"
	"crypto/sha256"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// keyTTL is how long a key is trusted without asking again: a key that was revoked works that long at most.
const keyTTL = time.Second

// maxKeys bounds the keys remembered.
const maxKeys = 1024

// keyring remembers the keys that were good a moment ago, by the hash of their secret. Unknown keys are asked for every time.
type keyring struct {
	mu   sync.Mutex
	good map[[sha256.Size]byte]trusted
}

type trusted struct {
	key   feedback.Key
	until time.Time
}

// key gives the key of a secret, or CodeUnauthorized.
func (k *keyring) key(ctx context.Context, service *feedback.Service, secret string) (feedback.Key, error) {
	hash, now := sha256.Sum256([]byte(secret)), time.Now()
	k.mu.Lock()
	known, ok := k.good[hash]
	k.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.key, nil
	}
	key, err := service.Authenticate(ctx, secret)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		delete(k.good, hash)
		return feedback.Key{}, err
	}
	if k.good == nil || len(k.good) >= maxKeys {
		k.good = map[[sha256.Size]byte]trusted{}
	}
	k.good[hash] = trusted{key, now.Add(keyTTL)}
	return key, nil
}

var (
	errNoKey  = feedback.Errorf(feedback.CodeUnauthorized, "", "send a key as Authorization: Bearer …; thau key create makes one")
	errBadKey = feedback.Errorf(feedback.CodeUnauthorized, "", "the key is unknown or revoked; thau key create makes another")
)

// contextKeyName holds the name of the key of a request.
const contextKeyName = "key"

// need lets a request pass whose key has a scope. On loopback a key is not needed, but one that is sent must be good.
func (s *server) need(scope string) gin.HandlerFunc {
	errScope := feedback.Errorf(feedback.CodeForbidden, "", "the key lacks the scope %s", scope)
	return func(c *gin.Context) {
		header := c.Request.Header["Authorization"]
		if len(header) == 0 && s.options.Loopback && !s.options.RequireKey {
			return
		}
		secret, ok := bearer(header)
		if !ok {
			c.Header("WWW-Authenticate", `Bearer realm="thau"`)
			fail(c, errNoKey)
			return
		}
		key, err := s.keys.key(c.Request.Context(), s.service, secret)
		switch {
		case feedback.CodeOf(err) == feedback.CodeUnauthorized:
			c.Header("WWW-Authenticate", `Bearer realm="thau", error="invalid_token"`)
			fail(c, errBadKey)
		case err != nil:
			fail(c, err)
		case !key.Allows(scope):
			c.Header("WWW-Authenticate", `Bearer realm="thau", error="insufficient_scope", scope="`+scope+`"`)
			fail(c, errScope)
		default:
			c.Set(contextKeyName, key.Name)
		}
	}
}

// bearer gives the secret in an Authorization header.
func bearer(header []string) (secret string, ok bool) {
	if len(header) != 1 {
		return "", false
	}
	scheme, secret, ok := strings.Cut(header[0], " ")
	secret = strings.TrimSpace(secret)
	return secret, ok && strings.EqualFold(scheme, "Bearer") && secret != "" && len(secret) <= 256
}

var (
	errForeignHost   = feedback.Errorf(feedback.CodeForbidden, "", "the Host is not a name of this machine; --addr on another address asks for keys instead")
	errForeignOrigin = feedback.Errorf(feedback.CodeForbidden, "", "a page of another origin may not ask this server")
)

// guard refuses on loopback what a foreign web page may have caused: by a name of its own that leads here (the Host tells), or from
// another origin (the browser tells). Pages of other ports of this machine are foreign too. Without loopback every request has a
// key, which no browser adds by itself.
func (s *server) guard(c *gin.Context) {
	if !s.options.Loopback {
		return
	}
	r := c.Request
	if !s.ours(r.Host) {
		fail(c, errForeignHost)
		return
	}
	for _, origin := range r.Header["Origin"] {
		if !sameOrigin(origin, r.Host) {
			fail(c, errForeignOrigin)
			return
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		fail(c, errForeignOrigin)
	}
}

// ours tells whether a Host is a name of this machine, with any port or none.
func (s *server) ours(host string) bool {
	name := host
	if h, port, err := net.SplitHostPort(host); err == nil {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return false
		}
		name = h
	} else {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	}
	switch strings.ToLower(name) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return slices.ContainsFunc(s.options.AllowedHosts, func(allowed string) bool {
		return strings.EqualFold(allowed, name) || strings.EqualFold(allowed, host)
	})
}

// sameOrigin tells whether an Origin is that of a page which this host served.
func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && strings.EqualFold(u.Host, host)
}
