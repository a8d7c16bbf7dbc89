package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

type tagInput struct {
	JSON[intake.SupportTicket]
}

type tagOutput struct {
	Body feedback.TicketReading
}

// tagTicket answers POST /v1/tickets/tag.
func (s *server) tagTicket(ctx context.Context, in *tagInput) (*tagOutput, error) {
	messages, faults := in.value.Drafts()
	if len(faults) > 0 {
		return nil, feedback.Join(faults)
	}
	read, err := s.service.TagTicket(ctx, in.value.ID, messages)
	if err != nil {
		return nil, err
	}
	return &tagOutput{read}, nil
}

const textType = "text/plain"

// headerVersion names the version of what is answered as it was written.
const headerVersion = "X-Version"

func describeRules(_ huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, textType, &huma.Schema{Type: huma.TypeString})
}

// getRules answers GET /v1/tagging/rules with the rules in force, as they were written.
func (s *server) getRules(c *gin.Context) {
	rules, version, err := s.service.TaggingRules(c.Request.Context())
	if err != nil {
		fail(c, err)
		return
	}
	c.Header("ETag", `"`+rules.Hash()+`"`)
	c.Header(headerVersion, strconv.Itoa(version))
	c.Data(http.StatusOK, textType+"; charset=utf-8", []byte(rules.Text()))
}

// RulesVersion names tagging rules that were set.
type RulesVersion struct {
	Version int `json:"version" doc:"counts the rules that were set"`
}

func describePutRules(r huma.Registry, op *huma.Operation) {
	op.RequestBody = requestBody(textType, &huma.Schema{Type: huma.TypeString})
	addResponse(op, http.StatusOK, jsonType, answerOf[RulesVersion](r))
}

// putRules answers PUT /v1/tagging/rules.
func (s *server) putRules(c *gin.Context) {
	if err := checkType(c.Request, textType); err != nil {
		fail(c, err)
		return
	}
	text, err := readBody(c.Request)
	if err != nil {
		fail(c, err)
		return
	}
	version, err := s.service.PutTaggingRules(c.Request.Context(), string(text), c.GetString(contextKeyName))
	if err != nil {
		fail(c, err)
		return
	}
	writeOK(c, RulesVersion{version})
}

type taggingReportInput struct {
	Filters
	Period string `query:"period" enum:"week,month" doc:"agreement by period, in the workspace's time zone; a week begins on Monday"`
	Since  string `query:"since" doc:"drift compares what was collected since this day or moment with what was before; where absent, since the last change of the overlays in force"`
}

type taggingReportOutput struct {
	Body feedback.TaggingReport
}

// taggingReport answers GET /v1/tagging/report. From and to bound the corrections; the other filters bound what drift counts.
func (s *server) taggingReport(ctx context.Context, in *taggingReportInput) (*taggingReportOutput, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	since, fault := moment("since", in.Since, s.service.Zone())
	if fault != nil {
		return nil, fault
	}
	q := feedback.TaggingQuery{From: filter.From, To: filter.To, Period: in.Period, Since: since, Filter: filter}
	report, err := s.service.TaggingReport(ctx, q)
	if err != nil {
		return nil, err
	}
	return &taggingReportOutput{report}, nil
}
