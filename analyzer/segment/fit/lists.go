package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thau-cx/thau/analyzer/segment"
)

const (
	wiktionaryHead = "# Words of the Vietnamese Wiktionary (content CC BY-SA 4.0), filtered by analyzer/segment/fit. See segment.LICENSE.md.\n"
	apartHead      = "# Listed words that the train part of UD Vietnamese VTB (CC BY-SA 4.0) and our sentences keep apart, found by analyzer/segment/fit. See segment.LICENSE.md.\n"
	countsHead     = "# Syllables of the train part of UD Vietnamese VTB (CC BY-SA 4.0) and of our sentences: alone, within words. Made by analyzer/segment/fit. See segment.LICENSE.md.\n"
	treebankHead   = "# Words of the train part of UD Vietnamese VTB (CC BY-SA 4.0) and of our sentences, taken by analyzer/segment/fit. See segment.LICENSE.md.\n"
)

// list writes words one a line after a head.
func list(head string, words []string) string {
	var b strings.Builder
	b.WriteString(head)
	for _, w := range words {
		b.WriteString(w)
		b.WriteByte('\n')
	}
	return b.String()
}

// negators are in no word of a list that is not ours.
var negators = []string{"không", "ko", "k", "chưa", "chẳng", "chả", "đừng"}

// fits tells whether a word is one the machine can read: two to six syllables of letters, none a negator.
func fits(parts []string) bool {
	if len(parts) < 2 || len(parts) > 6 {
		return false
	}
	for _, p := range parts {
		if slices.Contains(negators, p) || utf8.RuneCountInString(p) > 7 {
			return false
		}
		for _, r := range p {
			if !unicode.IsLetter(r) {
				return false
			}
		}
	}
	return true
}

// treebankWords gives the words of two syllables or more.
func treebankWords(treebank []sentence) []string {
	set := map[string]bool{}
	for _, t := range treebank {
		for _, w := range t.words() {
			if fits(strings.Fields(w)) {
				set[w] = true
			}
		}
	}
	return sorted(set)
}

// counts gives for each syllable how often it is a word of its own and how often part of one.
func counts(treebank []sentence) []string {
	type count struct{ alone, within int }
	all := map[string]count{}
	for _, t := range treebank {
		for i, x := range t.syl {
			if x.Shape == segment.Punct || x.Shape == segment.Digit || x.Shape == segment.Other {
				continue
			}
			c := all[string(x.Norm)]
			if t.gold[i] || i+1 < len(t.gold) && t.gold[i+1] {
				c.within++
			} else {
				c.alone++
			}
			all[string(x.Norm)] = c
		}
	}
	out := make([]string, 0, len(all))
	for s, c := range all {
		out = append(out, fmt.Sprintf("%s\t%d\t%d", s, c.alone, c.within))
	}
	slices.Sort(out)
	return out
}

// apart gives the listed words that the treebank has side by side but never as one word: they do not follow its convention.
func apart(treebank []sentence, lists ...string) []string {
	listed := map[string]bool{}
	for _, l := range lists {
		for w := range strings.Lines(l) {
			listed[strings.TrimSuffix(w, "\n")] = true
		}
	}
	joined, parted := map[string]bool{}, map[string]bool{}
	for _, t := range treebank {
		for _, w := range t.words() {
			joined[w] = true
		}
		for i := range t.syl {
			w := string(t.syl[i].Norm)
			cut := false
			for j := i + 1; j < min(i+4, len(t.syl)); j++ {
				w += " " + string(t.syl[j].Norm)
				cut = cut || !t.gold[j]
				if cut && listed[w] {
					parted[w] = true
				}
			}
		}
	}
	for w := range joined {
		delete(parted, w)
	}
	return sorted(parted)
}

// filterWiktionary gives the words and the names of the list that the machine can use.
func filterWiktionary(text string) (common, names []string) {
	words, proper := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		parts := strings.Fields(line)
		capital := false
		for i, p := range parts {
			r, _ := utf8.DecodeRuneInString(p)
			capital = capital || unicode.IsUpper(r)
			parts[i] = normalise(p)
		}
		if !fits(parts) {
			continue
		}
		w := strings.Join(parts, " ")
		if capital {
			proper[w] = true
		} else {
			words[w] = true
		}
	}
	for w := range words {
		delete(proper, w)
	}
	return sorted(words), sorted(proper)
}

// withoutMeasured drops the sentences whose letters and digits stand in a set that only measures.
func withoutMeasured(treebank []sentence, data string) ([]sentence, error) {
	measured := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(data, "vi", "*"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if filepath.Join(data, treebankFile) == f || (!strings.HasSuffix(f, ".jsonl") && !strings.HasSuffix(f, ".txt")) {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(b)) {
			text := line
			if strings.HasSuffix(f, ".jsonl") {
				var row struct {
					Text string `json:"text"`
				}
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					return nil, err
				}
				text = row.Text
			}
			measured[letters(text)] = true
		}
	}
	var kept []sentence
	for _, t := range treebank {
		var b strings.Builder
		for _, x := range t.syl {
			b.Write(x.Norm)
		}
		if !measured[letters(b.String())] {
			kept = append(kept, t)
		}
	}
	return kept, nil
}
