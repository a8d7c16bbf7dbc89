package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/thau-cx/thau/api"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/store"
	"github.com/thau-cx/thau/testdata"
)

type serveCmd struct {
	dataFlags
	settingsFlags
	Addr string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"The address to listen on (${default}). Any other than this machine's own needs a key."`
	Demo bool   `help:"Serve sample data from a temporary directory, which is removed at the end."`
}

// The bounds of a server. There is none on a whole request: streams may go on for hours.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = 120 * time.Second
	drainTimeout      = 15 * time.Second // for requests under way when the server stops, and again for the index
)

// servedGarbage is how much garbage may pile up before it is collected, as a share of what is in use, unless GOGC says otherwise. A record on
// its way in leaves 50 kB of garbage beside some forty megabytes that hardly change: with the usual 100, a fifteenth of the processor's time
// of an import goes into collecting; with 200, half of that, for as much memory again as is in use.
const servedGarbage = 200

// Run serves until it is interrupted, which is its proper end: requests under way are answered, and the index catches up.
func (c *serveCmd) Run(ctx context.Context, std streams) (err error) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(servedGarbage)
	}
	log := newLogger(std, slog.LevelInfo)
	if c.Demo {
		if c.Data, err = os.MkdirTemp("", "thau-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
		if c.now, err = sampleClock(testdata.Sample); err != nil {
			return err
		}
	}
	db, err := c.openSet(ctx, c.settingsFlags)
	if err != nil {
		return err
	}
	loopback, err := c.loopback(ctx, db)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	g := &gate{}
	server := &http.Server{
		Handler: g, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- api.Serve(server, listener) }()
	url := "http://" + listener.Addr().String()
	fmt.Fprintf(std.out, "Thấu listens on %s\n", url)

	w, err := c.join(ctx, db, log)
	if err == nil && c.Demo {
		err = c.loadDemo(ctx, w, std.out, url)
	}
	if err == nil {
		w.work()
		if job, left, err := w.service.CatchUpReading(ctx); err != nil || left > 0 {
			log.Info("records that another engine read are read again in the background", "records", left, "job", job.ID, "err", err)
		}
		g.open(api.New(w.service, api.Options{Loopback: loopback, Logger: log, Version: programVersion()}))
		log.Info("ready", "addr", listener.Addr().String(), "data", c.Data)
		select {
		case <-ctx.Done():
		case err = <-served:
		}
	}
	if ctx.Err() != nil { // to be stopped is no failure
		err = nil
	}
	return errors.Join(err, stop(server, g, w, log))
}

// loopback tells whether only this machine reaches the address, and refuses another one where no key protects it.
func (c *serveCmd) loopback(ctx context.Context, db *store.DB) (bool, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return false, fmt.Errorf("--addr %s is no HOST:PORT", c.Addr)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return true, nil
	}
	keys, err := db.ListKeys(ctx)
	if err != nil {
		return false, err
	}
	for _, k := range keys {
		if k.RevokedAt == nil {
			return false, nil
		}
	}
	return false, fmt.Errorf("--addr %s can be reached from other machines and there is no key yet: create one with thau key create NAME --scope admin --data %s, "+
		"or listen on 127.0.0.1", c.Addr, c.Data)
}

// stop drains a server: first its requests, then what they left for the index.
func stop(server *http.Server, g *gate, w *workspace, log *slog.Logger) error {
	g.close()
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests were cut off", "after", drainTimeout)
		err = server.Close()
	}
	if w.service != nil {
		ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
		defer cancel()
		if err := w.catchUp(ctx); err != nil {
			log.Warn("search will catch up at the next start", "err", err)
		}
	}
	err = errors.Join(err, w.Close())
	log.Info("stopped")
	return err
}

// gate stands before the handler while it is being made ready and when it goes away.
type gate struct {
	handler atomic.Pointer[http.Handler]
	closing atomic.Bool
}

func (g *gate) open(h http.Handler) { g.handler.Store(&h) }
func (g *gate) close()              { g.closing.Store(true) }

// ServeHTTP implements http.Handler. A server that starts or stops lives, but is not ready.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := g.handler.Load()
	closing := g.closing.Load()
	switch {
	case h != nil && !(closing && r.URL.Path == "/readyz"):
		(*h).ServeHTTP(w, r)
	case r.URL.Path == "/healthz":
		w.Header().Set("Content-Type", "application/json")
		// A probe that went away needs no answer.
		_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
	default:
		detail := "the server is starting: ask again in a moment"
		if closing {
			detail = "the server is stopping"
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintf(w, `{"type":"urn:thau:problem:unavailable","title":"Not now","status":503,"detail":%q,"code":%q}`+"\n", detail, feedback.CodeUnavailable)
	}
}
