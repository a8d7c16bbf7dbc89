package analyzer

// scratch is the working memory of one Analyze call; it is pooled and reused.
type scratch struct {
	model *model
	texts [2]string // by field
	valid [2]bool   // the text is UTF-8 throughout
	toks  []tok
	keys  []byte
	fold  []byte

	units     []unit
	before    []unit // before chat spellings were expanded
	sentences []sentence
	matches   []match
	paths     []int32 // the units of the matches' words
	items     []item
	phrases   []phrase
	weights   []weighed
	votes     votes // of the whole text
	sent      votes // of the sentence being read
	bare      bool  // the text is typed without marks
	half      bool  // the text is typed with fewer than half of its marks
	caps      bool  // the text is typed in capitals
	joined    int   // units that go on a fitted word of several

	reasons  []reason
	hits     [3]hitList // topics, intents, urgency
	times    []uint8    // entry → how often it was counted
	intended []finding  // the intents given
	acts     []uint16   // a unit: the intents its words speak for, a bit each
	asked    *sentence  // the first that asks, nil for none
	seg      segmenting
	lists          // of the result under way
	spare    lists // that no result has
	rules    map[rule][]string
	terms    *termReader // nil until terms are asked for

	// of learned overlays
	cells     []cell
	spelt     []spelt
	spelling  []byte
	met       []met
	seen      []uint32 // feature → the lap in which it was last met
	lap       uint32
	raws      []int64 // label → raw score
	rank      []taught
	taught    []taught // the labels given
	lessons   []lesson
	lessonsOf [2]int32 // those of the sentiment
	saying    []said   // of the units
	said      int      // how many words the sentiment was learned to read
}

// unit is what matching sees: a word, a number or a symbol that may vote. A chat spelling may make several units of one token.
type unit struct {
	word, fold uint32
	tok        int32
	flags      unitFlag
	brk        breakKind // what stands before it
	phrase     int32
}

type unitFlag uint16

const (
	unitMarked   unitFlag = 1 << iota // typed with Vietnamese marks, or expanded from a chat spelling
	unitSpelling                      // expanded from a chat spelling
	unitShaped                        // found only after squeezing or splitting
	unitQuoted                        // in a quoted part
	unitSymbol                        // an emoji or emoticon
	unitNumber
	unitBareOnly // not a word as typed: its bare form may stand for a marked word anywhere
	unitMended   // typed with a slip of the finger
	unitInside   // a syllable of a longer fitted word
	unitJoined   // … and not its first
)

type breakKind uint8

const (
	breakNone   breakKind = iota
	breakSoft             // a hyphen
	breakComma            // a comma or other mark that ends a phrase
	breakClause           // ; : ( ) – and the like
	breakSentence
)

// sentence is a run of units and tokens, half-open.
type sentence struct {
	unit, unitEnd int32
	tok, tokEnd   int32
	field         uint8
	lang          uint8 // 'v', 'e' or 0
	exclaims      uint8
	question      bool // ends with a question mark
	asks          bool // … or has words that ask
	raw           int64
	stance        float64 // what its contributions were multiplied by
}

// weighed is a fitted term found in the text.
type weighed struct {
	start, end int32 // units
	entry      int32
	value      int64
	rules      rule
}

// reason is what adds to the sentiment: an item or a fitted term in force.
type reason struct {
	start, end    int32 // units
	entry, symbol int32 // −1 for none
	rules         rule
	value         int64
}

// phrase is a run of units between marks that end a phrase.
type phrase struct {
	raw      int64 // sum of its contributions
	sentence int32
	spoken   bool // has sentiment of its own
}

func (s *scratch) reset() {
	s.toks, s.keys, s.units, s.sentences, s.matches, s.items = s.toks[:0], s.keys[:0], s.units[:0], s.sentences[:0], s.matches[:0], s.items[:0]
	s.phrases, s.weights, s.paths = s.phrases[:0], s.weights[:0], s.paths[:0]
	s.texts = [2]string{}
	s.votes, s.sent = votes{}, votes{}
	s.bare, s.half, s.caps = false, false, false
	s.joined = 0
}

// length gives the length of the text in words.
func (s *scratch) length() int { return len(s.units) - s.joined }

// key gives a token's key; it is valid until the next scan.
func (s *scratch) key(t *tok) []byte { return s.keys[t.key:t.keyEnd] }

// foldKey gives a token's bare key; it is valid until the next call.
func (s *scratch) foldKey(t *tok) []byte {
	s.fold = appendFold(s.fold[:0], s.key(t))
	return s.fold
}

func appendFold(dst, key []byte) []byte {
	for _, c := range key {
		if c <= keyTone || c > keyTone+toneDot {
			dst = append(dst, foldByte[c])
		}
	}
	return dst
}

// slice gives the exact text of a span of bytes, with each invalid byte read as one U+FFFD.
func (s *scratch) slice(field uint8, start, end int32) string {
	text := s.texts[field][start:end]
	if s.valid[field] {
		return text
	}
	return string([]rune(text))
}
