package analyzer

// votes counts what each word says about the language. A marked syllable is as good as certain; a bare syllable, an everyday English
// word and an unknown one are hints, and words that could be either are left to their neighbours.
type votes struct {
	vi, en, other float64
	marked        int // words with Vietnamese marks
	bareSyllables int // possible Vietnamese syllables typed without marks that are no English word
	words         int
	both          int // could be either
	lang          uint8
	confidence    float64
	mixVi, mixEn  float64
}

// What a word adds to its language.
const (
	voteMarked   = 3.0 // `đẹp`: a mark on a possible syllable
	voteSpelling = 1.6 // `ko`, `đc`: a chat form that is no English word
	voteSyllable = 1.0 // `khong`: a possible syllable, no English word
	voteEnglish  = 1.2 // `good`: an English word that is no Vietnamese syllable
	voteBothEn   = 0.5 // `the`, `to`: English function words that are possible syllables
	voteBothVi   = 0.4
	voteUnknown  = 0.6 // Latin letters, nothing known
	voteForeign  = 1.5 // letters of neither language
	voteScript   = 3.0 // another script
)

// count adds the vote of a word.
func (v *votes) count(m *model, t *tok, u *unit) {
	v.words++
	flags := m.wordFlags[u.word]
	syllable := u.fold != 0 && m.foldFlags[u.fold]&foldSyllable != 0
	switch {
	case t.flags&tokOther != 0:
		v.other += voteScript
	case t.flags&tokForeign != 0:
		v.other += voteForeign
	case t.flags&tokMarked != 0:
		if syllable {
			v.vi += voteMarked
			v.marked++
		} else if flags&wordVietnamese != 0 {
			v.vi += voteMarked
		} else {
			v.other += voteForeign
		}
	case flags&wordSpelling != 0 && flags&wordEnglish == 0:
		v.vi += voteSpelling
		v.bareSyllables++
	case flags&wordEnglish != 0 && syllable:
		v.both++
		v.en += voteBothEn
		v.vi += voteBothVi
	case flags&wordEnglish != 0:
		v.en += voteEnglish
	case syllable:
		v.vi += voteSyllable
		v.bareSyllables++
	case t.letters == 0 || t.flags&tokDigits != 0:
		v.words--
	default:
		v.other += voteUnknown
		if looksEnglish(m, u) {
			v.en += voteUnknown
		}
	}
}

// add takes in the votes of a part.
func (v *votes) add(p *votes) {
	v.vi += p.vi
	v.en += p.en
	v.other += p.other
	v.marked += p.marked
	v.bareSyllables += p.bareSyllables
	v.words += p.words
	v.both += p.both
}

// clear gives the language of a sentence that speaks for itself, 0 where the whole text has to decide.
func (v *votes) clear() uint8 {
	switch {
	case v.vi > 2*(v.en+v.other) && v.vi >= 2:
		return 'v'
	case v.en > 2*(v.vi+v.other) && v.en >= 2:
		return 'e'
	}
	return 0
}

func looksEnglish(m *model, u *unit) bool { return u.word != 0 }

// decide names the language. The hint breaks ties only.
func (v *votes) decide(hint string) {
	vi, en := v.vi, v.en
	// Words that could be either follow the company they keep.
	if v.bareSyllables+v.marked > 0 && vi > en {
		vi += 0.4 * float64(v.both)
	}
	total := vi + en + v.other
	switch {
	case v.words == 0 || total == 0:
		return
	case v.other > vi+en && v.other > 1:
		v.confidence = v.other / total
		return
	case vi > en || vi == en && hint == "vi":
		v.lang = 'v'
		v.confidence = (vi + 0.5) / (total + 0.5)
	default:
		v.lang = 'e'
		v.confidence = (en + 0.5) / (total + 0.5)
	}
	v.mixVi, v.mixEn = v.shares()
}

// shares gives the parts of the text in each language.
func (v *votes) shares() (vi, en float64) {
	a, b := v.vi/voteMarked*1.5, v.en/voteEnglish
	if v.lang == 'v' {
		b -= float64(v.both) * voteBothEn / voteEnglish
	} else {
		a -= float64(v.both) * voteBothVi / voteMarked * 1.5
	}
	a, b = max(a, 0), max(b, 0)
	if a+b == 0 {
		if v.lang == 'v' {
			return 1, 0
		}
		return 0, 1
	}
	return a / (a + b), b / (a + b)
}

// bare tells whether Vietnamese is typed without marks: hardly a syllable has one. Ordinary text has marks on three of four.
func (v *votes) bare() bool {
	return v.lang == 'v' && v.marked*6 <= v.bareSyllables+v.both+v.marked
}

func langCode(lang uint8) string {
	switch lang {
	case 'v':
		return "vi"
	case 'e':
		return "en"
	}
	return "und"
}
