package index

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/thau-cx/thau/feedback"
)

// The orders of a result.
const (
	sortRelevance = "relevance"
	sortNewest    = "newest"
	sortOldest    = "oldest"
)

const (
	defaultLimit = 20
	maxLimit     = 200
)

// plan is a query made ready: everything that can be wrong with it has been found.
type plan struct {
	query  *query
	expr   expr
	leaves []leaf // to rank by; none unless sorted by relevance
	facets map[string]*facet
	sort   string
	limit  int
	hash   []byte
	after  *cursor
	lesser []int // the places of leaves that stand for words in others
}

// parse reads a query's text; the same text is often asked for again, by the next page and by highlights.
func (x *Index) parse(text string, synonyms bool) (*query, error) {
	if q := x.parsed.Load(); q != nil && q.text == text && q.synonyms == synonyms {
		return q, nil
	}
	var themes func(string) []string
	if synonyms {
		if themes = x.o.Themes; themes == nil {
			return nil, feedback.Errorf(feedback.CodeInvalid, "synonyms", "this index knows no synonyms")
		}
	}
	q, err := parse(x.o.Tokenizer, themes, x.o.Zone, text)
	if err == nil {
		x.parsed.Store(q)
	}
	return q, err
}

// plan reads a query.
func (x *Index) plan(q *feedback.Query) (*plan, error) {
	parsed, err := x.parse(q.Text, q.Synonyms)
	if err != nil {
		return nil, err
	}
	filter, err := filterExpr(&q.Filter)
	if err != nil {
		return nil, err
	}
	p := &plan{query: parsed, expr: newAnd(filter, parsed.expr), sort: q.Sort, limit: q.Limit, facets: map[string]*facet{}}
	switch _, everything := parsed.expr.(all); {
	case p.sort == "" && everything:
		p.sort = sortNewest
	case p.sort == "":
		p.sort = sortRelevance
	}
	switch p.sort {
	case sortRelevance:
		p.leaves, p.lesser = parsed.leaves, slices.Clone(parsed.lesser)
	case sortNewest, sortOldest:
	default:
		return nil, feedback.Errorf(feedback.CodeInvalid, "sort", "there is no order %q: use relevance, newest or oldest", p.sort)
	}
	if p.limit == 0 {
		p.limit = defaultLimit
	}
	if p.limit < 1 || p.limit > maxLimit {
		return nil, feedback.Errorf(feedback.CodeInvalid, "limit", "a page has 1 to %d records", maxLimit)
	}
	for _, name := range q.Facets {
		if p.facets[name], err = newFacet(name); err != nil {
			return nil, err
		}
	}
	if p.hash, err = hashQuery(q, p.sort); err != nil {
		return nil, err
	}
	if q.Cursor != "" {
		c, err := decodeCursor(q.Cursor, p.hash, len(p.leaves))
		if err != nil {
			return nil, err
		}
		p.after = &c
	}
	return p, nil
}

// Search finds a page of ids. Totals and facet counts are exact (a facet lists at most its 1,000 most frequent values). Every page
// costs the same, so there is no bound on depth; a cursor stays in place while others write and does not expire. What takes longer
// than Options.Timeout is CodeTimeout.
func (x *Index) Search(ctx context.Context, q feedback.Query) (feedback.Hits, error) {
	p, err := x.plan(&q)
	if err != nil {
		return feedback.Hits{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, x.o.Timeout)
	defer cancel()

	x.mu.RLock()
	if x.closed {
		x.mu.RUnlock()
		return feedback.Hits{}, fmt.Errorf("index: search: %w", errClosed)
	}
	g, stale := x.serving, x.next != nil
	g.use.RLock()
	x.mu.RUnlock()
	defer g.use.RUnlock()

	var hits feedback.Hits
	err = shielded(func() error {
		return g.read(func(s *scorch.IndexSnapshot) error {
			var err error
			if hits, err = p.run(ctx, s, &g.columns); err != nil {
				return err
			}
			return x.relate(ctx, s, &g.columns, &q, p, &hits)
		})
	})
	hits.Stale = stale
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return feedback.Hits{}, &feedback.Error{Code: feedback.CodeTimeout, Message: "the search took too long: add a word or a filter", Err: err}
	case err != nil:
		return feedback.Hits{}, fmt.Errorf("index: search: %w", err)
	}
	return hits, nil
}

// run finds a page in one state of the index.
func (p *plan) run(ctx context.Context, s *scorch.IndexSnapshot, c *columns) (feedback.Hits, error) {
	var hits feedback.Hits
	views, err := viewsOf(ctx, s, c)
	if err != nil {
		return hits, err
	}
	c.keep(views)
	found := make([]*roaring.Bitmap, len(views))
	for i, v := range views {
		var err error
		if found[i], err = p.expr.match(v, v.live); err != nil {
			return hits, err
		}
		hits.Total += int(found[i].GetCardinality())
		for _, f := range p.facets {
			if err := f.add(v, found[i]); err != nil {
				return hits, err
			}
		}
	}
	r := ranking{leaves: p.leaves, near: hits.Total <= maxNear}
	if p.after != nil {
		r.weights, r.near = p.after.Rarities, p.after.Near
	} else {
		var err error
		if r.weights, err = rarities(views, p.leaves); err != nil {
			return hits, err
		}
		for _, i := range p.lesser {
			r.weights[i] = max(1, r.weights[i]/otherShare)
		}
	}
	first := &page{order: order{oldest: p.sort == sortOldest}, size: p.limit + 1}
	for i, v := range views {
		if err := p.collect(v, found[i], &r, first); err != nil {
			return hits, err
		}
	}
	if len(p.facets) > 0 {
		hits.Facets = make(map[string][]feedback.FacetCount, len(p.facets))
		for name, f := range p.facets {
			hits.Facets[name] = f.list()
		}
	}
	return hits, p.fill(&hits, first, &r)
}

// viewsOf gives the segments of a state that hold something.
func viewsOf(ctx context.Context, s *scorch.IndexSnapshot, c *columns) ([]*view, error) {
	var views []*view
	for _, seg := range s.Segments() {
		v, err := newView(ctx, seg, c)
		if err != nil {
			return nil, err
		}
		if !v.live.IsEmpty() {
			views = append(views, v)
		}
	}
	return views, nil
}

// collect offers the documents of a segment to the page. One hit more than the page holds is kept, to know whether there is a next.
func (p *plan) collect(v *view, docs *roaring.Bitmap, r *ranking, first *page) error {
	keys, err := v.keys()
	if err != nil {
		return err
	}
	var ranks []uint64
	if len(p.leaves) > 0 {
		if ranks, err = r.scores(v, docs); err != nil {
			return err
		}
	}
	var start *hit
	if p.after != nil {
		start = &hit{score: p.after.Score, key: p.after.Key, id: p.after.ID}
	}
	n := -1
	for it := docs.Iterator(); it.HasNext(); {
		if err := v.step(); err != nil {
			return err
		}
		doc := it.Next()
		n++
		h := hit{key: keys[doc], view: v, doc: doc}
		if ranks != nil {
			h.score = ranks[n]
		}
		if first.full() && first.order.compare(&h, &first.hits[0]) >= 0 || start != nil && first.order.compare(start, &h) >= 0 {
			continue
		}
		first.offer(h)
	}
	return first.order.err
}

// fill writes the page and the cursor of the next.
func (p *plan) fill(hits *feedback.Hits, first *page, r *ranking) error {
	slices.SortFunc(first.hits, func(a, b hit) int { return first.order.compare(&a, &b) })
	if first.order.err != nil {
		return first.order.err
	}
	more := len(first.hits) > p.limit
	if more {
		first.hits = first.hits[:p.limit]
	}
	hits.IDs = make([]string, len(first.hits))
	for i := range first.hits {
		var err error
		if hits.IDs[i], err = first.hits[i].name(); err != nil {
			return err
		}
	}
	if !more {
		return nil
	}
	last := &first.hits[len(first.hits)-1]
	var err error
	hits.Next, err = cursor{Query: p.hash, Score: last.score, Key: last.key, ID: last.id, Rarities: r.weights, Near: r.near}.encode()
	return err
}
