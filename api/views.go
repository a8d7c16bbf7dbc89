package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// viewParam is the parameter that names a view wherever there are filters.
const viewParam = "view"

// expandView puts the parameters of a view in place of its name, so that a request with a view is the request with all of them. One
// that the request has too is refused: which of both would hold is not for us to guess.
func (s *server) expandView(c *gin.Context, op *huma.Operation) error {
	values := c.Request.URL.Query()
	names := values[viewParam]
	takes := func(name string) bool {
		return slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name })
	}
	if len(names) != 1 || names[0] == "" || !takes(viewParam) {
		return nil
	}
	view, err := s.service.View(c.Request.Context(), names[0])
	if err != nil {
		return err
	}
	for name, given := range view.Filter {
		switch {
		case values.Has(name):
			return feedback.Errorf(feedback.CodeInvalid, name, "is set by the view %q already", view.Name)
		case name == "q" && !takes(name):
			return feedback.Errorf(feedback.CodeInvalid, viewParam, "the view %q has a text to search for, which cannot be used here", view.Name)
		}
		values[name] = given
	}
	delete(values, viewParam)
	c.Request.URL.RawQuery = values.Encode()
	return nil
}

// ViewRequest is a view as it is set.
type ViewRequest struct {
	Filter map[string][]string `json:"filter" doc:"parameters of a request with filters and their values; q is a text to search for"`
}

// ByName is the name in a path.
type ByName struct {
	Name string `path:"name" doc:"percent-encoded"`
}

type viewOutput struct {
	Status int
	Body   feedback.View
}

func (viewOutput) describe(_ huma.Registry, op *huma.Operation) {
	if op.Method != put {
		return
	}
	created := *op.Responses["200"]
	created.Description = "Created"
	op.Responses["200"].Description = "Replaced"
	op.Responses["201"] = &created
}

type putViewInput struct {
	ByName
	JSON[ViewRequest]
}

// putView answers PUT /v1/views/{name}.
func (s *server) putView(ctx context.Context, in *putViewInput) (*viewOutput, error) {
	view, status, err := s.service.PutView(ctx, in.Name, in.value.Filter)
	if err != nil {
		return nil, err
	}
	out := &viewOutput{http.StatusOK, view}
	if status == feedback.Created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// getView answers GET /v1/views/{name}.
func (s *server) getView(ctx context.Context, in *ByName) (*viewOutput, error) {
	view, err := s.service.View(ctx, in.Name)
	return &viewOutput{http.StatusOK, view}, err
}

// ViewList is every view, by name.
type ViewList struct {
	Items []feedback.View `json:"items"`
}

type viewsOutput struct {
	Body ViewList
}

// listViews answers GET /v1/views.
func (s *server) listViews(ctx context.Context, _ *struct{}) (*viewsOutput, error) {
	views, err := s.service.ListViews(ctx)
	if views == nil {
		views = []feedback.View{}
	}
	return &viewsOutput{ViewList{views}}, err
}

// deleteView answers DELETE /v1/views/{name}.
func (s *server) deleteView(ctx context.Context, in *ByName) (*nothing, error) {
	return nil, s.service.DeleteView(ctx, in.Name)
}
