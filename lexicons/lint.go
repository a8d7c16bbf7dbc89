package lexicons

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// layouts names the tables: their columns and how many of them are the key.
var layouts = map[string]struct {
	columns []string
	key     int
}{
	"vi/bare.tsv":          {[]string{"syllable", "share"}, 1},
	"calibration.tsv":      {[]string{"lang", "label", "term", "value"}, 3},
	"confidence.tsv":       {[]string{"intent", "slope", "offset"}, 1},
	"taxonomy.tsv":         {[]string{"id", "en", "vi"}, 1},
	"en/sentiment.tsv":     {[]string{"term", "valence", "pos", "flags"}, 1},
	"vi/sentiment.tsv":     {[]string{"term", "valence", "flags"}, 1},
	"en/weights.tsv":       {[]string{"term", "weight"}, 1},
	"vi/weights.tsv":       {[]string{"term", "weight"}, 1},
	"vi/stances.tsv":       {[]string{"term", "stance"}, 1},
	"en/irregular.tsv":     {[]string{"base", "forms"}, 1},
	"en/modifiers.tsv":     {[]string{"term", "role", "value"}, 2},
	"vi/modifiers.tsv":     {[]string{"term", "role", "value"}, 2},
	"en/topics.tsv":        {[]string{"topic", "term", "weight"}, 2},
	"vi/topics.tsv":        {[]string{"topic", "term", "weight"}, 2},
	"en/acts.tsv":          {[]string{"intent", "term", "weight"}, 2},
	"en/intents.tsv":       {[]string{"intent", "term", "weight"}, 2},
	"vi/acts.tsv":          {[]string{"intent", "term", "weight"}, 2},
	"vi/intents.tsv":       {[]string{"intent", "term", "weight"}, 2},
	"en/urgency.tsv":       {[]string{"term", "weight", "kind"}, 1},
	"vi/urgency.tsv":       {[]string{"term", "weight", "kind"}, 1},
	"en/abbreviations.tsv": {[]string{"form", "standard"}, 1},
	"vi/teencode.tsv":      {[]string{"form", "standard", "when"}, 3},
	"shared/emoji.tsv":     {[]string{"emoji", "valence", "name"}, 1},
	"shared/emoticons.tsv": {[]string{"emoticon", "valence", "name"}, 1},
	"shared/foreign.tsv":   {[]string{"word", "languages"}, 1},
}

// caseKept are the files whose keys keep their case: `:D` is not `:d`.
var caseKept = []string{"shared/emoticons.tsv", "shared/emoji.tsv", "taxonomy.tsv"}

// maxWords is how many words a term may have; blanks inside an alternative (`a b|c d`) are taken for more words.
const maxWords = 12

// Lint checks every rule of README.md that a machine can check and gives each breach with its file and line, in file order; none means
// the files are clean.
func Lint(fsys fs.FS) []*LineError {
	var faults []*LineError
	names := make([]string, 0, len(layouts))
	for name := range layouts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t, err := optional(readTable(fsys, name, layouts[name].columns...))
		if err != nil {
			faults = append(faults, asLineError(name, err))
			continue
		}
		faults = append(faults, t.lint(layouts[name].key)...)
	}
	if _, err := Load(fsys); err != nil {
		faults = append(faults, asLineError("", err))
	}
	return faults
}

func asLineError(file string, err error) *LineError {
	var e *LineError
	if errors.As(err, &e) {
		return e
	}
	return &LineError{File: file, Line: 1, Msg: err.Error()}
}

// lint checks the cells and the order of a table.
func (t *table) lint(key int) []*LineError {
	var faults []*LineError
	last := ""
	for _, r := range t.rows {
		fault := func(format string, args ...any) {
			faults = append(faults, &LineError{t.file, r.line, fmt.Sprintf(format, args...)})
		}
		k := strings.Join(keyCells(t, r, key), "\t")
		switch {
		case k == last:
			fault("%q stands twice", k)
		case k < last:
			fault("%q is out of order", k)
		}
		last = k
		for i, c := range r.cells {
			if strings.TrimSpace(c) != c || strings.Contains(c, "  ") {
				fault("%s %q has blanks at its ends or two in a row", t.columns[i], c)
			}
			if !norm.NFC.IsNormalString(c) {
				fault("%s %q is not NFC", t.columns[i], c)
			}
			if strings.ContainsFunc(c, unicode.IsControl) {
				fault("%s %q has a control character", t.columns[i], c)
			}
		}
		term := r.cells[slices.Index(t.columns, termColumn(t))]
		if n := len(strings.Fields(term)); n == 0 || n > maxWords {
			fault("%s %q has %d words, want 1 to %d", termColumn(t), term, n, maxWords)
		}
		if !slices.Contains(caseKept, t.file) && strings.ToLower(term) != term {
			fault("%q is not lower case", term)
		}
		if strings.HasPrefix(t.file, "vi/") && termColumn(t) == "term" {
			if old := oldTone(term); old != "" {
				fault("%q has the older tone placement in %q", term, old)
			}
		}
	}
	return faults
}

// keyCells gives the cells that identify a row: the first key columns, or for a term with a condition the form and its condition.
func keyCells(t *table, r row, key int) []string {
	if t.file == "vi/teencode.tsv" {
		return []string{r.cells[0], r.cells[2], r.cells[1]}
	}
	return r.cells[:key]
}

// termColumn names the column that holds the words.
func termColumn(t *table) string {
	for _, c := range []string{"term", "form", "base", "emoji", "emoticon", "id"} {
		if slices.Contains(t.columns, c) {
			return c
		}
	}
	return t.columns[0]
}

// oldTones are the open rimes with the tone on the last vowel.
var oldTones = strings.Fields("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ")

// oldTone gives the first word of a Vietnamese term that carries its tone in the older place, "" for none. The u of `qu` belongs to the
// onset, so `quý` is right.
func oldTone(term string) string {
	for _, w := range strings.FieldsFunc(term, func(r rune) bool { return r == ' ' || r == '|' }) {
		for _, rime := range oldTones {
			if strings.HasSuffix(w, rime) && !strings.HasSuffix(strings.TrimSuffix(w, rime), "q") && !(rime[0] == 'u' && strings.HasPrefix(w, "qu")) {
				return w
			}
		}
	}
	return ""
}

// Stat is the number of entries in a file.
type Stat struct {
	File    string `json:"file"`
	Entries int    `json:"entries"`
}

// Stats counts the entries of every table, in name order.
func Stats(fsys fs.FS) ([]Stat, error) {
	var out []Stat
	for name, l := range layouts {
		t, err := optional(readTable(fsys, name, l.columns...))
		if err != nil {
			return nil, err
		}
		out = append(out, Stat{name, len(t.rows)})
	}
	slices.SortFunc(out, func(a, b Stat) int { return strings.Compare(a.File, b.File) })
	return out, nil
}
