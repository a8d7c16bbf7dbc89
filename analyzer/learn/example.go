package learn

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/thau-cx/thau/lexicons"
)

// Example is a text with its labels. For a sentiment the one label is negative, neutral or positive.
type Example struct {
	Title, Text string
	Labels      []string // nil for a text without labels, which is left out; empty where it is known that none fits
	Weight      float64  // how much it counts; 0 is 1
	Customer    string   // who wrote it; "" where that is not known
	Line        int      // where it was read, for errors; 0 for nowhere
}

// key gives a text's letters, digits and symbols, lower case, to recognise a text in whatever spacing and punctuation.
func (e *Example) key() string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || unicode.IsSymbol(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(e.Title+" "+e.Text))
}

// place gives a number that texts of one key share and that nothing else decides: what splits and folds go by.
func (e *Example) place(seed uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\n%s", seed, e.key())
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xFF51AFD7ED558CCD // FNV's low bits of short texts are close to each other; MurmurHash3's finaliser spreads them
	x ^= x >> 33
	return x
}

// Split takes a fifth of the examples as held out, texts that are alike on one side. The same examples and seed give the same split,
// whatever their order.
func Split(examples []Example, seed uint64) (train, held []Example) {
	for i := range examples {
		if examples[i].place(seed)%5 == 0 {
			held = append(held, examples[i])
		} else {
			train = append(train, examples[i])
		}
	}
	return train, held
}

// check says what is wrong with examples, "" for nothing, and puts weights and labels in order.
func check(examples []Example, task lexicons.Task, exclusive bool) ([]Example, error) {
	out := make([]Example, 0, len(examples))
	for _, e := range examples {
		where := "an example"
		if e.Line > 0 {
			where = fmt.Sprintf("line %d", e.Line)
		}
		if strings.TrimSpace(e.Title+e.Text) == "" {
			continue
		}
		if e.Weight == 0 {
			e.Weight = 1
		}
		if !(e.Weight > 0 && e.Weight <= 1000) {
			return nil, fmt.Errorf("%s: weight %v is not above 0 and at most 1000", where, e.Weight)
		}
		e.Labels = slices.Clone(e.Labels)
		slices.Sort(e.Labels)
		e.Labels = slices.Compact(e.Labels)
		for _, l := range e.Labels {
			if task == lexicons.Sentiment && !slices.Contains(sentiments, l) {
				return nil, fmt.Errorf("%s: sentiment %q is none of negative, neutral, positive", where, l)
			}
			if !lexicons.PlainName(l) {
				return nil, fmt.Errorf("%s: label %q is empty, longer than 1,024 bytes or has control characters or blanks at its ends", where, l)
			}
		}
		if task == lexicons.Sentiment && len(e.Labels) > 1 {
			return nil, fmt.Errorf("%s: a text has one sentiment, not %d", where, len(e.Labels))
		}
		if len(e.Labels) == 0 && (e.Labels == nil || task == lexicons.Sentiment || exclusive) {
			continue
		}
		out = append(out, e)
	}
	return out, nil
}

// sentiments are the labels of sentiment, by grade.
var sentiments = []string{"negative", "neutral", "positive"}

// labelsOf lists the labels of examples, sorted.
func labelsOf(examples []Example) []string {
	seen := map[string]bool{}
	var out []string
	for i := range examples {
		for _, l := range examples[i].Labels {
			if !seen[l] {
				seen[l] = true
				out = append(out, l)
			}
		}
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}
