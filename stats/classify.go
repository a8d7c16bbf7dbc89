package stats

import "slices"

// Confusion counts how often each true label was read as each label: Confusion[truth][predicted].
type Confusion map[string]map[string]int

// Add counts one case.
func (c Confusion) Add(truth, predicted string) {
	row := c[truth]
	if row == nil {
		row = map[string]int{}
		c[truth] = row
	}
	row[predicted]++
}

// ClassScore is how well one label is found. Precision, Recall and F1 are in [0, 1], 0 where undefined; N is how often it is true.
type ClassScore struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	N         int     `json:"n"`
}

// Classes gives the score of every label that is true at least once.
func (c Confusion) Classes() map[string]ClassScore {
	out := map[string]ClassScore{}
	for truth, row := range c {
		n, predicted := 0, 0
		for _, k := range row {
			n += k
		}
		for _, other := range c {
			predicted += other[truth]
		}
		out[truth] = classScore(row[truth], predicted, n)
	}
	return out
}

// classScore computes precision, recall and their harmonic mean from the hits, how often the label was predicted and how often it is true.
func classScore(hits, predicted, n int) ClassScore {
	s := ClassScore{N: n}
	if predicted > 0 {
		s.Precision = float64(hits) / float64(predicted)
	}
	if n > 0 {
		s.Recall = float64(hits) / float64(n)
	}
	if s.Precision+s.Recall > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	return s
}

// Accuracy gives the share of cases read right, 0 for none.
func (c Confusion) Accuracy() float64 {
	hits, n := 0, 0
	for truth, row := range c {
		hits += row[truth]
		for _, k := range row {
			n += k
		}
	}
	if n == 0 {
		return 0
	}
	return float64(hits) / float64(n)
}

// MacroF1 gives the unweighted mean F1 over the labels that are true at least once, 0 for none.
func MacroF1(classes map[string]ClassScore) float64 {
	if len(classes) == 0 {
		return 0
	}
	names := make([]string, 0, len(classes))
	for name := range classes {
		names = append(names, name)
	}
	slices.Sort(names) // a sum in one order has one value
	sum := 0.0
	for _, name := range names {
		sum += classes[name].F1
	}
	return sum / float64(len(classes))
}

// LabelSets counts multi-label predictions: Hits, Predicted and True by label.
type LabelSets struct {
	Hits, Predicted, True map[string]int
}

// NewLabelSets gives empty counts.
func NewLabelSets() LabelSets {
	return LabelSets{map[string]int{}, map[string]int{}, map[string]int{}}
}

// Add counts one case.
func (l LabelSets) Add(truth, predicted []string) {
	for _, t := range truth {
		l.True[t]++
	}
	for _, p := range predicted {
		l.Predicted[p]++
		if slices.Contains(truth, p) {
			l.Hits[p]++
		}
	}
}

// Classes gives the score of every label that is true at least once.
func (l LabelSets) Classes() map[string]ClassScore {
	out := map[string]ClassScore{}
	for label, n := range l.True {
		out[label] = classScore(l.Hits[label], l.Predicted[label], n)
	}
	return out
}

// MicroF1 gives the F1 over all labels taken together.
func (l LabelSets) MicroF1() float64 {
	hits, predicted, n := 0, 0, 0
	for _, k := range l.Hits {
		hits += k
	}
	for _, k := range l.Predicted {
		predicted += k
	}
	for _, k := range l.True {
		n += k
	}
	return classScore(hits, predicted, n).F1
}
