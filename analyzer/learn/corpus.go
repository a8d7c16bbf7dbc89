package learn

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// corpus is examples as the analyzer reads them: sparse rows over the features that more than one of them has. For a sentiment, sentences
// to rehearse follow.
type corpus struct {
	examples  []Example
	sentences []Example
	docs      []doc     // of the examples, then of the sentences
	names     []string  // of the features, sorted
	rarity    []float64 // of the features
	texts     []int32   // of the features: how many texts have each
	fold      []int     // of the docs
}

// doc is a text as features. Every feature it has is worth value.
type doc struct {
	features []int32 // sorted
	value    float64
	raw      float64 // what the built-in reads, in valence units
	total    float64
	words    int
	lang     string
}

// folds is how many parts cross-validation cuts the examples into.
const folds = 3

// read has the analyzer read examples, on all cores; the answer does not depend on how many there are.
func read(ctx context.Context, a *analyzer.Analyzer, task lexicons.Task, examples, sentences []Example, seed uint64) (*corpus, error) {
	all := slices.Concat(examples, sentences)
	c := &corpus{examples: examples, sentences: sentences, docs: make([]doc, len(all)), fold: make([]int, len(all))}
	hashes := make([][]uint64, len(all))
	workers := runtime.GOMAXPROCS(0)
	named := make([]map[uint64]string, workers)
	var pool sync.WaitGroup
	for k := range workers {
		named[k] = map[uint64]string{}
		pool.Go(func() {
			own := named[k]
			known := func(h uint64) bool { _, ok := own[h]; return ok }
			name := func(h uint64, name string) { own[h] = name }
			for i := k; i < len(all) && ctx.Err() == nil; i += workers {
				e := &all[i]
				w := a.Weighable(analyzer.Input{Title: e.Title, Text: e.Text}, task == lexicons.Sentiment, known, name)
				hashes[i] = w.Features
				c.docs[i] = doc{value: w.Value, raw: w.Raw, total: w.Total, words: w.Words, lang: w.Lang}
				c.fold[i] = int(e.place(seed+1) % folds)
			}
		})
	}
	pool.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	texts, voices := map[uint64]int32{}, voicesOf(examples, hashes[:len(examples)])
	for _, list := range hashes[:len(examples)] {
		for _, h := range list {
			texts[h]++
		}
	}
	type feature struct {
		name string
		hash uint64
	}
	var kept []feature
	taken := map[uint64]bool{}
	for _, m := range named {
		for h, name := range m {
			if voices[h] >= leastVoices && !taken[h] && lexicons.PlainName(name) {
				taken[h] = true
				kept = append(kept, feature{name, h})
			}
		}
	}
	slices.SortFunc(kept, func(a, b feature) int { return strings.Compare(a.name, b.name) })
	index := make(map[uint64]int32, len(kept))
	c.names, c.rarity, c.texts = make([]string, len(kept)), make([]float64, len(kept)), make([]int32, len(kept))
	for i, f := range kept {
		index[f.hash] = int32(i)
		c.names[i], c.texts[i] = f.name, texts[f.hash]
		c.rarity[i] = math.Sqrt(math.Log1p(float64(len(examples))/float64(texts[f.hash])) / 4)
	}
	for i, list := range hashes {
		features := make([]int32, 0, len(list))
		for _, h := range list {
			if j, ok := index[h]; ok {
				features = append(features, j)
			}
		}
		slices.Sort(features)
		c.docs[i].features = features
		hashes[i] = nil
	}
	return c, nil
}

// settings are what cross-validation chooses.
type settings struct {
	Cost    float64 `json:"cost"`    // of a row's error against the size of the weights
	Pieces  float64 `json:"pieces"`  // how much pieces of words count beside words
	Pairs   float64 `json:"pairs"`   // how much pairs of words apart count
	Balance float64 `json:"balance"` // how far labels count alike, however many rows they have: 0 not at all, 1 fully
	Telling float64 `json:"telling"` // how much more features count that tell a label from the others: 0 not at all
	Kept    int     `json:"kept"`    // weights at most
}

// strengths gives the square of what each feature counts: the larger, the cheaper is a weight on it.
func (c *corpus) strengths(s settings) []float64 {
	out := make([]float64, len(c.names))
	for j, name := range c.names {
		m := 1.0
		switch name[0] {
		case 'c':
			m = s.Pieces
		case 'k':
			m = s.Pairs
		case 'f':
			m = 0.5
		}
		m *= c.rarity[j]
		out[j] = m * m
	}
	return out
}
