package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"time"
	"unicode/utf8"
)

// packer writes a body. The first thing that cannot be packed is its error.
type packer struct {
	b     []byte
	err   error
	names []string     // that stand in the body in full
	field [2]fieldText // the text and the title
}

// packers keeps the room of packers.
var packers = sync.Pool{New: func() any { return new(packer) }}

// mostKept bounds the room that is kept for the next body.
const mostKept = 64 << 10

func newPacker() *packer {
	p := packers.Get().(*packer)
	p.b, p.err, p.names = p.b[:0], nil, p.names[:0]
	return p
}

func (p *packer) release() {
	if cap(p.b) > mostKept || cap(p.field[0].at) > mostKept || cap(p.field[1].at) > mostKept {
		return
	}
	clear(p.names)
	p.field[0].text, p.field[1].text = "", ""
	packers.Put(p)
}

// unpacker reads a body. What is cut or damaged gives errBody and zeros from there on. Texts share the body's memory.
type unpacker struct {
	s     string
	at    int
	err   error
	names []string
	field [2]fieldText
}

// end tells whether the body was read well, and to its end.
func (u *unpacker) end() error {
	if u.at != len(u.s) {
		u.fail()
	}
	return u.err
}

// fail notes that the body cannot be read, and goes to its end.
func (u *unpacker) fail() {
	u.err, u.at = errBody, len(u.s)
}

func (p *packer) byte(v byte) { p.b = append(p.b, v) }

func (u *unpacker) byte() byte {
	if u.at >= len(u.s) {
		u.fail()
		return 0
	}
	u.at++
	return u.s[u.at-1]
}

// int packs a number that is nearly always small and not negative.
func (p *packer) int(v int) { p.b = binary.AppendUvarint(p.b, uint64(v)) }

func (u *unpacker) int() int {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b := u.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int(v)
		}
	}
	u.fail()
	return 0
}

// length packs the length of a list, which may be nil.
func (p *packer) length(n int, none bool) {
	if none {
		n = -1
	}
	p.int(n + 1)
}

// length reads the length of a list whose items take at least a byte each; false where it is nil.
func (u *unpacker) length() (int, bool) {
	n := u.int() - 1
	if n > len(u.s)-u.at || n < -1 {
		u.fail()
	}
	if u.err != nil {
		return 0, false
	}
	return max(n, 0), n >= 0
}

// count reads how many items come, which take at least a byte each.
func (u *unpacker) count() int {
	n := u.int()
	if n < 0 || n > len(u.s)-u.at {
		u.fail()
		return 0
	}
	return n
}

// text packs a text by its length.
func (p *packer) text(s string) {
	p.int(len(s))
	p.b = append(p.b, s...)
}

func (u *unpacker) text() string {
	n := u.int()
	if n < 0 || n > len(u.s)-u.at {
		u.fail()
		return ""
	}
	u.at += n
	return u.s[u.at-n : u.at]
}

// number packs a number by its thousandths or millionths, where it is a whole number of them, which nearly every number of an analysis
// is: 1 + 4 × the number of them, or 3 + 4 ×, by sign as integers are zigzagged. 0 comes before any other number, in full.
func (p *packer) number(v float64) {
	for i, unit := range [2]float64{1e3, 1e6} {
		if n := math.Round(v * unit); math.Abs(n) < 1<<50 && n/unit == v && (v != 0 || !math.Signbit(v)) {
			whole := int64(n)
			p.b = binary.AppendUvarint(p.b, uint64(whole<<1^whole>>63)<<2|uint64(2*i+1))
			return
		}
	}
	p.b = binary.LittleEndian.AppendUint64(append(p.b, 0), math.Float64bits(v))
}

func (u *unpacker) number() float64 {
	code := uint64(u.int())
	whole := float64(int64(code>>3) ^ -int64(code>>2&1))
	switch {
	case code&3 == 1:
		return whole / 1e3
	case code&3 == 3:
		return whole / 1e6
	case code != 0 || len(u.s)-u.at < 8:
		u.fail()
		return 0
	}
	u.at += 8
	return math.Float64frombits(binary.LittleEndian.Uint64([]byte(u.s[u.at-8 : u.at])))
}

// time packs a time, which may be nil, with its offset and every digit.
func (p *packer) time(t *time.Time) {
	if t == nil {
		p.byte(0)
		return
	}
	if y := t.Year(); p.err == nil && (y < 0 || y > 9999) {
		p.err = fmt.Errorf("a time is in the year %d", y) // which JSON cannot say
	}
	at := len(p.b)
	b, err := t.AppendBinary(append(p.b, 0))
	if err != nil {
		p.err = err
		return
	}
	b[at] = byte(len(b) - at - 1)
	p.b = b
}

func (u *unpacker) time() *time.Time {
	n := int(u.byte())
	if n == 0 {
		return nil
	}
	var t time.Time
	if n > len(u.s)-u.at || t.UnmarshalBinary([]byte(u.s[u.at:u.at+n])) != nil {
		u.fail()
		return nil
	}
	u.at += n
	return &t
}

// mostNames bounds how many names a body keeps to point back to.
const mostNames = 64

// name packs one of the words that analyses are full of: by its number where it is a known one or one that the body already has, else
// as 0 and the text.
func (p *packer) name(s string) {
	if n, ok := knownNumbers[s]; ok {
		p.int(n + 1)
		return
	}
	for i, have := range p.names {
		if have == s {
			p.int(len(knownNames) + i + 1)
			return
		}
	}
	p.byte(0)
	p.text(s)
	if len(p.names) < mostNames {
		p.names = append(p.names, s)
	}
}

func (u *unpacker) name() string {
	n := u.int() - 1
	switch {
	case n == -1:
		s := u.text()
		if len(u.names) < mostNames {
			u.names = append(u.names, s)
		}
		return s
	case n >= 0 && n < len(knownNames):
		return knownNames[n]
	case n >= 0 && n-len(knownNames) < len(u.names):
		return u.names[n-len(knownNames)]
	}
	u.fail()
	return ""
}

// fieldText is a field of a draft whose code points can be counted to.
type fieldText struct {
	text string
	at   []int32 // byte of each code point and of the end; empty where each is a byte
}

// set makes it that of a text.
func (f *fieldText) set(text string) {
	f.text, f.at = text, f.at[:0]
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < utf8.RuneSelf
	}
	if ascii {
		return
	}
	for i := range text {
		f.at = append(f.at, int32(i))
	}
	f.at = append(f.at, int32(len(text)))
}

// slice gives the code points [start, end), and whether there are such; no field has any.
func (f *fieldText) slice(start, end int) (string, bool) {
	if f == nil {
		return "", false
	}
	n := len(f.at) - 1
	if n < 0 {
		n = len(f.text)
	}
	if start < 0 || end < start || end > n {
		return "", false
	}
	if len(f.at) > 0 {
		start, end = int(f.at[start]), int(f.at[end])
	}
	return f.text[start:end], true
}
