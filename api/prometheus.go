package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/thau-cx/thau/feedback"
)

// metrics counts requests, by the template of their route: never by a query, a record or a customer.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  http.Handler
}

func newMetrics(r *prometheus.Registry, service *feedback.Service) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "thau_http_requests_total", Help: "Requests answered.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "thau_http_request_duration_seconds", Help: "Time until a request was answered.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
		handler: promhttp.HandlerFor(r, promhttp.HandlerOpts{}),
	}
	r.MustRegister(m.requests, m.seconds, lag{service})
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := r.Register(c); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			panic(err)
		}
	}
	return m
}

// count notes a request that was answered.
func (m *metrics) count(c *gin.Context, status int, took time.Duration) {
	m.requests.WithLabelValues(method(c), route(c), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method(c), route(c)).Observe(took.Seconds())
}

func describeMetrics(_ huma.Registry, op *huma.Operation) {
	addResponse(op, http.StatusOK, "text/plain", &huma.Schema{Type: huma.TypeString})
}

// serve answers GET /metrics.
func (m *metrics) serve(c *gin.Context) { m.handler.ServeHTTP(c.Writer, c.Request) }

// lag tells when asked how far search is behind the store.
type lag struct{ service *feedback.Service }

var (
	descHead = prometheus.NewDesc("thau_store_head", "Number of the last change of the store.", nil, nil)
	descMark = prometheus.NewDesc("thau_index_mark", "Number of the last change that search knows.", nil, nil)
	descLag  = prometheus.NewDesc("thau_index_lag", "Changes that search does not know yet.", nil, nil)
)

// Describe implements prometheus.Collector.
func (lag) Describe(out chan<- *prometheus.Desc) {
	out <- descHead
	out <- descMark
	out <- descLag
}

// lagTimeout bounds what a scrape may ask of the store.
const lagTimeout = 2 * time.Second

// Collect implements prometheus.Collector. While the store does not answer there is nothing to tell.
func (l lag) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lagTimeout)
	defer cancel()
	head, mark, err := l.service.Lag(ctx)
	if err != nil {
		return
	}
	out <- prometheus.MustNewConstMetric(descHead, prometheus.GaugeValue, float64(head))
	out <- prometheus.MustNewConstMetric(descMark, prometheus.GaugeValue, float64(mark))
	out <- prometheus.MustNewConstMetric(descLag, prometheus.GaugeValue, float64(max(head-mark, 0)))
}
