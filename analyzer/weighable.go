package analyzer

import "math"

// Weighable is what a learned overlay can weigh in a text, and what the text is read as without one.
type Weighable struct {
	Features []uint64 // hashes, each once, in the order of the words
	Value    float64  // of every feature: 1/√n for n words
	Raw      float64  // the sentiment's raw score
	Total    float64  // Σ|contribution| of it
	Words    int
	Lang     string
}

// Weighable reads a text for learning. For a sentiment, features with a word for who somebody is are left out, and only the words that are
// not quoted count. Each feature whose name is not known yet is named through name. It is safe for concurrent use if known and name are.
func (a *Analyzer) Weighable(in Input, sentiment bool, known func(hash uint64) bool, name func(hash uint64, name string)) Weighable {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	s.read(in)
	s.reason()
	s.decide()
	s.findCells()
	w := Weighable{Words: len(s.units), Lang: langCode(s.votes.lang)}
	if sentiment {
		w.Words = s.sayable()
	}
	w.Value = 1 / math.Sqrt(float64(max(w.Words, 1)))
	for i := range s.reasons {
		v := fromMicro(s.reasons[i].value)
		w.Raw += v
		w.Total += max(v, -v)
	}
	w.Features = make([]uint64, 0, len(s.cells))
	seen := make(map[uint64]bool, len(s.cells))
	for i := range s.cells {
		c := &s.cells[i]
		if seen[c.hash] || sentiment && c.flags&cellPersonal != 0 {
			continue
		}
		seen[c.hash] = true
		w.Features = append(w.Features, c.hash)
		if !known(c.hash) {
			name(c.hash, s.cellName(c))
		}
	}
	return w
}
