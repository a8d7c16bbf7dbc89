package analyzer

// match is a form found in the text: its units [start, end), and from path on in scratch.paths the unit of each of its n words. Quality is
// how it was typed.
type match struct {
	form, entry uint32
	start, end  int32
	path        int32
	n           uint8
	kind        entryKind
	gaps        bool
	quality     quality
}

// quality says how a form was typed, best first.
type quality uint8

const (
	typedExactly quality = iota
	typedNear            // a mark is missing or wrong in a word of several
	typedBare            // without marks
)

// maxGap is how many words a `*` may stand for.
const maxGap = 3

// matcher walks the trie from each unit of a sentence.
type matcher struct {
	s    *scratch
	m    *model
	sent *sentence
	path [maxWords]int32
	gaps bool
}

// matchAll finds every form in every sentence.
func (s *scratch) matchAll() {
	w := matcher{s: s, m: s.model}
	for i := range s.sentences {
		w.sent = &s.sentences[i]
		for u := w.sent.unit; u < w.sent.unitEnd; u++ {
			fold := s.units[u].fold
			if fold == 0 || s.units[u].flags&unitQuoted != 0 {
				continue
			}
			w.path[0] = u
			w.gaps = false
			if root := w.m.roots[fold]; root != 0 {
				w.walk(root, u, 1)
			}
			if root := w.m.openings[fold]; root != 0 && w.begins(u) {
				w.walk(root, u, 1)
			}
		}
	}
}

// walk goes on from a node that was reached with the word at unit u, the depth-th of the path.
func (w *matcher) walk(at uint32, u int32, depth int) {
	n := &w.m.nodes[at]
	for f := n.form; f < n.form+uint32(n.forms); f++ {
		w.accept(f, depth)
	}
	if depth == maxWords {
		return
	}
	units := w.s.units
	if n.edges > 0 && u+1 < w.sent.unitEnd && units[u+1].brk <= breakSoft {
		if fold := units[u+1].fold; fold != 0 {
			if next := w.m.child(at, fold); next != 0 {
				w.path[depth] = u + 1
				w.walk(next, u+1, depth+1)
			}
		}
	}
	if n.gap == 0 {
		return
	}
	gaps := w.gaps
	w.gaps = true
	for v := u + 1; v <= u+1+maxGap && v < w.sent.unitEnd && units[v].brk < breakClause; v++ {
		if fold := units[v].fold; fold != 0 {
			if next := w.m.child(n.gap, fold); next != 0 {
				w.path[depth] = v
				w.walk(next, v, depth+1)
			}
		}
	}
	w.gaps = gaps
}

// accept checks a form word by word against what was typed, and keeps the match.
//
// A word is right when it is the entry's word. A bare word may stand for a marked one when the text is typed bare, when it is no word
// as it stands, or when another word of the form was typed
// exactly with its marks in a text that leaves half of them out. A marked word that is no word as it stands may stand
// for another marking of itself in a form of several words. Entries flagged accents take none of this. An entry of one language is
// not seen in words of the other: `hay` in an English sentence, `to` in a Vietnamese one.
func (w *matcher) accept(f uint32, depth int) {
	form := &w.m.forms[f]
	units := w.s.units
	if int(form.n) != depth { // reached by another way into a shared node
		return
	}
	if form.flags&formOpening != 0 && w.path[0] != w.sent.unit || form.flags&formClosing != 0 && w.path[depth-1]+1 != w.sent.unitEnd {
		return
	}
	q := typedExactly
	anchored := false // a marked word typed exactly
	loose := false    // a bare word that needs an anchor
	plain := true     // every word is typed without marks
	for i, set := range w.m.sets[form.set : form.set+uint32(form.n)] {
		u := &units[w.path[i]]
		if u.flags&unitMarked != 0 {
			plain = false
		}
		exact, alike := w.m.among(u, set)
		if !alike {
			return
		}
		if exact {
			if u.flags&unitMarked != 0 {
				anchored = true
			}
			continue
		}
		if form.flags&formAccents != 0 {
			return
		}
		if u.flags&unitMarked == 0 {
			q = typedBare
			if !w.s.bare && (u.flags&unitBareOnly == 0 || form.n == 1 && !w.s.half) {
				loose = true
			}
			continue
		}
		if u.flags&unitBareOnly == 0 || form.n < 2 {
			return
		}
		q = max(q, typedNear)
	}
	if loose && (!anchored || !w.s.half) {
		return
	}
	if w.s.bare && form.n == 1 && plain && w.m.likely(&units[w.path[0]], w.m.sets[form.set]) < bareAtLeast {
		return
	}
	if form.kind == kindIntent && w.gaps && w.denied(depth) {
		return
	}
	if form.flags&formLast != 0 && !w.ends(w.path[depth-1]+1) {
		return
	}
	if plain && form.lang != 0 && w.foreign(form.lang, depth, q) {
		return
	}
	s := w.s
	s.matches = append(s.matches, match{
		form: f, entry: form.entry, start: w.path[0], end: w.path[depth-1] + 1,
		path: int32(len(s.paths)), n: form.n, kind: form.kind, gaps: w.gaps, quality: q,
	})
	s.paths = append(s.paths, w.path[:depth]...)
}

// path gives the units of a match's words.
func (s *scratch) path(mt *match) []int32 { return s.paths[mt.path : mt.path+int32(mt.n)] }

// foreign tells whether words typed without marks are more likely of the other language than the entry's.
func (w *matcher) foreign(entry uint8, depth int, q quality) bool {
	lang := w.sent.lang
	if lang == 0 || lang == entry {
		return false
	}
	if entry == 'e' { // an English entry in a Vietnamese sentence: not if its words are all possible syllables
		for i := range depth {
			if w.m.foldFlags[w.s.units[w.path[i]].fold]&foldSyllable == 0 {
				return false
			}
		}
		return true
	}
	// A Vietnamese entry typed bare in an English sentence: not if any of its words is English.
	for i := range depth {
		if w.m.wordFlags[w.s.units[w.path[i]].word]&wordFunction != 0 {
			return true
		}
	}
	return q == typedBare && depth == 1
}

// among tells whether a unit is one of the words of a set, and whether it is at least alike but for its marks.
func (m *model) among(u *unit, set wordSet) (exact, alike bool) {
	if set.n == 1 {
		if u.word == set.first {
			return true, true
		}
		return false, m.wordFold[set.first] == u.fold
	}
	for _, want := range m.in(set) {
		if u.word == want {
			return true, true
		}
		if m.wordFold[want] == u.fold {
			alike = true
		}
	}
	return false, alike
}

// likely tells how surely a unit typed bare means one of the words of a set.
func (m *model) likely(u *unit, set wordSet) float32 {
	if set.n == 1 {
		if m.wordFold[set.first] == u.fold {
			return m.wordShare[set.first]
		}
		return 0
	}
	best := float32(0)
	for _, want := range m.in(set) {
		if m.wordFold[want] == u.fold {
			best += m.wordShare[want]
		}
	}
	return best
}

// denied tells whether a negator stands in a gap of the path: `nhân viên không nhiệt tình` praises nobody.
func (w *matcher) denied(depth int) bool {
	next := 0
	for u := w.path[0]; u < w.path[depth-1]; u++ {
		if w.path[next] == u {
			next++
		} else if w.m.wordFlags[w.s.units[u].word]&wordNegator != 0 {
			return true
		}
	}
	return false
}
