package lexicons

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strings"
	"sync"
)

//go:embed *.tsv en vi shared
var builtin embed.FS

// Lexicon is everything known about words, built-in and overlays together. It is read-only after loading and safe for concurrent use.
type Lexicon struct {
	Themes      []Theme
	Sentiment   []Valence
	Weights     []Weight
	Calibration []Calibration
	Confidence  []Confidence
	Bare        map[string]float64 // Vietnamese syllable → how often its bare form stands for it, where not nearly always
	Modifiers   []Modifier
	Topics      []Pattern
	Intents     []Pattern
	Urgency     []Pattern
	Spellings   []Spelling
	Emoji       []Symbol
	Emoticons   []Symbol
	Irregular   map[string][]string // English base form → its irregular inflections
	Stopwords   map[string][]string // language → words and phrases not worth a key phrase
	Identity    map[string][]string // language → words that say who somebody is, which never get a weight
	Words       []string            // everyday English words
	Foreign     []string            // everyday words of other languages, for telling them from ours
	Onsets      []string            // of Vietnamese syllables
	Rimes       []string            // of Vietnamese syllables, without tone
	Learned     []*Overlay          // learned overlays, in the order they were laid

	hash    string
	overlay string // the name of the overlay these entries are of, "" for the built-in ones
}

// Theme is a topic of the taxonomy. The ID has one or two levels: "delivery", "delivery.speed". Origin is the ID it had before overlays
// renamed it: what learned weights know it by.
type Theme struct{ ID, EN, VI, Origin string }

// Valence says how good or bad a term is, −4 … +4.
type Valence struct {
	Term    string
	Value   float64
	Pos     byte // 'v', 'n', 'a' or 'x': which inflected forms an English term has
	Accents bool // matched only when typed with its diacritics
	Fixed   bool // negation before it does not flip it
	Context bool // weak evidence alone
	Lexicon string
}

// Weight is what a term was found to add to the sentiment of a text, in valence units, by fitting (see analyzer/learn). Where the term
// is a sentiment entry, it corrects the entry's valence instead.
type Weight struct {
	Term    string // `^term` only where it opens a sentence, `term$` where it closes one
	Value   float64
	Lexicon string
	Stance  float64 // how much surer its sentence says an opinion: the logarithm of a factor of all that the sentence says (see analyzer)
	Word    bool    // the syllables of the term are one word, so that what they mean by themselves does not count
}

// Calibration is one coefficient of the function that turns a raw sentiment score into probabilities (see analyzer): of a term of the
// function, for a label, in a language.
type Calibration struct {
	Lang, Label, Term string
	Value             float64
}

// Confidence says how sure a built-in intent is: its confidence is 1/(1+e^−(Slope·raw+Offset)), with a Slope above 0.
type Confidence struct {
	Intent        string
	Slope, Offset float64
}

// Role is what a modifier does.
type Role uint8

// The roles; README.md says what each means.
const (
	Negator Role = iota + 1
	NegatorAfter
	NotNegator
	Intensifier
	IntensifierAfter
	Diminisher
	DiminisherAfter
	Contrast
	Concession
	Irrealis
	Wish
	Question
	Background
)

var roles = map[string]Role{
	"negator": Negator, "negator_after": NegatorAfter, "not_negator": NotNegator,
	"intensifier": Intensifier, "intensifier_after": IntensifierAfter,
	"diminisher": Diminisher, "diminisher_after": DiminisherAfter,
	"contrast": Contrast, "concession": Concession, "irrealis": Irrealis, "wish": Wish, "question": Question, "background": Background,
}

// Modifier is a term that changes what other terms mean. Value is its factor for the intensifiers and
// diminishers, its own valence for a wish, what is left of its clause for a background, the valence of a negator that denies nothing known
// (0 for the usual one), else 1.
type Modifier struct {
	Term    string
	Role    Role
	Value   float64
	Lexicon string
}

// Acts is the file of the patterns of intents that tell what a sentence does (ask, propose, tell what fails) and nothing of its sentiment.
const Acts = "acts"

// Pattern is a term that speaks for a label: a topic, an intent or a kind of urgency.
type Pattern struct {
	Label   string
	Term    string
	Weight  float64
	Lexicon string
}

// Spelling is a chat form and what it stands for, under a condition (see README.md).
type Spelling struct {
	Form, Standard, When string
	Lexicon              string
}

// Symbol is an emoji or emoticon with its valence.
type Symbol struct {
	Text    string
	Value   float64
	Name    string
	Lexicon string
}

// name gives the lexicon name of a table's entries: "vi/sentiment", or "vi/overlay:NAME" where they are an overlay's.
func (l *Lexicon) name(lang, table string) string {
	if l.overlay != "" {
		table = overlayPrefix + l.overlay
	}
	if lang == "" {
		return table
	}
	return lang + "/" + table
}

const overlayPrefix = "overlay:"

// Shown gives a lexicon name as evidence shows it: as it is, but for an overlay without the language.
func Shown(lexicon string) string {
	if i := strings.Index(lexicon, overlayPrefix); i >= 0 {
		return lexicon[i:]
	}
	return lexicon
}

// Lang gives the language of a lexicon name such as "vi/sentiment": "vi", "en" or "" for both.
func Lang(lexicon string) string {
	switch {
	case strings.HasPrefix(lexicon, "vi/"):
		return "vi"
	case strings.HasPrefix(lexicon, "en/"):
		return "en"
	}
	return ""
}

var loadBuiltin = sync.OnceValues(func() (*Lexicon, error) { return Load(builtin) })

// Builtin gives the lexicon that ships. It is read once.
func Builtin() (*Lexicon, error) { return loadBuiltin() }

// Files gives the built-in files.
func Files() fs.FS { return builtin }

// Hash names the content: "sha256:" and 64 hexadecimal digits over every file layered, in order.
func (l *Lexicon) Hash() string { return l.hash }

// Intents and urgency kinds are closed lists.
var (
	intents = set("complaint", "praise", "question", "request", "suggestion", "bug_report", "cancel", "thanks", "spam")
	kinds   = set("safety", "money", "outage", "legal", "deadline", "repeated", "vulnerable", "escalation", "calm")
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Load reads a folder of lexicon files. Files that are absent are taken as empty, so that a small lexicon can be loaded too; what is
// there must be right, or the error is a *LineError.
func Load(fsys fs.FS) (*Lexicon, error) {
	l := new(Lexicon)
	hashed := make(chan error, 1) // hashing is a quarter of the work and needs nothing of the rest
	go func() { hashed <- l.readHash(fsys) }()
	err := l.load(fsys)
	if failed := <-hashed; err == nil {
		err = failed
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// load reads every table.
func (l *Lexicon) load(fsys fs.FS) error {
	l.Irregular, l.Bare, l.Stopwords, l.Identity = map[string][]string{}, map[string]float64{}, map[string][]string{}, map[string][]string{}
	steps := []func(fs.FS) error{l.readThemes}
	for _, lang := range []string{"en", "vi"} {
		steps = append(steps,
			func(f fs.FS) error { return l.readSentiment(f, lang) },
			func(f fs.FS) error { return l.readWeights(f, lang) },
			func(f fs.FS) error { return l.readStances(f, lang) },
			func(f fs.FS) error { return l.readModifiers(f, lang) },
			func(f fs.FS) error { return l.readPatterns(f, lang) },
			func(f fs.FS) error { return l.readList(f, lang+"/stopwords.txt", l.Stopwords, lang) },
			func(f fs.FS) error { return l.readList(f, lang+"/identity.txt", l.Identity, lang) })
	}
	steps = append(steps, l.readCalibration, l.readConfidence, l.readBare, l.readSpellings, l.readSymbols, l.readWords)
	for _, step := range steps {
		if err := step(fsys); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lexicon) readThemes(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "taxonomy.tsv", "id", "en", "vi"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		l.Themes = append(l.Themes, Theme{r.cells[0], r.cells[1], r.cells[2], r.cells[0]})
	}
	return nil
}

func (l *Lexicon) readSentiment(fsys fs.FS, lang string) error {
	columns := []string{"term", "valence", "flags"}
	if lang == "en" {
		columns = []string{"term", "valence", "pos", "flags"}
	}
	t, err := optional(readTable(fsys, lang+"/sentiment.tsv", columns...))
	if err != nil {
		return err
	}
	l.Sentiment = append(make([]Valence, 0, len(l.Sentiment)+len(t.rows)), l.Sentiment...)
	for _, r := range t.rows {
		v := Valence{Term: r.cells[0], Pos: 'x', Lexicon: l.name(lang, "sentiment")}
		if v.Value, err = t.number(r, 1, -4, 4); err != nil {
			return err
		}
		if lang == "en" {
			if p := r.cells[2]; len(p) == 1 && strings.Contains("vnax", p) {
				v.Pos = p[0]
			} else {
				return &LineError{t.file, r.line, fmt.Sprintf("pos %q is none of v, n, a, x", p)}
			}
		}
		for _, f := range strings.Split(r.cells[len(r.cells)-1], ",") {
			switch f {
			case "":
			case "accents":
				v.Accents = true
			case "fixed":
				v.Fixed = true
			case "context":
				v.Context = true
			default:
				return &LineError{t.file, r.line, fmt.Sprintf("unknown flag %q", f)}
			}
		}
		l.Sentiment = append(l.Sentiment, v)
	}
	return nil
}

func (l *Lexicon) readWeights(fsys fs.FS, lang string) error {
	t, err := optional(readTable(fsys, lang+"/weights.tsv", "term", "weight"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		v, err := t.number(r, 1, -8, 8)
		if err != nil {
			return err
		}
		term := strings.ReplaceAll(r.cells[0], "_", " ")
		l.Weights = append(l.Weights, Weight{Term: term, Value: v, Lexicon: lang + "/weights", Word: term != r.cells[0]})
	}
	return nil
}

// readStances gives the terms that have a stance theirs; those without a weight get one of 0.
func (l *Lexicon) readStances(fsys fs.FS, lang string) error {
	t, err := optional(readTable(fsys, lang+"/stances.tsv", "term", "stance"))
	if err != nil {
		return err
	}
	weighed := map[string]int{}
	for i, w := range l.Weights {
		if w.Lexicon == lang+"/weights" {
			weighed[w.Term] = i
		}
	}
	for _, r := range t.rows {
		v, err := t.number(r, 1, -8, 8)
		if err != nil {
			return err
		}
		term := strings.ReplaceAll(r.cells[0], "_", " ")
		if i, ok := weighed[term]; ok {
			l.Weights[i].Stance = v
		} else {
			l.Weights = append(l.Weights, Weight{Term: term, Stance: v, Lexicon: lang + "/stances", Word: term != r.cells[0]})
		}
	}
	return nil
}

func (l *Lexicon) readCalibration(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "calibration.tsv", "lang", "label", "term", "value"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		v, err := t.number(r, 3, -100, 100)
		if err != nil {
			return err
		}
		l.Calibration = append(l.Calibration, Calibration{r.cells[0], r.cells[1], r.cells[2], v})
	}
	return nil
}

func (l *Lexicon) readConfidence(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "confidence.tsv", "intent", "slope", "offset"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		c := Confidence{Intent: r.cells[0]}
		if !intents[c.Intent] {
			return &LineError{t.file, r.line, fmt.Sprintf("unknown intent %q", c.Intent)}
		}
		if c.Slope, err = t.number(r, 1, 0.01, 10); err != nil {
			return err
		}
		if c.Offset, err = t.number(r, 2, -10, 10); err != nil {
			return err
		}
		l.Confidence = append(l.Confidence, c)
	}
	return nil
}

func (l *Lexicon) readBare(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "vi/bare.tsv", "syllable", "share"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		v, err := t.number(r, 1, 0, 1)
		if err != nil {
			return err
		}
		l.Bare[r.cells[0]] = v
	}
	return nil
}

func (l *Lexicon) readModifiers(fsys fs.FS, lang string) error {
	t, err := optional(readTable(fsys, lang+"/modifiers.tsv", "term", "role", "value"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		m := Modifier{Term: r.cells[0], Role: roles[r.cells[1]], Value: 1, Lexicon: l.name(lang, "modifiers")}
		switch m.Role {
		case 0:
			return &LineError{t.file, r.line, fmt.Sprintf("unknown role %q", r.cells[1])}
		case Intensifier, IntensifierAfter:
			m.Value, err = t.number(r, 2, 1, 2)
		case Diminisher, DiminisherAfter:
			m.Value, err = t.number(r, 2, 0.1, 1)
		case Wish:
			m.Value, err = t.number(r, 2, -2, 0)
		case Background:
			m.Value, err = t.number(r, 2, -1, 1)
		case Negator:
			m.Value = 0
			if r.cells[2] != "-" {
				m.Value, err = t.number(r, 2, -2, 0)
			}
		default:
			if r.cells[2] != "-" {
				return &LineError{t.file, r.line, fmt.Sprintf("role %s has no value, write -", r.cells[1])}
			}
		}
		if err != nil {
			return err
		}
		l.Modifiers = append(l.Modifiers, m)
	}
	return nil
}

func (l *Lexicon) readPatterns(fsys fs.FS, lang string) error {
	topics, err := optional(readTable(fsys, lang+"/topics.tsv", "topic", "term", "weight"))
	if err != nil {
		return err
	}
	var known map[string]bool // an overlay's topics may be of the lexicon below it: With knows
	if l.overlay == "" {
		known = make(map[string]bool, len(l.Themes))
		for _, th := range l.Themes {
			known[th.ID] = true
		}
	}
	if l.Topics, err = patterns(l.Topics, topics, 0, 1, l.name(lang, "topics"), known); err != nil {
		return err
	}
	ints, err := optional(readTable(fsys, lang+"/intents.tsv", "intent", "term", "weight"))
	if err != nil {
		return err
	}
	if l.Intents, err = patterns(l.Intents, ints, 0, 1, l.name(lang, "intents"), intents); err != nil {
		return err
	}
	acts, err := optional(readTable(fsys, lang+"/acts.tsv", "intent", "term", "weight"))
	if err != nil {
		return err
	}
	if l.Intents, err = patterns(l.Intents, acts, 0, 1, l.name(lang, Acts), intents); err != nil {
		return err
	}
	urgency, err := optional(readTable(fsys, lang+"/urgency.tsv", "term", "weight", "kind"))
	if err != nil {
		return err
	}
	l.Urgency, err = patterns(l.Urgency, urgency, 2, 0, l.name(lang, "urgency"), kinds)
	return err
}

// patterns reads rows with the label and term in the given columns and the weight in the one that is left of three.
func patterns(out []Pattern, t *table, label, term int, lexicon string, known map[string]bool) ([]Pattern, error) {
	weight := 3 - label - term
	for _, r := range t.rows {
		if known != nil && !known[r.cells[label]] {
			return nil, &LineError{t.file, r.line, fmt.Sprintf("unknown %s %q", t.columns[label], r.cells[label])}
		}
		w, err := t.number(r, weight, -4, 4)
		if err != nil {
			return nil, err
		}
		out = append(out, Pattern{r.cells[label], r.cells[term], w, lexicon})
	}
	return out, nil
}

// readList reads a list of words of a language.
func (l *Lexicon) readList(fsys fs.FS, name string, into map[string][]string, lang string) error {
	words, err := readList(fsys, name)
	if err != nil {
		return ignoreAbsent(err)
	}
	into[lang] = words
	return nil
}

func (l *Lexicon) readSpellings(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "vi/teencode.tsv", "form", "standard", "when"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		l.Spellings = append(l.Spellings, Spelling{r.cells[0], r.cells[1], r.cells[2], l.name("vi", "teencode")})
	}
	t, err = optional(readTable(fsys, "en/abbreviations.tsv", "form", "standard"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		l.Spellings = append(l.Spellings, Spelling{r.cells[0], r.cells[1], "en", l.name("en", "abbreviations")})
	}
	return nil
}

func (l *Lexicon) readSymbols(fsys fs.FS) error {
	for _, f := range []struct {
		file, key string
		into      *[]Symbol
	}{{"shared/emoji", "emoji", &l.Emoji}, {"shared/emoticons", "emoticon", &l.Emoticons}} {
		t, err := optional(readTable(fsys, f.file+".tsv", f.key, "valence", "name"))
		if err != nil {
			return err
		}
		for _, r := range t.rows {
			v, err := t.number(r, 1, -4, 4)
			if err != nil {
				return err
			}
			*f.into = append(*f.into, Symbol{r.cells[0], v, r.cells[2], l.name("", f.file)})
		}
	}
	return nil
}

func (l *Lexicon) readWords(fsys fs.FS) error {
	t, err := optional(readTable(fsys, "en/irregular.tsv", "base", "forms"))
	if err != nil {
		return err
	}
	for _, r := range t.rows {
		l.Irregular[r.cells[0]] = strings.Fields(r.cells[1])
	}
	if t, err = optional(readTable(fsys, "shared/foreign.tsv", "word", "languages")); err != nil {
		return err
	}
	for _, r := range t.rows {
		l.Foreign = append(l.Foreign, r.cells[0])
	}
	for _, f := range []struct {
		file string
		into *[]string
	}{{"en/words.txt", &l.Words}, {"vi/onsets.txt", &l.Onsets}, {"vi/rimes.txt", &l.Rimes}} {
		words, err := readList(fsys, f.file)
		if ignoreAbsent(err) != nil {
			return err
		}
		*f.into = words
	}
	return nil
}

// readHash hashes every file by name and content, in name order.
func (l *Lexicon) readHash(fsys fs.FS) error {
	h := sha256.New()
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", path, len(b))
		h.Write(b)
		return nil
	})
	if err != nil {
		return fmt.Errorf("lexicons: %w", err)
	}
	l.hash = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return nil
}
