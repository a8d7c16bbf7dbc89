package index

import (
	"cmp"
	"math"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// Relevance, in the order in which it decides:
//
//  1. Σ over the query's words and phrases of rarity × quality: more and rarer words beat fewer and common ones, and words as they
//     were typed beat stems, other diacritics and near misses.
//  2. Σ of rarity × frequency: often in a short text beats once in a long one.
//  3. The newer record.
//
// Everything but rarity depends on the record alone, and a cursor carries the rarities of the first page. So a score does not move
// while others write, and pages neither repeat nor skip a record that stayed as it was.

// maxFrequency scales frequency; maxRarity bounds the weight of a word, so that it fits a byte of a cursor.
const (
	maxFrequency = 1000
	maxRarity    = 255
)

// frequency saturates how often a word occurs against the length of the text (BM25's tf with k1 = 1.2, b = 0.75 and a fixed average
// of 20 words, for an average that moved would move scores).
func frequency(n uint64, norm float64) uint64 {
	length := 1 / (norm * norm)
	tf := float64(n)
	return uint64(maxFrequency * tf / (tf + 1.2*(0.25+0.75*length/20)))
}

// rarity is the weight of a leaf that n of total documents may match: BM25's idf in sixteenths.
func rarity(n, total uint64) byte {
	idf := math.Log1p((float64(total) - float64(n) + 0.5) / (float64(n) + 0.5))
	return byte(max(1, min(maxRarity, math.Round(16*idf))))
}

// rarities weighs the leaves of a query.
func rarities(views []*view, leaves []leaf) ([]byte, error) {
	var total uint64
	for _, v := range views {
		total += v.live.GetCardinality()
	}
	out := make([]byte, len(leaves))
	for i, l := range leaves {
		var n uint64
		for _, v := range views {
			docs, err := l.candidates(v)
			if err != nil {
				return nil, err
			}
			n += docs.GetCardinality()
		}
		out[i] = rarity(n, total)
	}
	return out, nil
}

// scores gives the relevance of each document of a set, in its order.
func scores(v *view, docs *roaring.Bitmap, leaves []leaf, weights []byte) ([]uint64, error) {
	numbers := docs.ToArray()
	out := make([]uint64, len(numbers))
	best := make([]grade, len(numbers))
	for i, l := range leaves {
		clear(best)
		from, last := 0, uint32(0)
		err := l.grade(v, docs, func(doc uint32, g grade) {
			if doc < last { // another term, from the beginning
				from = 0
			}
			last = doc
			from += sort.Search(min(8, len(numbers)-from), func(k int) bool { return numbers[from+k] >= doc })
			if from == len(numbers) || numbers[from] != doc {
				from += sort.Search(len(numbers)-from, func(k int) bool { return numbers[from+k] >= doc })
			}
			b := &best[from]
			b.quality = max(b.quality, g.quality)
			b.frequency = max(b.frequency, g.frequency)
		})
		if err != nil {
			return nil, err
		}
		w := uint64(weights[i])
		for k, g := range best {
			out[k] += w*g.quality<<32 + w*g.frequency
		}
	}
	return out, nil
}

// hit is a document with what it is sorted by.
type hit struct {
	score uint64 // 0 unless sorted by relevance
	key   int64
	view  *view
	doc   uint32
	id    string // read when needed
}

// name gives the id of a hit.
func (h *hit) name() (string, error) {
	if h.id == "" && h.view != nil {
		id, err := h.view.segment.DocID(uint64(h.doc))
		if err != nil {
			return "", err
		}
		h.id = string(id)
	}
	return h.id, nil
}

// order compares hits in the order of a page: negative when a comes first. Only equal scores and keys cost reading ids.
type order struct {
	oldest bool
	err    error
}

func (o *order) compare(a, b *hit) int {
	if c := cmp.Compare(b.score, a.score); c != 0 {
		return c
	}
	if c := cmp.Compare(b.key, a.key); c != 0 {
		if o.oldest {
			return -c
		}
		return c
	}
	x, err := a.name()
	y, err2 := b.name()
	if err == nil {
		err = err2
	}
	if err != nil && o.err == nil {
		o.err = err
	}
	return cmp.Compare(x, y)
}

// page keeps the first hits in order: a heap with the last of them on top.
type page struct {
	order *order
	hits  []hit
}

func (p *page) Len() int           { return len(p.hits) }
func (p *page) Less(i, j int) bool { return p.order.compare(&p.hits[i], &p.hits[j]) > 0 }
func (p *page) Swap(i, j int)      { p.hits[i], p.hits[j] = p.hits[j], p.hits[i] }
func (p *page) Push(x any)         { p.hits = append(p.hits, x.(hit)) }
func (p *page) Pop() any           { panic("index: a page only grows or is replaced") }
