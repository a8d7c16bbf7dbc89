package segment

// bases lists the lower-case Vietnamese letters that carry a mark, after the plain letter they come from.
var bases = [...]string{
	"aàáảãạăằắẳẵặâầấẩẫậ",
	"dđ",
	"eèéẻẽẹêềếểễệ",
	"iìíỉĩị",
	"oòóỏõọôồốổỗộơờớởỡợ",
	"uùúủũụưừứửữự",
	"yỳýỷỹỵ",
}

// folds maps a marked letter to its plain one. All marked letters lie below U+1F00.
var folds = func() (t [0x1F00]byte) {
	for _, b := range bases {
		for _, r := range b[1:] {
			t[r] = b[0]
		}
	}
	return t
}()

// appendFold appends s without its diacritics; s is lower case and NFC. Letters of other scripts stay as they are.
func appendFold(dst []byte, s string) []byte {
	for _, r := range s {
		if r < rune(len(folds)) && folds[r] != 0 {
			dst = append(dst, folds[r])
		} else {
			dst = append(dst, string(r)...)
		}
	}
	return dst
}

// plain tells whether a normalised syllable has no diacritics.
func plain(norm []byte) bool {
	for _, c := range norm {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
