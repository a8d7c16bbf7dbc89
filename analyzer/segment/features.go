package segment

// How a word is found
//
// Between each two syllables of a clause stands a gap, and a gap is either joined or not. Word lists alone answer nine gaps of ten:
// take the longest listed word at each place. What they cannot know is where two words overlap (`học sinh học`), where a listed
// pair is only two neighbours (`cái là`), and which unlisted pairs are words all the same: names, doubled syllables, new compounds.
//
// So the lists are not obeyed but asked. For each gap we note what they say (which words cross it, from which list, and what the
// longest match from the left and from the right would do), the syllables around it, how many listed words begin and end with
// them, and the case. Each fact, or pair of facts, is hashed to a weight; the weights of a gap sum up to the log-odds of joining.
// A second, smaller sum is added where the gap before is joined too, because long words are rarer than short ones. The best
// labelling of a clause under both sums is found exactly, by Viterbi with two states.
//
// The sums are linear and the table is small (tableSize weights of 16 bits), so it stays in a core's own cache, and a gap costs some
// thirty multiplications and loads. Weights are fitted on the treebank's train part, each sentence twice: as written and without
// diacritics. The lists are read the way they will be at run time: while a sentence is fitted, words that only its own part of the
// treebank taught are hidden, else the model would learn to trust the lists blindly.

// features is how many weights a gap sums up, and chained how many more where the gap before is joined.
const (
	features = 36
	chained  = 6
)

// Kinds of a syllable as typed, after what the text as a whole says about its case.
const (
	kindLower   uint8 = iota
	kindInitial       // a capital at the head of a clause: says little
	kindCapital
	kindUpper
	kindDigit
	kindOther
	kindEdge
)

// slot is a syllable on its way through the machine, or an edge of a clause.
type slot struct {
	key         uint64 // what features see: the syllable's key, or one of its kind where the lists do not know it
	number      int32  // in syllables; −1 unknown
	index       int32  // in the caller's slice; −1 an edge
	begins      uint8
	ends        uint8
	free        uint8 // how freely it stands alone
	class       uint8 // of classes
	kind        uint8
	negator, no bool
	plain       bool // without diacritics
	bare        bool // stands in a stretch typed without diacritics

	two, three, more uint8 // sources of the listed words of 2, 3, 4–8 syllables that begin here
	custom           uint8 // length of the longest custom word that begins here

	// Of the gap before this syllable.
	cross       uint8 // length of the longest listed word across it
	crossFrom   uint8 // sources of that word
	crossAt     uint8 // the gap's place in it, from 1
	left, right uint8 // what longest match from the left or right does here: length of the word whose inner gap this is, or 0
	listed      bool  // a listed word lies across that may hold a negator
	force       int8  // custom words: 1 join, −1 do not
	endLen      uint8 // length of the longest listed word that ends with this syllable
}

// mixers are odd constants; which one a fact is multiplied by keeps the kinds of facts apart.
const (
	mixA = 0x9E3779B97F4A7C15
	mixB = 0xC2B2AE3D27D4EB4F
	mixC = 0x165667B19E3779F9
)

func bucket(tag int, x uint64) uint32 {
	x = (x ^ uint64(tag)*mixC) * mixA
	x ^= x >> 31
	return uint32(x * mixB >> (64 - tableBits))
}

func pair(a, b uint64) uint64      { return a*mixB + b }
func triple(a, b, c uint64) uint64 { return (a*mixB+b)*mixC + c }

// read writes the buckets of the gap before slot i; slots i−2 … i+1 exist (edges at the ends).
func read(s []slot, i int, out *[features + chained]uint32) {
	a2, a, b, b2 := &s[i-2], &s[i-1], &s[i], &s[i+1]
	world := circumstance(a, b)
	two := uint64(a.two)
	kinds := uint64(a.kind)<<4 | uint64(b.kind)
	around := uint64(a2.two)<<16 | two<<8 | uint64(b.two)
	cross := uint64(b.cross)<<16 | uint64(b.crossAt)<<8 | uint64(b.crossFrom)
	matches := uint64(b.left)<<4 | uint64(b.right)
	productive := level(uint16(a.begins))<<4 | level(uint16(b.ends))

	freedoms := uint64(a.free)<<8 | uint64(b.free)
	frees := uint64(a.free&1)<<1 | uint64(b.free&1)
	two |= frees << 8

	out[0] = bucket(0, world|kinds)
	out[1] = bucket(1, a.key)
	out[2] = bucket(2, b.key)
	out[3] = bucket(3, pair(a.key, b.key))
	out[4] = bucket(4, pair(a2.key, a.key))
	out[5] = bucket(5, pair(b.key, b2.key))
	out[6] = bucket(6, triple(a2.key, a.key, b.key))
	out[7] = bucket(7, triple(a.key, b.key, b2.key))
	out[8] = bucket(8, world|around)
	out[9] = bucket(9, world|cross)
	out[10] = bucket(10, world|cross<<16|matches)
	out[11] = bucket(11, world|uint64(a.left)<<12|uint64(b2.left)<<8|matches)
	out[12] = bucket(12, pair(a.key, two|uint64(b.cross)<<10))
	out[13] = bucket(13, pair(b.key, two|uint64(b.cross)<<10))
	out[14] = bucket(14, world|productive<<10|two)
	out[15] = bucket(15, world|(level(uint16(a.ends))<<4|level(uint16(b.begins)))<<10|two)
	out[16] = bucket(16, world|uint64(a2.kind)<<12|kinds<<4|uint64(b2.kind))
	out[17] = bucket(17, world|kinds<<24|two<<8|uint64(b.cross))
	out[18] = bucket(18, world|alike(a, b)<<10|two)
	out[19] = bucket(19, world|uint64(a2.three)<<32|uint64(a.three)<<24|uint64(a2.more|a.more)<<16|two)
	out[20] = bucket(20, pair(a2.key, two))
	out[21] = bucket(21, pair(b2.key, two))
	out[22] = bucket(22, world|flags(a2)<<12|flags(a)<<8|flags(b)<<4|matches<<16)
	out[23] = bucket(23, pair(a2.key, b.key))
	out[24] = bucket(24, world|(level(uint16(a2.begins))<<12|level(uint16(a.ends))<<8|level(uint16(b.begins))<<4|level(uint16(b2.ends)))<<4|flags(a)&1)
	out[25] = bucket(25, world|kinds<<16|productive<<8|flags(a)&1)
	out[26] = bucket(26, world|freedoms<<24|two<<8|uint64(b.cross))
	out[27] = bucket(27, world|freedoms<<16|uint64(a2.free)<<32|uint64(b2.free)<<40)
	out[28] = bucket(28, world|uint64(a.free)<<24|two<<8|uint64(b.cross))
	out[29] = bucket(29, world|uint64(b.free)<<24|two<<8|uint64(b.cross))

	classes := uint64(a.class)<<4 | uint64(b.class)
	out[30] = bucket(30, world|classes<<24|two<<8|uint64(b.cross))
	out[31] = bucket(31, world|classes<<16|uint64(a2.class)<<8|uint64(b2.class))
	out[32] = bucket(32, pair(a.key, uint64(b.class)<<32|two))
	out[33] = bucket(33, pair(b.key, uint64(a.class)<<32|two))
	out[34] = bucket(34, world|(uint64(a2.class)<<8|classes)<<24|around&0xFFFF00|two&0xFF)
	out[35] = bucket(35, world|(classes<<8|uint64(b2.class))<<24|around&0xFFFF|uint64(b.cross)<<16)

	out[36] = bucket(36, world|cross)
	out[37] = bucket(37, world|uint64(a2.kind)<<12|kinds<<4)
	out[38] = bucket(38, world|around)
	out[39] = bucket(39, pair(a.key, a2.key))
	out[40] = bucket(40, world|uint64(a2.three)<<16|two)
	out[41] = bucket(41, world|matches<<8|uint64(a.left))
}

// circumstance keeps apart what is weighed apart: text with and without diacritics, and names from other words.
func circumstance(a, b *slot) uint64 {
	var c uint64
	if b.bare {
		c = 1 << 60
	}
	switch {
	case b.kind == kindCapital && a.kind == kindCapital:
		c |= 1 << 56
	case b.kind == kindCapital && a.kind == kindInitial:
		c |= 2 << 56
	case b.kind == kindCapital || a.kind == kindCapital:
		c |= 3 << 56
	}
	return c
}

// flags says in three bits whether any word of two, three or more syllables begins here, names apart.
func flags(s *slot) uint64 {
	var f uint64
	if s.two&^nameSource != 0 {
		f = 1
	}
	if s.three&^nameSource != 0 {
		f |= 2
	}
	if s.more != 0 {
		f |= 4
	}
	return f
}

// freedom puts into one small number how often a syllable was seen alone and within words. Bound ones (`ứng`, `tật`) make words of
// pairs that free ones (`sống`, `rau`) leave phrases.
func freedom(r *syllable) uint8 {
	f := uint8(min(level(r.alone), 7)<<4 | min(level(r.within), 7)<<1)
	if r.free {
		f |= 1
	}
	return f
}

// alike tells doubled syllables: `xinh xinh`.
func alike(a, b *slot) uint64 {
	if a.key == b.key && a.number >= 0 {
		return 1
	}
	return 0
}
