package api

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"github.com/thau-cx/thau/feedback"
)

// maxJobs is how many jobs a list shows.
const maxJobs = 100

type jobOutput struct {
	Body feedback.Job
}

// acceptedJob answers a request for work that goes on after the answer.
type acceptedJob struct {
	Status   int
	Location string `header:"Location" doc:"where the job is"`
	Body     feedback.Job
}

func (acceptedJob) describe(_ huma.Registry, op *huma.Operation) {
	accepted := *op.Responses["200"]
	accepted.Description = "Accepted: the job waits or runs"
	delete(op.Responses, "200")
	op.Responses["202"] = &accepted
}

func accept(j feedback.Job) *acceptedJob {
	return &acceptedJob{http.StatusAccepted, "/v1/jobs/" + url.PathEscape(j.ID), j}
}

// getJob answers GET /v1/jobs/{id}.
func (s *server) getJob(ctx context.Context, in *ByID) (*jobOutput, error) {
	job, err := s.service.Job(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &jobOutput{job}, nil
}

// JobList is the jobs there are, the newest first.
type JobList struct {
	Items []feedback.Job `json:"items"`
}

type jobListOutput struct {
	Body JobList
}

// listJobs answers GET /v1/jobs.
func (s *server) listJobs(ctx context.Context, _ *struct{}) (*jobListOutput, error) {
	jobs, err := s.service.ListJobs(ctx, maxJobs)
	if err != nil {
		return nil, err
	}
	if jobs == nil {
		jobs = []feedback.Job{}
	}
	return &jobListOutput{JobList{jobs}}, nil
}

// ReanalyzeRequest asks for re-reading.
type ReanalyzeRequest struct {
	By string `json:"by,omitempty" doc:"who asks"`
}

type reanalyzeInput struct {
	JSON[ReanalyzeRequest]
}

// reanalyze answers POST /v1/jobs/reanalyze.
func (s *server) reanalyze(ctx context.Context, in *reanalyzeInput) (*acceptedJob, error) {
	job, err := s.service.Reanalyze(ctx, in.value.By)
	if err != nil {
		return nil, err
	}
	return accept(job), nil
}

// LearnRequest says what to learn, from what. Which records it is about the filters of the query say.
type LearnRequest struct {
	Task      string   `json:"task" enum:"sentiment,topics,intents"`
	Name      string   `json:"name,omitempty" doc:"of the overlay; learned-TASK where absent"`
	From      []string `json:"from,omitempty" enum:"corrections,ratings,tags" doc:"corrections of the labels; ratings that customers gave, for the sentiment; tags that people set, as topics. Where absent corrections, and ratings for the sentiment"`
	Precision float64  `json:"precision,omitempty" doc:"share of what is sure that should be right, 0 to 1; plain thresholds where absent"`
	Exclusive *bool    `json:"exclusive,omitempty" doc:"a text has one label; where absent, it has where no text has two"`
	Activate  bool     `json:"activate,omitempty" doc:"put in force what the gate accepts, and read records again"`
	By        string   `json:"by,omitempty" doc:"who asks"`
}

type learnInput struct {
	Filters
	JSON[LearnRequest]
}

// Resolve reads the filters and the body, for huma.
func (in *learnInput) Resolve(ctx huma.Context) []error {
	return append(in.Filters.Resolve(ctx), in.JSON.Resolve(ctx)...)
}

// learn answers POST /v1/learn. What came of it is the job's result: whether the gate accepted, the overlay and its model card.
func (s *server) learn(ctx context.Context, in *learnInput) (*acceptedJob, error) {
	filter, err := in.filter(s.service.Zone())
	if err != nil {
		return nil, err
	}
	l := in.value
	job, err := s.service.Learn(ctx, feedback.Lesson{
		Task: l.Task, Name: l.Name, From: l.From, Precision: l.Precision, Exclusive: l.Exclusive, Activate: l.Activate, Filter: filter,
	}, l.By)
	if err != nil {
		return nil, err
	}
	return accept(job), nil
}
