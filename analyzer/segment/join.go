package segment

import "slices"

// Scratch is the working memory of Join, reused from call to call by one goroutine at a time. The zero value is ready.
type Scratch struct {
	slots []slot
	back  []uint8
}

const (
	// block is how many syllables are worked on at once where clauses allow, so that scratch does not grow with the text.
	block = 1024
	// bareRun is how many words in a row must lack diacritics to be read as typed without them. In written Vietnamese about a
	// quarter of the syllables need none, so six in a row by chance are rare.
	bareRun = 6
)

// Join writes for each syllable whether it continues the word of the syllable before; join must be as long as syl. It never joins
// across punctuation or a gap, and join[0] is always false.
func (s *Segmenter) Join(syl []Syllable, join []bool, scratch *Scratch) {
	cased := hasLower(syl)
	for len(syl) > 0 {
		n := s.fill(syl, cased, scratch)
		clear(join[:n])
		s.settle(scratch.slots)
		s.clauses(scratch, join)
		syl, join = syl[n:], join[n:]
	}
}

// hasLower tells whether case means anything: in a text of capitals alone it does not.
func hasLower(syl []Syllable) bool {
	for i := range syl {
		if syl[i].Shape == Lower {
			return true
		}
	}
	return false
}

var edge2 = [2]slot{{index: -1, number: -1, kind: kindEdge, key: unknownKey + uint64(kindEdge)}, {index: -1, number: -1, kind: kindEdge, key: unknownKey + uint64(kindEdge)}}

// unknownKey and the numbers after it stand for syllables that no list has, by kind.
const unknownKey = 0x5851F42D4C957F00

// fill takes syllables up to a clause's end, at least a block where there are as many, and tells how many it took. Each clause
// lies between two edges on either side, which neighbours share.
func (s *Segmenter) fill(syl []Syllable, cased bool, scratch *Scratch) int {
	slots := append(scratch.slots[:0], edge2[:]...)
	n := 0
	for ; n < len(syl); n++ {
		x := &syl[n]
		if x.Shape == Punct || x.GapBefore {
			if n >= block {
				break
			}
			if slots[len(slots)-1].index >= 0 {
				slots = append(slots, edge2[:]...)
			}
			if x.Shape == Punct {
				continue
			}
		}
		t := slot{index: int32(n), number: -1, key: hashOf(x.Norm), plain: plain(x.Norm)}
		switch x.Shape {
		case Capital, Upper:
			if cased {
				t.kind = kindCapital
				if x.Shape == Upper {
					t.kind = kindUpper
				}
			}
		case Digit:
			t.kind = kindDigit
		case Other:
			t.kind = kindOther
		}
		slots = append(slots, t)
	}
	if slots[len(slots)-1].index >= 0 {
		slots = append(slots, edge2[:]...)
	}
	scratch.slots = slots
	return n
}

// settle decides for each word which world it is read in, and looks it up there.
func (s *Segmenter) settle(slots []slot) {
	start, words, all := 0, 0, true
	for i := range slots {
		t := &slots[i]
		if t.kind >= kindDigit {
			continue
		}
		if t.plain {
			words++
			continue
		}
		s.lookup(slots[start:i], words >= bareRun)
		s.lookup(slots[i:i+1], false)
		start, words, all = i+1, 0, false
	}
	s.lookup(slots[start:], all || words >= bareRun)
}

func (s *Segmenter) lookup(slots []slot, bare bool) {
	world := accented
	if bare {
		world = folded
	}
	for i := range slots {
		t := &slots[i]
		t.bare = bare
		if t.kind >= kindDigit {
			t.key = unknownKey + uint64(t.kind)
			continue
		}
		t.key ^= world
		t.number = s.syl.find(t.key)
		if t.number < 0 {
			t.key = unknownKey + uint64(t.kind)
			continue
		}
		if t.kind == kindUpper {
			t.kind = kindLower
		}
		r := &s.syl.rows[t.number]
		t.begins, t.ends = uint8(min(r.begins, 255)), uint8(min(r.ends, 255))
		t.negator, t.no = r.negator, r.no
		t.free, t.class = freedom(r), r.class
	}
}

// clauses walks through the clauses of a block and writes the joins.
func (s *Segmenter) clauses(scratch *Scratch, join []bool) {
	slots := scratch.slots
	for i := 2; i < len(slots); {
		end := i
		for slots[end].index >= 0 {
			end++
		}
		if end-i > 1 {
			clause := slots[i-2 : end+2]
			s.spans(clause)
			s.decode(clause, scratch, join)
		}
		i = end + 2
	}
}

// spans notes what the lists say about a clause.
func (s *Segmenter) spans(clause []slot) {
	end := len(clause) - 2
	if clause[2].kind == kindCapital {
		clause[2].kind = kindInitial
	}
	custom := false
	for i := 2; i < end; i++ {
		number := clause[i].number
		if number < 0 {
			continue
		}
		node := s.syl.rows[number].node
		for j := i + 1; node != 0 && j < end && clause[j].number >= 0; j++ {
			e := s.words.step(node, clause[j].number)
			if e == nil {
				break
			}
			node = e.node
			if e.sources == 0 {
				continue
			}
			n := uint8(j - i + 1)
			switch n {
			case 2:
				clause[i].two = e.sources
			case 3:
				clause[i].three = e.sources
			default:
				clause[i].more |= e.sources
			}
			if e.sources&customSource != 0 {
				clause[i].custom, custom = n, true
			}
			listed := n > 2 || !clause[j].no || j+1 == end
			for k := i + 1; k <= j; k++ {
				clause[k].listed = clause[k].listed || listed
				if g := &clause[k]; n > g.cross {
					g.cross, g.crossAt, g.crossFrom = n, uint8(k-i), e.sources
				}
			}
			clause[j].endLen = max(clause[j].endLen, n)
		}
	}
	matchLeft(clause[:end])
	matchRight(clause[:end])
	if custom {
		forceCustom(clause[:end+1])
	}
}

// matchLeft marks the longest words from the left.
func matchLeft(clause []slot) {
	for i := 2; i < len(clause); {
		n := 1
		switch t := &clause[i]; {
		case t.more != 0:
			n = longest(clause, i)
		case t.three != 0:
			n = 3
		case t.two != 0:
			n = 2
		}
		for k := i + 1; k < i+n; k++ {
			clause[k].left = uint8(n)
		}
		i += n
	}
}

// longest gives the length of the longest word of four syllables or more that begins at i.
func longest(clause []slot, i int) int {
	for n := min(maxWord, len(clause)-i); n > 3; n-- {
		if g := &clause[i+1]; g.crossAt == 1 && int(g.cross) == n {
			return n
		}
	}
	return 4
}

// matchRight marks the longest words from the right.
func matchRight(clause []slot) {
	for i := len(clause) - 1; i >= 2; {
		n := max(1, int(clause[i].endLen))
		for k := i - n + 2; k <= i; k++ {
			clause[k].right = uint8(n)
		}
		i -= n
	}
}

// forceCustom joins custom words, the leftmost and longest first, and parts them from their neighbours.
func forceCustom(clause []slot) {
	for i := 2; i < len(clause)-1; {
		n := int(clause[i].custom)
		if n == 0 {
			i++
			continue
		}
		if clause[i].force == 0 {
			clause[i].force = -1
		}
		for k := i + 1; k < i+n; k++ {
			clause[k].force = 1
		}
		i += n
		clause[i].force = -1
	}
}

const never = -1 << 40

// decode finds the best joins of a clause and writes them.
func (s *Segmenter) decode(clause []slot, scratch *Scratch, join []bool) {
	end := len(clause) - 2
	back := slices.Grow(scratch.back[:0], end)[:end]
	scratch.back = back
	var (
		apart, joined int64 = 0, never // best score with the last gap so
		f             [features + chained]uint32
	)
	for i := 3; i < end; i++ {
		here, chain := s.score(clause, i, &f)
		// Into apart: from whichever is better. Into joined: the chain's sum is added from joined.
		var b uint8
		nextApart := apart
		if joined > apart {
			nextApart, b = joined, 1
		}
		nextJoined := apart + here
		if joined+chain+here > nextJoined {
			nextJoined, b = joined+chain+here, b|2
		}
		apart, joined = nextApart, nextJoined
		back[i] = b
	}
	on := joined > apart
	for i := end - 1; i > 2; i-- {
		join[clause[i].index] = on
		if on {
			on = back[i]&2 != 0
		} else {
			on = back[i]&1 != 0
		}
	}
}

// barred tells whether the gap is closed by rule: beside a negator, unless a listed word lies across, and beside a syllable that no
// list knows, unless it is typed as a name. The second keeps the words of other languages apart.
func barred(a, b *slot) bool {
	if a.negator || b.negator {
		return !b.listed
	}
	return (a.number < 0 || b.number < 0) && a.kind != kindCapital && b.kind != kindCapital
}

// score gives the log-odds of joining the gap before slot i, and what is added where the gap before it is joined too.
func (s *Segmenter) score(clause []slot, i int, f *[features + chained]uint32) (here, chain int64) {
	b := &clause[i]
	switch {
	case b.force > 0:
		return -never, 0
	case b.force < 0:
		return never, 0
	case barred(&clause[i-1], b):
		return never, 0
	case s.model.empty:
		if b.left > 0 {
			return 1, 0
		}
		return -1, 0
	}
	read(clause, i, f)
	w := s.model.weights
	for _, x := range f[:features] {
		here += int64(w[x&(tableSize-1)])
	}
	for _, x := range f[features:] {
		chain += int64(w[x&(tableSize-1)])
	}
	return here, chain
}
