package api

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve makes a server's connections send a short answer at one go, headers and body together. net/http sends what exceeds its buffer of
// 4 KB, which most analyses do, by a second call of the system, which costs as much as the analysis.
func Serve(server *http.Server, l net.Listener) error {
	server.ConnContext = withConn
	return server.Serve(corkingListener{l})
}

// corkingListener gives connections that can be corked.
type corkingListener struct{ net.Listener }

// Accept waits for the next connection.
func (l corkingListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &corkingConn{Conn: c}, nil
}

// connKey is what the context of a request holds its connection by.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// cork keeps what is written on the connection of a request until its answer is complete, if it can be corked.
func cork(ctx context.Context) {
	if c, ok := ctx.Value(connKey{}).(*corkingConn); ok {
		c.mu.Lock()
		c.corked = true
		c.mu.Unlock()
	}
}

// mostCorked is how much a connection holds back at most.
const mostCorked = 64 << 10

// corkingConn is a connection that, once corked, holds back what is written until the server goes on to the next request or closes: in either
// case it calls one of the methods here.
type corkingConn struct {
	net.Conn
	mu     sync.Mutex
	corked bool
	held   []byte
	err    error // of a write that was held back
}

// Write writes, or holds back.
func (c *corkingConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, c.err
	}
	if c.corked && len(c.held)+len(b) <= mostCorked {
		c.held = append(c.held, b...)
		return len(b), nil
	}
	if c.send(); c.err != nil {
		return 0, c.err
	}
	return c.Conn.Write(b)
}

// send writes what was held back, and holds nothing back any more.
func (c *corkingConn) send() {
	c.corked = false
	if len(c.held) == 0 {
		return
	}
	_, c.err = c.Conn.Write(c.held)
	if c.held = c.held[:0]; cap(c.held) > mostCorked/4 {
		c.held = nil
	}
}

// uncork ends an answer.
func (c *corkingConn) uncork() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.send()
}

// Read reads, after what was held back is sent.
func (c *corkingConn) Read(b []byte) (int, error) {
	c.uncork()
	return c.Conn.Read(b)
}

// SetReadDeadline sets when reading ends, which the server does after each answer.
func (c *corkingConn) SetReadDeadline(t time.Time) error {
	c.uncork()
	return c.Conn.SetReadDeadline(t)
}

// Close closes, after what was held back is sent.
func (c *corkingConn) Close() error {
	c.uncork()
	return c.Conn.Close()
}
