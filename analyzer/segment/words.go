package segment

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Where a word comes from. A word may have several sources, and the model weighs each combination by how well it kept to the
// convention of the treebank.
const (
	ownSource uint8 = 1 << iota
	wiktionarySource
	treebankSource
	nameSource
	customSource
	apartSource  // not a word: listed somewhere, but the treebank has it side by side and never as one word
	commonSource // everyday words, written by the treebank's convention
)

// maxWord is the longest word looked for, in syllables.
const maxWord = 8

// words is a tree of words by syllable. An edge lies in one open-addressing table under (node, syllable number), so a step is one
// probe. The root's edges are in the syllables themselves.
type words struct {
	edges []edge
	mask  uint32
	used  int
	nodes uint32 // numbers given out; 0 is none
}

// edge leads from a node by a syllable.
type edge struct {
	key     uint64 // node<<32 | syllable number, 0 where free (no node is 0)
	node    uint32 // where it leads; 0 where no longer word follows
	sources uint8  // of the word that ends here; 0 where none does
}

func newWords() *words {
	return &words{edges: make([]edge, 1<<18), mask: 1<<18 - 1}
}

func slotOf(key uint64, mask uint32) uint32 {
	return uint32(key*0x9E3779B97F4A7C15>>40) & mask
}

// step gives the edge from a node by a syllable, or nil.
func (t *words) step(node uint32, syl int32) *edge {
	key := uint64(node)<<32 | uint64(syl)
	for i := slotOf(key, t.mask); ; i = (i + 1) & t.mask {
		e := &t.edges[i]
		if e.key == key {
			return e
		}
		if e.key == 0 {
			return nil
		}
	}
}

func (t *words) add(node uint32, syl int32) *edge {
	if e := t.step(node, syl); e != nil {
		return e
	}
	if 2*t.used >= len(t.edges) {
		old := t.edges
		t.edges = make([]edge, 2*len(old))
		t.mask = uint32(len(t.edges) - 1)
		for _, e := range old {
			if e.key != 0 {
				*t.free(e.key) = e
			}
		}
	}
	t.used++
	key := uint64(node)<<32 | uint64(syl)
	e := t.free(key)
	e.key = key
	return e
}

func (t *words) free(key uint64) *edge {
	i := slotOf(key, t.mask)
	for t.edges[i].key != 0 {
		i = (i + 1) & t.mask
	}
	return &t.edges[i]
}

// addList adds the words of a list: one a line, `#` comments.
func (s *Segmenter) addList(name, text string, source uint8) error {
	for line := 1; text != ""; line++ {
		var w string
		w, text, _ = strings.Cut(text, "\n")
		if strings.HasPrefix(w, "#") {
			continue
		}
		if err := s.addWord(w, source); err != nil {
			return fmt.Errorf("segment: %s line %d: %q %w", name, line, w, err)
		}
	}
	return nil
}

// addFree marks the syllables of a list as everyday words by themselves. A folded syllable is free where any reading of it is.
func (s *Segmenter) addFree(text string) {
	var buf [64]byte
	for syl := range strings.Lines(text) {
		if strings.HasPrefix(syl, "#") {
			continue
		}
		syl = strings.TrimSuffix(syl, "\n")
		s.syl.rows[s.syl.add(hashOf(append(buf[:0], syl...))^accented)].free = true
		s.syl.rows[s.syl.add(hashOf(appendFold(buf[:0], syl))^folded)].free = true
	}
}

// classes are the kinds of syllables that make phrases rather than compounds: heads that count or name what follows, and what follows
// verbs. Their places are part of the model's format.
var classes = []string{
	"", "classifier", "event", "person", "place", "time", "direction", "result", "deictic", "number", "degree", "function", "surname",
	"vehicle", "food", "body",
}

// addClasses notes the kinds of syllables. A folded syllable has the kind of its first reading.
func (s *Segmenter) addClasses(name, text string) error {
	var buf [64]byte
	header := true
	for line := 1; text != ""; line++ {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		if strings.HasPrefix(l, "#") {
			continue
		}
		if header {
			header = false
			continue
		}
		syl, class, _ := strings.Cut(l, "\t")
		k := slices.Index(classes, class)
		if k < 1 {
			return fmt.Errorf("segment: %s line %d: unknown class %q", name, line, class)
		}
		s.syl.rows[s.syl.add(hashOf(append(buf[:0], syl...))^accented)].class = uint8(k)
		if r := &s.syl.rows[s.syl.add(hashOf(appendFold(buf[:0], syl))^folded)]; r.class == 0 {
			r.class = uint8(k)
		}
	}
	return nil
}

// addCounts adds the counts of syllables: a line has a syllable, how often it is a word of its own, and how often part of one.
func (s *Segmenter) addCounts(name, text string) error {
	var buf [64]byte
	for line := 1; text != ""; line++ {
		var l string
		l, text, _ = strings.Cut(text, "\n")
		if strings.HasPrefix(l, "#") {
			continue
		}
		syl, counts, _ := strings.Cut(l, "\t")
		a, w, _ := strings.Cut(counts, "\t")
		alone, err1 := strconv.ParseUint(a, 10, 16)
		within, err2 := strconv.ParseUint(w, 10, 16)
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("segment: %s line %d: %w", name, line, err)
		}
		for _, n := range [...]int32{
			s.syl.add(hashOf(append(buf[:0], syl...)) ^ accented),
			s.syl.add(hashOf(appendFold(buf[:0], syl)) ^ folded),
		} {
			r := &s.syl.rows[n]
			r.alone += uint16(alone)
			r.within += uint16(within)
		}
	}
	return nil
}

var errWord = errors.New("is not two to eight syllables with single blanks between them")

// addWord adds a word as written and folded.
func (s *Segmenter) addWord(w string, source uint8) error {
	var at [maxWord + 1]int
	n := 0
	for i := 0; i <= len(w); i++ {
		if i < len(w) && w[i] != ' ' {
			continue
		}
		if n == maxWord || i == at[n] {
			return errWord
		}
		n++
		at[n] = i + 1
	}
	if n < 2 {
		return errWord
	}
	var buf [64]byte
	var plainNumbers, numbers [maxWord]int32
	for i := range n {
		syl := w[at[i] : at[i+1]-1]
		numbers[i], plainNumbers[i] = s.syl.both(append(buf[:0], syl...))
	}
	s.addPath(numbers[:n], source)
	s.addPath(plainNumbers[:n], source)
	return nil
}

// addPath lays the word's way through the tree.
func (s *Segmenter) addPath(numbers []int32, source uint8) {
	if source == apartSource {
		s.part(numbers)
		return
	}
	first, last := &s.syl.rows[numbers[0]], &s.syl.rows[numbers[len(numbers)-1]]
	if first.node == 0 {
		first.node = s.words.newNode()
	}
	e := s.words.add(first.node, numbers[1])
	for _, n := range numbers[2:] {
		if e.node == 0 {
			e.node = s.words.newNode()
		}
		e = s.words.add(e.node, n)
	}
	if e.sources&^nameSource == 0 && source != nameSource {
		first.begins++
		last.ends++
	}
	e.sources |= source
}

// part marks a listed word as one that the treebank keeps apart; what no list has is left out.
func (s *Segmenter) part(numbers []int32) {
	node := s.syl.rows[numbers[0]].node
	for i, n := range numbers[1:] {
		if node == 0 {
			return
		}
		e := s.words.step(node, n)
		if e == nil {
			return
		}
		if i == len(numbers)-2 && e.sources != 0 && e.sources&treebankSource == 0 {
			e.sources |= apartSource
		}
		node = e.node
	}
}

func (t *words) newNode() uint32 {
	t.nodes++
	return t.nodes
}
