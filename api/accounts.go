package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
)

// AccountRequest is an account as its owner sends it.
type AccountRequest struct {
	ID         string            `json:"id,omitempty" doc:"that of the path, or absent"`
	Name       string            `json:"name,omitempty"`
	StartedAt  *time.Time        `json:"started_at,omitempty"`
	ChurnedAt  *time.Time        `json:"churned_at,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

type putAccountInput struct {
	ByID
	JSON[AccountRequest]
}

type putAccountOutput struct {
	Status int
	Body   PutAccount
}

func (putAccountOutput) describe(r huma.Registry, op *huma.Operation) { submitOutput{}.describe(r, op) }

// PutAccount is an account with what became of it.
type PutAccount struct {
	feedback.Account
	Status feedback.Status `json:"status"`
}

// putAccount answers PUT /v1/accounts/{id}.
func (s *server) putAccount(ctx context.Context, in *putAccountInput) (*putAccountOutput, error) {
	a := in.value
	if a.ID != "" && a.ID != in.ByID.ID {
		return nil, feedback.Errorf(feedback.CodeInvalid, "id", "differs from the id in the path")
	}
	account, status, err := s.service.PutAccount(ctx, feedback.Account{
		ID: in.ByID.ID, Name: a.Name, StartedAt: a.StartedAt, ChurnedAt: a.ChurnedAt, Attributes: a.Attributes,
	})
	if err != nil {
		return nil, err
	}
	out := &putAccountOutput{http.StatusOK, PutAccount{account, status}}
	if status == feedback.Created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

type accountOutput struct {
	Body feedback.Account
}

// getAccount answers GET /v1/accounts/{id}.
func (s *server) getAccount(ctx context.Context, in *ByID) (*accountOutput, error) {
	account, err := s.service.Account(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &accountOutput{account}, nil
}

// SignalRequest is a signal as its owner sends it.
type SignalRequest struct {
	ID        string     `json:"id,omitempty" doc:"its key; without it the account, the name and the time are"`
	AccountID string     `json:"account_id,omitempty"`
	Name      string     `json:"name,omitempty" doc:"e.g. logins, usage_minutes, revenue"`
	Value     *float64   `json:"value,omitempty"`
	At        *time.Time `json:"at,omitempty" doc:"when it was so; now where absent"`
	Unit      string     `json:"unit,omitempty"`
}

// signal gives the signal that was sent. The service checks the rest.
func (r *SignalRequest) signal() (feedback.Signal, *feedback.Error) {
	out := feedback.Signal{ID: r.ID, AccountID: r.AccountID, Name: r.Name, Unit: r.Unit}
	if r.Value == nil {
		return out, feedback.Errorf(feedback.CodeInvalid, "value", "is missing")
	}
	out.Value = *r.Value
	if r.At != nil {
		out.At = *r.At
	}
	return out, nil
}

// signalsRequest is one signal or several.
type signalsRequest struct {
	SignalRequest
	Items []SignalRequest `json:"items,omitempty"`
}

// SignalList is a request with several signals.
type SignalList struct {
	Items []SignalRequest `json:"items" maxItems:"1000"`
}

type signalsInput struct {
	ByID
	JSON[signalsRequest]
}

// request describes the body, which is one of two.
func (*signalsInput) request(r huma.Registry) *huma.RequestBody {
	return requestBody(jsonType, &huma.Schema{OneOf: []*huma.Schema{schemaOf[SignalRequest](r), schemaOf[SignalList](r)}})
}

// SignalResult says what became of a signal.
type SignalResult struct {
	ID     string          `json:"id,omitempty"`
	Status feedback.Status `json:"status" enum:"created,updated,unchanged,rejected"`
	Error  *Fault          `json:"error,omitempty"`
}

// SignalResults is the answer to several signals, in their order.
type SignalResults struct {
	Items []SignalResult `json:"items"`
}

type signalsOutput struct {
	Status int
	Body   any
}

func (signalsOutput) describe(r huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, jsonType, &huma.Schema{OneOf: []*huma.Schema{answerOf[SignalResult](r), answerOf[SignalResults](r)}})
	submitOutput{}.describe(r, op)
}

// putSignals answers POST /v1/accounts/{id}/signals. One signal that is refused is a problem; of several, each has its own result.
func (s *server) putSignals(ctx context.Context, in *signalsInput) (*signalsOutput, error) {
	one, several := !reflect.ValueOf(in.value.SignalRequest).IsZero(), in.value.Items != nil
	switch {
	case one && several:
		return nil, feedback.Errorf(feedback.CodeInvalid, "items", "stands alone: a signal beside it belongs into it")
	case len(in.value.Items) > maxItems:
		return nil, feedback.Errorf(feedback.CodeTooLarge, "items", "are %d, at most %d are taken", len(in.value.Items), maxItems)
	}
	requests := in.value.Items
	if !several {
		requests = []SignalRequest{in.value.SignalRequest}
	}
	for i := range requests {
		if requests[i].AccountID == "" {
			requests[i].AccountID = in.ByID.ID
		}
	}
	results, err := storeSignals(ctx, s.service, requests, in.ByID.ID)
	if err != nil {
		return nil, err
	}
	if several {
		out := SignalResults{Items: make([]SignalResult, len(results))}
		for i, r := range results {
			out.Items[i] = SignalResult{ID: r.ID, Status: r.Status, Error: newFault(r.Err)}
		}
		return &signalsOutput{http.StatusOK, out}, nil
	}
	r := results[0]
	if r.Err != nil {
		return nil, r.Err
	}
	out := &signalsOutput{http.StatusOK, SignalResult{ID: r.ID, Status: r.Status}}
	if r.Status == feedback.Created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// storeSignals stores what can be stored and answers each request, in order. Where an account is given, only its signals are taken.
func storeSignals(ctx context.Context, service *feedback.Service, requests []SignalRequest, account string) ([]feedback.Result, error) {
	results := make([]feedback.Result, len(requests))
	signals := make([]feedback.Signal, 0, len(requests))
	for i := range requests {
		signal, fault := requests[i].signal()
		if fault == nil && account != "" && signal.AccountID != account {
			fault = feedback.Errorf(feedback.CodeInvalid, "account_id", "differs from the account in the path")
		}
		if fault != nil {
			results[i] = feedback.Result{ID: signal.ID, Status: feedback.Rejected, Err: fault}
			continue
		}
		signals = append(signals, signal)
	}
	stored, err := service.PutSignals(ctx, signals)
	if err != nil {
		return nil, err
	}
	for i := range results {
		if results[i].Err == nil {
			results[i], stored = stored[0], stored[1:]
		}
	}
	return results, nil
}
