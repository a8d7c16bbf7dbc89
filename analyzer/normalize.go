package analyzer

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Tone says where Normalize puts the tone mark of a syllable.
type Tone uint8

// The places of tone marks.
const (
	ToneKeep Tone = iota // where the writer put it
	ToneOld              // the older style: hoà, thuý
	ToneNew              // the modern style: hòa, thúy
)

// normalizePasses bounds how often Normalize looks again: a chat form written out tells the language of its neighbours.
const normalizePasses = 4

// Normalize writes a text in standard spelling: chat spellings are written out, stretched letters shortened and letters composed
// (NFC). The writer's case stays, and the place of tone marks unless a tone style is asked for. It restores no diacritics, and what
// is standard comes out as it is, to the byte. It is safe for concurrent use.
func (a *Analyzer) Normalize(text string, tone Tone) string {
	text = norm.NFC.String(text)
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	for range normalizePasses {
		next := s.normalize(text, tone)
		if next == text {
			break
		}
		text = next
	}
	return text
}

// normalize makes one pass over a composed text.
func (s *scratch) normalize(text string, tone Tone) string {
	s.reset()
	s.texts[fieldText] = text
	s.scan(text, fieldText)
	s.resolve("")
	out := make([]byte, 0, len(text)+len(text)/8)
	end, u := int32(0), 0
	for i := range s.toks {
		t := &s.toks[i]
		first := u
		for u < len(s.units) && int(s.units[u].tok) <= i {
			u++
		}
		out = append(out, text[end:t.start]...)
		end = t.end
		word := text[t.start:t.end]
		if t.kind != Word {
			out = append(out, word...)
			continue
		}
		units := s.units[first:u]
		switch {
		case len(units) > 0 && units[0].flags&unitSpelling != 0 && s.isChat(i, units):
			out = s.writeOut(out, t, word, units, tone)
			continue
		case t.flags&tokDigits == 0 && len(units) == 1 && units[0].flags&unitSpelling == 0:
			word = s.shorten(t, word, &units[0])
			if shaped := units[0].flags&unitShaped != 0; (shaped || units[0].word == 0) && s.standsAlone(i) {
				if typed := s.retype(t, text[t.start:t.end], shaped); typed != "" {
					word = typed
				} else if units[0].word == 0 {
					word = s.respell(t, word)
				}
			}
		}
		out = s.retone(out, word, tone)
	}
	return string(append(out, text[end:]...))
}

// writeOut writes what a chat form stands for, in its case.
func (s *scratch) writeOut(out []byte, t *tok, form string, units []unit, tone Tone) []byte {
	for i := range units {
		word := s.model.wordText[units[i].word]
		capital, _ := utf8.DecodeRuneInString(form)
		switch {
		case t.upper == t.letters && (t.letters > 1 || s.caps):
			word = strings.ToUpper(word)
		case i == 0 && unicode.IsUpper(capital):
			r, n := utf8.DecodeRuneInString(word)
			word = string(unicode.ToUpper(r)) + word[n:]
		}
		if i > 0 {
			out = append(out, ' ')
		}
		out = s.retone(out, word, tone)
	}
	return out
}

// standardForms are chat spellings that are standard too: other words, units, sounds, and the short names of places and offices. What
// they stand for is good to know when a text is read, but not for its writer to be told.
var standardForms = fields("tỉ kĩ mĩ lí gởi củ ních tivi km g cm mm tp hcm tphcm vn ubnd hđnd")

func fields(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// isChat tells whether a token that can be a chat spelling is written out: unless it is standard in itself, an English word, an
// acronym, a unit after a number, or a part of something longer.
func (s *scratch) isChat(i int, units []unit) bool {
	t := &s.toks[i]
	if !s.standsAlone(i) || s.isAcronym(i) && !s.opens(i, &units[0]) {
		return false
	}
	form := strings.ToLower(s.texts[t.field][t.start:t.end])
	if standardForms[form] || form == "hông" && s.isHip(i) {
		return false
	}
	if t.letters == 1 && i > 0 && s.toks[i-1].kind == Number && t.flags&tokNewline == 0 {
		return false
	}
	var u unit
	s.lookup(t, &u)
	if s.model.wordFlags[u.word]&wordEnglish != 0 && t.letters > 2 {
		for _, sp := range s.model.spellings[u.word] {
			if !sp.english && slices.EqualFunc(sp.words, units, func(w uint32, x unit) bool { return w == x.word }) {
				return false
			}
		}
	}
	return true
}

// isAcronym tells whether a token is a name of capitals in a text that is not: `BH`, `UBND`, the A of `anh A`.
func (s *scratch) isAcronym(i int) bool {
	t := &s.toks[i]
	return t.upper == t.letters && !s.caps
}

// opens tells whether a capital stands for a word that begins a sentence (`K ăn được`) and is no name or letter of a list: small letters
// go on behind a blank, and not to another of its kind (`A và B`).
func (s *scratch) opens(i int, u *unit) bool {
	if s.toks[i].letters != 1 || u.brk < breakSentence || i+1 == len(s.toks) {
		return false
	}
	after := &s.toks[i+1]
	if after.kind != Word || after.flags&tokGlued != 0 || after.upper > 0 || after.flags&tokNewline != 0 {
		return false
	}
	word := s.texts[after.field][after.start:after.end]
	return word != "và" && word != "hoặc" && word != "hay" && word != "là"
}

// isHip tells whether `hông` is part of a body or a vehicle and no negation.
func (s *scratch) isHip(i int) bool {
	near := func(at int, words string) bool {
		if at < 0 || at >= len(s.toks) || s.toks[at].kind != Word {
			return false
		}
		return slices.Contains(strings.Fields(words), strings.ToLower(s.texts[s.toks[at].field][s.toks[at].start:s.toks[at].end]))
	}
	return near(i-1, "xương bên vòng khớp ngang đau cạnh hai phần lưng") || near(i+1, "xe tàu nhà và to rộng eo")
}

// respellings are the letters that chat writes for others of the same sound, at the head and at the end of a syllable.
var respellings = []struct {
	chat, standard string
	end            bool
}{
	{"dz", "v", false}, {"dz", "d", false}, {"z", "v", false}, {"z", "d", false}, {"z", "gi", false}, {"f", "ph", false}, {"j", "gi", false},
	{"p", "b", false}, {"ck", "ch", false}, {"k", "c", false}, {"w", "qu", false}, {"q", "qu", false}, {"k", "ch", true}, {"k", "c", true}, {"q", "g", true},
}

// respell writes a marked word that no list has by its sound (`pé`, `zàng`, `thík`), where that makes a word that one has.
func (s *scratch) respell(t *tok, word string) string {
	key := s.key(t)
	n := len(key) // without its tone
	if n > 0 && key[n-1] > keyTone && key[n-1] <= keyTone+toneDot {
		n--
	}
	if s.votes.lang != langVietnamese || t.flags&tokMarked == 0 || t.flags&tokForeign != 0 || n < 2 || n > 8 || t.upper > 1 {
		return word
	}
	m := s.model
	if key[0] != 'p' && m.foldFlags[m.folds.find(s.foldKey(t))]&foldSyllable != 0 { // none begins with p but in loans
		return word
	}
	var buf [16]byte
	for i := range respellings {
		r := &respellings[i]
		var k []byte
		if stem, ok := bytes.CutSuffix(key[:n], []byte(r.chat)); r.end && ok {
			k = append(append(append(buf[:0], stem...), r.standard...), key[n:]...)
		} else if rest, ok := bytes.CutPrefix(key, []byte(r.chat)); !r.end && ok {
			k = append(append(buf[:0], r.standard...), rest...)
		} else {
			continue
		}
		if id := m.words.find(k); m.wordFlags[id]&wordVietnamese == 0 || m.foldFlags[m.wordFold[id]]&foldSyllable == 0 {
			continue
		}
		spelled := string(spell(nil, k, false))
		if t.upper == 1 {
			head, size := utf8.DecodeRuneInString(spelled)
			spelled = string(unicode.ToUpper(head)) + spelled[size:]
		}
		return spelled
	}
	return word
}

// telex are the letters that an input method turns into others, and the keys of its tones.
var (
	telex      = strings.NewReplacer("dd", "đ", "aa", "â", "aw", "ă", "ee", "ê", "oo", "ô", "uow", "ươ", "ow", "ơ", "uw", "ư")
	telexTones = map[byte]byte{'f': toneGrave, 'r': toneHook, 'x': toneTilde, 's': toneAcute, 'j': toneDot}
)

// retype gives a word that an input method was off for (`bieets`, `ngoaij`) as it was meant, "" where that makes no Vietnamese word.
// One without a doubled letter must end in j, which nothing else does; one with must have a tone, a w, or begin with dd.
func (s *scratch) retype(t *tok, word string, stretched bool) string {
	n := len(word)
	if s.votes.lang != langVietnamese || t.flags&(tokMarked|tokForeign|tokDigits) != 0 || t.upper > 0 || n < 3 || n > 9 || int(t.letters) != n {
		return ""
	}
	tone, stem := byte(0), word
	for i := n - 1; i > 0 && i >= n-3; i-- { // the tone's key stands at the end, or before the last consonants
		if k, ok := telexTones[word[i]]; ok && (i == n-1 || strings.IndexByte("cpmnt", word[i+1]) >= 0) {
			tone, stem = k, word[:i]+word[i+1:]
			break
		}
	}
	typed := telex.Replace(stem)
	if typed == stem && word[n-1] != 'j' || tone == 0 && !strings.HasPrefix(word, "dd") && (stretched || strings.IndexByte(word, 'w') < 0) {
		return ""
	}
	var buf [16]byte
	key := buf[:0]
	for _, r := range typed {
		if r >= lettersEnd || letters[r].key == 0 {
			return ""
		}
		key = append(key, letters[r].key)
	}
	if tone != 0 {
		key = append(key, keyTone+tone)
	}
	m := s.model
	if id := m.words.find(key); m.wordFlags[id]&wordVietnamese == 0 || m.foldFlags[m.wordFold[id]]&foldSyllable == 0 {
		return ""
	}
	return string(spell(nil, key, false))
}

// standsAlone tells whether a token is a word by itself and not a part of something longer that marks hold together: `v.v`, `a/b`, `#ok`,
// nor the letter of a list: `a)`.
func (s *scratch) standsAlone(i int) bool {
	t := &s.toks[i]
	if i > 0 && t.flags&tokGlued != 0 {
		before := &s.toks[i-1]
		if before.kind == Hashtag || before.kind == Number || s.isLink(before) && before.flags&tokGlued != 0 {
			return false
		}
	}
	if i+1 < len(s.toks) && s.toks[i+1].flags&tokGlued != 0 {
		after := &s.toks[i+1]
		switch {
		case after.kind == Number:
			return false
		case s.isLink(after) && i+2 < len(s.toks) && s.toks[i+2].flags&tokGlued != 0 && s.toks[i+2].kind <= Number:
			return false
		case t.letters == 1 && (s.texts[t.field][after.start] == ')' || s.texts[t.field][after.start] == '.' && (t.flags&tokNewline != 0 || s.goesOn(i+2))):
			return false
		}
	}
	return true
}

// goesOn tells whether a sentence goes on with the token at i: behind a full stop it does where that ends an abbreviation.
func (s *scratch) goesOn(i int) bool {
	return i < len(s.toks) && s.toks[i].flags&tokNewline == 0 && (s.toks[i].kind == Number || s.toks[i].kind == Word && s.toks[i].upper == 0)
}

// isLink tells the marks that hold parts of one thing together.
func (s *scratch) isLink(t *tok) bool {
	return (t.kind == Punct || t.kind == Symbol) && t.cpEnd-t.cpStart == 1 && strings.IndexByte(".-_&/+=@'*", s.texts[t.field][t.start]) >= 0
}

// shorten cuts stretched letters: a letter three times running, or twice in a word with Vietnamese marks that is one without. A word
// that is known with two of them keeps two. Capitals alone may be a number (III) or a grade (AAA), and one letter alone a sound.
func (s *scratch) shorten(t *tok, word string, u *unit) string {
	shaped := u.flags&unitShaped != 0 && t.flags&tokMarked != 0
	if t.flags&tokElongated == 0 && !shaped || t.upper == t.letters && (!s.caps || strings.Trim(word, "IVXLCDM") == "") {
		return word
	}
	if t.flags&tokElongated == 0 && hasLongO(s.key(t)) {
		return word
	}
	m := s.model
	if m.words.find(s.key(t)) != 0 && !shaped {
		return word
	}
	keep := 1
	key := s.key(t)
	if len(key) <= 64 {
		var two [64]byte
		if m.words.find(squeezed(two[:0], key, 2)) != 0 {
			keep = 2
		}
	}
	if short, ok := collapse(word, keep); ok {
		return short
	}
	return word
}

// hasLongO tells the rimes that are written with two o: `xoong`, `soóc`.
func hasLongO(key []byte) bool {
	i := bytes.Index(key, []byte("oo"))
	return i >= 0 && i+2 < len(key) && (key[i+2] == 'c' || key[i+2] == 'n' && i+3 < len(key) && key[i+3] == 'g')
}

// collapse cuts each run of a letter to keep, with the tone that any of them has. It refuses a word of one letter.
func collapse(word string, keep int) (string, bool) {
	out := make([]rune, 0, len(word))
	var last byte
	run, kinds := 0, 0
	for _, r := range word {
		l := letter{key: 0xFF}
		if r < lettersEnd && letters[r].key != 0 {
			l = letters[r]
		}
		if l.key == 0xFF || l.key != last {
			run, last = 0, l.key
			kinds++
		}
		if run++; run <= keep {
			out = append(out, r)
			continue
		}
		if at := len(out) - 1; l.tone != 0 && letters[out[at]].tone == 0 {
			out[at] = cased(composed[l.key][l.tone], letters[out[at]].upper)
		}
	}
	return string(out), kinds > 1
}

func cased(r rune, upper bool) rune {
	if upper {
		return unicode.ToUpper(r)
	}
	return r
}

// retone writes a word with its tone mark where a style has it. What is no Vietnamese syllable stays.
func (s *scratch) retone(out []byte, word string, tone Tone) []byte {
	if tone == ToneKeep {
		return append(out, word...)
	}
	var key []byte
	mark, at := byte(0), -1
	for _, r := range word {
		if r >= lettersEnd || letters[r].key == 0 {
			return append(out, word...)
		}
		l := letters[r]
		if l.tone != 0 {
			if mark != 0 {
				return append(out, word...)
			}
			mark, at = l.tone, len(key)
		}
		key = append(key, l.key)
	}
	s.fold = appendFold(s.fold[:0], key)
	if mark == 0 || s.model.foldFlags[s.model.folds.find(s.fold)]&foldSyllable == 0 {
		return append(out, word...)
	}
	if to := toneAt(key, tone == ToneOld); to >= 0 {
		at = to
	}
	i := 0
	for _, r := range word {
		t := byte(0)
		if i == at {
			t = mark
		}
		out = utf8.AppendRune(out, cased(composed[key[i]][t], letters[r].upper))
		i++
	}
	return out
}
