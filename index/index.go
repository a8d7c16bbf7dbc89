package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bleve "github.com/blevesearch/bleve_index_api"
	"github.com/thau-cx/thau/feedback"
)

// Options say what an index belongs to and how it reads.
type Options struct {
	// StoreID names the truth. An index of another truth is thrown away: give a store that was restored from a backup a new id.
	StoreID string
	// Revision names the analyzer that cuts the words. An index of another revision is outdated.
	Revision string
	// Tokenizer cuts texts and queries into words. Required.
	Tokenizer Tokenizer
	// Themes gives the topics that a text names, for Query.Synonyms (see [Themes]); nil where there are no synonyms. It must be safe for
	// concurrent use and depend on the text alone.
	Themes func(text string) []string
	// Zone is where days in a query's text begin; nil means UTC.
	Zone *time.Location
	// Logger hears of rebuilds; nil means slog.Default().
	Logger *slog.Logger
	// Timeout bounds a search; 0 means 2 s.
	Timeout time.Duration
}

// Index is a [feedback.Index] in a directory. It is safe for concurrent use by one process; a second one gets an error within a
// second.
//
// The directory holds one generation (a scorch index), a second one while it is being built to replace the first, and a file
// CURRENT that names the one that answers.
type Index struct {
	dir   string
	o     Options
	id    identity
	log   *slog.Logger
	queue *bleve.AnalysisQueue

	parsed atomic.Pointer[query] // the last

	apply sync.Mutex // one writer

	mu      sync.RWMutex // guards what follows
	serving *generation  // answers searches
	next    *generation  // is being built to replace serving, or nil
	mark    int64        // of next, else of serving
	closed  bool
}

var _ feedback.Index = (*Index)(nil)

// Open opens the index in a directory, or makes an empty one where there is none. A damaged index is thrown away and begun anew
// with mark 0; an outdated one (another mapping or revision) goes on answering, with Hits.Stale, while its successor is built by
// Apply. Open reads every byte of the index once, to compare checksums.
func Open(dir string, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Timeout == 0 {
		o.Timeout = 2 * time.Second
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("index: open: %w", err)
	}
	x := &Index{
		dir: dir, o: o, log: o.Logger,
		id:    identity{store: o.StoreID, revision: o.Revision, mapping: mapping},
		queue: bleve.NewAnalysisQueue(runtime.GOMAXPROCS(0)),
	}
	if err := x.open(); err != nil {
		return nil, fmt.Errorf("index: open: %w", errors.Join(err, x.Close()))
	}
	return x, nil
}

// open finds the generation that answers and one that was being built, and clears away the rest.
func (x *Index) open() error {
	current := x.readCurrent()
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	var fresh *generation // up to date, but not current
	var freshMark int64
	var stale *generation // current, but outdated
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), generationPrefix) {
			continue
		}
		dir := filepath.Join(x.dir, e.Name())
		g, id, mark, err := openGeneration(dir, x.queue)
		isCurrent := e.Name() == current
		switch {
		case err != nil && !errors.Is(err, errCorrupt):
			return errors.Join(err, discard(fresh), discard(stale))
		case err != nil:
			x.log.Warn("index is damaged and will be rebuilt", "generation", e.Name(), "reason", err)
			err = os.RemoveAll(dir)
		case id == x.id && isCurrent:
			x.serving, x.mark = g, mark
		case id == x.id && fresh == nil:
			fresh, freshMark = g, mark
		case id.store == x.id.store && isCurrent:
			stale = g
		default:
			if isCurrent {
				x.log.Info("index belongs to another store and will be rebuilt", "generation", e.Name())
			}
			err = g.remove()
		}
		if err != nil {
			return errors.Join(err, discard(fresh), discard(stale))
		}
	}
	switch {
	case x.serving != nil: // a half-built successor is not needed
		if fresh != nil {
			return fresh.remove()
		}
		return nil
	case stale != nil:
		x.log.Info("index is outdated and will be rebuilt", "generation", current)
		x.serving = stale
		if fresh == nil {
			return x.begin()
		}
		x.next, x.mark = fresh, freshMark
		return nil
	case fresh == nil:
		if err := x.begin(); err != nil {
			return err
		}
		fresh = x.next
		x.next = nil
	default:
		x.mark = freshMark
	}
	x.serving = fresh
	return x.writeCurrent(fresh)
}

// discard closes a generation that will not be used.
func discard(g *generation) error {
	if g == nil {
		return nil
	}
	return g.close()
}

// begin makes an empty generation beside the one that answers.
func (x *Index) begin() error {
	dir, err := os.MkdirTemp(x.dir, generationPrefix)
	if err != nil {
		return err
	}
	g, err := createGeneration(dir, x.id, x.queue)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	x.next, x.mark = g, 0
	return nil
}

const (
	generationPrefix = "generation-"
	currentFile      = "CURRENT"
)

// readCurrent gives the name of the generation that answers, or "" where the pointer is missing or names none.
func (x *Index) readCurrent() string {
	b, err := os.ReadFile(filepath.Join(x.dir, currentFile))
	if err != nil || len(b) > 256 {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// writeCurrent points at a generation, atomically and durably.
func (x *Index) writeCurrent(g *generation) (err error) {
	path := filepath.Join(x.dir, currentFile)
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	_, err = f.WriteString(filepath.Base(g.dir) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(x.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Mark gives the Seq up to which changes have been applied. It is 0 when a successor has just been begun.
func (x *Index) Mark() int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.mark
}

// Apply indexes changes in one durable batch together with the new mark. Changes at or before the mark are skipped, so repeating a
// call is harmless. When the mark of a successor reaches head, it takes over and the old generation is removed.
func (x *Index) Apply(ctx context.Context, changes []feedback.Change, head int64) error {
	x.apply.Lock()
	defer x.apply.Unlock()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("index: apply: %w", err)
	}
	x.mu.RLock()
	g, mark, closed := x.serving, x.mark, x.closed
	if x.next != nil {
		g = x.next
	}
	x.mu.RUnlock()
	if closed {
		return fmt.Errorf("index: apply: %w", errClosed)
	}
	for len(changes) > 0 && changes[0].Seq <= mark {
		changes = changes[1:]
	}
	if len(changes) > 0 {
		last := changes[len(changes)-1].Seq
		if err := g.apply(changes, last, x.o.Tokenizer); err != nil {
			return fmt.Errorf("index: apply up to %d: %w", last, err)
		}
		mark = last
		x.mu.Lock()
		x.mark = mark
		x.mu.Unlock()
	}
	if mark >= head {
		if err := x.swap(); err != nil {
			return fmt.Errorf("index: swap: %w", err)
		}
	}
	return nil
}

// swap lets the successor take over, if there is one.
func (x *Index) swap() error {
	if x.next == nil { // only written under x.apply, which the caller holds
		return nil
	}
	if err := x.writeCurrent(x.next); err != nil {
		return err
	}
	x.mu.Lock()
	old := x.serving
	x.serving, x.next = x.next, nil
	x.mu.Unlock()
	x.log.Info("index was rebuilt", "generation", filepath.Base(x.serving.dir), "mark", x.mark)
	return old.remove()
}

// Rebuild begins a new generation with mark 0; the present one answers, with Hits.Stale, until Apply has caught up. One that was
// being built is begun again.
func (x *Index) Rebuild() error {
	x.apply.Lock()
	defer x.apply.Unlock()
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return fmt.Errorf("index: rebuild: %w", errClosed)
	}
	old := x.next
	err := x.begin()
	x.mu.Unlock()
	if old != nil && err == nil {
		err = old.remove()
	}
	if err != nil {
		return fmt.Errorf("index: rebuild: %w", err)
	}
	return nil
}

// Verify compares every segment on disk with its checksum; an error names the first that differs, and Rebuild mends it. Searches and
// Apply go on meanwhile.
func (x *Index) Verify(ctx context.Context) error {
	x.mu.RLock()
	generations := []*generation{x.serving, x.next}
	x.mu.RUnlock()
	for _, g := range generations {
		if g == nil {
			continue
		}
		if err := g.verify(ctx); err != nil {
			return fmt.Errorf("index: verify: %w", err)
		}
	}
	return nil
}

// Close closes the index after the searches and the Apply under way.
func (x *Index) Close() error {
	x.apply.Lock()
	defer x.apply.Unlock()
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return nil
	}
	x.closed = true
	serving, next := x.serving, x.next
	x.mu.Unlock()
	err := errors.Join(discard(serving), discard(next))
	x.queue.Close()
	if err != nil {
		return fmt.Errorf("index: close: %w", err)
	}
	return nil
}

// errClosed answers every call after Close.
var errClosed = feedback.Errorf(feedback.CodeUnavailable, "", "the search index is closed")
