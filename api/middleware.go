package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

const headerRequestID = "X-Request-Id"

// The headers of every answer, shared by all: nobody changes their values. What is answered is data about people, to be kept by no
// cache and framed by no page.
var (
	noSniff   = []string{"nosniff"}
	noStore   = []string{"no-store"}
	noContent = []string{"default-src 'none'; frame-ancestors 'none'"}
	noReferer = []string{"no-referrer"}
)

// observe names a request, sets the headers of its answer, and logs and counts it when it is done. It stands outermost.
func (s *server) observe(c *gin.Context) {
	start := time.Now()
	h := c.Writer.Header()
	h[headerRequestID] = []string{requestID(c.Request.Header[headerRequestID])}
	h["X-Content-Type-Options"] = noSniff
	h["Cache-Control"] = noStore
	h["Content-Security-Policy"] = noContent
	h["Referrer-Policy"] = noReferer

	c.Next()

	took := time.Since(start)
	status := c.Writer.Status()
	s.metrics.count(c, status, took)
	level := slog.LevelInfo
	switch {
	case len(c.Errors) > 0:
		level = slog.LevelError
	case c.FullPath() == pathHealthz, c.FullPath() == pathReadyz, c.FullPath() == pathMetrics:
		level = slog.LevelDebug
	}
	if !s.log.Enabled(c.Request.Context(), level) {
		return
	}
	attributes := [...]slog.Attr{
		slog.String("method", method(c)),
		slog.String("route", route(c)),
		slog.Int("status", status),
		slog.Duration("took", took),
		slog.String("request_id", h.Get(headerRequestID)),
		slog.Any("err", nil),
	}
	n := len(attributes) - 1
	if len(c.Errors) > 0 {
		attributes[n] = slog.String("err", c.Errors.String())
		n++
	}
	s.log.LogAttrs(c.Request.Context(), level, "request", attributes[:n]...)
}

// route gives the template of the path that a request took, for logs and metrics: never the path itself, which names records.
func route(c *gin.Context) string {
	if path := c.FullPath(); path != "" {
		return path
	}
	return "unmatched"
}

// method gives the method of a request that has a route, so that no caller can fill logs and metrics with inventions.
func method(c *gin.Context) string {
	if c.FullPath() == "" {
		return "other"
	}
	return c.Request.Method
}

// requestID gives the id that the caller chose if it is fit for a log, else a new one.
func requestID(sent []string) string {
	if len(sent) == 1 && isToken(sent[0]) {
		return sent[0]
	}
	return strconv.FormatUint(rand.Uint64()|1<<63, 36)
}

// isToken tells whether a string has 1 to 64 letters, digits, dots, dashes and underscores.
func isToken(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '-', b == '_':
		default:
			return false
		}
	}
	return true
}

// recover turns a panic of a handler into a problem. An answer that could not be sent is no panic of ours.
func (s *server) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		if c.Writer.Written() { // too late for a problem
			s.log.LogAttrs(c.Request.Context(), slog.LevelWarn, "answer cut off", slog.String("route", route(c)),
				slog.String("request_id", c.Writer.Header().Get(headerRequestID)), slog.Any("cause", cause))
			c.Abort()
			return
		}
		fail(c, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
	}()
	c.Next()
}

// within bounds the time of a request.
func (s *server) within(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.limits.Request)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

// unescape gives the parameters of a path their meaning.
func unescape(c *gin.Context) {
	for i := range c.Params {
		value, err := url.PathUnescape(c.Params[i].Value)
		if err != nil {
			fail(c, feedback.Errorf(feedback.CodeInvalid, c.Params[i].Key, "is not percent-encoded as a path asks for"))
			return
		}
		c.Params[i].Value = value
	}
}
