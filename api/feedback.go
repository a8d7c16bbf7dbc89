package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
)

// ByID is the id in a path.
type ByID struct {
	ID string `path:"id" doc:"percent-encoded: a slash is %2F"`
}

type submitInput struct {
	JSON[feedback.Draft]
	Wait           string `query:"wait" enum:"indexed" doc:"answer when search finds the record"`
	IdempotencyKey string `header:"Idempotency-Key" doc:"names this request: sent again with the same body it gives the same record, with another body it is refused"`
}

type submitOutput struct {
	Status   int
	Location string `header:"Location" doc:"where the record is"`
	Body     Submitted
}

func (submitOutput) describe(_ huma.Registry, op *huma.Operation) {
	created := *op.Responses["200"]
	created.Description = "Created"
	op.Responses["200"].Description = "Updated or unchanged"
	op.Responses["201"] = &created
}

// Submitted is a record with what became of the submission.
type Submitted struct {
	feedback.Record
	Status feedback.Status `json:"status"`
	Stale  bool            `json:"stale,omitempty" doc:"what was sent is older than what is kept, by updated_at, and changed nothing"`
}

// maxIdempotencyKey bounds the header.
const maxIdempotencyKey = 255

// submitFeedback answers POST /v1/feedback.
func (s *server) submitFeedback(ctx context.Context, in *submitInput) (*submitOutput, error) {
	if !isPrintable(in.IdempotencyKey) || len(in.IdempotencyKey) > maxIdempotencyKey {
		return nil, feedback.Errorf(feedback.CodeInvalid, "Idempotency-Key", "takes 1 to %d printable ASCII characters", maxIdempotencyKey)
	}
	record, result, err := s.service.Submit(ctx, in.value, feedback.SubmitOptions{IdempotencyKey: in.IdempotencyKey, WaitIndexed: in.Wait == "indexed"})
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if result.Status == feedback.Created {
		status = http.StatusCreated
	}
	return &submitOutput{status, "/v1/feedback/" + url.PathEscape(record.ID), Submitted{record, result.Status, result.Stale}}, nil
}

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

type recordOutput struct {
	Body feedback.Record
}

// getFeedback answers GET /v1/feedback/{id}.
func (s *server) getFeedback(ctx context.Context, in *ByID) (*recordOutput, error) {
	record, err := s.service.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &recordOutput{record}, nil
}

// CorrectionRequest is what a person says of the labels of a record.
type CorrectionRequest struct {
	By        string                `json:"by" doc:"who says so"`
	Tags      *[]string             `json:"tags,omitempty" doc:"instead of those it has"`
	Sentiment string                `json:"sentiment,omitempty" enum:"negative,neutral,positive"`
	Topics    *feedback.LabelChange `json:"topics,omitempty"`
	Intents   *feedback.LabelChange `json:"intents,omitempty"`
	Urgency   string                `json:"urgency,omitempty" enum:"low,normal,high,critical"`
}

type correctInput struct {
	ByID
	JSON[CorrectionRequest]
}

// correctFeedback answers PATCH /v1/feedback/{id}.
func (s *server) correctFeedback(ctx context.Context, in *correctInput) (*recordOutput, error) {
	c := in.value
	record, err := s.service.Correct(ctx, in.ID, feedback.Correction{
		By: c.By, Tags: c.Tags, Sentiment: c.Sentiment, Topics: c.Topics, Intents: c.Intents, Urgency: c.Urgency,
	})
	if err != nil {
		return nil, err
	}
	return &recordOutput{record}, nil
}

type nothing struct{}

// deleteFeedback answers DELETE /v1/feedback/{id}.
func (s *server) deleteFeedback(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, s.service.Delete(ctx, in.ID)
}
