package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// view is the facts of all records in memory, so that a tally over any filter is a walk over columns instead of a query. It is
// derived: it starts empty, and before each use it reads from the database what has changed since the last one. That costs about
// 150 bytes a record, and a few seconds a million records the first time.
type view struct {
	mu       sync.RWMutex
	head     int64            // changes up to here are in it
	rows     []fact           // by row number; Seq 0 marks a row that has no record
	labels   []label          // by number
	facets   map[string]int32 // numbers of facets, from 1
	facetOf  []int32          // facet of each label, by number
	numbers  map[label]int32
	accounts []string         // ids by number
	account  map[string]int32 // and the way back
	ids      []int32          // labels of all records, one after the other
	scores   []scoreKind      // scores of all records, one after the other
	kinds    []scoreFact      // values on their scales, without names
	kind     map[scoreFact]int32
	live     int // how many of ids and scores a record points to
	terms    viewTerms
}

// fact is what the view holds of one record, without pointers so that the garbage collector has nothing to follow.
type fact struct {
	seq       int64
	collected int64
	customer  uint64
	score     float64
	single    [singleFacets]int32
	account   int32
	ids       span
	scores    span
	written   bool
}

// scoreKind is a score of a record: its name, by the number of the label, and its value, by the place among the kinds.
type scoreKind struct {
	name, kind int32
}

// span is a piece of a slice of the view.
type span struct {
	at, n uint32
}

func newView() *view {
	v := &view{}
	v.reset()
	return v
}

// withView calls do with the view as of now or later, while nobody changes it.
func (db *DB) withView(ctx context.Context, do func(*view) error) error {
	return db.withViewAnd(ctx, false, do)
}

// withViewAnd is withView where the view may have to hold the terms too, which it reads when they are first asked for.
func (db *DB) withViewAnd(ctx context.Context, terms bool, do func(*view) error) error {
	v, now := db.view, db.head.Load()
	v.mu.RLock()
	for v.head < now || terms && !v.terms.held {
		v.mu.RUnlock()
		if err := db.catchUp(ctx, now, terms); err != nil {
			return err
		}
		v.mu.RLock()
	}
	defer v.mu.RUnlock()
	return do(v)
}

// catchUp brings the view up to a commit or later. On an error the view begins anew the next time.
func (db *DB) catchUp(ctx context.Context, to int64, terms bool) error {
	v := db.view
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.head >= to && (v.terms.held || !terms) { // somebody else did
		return nil
	}
	// A caller that gives up does not end it: the next one would begin anew, and with little patience none would ever see the end.
	ctx = context.WithoutCancel(ctx)
	err := db.read(ctx, func(tx *sql.Tx) error { return errors.Join(v.follow(ctx, tx), v.followTerms(ctx, tx, terms)) })
	if err != nil {
		v.reset()
	}
	return err
}

// reset makes the view empty. The first kinds are those of sentiment and of being a record.
func (v *view) reset() {
	v.head, v.live, v.terms = 0, 0, viewTerms{}
	v.rows, v.ids, v.scores, v.kinds, v.labels, v.facetOf, v.accounts = nil, nil, nil, nil, nil, nil, nil
	v.facets, v.numbers, v.account, v.kind = map[string]int32{}, map[label]int32{}, map[string]int32{}, map[scoreFact]int32{}
	for _, value := range []float64{-1, 0, 1} {
		v.number(scoreFact{value: value, min: -1, max: 1})
	}
	v.number(scoreFact{})
}

// The kinds that are no scores.
const (
	kindNegative = iota
	kindNeutral
	kindPositive
	kindRecord
)

// number gives the number of a value.
func (v *view) number(s scoreFact) int32 {
	kind, ok := v.kind[s]
	if !ok {
		kind = int32(len(v.kinds))
		v.kind[s], v.kinds = kind, append(v.kinds, s)
	}
	return kind
}

// follow reads what has changed since the view's head.
func (v *view) follow(ctx context.Context, tx *sql.Tx) error {
	head := v.head
	if err := each(ctx, tx, func(row scanner) error {
		var (
			id int
			l  label
		)
		err := row.Scan(&id, &l.facet, &l.value)
		v.addLabel(id, l)
		return err
	}, "SELECT id, facet, value FROM labels WHERE id >= ? ORDER BY id", len(v.labels)); err != nil {
		return err
	}
	if err := each(ctx, tx, func(row scanner) error {
		var (
			num int
			id  string
		)
		err := row.Scan(&num, &id)
		v.accounts = extend(v.accounts, num)
		v.accounts[num], v.account[id] = id, int32(num)
		return err
	}, "SELECT num, id FROM accounts WHERE num >= ? ORDER BY num", len(v.accounts)); err != nil {
		return err
	}
	if err := each(ctx, tx, func(row scanner) error {
		var seq, number int64
		err := row.Scan(&seq, &number)
		v.place(number, fact{})
		head = max(head, seq)
		return err
	}, "SELECT seq, row FROM tombstones WHERE seq > ?", v.head); err != nil {
		return err
	}
	query, args := "SELECT row, seq, collected, account, facts FROM records WHERE seq > ?", []any{v.head}
	if v.head == 0 { // a plain scan is faster than one through the index of seqs
		query, args = "SELECT row, seq, collected, account, facts FROM records", nil
	}
	var facts recordFacts
	if err := each(ctx, tx, func(row scanner) error {
		var (
			number int64
			f      fact
			packed sql.RawBytes
		)
		if err := row.Scan(&number, &f.seq, &f.collected, &f.account, &packed); err != nil {
			return err
		}
		if err := facts.unpack(packed); err != nil {
			return err
		}
		v.keep(&f, &facts)
		v.place(number, f)
		head = max(head, f.seq)
		return nil
	}, query, args...); err != nil {
		return err
	}
	v.compact()
	v.head = head
	return nil
}

func (v *view) addLabel(id int, l label) {
	v.labels, v.facetOf = extend(v.labels, id), extend(v.facetOf, id)
	facet, ok := v.facets[l.facet]
	if !ok {
		facet = int32(len(v.facets) + 1)
		v.facets[l.facet] = facet
	}
	v.labels[id], v.facetOf[id], v.numbers[l] = l, facet, int32(id)
}

// extend makes a slice long enough for an index.
func extend[T any](s []T, i int) []T {
	for len(s) <= i {
		var zero T
		s = append(s, zero)
	}
	return s
}

// keep copies labels and scores into the view's slices and points f to them.
func (v *view) keep(f *fact, facts *recordFacts) {
	f.customer, f.written, f.score = facts.customer, facts.written, facts.score
	for i, id := range facts.single {
		f.single[i] = int32(id)
	}
	f.ids.at = uint32(len(v.ids))
	for _, id := range facts.read {
		v.ids = append(v.ids, int32(id))
	}
	for _, id := range facts.words {
		v.ids = append(v.ids, int32(id))
	}
	f.ids.n = uint32(len(v.ids)) - f.ids.at
	f.scores.at = uint32(len(v.scores))
	for _, s := range facts.scores {
		name := int32(s.name)
		s.name = 0
		v.scores = append(v.scores, scoreKind{name, v.number(s)})
	}
	f.scores.n = uint32(len(facts.scores))
}

// place puts a fact where a row's was.
func (v *view) place(row int64, f fact) {
	v.rows = extend(v.rows, int(row))
	old := &v.rows[row]
	v.live += int(f.ids.n) + int(f.scores.n) - int(old.ids.n) - int(old.scores.n)
	*old = f
}

// compact copies labels and scores to new slices when more than half of the old ones belongs to no record any more.
func (v *view) compact() {
	if used := len(v.ids) + len(v.scores); used < 1<<16 || v.live > used/2 {
		return
	}
	ids, scores := make([]int32, 0, len(v.ids)/2), make([]scoreKind, 0, len(v.scores)/2)
	for i := range v.rows {
		f := &v.rows[i]
		at := uint32(len(ids))
		ids = append(ids, v.labelsOf(f)...)
		f.ids.at = at
		at = uint32(len(scores))
		scores = append(scores, v.scoresOf(f)...)
		f.scores.at = at
	}
	v.ids, v.scores = ids, scores
}

// labelsOf gives the topics, intents, tags and attributes of a record.
func (v *view) labelsOf(f *fact) []int32 { return v.ids[f.ids.at : int(f.ids.at)+int(f.ids.n)] }

// scoresOf gives the scores of a record.
func (v *view) scoresOf(f *fact) []scoreKind {
	return v.scores[f.scores.at : int(f.scores.at)+int(f.scores.n)]
}
