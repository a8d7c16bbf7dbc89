package insight

import "github.com/thau-cx/thau/stats"

// Prior is what the groups of a metric have in common.
type Prior struct {
	Value  float64 `json:"value"`  // the metric of all
	Weight float64 `json:"weight"` // how many answers it is worth to a group, by the method of moments
}

// Shrink pulls the metric of every group towards that of all, the more the fewer answers the group has and the less groups differ: what to
// rank small groups by. A group without answers gets the metric of all.
func Shrink(metric string, groups [][]Count, o Options) (shrunk []float64, prior Prior) {
	means := make([]stats.GroupMean, len(groups))
	for i, counts := range groups {
		a := bandsOf(metric, counts, o)
		means[i] = stats.GroupMean{Mean: a.mean, N: a.n, Variance: a.variance()}
	}
	value, weight, _ := stats.PriorWeight(means)
	shrunk = make([]float64, len(groups))
	for i, m := range means {
		shrunk[i] = figure(stats.Shrink(m.Mean, float64(m.N), value, weight))
	}
	return shrunk, Prior{Value: figure(value), Weight: figure(weight)}
}

// variance gives the mean squared distance from the mean.
func (a *answers) variance() float64 {
	var ss float64
	for _, v := range a.values {
		ss += float64(float64(v.N) * (v.Value - a.mean) * (v.Value - a.mean))
	}
	if a.n == 0 {
		return 0
	}
	return ss / float64(a.n)
}

// Coverage says of how much of the records a metric speaks.
type Coverage struct {
	Records   int                `json:"records"`   // that the filter means
	Answered  float64            `json:"answered"`  // the share with an answer to the metric
	WithText  float64            `json:"with_text"` // the share with a text
	Languages map[string]float64 `json:"languages"` // shares of the records
}

// CoverageOf computes shares; records of no language count in none.
func CoverageOf(records, answers, texts int, languages map[string]int) Coverage {
	c := Coverage{Records: records, Answered: share(answers, records), WithText: share(texts, records), Languages: map[string]float64{}}
	for language, n := range languages {
		if language != "" && n > 0 {
			c.Languages[language] = share(n, records)
		}
	}
	return c
}
