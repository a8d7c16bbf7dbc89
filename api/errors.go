package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

// The codes that only HTTP knows.
const (
	codeMethod    feedback.Code = "method_not_allowed"
	codeMediaType feedback.Code = "unsupported_media_type"
	codeCanceled  feedback.Code = "canceled"
)

// statuses is the one table from codes to statuses.
var statuses = map[feedback.Code]struct {
	status int
	title  string
}{
	feedback.CodeInvalid:             {http.StatusBadRequest, "The request cannot be accepted"},
	feedback.CodeUnauthorized:        {http.StatusUnauthorized, "A key is needed"},
	feedback.CodeForbidden:           {http.StatusForbidden, "This is not allowed"},
	feedback.CodeNotFound:            {http.StatusNotFound, "There is no such thing"},
	codeMethod:                       {http.StatusMethodNotAllowed, "The method is not allowed here"},
	feedback.CodeIDConflict:          {http.StatusConflict, "The id belongs to something else"},
	feedback.CodeTooLarge:            {http.StatusRequestEntityTooLarge, "The request is too large"},
	codeMediaType:                    {http.StatusUnsupportedMediaType, "The body has the wrong type"},
	feedback.CodeIdempotencyConflict: {http.StatusUnprocessableEntity, "The Idempotency-Key was used before"},
	codeCanceled:                     {499, "The client went away"},
	feedback.CodeInternal:            {http.StatusInternalServerError, "Something went wrong here"},
	feedback.CodeUnavailable:         {http.StatusServiceUnavailable, "Not now"},
	feedback.CodeTimeout:             {http.StatusGatewayTimeout, "It took too long"},
}

var (
	errNoRoute  = feedback.Errorf(feedback.CodeNotFound, "", "nothing is at this path; /openapi.json lists what there is")
	errNoMethod = feedback.Errorf(codeMethod, "", "this path has other methods; see the Allow header")
)

// Problem is an RFC 9457 problem, the answer of every request that failed.
type Problem struct {
	Type          string         `json:"type" format:"uri" doc:"urn:thau:problem: and the code"`
	Title         string         `json:"title" doc:"what happened, the same for every problem of a code"`
	Status        int            `json:"status" doc:"the HTTP status"`
	Detail        string         `json:"detail" doc:"what happened this time and what to do about it"`
	Code          feedback.Code  `json:"code" doc:"the kind of problem, from a closed set"`
	RequestID     string         `json:"request_id" doc:"names the request in the log; also the X-Request-Id header"`
	InvalidParams []InvalidParam `json:"invalid_params,omitempty" doc:"the parts of the request at fault"`
}

// InvalidParam is one part of a request that is at fault.
type InvalidParam struct {
	Name   string `json:"name" doc:"the parameter or the path of the field, e.g. scores.nps"`
	Reason string `json:"reason"`
}

// Error gives the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the status, for huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives the media type of a problem, for huma.
func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

// newProblem describes an error. What is internal stays inside: the caller reads "internal error".
func newProblem(err error) *Problem {
	faults := faultsOf(err)
	code := faults[0].Code
	entry, ok := statuses[code]
	if !ok {
		code, entry = feedback.CodeInternal, statuses[feedback.CodeInternal]
	}
	p := &Problem{Type: "urn:thau:problem:" + string(code), Title: entry.title, Status: entry.status, Code: code}
	switch {
	case code == feedback.CodeInternal:
		p.Detail = "internal error"
		return p
	case len(faults) > 1:
		p.Detail = fmt.Sprintf("%d parts of the request are at fault", len(faults))
	case faults[0].Field != "":
		p.Detail = faults[0].Field + ": " + faults[0].Message
	default:
		p.Detail = faults[0].Message
	}
	if code == feedback.CodeNotFound {
		return p
	}
	for _, f := range faults {
		if f.Field != "" {
			p.InvalidParams = append(p.InvalidParams, InvalidParam{Name: f.Field, Reason: f.Message})
		}
	}
	return p
}

// faultsOf gives the errors with a code in an error, at least one.
func faultsOf(err error) []*feedback.Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []*feedback.Error
		for _, e := range joined.Unwrap() {
			out = append(out, faultsOf(e)...)
		}
		if len(out) > 0 {
			return out
		}
	}
	var (
		fault *feedback.Error
		large *http.MaxBytesError
	)
	switch {
	case errors.As(err, &fault):
	case errors.As(err, &large):
		fault = feedback.Errorf(feedback.CodeTooLarge, "", "the body has more than %d bytes", large.Limit)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		fault = feedback.Errorf(feedback.CodeTimeout, "", "no answer was found in time")
	case errors.Is(err, context.Canceled):
		fault = feedback.Errorf(codeCanceled, "", "the client went away")
	case errors.Is(err, io.ErrUnexpectedEOF):
		fault = feedback.Errorf(feedback.CodeInvalid, "", "the body ends before its announced length")
	default:
		fault = &feedback.Error{Code: feedback.CodeInternal, Err: err}
	}
	return []*feedback.Error{fault}
}

// problemFor describes an error to the caller of a request and notes it for the log if it is ours to mend.
func problemFor(c *gin.Context, err error) *Problem {
	p := newProblem(err)
	h := c.Writer.Header()
	p.RequestID = h.Get(headerRequestID)
	switch p.Code {
	case feedback.CodeInternal:
		_ = c.Error(err)
	case feedback.CodeUnavailable:
		_ = c.Error(err)
		h.Set("Retry-After", "5")
	}
	return p
}

// fail ends a request with a problem.
func fail(c *gin.Context, err error) {
	p := problemFor(c, err)
	c.Abort()
	writeJSON(c, p.Status, problemType, p)
}

// Huma has no other place for an API's own errors than these two variables. Its messages say what is wrong and are kept; the values
// it would echo may be personal and are left out.
func init() {
	huma.NewError = func(int, string, ...error) huma.StatusError { return new(Problem) }
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		faults := make([]error, 0, len(errs)+1)
		for _, err := range errs {
			var detail *huma.ErrorDetail
			if errors.As(err, &detail) {
				err = feedback.Errorf(feedback.CodeInvalid, parameter(detail.Location), "%s", detail.Message)
			}
			faults = append(faults, err)
		}
		if len(faults) == 0 {
			code := feedback.CodeInternal
			if status < http.StatusInternalServerError {
				code = feedback.CodeInvalid
			}
			faults = append(faults, feedback.Errorf(code, "", "%s", message))
		}
		return problemFor(humagin.Unwrap(ctx), errors.Join(faults...))
	}
}

// parameter gives the name of a parameter from where huma says it is: "query.limit" is limit.
func parameter(location string) string {
	if _, name, ok := strings.Cut(location, "."); ok {
		return join("", name)
	}
	return location
}
