package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// Healthz is the answer of the health checks.
type Healthz struct {
	Status  string `json:"status" enum:"ok"`
	Version string `json:"version,omitempty"`
}

func (s *server) describeHealthz(r huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, jsonType, answerOf[Healthz](r))
}

// healthz answers GET /healthz: the process lives.
func (s *server) healthz(c *gin.Context) {
	writeOK(c, Healthz{Status: "ok", Version: s.options.Version})
}

// readyz answers GET /readyz: the store answers and search follows it.
func (s *server) readyz(c *gin.Context) {
	if err := s.service.Ready(c.Request.Context()); err != nil {
		fail(c, &feedback.Error{Code: feedback.CodeUnavailable, Message: "the store does not answer or search does not follow it; the log says why", Err: err})
		return
	}
	writeOK(c, Healthz{Status: "ok", Version: s.options.Version})
}
