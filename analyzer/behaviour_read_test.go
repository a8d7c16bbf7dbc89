package analyzer_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// fewestCases is how many cases make a behaviour: fewer are an anecdote.
const fewestCases = 6

// kinds are what a capability's cases are about.
var kinds = []string{"minimum functionality", "invariance", "directional", "identity"}

// behaviour is one thing expected of the analyzer, with cases that show it.
type behaviour struct {
	file, kind, name string
	cases            []behaviourCase
}

type behaviourCase struct {
	line  int
	want  string
	texts []string
}

func readBehaviours(t *testing.T) []behaviour {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(behaviours, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []behaviour
	for _, name := range files {
		if filepath.Base(name) != "RATES.txt" {
			out = append(out, readCapability(t, name)...)
		}
	}
	if len(out) == 0 {
		t.Fatalf("no behaviour in %s", behaviours)
	}
	for _, b := range out {
		if len(b.cases) < fewestCases {
			t.Errorf("%s: %s: %d cases, want %d at least", b.file, b.name, len(b.cases), fewestCases)
		}
	}
	return out
}

// readCapability reads a file: `# capability: name (kind)`, then `## behaviour` and its cases.
func readCapability(t *testing.T, name string) []behaviour {
	t.Helper()
	all := lines(t, name)
	_, kind, ok := strings.Cut(all[0], " (")
	kind = strings.TrimSuffix(kind, ")")
	if !ok || !strings.HasPrefix(all[0], "# capability: ") || !slices.Contains(kinds, kind) {
		t.Fatalf("%s:1: want `# capability: name (kind)` with one of the kinds %q", name, kinds)
	}
	file := strings.TrimSuffix(filepath.Base(name), ".txt")
	var out []behaviour
	for i, line := range all[1:] {
		if line == "" {
			continue
		}
		if b, ok := strings.CutPrefix(line, "## "); ok {
			out = append(out, behaviour{file: file, kind: kind, name: b})
			continue
		}
		f := strings.Split(line, "\t")
		if len(out) == 0 || len(f) < 2 {
			t.Fatalf("%s:%d: want a behaviour, then an expectation, a tab and a text", name, i+2)
		}
		c := behaviourCase{line: i + 2, want: f[0], texts: f[1:]}
		for j := range c.texts {
			c.texts[j] = strings.ReplaceAll(c.texts[j], `\n`, "\n")
		}
		c.typed()
		if c.want[0] == '=' && len(c.texts) < 2 || (c.want == "<" || c.want == ">") && len(c.texts) != 2 || !strings.ContainsAny(c.want, "<=>") && len(c.texts) != 1 {
			t.Fatalf("%s:%d: %d texts for %q", name, i+2, len(c.texts), c.want)
		}
		b := &out[len(out)-1]
		b.cases = append(b.cases, c)
	}
	return out
}

// typed makes the texts of a case that gives one: `= nfd` types it another way, `{a|b|c}` puts each in its place.
func (c *behaviourCase) typed() {
	sign, way, ok := strings.Cut(c.want, " ")
	if f := typings[way]; ok && f != nil {
		c.want = sign
		c.texts = append(c.texts, f(c.texts[0]))
		return
	}
	before, rest, ok := strings.Cut(c.texts[0], "{")
	list, after, closed := strings.Cut(rest, "}")
	if !ok || !closed || len(c.texts) > 1 {
		return
	}
	c.texts = nil
	for _, word := range strings.Split(list, "|") {
		c.texts = append(c.texts, before+word+after)
	}
}

var typings = map[string]func(string) string{"nfd": norm.NFD.String, "upper": strings.ToUpper, "lower": strings.ToLower, "bare": stripped}
