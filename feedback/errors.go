package feedback

import (
	"errors"
	"fmt"
)

// Code is the kind of an error, from a closed set. Each room that answers somebody has one table from Code to its own status.
type Code string

// The codes.
const (
	CodeInvalid             Code = "invalid"              // the caller sent something that cannot be accepted; Field says where
	CodeNotFound            Code = "not_found"            // no such record, account or policy
	CodeIDConflict          Code = "id_conflict"          // the id belongs to a record of another source
	CodeIdempotencyConflict Code = "idempotency_conflict" // the Idempotency-Key was used with another payload
	CodeTooLarge            Code = "too_large"            // beyond a stated limit
	CodeUnauthorized        Code = "unauthorized"         // no key or an unknown one
	CodeForbidden           Code = "forbidden"            // a key without the scope, or a foreign host or origin
	CodeUnavailable         Code = "unavailable"          // not now: starting, stopping or a part is out of reach
	CodeTimeout             Code = "timeout"              // bounded in time and the bound was reached
	CodeInternal            Code = "internal"             // ours to mend; details are logged, never shown
)

// Error is an error with a code that a caller can act on. Message is a sentence for people and is safe to show; Field names the
// offending part ("scores.nps", "line 12") where there is one; Err is for the log only.
type Error struct {
	Code    Code
	Field   string
	Message string
	Err     error
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a code about a field, which may be empty.
func Errorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf gives the code of an error: that of the Error in its chain, CodeInternal for any other, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
