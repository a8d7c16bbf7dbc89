package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

const yamlType = "application/yaml"

func describePolicy(_ huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, yamlType, &huma.Schema{Type: huma.TypeString})
}

// getPolicy answers GET /v1/policies/health with the policy in force, as it was written.
func (s *server) getPolicy(c *gin.Context) {
	policy, yaml, err := s.service.Policy(c.Request.Context())
	if err != nil {
		fail(c, err)
		return
	}
	c.Header("ETag", `"`+policy.Hash()+`"`)
	c.Data(http.StatusOK, yamlType, yaml)
}

// getBuiltinPolicy answers GET /v1/policies/health/{id} with a built-in policy, to start one's own from.
func (s *server) getBuiltinPolicy(c *gin.Context) {
	yaml, err := health.BuiltinYAML(c.Param("id"))
	if err != nil {
		fail(c, feedback.Errorf(feedback.CodeNotFound, "id", "there is no such policy; there are %s", strings.Join(health.Builtins(), ", ")))
		return
	}
	c.Data(http.StatusOK, yamlType, yaml)
}

func describeBuiltinPolicy(r huma.Registry, op *huma.Operation) {
	describePolicy(r, op)
	op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}, Description: strings.Join(health.Builtins(), ", ")})
}

// PolicyVersion names a policy that was set.
type PolicyVersion struct {
	Version int `json:"version" doc:"counts the policies that were set"`
}

func describePutPolicy(r huma.Registry, op *huma.Operation) {
	op.RequestBody = requestBody(yamlType, &huma.Schema{Type: huma.TypeString})
	addResponse(op, http.StatusOK, jsonType, answerOf[PolicyVersion](r))
}

// putPolicy answers PUT /v1/policies/health.
func (s *server) putPolicy(c *gin.Context) {
	if err := checkType(c.Request, yamlType, "application/x-yaml", "text/yaml", "text/x-yaml"); err != nil {
		fail(c, err)
		return
	}
	yaml, err := readBody(c.Request)
	if err != nil {
		fail(c, err)
		return
	}
	version, err := s.service.PutPolicy(c.Request.Context(), yaml, c.GetString(contextKeyName))
	if err != nil {
		fail(c, err)
		return
	}
	writeOK(c, PolicyVersion{version})
}
