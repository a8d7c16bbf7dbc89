package lexicons

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// change is a line of changes.tsv: what becomes of a topic of the lexicon below.
type change struct {
	line           int
	action, id, to string
}

// readChanges reads changes.tsv, in the order of the file.
func readChanges(fsys fs.FS) ([]change, error) {
	t, err := optional(readTable(fsys, changesFile, "action", "id", "to"))
	if err != nil {
		return nil, err
	}
	var out []change
	for _, r := range t.rows {
		c := change{r.line, r.cells[0], r.cells[1], r.cells[2]}
		switch {
		case c.action != "rename" && c.action != "merge" && c.action != "disable":
			return nil, &LineError{changesFile, r.line, fmt.Sprintf("action %q is none of rename, merge, disable", c.action)}
		case (c.action == "disable") != (c.to == "-"):
			return nil, &LineError{changesFile, r.line, "rename and merge go to another topic, disable goes to -"}
		case !PlainName(c.id) || !PlainName(c.to) || c.id == c.to:
			return nil, &LineError{changesFile, r.line, fmt.Sprintf("%q to %q is no change of a topic", c.id, c.to)}
		}
		out = append(out, c)
	}
	return out, nil
}

// With lays overlays over a lexicon: packs first, then learned ones, then written ones, those of one kind in the order given. An entry of
// an overlay replaces the entry of the same term below it. The lexicon itself is not changed; the hash of the result names every layer.
// The error is an *OverlayError: two overlays of one name, two learned ones for sentiment, a change of a topic that is not there.
func (l *Lexicon) With(overlays ...*Overlay) (*Lexicon, error) {
	if len(overlays) == 0 {
		return l, nil
	}
	overlays = slices.Clone(overlays)
	slices.SortStableFunc(overlays, func(a, b *Overlay) int { return cmp.Compare(kindOrder[a.Kind], kindOrder[b.Kind]) })
	out := *l
	out.Learned = slices.Clone(l.Learned)
	out.Stopwords = maps.Clone(l.Stopwords)
	h := sha256.New()
	fmt.Fprintln(h, l.hash)
	names := map[string]bool{}
	for _, o := range out.Learned {
		names[o.Name] = true
	}
	for _, o := range overlays {
		if names[o.Name] {
			return nil, &OverlayError{o.Name, fmt.Errorf("another overlay has this name")}
		}
		names[o.Name] = true
		var err error
		if o.Kind == Learned {
			err = out.learn(o)
		} else {
			err = out.lay(o)
		}
		if err != nil {
			return nil, &OverlayError{o.Name, err}
		}
		fmt.Fprintln(h, o.hash)
	}
	out.hash = "sha256:" + hex.EncodeToString(h.Sum(nil))
	return &out, nil
}

// learn adds a learned overlay.
func (l *Lexicon) learn(o *Overlay) error {
	for _, other := range l.Learned {
		if o.Task == Sentiment && other.Task == Sentiment {
			return fmt.Errorf("%s is a learned sentiment too: only one can say what a text's raw score is", other.Name)
		}
	}
	l.Learned = append(l.Learned, o)
	return nil
}

// lay puts the entries of a pack or written overlay over those of the lexicon.
func (l *Lexicon) lay(o *Overlay) error {
	for _, c := range o.changes {
		if err := l.change(c); err != nil {
			return err
		}
	}
	if err := l.addThemes(o); err != nil {
		return err
	}
	if err := l.checkTopics(o); err != nil {
		return err
	}
	own := o.own
	l.Sentiment = over(l.Sentiment, own.Sentiment, func(v *Valence) string { return Lang(v.Lexicon) + "\t" + v.Term })
	l.Modifiers = over(l.Modifiers, own.Modifiers, func(m *Modifier) string { return fmt.Sprint(Lang(m.Lexicon), "\t", m.Role, "\t", m.Term) })
	patternKey := func(p *Pattern) string { return Lang(p.Lexicon) + "\t" + p.Label + "\t" + p.Term }
	l.Topics = spoken(over(l.Topics, own.Topics, patternKey))
	l.Intents = spoken(over(l.Intents, own.Intents, patternKey))
	l.Urgency = spoken(over(l.Urgency, own.Urgency, func(p *Pattern) string { return Lang(p.Lexicon) + "\t" + p.Term }))
	l.Spellings = over(l.Spellings, own.Spellings, func(s *Spelling) string { return s.Form + "\t" + s.When })
	symbolKey := func(s *Symbol) string { return s.Text }
	l.Emoji = over(l.Emoji, own.Emoji, symbolKey)
	l.Emoticons = over(l.Emoticons, own.Emoticons, symbolKey)
	for lang, words := range own.Stopwords {
		l.Stopwords[lang] = slices.Concat(l.Stopwords[lang], words)
	}
	if len(own.Sentiment) > 0 { // a valence set by hand is not corrected by what was fitted to the one it replaces
		set := map[string]bool{}
		for _, v := range own.Sentiment {
			set[Lang(v.Lexicon)+v.Term] = true
		}
		l.Weights = slices.DeleteFunc(slices.Clone(l.Weights), func(w Weight) bool { return set[Lang(w.Lexicon)+w.Term] })
	}
	return nil
}

// over gives the entries below that no entry above replaces, then those above. Neither is changed.
func over[T any](below, above []T, key func(*T) string) []T {
	if len(above) == 0 {
		return below
	}
	replaced := make(map[string]bool, len(above))
	for i := range above {
		replaced[key(&above[i])] = true
	}
	out := make([]T, 0, len(below)+len(above))
	for i := range below {
		if !replaced[key(&below[i])] {
			out = append(out, below[i])
		}
	}
	return append(out, above...)
}

// spoken drops the patterns of weight 0: an overlay takes a term away by it.
func spoken(patterns []Pattern) []Pattern {
	silent := func(p Pattern) bool { return p.Weight == 0 && strings.Contains(p.Lexicon, overlayPrefix) }
	if !slices.ContainsFunc(patterns, silent) {
		return patterns
	}
	return slices.DeleteFunc(slices.Clone(patterns), silent)
}

// under tells whether a topic is the one named or a child of it.
func under(topic, id string) bool { return topic == id || strings.HasPrefix(topic, id+".") }

// change renames, merges or disables a topic with its children, in the taxonomy or among the labels of learned overlays for topics.
func (l *Lexicon) change(c change) error {
	fault := func(format string, args ...any) error {
		return &LineError{changesFile, c.line, fmt.Sprintf(format, args...)}
	}
	known := map[string]bool{}
	for _, th := range l.Themes {
		known[th.ID] = true
	}
	for _, o := range l.Learned {
		if o.Task == Topics {
			for _, lb := range o.Model.Labels {
				known[lb.ID] = true
			}
		}
	}
	if !known[c.id] {
		return fault("there is no topic %q to %s", c.id, c.action)
	}
	if c.action == "rename" && known[c.to] {
		return fault("there is a topic %q already: merge them", c.to)
	}
	if c.action == "merge" && !known[c.to] {
		return fault("there is no topic %q to merge into", c.to)
	}
	if under(c.to, c.id) {
		return fault("%q is part of %q", c.to, c.id)
	}
	if c.action == "rename" && strings.Count(c.to, ".") != strings.Count(c.id, ".") {
		return fault("%q and %q are of different levels", c.id, c.to)
	}
	if parent, _, child := strings.Cut(c.to, "."); c.action == "rename" && child && !known[parent] {
		return fault("there is no topic %q to hold %q", parent, c.to)
	}
	becomes := func(id string) string { // "" for nothing
		switch {
		case !under(id, c.id):
			return id
		case c.action == "disable":
			return ""
		case c.action == "merge":
			return c.to
		}
		return c.to + id[len(c.id):]
	}
	themes := make([]Theme, 0, len(l.Themes))
	for _, th := range l.Themes {
		id := becomes(th.ID)
		if id == "" || id != th.ID && c.action == "merge" {
			continue
		}
		th.ID = id
		themes = append(themes, th)
	}
	l.Themes = themes
	topics := make([]Pattern, 0, len(l.Topics))
	seen := map[[3]string]bool{}
	for _, p := range l.Topics {
		if p.Label = becomes(p.Label); p.Label == "" {
			continue
		}
		if key := [3]string{p.Label, Lang(p.Lexicon), p.Term}; !seen[key] { // two that merge may share a term
			seen[key] = true
			topics = append(topics, p)
		}
	}
	l.Topics = topics
	for i, o := range l.Learned {
		if o.Task == Topics && slices.ContainsFunc(o.Model.Labels, func(lb Label) bool { return becomes(lb.ID) != lb.ID }) {
			l.Learned[i] = o.relabel(becomes)
		}
	}
	return nil
}

// relabel gives the overlay with other names for its labels; of labels that become one, each keeps its own weights and the surest is
// listed. A label that becomes "" stays in the model, where the others are measured against it, and is never listed.
func (o *Overlay) relabel(becomes func(string) string) *Overlay {
	out, model := *o, *o.Model
	model.Labels = slices.Clone(model.Labels)
	for i := range model.Labels {
		model.Labels[i].ID = becomes(model.Labels[i].ID)
	}
	out.Model = &model
	return &out
}

// addThemes adds the topics of an overlay and gives new names to those that are there.
func (l *Lexicon) addThemes(o *Overlay) error {
	if len(o.own.Themes) == 0 {
		return nil
	}
	l.Themes = slices.Clone(l.Themes)
	at := map[string]int{}
	for i, th := range l.Themes {
		at[th.ID] = i
	}
	for _, th := range o.own.Themes { // sorted: a parent comes before its children
		parent, rest, child := strings.Cut(th.ID, ".")
		if _, ok := at[parent]; child && !ok || strings.Contains(rest, ".") || parent == "" || child && rest == "" {
			return &LineError{"taxonomy.tsv", o.lineOf("taxonomy.tsv", 0, th.ID), fmt.Sprintf("topic %q has no parent %q, or more than two levels", th.ID, parent)}
		}
		if i, ok := at[th.ID]; ok {
			l.Themes[i].EN, l.Themes[i].VI = th.EN, th.VI
			continue
		}
		at[th.ID] = len(l.Themes)
		l.Themes = append(l.Themes, th)
	}
	return nil
}

// checkTopics holds the overlay's terms to the topics there are.
func (l *Lexicon) checkTopics(o *Overlay) error {
	known := make(map[string]bool, len(l.Themes))
	for _, th := range l.Themes {
		known[th.ID] = true
	}
	for _, p := range o.own.Topics {
		if !known[p.Label] {
			file := Lang(p.Lexicon) + "/topics.tsv"
			return &LineError{file, o.lineOf(file, 0, p.Label), fmt.Sprintf("unknown topic %q", p.Label)}
		}
	}
	return nil
}

// lineOf gives the first line of a file whose column holds a cell, 1 for none.
func (o *Overlay) lineOf(file string, column int, cell string) int {
	n := 0
	for line := range bytes.Lines(o.files[file]) {
		n++
		cells := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		if column < len(cells) && cells[column] == cell && cells[0] != "#" {
			return n
		}
	}
	return 1
}
