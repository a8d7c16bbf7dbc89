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

// page keeps the first size hits in order, as a heap with the last of them on top.
type page struct {
	order order
	size  int
	hits  []hit
}

// full tells whether a hit has to come before the last one to find a place.
func (p *page) full() bool { return len(p.hits) == p.size }

// offer takes a hit that comes before the last one, which leaves when the page is full.
func (p *page) offer(h hit) {
	if !p.full() {
		p.hits = append(p.hits, h)
		for i := len(p.hits) - 1; i > 0 && p.later(i, (i-1)/2); i = (i - 1) / 2 {
			p.hits[i], p.hits[(i-1)/2] = p.hits[(i-1)/2], p.hits[i]
		}
		return
	}
	p.hits[0] = h
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(p.hits) {
			return
		}
		if child+1 < len(p.hits) && p.later(child+1, child) {
			child++
		}
		if !p.later(child, i) {
			return
		}
		p.hits[i], p.hits[child] = p.hits[child], p.hits[i]
		i = child
	}
}

func (p *page) later(i, k int) bool { return p.order.compare(&p.hits[i], &p.hits[k]) > 0 }
