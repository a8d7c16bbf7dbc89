package learn

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ReadSentences reads labelled sentences of no trade from tables *.tsv with the columns split, domain, style, sentiment and text, in name
// order: what a learned sentiment is rehearsed on. The error names file and line.
func ReadSentences(fsys fs.FS) ([]Example, error) {
	names, err := fs.Glob(fsys, "*.tsv")
	if err != nil {
		return nil, err
	}
	var out []Example
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			if i == 0 {
				continue
			}
			cells := strings.Split(line, "\t")
			if len(cells) != 5 || !slices.Contains(sentiments, cells[3]) || cells[4] == "" {
				return nil, fmt.Errorf("%s:%d: want split, domain, style, sentiment and text", name, i+1)
			}
			out = append(out, Example{Text: cells[4], Labels: cells[3:4:4], Weight: 1})
		}
	}
	return out, nil
}
