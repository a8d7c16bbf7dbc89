package segment

import (
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// Shape is how a syllable was typed, which Norm no longer tells.
type Shape uint8

// The shapes. Case is of the text as typed.
const (
	Lower   Shape = iota // letters, none a capital
	Capital              // letters, the first alone a capital
	Upper                // letters, all capitals
	Digit                // has a digit
	Punct                // punctuation, emoji: a word never crosses it
	Other                // anything else: links, mixed case, words the caller knows to be foreign
)

// Syllable is what the caller knows about one token.
type Syllable struct {
	Norm      []byte // NFC, lower case, modern tone placement
	Shape     Shape
	GapBefore bool // something other than one blank stands between this and the token before
}

// Segmenter joins syllables into words. It is immutable and safe for concurrent use.
type Segmenter struct {
	data   lexicons.SegmentData
	custom []string
	syl    *syllables
	words  *words
	model  *model
}

// New builds a segmenter from word lists and a model; lexicons.Segment gives the built-in ones. An empty model joins by word list
// alone. The error names the list and line, or what is wrong with the model.
func New(data lexicons.SegmentData) (*Segmenter, error) {
	return build(data, nil)
}

// With gives a segmenter that also knows the given words: syllables in normal form with single blanks between them. A custom word
// is always joined where it stands, the leftmost and longest first; its form without diacritics is found too. Words of one
// syllable, or longer than the machine reads (8), are ignored.
func (s *Segmenter) With(custom ...string) *Segmenter {
	t, err := build(s.data, slices.Concat(s.custom, custom))
	if err != nil {
		// The same data was read before, and custom words cannot fail.
		panic("segment: " + err.Error())
	}
	return t
}

func build(data lexicons.SegmentData, custom []string) (*Segmenter, error) {
	m, err := readModel(data.Model)
	if err != nil {
		return nil, err
	}
	s := &Segmenter{data: data, custom: custom, syl: newSyllables(), words: newWords(), model: m}
	for _, l := range []struct {
		name, text string
		source     uint8
	}{
		{"words", data.Words, ownSource},
		{"words_common", data.Common, commonSource},
		{"words_treebank", data.Treebank, treebankSource},
		{"words_wiktionary", data.Wiktionary, wiktionarySource},
		{"names_wiktionary", data.Names, nameSource},
		{"apart_treebank", data.Apart, apartSource},
	} {
		if err := s.addList(l.name, l.text, l.source); err != nil {
			return nil, err
		}
	}
	s.addFree(data.Free)
	if err := s.addClasses("syllable_classes", data.Classes); err != nil {
		return nil, err
	}
	if err := s.addCounts("syllables_treebank", data.Syllables); err != nil {
		return nil, err
	}
	for _, w := range custom {
		_ = s.addWord(w, customSource) // a word it cannot hold is ignored, as With says
	}
	return s, nil
}
