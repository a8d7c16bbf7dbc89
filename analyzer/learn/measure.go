package learn

import (
	"math"
	"slices"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/stats"
)

// answer is what was read in a held-out text: labels that are sure, or the one of an exclusive task, and how sure the first is.
type answer struct {
	labels     []string
	sure       []string // those of them, before any stands in for none
	confidence float64
}

// reader answers for a text.
type reader func(analyzer.Analysis) answer

// answers reads examples.
func answers(a *analyzer.Analyzer, examples []Example, r reader) []answer {
	out := make([]answer, len(examples))
	for i := range examples {
		out[i] = r(a.Analyze(analyzer.Input{Title: examples[i].Title, Text: examples[i].Text}))
	}
	return out
}

// listed is a label as an analysis lists it.
type listed struct {
	id         string
	confidence float64
	sure       bool
}

func listedFor(task lexicons.Task, an analyzer.Analysis) []listed {
	var out []listed
	if task == lexicons.Topics {
		for _, t := range an.Topics {
			out = append(out, listed{t.ID, t.Confidence, t.Sure})
		}
		return out
	}
	for _, t := range an.Intents {
		out = append(out, listed{t.ID, t.Confidence, t.Sure})
	}
	return out
}

// readLabels gives the reader of a task: of the labels known, those that are sure, or the first where exclusive; other where none is.
func readLabels(task lexicons.Task, exclusive bool, known, other []string) reader {
	if task == lexicons.Sentiment {
		return func(an analyzer.Analysis) answer {
			return answer{labels: []string{an.Sentiment.Label}, confidence: an.Sentiment.Confidence}
		}
	}
	return func(an analyzer.Analysis) answer {
		var out answer
		for _, l := range listedFor(task, an) {
			if !slices.Contains(known, l.id) {
				continue
			}
			if exclusive {
				out.labels, out.confidence = []string{l.id}, l.confidence
				if l.sure {
					out.sure = out.labels
				}
				return out
			}
			if l.sure {
				out.labels = append(out.labels, l.id)
			}
			out.confidence = max(out.confidence, l.confidence)
		}
		if out.sure = out.labels; len(out.labels) == 0 {
			out.labels = other
		}
		return out
	}
}

// scorer turns answers to a sample of examples into figures.
type scorer struct {
	examples  []Example
	exclusive bool
}

// confusion counts a sample's answers of an exclusive task.
func (s *scorer) confusion(got []answer, sample []int) stats.Confusion {
	c := stats.Confusion{}
	for _, i := range sample {
		given := "none"
		if len(got[i].labels) > 0 {
			given = got[i].labels[0]
		}
		truth := s.examples[i].Labels[0]
		if slices.Contains(s.examples[i].Labels, given) {
			truth = given
		}
		c.Add(truth, given)
	}
	return c
}

func (s *scorer) sets(got []answer, sample []int) stats.LabelSets {
	sets := stats.NewLabelSets()
	for _, i := range sample {
		sets.Add(s.examples[i].Labels, got[i].labels)
	}
	return sets
}

// metric is what the gate compares.
func (s *scorer) metric(got []answer, sample []int) float64 {
	if s.exclusive {
		return balanced(s.confusion(got, sample))
	}
	return s.sets(got, sample).MicroF1()
}

func (s *scorer) metricName() string {
	if s.exclusive {
		return "mean of accuracy and macro-F1"
	}
	return "micro-F1"
}

// rounds is how many samples an interval is made of.
const rounds = 500

// figures measures answers.
func (s *scorer) figures(by string, got []answer, seed uint64) *Figures {
	all := make([]int, len(s.examples))
	for i := range all {
		all[i] = i
	}
	with := func(f func([]int) float64) Figure {
		return Figure{f(all), stats.PairedBootstrap(len(all), 0.95, rounds, seed, f)}
	}
	out := &Figures{By: by}
	if s.exclusive {
		accuracy := with(func(sample []int) float64 { return s.confusion(got, sample).Accuracy() })
		out.Accuracy, out.MicroF1 = &accuracy, accuracy
		out.MacroF1 = with(func(sample []int) float64 { return stats.MacroF1(s.confusion(got, sample).Classes()) })
	} else {
		out.MicroF1 = with(func(sample []int) float64 { return s.sets(got, sample).MicroF1() })
		out.MacroF1 = with(func(sample []int) float64 { return stats.MacroF1(s.sets(got, sample).Classes()) })
	}
	out.Calibration = s.calibrationError(got)
	return out
}

// sureness tells of what was said to be sure, altogether and by label.
func (s *scorer) sureness(got []answer, labels []lexicons.Label) (*Sureness, []LabelSureness) {
	by := make([]LabelSureness, len(labels))
	index := map[string]*LabelSureness{}
	for i, l := range labels {
		by[i] = LabelSureness{Label: l.ID, Threshold: l.Threshold}
		index[l.ID] = &by[i]
	}
	texts, said, right := 0, 0, 0
	for i, g := range got {
		for _, label := range s.examples[i].Labels {
			if l := index[label]; l != nil {
				l.Texts++
			}
		}
		if len(g.sure) > 0 {
			texts++
		}
		for _, label := range g.sure {
			l := index[label]
			said++
			l.Sure++
			if slices.Contains(s.examples[i].Labels, label) {
				right++
				l.Right++
			}
		}
	}
	all := &Sureness{Share: float64(texts) / float64(len(got)), Answers: said}
	if said > 0 {
		all.Precision = &Figure{float64(right) / float64(said), stats.Wilson(right, said, 0.95)}
	}
	return all, by
}

// calibrationError is the expected calibration error of the first label's confidence over ten bins (Guo et al. 2017).
func (s *scorer) calibrationError(got []answer) float64 {
	var n, right, sum [10]float64
	for i, g := range got {
		if len(g.labels) == 0 {
			continue
		}
		b := min(int(g.confidence*10), 9)
		n[b]++
		sum[b] += g.confidence
		if slices.Contains(s.examples[i].Labels, g.labels[0]) {
			right[b]++
		}
	}
	total, off := 0.0, 0.0
	for b := range n {
		total += n[b]
		off += math.Abs(right[b] - sum[b])
	}
	if total == 0 {
		return 0
	}
	return off / total
}
