package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Rollups are counts kept beside the records, in the same transactions, so that a dashboard does not walk over all of them:
//
//	label × month × [source × touchpoint] × sentiment × kind × day → how many
//	label × year × sentiment × kind × month → how many
//
// A label is a topic or what is said of one (as in the facet "topic"), a value of a declared attribute, a channel, language, urgency, intent
// or tag, one of those that stand for having none, or 0 for every record. A kind is being a record, being one in a language, having a
// text, or a value of a score. There are three shapes: narrow counts leave source and touchpoint out, wide ones have them, and yearly ones are
// the narrow ones added up by month, for questions about whole months. Labels that few cross with source and touchpoint (see leanFacets) have no wide counts.
//
// A write only appends what it takes away and adds to a log (one small entry a version of a record); when the log has grown, the writer
// folds it into the counts, a month of a label at a time. Whoever reads adds the log to the counts, in one snapshot.
//
// Days and months are those of the workspace's time zone. The counts follow from the records' facts, so they are built anew where the
// zone, the declared attributes or this format change.

// rollupFormat is raised whenever counts would be kept differently.
const rollupFormat = 2

// defaultZone is the zone of a workspace that never said otherwise.
const defaultZone = "Asia/Ho_Chi_Minh"

// metaRollups is the key in meta under which it is kept what the counts were built with.
const metaRollups = "rollups"

// The kinds that are no scores; those of scores are numbers of score_kinds.
const (
	countRecords = 0
	countWritten = -1
)

// countLanguage is the kind of being a record in a language, by the number of its label, 0 for none.
func countLanguage(language int64) int64 { return -2 - language }

// leanFacets are those whose labels have no wide counts.
var leanFacets = []string{singleFacetNames[facetChannel], singleFacetNames[facetLanguage], singleFacetNames[facetUrgency], facetIntent, facetTag}

// facetNone is the facet of the labels that stand for having no value of the facet they name.
const facetNone = "none"

// rollupSettings are what counts are built with.
type rollupSettings struct {
	zone       *time.Location
	attributes []string // declared, sorted
}

// String tells settings from others.
func (s rollupSettings) String() string {
	return fmt.Sprintf("%d\n%s\n%s", rollupFormat, s.zone, strings.Join(s.attributes, "\n"))
}

// parseSettings reads what String wrote; another format says nothing but zone and attributes.
func parseSettings(text string) (rollupSettings, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 2 {
		return rollupSettings{}, errors.New("the settings of the rollups cannot be read")
	}
	zone, err := time.LoadLocation(lines[1])
	if err != nil {
		return rollupSettings{}, err
	}
	s := rollupSettings{zone: zone}
	for _, name := range lines[2:] {
		if name != "" {
			s.attributes = append(s.attributes, name)
		}
	}
	return s, nil
}

// settings joins what a caller wants with what the counts were built with; same tells that they need not be built anew.
func (o Options) settings(ctx context.Context, db *sql.DB) (s rollupSettings, same bool, err error) {
	var stored string
	err = db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaRollups).Scan(&stored)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if s.zone, err = time.LoadLocation(defaultZone); err != nil {
			return s, false, err
		}
	case err != nil:
		return s, false, err
	default:
		if s, err = parseSettings(stored); err != nil {
			return s, false, err
		}
	}
	if o.Zone != nil {
		s.zone = o.Zone
	}
	if o.Attributes != nil {
		s.attributes = slices.Clone(o.Attributes)
		slices.Sort(s.attributes)
		s.attributes = slices.Compact(s.attributes)
	}
	for _, name := range s.attributes {
		if name == "" || len(name) > 128 || strings.ContainsAny(name, "=\x00\n") {
			return s, false, feedback.Errorf(feedback.CodeInvalid, "attributes", "%s is no name of an attribute", quoted(name))
		}
	}
	return s, s.String() == stored, nil
}

// Zone gives the workspace's time zone.
func (db *DB) Zone() *time.Location { return db.rolled.zone }

// RolledAttributes gives the attributes that rollups count by.
func (db *DB) RolledAttributes() []string { return slices.Clone(db.rolled.attributes) }

// RebuildRollups counts all records anew.
func (db *DB) RebuildRollups(ctx context.Context) error {
	err := db.write(ctx, groupSize, func(t *tx) error { return t.rebuildRollups() })
	if err != nil {
		return fmt.Errorf("store: rebuild rollups: %w", explain(err))
	}
	return nil
}

// rebuildRollups counts all records anew, in the transaction under way.
func (t *tx) rebuildRollups() error {
	for _, table := range []string{"rollups", "rollup_log"} {
		if err := t.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	t.logged, t.log, t.logEntries = 0, t.log[:0], 0
	var facts recordFacts
	for after := int64(0); ; {
		rows, err := t.rowsToRoll(after)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		for _, r := range rows {
			if err := facts.unpack(r.packed); err != nil {
				return err
			}
			if err := t.roll(1, r.collected, &facts); err != nil {
				return err
			}
		}
		if err := t.foldEntries(t.log); err != nil {
			return err
		}
		t.log, t.logEntries = t.log[:0], 0
		after = rows[len(rows)-1].number
	}
	return t.exec("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", metaRollups, t.rolled.String())
}

// entry is what a version of a record adds to the counts, or takes away.
type entry struct {
	sign       int64
	day        int32
	source     int64
	touchpoint int64
	sentiment  int64
	language   int64
	labels     []int64 // without 0
	lean       []int64 // labels of leanFacets
	kinds      []int64 // without those of being a record, in a language or any
}

// roll notes in the log of the job under way that a version of a record comes (sign 1) or goes (−1).
func (t *tx) roll(sign int64, collected int64, f *recordFacts) error {
	e := &t.entry
	*e = entry{
		sign: sign, day: t.days.of(collected), source: f.single[facetSource], touchpoint: f.single[facetTouchpoint],
		sentiment: f.single[facetSentiment], language: f.single[facetLanguage], labels: e.labels[:0], lean: e.lean[:0], kinds: e.kinds[:0],
	}
	var err error
	if e.labels, err = t.labelsOf(e.labels, f.read, facetTopic); err != nil {
		return err
	}
	for _, facet := range [...]int{facetChannel, facetLanguage, facetUrgency} {
		id := f.single[facet]
		if id == 0 {
			if id, err = t.label(label{facetNone, singleFacetNames[facet]}); err != nil {
				return err
			}
		}
		e.lean = append(e.lean, id)
	}
	if e.lean, err = t.labelsOf(e.lean, f.read, facetIntent); err != nil {
		return err
	}
	if e.lean, err = t.labelsOf(e.lean, f.words, facetTag); err != nil {
		return err
	}
	for _, name := range t.rolled.attributes {
		if e.labels, err = t.labelsOf(e.labels, f.words, facetAttributes+name); err != nil {
			return err
		}
	}
	if f.written {
		e.kinds = append(e.kinds, countWritten)
	}
	for _, s := range f.scores {
		kind, err := t.kindOf(s)
		if err != nil {
			return err
		}
		e.kinds = append(e.kinds, kind)
	}
	t.log = e.pack(t.log)
	t.logEntries++
	return nil
}

// labelsOf appends those of a record's labels that are of a facet, or the one that stands for having none.
func (t *tx) labelsOf(dst, ids []int64, facet string) ([]int64, error) {
	had := len(dst)
	for _, id := range ids {
		of, err := t.facetOf(id)
		if err != nil {
			return dst, err
		}
		if of == facet {
			dst = append(dst, id)
		}
	}
	if len(dst) > had {
		return dst, nil
	}
	id, err := t.label(label{facetNone, facet})
	return append(dst, id), err
}

// facetOf gives the facet of a label. One that is gone has none any more, and nothing counts by it.
func (t *tx) facetOf(id int64) (string, error) {
	if facet, ok := t.facets[id]; ok {
		return facet, nil
	}
	var facet string
	err := t.queryRow("SELECT facet FROM labels WHERE id = ?", id).Scan(&facet)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if len(t.facets) >= cacheSize {
		clear(t.facets)
	}
	t.facets[id] = facet
	return facet, nil
}

// kindOf gives the number of a value of a score, which it takes a new one for where it has none.
func (t *tx) kindOf(s scoreFact) (int64, error) {
	if id, ok := t.kinds[s]; ok {
		return id, nil
	}
	const find = "SELECT id FROM score_kinds WHERE name = ? AND value = ? AND low = ? AND high = ? AND effort = ?"
	const add = "INSERT INTO score_kinds (name, value, low, high, effort) VALUES (?, ?, ?, ?, ?) RETURNING id"
	var id int64
	err := t.queryRow(find, s.name, s.value, s.min, s.max, s.effort).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.queryRow(add, s.name, s.value, s.min, s.max, s.effort).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	if len(t.kinds) >= cacheSize {
		clear(t.kinds)
	}
	t.kinds[s] = id
	return id, nil
}

// keepLog writes the log of the job under way.
func (t *tx) keepLog() error {
	if t.logEntries == 0 {
		return nil
	}
	if err := t.exec("INSERT INTO rollup_log (entries, body) VALUES (?, ?)", t.logEntries, t.log); err != nil {
		return err
	}
	t.logged += t.logEntries
	t.log, t.logEntries = t.log[:0], 0
	return nil
}

// The log is folded when nothing else is to do, and when it has an entry for each foldShare records, within these bounds: a fold costs the more the more there is,
// and so does reading a long log.
const (
	foldShare = 16
	foldLeast = 8 << 10
	foldMost  = 16 << 10
)

// rowToRoll is a record as rollups count it.
type rowToRoll struct {
	number, collected int64
	packed            []byte // its facts
}

// rowsToRoll gives the next records behind a row.
func (t *tx) rowsToRoll(after int64) (out []rowToRoll, err error) {
	stmt, err := t.stmt("SELECT row, collected, facts FROM records WHERE row > ? ORDER BY row LIMIT ?") //nolint:sqlclosecheck // kept by the transaction
	if err != nil {
		return nil, err
	}
	rows, err := stmt.Query(after, foldMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r rowToRoll
		if err := rows.Scan(&r.number, &r.collected, &r.packed); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// foldWhenLong brings the counts up to date where the log has grown long.
func (t *tx) foldWhenLong() error {
	if t.logged < min(max(t.row/foldShare, foldLeast), foldMost) {
		return nil
	}
	return t.fold()
}

// fold brings the counts up to date and empties the log.
func (t *tx) fold() error {
	log, err := t.rollupLog()
	if err != nil {
		return err
	}
	if err := t.foldEntries(log); err != nil {
		return err
	}
	t.logged = 0
	return t.exec("DELETE FROM rollup_log")
}

// rollupLog reads the log, packed entries in the order they were written.
func (t *tx) rollupLog() (log []byte, err error) {
	stmt, err := t.stmt("SELECT body FROM rollup_log ORDER BY n") //nolint:sqlclosecheck // kept by the transaction
	if err != nil {
		return nil, err
	}
	rows, err := stmt.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		log = append(log, body...)
	}
	return log, rows.Err()
}

// foldEntries adds packed entries to the counts.
func (t *tx) foldEntries(log []byte) error {
	f := fold{numbers: map[cellGroup]uint32{}, months: map[int64][]cell{}}
	var e entry
	for len(log) > 0 {
		rest, err := e.unpack(log)
		if err != nil {
			return err
		}
		log = rest
		f.add(&e)
	}
	f.order()
	years := map[int64][]cell{}
	for _, key := range slices.Sorted(maps.Keys(f.months)) {
		cells := f.sorted(f.months[key])
		if err := t.merge(key, f.groups, cells); err != nil {
			return err
		}
		if label, shape, month := splitKey(key); shape == narrowShape {
			year, in := yearOf(month)
			key := rollupKey(label, yearShape, year)
			years[key] = addMonth(years[key], cells, in)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(years)) {
		cells := years[key]
		slices.Sort(cells)
		if err := t.merge(key, f.groups, cells); err != nil {
			return err
		}
	}
	return nil
}

// merge adds sorted cells of one key to what is there.
func (t *tx) merge(key int64, groups []cellGroup, cells []cell) error {
	var packed []byte
	err := t.queryRow("SELECT cells FROM rollups WHERE key = ?", key).Scan(&packed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	merged, err := mergeCells(t.cells[:0], packed, groups, cells)
	if err != nil {
		return err
	}
	t.cells = merged
	if len(merged) == 0 {
		return t.exec("DELETE FROM rollups WHERE key = ?", key)
	}
	return t.exec("INSERT INTO rollups (key, cells) VALUES (?, ?) ON CONFLICT DO UPDATE SET cells = excluded.cells", key, merged)
}
