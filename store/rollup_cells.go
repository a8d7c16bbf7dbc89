package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// The shapes of counts.
const (
	narrowShape = 0 // without source and touchpoint
	wideShape   = 1
	yearShape   = 2 // narrow, with the year for the month and the month in it for the day
)

// monthBits of a key are the month, which reaches as far as the store's times.
const monthBits = 24

// rollupKey names the counts of a label in a month, or a year.
func rollupKey(label, shape int64, month int32) int64 {
	return (label<<2|shape)<<monthBits + int64(month) + 1<<(monthBits-1)
}

// splitKey is the way back from rollupKey.
func splitKey(key int64) (label, shape int64, month int32) {
	return key >> (monthBits + 2), key >> monthBits & 3, int32(key&(1<<monthBits-1) - 1<<(monthBits-1))
}

// monthOf gives the month of a day, in months since January 1970, and the day in it, from 0.
func monthOf(day int32) (month, in int32) {
	y, m, d := time.Unix(int64(day)*daySeconds, 0).UTC().Date()
	return int32(y-1970)*12 + int32(m) - 1, int32(d) - 1
}

// firstDay is the way back from monthOf.
func firstDay(month int32) int32 {
	return int32(floorDiv(time.Date(1970, time.Month(month+1), 1, 0, 0, 0, 0, time.UTC).Unix(), daySeconds))
}

// yearOf gives the year of a month, in years since 1970, and the month in it, from 0.
func yearOf(month int32) (year, in int32) {
	year = int32(floorDiv(int64(month), 12))
	return year, month - 12*year
}

// cellGroup says what days are counted of.
type cellGroup struct {
	source, touchpoint, sentiment, kind int32
}

func (g cellGroup) compare(h cellGroup) int {
	switch {
	case g.source != h.source:
		return cmp.Compare(g.source, h.source)
	case g.touchpoint != h.touchpoint:
		return cmp.Compare(g.touchpoint, h.touchpoint)
	case g.sentiment != h.sentiment:
		return cmp.Compare(g.sentiment, h.sentiment)
	}
	return cmp.Compare(g.kind, h.kind)
}

// cell is a count to add under one key: the number of its group, the day from 0, and how many, in one number that sorts by group and day.
type cell uint64

// dayBits of a cell are the day, between the group and the count.
const dayBits = 5

func newCell(group uint32, day, n int32) cell {
	return cell(group)<<(dayBits+32) | cell(day)<<32 | cell(uint32(n))
}

func (c cell) group() uint32 { return uint32(c >> (dayBits + 32)) }

func (c cell) day() int32 { return int32(c >> 32 & (1<<dayBits - 1)) }

func (c cell) n() int32 { return int32(uint32(c)) }

// addMonth appends the sorted cells of a month to those of its year, with its days added up.
func addMonth(year, days []cell, month int32) []cell {
	for len(days) > 0 {
		group, n := days[0].group(), int32(0)
		for ; len(days) > 0 && days[0].group() == group; days = days[1:] {
			n += days[0].n()
		}
		if n != 0 {
			year = append(year, newCell(group, month, n))
		}
	}
	return year
}

// fold gathers what entries of the log add to the counts, by key.
type fold struct {
	numbers map[cellGroup]uint32 // in the order they were met, until they are ordered
	groups  []cellGroup          // in order
	places  []uint32             // of groups in that, by number
	months  map[int64][]cell
	narrow  []cell // of the entry under way
	wide    []cell
}

// add gathers one entry.
func (f *fold) add(e *entry) {
	month, day := monthOf(e.day)
	f.narrow, f.wide = f.narrow[:0], f.wide[:0]
	count := func(kind int64) {
		g := cellGroup{sentiment: int32(e.sentiment), kind: int32(kind)}
		f.narrow = append(f.narrow, newCell(f.number(g), day, int32(e.sign)))
		g.source, g.touchpoint = int32(e.source), int32(e.touchpoint)
		f.wide = append(f.wide, newCell(f.number(g), day, int32(e.sign)))
	}
	count(countRecords)
	count(countLanguage(e.language))
	for _, kind := range e.kinds {
		count(kind)
	}
	put := func(label, shape int64, cells []cell) {
		key := rollupKey(label, shape, month)
		f.months[key] = append(f.months[key], cells...)
	}
	put(0, narrowShape, f.narrow)
	put(0, wideShape, f.wide)
	for _, id := range e.labels {
		put(id, narrowShape, f.narrow)
		put(id, wideShape, f.wide)
	}
	for _, id := range e.lean {
		put(id, narrowShape, f.narrow)
	}
}

// number gives the number of a group.
func (f *fold) number(g cellGroup) uint32 {
	n, ok := f.numbers[g]
	if !ok {
		n = uint32(len(f.groups))
		f.numbers[g], f.groups = n, append(f.groups, g)
	}
	return n
}

// order sorts the groups.
func (f *fold) order() {
	slices.SortFunc(f.groups, cellGroup.compare)
	f.places = make([]uint32, len(f.groups))
	for place, g := range f.groups {
		f.places[f.numbers[g]] = uint32(place)
	}
}

// sorted gives cells in the order of their groups, whose places they name then.
func (f *fold) sorted(cells []cell) []cell {
	for i, c := range cells {
		cells[i] = newCell(f.places[c.group()], c.day(), c.n())
	}
	slices.Sort(cells)
	return cells
}

// mergeCells appends to b the packed counts of one key with sorted cells added to them; what comes to nothing is left out. Counts are
// packed by groups, in order: source, touchpoint, sentiment and kind, the total, how many bytes the days take, and the days with their counts. A
// group that nothing is added to is copied as it stands.
func mergeCells(b, packed []byte, groups []cellGroup, cells []cell) ([]byte, error) {
	r := factsReader{b: packed}
	for len(r.b) > 0 {
		from := r.b
		g, err := r.group()
		if err != nil {
			return nil, err
		}
		order := -1 // of the next cell's group and this one
		for len(cells) > 0 {
			if order = groups[cells[0].group()].compare(g.cellGroup); order >= 0 {
				break
			}
			if b, cells, err = mergeGroup(b, packedGroup{cellGroup: groups[cells[0].group()]}, cells); err != nil {
				return nil, err
			}
		}
		if len(cells) > 0 && order == 0 {
			b, cells, err = mergeGroup(b, packedGroup{cellGroup: g.cellGroup, days: g.days}, cells)
		} else {
			b = append(b, from[:len(from)-len(r.b)]...)
		}
		if err != nil {
			return nil, err
		}
	}
	for len(cells) > 0 {
		var err error
		if b, cells, err = mergeGroup(b, packedGroup{cellGroup: groups[cells[0].group()]}, cells); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// mergeGroup appends a group with the first cells, which are of it, added to its days, and gives the cells after those.
func mergeGroup(b []byte, g packedGroup, cells []cell) ([]byte, []cell, error) {
	var counts [mostDays]int64
	if err := g.each(func(day int32, n int64) { counts[day] += n }); err != nil {
		return nil, nil, err
	}
	for group := cells[0].group(); len(cells) > 0 && cells[0].group() == group; cells = cells[1:] {
		counts[cells[0].day()] += int64(cells[0].n())
	}
	var room [mostDays * (1 + binary.MaxVarintLen64)]byte
	merged, last := room[:0], 0
	g.total = 0
	for day, n := range counts {
		if n != 0 {
			merged = binary.AppendVarint(binary.AppendUvarint(merged, uint64(day-last)), n)
			g.total, last = g.total+n, day
		}
	}
	if len(merged) == 0 {
		return b, cells, nil
	}
	for _, v := range [...]int32{g.source, g.touchpoint, g.sentiment, g.kind} {
		b = binary.AppendVarint(b, int64(v))
	}
	b = binary.AppendUvarint(binary.AppendVarint(b, g.total), uint64(len(merged)))
	return append(b, merged...), cells, nil
}

// mostDays is how many days a month has at most.
const mostDays = 31

// packedGroup is the days of a group.
type packedGroup struct {
	cellGroup
	total int64
	days  []byte
}

// errCells is what counts give that were not written by mergeCells.
var errCells = errors.New("rollups are cut or damaged")

// unpackCells calls do with every group.
func unpackCells(b []byte, do func(packedGroup) error) error {
	r := factsReader{b: b}
	for len(r.b) > 0 {
		g, err := r.group()
		if err == nil {
			err = do(g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// group reads a group.
func (r *factsReader) group() (packedGroup, error) {
	g := packedGroup{
		cellGroup: cellGroup{source: int32(r.varint()), touchpoint: int32(r.varint()), sentiment: int32(r.varint()), kind: int32(r.varint())},
		total:     r.varint(),
	}
	n := r.uvarint()
	if r.short || n < 0 || n > int64(len(r.b)) {
		return g, errCells
	}
	g.days, r.b = r.b[:n], r.b[n:]
	return g, nil
}

// each calls do with every day, from 0, and its count.
func (g packedGroup) each(do func(day int32, n int64)) error {
	r := factsReader{b: g.days}
	day := int32(0)
	for len(r.b) > 0 {
		day += int32(r.uvarint())
		n := r.varint()
		if r.short || day < 0 || day >= mostDays {
			return errCells
		}
		do(day, n)
	}
	return nil
}

// pack appends an entry.
func (e *entry) pack(b []byte) []byte {
	for _, v := range [...]int64{e.sign, int64(e.day), e.source, e.touchpoint, e.sentiment, e.language} {
		b = binary.AppendVarint(b, v)
	}
	for _, list := range [...][]int64{e.labels, e.lean, e.kinds} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, v := range list {
			b = binary.AppendVarint(b, v)
		}
	}
	return b
}

// unpack reads an entry and gives what stands after it.
func (e *entry) unpack(b []byte) ([]byte, error) {
	r := factsReader{b: b}
	e.sign, e.day, e.source, e.touchpoint, e.sentiment, e.language = r.varint(), int32(r.varint()), r.varint(), r.varint(), r.varint(), r.varint()
	e.labels, e.lean, e.kinds = e.labels[:0], e.lean[:0], e.kinds[:0]
	for _, list := range [...]*[]int64{&e.labels, &e.lean, &e.kinds} {
		for n := r.uvarint(); n > 0 && !r.short; n-- {
			*list = append(*list, r.varint())
		}
	}
	if r.short {
		return nil, errors.New("the log of the rollups is cut or damaged")
	}
	return r.b, nil
}
