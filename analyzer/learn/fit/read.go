package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/analyzer/learn"
)

// text is a labelled text.
type text struct {
	text   string
	label  int
	source int
	held   bool
	weight float64
	domain string // of our own sentences
	review bool   // one of our own of many sentences
}

var labels = map[string]int{"negative": learn.Negative, "neutral": learn.Neutral, "positive": learn.Positive}

type row struct {
	Text      string `json:"text"`
	Sentiment string `json:"sentiment"`
	Split     string `json:"split"`
	Extra     struct {
		Aspects json.RawMessage `json:"aspects"` // in mams_acsa a list of aspect and polarity
	} `json:"extra"`
}

// label gives what a row says: its sentiment, or the one its aspects agree on, neutral ones aside.
func (r *row) label() (label int, ok bool) {
	if label, ok = labels[r.Sentiment]; ok {
		return label, true
	}
	var aspects [][2]string
	if json.Unmarshal(r.Extra.Aspects, &aspects) != nil {
		return 0, false
	}
	for _, a := range aspects {
		switch l := labels[a[1]]; {
		case l == learn.Neutral:
		case ok && l != label:
			return 0, false
		default:
			label, ok = l, true
		}
	}
	return label, ok
}

func eachRow(path string, f func(row)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	sc.Buffer(make([]byte, 1<<16), 1<<24)
	for n := 1; sc.Scan(); n++ {
		var r row
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		f(r)
	}
	return sc.Err()
}

// readSet reads the train rows of a set, and its dev rows as held out.
func readSet(path string, s set, source int, measured map[string]bool) (texts []text, dropped int, err error) {
	fitted := map[string]bool{}
	err = eachRow(path, func(r row) {
		label, ok := r.label()
		key := letters(r.Text)
		switch {
		case !ok || key == "" || fitted[key]:
		case measured[key]:
			dropped++
		case r.Split == "train":
			fitted[key] = true
			texts = append(texts, text{r.Text, label, source, false, s.weight, "", false})
		}
	})
	if err != nil {
		return nil, 0, err
	}
	if len(texts) > s.most { // every k-th, so that all parts of the file are seen
		kept := texts[:0]
		step := float64(len(texts)) / float64(s.most)
		for i := range s.most {
			kept = append(kept, texts[int(float64(i)*step)])
		}
		texts = kept
	}
	err = eachRow(path, func(r row) {
		if label, ok := r.label(); ok && r.Split == "dev" {
			texts = append(texts, text{r.Text, label, source, true, s.weight, "", false})
		}
	})
	return texts, dropped, err
}

// readOwn reads our own sentences: split, domain, style, sentiment, text.
func readOwn(path string, source int, weight float64) ([]text, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var texts []text
	for n, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if n == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		label, ok := labels[cells[min(3, len(cells)-1)]]
		if len(cells) != 5 || !ok || cells[0] != "fit" && cells[0] != "held" {
			return nil, fmt.Errorf("%s: line %d: want split, domain, style, sentiment, text", path, n+1)
		}
		texts = append(texts, text{cells[4], label, source, cells[0] == "held", weight, cells[1], cells[2] == "review"})
	}
	return texts, nil
}

// letters gives a text's letters and digits only, lower case, to recognise it in whatever spacing.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(s))
}

// keysOfOthers reads every set of the data folder that is not fitted.
func keysOfOthers(data string) (map[string]bool, error) {
	keys := map[string]bool{}
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jsonl" {
			return err
		}
		rel, err := filepath.Rel(data, path)
		if err != nil || slices.ContainsFunc(sets, func(s set) bool { return s.file == filepath.ToSlash(rel) }) {
			return err
		}
		return eachRow(path, func(r row) { keys[letters(r.Text)] = true })
	})
	return keys, err
}
