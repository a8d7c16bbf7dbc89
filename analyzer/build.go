package analyzer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/thau-cx/thau/lexicons"
)

// builder grows a trie as tables of edges and outputs and lays it out flat at the end.
type builder struct {
	m        *model
	children edgeTable
	gaps     map[uint32]uint32
	outs     []output
	count    uint32
	scratch  scratch
	ids      []uint32
	pieces   map[string]uint32 // word → id; what is no plain word has 0
	frontier [2][]uint32
	anchors  formFlag // of the term that is being added
}

// The nodes where terms begin: anywhere, and where a clause begins.
const (
	nodeRoot = iota
	nodeOpening
)

// output is a form that ends at a node.
type output struct{ node, form uint32 }

func newModel(lex *lexicons.Lexicon) (*model, error) {
	m := &model{
		wordFold: []uint32{0}, wordFlags: []wordFlag{0}, wordText: []string{""}, wordShare: []float32{1}, foldFlags: []foldFlag{0},
		spellings: map[uint32][]spelling{}, emoji: map[string]int32{}, themeIndex: map[string]int32{}, replaced: map[lexicons.Task]bool{}, relearned: map[lexicons.Task]map[string]bool{},
		engine: Engine{Version: Revision, Lexicon: lex.Hash()},
	}
	n := len(lex.Sentiment) + len(lex.Weights) + len(lex.Modifiers) + len(lex.Topics) + len(lex.Intents) + len(lex.Urgency)
	words := len(lex.Words) + n/4 // most terms are made of the same words; small tables stay in the cache
	m.words, m.folds = newTable(words), newTable(words)
	m.entries, m.forms = make([]entry, 0, n), make([]form, 0, n)
	m.sets, m.setWords = make([]wordSet, 0, 3*n), make([]uint32, 0, 4*n)
	b := &builder{m: m, children: newEdgeTable(2 * n), gaps: map[uint32]uint32{}, outs: make([]output, 0, n), pieces: make(map[string]uint32, words), count: nodeOpening + 1}

	if err := m.calibrate(lex.Calibration); err != nil {
		return nil, err
	}
	m.assure(lex.Confidence)
	b.syllables(lex)
	for _, w := range lex.Words {
		b.word(w, wordEnglish|wordFunction)
	}
	for i, th := range lex.Themes {
		m.themes = append(m.themes, th.ID)
		m.themeNames = append(m.themeNames, TopicName{English: th.EN, Vietnamese: th.VI})
		m.themeIndex[th.ID] = int32(i)
	}
	m.nameIdentities(lex)
	for _, w := range lex.Identity["en"] { // known, so that none is taken for another word
		b.word(w, 0)
	}
	b.symbols(lex)
	listed := make(map[string]bool, len(lex.Sentiment)) // an entry of its own beats an inflection
	for i := range lex.Sentiment {
		listed[lex.Sentiment[i].Term] = true
	}
	negators := make(map[string]bool, 64)
	for _, mod := range lex.Modifiers {
		if mod.Role == lexicons.Negator {
			negators[mod.Term] = true
		}
	}
	fitted := make(map[string]float64, len(lex.Weights))
	for _, w := range lex.Weights {
		fitted[lexicons.Lang(w.Lexicon)+w.Term] = w.Value
	}
	for i := range lex.Sentiment {
		v := &lex.Sentiment[i]
		first, _, several := strings.Cut(v.Term, " ")
		e := entry{kind: kindSentiment, value: toMicro(v.Value + fitted[lexicons.Lang(v.Lexicon)+v.Term]), accents: v.Accents, fixed: v.Fixed, context: v.Context, opens: several && v.Value < 0 && negators[first], term: v.Term, lexicon: v.Lexicon}
		terms := []string{v.Term}
		if v.Pos != 'x' {
			terms = append(terms, slices.DeleteFunc(inflect(v.Term, v.Pos, lex.Irregular), func(t string) bool { return listed[t] })...)
		}
		if err := b.add(e, terms...); err != nil {
			return nil, err
		}
	}
	for _, w := range lex.Weights {
		if listed[w.Term] { // the entry has the weight
			if w.Value = 0; w.Stance == 0 {
				continue
			}
		}
		plain, opening := strings.CutPrefix(w.Term, "^")
		plain, closing := strings.CutSuffix(plain, "$")
		if err := b.add(entry{kind: kindWeight, value: toMicro(w.Value), stance: toMicro(w.Stance), whole: w.Word, opening: opening, closing: closing, term: w.Term, lexicon: w.Lexicon}, plain); err != nil {
			return nil, err
		}
	}
	for _, mod := range lex.Modifiers {
		if mod.Role == lexicons.Negator && !strings.Contains(mod.Term, " ") {
			b.word(mod.Term, wordNegator)
		}
		e := entry{kind: kindModifier, role: mod.Role, slight: slight[mod.Term], value: toMicro(mod.Value), term: mod.Term, lexicon: mod.Lexicon}
		if err := b.add(e, mod.Term); err != nil {
			return nil, err
		}
	}
	for _, set := range []struct {
		kind     entryKind
		patterns []lexicons.Pattern
		label    func(string) int32
	}{
		{kindTopic, lex.Topics, func(s string) int32 { return m.themeIndex[s] }},
		{kindIntent, lex.Intents, func(s string) int32 { return int32(slices.Index(intentNames, s)) }},
		{kindUrgency, lex.Urgency, func(s string) int32 { return int32(slices.Index(kindNames, s)) }},
	} {
		for _, p := range set.patterns {
			e := entry{kind: set.kind, label: set.label(p.Label), value: toMicro(p.Weight), act: strings.HasSuffix(p.Lexicon, "/"+lexicons.Acts), term: p.Term, lexicon: p.Lexicon}
			if err := b.add(e, p.Term); err != nil {
				return nil, err
			}
		}
	}
	if err := b.spellings(lex); err != nil {
		return nil, err
	}
	for syllable, share := range lex.Bare {
		m.wordShare[b.word(syllable, 0)] = float32(share)
	}
	b.foreign(lex)
	b.courtesies()
	b.flatten()
	b.slips()
	m.countFoldWords()
	m.nameCells(lex)
	if err := m.layLearned(lex); err != nil {
		return nil, err
	}
	return m, nil
}

// syllables marks the bare forms that can be Vietnamese syllables: every onset with every rime that spelling allows.
func (b *builder) syllables(lex *lexicons.Lexicon) {
	for _, onset := range append([]string{""}, lex.Onsets...) {
		for _, rime := range lex.Rimes {
			if !spellable(onset, rime) {
				continue
			}
			b.scratch.reset()
			b.scratch.scan(onset+rime, fieldText)
			id := b.m.fold(b.scratch.foldKey(&b.scratch.toks[0]))
			b.m.foldFlags[id] |= foldSyllable
		}
	}
}

// spellable tells whether an onset goes with a rime: `k gh ngh` stand before e ê i y only and `c g ng` before the other vowels,
// `qu` has no second u, `gi` no second i.
func spellable(onset, rime string) bool {
	front := strings.HasPrefix(rime, "e") || strings.HasPrefix(rime, "ê") || strings.HasPrefix(rime, "i") || strings.HasPrefix(rime, "y")
	switch onset {
	case "k", "gh", "ngh":
		return front
	case "c", "g", "ng":
		return !front || onset == "g" && strings.HasPrefix(rime, "i")
	case "qu":
		return !strings.HasPrefix(rime, "u") && !strings.HasPrefix(rime, "o") && !strings.HasPrefix(rime, "ư")
	case "gi":
		return !strings.HasPrefix(rime, "i") && !strings.HasPrefix(rime, "y")
	}
	return true
}

// word gives the id of a single word, new or known, with flags added.
func (b *builder) word(w string, flags wordFlag) uint32 {
	ids := b.scan(w, flags)
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}

// wordsOf gives the ids of a term's words and numbers; punctuation is left out. The result is good until the next call. Terms are made of the same
// words again and again, so a plain word, which is letters between blanks, is scanned but once.
func (b *builder) wordsOf(term string, flags wordFlag) []uint32 {
	ids := b.ids[:0]
	for rest, more := term, true; more; {
		var piece string
		piece, rest, more = strings.Cut(rest, " ")
		id, known := b.pieces[piece]
		if !known {
			id = b.plainWord(piece)
			b.pieces[piece] = id
		}
		if id == 0 {
			return b.scan(term, flags)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		b.m.wordFlags[id] |= flags
	}
	b.ids = ids
	return ids
}

// plainWord gives the id of a word that is letters and nothing else, 0 for anything else.
func (b *builder) plainWord(piece string) uint32 {
	for i := range len(piece) {
		if c := piece[i]; c < utf8.RuneSelf && !isASCIILetter(c) {
			return 0
		}
	}
	s := &b.scratch
	s.reset()
	s.scan(piece, fieldText)
	if len(s.toks) != 1 || s.toks[0].kind != Word || int(s.toks[0].end-s.toks[0].start) != len(piece) {
		return 0
	}
	return b.m.wordID(s.key(&s.toks[0]), s, &s.toks[0], 0)
}

// scan gives the ids of a text's words and numbers. The result is good until the next call.
func (b *builder) scan(text string, flags wordFlag) []uint32 {
	s := &b.scratch
	s.reset()
	s.scan(text, fieldText)
	ids := b.ids[:0]
	for i := range s.toks {
		t := &s.toks[i]
		if t.kind != Word && t.kind != Number {
			continue
		}
		ids = append(ids, b.m.wordID(s.key(t), s, t, flags))
	}
	b.ids = ids
	return ids
}

// add puts an entry with its terms into the trie.
func (b *builder) add(e entry, terms ...string) error {
	flags := wordFlag(0)
	switch lexicons.Lang(e.lexicon) {
	case "vi":
		e.lang, flags = 'v', wordVietnamese
	case "en":
		e.lang, flags = 'e', wordEnglish
	}
	e.lexicon = lexicons.Shown(e.lexicon)
	if e.kind == kindWeight { // what a fit happened to weigh makes no word Vietnamese or English
		flags = 0
	}
	id := uint32(len(b.m.entries))
	b.m.entries = append(b.m.entries, e)
	for _, term := range terms {
		if err := b.addTerm(id, term, e.kind, flags); err != nil {
			return fmt.Errorf("%s: %q: %w", e.lexicon, e.term, err)
		}
	}
	return nil
}

// addTerm inserts the forms of a term. Most terms are plain words, read at one go.
func (b *builder) addTerm(id uint32, term string, kind entryKind, flags wordFlag) error {
	if kind <= kindModifier || !strings.ContainsAny(term, "*|^$") {
		return b.insert(id, b.wordsOf(term, flags))
	}
	b.anchors = 0
	if rest, ok := strings.CutPrefix(term, anchorFirst); ok {
		b.anchors, term = formFirst, rest
	}
	if rest, ok := strings.CutSuffix(term, anchorLast); ok {
		b.anchors, term = b.anchors|formLast, rest
	}
	defer func() { b.anchors = 0 }()
	for _, positions := range b.positions(term, flags) {
		if err := b.insertSets(id, positions); err != nil {
			return err
		}
	}
	return nil
}

// positions reads a term with gaps or alternatives as a list of positions, each the set of words that may stand there; the empty set is a gap. Only an
// alternative of several words (`e-mail`) makes more than one list.
func (b *builder) positions(term string, flags wordFlag) [][][]uint32 {
	lists := [][][]uint32{nil}
	for _, position := range strings.Split(term, " ") {
		if position == "*" {
			for i := range lists {
				lists[i] = append(lists[i], []uint32{})
			}
			continue
		}
		var single []uint32
		var several [][]uint32
		for alt := range strings.SplitSeq(position, "|") {
			if words := b.wordsOf(alt, flags); len(words) == 1 {
				single = append(single, words[0])
			} else if len(words) > 1 {
				several = append(several, slices.Clone(words))
			}
		}
		var next [][][]uint32
		for _, list := range lists {
			if len(single) > 0 {
				next = append(next, append(slices.Clip(list), single))
			}
			for _, words := range several {
				l := slices.Clip(list)
				for _, w := range words {
					l = append(l, []uint32{w})
				}
				next = append(next, l)
			}
		}
		if next != nil {
			lists = next
		}
	}
	return lists
}

// maxWords bounds the words of a form, so that a walk can keep its path in an array.
const maxWords = 12

// insert adds one form of plain words.
func (b *builder) insert(entry uint32, words []uint32) error {
	if len(words) == 0 || len(words) > maxWords {
		return fmt.Errorf("%d words, want 1 to %d", len(words), maxWords)
	}
	m := b.m
	f := b.form(entry)
	f.n = uint8(len(words))
	at := uint32(0)
	marked := f.lang == langVietnamese && f.kind != kindWeight && len(words) > 1 && (m.marked(words[0]) || m.marked(words[1]))
	for i, w := range words {
		m.sets = append(m.sets, wordSet{w, 1})
		to := b.children.at(at, m.wordFold[w])
		if *to == 0 {
			*to = b.node()
		}
		if at = *to; i == 1 && marked {
			b.pair(at)
		}
	}
	b.outs = append(b.outs, output{at, uint32(len(m.forms))})
	m.forms = append(m.forms, f)
	return nil
}

// pair notes that a node is reached by the first two words of a Vietnamese entry with marks.
func (b *builder) pair(node uint32) {
	for int(node/64) >= len(b.m.pairs) {
		b.m.pairs = append(b.m.pairs, 0)
	}
	b.m.pairs[node/64] |= 1 << (node % 64)
}

// insertSets adds one form with alternatives or gaps. The words of a position share the node they lead to, wherever another form has
// not made one already; so a node may be reached by words of another form, and accept checks every word.
func (b *builder) insertSets(entry uint32, positions [][]uint32) error {
	m := b.m
	f := b.form(entry)
	root := uint32(nodeRoot)
	if f.flags&formFirst != 0 {
		root = nodeOpening
	}
	frontier, next := append(b.frontier[0][:0], root), b.frontier[1]
	for i, set := range positions {
		if len(set) == 0 {
			if i == 0 || i == len(positions)-1 || len(positions[i-1]) == 0 {
				return fmt.Errorf("a gap stands between words")
			}
			for j, at := range frontier {
				if b.gaps[at] == 0 {
					b.gaps[at] = b.node()
				}
				frontier[j] = b.gaps[at]
			}
			continue
		}
		m.sets = append(m.sets, m.setOf(set))
		f.n++
		next = next[:0]
		shared := uint32(0)
		for _, at := range frontier {
			for _, w := range set {
				to := b.children.at(at, m.wordFold[w])
				if *to == 0 {
					if shared == 0 {
						shared = b.node()
					}
					*to = shared
				}
				if !slices.Contains(next, *to) {
					next = append(next, *to)
				}
			}
		}
		frontier, next = next, frontier
	}
	b.frontier = [2][]uint32{frontier, next}
	if f.n == 0 || f.n > maxWords {
		return fmt.Errorf("%d words, want 1 to %d", f.n, maxWords)
	}
	for _, at := range frontier {
		b.outs = append(b.outs, output{at, uint32(len(m.forms))})
	}
	m.forms = append(m.forms, f)
	return nil
}

// slight are the diminishers that hedge blame.
var slight = map[string]bool{"hơi": true, "hơi hơi": true, "có hơi": true, "hơi chút": true}

// form begins a form of an entry.
func (b *builder) form(entry uint32) form {
	e := &b.m.entries[entry]
	f := form{entry: entry, set: uint32(len(b.m.sets)), kind: e.kind, lang: e.lang, flags: b.anchors}
	if e.accents {
		f.flags |= formAccents
	}
	if e.opening {
		f.flags |= formOpening
	}
	if e.closing {
		f.flags |= formClosing
	}
	return f
}

func (b *builder) node() uint32 {
	b.count++
	return b.count - 1
}

// flatten lays the trie out: the edges of a node side by side, sorted by fold id, and the forms that end there in the order they came,
// with their positions side by side too, so that what is read together lies together.
func (b *builder) flatten() {
	m := b.m
	m.nodes = make([]node, b.count)
	m.roots, m.openings = make([]uint32, len(m.foldFlags)), make([]uint32, len(m.foldFlags))
	m.edges = make([]edge, 0, b.children.n)
	keys := b.children.sorted()
	for _, k := range keys {
		parent, fold := uint32(k>>32), uint32(k)
		child := *b.children.at(parent, fold)
		switch parent {
		case nodeRoot:
			m.roots[fold] = child
			continue
		case nodeOpening:
			m.openings[fold] = child
			continue
		}
		n := &m.nodes[parent]
		if n.edges == 0 {
			n.edge = uint32(len(m.edges))
		}
		n.edges++
		n.sieve |= sieved(fold)
		m.edges = append(m.edges, edge{fold, child})
	}
	for parent, next := range b.gaps {
		m.nodes[parent].gap = next
	}
	for _, o := range b.outs {
		m.nodes[o.node].forms++
	}
	at := uint32(0)
	for i := range m.nodes {
		m.nodes[i].form = at
		at += uint32(m.nodes[i].forms)
		m.nodes[i].forms = 0
	}
	forms, sets := make([]form, at), make([]wordSet, 0, len(m.sets))
	for _, o := range b.outs {
		n := &m.nodes[o.node]
		forms[n.form+uint32(n.forms)] = m.forms[o.form]
		n.forms++
	}
	for i := range forms {
		f := &forms[i]
		at := f.set
		f.set = uint32(len(sets))
		sets = append(sets, m.sets[at:at+uint32(f.n)]...)
	}
	m.forms, m.sets = forms, sets
}

// slips indexes the English words of one word's entries that a slip of the finger may hide.
func (b *builder) slips() {
	m := b.m
	m.slipSign = map[uint32]int8{}
	var words []string
	var ids []uint32
	for i := range m.forms {
		f := &m.forms[i]
		e := &m.entries[f.entry]
		if f.n != 1 || f.lang != 'e' || f.kind != kindSentiment && f.kind != kindModifier || f.kind == kindSentiment && e.value == 0 {
			continue
		}
		id := m.sets[f.set].first
		w := m.wordText[id]
		if _, ok := m.slipSign[id]; ok || len(w) < leastSwapped || len(w) > mostSlipped || strings.ContainsFunc(w, func(r rune) bool { return (r < 'a' || r > 'z') && r != '\'' }) {
			continue
		}
		sign := int8(0)
		if f.kind == kindSentiment {
			sign = int8(cmp.Compare(e.value, 0))
		}
		m.slipSign[id] = sign
		words, ids = append(words, w), append(ids, id)
	}
	m.slips = newSlips(words, ids)
}

func (b *builder) symbols(lex *lexicons.Lexicon) {
	m := b.m
	for _, e := range lex.Emoji {
		key := strings.ReplaceAll(e.Text, "\uFE0F", "")
		if _, ok := m.emoji[key]; !ok {
			m.emoji[key] = int32(len(m.symbols))
			m.symbols = append(m.symbols, symbol{toMicro(e.Value), e.Text, e.Lexicon})
		}
	}
	for _, e := range lex.Emoticons {
		if e.Text == "" || e.Text[0] >= 128 {
			m.emoji[e.Text] = int32(len(m.symbols))
		} else {
			m.emoticons[e.Text[0]] = append(m.emoticons[e.Text[0]], emoticon{e.Text, int32(len(m.symbols))})
		}
		m.symbols = append(m.symbols, symbol{toMicro(e.Value), e.Text, e.Lexicon})
	}
	for i := range m.emoticons {
		slices.SortStableFunc(m.emoticons[i], func(a, b emoticon) int { return len(b.text) - len(a.text) })
	}
}

func (b *builder) spellings(lex *lexicons.Lexicon) error {
	for _, sp := range lex.Spellings {
		flags := wordSpelling
		if lexicons.Lang(sp.Lexicon) == "en" {
			flags |= wordEnglish
		}
		ids := b.wordsOf(sp.Form, 0)
		if len(ids) != 1 {
			continue // forms with signs inside (`w/`) are not one token
		}
		form := ids[0]
		s := spelling{words: slices.Clone(b.wordsOf(sp.Standard, 0)), english: flags&wordEnglish != 0}
		if len(s.words) == 0 {
			return fmt.Errorf("%s: %q stands for nothing", sp.Lexicon, sp.Form)
		}
		b.m.wordFlags[form] |= flags
		kind, list, _ := strings.Cut(sp.When, ":")
		switch {
		case kind == "-" || kind == "en":
		case kind == "vi":
			s.when.kind = 'v'
		case kind == "digit":
			s.when.kind = 'd'
		case kind == "after" && list == "#":
			s.when.kind = 'n'
		case kind == "after" || kind == "before" || kind == "near":
			s.when.kind = kind[0]
			if kind == "near" {
				s.when.kind = 'w'
			}
			for _, w := range strings.Split(list, ",") {
				if id := b.word(w, 0); id != 0 {
					s.when.words = append(s.when.words, id)
				}
			}
		default:
			return fmt.Errorf("%s: %q: unknown condition %q", sp.Lexicon, sp.Form, sp.When)
		}
		b.m.spellings[form] = append(b.m.spellings[form], s)
	}
	// Conditions before the fallback.
	for _, list := range b.m.spellings {
		slices.SortStableFunc(list, func(a, b spelling) int { return rank(a) - rank(b) })
	}
	return nil
}

func rank(s spelling) int {
	switch s.when.kind {
	case 'a', 'b', 'n', 'w':
		return 0
	case 'd':
		return 1
	case 'v':
		return 2
	}
	return 3
}

// countFoldWords counts the marked Vietnamese words behind each bare form: how ambiguous it is.
func (m *model) countFoldWords() {
	m.foldWords = make([]uint8, len(m.foldFlags))
	for id := 1; id < len(m.wordFold); id++ {
		if f := m.wordFold[id]; m.wordFlags[id]&wordVietnamese != 0 && m.foldWords[f] < 255 {
			m.foldWords[f]++
		}
	}
}
