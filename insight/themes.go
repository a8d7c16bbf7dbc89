package insight

import (
	"slices"

	"github.com/thau-cx/thau/stats"
)

// Members gives for each group of terms the texts of some sets that say one of its terms, ascending. Groups do not share terms. O(n) in
// the terms of all texts.
func (h *Heard) Members(groups [][]uint32, sets uint8) [][]int32 {
	group := map[uint32]int32{}
	var sieve [1 << 10]uint64 // most terms belong to no group, and this tells so at once
	for g, keys := range groups {
		for _, key := range keys {
			group[key] = int32(g)
			sieve[key>>6&(1<<10-1)] |= 1 << (key & 63)
		}
	}
	out := make([][]int32, len(groups))
	for i := range h.Len() {
		if h.Sets[i]&sets == 0 {
			continue
		}
		for _, key := range h.TermsOf(i) {
			if sieve[key>>6&(1<<10-1)]>>(key&63)&1 == 0 {
				continue
			}
			if g, ok := group[key]; ok {
				if list := out[g]; len(list) == 0 || list[len(list)-1] != int32(i) {
					out[g] = append(list, int32(i))
				}
			}
		}
	}
	return out
}

// Sample gives at most n of a list of texts, spread evenly over it, with a voice no more than once while there are others.
func (h *Heard) Sample(texts []int32, n int) []int32 {
	var out, again []int32
	seen := map[int32]bool{}
	take := func(i int32) {
		if v := h.voices[i]; seen[v] {
			again = append(again, i)
		} else {
			seen[v] = true
			out = append(out, i)
		}
	}
	if len(texts) <= 2*n {
		for _, i := range texts {
			take(i)
		}
	} else {
		for k := range 2 * n {
			take(texts[k*len(texts)/(2*n)])
		}
	}
	if len(out) < n {
		out = append(out, again...)
	}
	if len(out) > n { // every second and so on, not the oldest
		for k := range n {
			out[k] = out[k*len(out)/n]
		}
		out = out[:n]
	}
	return out
}

// The overlap from which two phrases are one theme: three fifths of the new one's texts have the other, and those are a quarter of the other's.
const (
	overlapOfNew = 0.6
	overlapOfOld = 0.25
)

// Gather puts phrases together that the same texts say: each, in the order given, joins the theme that has most of its texts, or begins
// one. It gives the places of the phrases by theme.
func Gather(members [][]int32) (themes [][]int) {
	texts := int32(0)
	for _, list := range members {
		if n := len(list); n > 0 {
			texts = max(texts, list[n-1]+1)
		}
	}
	themesOf := make([][]int32, texts) // by text
	var sizes []int
	for p, texts := range members {
		if len(texts) == 0 {
			continue
		}
		shared := make([]int, len(themes))
		for _, i := range texts {
			for _, t := range themesOf[i] {
				shared[t]++
			}
		}
		best := -1
		for t, n := range shared {
			if float64(n) >= overlapOfNew*float64(len(texts)) && float64(n) >= overlapOfOld*float64(sizes[t]) && (best < 0 || n > shared[best]) {
				best = t
			}
		}
		if best < 0 {
			best = len(themes)
			themes, sizes = append(themes, nil), append(sizes, 0)
		}
		themes[best] = append(themes[best], p)
		for _, i := range texts {
			if list := themesOf[i]; !slices.Contains(list, int32(best)) {
				themesOf[i] = append(list, int32(best))
				sizes[best]++
			}
		}
	}
	return themes
}

// Theme is what a set of texts says of one thing.
type Theme struct {
	N       int     `json:"n"`               // voices of the set that say it
	Records int     `json:"records"`         // their texts
	Share   float64 `json:"share"`           // of the set's voices, 0–1
	Rest    *Voiced `json:"rest,omitempty"`  // the same of what it was held against
	Ratio   float64 `json:"ratio,omitempty"` // how many times the odds of saying it are the rest's
	Low     float64 `json:"low,omitempty"`
	High    float64 `json:"high,omitempty"`
	Z       float64 `json:"z,omitempty"`
	Q       float64 `json:"q"`    // share of false discoveries expected among themes no less distinct; 1 without a rest
	Sure    bool    `json:"sure"` // q is at most a tenth; always without a rest

	Sentiment SentimentResult `json:"sentiment"` // of the texts that say it
	Trend     RateTrend       `json:"trend"`
	Series    []PeriodCount   `json:"series"`
}

// Voiced is how many voices say something, and their share.
type Voiced struct {
	N     int     `json:"n"`
	Share float64 `json:"share"`
}

// RateTrend compares the later half of a time with the earlier one.
type RateTrend struct {
	Direction string  `json:"direction"` // rising, falling, or steady where the interval holds 1
	Ratio     float64 `json:"ratio"`     // of the rates of saying it
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
}

// The directions of a trend.
const (
	Rising  = "rising"
	Falling = "falling"
	Steady  = "steady"
)

// PeriodCount is how many texts of a period say something.
type PeriodCount struct {
	Period string `json:"period"` // its first day
	N      int    `json:"n"`
	Of     int    `json:"of"` // all texts of the period
}

// Measure measures themes, each with its texts in the set and in the rest. It gives them in the order given.
func (h *Heard) Measure(inSet, inRest [][]int32, p *Phrases, tests int, o Options) []Theme {
	days := h.days(InSet)
	out := make([]Theme, len(inSet))
	contrasts := make([]Contrast, len(inSet))
	for i := range out {
		t := &out[i]
		t.N, t.Records = h.distinct(inSet[i]), len(inSet[i])
		t.Share, t.Q, t.Sure = share(t.N, p.Set), 1, true
		rest := h.distinct(inRest[i])
		contrasts[i] = contrast(t.N, rest, p.Set, p.Rest)
		if p.Rest > 0 {
			t.Rest = &Voiced{N: rest, Share: share(rest, p.Rest)}
			ratio, interval := contrasts[i].odds(o.Confidence)
			t.Ratio, t.Low, t.High, t.Z = figure(ratio), figure(interval.Low), figure(interval.High), figure(contrasts[i].Z)
		}
		t.Sentiment = h.sentiment(inSet[i], o)
		t.Trend = h.trend(inSet[i], days, o)
		t.Series = days.series(h, inSet[i])
	}
	if p.Rest > 0 {
		falseDiscoveries(out, contrasts, tests)
	}
	return out
}

// falseDiscoveries fills in the themes' Q, counting every phrase that was compared as a test.
func falseDiscoveries(themes []Theme, contrasts []Contrast, tests int) {
	order := make([]int, len(themes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case contrasts[a].P < contrasts[b].P:
			return -1
		case contrasts[a].P > contrasts[b].P:
			return 1
		}
		return 0
	})
	p := make([]float64, len(themes))
	for k, i := range order {
		p[k] = contrasts[i].P
	}
	for k, q := range adjusted(p, tests) {
		t := &themes[order[k]]
		t.Q, t.Sure = significant(q), q <= falseShare
	}
}

// falseShare is the share of false discoveries that is borne.
const falseShare = 0.1

// distinct gives how many voices a list of texts has.
func (h *Heard) distinct(texts []int32) int {
	if h.seen == nil {
		h.seen = make([]int32, h.people)
	}
	h.asked++
	n := 0
	for _, i := range texts {
		if v := h.voices[i]; h.seen[v] != h.asked {
			h.seen[v] = h.asked
			n++
		}
	}
	return n
}

// Series counts texts by period, over the time of all texts that are in a set.
func (h *Heard) Series(texts []int32) []PeriodCount {
	return h.days(InSet|InRest).series(h, texts)
}

func (h *Heard) sentiment(texts []int32, o Options) SentimentResult {
	var counts [3]int
	for _, i := range texts {
		if s := h.Sentiments[i]; s >= -1 && s <= 1 {
			counts[s+1]++
		}
	}
	return Sentiment([]Count{{Value: -1, N: counts[0]}, {Value: 0, N: counts[1]}, {Value: 1, N: counts[2]}}, o)
}

// trend compares the later half of the set's texts with the earlier half: as many texts in both, so that a busy season does not look like
// a trend.
func (h *Heard) trend(texts []int32, d *calendar, o Options) RateTrend {
	now, before := stats.Rate{Exposure: float64(d.later)}, stats.Rate{Exposure: float64(d.earlier)}
	for _, i := range texts {
		if h.Days[i] >= d.middle {
			now.Events++
		} else {
			before.Events++
		}
	}
	r := stats.CompareRates(now, before, 1, o.Confidence)
	t := RateTrend{Direction: Steady, Ratio: figure(r.Ratio), Low: figure(r.Low), High: figure(r.High)}
	switch {
	case d.later == 0 || d.earlier == 0:
	case r.Low > 1:
		t.Direction = Rising
	case r.High < 1:
		t.Direction = Falling
	}
	return t
}

// share gives a part of a whole, 0 of nothing.
func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return figure(float64(n) / float64(of))
}
