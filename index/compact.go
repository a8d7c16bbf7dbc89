package index

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Compact merges every segment that holds something deleted and returns when no file on disk holds it any more. Searches go on. So does Apply,
// unless it deletes so much meanwhile that one merge does not do: then it waits for the second.
func (x *Index) Compact(ctx context.Context) error {
	clean, err := x.compact(ctx, 1)
	if err == nil && !clean {
		x.apply.Lock()
		defer x.apply.Unlock()
		_, err = x.compact(ctx, math.MaxInt)
	}
	if err != nil {
		return fmt.Errorf("index: compact: %w", err)
	}
	return nil
}

// compact merges at most so many times, and tells whether nothing deleted is left.
func (x *Index) compact(ctx context.Context, times int) (clean bool, err error) {
	x.mu.RLock()
	generations, closed := []*generation{x.serving, x.next}, x.closed
	if !closed {
		for _, g := range generations {
			if g != nil {
				g.use.RLock()
				defer g.use.RUnlock()
			}
		}
	}
	x.mu.RUnlock()
	if closed {
		return false, errClosed
	}
	clean = true
	for _, g := range generations {
		if g == nil {
			continue
		}
		done, err := g.compact(ctx, times)
		if err != nil {
			return false, err
		}
		clean = clean && done
	}
	return clean, nil
}

// compact merges until nothing deleted is left, at most so many times, and waits until the files of before are gone. The caller holds g.use.
func (g *generation) compact(ctx context.Context, times int) (clean bool, err error) {
	for range times {
		// Scorch never merges one segment alone, so there is another one, of a document that no search sees.
		b := bleve.NewBatch()
		b.Update(newPadding())
		if err := g.scorch.Batch(b); err != nil {
			return false, err
		}
		if err := g.scorch.ForceMerge(ctx, &mergeplan.SingleSegmentMergePlanOptions); err != nil {
			return false, err
		}
		for range maxCleanChecks { // scorch clears away what it merged in its own time
			if clean, err = g.clean(); err != nil || clean {
				return clean, err
			}
			select {
			case <-time.After(cleanCheck):
			case <-ctx.Done():
				return false, ctx.Err()
			}
		}
	}
	return false, nil
}

// How often, and how many times, it is looked whether files are gone before merging once more.
const (
	cleanCheck     = 10 * time.Millisecond
	maxCleanChecks = 100
)

// paddingID is the id of a document that is no record: records' ids are printable.
const paddingID = "\x00"

// newPadding makes the document.
func newPadding() *document { return &document{id: paddingID} }

// clean tells whether all segments are on disk, hold nothing deleted, and no other is there.
func (g *generation) clean() (clean bool, err error) {
	err = g.read(func(s *scorch.IndexSnapshot) error {
		present := map[string]bool{}
		for _, seg := range s.Segments() {
			file, ok := seg.Segment().(segment.PersistedSegment)
			if !ok || seg.Deleted() != nil && !seg.Deleted().IsEmpty() {
				return nil
			}
			present[filepath.Base(file.Path())] = true
		}
		entries, err := os.ReadDir(g.dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".zap") && !present[e.Name()] {
				return nil
			}
		}
		clean = true
		return nil
	})
	return clean, err
}
