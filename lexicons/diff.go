package lexicons

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Difference is one entry that two overlays say otherwise. Key is its key columns, parted by tabs; Before and After are its other
// columns, empty where the entry is not there.
type Difference struct {
	File   string `json:"file"`
	Key    string `json:"key"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// learnedKeys names the key columns of the tables of learned overlays, which layouts does not have.
var learnedKeys = map[string][]int{"labels.tsv": {2}, "weights.tsv": {0, 1}, "calibration.tsv": {0, 1, 2}}

// Diff tells what the tables of an overlay say otherwise than those of another one, which may be nil: by file, and within one the largest
// change of a number first, then by key.
func Diff(before, after *Overlay) []Difference {
	var out []Difference
	files := map[string]bool{}
	for _, o := range []*Overlay{before, after} {
		if o != nil {
			for name := range o.files {
				if strings.HasSuffix(name, ".tsv") || strings.HasSuffix(name, ".txt") {
					files[name] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		a, b := before.rows(name), after.rows(name)
		var found []Difference
		for key, was := range a {
			if is, ok := b[key]; !ok || is != was {
				found = append(found, Difference{name, key, was, is})
			}
		}
		for key, is := range b {
			if _, ok := a[key]; !ok {
				found = append(found, Difference{name, key, "", is})
			}
		}
		slices.SortFunc(found, func(a, b Difference) int {
			return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.Key, b.Key))
		})
		out = append(out, found...)
	}
	return out
}

// size is how much the first number of an entry changes; one that is no number counts for nothing.
func (d Difference) size() float64 {
	number := func(cells string) float64 {
		first, _, _ := strings.Cut(cells, "\t")
		v, err := strconv.ParseFloat(first, 64)
		if err != nil {
			return 0
		}
		return v
	}
	return math.Abs(number(d.After) - number(d.Before))
}

// rows gives the entries of a table: the other columns by key.
func (o *Overlay) rows(file string) map[string]string {
	out := map[string]string{}
	if o == nil {
		return out
	}
	keys := learnedKeys[file]
	if o.Kind != Learned || keys == nil {
		keys = nil
		for i := range max(layouts[file].key, 1) {
			keys = append(keys, i)
		}
		if file == changesFile {
			keys = []int{0, 1}
		}
	}
	header := strings.HasSuffix(file, ".tsv")
	for line := range strings.SplitSeq(string(o.files[file]), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if header { // the first line that is no comment
			header = false
			continue
		}
		var key, rest []string
		for i, cell := range strings.Split(strings.TrimSuffix(line, "\r"), "\t") {
			if slices.Contains(keys, i) {
				key = append(key, cell)
			} else {
				rest = append(rest, cell)
			}
		}
		out[strings.Join(key, "\t")] = strings.Join(rest, "\t")
	}
	return out
}
