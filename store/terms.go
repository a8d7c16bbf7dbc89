package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"

	"github.com/thau-cx/thau/analyzer"
)

// The terms of a record are a column of their own, for only the counting of themes reads them.
//
//	byte     format, 1
//	16 bytes the sketch
//	4 bytes  each key, ascending
//
// Integers are little-endian.
const termsFormat = 1

// sketchBytes is the size of a packed sketch.
const sketchBytes = 2 * analyzer.SketchSize

// putTerms writes the terms of a record over those it may have.
func (t *tx) putTerms(row int64, terms *analyzer.Terms, over bool) error {
	if terms == nil || len(terms.Keys) == 0 && terms.Sketch == (analyzer.Sketch{}) {
		if !over {
			return nil
		}
		return t.exec("DELETE FROM terms WHERE row = ?", row)
	}
	return t.exec("INSERT INTO terms (row, keys) VALUES (?, ?) ON CONFLICT DO UPDATE SET keys = excluded.keys", row, packTerms(terms))
}

func packTerms(terms *analyzer.Terms) []byte {
	b := make([]byte, 0, 1+sketchBytes+4*len(terms.Keys))
	b = append(b, termsFormat)
	for _, v := range terms.Sketch {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	for _, key := range terms.Keys {
		b = binary.LittleEndian.AppendUint32(b, key)
	}
	return b
}

// unpackTerms appends the keys of packed terms.
func unpackTerms(keys []uint32, b []byte) ([]uint32, analyzer.Sketch, error) {
	var sketch analyzer.Sketch
	if len(b) < 1+sketchBytes || b[0] != termsFormat || (len(b)-1-sketchBytes)%4 != 0 {
		return keys, sketch, errors.New("terms are of an unknown format, cut or damaged")
	}
	for i := range sketch {
		sketch[i] = binary.LittleEndian.Uint16(b[1+2*i:])
	}
	for b = b[1+sketchBytes:]; len(b) > 0; b = b[4:] {
		keys = append(keys, binary.LittleEndian.Uint32(b))
	}
	return keys, sketch, nil
}

// viewTerms are the terms of all records in memory, about 100 bytes a record. They are read when themes are first asked for; from then on
// they follow with the rest of the view.
type viewTerms struct {
	held     bool
	head     int64 // changes up to here are in it
	at       []span
	sketches []analyzer.Sketch
	keys     []uint32
	live     int // how many of keys a record points to
}

// followTerms reads the terms of what has changed since they were last read, in the snapshot that follow read. They are held once they
// have been asked for.
func (v *view) followTerms(ctx context.Context, tx *sql.Tx, wanted bool) error {
	t := &v.terms
	if !t.held && !wanted {
		return nil
	}
	if err := each(ctx, tx, func(row scanner) error {
		var number int64
		err := row.Scan(&number)
		t.clear(number)
		return err
	}, "SELECT row FROM tombstones WHERE seq > ?", t.head); err != nil {
		return err
	}
	query, args := "SELECT r.row, t.keys FROM records r LEFT JOIN terms t ON t.row = r.row WHERE r.seq > ?", []any{t.head}
	if t.head == 0 {
		query, args = "SELECT row, keys FROM terms", nil
	}
	if err := each(ctx, tx, func(row scanner) error {
		var (
			number int64
			packed sql.RawBytes
		)
		if err := row.Scan(&number, &packed); err != nil {
			return err
		}
		return t.put(number, packed)
	}, query, args...); err != nil {
		return err
	}
	t.compact()
	t.held, t.head = true, v.head
	return nil
}

// clear takes the terms of a row out.
func (t *viewTerms) clear(row int64) {
	if row < int64(len(t.at)) {
		t.live -= int(t.at[row].n)
		t.at[row], t.sketches[row] = span{}, analyzer.Sketch{}
	}
}

// put takes packed terms in, in place of those that the row has.
func (t *viewTerms) put(row int64, packed []byte) (err error) {
	t.clear(row)
	if packed == nil {
		return nil
	}
	t.at, t.sketches = extend(t.at, int(row)), extend(t.sketches, int(row))
	from := len(t.keys)
	t.keys, t.sketches[row], err = unpackTerms(t.keys, packed)
	t.at[row] = span{uint32(from), uint32(len(t.keys) - from)}
	t.live += len(t.keys) - from
	return err
}

// of gives the terms of a row.
func (t *viewTerms) of(row int64) ([]uint32, analyzer.Sketch) {
	if row >= int64(len(t.at)) {
		return nil, analyzer.Sketch{}
	}
	at := t.at[row]
	return t.keys[at.at : at.at+at.n], t.sketches[row]
}

// compact copies the keys to a new slice when more than half of the old one belongs to no record any more.
func (t *viewTerms) compact() {
	if len(t.keys) < 1<<16 || t.live > len(t.keys)/2 {
		return
	}
	keys := make([]uint32, 0, t.live+t.live/8)
	for row := range t.at {
		at := &t.at[row]
		from := len(keys)
		keys = append(keys, t.keys[at.at:at.at+at.n]...)
		at.at = uint32(from)
	}
	t.keys = keys
}
