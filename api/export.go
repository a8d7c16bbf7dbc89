package api

import (
	"bufio"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/intake"
)

const csvType = "text/csv"

func describeExport(r huma.Registry, op *huma.Operation) {
	op.Description = "Every record of a filter or a text, as it is sent: an answer that ends before its time is cut off. JSON Lines are records as " +
		"GET /v1/feedback/{id} gives them; CSV is for spreadsheets, with a column for each score and attribute, and no cell in it is a formula. " + op.Description
	text := &huma.Schema{Type: huma.TypeString}
	explode := true
	for f := range fields(reflect.TypeFor[Filters]()) {
		name, list, _ := strings.Cut(f.Tag.Get("query"), ",")
		p := &huma.Param{Name: name, In: "query", Description: f.Tag.Get("doc"), Schema: text}
		if list != "" {
			p.Explode, p.Schema = &explode, &huma.Schema{Type: huma.TypeArray, Items: text}
		}
		op.Parameters = append(op.Parameters, p)
	}
	(&Filters{}).describe(op)
	op.Parameters = append(op.Parameters,
		&huma.Param{Name: "q", In: "query", Description: "a text, as in search", Schema: text},
		&huma.Param{Name: "synonyms", In: "query", Description: "as in search", Schema: &huma.Schema{Type: huma.TypeBoolean}},
		&huma.Param{Name: "format", In: "query", Description: "jsonl where absent", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"jsonl", "csv"}}})
	addResponse(op, http.StatusOK, lineTypes[0], answerOf[feedback.Record](r))
	addResponse(op, http.StatusOK, csvType, text)
}

// fields gives the parameters of a struct of them.
func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("query") != "" && !yield(f) {
				return
			}
		}
	}
}

// export answers GET /v1/export.
func (s *server) export(c *gin.Context) {
	values := c.Request.URL.Query()
	synonyms, err := flag(c, "synonyms")
	if err != nil {
		fail(c, err)
		return
	}
	format := values.Get("format")
	maps.DeleteFunc(values, func(name string, _ []string) bool { return name == "format" || name == "synonyms" })
	filter, text, err := feedback.ParseFilter(values, s.service.Zone())
	if err == nil && !slices.Contains([]string{"", "jsonl", "csv"}, format) {
		err = feedback.Errorf(feedback.CodeInvalid, "format", "is jsonl or csv")
	}
	if err != nil {
		fail(c, err)
		return
	}
	out := &slowWriter{control: http.NewResponseController(c.Writer.(interface{ Unwrap() http.ResponseWriter }).Unwrap()), c: c, idle: s.limits.Idle}
	buffered := bufio.NewWriterSize(out, maxWrite)
	write, flush := exportLines(buffered)
	c.Header("Content-Type", lineTypes[0])
	if format == "csv" {
		attributes, scores, err := s.service.Attributes(c.Request.Context())
		if err == nil {
			write, flush, err = exportSheet(buffered, attributes, scores)
		}
		if err != nil {
			fail(c, err)
			return
		}
		c.Header("Content-Type", csvType+"; charset=utf-8; header=present")
		c.Header("Content-Disposition", `attachment; filename="feedback.csv"`)
	}
	err = s.service.Export(c.Request.Context(), feedback.Query{Text: text, Synonyms: synonyms, Filter: filter}, write)
	if err == nil {
		err = flush()
	}
	if err == nil {
		err = buffered.Flush()
	}
	switch {
	case err == nil:
		c.Writer.WriteHeaderNow()
	case !c.Writer.Written():
		c.Writer.Header().Del("Content-Disposition")
		fail(c, err)
	default: // what was sent is not all: the client must see that
		s.log.Warn("an export was cut off", "err", err)
		panic(http.ErrAbortHandler)
	}
}

// exportLines writes records as lines of JSON.
func exportLines(w *bufio.Writer) (write func(*feedback.Record) error, flush func() error) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return func(r *feedback.Record) error { return enc.Encode(r) }, func() error { return nil }
}

// exportSheet writes records as CSV.
func exportSheet(w *bufio.Writer, attributes, scores []string) (write func(*feedback.Record) error, flush func() error, err error) {
	sheet, err := intake.NewSheet(w, attributes, scores)
	if err != nil {
		return nil, nil, err
	}
	return sheet.Write, sheet.Flush, nil
}

// slowWriter gives every write the idle time anew, so that a large answer has no bound but that something moves.
type slowWriter struct {
	c       *gin.Context
	control *http.ResponseController
	idle    time.Duration
}

// Write implements io.Writer.
func (w *slowWriter) Write(b []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.idle)) // not every writer has deadlines
	return w.c.Writer.Write(b)
}
