package api

import (
	"errors"
	"sync"
)

// maxOutbox bounds the answers that wait to be sent: about a million results. Many clients send all they have before they read, and
// would wait for ever if answers were sent only as fast as they are read.
const maxOutbox = 64 << 20

// errUnsent tells that answers cannot be sent any more.
var errUnsent = errors.New("the client does not take answers")

// outbox sends what is put into it in a goroutine of its own, as much at a time as has gathered.
type outbox struct {
	write func([]byte) error
	done  chan struct{}

	mu      sync.Mutex
	moved   sync.Cond // pending, closed or err changed
	pending []byte
	closed  bool
	err     error
}

func newOutbox(write func([]byte) error) *outbox {
	o := &outbox{write: write, done: make(chan struct{})}
	o.moved.L = &o.mu
	go o.run()
	return o
}

// put adds bytes. It waits while too much is pending, and fails once sending has failed.
func (o *outbox) put(b []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.pending) >= maxOutbox && o.err == nil {
		o.moved.Wait()
	}
	if o.err != nil {
		return o.err
	}
	o.pending = append(o.pending, b...)
	o.moved.Broadcast()
	return nil
}

// close sends what is pending and ends the goroutine.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.moved.Broadcast()
	o.mu.Unlock()
	<-o.done
}

func (o *outbox) run() {
	defer close(o.done)
	var sending []byte
	for {
		o.mu.Lock()
		for len(o.pending) == 0 && !o.closed {
			o.moved.Wait()
		}
		if cap(sending) > maxPooled {
			sending = nil
		}
		sending, o.pending = o.pending, sending[:0]
		o.moved.Broadcast()
		o.mu.Unlock()
		if len(sending) == 0 {
			return
		}
		if err := o.write(sending); err != nil {
			o.mu.Lock()
			o.err = errors.Join(errUnsent, err)
			o.pending = nil
			o.moved.Broadcast()
			o.mu.Unlock()
			return
		}
	}
}
