package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// groupSize is how many rows one commit gathers at most from waiting callers; a call larger than that is a commit of its own.
const groupSize = 2000

// writer is the one goroutine that writes. While it commits, calls queue up; it then takes all that wait into the next transaction,
// so that many small writes share one sync of the disk. Each call has its savepoint: one that fails takes nothing else with it.
type writer struct {
	jobs chan *job
	done chan struct{}
	tx   *tx
	head *atomic.Int64
}

// job is one call that waits for its commit.
type job struct {
	ctx  context.Context
	size int // rows, roughly
	do   func(*tx) error
	err  error
	done chan struct{}
}

// newWriter starts the writer on the only connection of db.
func newWriter(ctx context.Context, db *sql.DB, head *atomic.Int64, rolled rollupSettings) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t, err := newTx(conn, rolled)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := t.load(); err != nil {
		return nil, errors.Join(err, t.close())
	}
	head.Store(t.seq)
	w := &writer{jobs: make(chan *job), done: make(chan struct{}), tx: t, head: head}
	go w.run()
	return w, nil
}

// stop ends the writer once nobody calls it any more.
func (w *writer) stop() error {
	close(w.jobs)
	<-w.done
	return w.tx.close()
}

// idle is how long nothing is written before the writer folds the rollups' log, so that who reads need not.
const idle = time.Second

func (w *writer) run() {
	defer close(w.done)
	pause := time.NewTimer(idle)
	defer pause.Stop()
	for {
		pause.Reset(idle)
		var first *job
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return
			}
			first = j
		case <-pause.C:
			if w.tx.logged == 0 {
				continue
			}
			first = &job{ctx: context.Background(), size: 1, do: (*tx).fold, done: make(chan struct{})} // one that fails is tried again
		}
		group := w.gather(first)
		if err := w.commit(group); err != nil {
			for _, j := range group {
				if j.err == nil {
					j.err = err
				}
			}
		}
		for _, j := range group {
			close(j.done)
		}
	}
}

// gather takes the calls that wait already, and waits for none.
func (w *writer) gather(first *job) []*job {
	group, size := []*job{first}, first.size
	for size < groupSize {
		select {
		case j, ok := <-w.jobs:
			if !ok {
				return group
			}
			group, size = append(group, j), size+j.size
		default:
			return group
		}
	}
	return group
}

// commit does the jobs of a group in one transaction and leaves each its own error. An error of its own means nothing was stored.
func (w *writer) commit(group []*job) (err error) {
	before := w.tx.state
	if err := w.tx.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.tx.restore(before)
			// The failure may have ended the transaction; then there is nothing left to roll back and the error says only that.
			_ = w.tx.exec("ROLLBACK")
		}
	}()
	for _, j := range group {
		if j.err = j.ctx.Err(); j.err != nil {
			continue
		}
		if err := w.attempt(j); err != nil {
			return err
		}
	}
	if err := w.tx.foldWhenLong(); err != nil {
		return err
	}
	if err := w.tx.markTouched(); err != nil {
		return err
	}
	if err := w.tx.exec("COMMIT"); err != nil {
		return err
	}
	w.head.Store(w.tx.seq)
	return nil
}

// attempt does one job in a savepoint. The error is that of the transaction; the job keeps its own.
func (w *writer) attempt(j *job) error {
	before := w.tx.state
	if err := w.tx.exec("SAVEPOINT job"); err != nil {
		return err
	}
	if j.err = j.do(w.tx); j.err != nil {
		w.tx.restore(before)
		if err := w.tx.exec("ROLLBACK TO job"); err != nil {
			return errors.Join(j.err, err)
		}
	}
	return w.tx.exec("RELEASE job")
}

// write has the writer do a job and returns when it is durable or failed. A context that ends before the job starts is honoured;
// one that ends later is not, for the answer must say what became of the write.
func (db *DB) write(ctx context.Context, size int, do func(*tx) error) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.life.RUnlock()
	j := &job{ctx: ctx, size: size, do: do, done: make(chan struct{})}
	select {
	case db.writer.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-j.done
	return j.err
}

// tx is the writer's transaction: its connection, the statements prepared on it and what it knows without asking.
type tx struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	state
	labels   map[label]int64  // numbers of labels, a bounded cache
	accounts map[string]int64 // numbers of accounts, a bounded cache
	uses     map[int64]int    // how the job under way changes the use of words
	touched  map[int64]bool   // accounts of which something has changed since the last commit

	rolled     rollupSettings
	days       *periods            // of the workspace's zone
	facets     map[int64]string    // facets of labels by number, a bounded cache
	kinds      map[scoreFact]int64 // numbers of values of scores, a bounded cache
	log        []byte              // entries of the job under way
	logEntries int64
	entry      entry  // used again and again
	cells      []byte // likewise
}

// state is what the writer counts. A rollback sets it back.
type state struct {
	seq        int64 // of the last change
	row        int64 // the last row number given out
	tombstones int64 // how many there are
	logged     int64 // entries in the rollups' log
}

// cacheSize bounds the caches of label and account numbers.
const cacheSize = 1 << 16

func newTx(conn *sql.Conn, rolled rollupSettings) (*tx, error) {
	days, err := newPeriods("day", rolled.zone)
	return &tx{
		conn: conn, stmts: map[string]*sql.Stmt{}, labels: map[label]int64{}, accounts: map[string]int64{}, uses: map[int64]int{}, touched: map[int64]bool{},
		rolled: rolled, days: days, facets: map[int64]string{}, kinds: map[scoreFact]int64{},
	}, err
}

// load reads the counters from the database.
func (t *tx) load() error {
	const query = `SELECT max(coalesce((SELECT max(seq) FROM records), 0), coalesce((SELECT max(seq) FROM tombstones), 0)),
		max(coalesce((SELECT max(row) FROM records), 0), coalesce((SELECT max(row) FROM tombstones), 0)),
		(SELECT count(*) FROM tombstones), (SELECT coalesce(sum(entries), 0) FROM rollup_log)`
	return t.queryRow(query).Scan(&t.seq, &t.row, &t.tombstones, &t.logged)
}

// restore goes back to a state after a rollback, which may have taken numbers with it that the caches hold.
func (t *tx) restore(s state) {
	t.state = s
	clear(t.labels)
	clear(t.accounts)
	clear(t.uses)
	clear(t.facets)
	clear(t.kinds)
	t.log, t.logEntries = t.log[:0], 0
}

func (t *tx) close() error {
	var errs []error
	for _, s := range t.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// stmt prepares a statement once. Statements run without a context: a write that has started is finished.
func (t *tx) stmt(query string) (*sql.Stmt, error) {
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	s, err := t.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	t.stmts[query] = s
	return s, nil
}

func (t *tx) exec(query string, args ...any) error {
	s, err := t.stmt(query) //nolint:sqlclosecheck // the transaction keeps its statements; close closes them
	if err != nil {
		return err
	}
	_, err = s.Exec(args...)
	return err
}

// queryRow asks for one row; a statement that cannot be prepared shows in Scan.
func (t *tx) queryRow(query string, args ...any) scanner {
	s, err := t.stmt(query) //nolint:sqlclosecheck // the transaction keeps its statements; close closes them
	if err != nil {
		return failed{err}
	}
	return s.QueryRow(args...)
}

// scanner is a row of an answer.
type scanner interface {
	Scan(dest ...any) error
}

// failed is the row of a query that could not be asked.
type failed struct{ err error }

// Scan gives the error.
func (f failed) Scan(...any) error { return f.err }
