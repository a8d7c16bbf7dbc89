package analyzer

import "unicode/utf8"

// A word is matched by its key: lower case, one byte a Vietnamese letter, the tone taken off its vowel and put at the end. So `Hoà`,
// `hòa` and their NFD spellings have one key, and dropping the marks (folding) is a byte-wise map. Letters of other scripts stay as
// their lower-case UTF-8.
//
// The codes below U+0020 stand for the seven Vietnamese letters beyond a–z and for the five tones.
const (
	keyBreveA = 0x01 + iota // ă
	keyCircA                // â
	keyCircE                // ê
	keyCircO                // ô
	keyHornO                // ơ
	keyHornU                // ư
	keyBarD                 // đ
)

const (
	toneNone  = iota
	toneGrave // huyền
	toneAcute // sắc
	toneHook  // hỏi
	toneTilde // ngã
	toneDot   // nặng

	keyTone = 0x10 // keyTone + tone ends the key of a word that has one
)

// vowels lists each vowel's key byte and its six forms in tone order.
var vowels = []struct {
	key   byte
	forms string
}{
	{'a', "aàáảãạ"}, {keyBreveA, "ăằắẳẵặ"}, {keyCircA, "âầấẩẫậ"},
	{'e', "eèéẻẽẹ"}, {keyCircE, "êềếểễệ"},
	{'i', "iìíỉĩị"},
	{'o', "oòóỏõọ"}, {keyCircO, "ôồốổỗộ"}, {keyHornO, "ơờớởỡợ"},
	{'u', "uùúủũụ"}, {keyHornU, "ưừứửữự"},
	{'y', "yỳýỷỹỵ"},
}

// letter is what is known of a rune: its key byte, its tone, and whether it is upper case. The zero letter is no Vietnamese letter.
type letter struct {
	key, tone byte
	upper     bool
}

// letters covers the runes below lettersEnd, where all precomposed Vietnamese letters are.
const lettersEnd = 0x1F00

var letters = func() *[lettersEnd]letter {
	var t [lettersEnd]letter
	upper := map[rune]rune{'ă': 'Ă', 'â': 'Â', 'ê': 'Ê', 'ô': 'Ô', 'ơ': 'Ơ', 'ư': 'Ư'}
	for _, v := range vowels {
		tone := byte(0)
		for _, r := range v.forms {
			t[r] = letter{v.key, tone, false}
			t[upperOf(r, upper)] = letter{v.key, tone, true}
			tone++
		}
	}
	for r := 'a'; r <= 'z'; r++ {
		if t[r].key == 0 {
			t[r] = letter{byte(r), 0, false}
			t[r-'a'+'A'] = letter{byte(r), 0, true}
		}
	}
	t['đ'], t['Đ'] = letter{keyBarD, 0, false}, letter{keyBarD, 0, true}
	t['ð'], t['Ð'], t['Ɖ'] = letter{keyBarD, 0, false}, letter{keyBarD, 0, true}, letter{keyBarD, 0, true} // look-alikes from old keyboards
	return &t
}()

// upperOf gives the upper case of a Vietnamese vowel: 32 before it in Latin-1, one before it in the extended blocks.
func upperOf(r rune, special map[rune]rune) rune {
	if u, ok := special[r]; ok {
		return u
	}
	if r < 0x100 {
		return r - 32
	}
	return r - 1
}

// combine applies a combining mark to the last byte of a key under construction: a shape mark changes it, a tone mark is returned.
// ok is false for any other mark.
func combine(last *byte, mark rune) (tone byte, ok bool) {
	if !isVowel(*last) {
		return 0, false // ñ ś ṭ
	}
	switch mark {
	case 0x300:
		return toneGrave, true
	case 0x301:
		return toneAcute, true
	case 0x303:
		return toneTilde, true
	case 0x309:
		return toneHook, true
	case 0x323:
		return toneDot, true
	case 0x302: // circumflex
		switch *last {
		case 'a':
			*last = keyCircA
		case 'e':
			*last = keyCircE
		case 'o':
			*last = keyCircO
		default:
			return 0, false
		}
		return 0, true
	case 0x306: // breve
		if *last == 'a' {
			*last = keyBreveA
			return 0, true
		}
	case 0x31B: // horn
		switch *last {
		case 'o':
			*last = keyHornO
			return 0, true
		case 'u':
			*last = keyHornU
			return 0, true
		}
	}
	return 0, false
}

// foldByte gives the bare ASCII letter of a key byte; other bytes are kept.
var foldByte = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	for key, bare := range map[byte]byte{keyBreveA: 'a', keyCircA: 'a', keyCircE: 'e', keyCircO: 'o', keyHornO: 'o', keyHornU: 'u', keyBarD: 'd'} {
		t[key] = bare
	}
	return t
}()

// Fold takes the Vietnamese marks off a text, composed or decomposed: `giao hàng` becomes `giao hang`. Case and everything else stay.
func Fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return string(AppendFold(make([]byte, 0, len(s)), s))
}

// AppendFold appends what Fold gives of a text.
func AppendFold(dst []byte, s string) []byte {
	from := len(dst)
	for _, r := range s {
		switch {
		case r < lettersEnd && letters[r].key != 0:
			c := foldByte[letters[r].key]
			if letters[r].upper {
				c -= 'a' - 'A'
			}
			dst = append(dst, c)
		case isVietnameseMark(r) && len(dst) > from && isVowel(dst[len(dst)-1]|0x20):
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

func isVietnameseMark(r rune) bool {
	switch r {
	case 0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323:
		return true
	}
	return false
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// composed gives the rune of a key byte with a tone; a consonant ignores the tone.
var composed = func() (t [256][6]rune) {
	for i := range t {
		for tone := range t[i] {
			t[i][tone] = rune(i)
		}
	}
	for _, v := range vowels {
		copy(t[v.key][:], []rune(v.forms))
	}
	for tone := range t[keyBarD] {
		t[keyBarD][tone] = 'đ'
	}
	return t
}()

// spell writes a key as text, lower case and NFC, with the tone where the modern style puts it (`hòa`) or, with old, where the older
// one does (`hoà`).
func spell(dst []byte, key []byte, old bool) []byte {
	tone := byte(0)
	if n := len(key); n > 0 && key[n-1] > keyTone && key[n-1] <= keyTone+toneDot {
		tone = key[n-1] - keyTone
		key = key[:n-1]
	}
	at := -1
	if tone != 0 {
		at = toneAt(key, old)
	}
	for i, c := range key {
		switch {
		case i == at:
			dst = utf8.AppendRune(dst, composed[c][tone])
		case c < 0x20:
			dst = utf8.AppendRune(dst, composed[c][0])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y', keyBreveA, keyCircA, keyCircE, keyCircO, keyHornO, keyHornU:
		return true
	}
	return false
}

// toneAt gives the index of the letter that carries the tone in a syllable's key (without its tone byte), −1 without a vowel.
// The rule of Vietnamese spelling: a marked vowel carries it (the second of `ươ`); of two or three plain vowels the last when a
// consonant follows, else the last but one. In the modern style the open rimes oa, oe, uy keep to that last rule (`hòa`); the older style
// puts it on the last vowel (`hoà`). The u of `qu` and the i of `gi` belong to the onset where another vowel follows.
func toneAt(key []byte, old bool) int {
	start := 0
	if len(key) > 2 && isVowel(key[2]) && (key[0] == 'q' && key[1] == 'u' || key[0] == 'g' && key[1] == 'i') {
		start = 2
	}
	first := -1
	for i := start; i < len(key); i++ {
		if isVowel(key[i]) {
			first = i
			break
		}
	}
	if first < 0 {
		return -1
	}
	end := first
	for end < len(key) && isVowel(key[end]) {
		end++
	}
	for i := end - 1; i >= first; i-- {
		if key[i] < 0x20 {
			return i
		}
	}
	n := end - first
	switch {
	case n == 1:
		return first
	case end < len(key): // a consonant follows
		return end - 1
	case n == 3:
		return first + 1
	case old && (key[first] == 'o' && (key[first+1] == 'a' || key[first+1] == 'e') || key[first] == 'u' && key[first+1] == 'y'):
		return first + 1
	}
	return first
}
