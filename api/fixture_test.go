package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/index"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/store"
	"github.com/thau-cx/thau/testdata"
)

func TestMain(m *testing.M) {
	built() // outside of every time limit
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent())
}

// built is the analyzer, which takes longest to make.
var built = sync.OnceValue(func() *analyzer.Analyzer {
	lex, err := lexicons.Builtin()
	if err == nil {
		var a *analyzer.Analyzer
		if a, err = analyzer.New(lex); err == nil {
			return a
		}
	}
	os.Stderr.WriteString(err.Error())
	os.Exit(1)
	return nil
})

// cases are what a learned overlay must not break.
func cases(t testing.TB) []learn.Behaviour {
	t.Helper()
	folder, err := fs.Sub(testdata.Behaviours, "behaviours")
	if err != nil {
		t.Fatal(err)
	}
	read, err := learn.ReadBehaviours(folder)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// house is a service with everything below it, in a directory of the test.
type house struct {
	*feedback.Service
	store *store.DB
	index *index.Index
	dir   string
}

func newHouse(t testing.TB) *house {
	t.Helper()
	return houseIn(t, t.TempDir())
}

// houseIn is newHouse in a directory that may have data.
func houseIn(t testing.TB, dir string) *house {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := index.Open(dir+"/index", index.Options{StoreID: db.ID(), Revision: analyzer.Revision, Tokenizer: built(), Themes: index.Themes(built()), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	lex, err := lexicons.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	service, err := feedback.NewService(feedback.Config{Store: db, Index: ix, Analyzer: built(), Lexicon: lex, Behaviours: cases(t)})
	if err != nil {
		t.Fatal(err)
	}
	var following sync.WaitGroup
	following.Go(func() { service.Run(ctx) })
	following.Go(func() { service.Work(ctx) })
	t.Cleanup(func() {
		cancel()
		following.Wait()
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{service, db, ix, dir}
}

// onLoopback are the options of most tests: no keys.
var onLoopback = Options{Loopback: true, Version: "test"}

// serve runs a handler behind a server of the kind that the package asks for.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ReadHeaderTimeout = 5 * time.Second
	srv.Config.IdleTimeout = 120 * time.Second
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// answer is an answer, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// value reads the body as JSON.
func (a answer) value(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return v
}

// ask sends a request to a handler. A header is "Name: value"; a body has the type JSON unless a header says otherwise.
func ask(t testing.TB, h http.Handler, method, url, body string, headers ...string) answer {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequest(method, url, r)
	req.Host = "localhost:8080"
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		switch {
		case name == "Host":
			req.Host = value
		case value == "":
			req.Header.Del(name)
		default:
			req.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// logged collects what a handler logs.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
