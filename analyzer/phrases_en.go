package analyzer

import (
	"strings"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

// englishBytes is how much English of a text is tagged: tagging costs several times what all the rest does, and what a text is about
// shows early.
const englishBytes = 20_000

// englishSentence finds the noun phrases of an English sentence: (adjective | noun)* noun, of at most four words, without stop words.
// A noun alone counts where it is a theme of the taxonomy. Equal stems are one phrase.
func (r *phraseReader) englishSentence(st *sentence) {
	r.cutWords(st)
	if len(r.tags) == 0 {
		return
	}
	p := englishTagger()
	p.tag(r.tags)
	words := r.tags
	for i := 0; i < len(words); {
		j, noun := i, -1
		for j < len(words) && r.inPhrase(p, &words[j]) && (j == i || !r.parted(&words[j-1], &words[j])) {
			if r.noun(p, &words[j]) {
				noun = j
			}
			j++
		}
		if noun > i && stops().english[strings.ToLower(words[noun].text)]&wordPale != 0 && !r.noun(p, &words[noun-1]) {
			noun = -1
		}
		if noun >= 0 {
			r.addEnglish(words[max(i, noun-mostWords+1) : noun+1])
		}
		i = max(j, i+1)
	}
}

// noun tells whether a word is a noun by its tag or, where the tagger takes it for an adjective, by the taxonomy: `app` is younger than
// what the tagger learned from. Words of sentiment stay adjectives.
func (r *phraseReader) noun(p *tagger, w *tagWord) bool {
	return strings.HasPrefix(p.name(w.tag), "NN") || r.marks[w.tok]&(markTheme|markSentiment) == markTheme
}

// inPhrase tells whether a word may stand in a noun phrase.
func (r *phraseReader) inPhrase(p *tagger, w *tagWord) bool {
	t := &r.s.toks[w.tok]
	tag := p.name(w.tag)
	if tag != "JJ" && !strings.HasPrefix(tag, "NN") || w.kind != Word || t.letters < 2 || t.flags&(tokQuoted|tokOther) != 0 {
		return false
	}
	return r.s.toks[w.end-1].end-t.start <= phraseLong && stops().english[strings.ToLower(w.text)]&wordStops == 0
}

// parted tells whether two words in a row are not side by side on one line.
func (r *phraseReader) parted(a, b *tagWord) bool {
	return b.tok != a.end || r.s.toks[b.tok].flags&(tokNewline|tokGlued) != 0
}

func (r *phraseReader) addEnglish(words []tagWord) {
	first, last := &words[0], &words[len(words)-1]
	if len(words) == 1 && (r.marks[first.tok]&markTopic == 0 || stops().english[strings.ToLower(first.text)]&wordPale != 0) {
		return
	}
	name := r.buf[:0]
	for i := range words {
		if i > 0 {
			name = append(name, ' ')
		}
		name = append(name, english.Stem(words[i].text, true)...)
	}
	r.buf = name
	r.add(name, first.tok, last.end, len(words)-1)
}

// cutWords lays a sentence out for the tagger as the Penn Treebank does: a hyphenated word is one, letters glued to digits are one with
// them, and a run of one mark is that mark.
func (r *phraseReader) cutWords(st *sentence) {
	s := r.s
	r.tags = r.tags[:0]
	for i := st.tok; i < st.tokEnd && r.english > 0; i++ {
		t := &s.toks[i]
		end := i + 1
		switch t.kind {
		case Hashtag:
			continue
		case Word, Number:
			for end < st.tokEnd && s.toks[end].flags&tokGlued != 0 && (s.toks[end].kind == Word || s.toks[end].flags&tokSoft != 0) {
				end++
			}
		}
		from, to := t.start, s.toks[end-1].end
		r.english -= int(to - from)
		text := r.tagText(t.field, from, to, t.kind)
		w := tagWord{kind: t.kind, tok: i, end: end}
		if at := clitic(text); at > 0 && t.kind == Word {
			w.text, w.kind = text[:at], Symbol // of no phrase, which could not end inside a token
			w.seen = seenAs(w.text)
			r.tags = append(r.tags, w)
			text = text[at:]
		}
		w.text, w.seen = text, seenAs(text)
		r.tags = append(r.tags, w)
		i = end - 1
	}
}

// tagText gives what the tagger sees of a span: valid, composed and short. In a text in capitals, case says nothing.
func (r *phraseReader) tagText(field uint8, start, end int32, kind TokenKind) string {
	text := r.s.slice(field, start, min(end, start+2*tagBytes))
	if kind != Word && kind != Number {
		text = firstMark(text)
	}
	text = straight.Replace(norm.NFC.String(text))
	if r.s.caps {
		text = strings.ToLower(text)
	}
	if len(text) > tagBytes {
		text = strings.ToValidUTF8(text[:tagBytes], "")
	}
	return text
}

// firstMark gives the first character of a text.
func firstMark(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// straight gives typewriter quotes for typographic ones, as the tagger learned them.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "ʼ", "'", "´", "'", "`", "'")

// clitic gives where a contraction is cut (`do|n't`, `hotel|'s`), 0 for nowhere.
func clitic(word string) int {
	if strings.IndexByte(word, '\'') < 0 {
		return 0
	}
	low := strings.ToLower(word)
	for _, c := range [...]string{"n't", "'ll", "'s", "'re", "'m"} {
		if at := len(low) - len(c); at > 0 && low[at:] == c && len(low) == len(word) {
			return at
		}
	}
	return 0
}
