package analyzer

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/thau-cx/thau/lexicons"
)

// model is the lexicon laid out for matching: words and their bare forms as ids, all terms in one trie over bare forms, and the
// entries the trie leads to. It is built once and read-only.
//
// The trie runs over bare (folded) forms because a customer may or may not type the marks. What a walk finds is then checked word by
// word against what was typed: see (*matcher).accept.
type model struct {
	words     table    // key → word id
	folds     table    // folded key → fold id
	wordFold  []uint32 // word id → fold id
	wordFlags []wordFlag
	wordText  []string  // word id → as spelled
	wordShare []float32 // word id → how surely its bare form means it, 1 where nothing is known
	foldFlags []foldFlag
	foldWords []uint8 // fold id → how many marked words share it, at most 255

	nodes    []node
	edges    []edge
	roots    []uint32 // fold id → node, 0 for none
	openings []uint32 // … for the terms that begin a clause
	pairs    []uint64 // a bit a node: the first two words of a Vietnamese entry with marks lead to it

	forms    []form    // those that end at a node side by side
	sets     []wordSet // the positions of the forms
	setWords []uint32
	entries  []entry

	spellings map[uint32][]spelling // word id → what it may stand for
	emoji     map[string]int32      // key → symbol
	emoticons [128][]emoticon       // first byte → longest first
	symbols   []symbol

	calibration [2]calibration // English and other, Vietnamese
	sureness    []sureness     // of the intents
	asking      int64          // the stance of a Vietnamese question
	bias        int64          // the raw score of a Vietnamese text without evidence
	themes      []string
	themeNames  []TopicName // by theme
	themeIndex  map[string]int32
	shapes      shapes
	slips       slips
	slipSign    map[uint32]int8 // of the words in slips: which way they lean
	courteous   map[uint32]courtesy
	engine      Engine

	learned      []*learned
	replaced     map[lexicons.Task]bool // whose labels are learned ones only
	relearned    map[lexicons.Task]map[string]bool
	identity     map[uint64]bool // hashes of words that say who somebody is
	bareIdentity map[uint64]bool // … of Vietnamese ones without their marks
	themeOrigins []string        // theme → the name that features know it by
	themeHash    []gradedHash    // theme → its features
	aboveHash    []uint64        // theme → the feature of the one above it, 0 for none
	intentHash   []gradedHash
}

type wordFlag uint8

const (
	wordVietnamese wordFlag = 1 << iota // stands in a Vietnamese lexicon
	wordEnglish                         // an everyday English word or one of an English lexicon
	wordSpelling                        // a chat form
	wordFunction                        // an everyday English word
	wordGrammar                         // an English word that holds a sentence together
	wordForeign                         // an everyday word of another language, whatever else it is
	wordNegator
)

type foldFlag uint8

const (
	foldSyllable foldFlag = 1 << iota // a possible Vietnamese syllable
	foldForeign                       // an everyday word of another language, with its accents or without
)

type node struct {
	edge, form   uint32 // first edge, first form that ends here
	edges, forms uint16
	gap          uint32 // node after a gap, 0 for none
	sieve        uint64 // of the edges: see sieved
}

type edge struct{ fold, node uint32 }

// form is one way to write an entry: its term or one inflection of it, as n positions from set on. It repeats what matching asks of its
// entry, which would be one more look into memory.
type form struct {
	entry uint32
	set   uint32
	n     uint8
	kind  entryKind
	lang  uint8
	flags formFlag
}

type formFlag uint8

const (
	formAccents formFlag = 1 << iota // its entry is flagged accents
	formFirst                        // begins a clause: see (*matcher).begins
	formLast                         // ends a clause
	formOpening                      // opens a sentence
	formClosing                      // closes one
)

// wordSet is the words that may stand at a position: n in setWords from first on, or, where it is one as nearly always, the word first.
type wordSet struct{ first, n uint32 }

// setOf gives the set of words, whose room is setWords.
func (m *model) setOf(words []uint32) wordSet {
	if len(words) == 1 {
		return wordSet{words[0], 1}
	}
	m.setWords = append(m.setWords, words...)
	return wordSet{uint32(len(m.setWords) - len(words)), uint32(len(words))}
}

// in gives the words of a set of several.
func (m *model) in(set wordSet) []uint32 { return m.setWords[set.first : set.first+set.n] }

type entryKind uint8

const (
	kindSentiment entryKind = iota + 1
	kindWeight
	kindModifier
	kindTopic
	kindIntent
	kindUrgency
)

// entry is a line of a lexicon. Value is in millionths: a valence, a weight, or a modifier's factor.
type entry struct {
	kind    entryKind
	lang    uint8 // 'v', 'e' or 0
	role    lexicons.Role
	accents bool
	fixed   bool
	context bool
	opens   bool  // blame whose first word is a negator
	slight  bool  // `hơi`: what it hedges is blame
	whole   bool  // a fitted term whose syllables are one word
	act     bool  // says what a sentence does, and nothing of its sentiment
	opening bool  // a fitted term only where it opens its sentence
	closing bool  // … where it closes it
	label   int32 // index of the topic, intent or urgency kind
	value   int64
	stance  int64 // of a fitted term
	term    string
	lexicon string
}

type spelling struct {
	words   []uint32
	when    condition
	english bool
}

type condition struct {
	kind  uint8 // 0 always, 'v' in Vietnamese text, 'd' not after a number, 'n' after a number, 'a' after, 'b' before, 'w' in the company of one of words
	words []uint32
}

type emoticon struct {
	text   string
	symbol int32
}

type symbol struct {
	value   int64
	text    string
	lexicon string
}

const micro = 1_000_000

// toMicro rounds to millionths.
func toMicro(v float64) int64 { return int64(math.Round(v * micro)) }

// The intents, in the order of their labels, and the urgency kinds.
var (
	intentNames = []string{"complaint", "praise", "question", "request", "suggestion", "bug_report", "cancel", "thanks", "spam"}
	kindNames   = []string{"safety", "money", "outage", "legal", "deadline", "repeated", "vulnerable", "escalation", "calm"}
)

const (
	intentComplaint = iota
	intentPraise
	intentQuestion
	intentRequest
	intentSuggestion
	intentBug
	intentCancel
	intentThanks
	intentSpam
)

const (
	urgentSafety = iota
	urgentMoney
	urgentOutage
	urgentLegal
	urgentDeadline
	urgentRepeated
	urgentVulnerable
	urgentEscalation
	urgentCalm
)

func (m *model) wordID(key []byte, s *scratch, t *tok, flags wordFlag) uint32 {
	id := m.words.intern(key, uint32(len(m.wordFold)))
	if int(id) == len(m.wordFold) {
		m.wordFold = append(m.wordFold, m.fold(s.foldKey(t)))
		m.wordFlags = append(m.wordFlags, 0)
		m.wordText = append(m.wordText, string(spell(nil, key, false)))
		m.wordShare = append(m.wordShare, 1)
	}
	m.wordFlags[id] |= flags
	return id
}

func (m *model) fold(key []byte) uint32 {
	id := m.folds.intern(key, uint32(len(m.foldFlags)))
	if int(id) == len(m.foldFlags) {
		m.foldFlags = append(m.foldFlags, 0)
	}
	return id
}

// marked tells whether a word has Vietnamese marks.
func (m *model) marked(word uint32) bool {
	return strings.ContainsFunc(m.wordText[word], func(r rune) bool { return r >= utf8.RuneSelf })
}

// paired tells whether two bare forms in a row are the first two words of a Vietnamese entry with marks.
func (m *model) paired(a, b uint32) bool {
	root := m.roots[a]
	if root == 0 {
		return false
	}
	node := m.child(root, b)
	return node != 0 && int(node/64) < len(m.pairs) && m.pairs[node/64]&(1<<(node%64)) != 0
}

// sieved gives the bit of a fold in the sieve of a node: where it is not set, no edge has the fold. Most words do not go on from most
// others, and the sieve says so without a look at the edges.
func sieved(fold uint32) uint64 { return 1 << (fold * 0x9E3779B1 >> 26) }

// child follows an edge, 0 for none.
func (m *model) child(at, fold uint32) uint32 {
	n := &m.nodes[at]
	if n.sieve&sieved(fold) == 0 {
		return 0
	}
	edges := m.edges[n.edge : n.edge+uint32(n.edges)]
	if len(edges) <= 8 {
		for i := range edges {
			if edges[i].fold == fold {
				return edges[i].node
			}
		}
		return 0
	}
	lo, hi := 0, len(edges)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); edges[mid].fold < fold {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(edges) && edges[lo].fold == fold {
		return edges[lo].node
	}
	return 0
}
