package learn

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer"
)

// Behaviour is one thing that is expected of the analyzer, with the cases that show it (see testdata/behaviours/README.md).
type Behaviour struct {
	File  string // the capability
	Kind  string // one of BehaviourKinds
	Name  string
	Cases []Case
}

// Case is a text, or several, with what is expected of how they are read.
type Case struct {
	Line  int
	Want  string
	Texts []string
}

// BehaviourKinds are what a capability's cases are about.
var BehaviourKinds = []string{"minimum functionality", "invariance", "directional", "identity"}

// ReadBehaviours reads the capabilities of a folder, *.txt but for RATES.txt, in name order. The error names file and line.
func ReadBehaviours(fsys fs.FS) ([]Behaviour, error) {
	files, err := fs.Glob(fsys, "*.txt")
	if err != nil {
		return nil, err
	}
	var out []Behaviour
	for _, name := range files {
		if name == "RATES.txt" {
			continue
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		more, err := readCapability(name, strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"))
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// readCapability reads a file: `# capability: name (kind)`, then `## behaviour` and its cases.
func readCapability(name string, all []string) ([]Behaviour, error) {
	_, kind, ok := strings.Cut(all[0], " (")
	kind = strings.TrimSuffix(kind, ")")
	if !ok || !strings.HasPrefix(all[0], "# capability: ") || !slices.Contains(BehaviourKinds, kind) {
		return nil, fmt.Errorf("%s:1: want `# capability: name (kind)` with one of the kinds %q", name, BehaviourKinds)
	}
	file := strings.TrimSuffix(path.Base(name), ".txt")
	var out []Behaviour
	for i, line := range all[1:] {
		if line == "" {
			continue
		}
		if b, ok := strings.CutPrefix(line, "## "); ok {
			out = append(out, Behaviour{File: file, Kind: kind, Name: b})
			continue
		}
		f := strings.Split(line, "\t")
		if len(out) == 0 || len(f) < 2 {
			return nil, fmt.Errorf("%s:%d: want a behaviour, then an expectation, a tab and a text", name, i+2)
		}
		c := Case{Line: i + 2, Want: f[0], Texts: f[1:]}
		for j := range c.Texts {
			c.Texts[j] = strings.ReplaceAll(c.Texts[j], `\n`, "\n")
		}
		c.typed()
		if c.Want == "" || c.Want[0] == '=' && len(c.Texts) < 2 || (c.Want == "<" || c.Want == ">") && len(c.Texts) != 2 || !strings.ContainsAny(c.Want, "<=>") && len(c.Texts) != 1 {
			return nil, fmt.Errorf("%s:%d: %d texts for %q", name, i+2, len(c.Texts), c.Want)
		}
		b := &out[len(out)-1]
		b.Cases = append(b.Cases, c)
	}
	return out, nil
}

// typed makes the texts of a case that gives one: `= nfd` types it another way, `{a|b|c}` puts each in its place.
func (c *Case) typed() {
	sign, way, ok := strings.Cut(c.Want, " ")
	if f := typings[way]; ok && f != nil {
		c.Want = sign
		c.Texts = append(c.Texts, f(c.Texts[0]))
		return
	}
	before, rest, ok := strings.Cut(c.Texts[0], "{")
	list, after, closed := strings.Cut(rest, "}")
	if !ok || !closed || len(c.Texts) > 1 {
		return
	}
	c.Texts = nil
	for word := range strings.SplitSeq(list, "|") {
		c.Texts = append(c.Texts, before+word+after)
	}
}

var typings = map[string]func(string) string{"nfd": norm.NFD.String, "upper": strings.ToUpper, "lower": strings.ToLower, "bare": analyzer.Fold}

// Fault tells how an analyzer fails the case, "" where it passes.
func (c *Case) Fault(a *analyzer.Analyzer) string {
	return c.fault(func(text string) analyzer.Analysis { return a.Analyze(analyzer.Input{Text: text}) })
}

func (c *Case) fault(read func(text string) analyzer.Analysis) string {
	got := make([]analyzer.Analysis, len(c.Texts))
	for i, text := range c.Texts {
		got[i] = read(text)
	}
	switch first := got[0]; c.Want {
	case "<", ">":
		x, y := first.Sentiment.Score, got[1].Sentiment.Score
		if c.Want == "<" && x >= y || c.Want == ">" && x <= y {
			return fmt.Sprintf("%.3f is not %s %.3f", x, c.Want, y)
		}
	case "=", "==":
		same := alike
		if c.Want == "==" {
			same = equal
		}
		for i, an := range got[1:] {
			if !same(first, an) {
				return fmt.Sprintf("%s %.3f, and %s %.3f for %q", first.Sentiment.Label, first.Sentiment.Score, an.Sentiment.Label, an.Sentiment.Score, c.Texts[i+1])
			}
		}
	default:
		want, none := strings.CutPrefix(c.Want, "no ")
		if has(first, want) == none {
			return fmt.Sprintf("want %s, got %s", c.Want, summary(first, want))
		}
	}
	return ""
}

// near is how far the scores of texts may lie apart that say the same: a third of the distance from neutral to a plain word.
const near = 0.15

// alike tells whether two texts are read alike: one label, scores close to each other.
func alike(x, y analyzer.Analysis) bool {
	d := x.Sentiment.Score - y.Sentiment.Score
	return x.Sentiment.Label == y.Sentiment.Label && d <= near && d >= -near
}

// equal tells whether everything that is read in two texts is the same, but for where it stands.
func equal(x, y analyzer.Analysis) bool {
	return x.Sentiment.Raw == y.Sentiment.Raw && x.Sentiment.Probabilities == y.Sentiment.Probabilities && x.Sentiment.Mixed == y.Sentiment.Mixed &&
		x.Language.Code == y.Language.Code && x.Urgency.Level == y.Urgency.Level &&
		slices.EqualFunc(x.Topics, y.Topics, func(p, q analyzer.Topic) bool {
			return p.ID == q.ID && p.Raw == q.Raw && p.Sentiment == q.Sentiment
		}) &&
		slices.EqualFunc(x.Intents, y.Intents, func(p, q analyzer.Intent) bool { return p.ID == q.ID && p.Raw == q.Raw })
}

// has tells whether an analysis has what a case wants: one of some sentiment labels, a topic with its children, an intent or one of
// some levels of urgency.
func has(an analyzer.Analysis, want string) bool {
	what, id, _ := strings.Cut(want, ":")
	switch what {
	case "topic":
		id, label, _ := strings.Cut(id, ":")
		return slices.ContainsFunc(an.Topics, func(tp analyzer.Topic) bool {
			return tp.Sure && (tp.ID == id || strings.HasPrefix(tp.ID, id+".")) && (label == "" || tp.Sentiment.Label == label)
		})
	case "intent":
		return slices.ContainsFunc(an.Intents, func(in analyzer.Intent) bool { return in.ID == id })
	case "urgency":
		return slices.Contains(strings.Split(id, "|"), an.Urgency.Level)
	}
	return slices.Contains(strings.Split(want, "|"), an.Sentiment.Label)
}

// summary tells what stands where a case wants something.
func summary(an analyzer.Analysis, want string) string {
	what, _, _ := strings.Cut(want, ":")
	var found []string
	switch what {
	case "topic":
		for _, tp := range an.Topics {
			if tp.Sure {
				found = append(found, tp.ID+":"+tp.Sentiment.Label)
			}
		}
	case "intent":
		for _, in := range an.Intents {
			found = append(found, in.ID)
		}
	case "urgency":
		return an.Urgency.Level
	default:
		return fmt.Sprintf("%s %.3f", an.Sentiment.Label, an.Sentiment.Score)
	}
	if found == nil {
		return "none"
	}
	return strings.Join(found, " ")
}
