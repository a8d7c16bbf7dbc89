package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/thau-cx/thau/feedback"
)

// generation is one scorch index in a directory of its own. It belongs to one store, mapping and revision of the analyzer, which it
// remembers beside its mark.
type generation struct {
	dir     string
	scorch  *scorch.Scorch
	columns columns
	use     sync.RWMutex // held for reading by searches, for writing to close
}

// The internal keys of a generation.
var (
	keyMark     = []byte("mark")
	keyStore    = []byte("store")
	keyMapping  = []byte("mapping")
	keyRevision = []byte("revision")
)

// identity is what an index was made from and how.
type identity struct {
	store, revision string
	mapping         uint64
}

// createGeneration makes an empty index with mark 0.
func createGeneration(dir string, id identity, queue *bleve.AnalysisQueue) (*generation, error) {
	g, err := startGeneration(dir, queue)
	if err != nil {
		return nil, err
	}
	b := bleve.NewBatch()
	b.SetInternal(keyStore, []byte(id.store))
	b.SetInternal(keyMapping, binary.AppendUvarint(nil, id.mapping))
	b.SetInternal(keyRevision, []byte(id.revision))
	b.SetInternal(keyMark, binary.AppendVarint(nil, 0))
	if err := g.scorch.Batch(b); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// openGeneration verifies and opens an index and gives who it belongs to and its mark; errCorrupt when any of it cannot be read.
func openGeneration(dir string, queue *bleve.AnalysisQueue) (*generation, identity, int64, error) {
	if err := verify(dir); err != nil {
		return nil, identity{}, 0, err
	}
	g, err := startGeneration(dir, queue)
	if err != nil {
		return nil, identity{}, 0, err
	}
	var id identity
	var mark int64
	err = g.read(func(s *scorch.IndexSnapshot) error {
		internal := s.Internal()
		var n, m int
		mark, n = binary.Varint(internal[string(keyMark)])
		id.mapping, m = binary.Uvarint(internal[string(keyMapping)])
		id.store, id.revision = string(internal[string(keyStore)]), string(internal[string(keyRevision)])
		if n <= 0 || m <= 0 || mark < 0 {
			return fmt.Errorf("%w: its mark cannot be read", errCorrupt)
		}
		return nil
	})
	if err != nil {
		return nil, identity{}, 0, errors.Join(err, g.close())
	}
	return g, id, mark, nil
}

// startGeneration starts scorch on a directory.
func startGeneration(dir string, queue *bleve.AnalysisQueue) (*generation, error) {
	if err := unsealRoot(dir); err != nil {
		return nil, err
	}
	var s *scorch.Scorch
	err := shielded(func() error {
		i, err := scorch.NewScorch(scorch.Name, map[string]any{"path": dir, "bolt_timeout": lockWait.String()}, queue)
		if err != nil {
			return err
		}
		s = i.(*scorch.Scorch)
		return s.Open()
	})
	if err != nil {
		return nil, classify(err)
	}
	return &generation{dir: dir, scorch: s}, nil
}

// apply writes changes and the mark in one batch: after a crash either both are there or neither.
func (g *generation) apply(changes []feedback.Change, mark int64, t Tokenizer) error {
	b := bleve.NewBatch()
	w := drawer{tokenizer: t, shared: map[string]*field{}}
	for _, c := range changes {
		if c.Record == nil {
			b.Delete(c.ID)
		} else {
			b.Update(w.draw(c.Record))
		}
	}
	b.SetInternal(keyMark, binary.AppendVarint(nil, mark))
	return g.scorch.Batch(b)
}

// read runs f on the present state, which stays as it is until f returns.
func (g *generation) read(f func(*scorch.IndexSnapshot) error) error {
	r, err := g.scorch.Reader()
	if err != nil {
		return err
	}
	s, ok := r.(*scorch.IndexSnapshot)
	if !ok || s == nil {
		return scorch.ErrClosed
	}
	return errors.Join(f(s), s.Close())
}

// close waits for searches under way and closes.
func (g *generation) close() error {
	g.use.Lock()
	defer g.use.Unlock()
	if err := g.scorch.Close(); err != nil {
		return err
	}
	return sealRoot(g.dir)
}

// remove closes and deletes.
func (g *generation) remove() error {
	return errors.Join(g.close(), os.RemoveAll(g.dir))
}

// verify compares the segments of the present state with their checksums. Those still in memory have none yet.
func (g *generation) verify(ctx context.Context) error {
	g.use.RLock()
	defer g.use.RUnlock()
	return g.read(func(s *scorch.IndexSnapshot) error {
		for _, seg := range s.Segments() {
			if err := ctx.Err(); err != nil {
				return err
			}
			file, ok := seg.Segment().(segment.PersistedSegment)
			if !ok {
				continue
			}
			// A file that is gone was merged into another since the state was taken.
			if err := verifySegment(file.Path()); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		return nil
	})
}
