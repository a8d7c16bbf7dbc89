package learn

import (
	"math"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// A fit gives nearly every feature some weight, and most of them say next to nothing. An overlay keeps those that count: by what they add to
// the texts, a weight's size times a root of how many texts have its feature.

// sizes are the numbers of weights tried, the least first.
var sizes = []int{12_500, 25_000, 50_000, 100_000, mostKept}

// spareQuality is what may be lost by keeping fewer weights.
const spareQuality = 0.001

// prune leaves the planes the given number of weights, those that count most.
func (l *learner) prune(planes []plane, most int) {
	power := 0.5
	if l.together() { // where labels share one whole, a rare feature decides as often as a frequent one
		power = 0.25
	}
	use := make([]float64, len(l.corpus.texts))
	for j, n := range l.corpus.texts {
		use[j] = math.Pow(float64(n), power)
	}
	var worth []float64
	for k := range planes {
		for j, w := range planes[k].w {
			if math.Abs(w) >= leastWeight {
				worth = append(worth, math.Abs(w)*use[j])
			}
		}
	}
	least := 0.0
	if len(worth) > most {
		slices.Sort(worth)
		least = worth[len(worth)-most]
	}
	for k := range planes {
		w := planes[k].w
		for j := range w {
			if math.Abs(w[j]) < leastWeight || math.Abs(w[j])*use[j] < least {
				w[j] = 0
			}
		}
	}
}

// fewest prunes the planes of folds to the least number of weights that reads as well, and gives it with the margins out of fold.
func (l *learner) fewest(planes [][]plane, margins [][]float64) (int, [][]float64) {
	if l.task == lexicons.Sentiment {
		return mostKept, margins
	}
	wanted := l.quality(margins) - spareQuality
	for _, most := range sizes {
		pruned := make([][]plane, len(planes))
		for f := range planes {
			for _, p := range planes[f] {
				p.w = slices.Clone(p.w)
				pruned[f] = append(pruned[f], p)
			}
			l.prune(pruned[f], most)
		}
		got := make([][]float64, len(margins))
		for i := range got {
			if f := l.corpus.fold[i]; f < len(pruned) {
				got[i] = l.margins(pruned[f], i, nil)
			}
		}
		if most == mostKept || l.quality(got) >= wanted {
			return most, got
		}
	}
	return mostKept, margins
}
