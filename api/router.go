package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// The paths that every request log would be full of.
const (
	pathHealthz = "/healthz"
	pathReadyz  = "/readyz"
	pathMetrics = "/metrics"
)

// routes is every route there is: where it is, what it is called, who may take it and what answers.
func (s *server) routes() {
	open := s.room("")
	open.raw(get, pathHealthz, "getHealthz", "Tell whether the process lives", s.healthz, s.describeHealthz)
	open.raw(get, pathReadyz, "getReadyz", "Tell whether requests can be answered", s.readyz, s.describeHealthz)
	open.raw(get, "/openapi.json", "getOpenAPI", "Give this document", s.serveOpenAPI, describeOpenAPI)

	read := s.room(feedback.ScopeRead)
	read.raw(get, pathMetrics, "getMetrics", "Give the metrics of the process, for Prometheus", s.metrics.serve, describeMetrics)
	read.untimed(post, pathAnalyze, "analyze", "Read what is in one text, or in up to 1,000", s.analyze, describeAnalyze)
	add(read, get, "/v1/feedback/{id}", "getFeedback", "Get a record", s.getFeedback)
	add(read, get, "/v1/search", "search", "Find records by their words, labels and numbers", s.search)
	add(read, get, "/v1/accounts/{id}", "getAccount", "Get an account", s.getAccount)
	add(read, get, "/v1/accounts/{id}/health", "getHealth", "Compute the health of an account and why", s.getHealth)
	add(read, get, "/v1/themes", "getThemes", "Find what sets records apart: phrases with intervals, trends and quotes", s.getThemes)
	add(read, get, "/v1/trends", "getTrends", "Follow a metric over time, and tell what its change comes from", s.getTrends)
	add(read, get, "/v1/emerging", "getEmerging", "Find topics and phrases that are said more often than before", s.getEmerging)
	add(read, get, "/v1/drivers", "getDrivers", "Tell which topics a metric goes with", s.getDrivers)
	add(read, get, "/v1/compare", "getCompare", "Compare two groups of records: their metrics and what they say", s.getCompare)
	add(read, get, "/v1/accounts/{id}/health/history", "getHealthHistory", "List what was computed for an account, day by day", s.getHistory)
	add(read, get, "/v1/accounts/{id}/timeline", "getTimeline", "Tell what happened with an account, and which way its satisfaction goes", s.getTimeline)
	add(read, get, "/v1/health", "getPortfolio", "List the accounts by their health", s.getPortfolio)
	add(read, get, "/v1/health/movers", "getMovers", "List the accounts whose health moved most", s.getMovers)
	add(read, get, "/v1/health/segments", "getHealthSegments", "Sum health up by an attribute of accounts", s.getSegments)
	add(read, get, "/v1/health/surveys", "getSurveysDue", "List the accounts that are due to be asked for their NPS", s.getSurveys)
	add(read, get, "/v1/health/validation", "getHealthValidation", "Hold health against who left", s.getValidation)
	add(read, get, "/v1/loyalty", "getLoyalty", "Map customers by recommendation and satisfaction", s.getLoyalty)
	add(read, get, "/v1/payoff", "getPayoff", "Tell what is associated with leaving and with revenue", s.getPayoff)
	add(read, get, "/v1/targets", "listTargets", "List the targets and how they stand", s.listTargets)
	add(read, get, "/v1/metrics/business", "getBusiness", "Compute churn, lifetime value, deal size, cost, profit, complaints, products and orders out of policy", s.getBusiness)
	add(read, get, "/v1/metrics/nps", "getNPS", "Compute the net promoter score", measure(s, "nps", s.service.MeasureNPS))
	add(read, get, "/v1/metrics/csat", "getCSAT", "Compute customer satisfaction", s.getCSAT)
	add(read, get, "/v1/metrics/ces", "getCES", "Compute the customer effort score", s.getCES)
	add(read, get, "/v1/metrics/rating", "getRating", "Compute the mean rating", measure(s, "rating", s.service.MeasureRating))
	add(read, get, "/v1/metrics/sentiment", "getSentiment", "Compute net sentiment", measure(s, "sentiment", s.service.MeasureSentiment))
	add(read, get, pathOverlays, "listOverlays", "List the overlays that are kept, and which are in force", s.listOverlays)
	add(read, get, "/v1/overlays/{id}", "getOverlay", "Get an overlay with its model card", s.getOverlay)
	add(read, get, "/v1/overlays/{id}/diff", "diffOverlay", "Tell what an overlay says otherwise than another one", s.diffOverlay)
	read.raw(get, "/v1/overlays/{id}/zip", "getOverlayZip", "Get an overlay as a zip archive", s.packedOverlay, describePacked)
	add(read, get, "/v1/jobs", "listJobs", "List the work that goes on in the background", s.listJobs)
	add(read, get, "/v1/jobs/{id}", "getJob", "Tell how far a job is", s.getJob)
	read.untimed(get, pathExport, "export", "Export every record of a filter or a text", s.export, describeExport)
	add(read, get, "/v1/views", "listViews", "List the saved views", s.listViews)
	add(read, get, "/v1/views/{name}", "getView", "Get a saved view", s.getView)
	read.raw(get, "/v1/policies/health", "getHealthPolicy", "Get the health policy in force", s.getPolicy, describePolicy)
	read.raw(get, "/v1/policies/health/{id}", "getBuiltinHealthPolicy", "Get a built-in health policy", s.getBuiltinPolicy, describeBuiltinPolicy)

	read.raw(get, "/v1/tagging/rules", "getTaggingRules", "Get the tagging rules in force", s.getRules, describeRules)
	add(read, get, "/v1/tagging/report", "getTaggingReport", "Tell how well records are tagged, and how far that moved", s.taggingReport)

	write := s.room(feedback.ScopeWrite)
	add(write, post, "/v1/tickets/tag", "tagTicket", "Tag a support ticket; store its messages where it has an id", s.tagTicket)
	add(write, post, "/v1/feedback", "submitFeedback", "Submit a record, or submit it again", s.submitFeedback)
	write.untimed(post, pathFeedbackBulk, "submitFeedbackBulk", "Submit a stream of records", s.streamFeedback, describeFeedbackBulk)
	add(write, patch, "/v1/feedback/{id}", "correctFeedback", "Correct the labels of a record", s.correctFeedback)
	add(write, remove, "/v1/feedback/{id}", "deleteFeedback", "Delete a record", s.deleteFeedback)
	add(write, put, "/v1/views/{name}", "putView", "Save a filter as a view, which view=NAME stands for wherever there are filters", s.putView)
	add(write, remove, "/v1/views/{name}", "deleteView", "Delete a saved view", s.deleteView)
	add(write, put, "/v1/accounts/{id}/health/override", "putOverride", "Put what a person says beside an account's score", s.putOverride)
	add(write, remove, "/v1/accounts/{id}/health/override", "deleteOverride", "Take a person's word on an account's score away", s.deleteOverride)
	add(write, put, "/v1/targets/{id}", "putTarget", "Set a target", s.putTarget)
	add(write, remove, "/v1/targets/{id}", "deleteTarget", "Remove a target", s.deleteTarget)
	add(write, put, "/v1/accounts/{id}", "putAccount", "Create or replace an account", s.putAccount)
	add(write, post, "/v1/accounts/{id}/signals", "putSignals", "Store signals of an account", s.putSignals)
	write.untimed(post, pathSignalsBulk, "putSignalsBulk", "Store a stream of signals", s.streamSignals, describeSignalsBulk)

	admin := s.room(feedback.ScopeAdmin)
	add(admin, post, "/v1/jobs/reanalyze", "reanalyze", "Read the records again that another engine read", s.reanalyze)
	admin.raw(post, pathOverlays, "addOverlay", "Keep an overlay, as a version of its name", s.addOverlay, describeAddOverlay)
	add(admin, post, "/v1/learn", "learn", "Learn an overlay from corrections, ratings or tags", s.learn)
	add(admin, post, "/v1/overlays/rollback", "rollBackOverlays", "Put those overlays in force that were before", s.rollBackOverlays)
	add(admin, post, "/v1/overlays/{id}/activate", "activateOverlay", "Put an overlay in force and read records again", s.activateOverlay)
	add(admin, post, "/v1/overlays/{id}/deactivate", "deactivateOverlay", "Take an overlay out of force and read records again", s.deactivateOverlay)
	admin.raw(put, "/v1/tagging/rules", "putTaggingRules", "Set the tagging rules", s.putRules, describePutRules)
	admin.untimed(remove, "/v1/customers/{id}", "eraseCustomer", "Erase everything that is known of a customer", s.eraseCustomer, describeErase)
	admin.raw(put, "/v1/policies/health", "putHealthPolicy", "Set the health policy", s.putPolicy, describePutPolicy)
}

// room is where the routes of one scope are.
type room struct {
	server *server
	scope  string
	group  *gin.RouterGroup // without a bound on time
	timed  *gin.RouterGroup
	api    huma.API
}

// room opens the room of a scope; "" is open to all.
func (s *server) room(scope string) room {
	group := s.engine.Group("")
	if scope != "" {
		group.Use(s.need(scope))
	}
	group.Use(unescape)
	timed := group.Group("", s.within)
	api := humagin.NewWithGroup(s.engine, timed, s.config)
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		c := humagin.Unwrap(ctx)
		if err := s.ask(c, ctx.Operation()); err != nil {
			fail(c, err)
			return
		}
		next(ctx)
	})
	return room{s, scope, group, timed, api}
}

// operation begins the description of a route.
func (r room) operation(method, path, id, summary string) *huma.Operation {
	tag, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/v1"), "/"), "/")
	op := &huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: []string{tag}, Responses: map[string]*huma.Response{}}
	if r.scope != "" {
		op.Description = "Needs a key with the scope " + r.scope + "; on loopback none."
		op.Security = []map[string][]string{{"key": {r.scope}}}
	}
	return op
}

// add gives a route to a handler whose types say what goes in and out.
func add[I, O any](r room, method, path, id, summary string, handler func(context.Context, *I) (*O, error)) {
	op := r.operation(method, path, id, summary)
	op.SkipValidateBody = true // JSON.Resolve does, and says more
	huma.Register(r.api, *op, handler)
	registered := operationAt(r.api.OpenAPI(), method, path)
	if in, ok := any(new(I)).(interface {
		request(huma.Registry) *huma.RequestBody
	}); ok {
		registered.RequestBody = in.request(r.api.OpenAPI().Components.Schemas)
	}
	if in, ok := any(new(I)).(interface{ describe(*huma.Operation) }); ok {
		in.describe(registered)
	}
	if out, ok := any(new(O)).(interface {
		describe(huma.Registry, *huma.Operation)
	}); ok {
		out.describe(r.api.OpenAPI().Components.Schemas, registered)
	}
}

// describer completes the description of a route.
type describer func(huma.Registry, *huma.Operation)

// raw gives a route to a handler that reads and writes by itself.
func (r room) raw(method, path, id, summary string, handler gin.HandlerFunc, describe describer) {
	r.handle(r.timed, r.operation(method, path, id, summary), handler, describe)
}

// untimed is raw for a handler that bounds its time itself.
func (r room) untimed(method, path, id, summary string, handler gin.HandlerFunc, describe describer) {
	r.handle(r.group, r.operation(method, path, id, summary), handler, describe)
}

// ginPath writes the parameters of a path as gin does.
var ginPath = strings.NewReplacer("{", ":", "}", "")

func (r room) handle(group *gin.RouterGroup, op *huma.Operation, handler gin.HandlerFunc, describe describer) {
	schemas := r.server.config.Components.Schemas
	describe(schemas, op)
	addProblem(schemas, op)
	r.server.config.AddOperation(op)
	group.Handle(op.Method, ginPath.Replace(op.Path), func(c *gin.Context) {
		if err := r.server.ask(c, op); err != nil {
			fail(c, err)
			return
		}
		handler(c)
	})
}

// ask makes a request's query ready for an operation.
func (s *server) ask(c *gin.Context, op *huma.Operation) error {
	if err := s.expandView(c, op); err != nil {
		return err
	}
	return checkQuery(op, c.Request.URL.RawQuery)
}
