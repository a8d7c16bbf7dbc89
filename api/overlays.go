package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

const (
	zipType      = "application/zip"
	pathOverlays = "/v1/overlays"
)

// OverlayList is the overlays that are kept, and which are in force.
type OverlayList struct {
	Items      []feedback.Overlay  `json:"items"`
	Activation feedback.Activation `json:"activation"`
}

type overlayListOutput struct {
	Body OverlayList
}

// listOverlays answers GET /v1/overlays.
func (s *server) listOverlays(ctx context.Context, _ *struct{}) (*overlayListOutput, error) {
	list, active, err := s.service.ListOverlays(ctx)
	if err != nil {
		return nil, err
	}
	if active.Overlays == nil {
		active.Overlays = []string{}
	}
	return &overlayListOutput{OverlayList{append([]feedback.Overlay{}, list...), active}}, nil
}

// OverlayCard is an overlay with its model card.
type OverlayCard struct {
	feedback.Overlay
	Card json.RawMessage `json:"card,omitempty" doc:"the model card of a learned overlay"`
}

type overlayOutput struct {
	Body OverlayCard
}

// getOverlay answers GET /v1/overlays/{id}.
func (s *server) getOverlay(ctx context.Context, in *ByID) (*overlayOutput, error) {
	o, card, err := s.service.Overlay(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &overlayOutput{OverlayCard{o, card}}, nil
}

type diffInput struct {
	ByID
	Against string `query:"against" doc:"the id of another overlay; where absent, the version before, or nothing"`
	Limit   int    `query:"limit" default:"200" minimum:"1" maximum:"10000"`
}

// OverlayDiff is what an overlay says otherwise than another one.
type OverlayDiff struct {
	ID      string              `json:"id"`
	Against string              `json:"against,omitempty"`
	Total   int                 `json:"total" doc:"how many entries differ"`
	Items   []OverlayDifference `json:"items" doc:"by file, the largest change of a number first"`
}

// OverlayDifference is one entry that differs. The key and the values are columns of the file, parted by tabs.
type OverlayDifference struct {
	File   string `json:"file"`
	Key    string `json:"key"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

type diffOutput struct {
	Body OverlayDiff
}

// diffOverlay answers GET /v1/overlays/{id}/diff.
func (s *server) diffOverlay(ctx context.Context, in *diffInput) (*diffOutput, error) {
	found, against, err := s.service.DiffOverlays(ctx, in.ID, in.Against)
	if err != nil {
		return nil, err
	}
	out := OverlayDiff{ID: in.ID, Against: against, Total: len(found), Items: []OverlayDifference{}}
	for _, d := range found[:min(in.Limit, len(found))] {
		out.Items = append(out.Items, OverlayDifference(d))
	}
	return &diffOutput{out}, nil
}

func describePacked(_ huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, zipType, &huma.Schema{Type: huma.TypeString, Format: "binary"})
}

// packedOverlay answers GET /v1/overlays/{id}/zip.
func (s *server) packedOverlay(c *gin.Context) {
	packed, err := s.service.PackedOverlay(c.Request.Context(), c.Param("id"))
	if err != nil {
		fail(c, err)
		return
	}
	c.Data(http.StatusOK, zipType, packed)
}

func describeAddOverlay(r huma.Registry, op *huma.Operation) {
	op.RequestBody = requestBody(zipType, &huma.Schema{Type: huma.TypeString, ContentEncoding: "binary"})
	addResponse(op, http.StatusOK, jsonType, answerOf[feedback.Overlay](r))
	addResponse(op, http.StatusCreated, jsonType, answerOf[feedback.Overlay](r))
}

// addOverlay answers POST /v1/overlays, with a zip archive of an overlay folder.
func (s *server) addOverlay(c *gin.Context) {
	if err := checkType(c.Request, zipType); err != nil {
		fail(c, err)
		return
	}
	packed, err := readBody(c.Request)
	if err != nil {
		fail(c, err)
		return
	}
	o, created, err := s.service.AddOverlay(c.Request.Context(), packed, c.GetString(contextKeyName))
	if err != nil {
		fail(c, err)
		return
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	writeJSON(c, status, jsonType, o)
}

// ActivationRequest says who changes the overlays in force.
type ActivationRequest struct {
	By string `json:"by,omitempty" doc:"who says so"`
}

type activateInput struct {
	ByID
	JSON[ActivationRequest]
}

type activatedOutput struct {
	Body feedback.Activated
}

// activateOverlay answers POST /v1/overlays/{id}/activate.
func (s *server) activateOverlay(ctx context.Context, in *activateInput) (*activatedOutput, error) {
	return activated(s.service.ActivateOverlay(ctx, in.ID, in.value.By))
}

// deactivateOverlay answers POST /v1/overlays/{id}/deactivate.
func (s *server) deactivateOverlay(ctx context.Context, in *activateInput) (*activatedOutput, error) {
	return activated(s.service.DeactivateOverlay(ctx, in.ID, in.value.By))
}

type rollbackInput struct {
	JSON[ActivationRequest]
}

// rollBackOverlays answers POST /v1/overlays/rollback.
func (s *server) rollBackOverlays(ctx context.Context, in *rollbackInput) (*activatedOutput, error) {
	return activated(s.service.RollBackOverlays(ctx, in.value.By))
}

func activated(a feedback.Activated, err error) (*activatedOutput, error) {
	if err != nil {
		return nil, err
	}
	return &activatedOutput{a}, nil
}
