package index

import (
	"cmp"
	"math"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// Relevance, in the order in which it decides:
//
//  1. Σ over the query's words, phrases and topics of rarity × (quality + frequency + nearness + title). More and rarer words beat fewer
//     and common ones; words as they were typed beat stems, other diacritics and near misses, whatever else there is; often in a short
//     text beats once in a long one; words that stand together as in the query beat scattered ones; words of the title count more.
//  2. The newer record.
//
// Everything but rarity depends on the record alone, and a cursor carries the rarities of the first page. So a score does not move
// while others write, and pages neither repeat nor skip a record that stayed as it was.

// maxFrequency scales frequency; maxRarity bounds the weight of a word, so that it fits a byte of a cursor.
const (
	maxFrequency = 1000
	maxRarity    = 255
)

// What else a word is worth, beside its frequency: a word right after the one before it counts as much as the highest frequency, for
// Vietnamese writes its words as syllables with blanks between; one in the title half as much.
const (
	nextTo  = maxFrequency
	nearby  = nextTo / 2
	around  = nextTo / 5
	inTitle = maxFrequency / 2

	// A step of quality outweighs everything else by a quarter of the way from folded to exact: what is exact comes first.
	perQuality = (maxFrequency + nextTo + inTitle) / (exact - folded)

	maxNear   = 50_000 // records that nearness is looked at in: for more of them it would cost too much
	maxPlaces = 32     // of a word in a document that are looked at
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

// ranking is what the scores of a query are made of.
type ranking struct {
	leaves  []leaf
	weights []byte // of the leaves
	near    bool   // how near words stand counts
}

// scores gives the relevance of each document of a set, in its order.
func (r *ranking) scores(v *view, docs *roaring.Bitmap) ([]uint64, error) {
	numbers := docs.ToArray()
	out := make([]uint64, len(numbers))
	best := make([]grade, len(numbers))
	for i, l := range r.leaves {
		clear(best)
		place := placer{numbers: numbers}
		err := l.grade(v, docs, func(doc uint32, g grade) {
			b := &best[place.of(doc)]
			b.quality = max(b.quality, g.quality)
			b.frequency = max(b.frequency, g.frequency)
		})
		if err != nil {
			return nil, err
		}
		w := uint64(r.weights[i])
		for k, g := range best {
			out[k] += w * (g.quality*perQuality + g.frequency)
		}
		if err := r.addTitles(v, docs, l, w, numbers, out); err != nil {
			return nil, err
		}
	}
	if r.near {
		return out, r.addNearness(v, docs, numbers, out)
	}
	return out, nil
}

// addTitles adds what a word in the title is worth.
func (r *ranking) addTitles(v *view, docs *roaring.Bitmap, l leaf, weight uint64, numbers []uint32, out []uint64) error {
	word, ok := l.(*wordLeaf)
	if !ok {
		return nil
	}
	titles := roaring.New()
	for _, a := range word.slot {
		set, err := v.docs(fieldTitle, a.term)
		if err != nil {
			return err
		}
		titles.Or(set)
	}
	titles.And(docs)
	place := placer{numbers: numbers}
	for it := titles.Iterator(); it.HasNext(); {
		out[place.of(it.Next())] += weight * inTitle
	}
	return nil
}

// placer finds the places of ascending numbers in a list that has them all.
type placer struct {
	numbers []uint32
	from    int
	last    uint32
}

func (p *placer) of(doc uint32) int {
	if doc < p.last { // another walk, from the beginning
		p.from = 0
	}
	p.last = doc
	p.from += sort.Search(min(8, len(p.numbers)-p.from), func(k int) bool { return p.numbers[p.from+k] >= doc })
	if p.from == len(p.numbers) || p.numbers[p.from] != doc {
		p.from += sort.Search(len(p.numbers)-p.from, func(k int) bool { return p.numbers[p.from+k] >= doc })
	}
	return p.from
}

// addNearness adds what it is worth that words which stand side by side in the query are near each other in a document.
func (r *ranking) addNearness(v *view, docs *roaring.Bitmap, numbers []uint32, out []uint64) error {
	var before *wordLeaf
	var places [][]uint64
	for i, l := range r.leaves {
		word, ok := l.(*wordLeaf)
		if !ok {
			before = nil
			continue
		}
		next := i+1 < len(r.leaves)
		if next {
			_, next = r.leaves[i+1].(*wordLeaf)
		}
		if before == nil && !next {
			continue
		}
		here, err := word.places(v, docs, numbers)
		if err != nil {
			return err
		}
		if before != nil {
			w := (uint64(r.weights[i-1]) + uint64(r.weights[i])) / 2
			for k := range numbers {
				out[k] += w * nearness(places[k], here[k])
			}
		}
		before, places = word, here
	}
	return nil
}

// nearness tells how near words of two lists of places come: right after each other as in the query, a few words apart, or farther.
func nearness(a, b []uint64) uint64 {
	var best uint64
	for _, x := range a {
		for _, y := range b {
			gap := int64(y) - int64(x)
			switch {
			case gap == 1:
				return nextTo
			case -3 <= gap && gap <= 3 && gap != 0:
				best = max(best, nearby)
			case -8 <= gap && gap <= 8 && gap != 0:
				best = max(best, around)
			}
		}
	}
	return best
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
