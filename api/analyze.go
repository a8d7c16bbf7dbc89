package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

// AnalyzeText is a text to analyze.
type AnalyzeText struct {
	ID    json.RawMessage `json:"id,omitempty" doc:"anything; comes back with the analysis"`
	Title *string         `json:"title,omitempty"`
	Text  *string         `json:"text,omitempty" doc:"as it was typed; it or the title must be there, and may be empty"`
	Lang  string          `json:"lang,omitempty" doc:"a hint, which only breaks ties"`
}

// analyzeRequest is one text or several.
type analyzeRequest struct {
	AnalyzeText
	Items []AnalyzeText `json:"items,omitempty"`
}

// AnalyzeList is a request for several texts.
type AnalyzeList struct {
	Items []AnalyzeText `json:"items" maxItems:"1000"`
}

// Analyzed is what was read in a text.
type Analyzed struct {
	ID       json.RawMessage   `json:"id,omitempty" doc:"as it was sent"`
	Analysis analyzer.Analysis `json:"analysis"`
}

// AnalyzedList is the answer for several texts, in their order.
type AnalyzedList struct {
	Items []Analyzed `json:"items"`
}

func describeAnalyze(r huma.Registry, op *huma.Operation) {
	op.Description = "Reads texts and keeps nothing. " + op.Description
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "phrases", In: "query", Description: "also find key phrases, which takes longer", Schema: &huma.Schema{Type: huma.TypeBoolean},
	})
	op.RequestBody = requestBody(jsonType, &huma.Schema{OneOf: []*huma.Schema{schemaOf[AnalyzeText](r), schemaOf[AnalyzeList](r)}})
	addResponse(op, http.StatusOK, jsonType, &huma.Schema{OneOf: []*huma.Schema{answerOf[Analyzed](r), answerOf[AnalyzedList](r)}})
}

// analyze answers POST /v1/analyze. It is a raw route because it is the busiest one: reading the body once, without a validator
// beside it, is what keeps it near the speed of the router.
func (s *server) analyze(c *gin.Context) {
	phrases := false
	if c.Request.URL.RawQuery != "" {
		var err error
		if phrases, err = flag(c, "phrases"); err != nil {
			fail(c, err)
			return
		}
	}
	in, err := readAnalyze(c.Request)
	if err != nil {
		fail(c, err)
		return
	}
	one, several := !reflect.ValueOf(in.AnalyzeText).IsZero(), in.Items != nil
	switch {
	case one && several:
		fail(c, feedback.Errorf(feedback.CodeInvalid, "items", "stands alone: a text beside it belongs into it"))
	case len(in.Items) > maxItems:
		fail(c, feedback.Errorf(feedback.CodeTooLarge, "items", "are %d, at most %d are taken", len(in.Items), maxItems))
	case several:
		s.analyzeSeveral(c, in.Items, phrases)
	case in.Title == nil && in.Text == nil:
		fail(c, feedback.Errorf(feedback.CodeInvalid, "text", "is missing"))
	default:
		write(c, http.StatusOK, jsonType, func(b []byte) []byte {
			return append(appendAnalyzed(b, in.ID, func(b []byte) []byte { return s.service.AppendAnalysis(b, in.input(phrases)) }), '\n')
		})
	}
}

// readAnalyze reads the body. One plain text, as most are, is read at one go.
func readAnalyze(r *http.Request) (in analyzeRequest, err error) {
	if err := checkType(r, jsonType); err != nil {
		return in, err
	}
	body, err := readBody(r)
	if err != nil {
		return in, err
	}
	if t, ok := intake.ReadText(body); ok && !t.Others {
		in.AnalyzeText = AnalyzeText{ID: t.ID, Title: t.Title, Text: t.Text, Lang: t.Lang}
		return in, nil
	}
	return in, decode(body, &in)
}

func (s *server) analyzeSeveral(c *gin.Context, items []AnalyzeText, phrases bool) {
	inputs := make([]analyzer.Input, len(items))
	var faults []*feedback.Error
	for i := range items {
		if items[i].Title == nil && items[i].Text == nil && len(faults) < maxFaults {
			faults = append(faults, feedback.Errorf(feedback.CodeInvalid, fmt.Sprintf("items[%d].text", i), "is missing"))
		}
		inputs[i] = items[i].input(phrases)
	}
	if len(faults) > 0 {
		fail(c, feedback.Join(faults))
		return
	}
	found := s.service.Analyze(inputs)
	write(c, http.StatusOK, jsonType, func(b []byte) []byte {
		b = append(b, `{"items":[`...)
		for i := range found {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendAnalyzed(b, items[i].ID, func(b []byte) []byte { return analyzer.AppendJSON(b, &found[i]) })
		}
		return append(b, "]}\n"...)
	})
}

// input gives the analyzer's view of a text.
func (t *AnalyzeText) input(phrases bool) analyzer.Input {
	in := analyzer.Input{Lang: t.Lang, Phrases: phrases}
	if t.Title != nil {
		in.Title = *t.Title
	}
	if t.Text != nil {
		in.Text = *t.Text
	}
	return in
}
