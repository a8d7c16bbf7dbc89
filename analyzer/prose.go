package analyzer

import (
	"bytes"
	"encoding/gob"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jdkato/prose/v2"
)

// tagger gives English words their part of speech (Penn Treebank tags) by the averaged perceptron that comes with prose.
//
// The adapter takes prose's fitted weights and adds them up itself, because prose's own Document cannot keep this package's promises. It
// sums in the random order of a Go map and breaks ties by it, so that a word in ten thousand is tagged now one way, now another; it
// panics on odd bytes (`"\xff\xfe's"`, `"ȺȺȺȺ's"`), is quadratic on runs of punctuation, gives equal words of a text one shared tag, and
// knows no offsets. The weights are whole thousandths, so here they are summed as integers: the order does not matter, ties go to the first
// tag of the alphabet, and what the scanner cut stays where it was. Where prose is sure of itself, both give the same tags, which a test
// holds them to.
//
// The greedy decision for a word reads its letters, its neighbours and the two tags before it. Each feature, a name and its values joined
// by blanks, adds its weights to the tags; the tag with the highest sum wins. Words that nearly always have one tag are listed with it.
type tagger struct {
	tags     []string         // in alphabetical order
	listed   map[string]uint8 // word → tag
	features map[string]weightRange
	weights  []tagWeight
	noun     uint8 // NN
}

type weightRange struct{ first, end uint32 }

type tagWeight struct {
	tag   uint8
	value int32 // thousandths
}

// tagNone is the tag of a word of which no feature is known.
const tagNone = 255

// englishTagger is read when it is first asked for, which takes a fifth of a second and 7 MB.
var englishTagger = sync.OnceValue(func() *tagger {
	var (
		weights map[string]map[string]float64
		listed  map[string]string
		tags    []string
	)
	readAsset("weights", &weights)
	readAsset("tags", &listed)
	readAsset("classes", &tags)
	slices.Sort(tags)
	p := &tagger{tags: tags, listed: make(map[string]uint8, len(listed)), features: make(map[string]weightRange, len(weights))}
	index := make(map[string]uint8, len(tags))
	for i, name := range tags {
		index[name] = uint8(i)
	}
	p.noun = index["NN"]
	for word, name := range listed {
		p.listed[word] = index[name]
	}
	for feature, byTag := range weights {
		first := uint32(len(p.weights))
		for name, v := range byTag {
			p.weights = append(p.weights, tagWeight{index[name], int32(math.Round(v * 1000))})
		}
		p.features[feature] = weightRange{first, uint32(len(p.weights))}
	}
	return p
})

// readAsset reads a part of prose's tagger. It is linked into the binary, so its absence is a broken build.
func readAsset(name string, into any) {
	b, err := prose.Asset("model/AveragedPerceptron/" + name + ".gob")
	if err == nil {
		err = gob.NewDecoder(bytes.NewReader(b)).Decode(into)
	}
	if err != nil {
		panic("analyzer: prose: " + err.Error())
	}
}

// tagWord is a word for the tagger, cut as the Penn Treebank does: `hotel's` is two.
type tagWord struct {
	text     string // composed, valid UTF-8, at most tagBytes
	seen     string // what its neighbours see of it
	tag      uint8
	kind     TokenKind
	tok, end int32 // its tokens, half-open
}

// tagBytes is how much of a word the tagger reads.
const tagBytes = 64

// seenAs gives what the neighbours of a word see of it.
func seenAs(word string) string {
	switch {
	case strings.IndexByte(word, '-') > 0:
		return "!HYPHEN"
	case word == "" || !isDigit(word[0]):
		return strings.ToLower(word)
	case len(word) == 4:
		if _, err := strconv.Atoi(word); err == nil {
			return "!YEAR"
		}
	}
	return "!DIGITS"
}

// tag tags the words of one sentence.
func (p *tagger) tag(words []tagWord) {
	last, beforeLast := "-START-", "-START2-"
	var key []byte
	for i := range words {
		w := &words[i]
		if w.kind == URL || w.kind == Email || w.kind == Mention {
			w.tag = p.noun
		} else if fixed, ok := p.listed[w.text]; ok {
			w.tag = fixed
		} else {
			w.tag, key = p.decide(words, i, last, beforeLast, key)
		}
		beforeLast, last = last, p.name(w.tag)
	}
}

// decide gives the tag of word i after two tags. It needs room for a key and gives it back.
func (p *tagger) decide(words []tagWord, i int, last, beforeLast string, key []byte) (uint8, []byte) {
	var sum tagSums
	add := func(parts ...string) {
		key = key[:0]
		for k, part := range parts {
			if k > 0 {
				key = append(key, ' ')
			}
			key = append(key, part...)
		}
		r := p.features[string(key)]
		for _, x := range p.weights[r.first:r.end] {
			sum.value[x.tag] += x.value
			sum.known |= 1 << x.tag
		}
	}
	w := &words[i]
	before, after := seenAt(words, i-1), seenAt(words, i+1)
	add("bias")
	add("i suffix", suffix(w.text))
	add("i pref1", string(rune(w.text[0])))
	add("i-1 tag", last)
	add("i-2 tag", beforeLast)
	add("i tag+i-2 tag", last, beforeLast)
	add("i word", w.seen)
	add("i-1 tag+i word", last, w.seen)
	add("i-1 word", before)
	add("i-1 suffix", suffix(before))
	add("i-2 word", seenAt(words, i-2))
	add("i+1 word", after)
	add("i+1 suffix", suffix(after))
	add("i+2 word", seenAt(words, i+2))
	return sum.best(), key
}

// seenAt gives what is seen at a place, which may lie two before or after the sentence.
func seenAt(words []tagWord, i int) string {
	switch {
	case i < 0:
		return [...]string{"-START-", "-START2-"}[i+2]
	case i >= len(words):
		return [...]string{"-END-", "-END2-"}[i-len(words)]
	}
	return words[i].seen
}

func (p *tagger) name(tag uint8) string {
	if tag == tagNone {
		return ""
	}
	return p.tags[tag]
}

// suffix gives the last three bytes of a word.
func suffix(word string) string { return word[max(0, len(word)-3):] }

// tagSums adds the weights up by tag.
type tagSums struct {
	value [64]int32
	known uint64 // tags that a weight was seen of
}

func (s *tagSums) best() uint8 {
	best := uint8(tagNone)
	for t := range uint8(64) {
		if s.known>>t&1 != 0 && (best == tagNone || s.value[t] > s.value[best]) {
			best = t
		}
	}
	return best
}
