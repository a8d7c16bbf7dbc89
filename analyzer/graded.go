package analyzer

import "strings"

// How much the lexicon found is weighed by steps: a topic, an intent, and what speaks for and against a text each have a feature for every
// step that their sum reaches, so that a learned weight can rise with the sum, level off or turn.

// grades are the steps, in millionths: of the raw score of a topic or intent, of valence units for and against.
var grades = [...]int64{500_000, micro, 2 * micro, 3 * micro, 4 * micro, 6 * micro, 8 * micro, 12 * micro}

// gradeNames are the steps in names of features, after a blank.
var gradeNames = [...]string{"0.5", "1", "2", "3", "4", "6", "8", "12"}

// IsStep tells whether a feature's name is that of a step.
func IsStep(name string) bool {
	family, rest, _ := strings.Cut(name, ":")
	switch family {
	case "s":
		return true
	case "t", "i":
		return strings.Contains(rest, " ")
	}
	return false
}

// gradedHash is the hashes of a topic, an intent or a side: of itself, and of its steps.
type gradedHash struct {
	self  uint64
	steps [len(grades)]uint64
}

// newGradedHash hashes the features of a name with its family's prefix.
func newGradedHash(name string) gradedHash {
	var g gradedHash
	g.self, _ = cellHash(name)
	for i, step := range gradeNames {
		g.steps[i], _ = cellHash(name + " " + step)
	}
	return g
}

// sides are the names of what speaks for and against.
var sides = [2]string{"+", "-"}

// sideHash is the features of the two sides.
var sideHash = [2]gradedHash{newGradedHash(familyPrefix[familySide] + sides[0]), newGradedHash(familyPrefix[familySide] + sides[1])}

// grade lists the steps that a raw score reaches, credited to units.
func (s *scratch) grade(c cell, h *gradedHash, raw int64) {
	for i, step := range grades {
		if raw < step {
			return
		}
		c.hash, c.n = h.steps[i], uint8(i+1)
		s.cells = append(s.cells, c)
	}
}

// gradeTopic lists the steps of a topic and the topic above it.
func (s *scratch) gradeTopic(c cell, raw int64) {
	m := s.model
	s.grade(c, &m.themeHash[c.ref], raw)
	if above := m.aboveHash[c.ref]; above != 0 {
		c.hash, c.at = above, 1
		s.cells = append(s.cells, c)
	}
}

// gradeSides lists the steps that the sums for and against reach, each credited to the reason that reaches it.
func (s *scratch) gradeSides() {
	var sum [2]int64
	var next [2]int
	for i := range s.reasons {
		r := &s.reasons[i]
		side, v := 0, r.value
		if v < 0 {
			side, v = 1, -v
		}
		sum[side] += v
		for ; next[side] < len(grades) && sum[side] >= grades[next[side]]; next[side]++ {
			s.cells = append(s.cells, cell{
				hash: sideHash[side].steps[next[side]], start: r.start, end: r.end, ref: int32(side), n: uint8(next[side] + 1), family: familySide,
			})
		}
	}
}

// appendGraded writes the name of a topic, an intent or a side with its step.
func (c *cell) appendGraded(dst []byte, name string) []byte {
	if c.at == 1 { // the topic above it
		name, _, _ = strings.Cut(name, ".")
	}
	dst = append(dst, name...)
	if c.n > 0 {
		dst = append(append(dst, ' '), gradeNames[c.n-1]...)
	}
	return dst
}

// nameAbove gives the hash of the topic above one, 0 for none.
func nameAbove(origin string) uint64 {
	above, _, found := strings.Cut(origin, ".")
	if !found {
		return 0
	}
	h, _ := cellHash(familyPrefix[familyTopic] + above)
	return h
}
