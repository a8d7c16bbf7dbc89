package analyzer

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// table maps keys to ids through open addressing on a 64-bit hash. The hash stands for the key: two of some 10⁵ keys share one with
// probability 10⁻⁹, and intern of a lexicon is deterministic, so a clash would show in the tests once and for all.
type table struct {
	slots []slot
	n     int
}

type slot struct {
	hash uint64
	id   uint32
}

func newTable(n int) table {
	size := 1 << bits.Len(uint(n*2+16))
	return table{slots: make([]slot, size)}
}

// hash mixes eight bytes at a time with a multiplication whose high half is folded back; it is never 0.
func hash(key []byte) uint64 {
	const k0, k1 = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
	h := uint64(len(key)) * k1
	for len(key) >= 8 {
		h = fold128(h^binary.LittleEndian.Uint64(key), k0)
		key = key[8:]
	}
	var tail uint64
	for i := len(key) - 1; i >= 0; i-- {
		tail = tail<<8 | uint64(key[i])
	}
	return fold128(h^tail^k1, k0) | 1
}

func fold128(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// find gives the id of a key, 0 for none.
func (t *table) find(key []byte) uint32 {
	h := hash(key)
	mask := uint64(len(t.slots) - 1)
	for i := h >> 20 & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.hash == h {
			return s.id
		}
		if s.hash == 0 {
			return 0
		}
	}
}

// intern gives the id of a key, storing next where it is new.
func (t *table) intern(key []byte, next uint32) uint32 {
	if 2*t.n >= len(t.slots) {
		t.grow()
	}
	h := hash(key)
	mask := uint64(len(t.slots) - 1)
	for i := h >> 20 & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.hash == h {
			return s.id
		}
		if s.hash == 0 {
			*s = slot{h, next}
			t.n++
			return next
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	mask := uint64(len(t.slots) - 1)
	for _, s := range old {
		if s.hash == 0 {
			continue
		}
		i := s.hash >> 20 & mask
		for t.slots[i].hash != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// edgeTable maps (node, fold) to a child node while a trie grows; 0 is no child.
type edgeTable struct {
	slots []edgeSlot
	n     int
}

type edgeSlot struct {
	key  uint64 // node and fold, plus one
	node uint32
}

func newEdgeTable(n int) edgeTable {
	return edgeTable{slots: make([]edgeSlot, 1<<bits.Len(uint(n*2+16)))}
}

// at gives the place of a child, making it where there is none yet. The place is good until the next call.
func (t *edgeTable) at(node, fold uint32) *uint32 {
	if 2*t.n >= len(t.slots) {
		old := t.slots
		*t = newEdgeTable(len(old))
		for _, s := range old {
			if s.key != 0 {
				*t.at(uint32((s.key-1)>>32), uint32(s.key-1)) = s.node
			}
		}
	}
	key := uint64(node)<<32 + uint64(fold) + 1
	mask := uint64(len(t.slots) - 1)
	for i := fold128(key, 0x9E3779B97F4A7C15) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.key == key {
			return &s.node
		}
		if s.key == 0 {
			s.key = key
			t.n++
			return &s.node
		}
	}
}

// sorted gives the keys (node<<32 + fold) in order.
func (t *edgeTable) sorted() []uint64 {
	keys := make([]uint64, 0, t.n)
	for _, s := range t.slots {
		if s.key != 0 {
			keys = append(keys, s.key-1)
		}
	}
	slices.Sort(keys)
	return keys
}
