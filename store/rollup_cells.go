package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"time"
)

// The shapes of counts.
const (
	narrowShape = 0 // without source and touchpoint
	wideShape   = 1
)

// monthBits of a key are the month, which reaches as far as the store's times.
const monthBits = 24

// rollupKey names the counts of a label in a month.
func rollupKey(label int64, shape int64, month int32) int64 {
	return (label<<1|shape)<<monthBits + int64(month) + 1<<(monthBits-1)
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

// cell is one count.
type cell struct {
	key                                 int64
	source, touchpoint, sentiment, kind int32
	day                                 int32 // in the month, from 0
	n                                   int32
}

func (c cell) compare(d cell) int {
	switch {
	case c.key != d.key:
		return cmp.Compare(c.key, d.key)
	case c.source != d.source:
		return cmp.Compare(c.source, d.source)
	case c.touchpoint != d.touchpoint:
		return cmp.Compare(c.touchpoint, d.touchpoint)
	case c.sentiment != d.sentiment:
		return cmp.Compare(c.sentiment, d.sentiment)
	case c.kind != d.kind:
		return cmp.Compare(c.kind, d.kind)
	}
	return cmp.Compare(c.day, d.day)
}

// mergeCells appends to b the packed counts of one key with sorted cells added to them; what comes to nothing is left out. Counts are
// packed by groups of one source, touchpoint, sentiment and kind, in order: those four, the total, how many bytes the days take, and the days
// with their counts. A group that nothing is added to is copied as it stands.
func mergeCells(b, packed []byte, cells []cell) ([]byte, error) {
	r := factsReader{b: packed}
	for len(r.b) > 0 {
		from := r.b
		g, err := r.group()
		if err != nil {
			return nil, err
		}
		for len(cells) > 0 && cells[0].compareGroup(&g) < 0 {
			if b, cells, err = mergeGroup(b, nil, cells); err != nil {
				return nil, err
			}
		}
		if len(cells) > 0 && cells[0].compareGroup(&g) == 0 {
			b, cells, err = mergeGroup(b, g.days, cells)
		} else {
			b = append(b, from[:len(from)-len(r.b)]...)
		}
		if err != nil {
			return nil, err
		}
	}
	for len(cells) > 0 {
		var err error
		if b, cells, err = mergeGroup(b, nil, cells); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// mergeGroup appends the group that the first cells are of, added to its days so far, and gives the cells after it.
func mergeGroup(b, days []byte, cells []cell) ([]byte, []cell, error) {
	g := cellGroup{source: cells[0].source, touchpoint: cells[0].touchpoint, sentiment: cells[0].sentiment, kind: cells[0].kind, days: days}
	var counts [mostDays]int64
	if err := g.each(func(day int32, n int64) { counts[day] += n }); err != nil {
		return nil, nil, err
	}
	for len(cells) > 0 && cells[0].compareGroup(&g) == 0 {
		counts[cells[0].day] += int64(cells[0].n)
		cells = cells[1:]
	}
	var room [mostDays * (1 + binary.MaxVarintLen64)]byte
	merged, last := room[:0], 0
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

// cellGroup is the days of one source, touchpoint, sentiment and kind.
type cellGroup struct {
	source, touchpoint, sentiment, kind int32
	total                               int64
	days                                []byte
}

// compareGroup orders a cell and a group of one key.
func (c *cell) compareGroup(g *cellGroup) int {
	switch {
	case c.source != g.source:
		return cmp.Compare(c.source, g.source)
	case c.touchpoint != g.touchpoint:
		return cmp.Compare(c.touchpoint, g.touchpoint)
	case c.sentiment != g.sentiment:
		return cmp.Compare(c.sentiment, g.sentiment)
	}
	return cmp.Compare(c.kind, g.kind)
}

// errCells is what counts give that were not written by mergeCells.
var errCells = errors.New("rollups are cut or damaged")

// unpackCells calls do with every group.
func unpackCells(b []byte, do func(cellGroup) error) error {
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
func (r *factsReader) group() (cellGroup, error) {
	g := cellGroup{source: int32(r.varint()), touchpoint: int32(r.varint()), sentiment: int32(r.varint()), kind: int32(r.varint()), total: r.varint()}
	n := r.uvarint()
	if r.short || n < 0 || n > int64(len(r.b)) {
		return g, errCells
	}
	g.days, r.b = r.b[:n], r.b[n:]
	return g, nil
}

// each calls do with every day, from 0, and its count.
func (g cellGroup) each(do func(day int32, n int64)) error {
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
	for _, v := range []int64{e.sign, int64(e.day), e.source, e.touchpoint, e.sentiment} {
		b = binary.AppendVarint(b, v)
	}
	for _, list := range [][]int64{e.labels, e.kinds} {
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
	e.sign, e.day, e.source, e.touchpoint, e.sentiment = r.varint(), int32(r.varint()), r.varint(), r.varint(), r.varint()
	e.labels, e.kinds = e.labels[:0], e.kinds[:0]
	for _, list := range []*[]int64{&e.labels, &e.kinds} {
		for n := r.uvarint(); n > 0 && !r.short; n-- {
			*list = append(*list, r.varint())
		}
	}
	if r.short {
		return nil, errors.New("the log of the rollups is cut or damaged")
	}
	return r.b, nil
}
