package analyzer

import (
	"bytes"
	"math"
	"strings"

	"github.com/thau-cx/thau/lexicons"
)

// The language of a text is put to the vote, word by word, between Vietnamese, English and all others together.
//
// A word typed with Vietnamese marks is as good as certain, most of all with marks that no other language has (ơ ư đ ả ạ ế …): the
// accents of `é` and `là` are French and Portuguese too. Without marks a word can be a Vietnamese syllable (`khong`), an everyday English
// word (`good`), an everyday word of another language (`gracias`), or several of these at once (`to`, `die`, `la`). What is several
// things is a hint for each, so it decides nothing against its neighbours. What is nothing at all is no Vietnamese syllable, and is
// judged by its shape: an English word in an ending (`unfollowing`), else by how its letters follow each other, which the lists of words
// themselves teach (see shapes).
//
// The votes are whole numbers, so a sum does not depend on the order or the machine.
type votes struct {
	vi, en, other int
	marked        int // words with Vietnamese marks
	grammar       int // English words that hold a sentence together
	bareSyllables int // possible Vietnamese syllables typed without marks that are no English word
	words         int
	both          int // English and a possible syllable
	lang          uint8
	confidence    float64
	mixVi, mixEn  float64
}

// What a word adds to a language, in hundredths of an ordinary word's vote.
const (
	voteMarked  = 300 // `đẹp`: a mark of Vietnamese alone on a possible syllable
	voteAccent  = 200 // `không`, `hàng`: a mark that French or Portuguese has too
	voteShared  = 60  // `là`, `não`: a word of another language too, to both
	voteTypo    = 150 // `đươcj`: a mark of Vietnamese alone on no syllable
	voteForeign = 180 // `también`, `straße`: letters that are not English on no syllable
	voteListed  = 200 // `gracias`: an everyday word of another language

	voteSpelling     = 160 // `ko`, `đc`: a chat form that is no English word
	voteSpellingElse = 80  // `ng`, `ko`: one that is a word of another language too
	voteSyllable     = 100 // `khong`: a possible syllable, no English word
	voteSyllableElse = 50  // `la`, `que`: one that is a word of another language too, to both
	voteEnglish      = 120 // `good`: an English word that is nothing else
	voteEnglishElse  = 80  // `was`, `hotel`: one that is a word of another language too
	voteElse         = 70  // … and what it gives the other
	votePair         = 120 // `cam on`: two words in a row that are a Vietnamese one without its marks
	voteLoanEn       = 100 // `ok`, `shop`: an English word of Vietnamese customers
	voteLoanVi       = 30
	voteBothEn       = 50 // `the`, `to`: English words that are possible syllables
	voteBothVi       = 40
	voteBothElse     = 40 // … and words of another language

	voteEnding  = 90  // `unfollowed`: an English ending on an English word
	voteElision = 180 // `l'hotel`, `dell'anno`
	voteShape   = 90  // the most that letters say

	voteName     = 200 // what a marked word loses as part of a name
	voteSentence = 100 // what a marked word beyond those of a name gains

	voteScript       = 100 // a word of another script,
	voteScriptLetter = 40  // and each of its letters: Chinese and Thai write sentences without a blank
)

// vote adds the vote of a word. A word of another language only is no word to what reads on.
func (s *scratch) vote(t *tok, u *unit) {
	m, v := s.model, &s.sent
	v.words++
	word, fold := m.wordFlags[u.word], m.foldFlags[u.fold]
	syllable := fold&foldSyllable != 0
	foreign := word&wordForeign != 0 || t.flags&tokMarked == 0 && fold&foldForeign != 0
	if word&wordGrammar != 0 {
		v.grammar++
	}
	if word == wordForeign {
		u.word = 0
		u.flags |= unitBareOnly
	}
	switch {
	case t.flags&tokOther != 0:
		v.other += voteScript + voteScriptLetter*int(t.letters)
	case t.flags&tokForeign != 0:
		v.other += voteForeign
	case t.flags&tokMarked != 0:
		s.voteMarkedWord(t, word, syllable, foreign)
	case word&wordSpelling != 0 && word&wordEnglish == 0:
		v.bareSyllables++
		if foreign {
			v.vi += voteSpellingElse
			v.other += voteShared
		} else {
			v.vi += voteSpelling
		}
	case word&wordEnglish != 0 && syllable:
		v.both++
		v.en += voteBothEn
		v.vi += voteBothVi
		if foreign {
			v.other += voteBothElse
		}
	case word&wordEnglish != 0 && foreign:
		v.en += voteEnglishElse
		v.other += voteElse
	case word&wordEnglish != 0 && word&wordVietnamese != 0:
		v.en += voteLoanEn
		v.vi += voteLoanVi
	case word&wordEnglish != 0:
		v.en += voteEnglish
	case syllable:
		v.bareSyllables++
		if foreign {
			v.vi += voteSyllableElse
			v.other += voteSyllableElse
		} else {
			v.vi += voteSyllable
		}
	case t.letters == 0 || t.flags&tokDigits != 0:
		v.words--
	case foreign:
		v.other += voteListed
	default:
		s.voteUnknownWord(t)
	}
}

// votePair adds the vote of two words typed without marks that are Vietnamese together (`cam on`, `dich vu`), whatever each may be by itself.
func (s *scratch) votePair(u *unit) {
	if len(s.units) == 0 || u.brk > breakSoft || u.flags&unitMarked != 0 || s.model.foldFlags[u.fold]&foldSyllable == 0 {
		return
	}
	p := &s.units[len(s.units)-1]
	if s.model.wordFlags[p.word]&s.model.wordFlags[u.word]&wordGrammar != 0 { // `do an`
		return
	}
	if p.flags&unitMarked == 0 && s.model.foldFlags[p.fold]&foldSyllable != 0 && s.model.paired(p.fold, u.fold) {
		s.sent.vi += votePair
	}
}

// voteMarkedWord adds the vote of a word that has letters which Vietnamese has and English has not.
func (s *scratch) voteMarkedWord(t *tok, word wordFlag, syllable, foreign bool) {
	v := &s.sent
	own := vietnameseOnly(s.key(t))
	switch {
	case foreign && !own && syllable:
		v.vi += voteShared
		v.other += voteShared
	case syllable || word&wordVietnamese != 0:
		v.marked++
		if own {
			v.vi += voteMarked
		} else {
			v.vi += voteAccent
		}
	case own:
		v.vi += voteTypo
	case s.model.wordFlags[s.model.words.find(s.foldKey(t))]&wordEnglish != 0: // café
		v.en += voteShared
		v.other += voteShared
	case foreign:
		v.other += voteListed
	default:
		v.other += voteForeign
	}
}

// vietnameseOnly tells whether a key has a mark that no other language near writes: đ ơ ư, a hook, a dot, a tilde but on a and o, or a tone
// on a letter that has a mark already.
func vietnameseOnly(key []byte) bool {
	shaped, ao := false, false
	for _, c := range key {
		switch c {
		case keyBarD, keyHornO, keyHornU:
			return true
		case keyBreveA, keyCircA, keyCircE, keyCircO:
			shaped = true
		case 'a', 'o':
			ao = true
		}
	}
	switch n := len(key); {
	case n == 0 || key[n-1] <= keyTone || key[n-1] > keyTone+toneDot:
		return false
	case key[n-1] == keyTone+toneHook || key[n-1] == keyTone+toneDot:
		return true
	case key[n-1] == keyTone+toneTilde && !ao:
		return true
	}
	return shaped
}

// voteUnknownWord adds the vote of a word in plain letters that stands in no list and is no syllable.
func (s *scratch) voteUnknownWord(t *tok) {
	m, v, key := s.model, &s.sent, s.key(t)
	if i := bytes.IndexByte(key, '\''); i > 0 {
		switch string(key[:i]) { // what other languages leave a vowel out of
		case "l", "d", "j", "qu", "c", "n", "s", "m", "t", "un", "dell", "nell", "all", "sull", "dall", "quest", "jusqu", "lorsqu", "puisqu":
			v.other += voteElision
			return
		}
		switch string(key[i+1:]) { // and English
		case "s", "t", "re", "ve", "ll", "d", "m", "all":
			v.en += voteEnding
			return
		}
	}
	if m.inflected(key) {
		v.en += voteEnding
		return
	}
	if n := m.shapes.lean(key); n > 0 {
		v.en += n
	} else {
		v.other -= n
	}
}

// endings that English words take, longest first, and what the plain word may have had in their place.
var endings = []struct{ end, plain string }{
	{"ness", ""}, {"less", ""}, {"able", ""}, {"able", "e"}, {"ies", "y"}, {"ied", "y"}, {"ing", ""}, {"ing", "e"}, {"est", ""}, {"ful", ""},
	{"ed", ""}, {"ed", "e"}, {"es", ""}, {"er", ""}, {"er", "e"}, {"ly", ""}, {"s", ""}, {"y", ""},
}

// inflected tells whether a word is an English one with an ending, of which at least four letters are left.
func (m *model) inflected(key []byte) bool {
	const least = 4
	if len(key) > 24 {
		return false
	}
	var buf [32]byte
	for i := range endings {
		e := &endings[i]
		stem, ok := bytes.CutSuffix(key, []byte(e.end))
		if !ok || len(stem) < least {
			continue
		}
		plain := append(append(buf[:0], stem...), e.plain...)
		if m.wordFlags[m.words.find(plain)]&wordEnglish != 0 {
			return true
		}
		if n := len(stem); e.plain == "" && n > least && stem[n-1] == stem[n-2] && m.wordFlags[m.words.find(stem[:n-1])]&wordEnglish != 0 {
			return true // unplugged
		}
	}
	return false
}

// add takes in the votes of a part.
func (v *votes) add(p *votes) {
	v.vi += p.vi
	v.en += p.en
	v.other += p.other
	v.marked += p.marked
	v.grammar += p.grammar
	v.bareSyllables += p.bareSyllables
	v.words += p.words
	v.both += p.both
}

// clear gives the language of a sentence that speaks for itself, 0 where the whole text has to decide.
func (v *votes) clear() uint8 {
	const enough = 200
	switch {
	case v.vi > 2*(v.en+v.other) && v.vi >= enough:
		return langVietnamese
	case v.en > 2*(v.vi+v.other) && v.en >= enough, v.en > v.vi+v.other && v.grammar >= sentenceWords && v.marked == 0:
		return langEnglish
	case v.other > 2*(v.vi+v.en) && v.other >= 2*enough:
		return langOther
	}
	return 0
}

// The languages, as a sentence or text has them; 0 is unknown.
const (
	langVietnamese = 'v'
	langEnglish    = 'e'
	langOther      = 'o'
)

const (
	nameWords     = 3 // words that the name of a Vietnamese person, place or dish has at most
	sentenceWords = 3 // words like `the` and `was` that make an English sentence; a Vietnamese one borrows other words
)

// decide names the language. The hint breaks ties only.
func (v *votes) decide(hint string) {
	if v.marked <= nameWords && v.grammar >= sentenceWords { // a Vietnamese name in an English sentence
		v.vi = max(v.vi-voteName*v.marked, 0)
	}
	vi, en := v.vi, v.en
	// Words that could be either follow the company they keep.
	if v.bareSyllables+v.marked > 0 && vi > en {
		vi += voteBothVi * v.both
	}
	// More marked words than a name has are a sentence, whatever English is in it.
	vi += voteSentence * max(v.marked-nameWords, 0)
	total := vi + en + v.other
	const certain = 50 // what a text starts out with for the language it gets
	sure := func(votes int) float64 { return float64(votes+certain) / float64(total+certain) }
	switch {
	case total == 0:
		return
	case v.other > max(vi, en):
		v.confidence = float64(v.other) / float64(total)
		return
	case vi > en || vi == en && hint == "vi":
		v.lang, v.confidence = langVietnamese, sure(vi)
	default:
		v.lang, v.confidence = langEnglish, sure(en)
	}
	v.mixVi, v.mixEn = v.shares()
}

// shares gives the parts of the text in each language. A word that could be either is its language's.
func (v *votes) shares() (vi, en float64) {
	a, b := float64(v.vi)/(voteMarked/1.5), float64(v.en)/voteEnglish
	if v.lang == langVietnamese {
		b -= float64(v.both*voteBothEn) / voteEnglish
	} else {
		a -= float64(v.both*voteBothVi) / (voteMarked / 1.5)
	}
	a, b = max(a, 0), max(b, 0)
	if a+b == 0 {
		if v.lang == langVietnamese {
			return 1, 0
		}
		return 0, 1
	}
	return a / (a + b), b / (a + b)
}

// bare tells whether Vietnamese is typed without marks: hardly a syllable has one. Ordinary text has marks on three of four.
func (v *votes) bare() bool {
	return v.lang == langVietnamese && v.marked*6 <= v.bareSyllables+v.both+v.marked
}

func langCode(lang uint8) string {
	switch lang {
	case langVietnamese:
		return "vi"
	case langEnglish:
		return "en"
	}
	return "und"
}

// shapes says of each three letters in a row, the ends of a word included, how much likelier the third is after the two in an English word
// than in one of another language: the logarithm of the ratio, in units of 1/shapeUnit. It is learned from the English words and the
// words of other languages in the lexicon, each counted once, because the words it is for stand in no list.
type shapes []int8

const (
	shapeUnit  = 16
	shapeLimit = 127 // of an int8
	shapeTrust = 20  // how many sights of two letters weigh as much as what is known of the second alone
	shapeVote  = 2   // a sum of this much is a hundredth of a vote
	shapeRunes = 27  // a to z, and 0 for the end of a word or a sign in it
)

// shapeAt gives the place of three letters.
func shapeAt(a, b, c int) int { return (a*shapeRunes+b)*shapeRunes + c }

// eachShape calls f with every three letters of a key, as numbers.
func eachShape(key []byte, f func(a, b, c int)) {
	a, b := 0, 0
	for _, c := range key {
		if c > keyTone && c <= keyTone+toneDot {
			continue
		}
		l := 0
		if c = foldByte[c]; c >= 'a' && c <= 'z' {
			l = int(c-'a') + 1
		}
		f(a, b, l)
		a, b = b, l
	}
	f(a, b, 0)
}

// lean gives the vote of a word's letters: above zero for English, below for another language.
func (sh shapes) lean(key []byte) int {
	sum := int(0)
	eachShape(key, func(a, b, c int) { sum += int(sh[shapeAt(a, b, c)]) })
	return max(min(sum/shapeVote, voteShape), -voteShape)
}

// letterCounts counts how the letters of a language follow each other.
type letterCounts struct {
	three         [shapeRunes * shapeRunes * shapeRunes]float64
	two           [shapeRunes * shapeRunes]float64
	afterTwo      [shapeRunes * shapeRunes]float64
	one, afterOne [shapeRunes]float64
	all           float64
}

func (n *letterCounts) add(key []byte) {
	eachShape(key, func(a, b, c int) {
		n.three[shapeAt(a, b, c)]++
		n.two[b*shapeRunes+c]++
		n.afterTwo[a*shapeRunes+b]++
		n.one[c]++
		n.afterOne[b]++
		n.all++
	})
}

// likelihood gives how likely c is after a and b, leaning on how likely it is after b, and anywhere, the less they were seen.
func (n *letterCounts) likelihood(a, b, c int) float64 {
	p := (n.one[c] + 1) / (n.all + shapeRunes)
	p = (n.two[b*shapeRunes+c] + shapeTrust*p) / (n.afterOne[b] + shapeTrust)
	return (n.three[shapeAt(a, b, c)] + shapeTrust*p) / (n.afterTwo[a*shapeRunes+b] + shapeTrust)
}

// foreign takes in the words of other languages and learns the shapes. Syllables teach nothing: they are never judged by their shape.
func (b *builder) foreign(lex *lexicons.Lexicon) {
	m := b.m
	for _, w := range lex.Stopwords["en"] {
		if !strings.Contains(w, " ") {
			b.word(w, wordEnglish|wordGrammar)
		}
	}
	english, other := new(letterCounts), new(letterCounts)
	for id, flags := range m.wordFlags {
		if flags&wordEnglish != 0 && m.foldFlags[m.wordFold[id]]&foldSyllable == 0 {
			english.add([]byte(m.wordText[id]))
		}
	}
	for _, w := range lex.Foreign {
		id := b.word(w, wordForeign)
		fold := m.wordFold[id]
		m.foldFlags[fold] |= foldForeign
		if m.wordFlags[id]&wordEnglish == 0 && m.foldFlags[fold]&foldSyllable == 0 {
			other.add(b.scratch.key(&b.scratch.toks[0]))
		}
	}
	m.shapes = make(shapes, shapeRunes*shapeRunes*shapeRunes)
	for a := range shapeRunes {
		for b := range shapeRunes {
			for c := range shapeRunes {
				ratio := math.Round(shapeUnit * math.Log(english.likelihood(a, b, c)/other.likelihood(a, b, c)))
				m.shapes[shapeAt(a, b, c)] = int8(max(min(ratio, shapeLimit), -shapeLimit))
			}
		}
	}
}
