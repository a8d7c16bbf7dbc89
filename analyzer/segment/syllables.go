package segment

import (
	"encoding/binary"
	"math/bits"
)

// A syllable is known by a 64-bit hash of its bytes, in one of two worlds: as written with diacritics, or folded to plain letters.
// `hang` is a syllable of both: the accented world's own `hang` and the plain form of hàng, hạng, hãng. The worlds share the
// machine but no entry, so whatever is learned about one never leaks into the other.

const (
	accented uint64 = 0
	folded   uint64 = 0x9E3779B97F4A7C15
)

// syllable is what the lists say about one syllable of one world.
type syllable struct {
	key     uint64 // hash, never 0
	node    uint32 // node of the word tree after this syllable; 0 where no word begins with it
	begins  uint16 // how many words begin with it, names not counted
	ends    uint16 // how many end with it
	alone   uint16 // how often the treebank has it as a word of its own
	within  uint16 // how often as part of a longer word
	free    bool   // an everyday word by itself
	class   uint8  // of classes; 0 none
	negator bool
	plain   int32 // number of its folded form plus one, in the accented world; 0 where not looked up yet
	no      bool  // không and its spellings, the negators that end compounds too
}

// syllables is an open-addressing table. The number of a syllable is its place in rows and never leaves the process: features are
// made of keys, which do not depend on the lists.
type syllables struct {
	rows  []syllable
	slots []uint32 // number + 1
	mask  uint64
}

func newSyllables() *syllables {
	t := &syllables{rows: make([]syllable, 0, 12000), slots: make([]uint32, 1<<15), mask: 1<<15 - 1}
	for i, s := range negators {
		for _, n := range [...]int32{t.add(hashOf([]byte(s)) ^ accented), t.add(hashOf(appendFold(nil, s)) ^ folded)} {
			t.rows[n].negator, t.rows[n].no = true, i < spellingsOfNo
		}
	}
	return t
}

// find gives the number of a key, or −1.
func (t *syllables) find(key uint64) int32 {
	for i := key & t.mask; ; i = (i + 1) & t.mask {
		n := t.slots[i]
		if n == 0 {
			return -1
		}
		if t.rows[n-1].key == key {
			return int32(n - 1)
		}
	}
}

// add gives the number of a key, new or not.
func (t *syllables) add(key uint64) int32 {
	if n := t.find(key); n >= 0 {
		return n
	}
	if 2*len(t.rows) >= len(t.slots) {
		t.grow()
	}
	t.rows = append(t.rows, syllable{key: key})
	t.place(key, uint32(len(t.rows)))
	return int32(len(t.rows) - 1)
}

// both gives the numbers of a syllable as written and folded. Words share their syllables, so the fold is remembered.
func (t *syllables) both(syl []byte) (written, plain int32) {
	written = t.add(hashOf(syl) ^ accented)
	if n := t.rows[written].plain; n > 0 {
		return written, n - 1
	}
	plain = t.add(hashOf(appendFold(nil, string(syl))) ^ folded)
	t.rows[written].plain = plain + 1
	return written, plain
}

func (t *syllables) place(key uint64, n uint32) {
	i := key & t.mask
	for t.slots[i] != 0 {
		i = (i + 1) & t.mask
	}
	t.slots[i] = n
}

func (t *syllables) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	t.mask = uint64(len(t.slots) - 1)
	for i := range t.rows {
		t.place(t.rows[i].key, uint32(i+1))
	}
}

// negators are the syllables that turn a sentence around; they join only where a listed word has them. Their plain forms (`chua`,
// `dung`) are other words too, and the lists know those (`sua chua`).
//
// A compound that ends in `không` may be a noun with its negator instead (`hàng không đẹp`: the goods are not pretty). It joins at
// the end of a clause, or within a longer listed word (`hãng hàng không`), and nowhere else: a negation lost costs more than a join.
var negators = []string{"không", "ko", "k", "chưa", "chẳng", "chả", "đừng"}

// spellingsOfNo is how many of the negators are không.
const spellingsOfNo = 3

// hashOf mixes the bytes of a syllable. It is part of the model's format: another hash needs another fit.
func hashOf(b []byte) uint64 {
	const k = 0xD6E8FEB86659FD93
	h := uint64(len(b)) * k
	for len(b) >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(b)) * k
		h ^= h >> 32
		b = b[8:]
	}
	var x uint64
	for i := len(b) - 1; i >= 0; i-- {
		x = x<<8 | uint64(b[i])
	}
	h = (h ^ x) * k
	h ^= h >> 32
	h *= k
	h ^= h >> 29
	return h | 1
}

// level is ⌊log2⌋ + 1 of n: how productive a syllable is.
func level(n uint16) uint64 { return uint64(bits.Len16(n)) }
