package index

import (
	"context"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// view is one segment of a state of the index, seen as sets of its live documents. Bitmaps it hands out are shared and must not be
// changed; none outlives the state.
type view struct {
	ctx     context.Context
	segment segment.Segment
	deleted *roaring.Bitmap // nil when none is
	live    *roaring.Bitmap
	dicts   map[string]segment.TermDictionary
	sets    map[any]*roaring.Bitmap // what once has found
	columns *columns
	steps   int
}

func newView(ctx context.Context, s *scorch.SegmentSnapshot, c *columns) (*view, error) {
	v := &view{
		ctx: ctx, segment: s.Segment(), deleted: s.Deleted(), live: s.DocNumbersLive(),
		dicts: map[string]segment.TermDictionary{}, sets: map[any]*roaring.Bitmap{}, columns: c,
	}
	padding, err := v.docs("_id", paddingID)
	if err == nil && !padding.IsEmpty() {
		v.live = roaring.AndNot(v.live, padding)
	}
	return v, err
}

// step is called in every loop that may be long; it fails when time is up.
func (v *view) step() error {
	if v.steps++; v.steps%1024 == 0 {
		return v.ctx.Err()
	}
	return nil
}

// once finds a set and remembers it under a key: a query weighs, matches and ranks by the same sets.
func (v *view) once(key any, find func() (*roaring.Bitmap, error)) (*roaring.Bitmap, error) {
	if set, ok := v.sets[key]; ok {
		return set, nil
	}
	set, err := find()
	if err == nil {
		v.sets[key] = set
	}
	return set, err
}

// dict gives the dictionary of a field.
func (v *view) dict(field string) (segment.TermDictionary, error) {
	if d, ok := v.dicts[field]; ok {
		return d, nil
	}
	d, err := v.segment.Dictionary(field)
	if err != nil {
		return nil, err
	}
	v.dicts[field] = d
	return d, nil
}

// empty is the empty set.
var empty = roaring.New()

// docs gives the documents with a term in a field.
func (v *view) docs(field, term string) (*roaring.Bitmap, error) {
	d, err := v.dict(field)
	if err != nil {
		return nil, err
	}
	return v.docsOf(d, term)
}

func (v *view) docsOf(d segment.TermDictionary, term string) (*roaring.Bitmap, error) {
	p, err := d.PostingsList([]byte(term), v.deleted, nil)
	if err != nil {
		return nil, err
	}
	return bitmap(p.Iterator(false, false, false, nil)), nil
}

// bitmap gives what an iterator would walk.
func bitmap(it segment.PostingsIterator) *roaring.Bitmap {
	o, ok := it.(segment.OptimizablePostingsIterator)
	if !ok {
		return empty
	}
	if doc, ok := o.DocNum1Hit(); ok {
		return roaring.BitmapOf(uint32(doc))
	}
	if b := o.ActualBitmap(); b != nil {
		return b
	}
	return empty
}

// postings walks a word's documents with how often and where it occurs in each; nil where none of them is among the given ones.
func (v *view) postings(term string, among *roaring.Bitmap, where bool) (segment.PostingsIterator, *roaring.Bitmap, error) {
	d, err := v.dict(fieldWords)
	if err != nil {
		return nil, nil, err
	}
	p, err := d.PostingsList([]byte(term), v.deleted, nil)
	if err != nil {
		return nil, nil, err
	}
	it := p.Iterator(true, true, where, nil)
	docs := roaring.And(bitmap(it), among)
	if docs.IsEmpty() {
		return nil, docs, nil
	}
	if o, ok := it.(segment.OptimizablePostingsIterator); ok && o.ActualBitmap() != nil {
		o.ReplaceActual(docs)
	}
	return it, docs, nil
}

// terms calls f with every term of a field from start up to but not including end that the automaton (nil: any) accepts.
func (v *view) terms(field, start, end string, a segment.Automaton, f func(d segment.TermDictionary, term string) error) error {
	d, err := v.dict(field)
	if err != nil {
		return err
	}
	var from, to []byte
	if start != "" {
		from = []byte(start)
	}
	if end != "" {
		to = []byte(end)
	}
	var it segment.DictionaryIterator
	if quick, ok := d.(interface {
		AutomatonIteratorOmitCount(a segment.Automaton, start, end []byte) segment.DictionaryIterator
	}); ok {
		it = quick.AutomatonIteratorOmitCount(a, from, to)
	} else {
		it = d.AutomatonIterator(a, from, to)
	}
	for {
		if err := v.step(); err != nil {
			return err
		}
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		if err := f(d, e.Term); err != nil {
			return err
		}
	}
}

// after gives the least string greater than all that begin with a prefix of ASCII or UTF-8.
func after(prefix string) string {
	b := []byte(prefix)
	b[len(b)-1]++ // no byte of UTF-8 is 0xff
	return string(b)
}

// docValues visits the terms of a document in a field.
func (v *view) docValues(doc uint32, fields []string, state segment.DocVisitState, f bleve.DocValueVisitor) (segment.DocVisitState, error) {
	dv, ok := v.segment.(segment.DocValueVisitable)
	if !ok {
		return state, nil
	}
	return dv.VisitDocValues(uint64(doc), fields, f, state)
}

// keys gives the sort keys of the segment's documents, by number.
func (v *view) keys() ([]int64, error) {
	return v.columns.get(v)
}

// columns keeps the sort keys of segments in memory: eight bytes a document, read once for each segment.
type columns struct {
	mu   sync.Mutex
	keys map[segment.Segment][]int64
}

// get gives the keys of a segment, reading them when it is new.
func (c *columns) get(v *view) ([]int64, error) {
	c.mu.Lock()
	keys, ok := c.keys[v.segment]
	c.mu.Unlock()
	if ok {
		return keys, nil
	}
	keys = make([]int64, v.segment.Count())
	var state segment.DocVisitState
	var err error
	field := []string{fieldKey}
	for doc := range keys {
		if err := v.step(); err != nil {
			return nil, err
		}
		state, err = v.docValues(uint32(doc), field, state, func(_ string, term []byte) {
			keys[doc] = int64(decode(term) ^ 1<<63)
		})
		if err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[segment.Segment][]int64{}
	}
	c.keys[v.segment] = keys
	return keys, nil
}

// keep forgets the segments that are not among those of the present state.
func (c *columns) keep(views []*view) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.keys) <= len(views) {
		return
	}
	present := make(map[segment.Segment]bool, len(views))
	for _, v := range views {
		present[v.segment] = true
	}
	for s := range c.keys {
		if !present[s] {
			delete(c.keys, s)
		}
	}
}
