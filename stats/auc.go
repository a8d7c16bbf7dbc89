package stats

import (
	"math/rand/v2"
	"slices"
)

// AUC gives the probability that a random row with the outcome scores higher than a random one without, ties counting half
// (Mann–Whitney's U over n₁n₀; Hanley & McNeil 1982): 1 a perfect order, ½ none, 0 a perfect one upside down. Scores and outcomes pair
// up to the shorter; scores that are not usable are left out. ok is false (and the value ½) where either outcome is absent.
func AUC(scores []float64, outcomes []bool) (auc float64, ok bool) {
	return tally(scores, outcomes).auc()
}

// AUCInterval gives the percentile interval of AUC over bootstrap samples drawn within each outcome (Efron & Tibshirani 1993). The same
// seed gives the same interval. Rounds below 1 mean 1,000. ok is false (and the interval [0, 1]) where either outcome is absent.
// O(n log n + rounds · n).
func AUCInterval(scores []float64, outcomes []bool, confidence float64, rounds int, seed uint64) (interval Interval, ok bool) {
	ranks := tally(scores, outcomes)
	if _, ok := ranks.auc(); !ok {
		return Interval{0, 1}, false
	}
	if rounds < 1 {
		rounds = 1000
	}
	var with, without []int // the rank of each row
	for i, r := range ranks {
		for range r.with {
			with = append(with, i)
		}
		for range r.without {
			without = append(without, i)
		}
	}
	random := rand.New(rand.NewPCG(seed, uint64(len(with))))
	values := make([]float64, rounds)
	sample := make(tallies, len(ranks))
	for k := range values {
		clear(sample)
		for range with {
			sample[with[random.IntN(len(with))]].with++
		}
		for range without {
			sample[without[random.IntN(len(without))]].without++
		}
		values[k], _ = sample.auc()
	}
	slices.Sort(values)
	tail := (1 - sane(confidence)) / 2
	return Interval{percentile(values, tail), percentile(values, 1-tail)}, true
}

// tallies counts rows by distinct score, ascending.
type tallies []struct{ with, without int }

func tally(scores []float64, outcomes []bool) tallies {
	type row struct {
		score   float64
		outcome bool
	}
	var rows []row
	for i := range min(len(scores), len(outcomes)) {
		if usable(scores[i]) {
			rows = append(rows, row{scores[i], outcomes[i]})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		switch {
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return 0
	})
	var t tallies
	for i, r := range rows {
		if i == 0 || r.score != rows[i-1].score {
			t = append(t, struct{ with, without int }{})
		}
		if r.outcome {
			t[len(t)-1].with++
		} else {
			t[len(t)-1].without++
		}
	}
	return t
}

// auc counts, for every row with the outcome, the rows without it that score less, and half of those that tie.
func (t tallies) auc() (float64, bool) {
	var with, without, twice int
	for _, r := range t {
		twice += r.with * (2*without + r.without)
		with += r.with
		without += r.without
	}
	if with == 0 || without == 0 {
		return 0.5, false
	}
	return float64(twice) / 2 / (float64(with) * float64(without)), true
}

// percentile gives the value at a share of the way through sorted values, at least one, between neighbours in proportion.
func percentile(sorted []float64, share float64) float64 {
	place := share * float64(len(sorted)-1)
	i := min(int(place), len(sorted)-1)
	if i == len(sorted)-1 {
		return sorted[i]
	}
	return sorted[i] + (sorted[i+1]-sorted[i])*(place-float64(i))
}
