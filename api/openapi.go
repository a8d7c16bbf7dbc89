package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// newConfig begins the OpenAPI document. Answers may grow fields within a version, so their schemas are open; those of requests are
// closed one by one, in schemaOf.
func newConfig(version string) huma.Config {
	if version == "" {
		version = "0"
	}
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schemas.RegisterTypeAlias(reflect.TypeFor[feedback.Score](), reflect.TypeFor[scoreSchema]())
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:       "Thấu",
				Version:     version,
				Description: "Reads customer feedback in Vietnamese and English. Offsets count Unicode code points, half-open. Every error is an RFC 9457 problem.",
				License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			},
			Components: &huma.Components{
				Schemas: schemas,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"key": {Type: "http", Scheme: "bearer", Description: "A key of thau key create, with the scope read, write or admin; each includes the one before."},
				},
			},
		},
		Formats: map[string]huma.Format{jsonType: huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, // and what ends in +json
	}
	config.AllowAdditionalPropertiesByDefault = true
	return config
}

// document ends the OpenAPI document: it adds what Go types do not say and writes it down.
func document(config huma.Config) []byte {
	schemas := config.Components.Schemas.Map()
	for _, schema := range schemas {
		neverNull(schema)
	}
	for _, item := range config.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				for _, p := range op.Parameters {
					neverNull(p.Schema)
				}
			}
		}
	}
	for _, e := range []struct {
		schema, field string
		values        []string
	}{
		{"Sentiment", "label", []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}},
		{"Polarity", "label", []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}},
		{"Urgency", "level", []string{analyzer.UrgencyLow, analyzer.UrgencyNormal, analyzer.UrgencyHigh, analyzer.UrgencyCritical}},
		{"PII", "kind", []string{analyzer.PIIPhone, analyzer.PIIEmail, analyzer.PIICard, analyzer.PIINationalID, analyzer.PIIAccount}},
		{"Language", "code", []string{"vi", "en", "und"}},
		{"Evidence", "rules", analyzer.Rules},
		{"Draft", "source", feedback.Sources},
		{"Record", "source", feedback.Sources},
		{"Submitted", "source", feedback.Sources},
		{"TicketTag", "kind", []string{feedback.TagTopic, feedback.TagRule}},
		{"TicketReading", "suggested_priority", []string{"low", "normal", "high", "urgent"}},
		{"Job", "kind", []string{feedback.JobReanalyze, feedback.JobLearn, feedback.JobErase}},
		{"Job", "state", []string{feedback.JobQueued, feedback.JobRunning, feedback.JobDone, feedback.JobFailed}},
		{"Submitted", "status", []string{string(feedback.Created), string(feedback.Updated), string(feedback.Unchanged)}},
	} {
		field := schemas[e.schema].Properties[e.field]
		if field.Type == huma.TypeArray {
			field = field.Items
		}
		for _, value := range e.values {
			field.Enum = append(field.Enum, value)
		}
	}
	out, err := json.Marshal(config.OpenAPI)
	if err != nil {
		panic(err) // made of our own types: the tests would have seen it
	}
	return out
}

// neverNull takes the null away that a list could have been for all the Go type knows: lists are there or absent.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	for _, p := range s.OneOf {
		neverNull(p)
	}
	if p, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(p)
	}
}

// schemaOf gives the schema of a type that a request holds: no other fields than these.
func schemaOf[T any](r huma.Registry) *huma.Schema {
	schema := r.Schema(reflect.TypeFor[T](), true, "")
	closeSchema(r, schema)
	return schema
}

func closeSchema(r huma.Registry, s *huma.Schema) {
	switch {
	case s == nil:
	case s.Ref != "":
		closeSchema(r, r.SchemaFromRef(s.Ref))
	case s.Type == huma.TypeArray:
		closeSchema(r, s.Items)
	case s.Properties != nil && s.AdditionalProperties != false:
		s.AdditionalProperties = false
		for _, p := range s.Properties {
			closeSchema(r, p)
		}
	}
}

// answerOf gives the schema of a type that an answer holds.
func answerOf[T any](r huma.Registry) *huma.Schema { return r.Schema(reflect.TypeFor[T](), true, "") }

func requestBody(contentType string, schema *huma.Schema) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{contentType: {Schema: schema}}}
}

// addResponse adds an answer with a body to a description.
func addResponse(op *huma.Operation, status int, contentType string, schema *huma.Schema) {
	op.Responses[strconv.Itoa(status)] = &huma.Response{
		Description: http.StatusText(status),
		Content:     map[string]*huma.MediaType{contentType: {Schema: schema}},
	}
}

// addProblem adds the answer of a request that failed.
func addProblem(r huma.Registry, op *huma.Operation) {
	op.Responses["default"] = &huma.Response{
		Description: "Error",
		Content:     map[string]*huma.MediaType{problemType: {Schema: answerOf[Problem](r)}},
	}
}

// operationAt gives the description of a route.
func operationAt(doc *huma.OpenAPI, method, path string) *huma.Operation {
	item := doc.Paths[path]
	switch method {
	case get:
		return item.Get
	case post:
		return item.Post
	case put:
		return item.Put
	case patch:
		return item.Patch
	default:
		return item.Delete
	}
}

// scoreSchema describes a feedback.Score, which is written in two ways.
type scoreSchema struct{}

// Schema implements huma.SchemaProvider.
func (scoreSchema) Schema(huma.Registry) *huma.Schema {
	number := &huma.Schema{Type: huma.TypeNumber}
	return &huma.Schema{
		Description: "A number on the usual scale (nps 0–10, csat and rating 1–5, ces 1–7), or a value with its scale. A high ces means easy unless high_is says effort.",
		OneOf: []*huma.Schema{number, {
			Type:     huma.TypeObject,
			Required: []string{"value"},
			Properties: map[string]*huma.Schema{
				"value": number, "min": number, "max": number,
				"high_is": {Type: huma.TypeString, Enum: []any{"ease", "effort"}},
			},
			AdditionalProperties: true,
		}},
	}
}

func describeOpenAPI(_ huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, jsonType, &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true})
}

// serveOpenAPI answers GET /openapi.json.
func (s *server) serveOpenAPI(c *gin.Context) { c.Data(http.StatusOK, jsonType, s.openAPI) }
