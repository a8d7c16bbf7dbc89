package analyzer

import (
	"sync/atomic"

	"github.com/kljensen/snowball/english"
)

// Stem gives the stem of an English word of lower-case ASCII letters (and apostrophes after the first), by the snowball algorithm; any
// other word is its own stem. It is safe for concurrent use, and a frequent word costs a look-up.
func Stem(word string) string {
	slot := stemSlot(word)
	if slot == nil {
		return word
	}
	if e := slot.Load(); e != nil && e.word == word {
		return e.stem
	}
	e := &stemmed{word, english.Stem(word, true)}
	slot.Store(e)
	return e.stem
}

// stemOf is Stem of a word that need not be a string where the stem is known.
func stemOf(word []byte) string {
	if slot := stemSlot(word); slot != nil {
		if e := slot.Load(); e != nil && e.word == string(word) {
			return e.stem
		}
	}
	return Stem(string(word))
}

// stemSlot gives the place of a word in the cache, nil for one that is its own stem.
func stemSlot[T string | []byte](word T) *atomic.Pointer[stemmed] {
	if len(word) < 3 || len(word) > 32 {
		return nil
	}
	hash := uint32(2166136261) // FNV-1a
	for i := range len(word) {
		c := word[i]
		if (c < 'a' || c > 'z') && (c != '\'' || i == 0) {
			return nil
		}
		hash = (hash ^ uint32(c)) * 16777619
	}
	return &stems[(hash^hash>>16)%uint32(len(stems))]
}

type stemmed struct{ word, stem string }

// stems caches stems, one word a slot: the frequent words of a language stay, and it cannot grow.
var stems [1 << 13]atomic.Pointer[stemmed]
