package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be thau: under that name, which scripts and program give it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"thau": main})
}

// TestScripts runs the scripts of testdata/script. Beside the usual commands they have
//
//	server ARG…   start thau serve with the arguments and set $URL when it is ready
//	stop          stop it as an operator does; it must exit with 0
//	kill          stop it as a power cut does
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"server": scriptServer, "stop": scriptStop, "kill": scriptKill,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// scriptServers are the servers of the scripts under way, by working directory.
var scriptServers sync.Map

func scriptServer(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("use ! exec thau serve")
	}
	ts.Check(os.MkdirAll(ts.MkAbs(".tmp"), 0o700))
	program, err := linkProgram(ts.MkAbs(".tmp"))
	ts.Check(err)
	s, err := startServer(program, ts.MkAbs("."), args...)
	ts.Check(err)
	ts.Defer(s.kill)
	scriptServers.Store(ts.MkAbs("."), s)
	ts.Setenv("URL", s.url)
	ts.Setenv("PID", fmt.Sprint(s.cmd.Process.Pid))
}

func scriptStop(ts *testscript.TestScript, _ bool, _ []string) {
	s, ok := scriptServers.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("no server runs")
	}
	ts.Check(s.(*runningServer).stop())
}

func scriptKill(ts *testscript.TestScript, _ bool, _ []string) {
	s, ok := scriptServers.Load(ts.MkAbs("."))
	if !ok {
		ts.Fatalf("no server runs")
	}
	s.(*runningServer).kill()
}

// linkProgram gives the test binary the name thau in a directory.
func linkProgram(dir string) (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "thau")
	if err := os.Symlink(exe, path); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return path, nil
}

// program gives the path of thau.
func program(t testing.TB) string {
	t.Helper()
	path, err := linkProgram(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// runningServer is a thau serve of its own process.
type runningServer struct {
	cmd    *exec.Cmd
	url    string
	out    *bufio.Reader
	errors *buffer
}

// buffer keeps what a process says; it is safe for concurrent use.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startServer starts thau serve on a port of the system's choice, unless the arguments say otherwise, and waits until it is ready.
func startServer(program, dir string, args ...string) (*runningServer, error) {
	if !strings.Contains(strings.Join(args, " "), "--addr") {
		args = append([]string{"--addr", "127.0.0.1:0"}, args...)
	}
	s := &runningServer{cmd: exec.Command(program, append([]string{"serve"}, args...)...), errors: &buffer{}}
	s.cmd.Dir, s.cmd.Stderr = dir, s.errors
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	line, err := s.out.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), "listens on ")
	if err != nil || !ok {
		s.kill()
		return nil, fmt.Errorf("thau serve said %q: %s", line, s.errors)
	}
	s.url = strings.Replace(url, "[::]", "127.0.0.1", 1)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		status, err := s.status(ctx, "/readyz")
		switch {
		case err == nil && status == http.StatusOK:
			return s, nil
		case ctx.Err() != nil:
			s.kill()
			return nil, fmt.Errorf("thau serve was not ready: status %d: %s: %w", status, s.errors, errors.Join(ctx.Err(), err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// status gives the status of a path.
func (s *runningServer) status(ctx context.Context, path string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, errors.Join(err, res.Body.Close())
}

// stop asks the server to end, which it must do with exit code 0.
func (s *runningServer) stop() error {
	http.DefaultClient.CloseIdleConnections()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("thau serve: %w: %s", err, s.errors)
	}
	return nil
}

// kill ends the server, if it still runs, without a warning.
func (s *runningServer) kill() {
	// It may have ended already.
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// A server reads days in its own zone, whatever this program's default is.
func TestDaysForServer(t *testing.T) {
	f := filterFlags{Filter: []string{"from=2026-01-31", "to=2026-02-28T09:00:00+07:00", "topic=delivery"}}
	values, err := f.values("giao hàng")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := values.Encode(), "from=2026-01-31&q=giao+h%C3%A0ng&to=2026-02-28T09%3A00%3A00%2B07%3A00&topic=delivery"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
