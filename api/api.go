package api

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/thau-cx/thau/feedback"
)

// Options say how a service is shown. The zero Options ask for a key everywhere and log nothing.
type Options struct {
	// Loopback tells that only this machine can reach the server: no key is needed, and requests that a foreign web page could have
	// caused (another Host, another Origin) are refused.
	Loopback bool
	// RequireKey asks for a key on loopback too.
	RequireKey bool
	// AllowedHosts are names beside localhost, 127.0.0.1 and ::1 that a Host may have on loopback.
	AllowedHosts []string
	// Logger hears of every request; nil means no log.
	Logger *slog.Logger
	// Registry collects the metrics of this handler, the only one with it, and of the Go runtime; nil means one of its own.
	Registry *prometheus.Registry
	// Version is the program's, for /healthz and the OpenAPI document.
	Version string
	// Limits bound what one request may take; zero fields have defaults.
	Limits Limits
}

// Limits bound what one request may take.
type Limits struct {
	Body        int64         // bytes of a request body; 2 MB
	AnalyzeBody int64         // bytes of a body of POST /v1/analyze; 16 MB
	Line        int           // bytes of a line of a stream; 1 MB
	Request     time.Duration // until an answer to a plain request, and again until it is sent; 30 s
	Idle        time.Duration // between two lines of a stream, in either direction; 2 min
}

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	fill(&l.Body, 2<<20)
	fill(&l.AnalyzeBody, 16<<20)
	fill(&l.Line, 1<<20)
	fill(&l.Request, 30*time.Second)
	fill(&l.Idle, 2*time.Minute)
	return l
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// maxItems bounds the list of a request that takes several of something.
const maxItems = 1000

// server answers requests.
type server struct {
	service *feedback.Service
	options Options
	limits  Limits
	log     *slog.Logger
	keys    keyring
	metrics *metrics
	engine  *gin.Engine
	config  huma.Config
	openAPI []byte
}

// New gives the handler of a service. It is safe for concurrent use.
func New(service *feedback.Service, o Options) http.Handler {
	return newServer(service, o)
}

func newServer(service *feedback.Service, o Options) *server {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	s := &server{service: service, options: o, limits: o.Limits.withDefaults(), log: o.Logger, metrics: newMetrics(o.Registry, service)}
	s.engine = newEngine()
	s.config = newConfig(o.Version)
	s.engine.Use(s.observe, s.recover, s.guard)
	s.engine.NoRoute(s.noRoute)
	s.engine.NoMethod(func(c *gin.Context) { fail(c, errNoMethod) })
	s.routes()
	s.pages()
	s.openAPI = document(s.config)
	return s
}

// newEngine gives an empty router. Parameters of a path are taken from the path as it was sent, so that an id may hold a slash.
func newEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.HandleMethodNotAllowed = true
	e.UseEscapedPath = true
	e.UnescapePathValues = false // gin reads + as a blank; unescape does not
	e.ContextWithFallback = true
	if err := e.SetTrustedProxies(nil); err != nil {
		panic(err) // nil is a valid list
	}
	return e
}

// The paths that are not bound like the rest.
const (
	pathAnalyze      = "/v1/analyze"
	pathFeedbackBulk = "/v1/feedback/bulk"
	pathSignalsBulk  = "/v1/signals/bulk"
	pathExport       = "/v1/export"
)

// ServeHTTP implements http.Handler: it bounds what a request may take and leads it to its route. The bounds stand outside of the
// router because a body that is too large has to close the connection, which only the server's own writer can do.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead { // as GET; the server leaves the body out
		get := *r
		get.Method = http.MethodGet
		r = &get
	}
	limit := s.limits.Body
	switch path := r.URL.Path; {
	case r.Method == post && (path == pathFeedbackBulk || path == pathSignalsBulk), r.Method == get && path == pathExport: // streams bound themselves
		s.engine.ServeHTTP(w, r)
		return
	case path == pathAnalyze:
		limit = s.limits.AnalyzeBody
	case r.Method == post && path == pathOverlays:
		limit = feedback.MaxOverlay
	}
	// Not every writer has deadlines; a test's recorder has none.
	control := http.NewResponseController(w)
	deadline := time.Now().Add(s.limits.Request)
	_ = control.SetWriteDeadline(deadline.Add(s.limits.Request))
	if r.Body != nil && r.Body != http.NoBody {
		_ = control.SetReadDeadline(deadline)
		r.Body = &boundedBody{http.MaxBytesReader(w, r.Body, limit), control}
	}
	s.engine.ServeHTTP(w, r)
}

// boundedBody is a request body that was given a deadline. After its end the deadline has to go: the server goes on listening, and
// would take the connection for lost.
type boundedBody struct {
	io.ReadCloser
	control *http.ResponseController
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
