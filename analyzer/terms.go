package analyzer

import (
	"bytes"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// A text's terms are what the counting of themes reads of it: its words with content, and its pairs of them that stand together, each as
// a key of 32 bits. Spellings of one term share a key, so that they are counted together:
//
//   - Words of several syllables and pairs are keyed without marks: `giao hàng chậm` is `giao hang cham`. Chat spellings are written out.
//   - A single syllable is keyed as it is typed, for without marks it says too little (`dat` is đắt, đặt, đất). In a text typed without marks
//     it has the key of its bare form, which [BareKey] gives; [Accented] gives what it may stand for. A word that is no Vietnamese syllable
//     (`app`, `update`) has the key it has in English.
//   - English words are keyed by their stems.
//   - A pair may have up to two words without content between it (`giao hàng rất chậm`, `delivery was late`), and a negator may begin one
//     (`chưa nhận hàng`, `doesn't work`), but none may stand inside.
//
// A key does not give its words back: [Analyzer.Terms] of a text that has it does.

// Terms are the keys of a text's terms, and a sketch that near copies share.
type Terms struct {
	Keys   []uint32 // ascending, each once
	Sketch Sketch
}

// Term is a term as a text says it.
type Term struct {
	Key        uint32
	Field      string    // "title" or empty for the text
	Start, End int       // code points, half-open; the words between a pair are inside
	Text       string    // the term's words as spelled there: NFC, lower case, chat spellings written out
	Words      int       // 1 or 2, a negator being one
	Parts      [2]uint32 // of a pair: the keys of its words by themselves
	English    bool      // of an English sentence
	Bare       bool      // Vietnamese typed without its marks
	Weak       bool      // a single Vietnamese syllable that no topic lists: a verb more often than a thing
}

// SketchSize is how many hashes a sketch has.
const SketchSize = 8

// Sketch is a text's min-wise hashes over its runs of three words (Broder 1997): the share of equal places in two sketches estimates how
// much of both texts is the same. The zero Sketch is that of a text too short to be taken for a copy of another.
type Sketch [SketchSize]uint16

// Alike tells how many places two sketches share, 0 where either text is too short.
func (s Sketch) Alike(other Sketch) int {
	if s == (Sketch{}) || other == (Sketch{}) {
		return 0
	}
	n := 0
	for i := range s {
		if s[i] == other[i] {
			n++
		}
	}
	return n
}

const (
	mostTerms   = 64 // keys of one text; what it says first counts
	mostBetween = 2  // words without content inside a pair
	sketchWords = 8  // a text of fewer words is no copy of another
	sketchRun   = 3
)

// Terms gives the terms of a text, in the order they begin; a term may come several times. It is safe for concurrent use.
func (a *Analyzer) Terms(in Input) []Term {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	s.read(in)
	r := termReader{list: true}
	r.read(s)
	return r.terms
}

// termKeys gives the keys of a text's terms.
func (s *scratch) termKeys() *Terms {
	if s.terms == nil {
		s.terms = new(termReader)
	}
	r := s.terms
	r.read(s)
	out := &Terms{Keys: slices.Clone(r.keys), Sketch: r.sketch()}
	slices.Sort(out.Keys)
	return out
}

// termReader finds the terms of one text after the other.
type termReader struct {
	phraseReader
	list  bool     // keep the terms, not only their keys
	keys  []uint32 // each once, in the order they are said
	terms []Term
	said  []termWord // of a sentence
	parts []byte     // what they give to the keys of pairs, side by side
	runs  []uint64   // hashes of all words, in order
}

// termKind says what a word can be in a term.
type termKind uint8

const (
	termBetween termKind = iota // says nothing by itself
	termContent                 // may stand in a pair
	termTheme                   // may also stand alone
	termNegator                 // may begin a pair
)

// termWord is a word of a sentence.
type termWord struct {
	tok, tokEnd int32
	part, to    int32  // what it gives to the key of a pair, in parts
	text, end   int32  // as it is shown, in buf
	alone       uint32 // its key when alone
	kind        termKind
	gap         bool // something but white space stands before it
	weak        bool
}

// read finds the terms of the text that was read.
func (r *termReader) read(s *scratch) {
	r.s, r.keys, r.runs = s, r.keys[:0], r.runs[:0]
	r.mark()
	for i := range r.s.sentences {
		st := &r.s.sentences[i]
		r.said, r.parts = r.said[:0], r.parts[:0]
		if st.lang == 'v' {
			r.sayVietnamese(st)
		} else {
			r.sayEnglish(st)
		}
		r.pair(st.lang)
	}
}

// bareMark begins what a single bare syllable is keyed by.
const bareMark = "~"

// sayVietnamese lays the segmented words of a sentence out.
func (r *termReader) sayVietnamese(st *sentence) {
	r.segmentWords(st)
	for i := range r.words {
		w := &r.words[i]
		text := string(r.buf[w.text:w.to])
		x := termWord{tok: w.tok, tokEnd: w.tokEnd, text: w.text, end: w.to, gap: w.gap}
		bare := r.part(&x, text)
		hash := hashTerm(bare)
		x.alone = uint32(hash)
		r.runs = append(r.runs, hash)
		traits := stops().vietnamese[text]
		if r.s.bare {
			traits |= stops().bare[text]
		}
		stop := traits&wordStops != 0
		dull := stop && traits&wordDull != 0
		switch no, ok := vietnameseNegator(text, r.s.bare); {
		case ok:
			x.kind = termNegator
			r.part(&x, no)
		case !w.content, len(text) > phraseLong, utf8.RuneCountInString(text) < 2:
			if r.s.toks[w.tok].kind != Word { // a number or a symbol parts
				x.gap = true
			}
		case r.code(w.tok, w.tokEnd):
			x.gap = true
		case r.all(w, markModifier), stop && !dull, amounts(text):
		case r.sentiment(w) && r.whole[[2]int32{w.unit, w.end}]&markTopic == 0, dull, traits&wordPale != 0:
			x.kind = termContent
		default:
			x.kind = termTheme
			x.weak = w.syllables == 1 && r.whole[[2]int32{w.unit, w.end}]&markTopic == 0 && r.syllable(&r.s.units[w.unit])
		}
		x.gap = x.gap || joining[text]
		if w.syllables == 1 {
			switch {
			case !r.syllable(&r.s.units[w.unit]):
				x.alone = uint32(hashTerm(stemOf(r.buf[w.text:w.to])))
			case r.s.bare:
				x.alone = uint32(stir(hashOn(hashOn(hashBegin, bareMark), bare)))
			default:
				x.alone = WordKey(text)
			}
		}
		r.said = append(r.said, x)
	}
}

// sayEnglish lays the words of a sentence out that is not Vietnamese.
func (r *termReader) sayEnglish(st *sentence) {
	s := r.s
	r.buf = r.buf[:0]
	for i := st.tok; i < st.tokEnd; i++ {
		t := &s.toks[i]
		parted := t.flags&tokNewline != 0
		if n := len(r.said); n > 0 && r.said[n-1].tokEnd != i {
			parted = true
		}
		if t.kind != Word || t.flags&(tokQuoted|tokOther) != 0 {
			continue
		}
		from := len(r.buf)
		r.buf = s.spelled(r.buf, t)
		text := string(r.buf[from:])
		if len(text) > phraseLong {
			continue
		}
		stem := stemOf(bytes.TrimSuffix(r.buf[from:], []byte("'s")))
		hash := hashTerm(stem)
		x := termWord{tok: i, tokEnd: i + 1, alone: uint32(hash), text: int32(from), end: int32(len(r.buf)), gap: parted || joining[text], weak: t.flags&tokMarked != 0}
		r.part(&x, stem)
		r.runs = append(r.runs, hash)
		mark := r.marks[i]
		traits := stops().english[text]
		stop := traits&wordStops != 0
		dull := stop && traits&wordDull != 0
		switch no, ok := englishNegator(text); {
		case ok:
			x.kind = termNegator
			r.part(&x, no)
		case t.letters < 2, t.flags&tokDigits != 0, r.code(i, i+1), mark&markModifier != 0, stop && !dull:
		case mark&(markSentiment|markTopic) == markSentiment, dull, traits&wordPale != 0:
			x.kind = termContent
		default:
			x.kind = termTheme
		}
		r.said = append(r.said, x)
	}
}

// part lays down what a word gives to the key of a pair, which is text without its marks.
func (r *termReader) part(x *termWord, text string) []byte {
	x.part = int32(len(r.parts))
	r.parts = AppendFold(r.parts, text)
	x.to = int32(len(r.parts))
	return r.parts[x.part:x.to]
}

// code tells whether a word is glued to a number, as in an order's (`CM-140876`), a size's or a price's (`430.000đ`).
func (r *termReader) code(tok, end int32) bool {
	toks := r.s.toks
	if tok > 0 && toks[tok].flags&tokGlued != 0 && toks[tok-1].kind == Number {
		return true
	}
	if int(end) >= len(toks) || toks[end].flags&tokGlued == 0 {
		return false
	}
	next := &toks[end]
	if next.kind == Punct && int(end)+1 < len(toks) && toks[end+1].flags&tokGlued != 0 {
		next = &toks[end+1]
	}
	return next.kind == Number
}

// syllable tells whether a unit is a Vietnamese syllable, marked or in a text without marks.
func (r *termReader) syllable(u *unit) bool {
	m := r.s.model
	if m.wordFlags[u.word]&wordForeign != 0 {
		return false
	}
	return u.flags&unitMarked != 0 || m.foldFlags[u.fold]&foldSyllable != 0
}

// pair takes in the words of a sentence that say something alone, and the pairs.
func (r *termReader) pair(lang uint8) {
	for i := range r.said {
		w := &r.said[i]
		if w.kind == termTheme {
			r.take(lang, w.alone, w, w)
		}
		if w.kind == termBetween {
			continue
		}
		for j, between := i+1, 0; j < len(r.said) && !r.said[j].gap && between <= mostBetween; j, between = j+1, between+1 {
			next := &r.said[j]
			if next.kind == termBetween {
				continue
			}
			if next.kind != termNegator && (w.kind != termNegator || next.kind >= termContent) {
				h := hashOn(hashOn(hashBegin, r.parts[w.part:w.to]), " ")
				r.take(lang, uint32(stir(hashOn(h, r.parts[next.part:next.to]))), w, next)
			}
			break
		}
	}
}

// take takes a term in.
func (r *termReader) take(lang uint8, key uint32, first, last *termWord) {
	if !r.list {
		if len(r.keys) < mostTerms && !slices.Contains(r.keys, key) {
			r.keys = append(r.keys, key)
		}
		return
	}
	shown := string(r.buf[first.text:first.end])
	from, to := &r.s.toks[first.tok], &r.s.toks[last.tokEnd-1]
	t := Term{Key: key, Start: int(from.cpStart), End: int(to.cpEnd), Text: shown, Words: 1, English: lang != 'v', Bare: lang == 'v' && r.s.bare, Weak: first.weak}
	if from.field == fieldTitle {
		t.Field = "title"
	}
	if first != last {
		t.Text, t.Words, t.Weak = shown+" "+string(r.buf[last.text:last.end]), 2, false
		t.Parts = [2]uint32{first.alone, last.alone}
	}
	r.terms = append(r.terms, t)
}

// hashTerm gives the hash of a term: FNV-1a, stirred so that its low half is as good as its high one.
func hashTerm[T string | []byte](s T) uint64 { return stir(hashOn(hashBegin, s)) }

// hashBegin is the hash of nothing, before it is stirred.
const hashBegin uint64 = 14695981039346656037

// hashOn goes on with a hash before it is stirred.
func hashOn[T string | []byte](h uint64, s T) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// stir is the finaliser of SplitMix64.
func stir(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// sketch gives the sketch of the words read.
func (r *termReader) sketch() (out Sketch) {
	if len(r.runs) < sketchWords {
		return out
	}
	var least [SketchSize]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := sketchRun; i <= len(r.runs); i++ {
		h := stir(r.runs[i-3] ^ bits.RotateLeft64(r.runs[i-2], 21) ^ bits.RotateLeft64(r.runs[i-1], 42))
		for k := range least {
			h = h*0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019
			least[k] = min(least[k], h^h>>29)
		}
	}
	for i, v := range least {
		out[i] = uint16(stir(v)) | 1 // never the zero sketch
	}
	return out
}

// BareKey gives the key under which a text typed without marks has a single Vietnamese syllable.
func BareKey(syllable string) uint32 { return uint32(hashTerm(bareMark + Fold(syllable))) }

// WordKey gives the key of a single Vietnamese syllable as it is written in a text with marks.
func WordKey(syllable string) uint32 { return uint32(hashTerm(syllable)) }

// Accented gives every way to put marks on the letters of a syllable, its plain form first. Most are no words.
func Accented(syllable string) []string {
	bare := Fold(syllable)
	if len(bare) > 8 { // the longest, `nghieng`, has seven letters
		return []string{bare}
	}
	type form struct {
		text  string
		toned bool
	}
	forms := []form{{}}
	for _, c := range bare {
		letters, vowel := letterForms[c]
		if !vowel {
			letters = []string{string(c)}
			if c == 'd' {
				letters = append(letters, "đ")
			}
		}
		longer := make([]form, 0, len(forms)*len(letters))
		for _, f := range forms {
			for k, letter := range letters {
				if tone := vowel && k%6 != 0; !tone || !f.toned {
					longer = append(longer, form{f.text + letter, f.toned || tone})
				}
			}
		}
		forms = longer
	}
	out := make([]string, len(forms))
	for i, f := range forms {
		out[i] = f.text
	}
	return out
}

// letterForms gives the ways to write a vowel: each of its letters without and with the five tones.
var letterForms = map[rune][]string{
	'a': {"a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "ẳ", "ẵ", "ắ", "ặ", "â", "ầ", "ẩ", "ẫ", "ấ", "ậ"},
	'e': {"e", "è", "ẻ", "ẽ", "é", "ẹ", "ê", "ề", "ể", "ễ", "ế", "ệ"},
	'i': {"i", "ì", "ỉ", "ĩ", "í", "ị"},
	'o': {"o", "ò", "ỏ", "õ", "ó", "ọ", "ô", "ồ", "ổ", "ỗ", "ố", "ộ", "ơ", "ờ", "ở", "ỡ", "ớ", "ợ"},
	'u': {"u", "ù", "ủ", "ũ", "ú", "ụ", "ư", "ừ", "ử", "ữ", "ứ", "ự"},
	'y': {"y", "ỳ", "ỷ", "ỹ", "ý", "ỵ"},
}

// joining are the words that join what does not belong together: no pair spans them.
var joining = map[string]bool{
	"và": true, "nhưng": true, "hoặc": true, "mà": true, "nên": true, "vì": true, "do": true, "nhưng mà": true, "tuy": true, "mặc dù": true, "còn": true,
	"and": true, "but": true, "or": true, "so": true, "because": true, "then": true, "although": true, "though": true, "while": true, "if": true,
}

// vietnameseNegator tells whether a word negates, and what it gives to the key of a pair.
func vietnameseNegator(word string, bare bool) (part string, ok bool) {
	switch word {
	case "không", "chẳng", "chả", "không thể", "không hề", "chẳng hề", "không còn":
		return "khong", true
	case "chưa", "chưa hề", "vẫn chưa", "mãi chưa", "chưa từng":
		return "chua", true
	}
	if bare {
		switch word {
		case "khong", "khong the", "khong he", "khong con":
			return "khong", true
		case "chua", "van chua", "chua he":
			return "chua", true
		}
	}
	return "", false
}

// englishNegator is vietnameseNegator for English.
func englishNegator(word string) (part string, ok bool) {
	switch word {
	case "not", "no", "never", "cannot", "without":
		return "not", true
	}
	if strings.HasSuffix(word, "n't") || strings.HasSuffix(word, "n’t") {
		return "not", true
	}
	return "", false
}
