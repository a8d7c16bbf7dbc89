package analyzer

import (
	"fmt"
	"math"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// How a learned sentiment is read
//
// A learned overlay has up to three numbers for a feature. By "own" it tells whether a text is of the trade that it was learned from; any
// other text is left to the built-in. "raw" is what the feature adds to the raw score, in valence units, and "mass" how much it says at
// all, for and against: a neutral word says little, and a word of praise and blame in one says much of both.
//
// What a run of words adds is its words' in equal parts, and a word's numbers become what it says for and what it says against, p and n:
//
//	p − n = raw,  p + n = the greater of mass and |raw|
//
// which are two contributions of its evidence. So the raw score is still bias + Σ contribution, and Σ |contribution| tells the probabilities
// how neutral the words are: that of every word is the same mass but for what was learned of it.
type opinion struct {
	own, mass, raw int32 // labels, −1 for none
	calibration    [2][3][learnedSize]float64
	fitted         [2]bool // languages
	every          float64 // mass of every word
}

// The terms of a learned sentiment's probabilities: score, strength and density as those of the built-in; raw and size, an eighth of the
// raw score within ±40 and its magnitude; mass: an eighth of what Σ|contribution| is above the mass that every word has; length: √(1 + n/10).
var learnedTerms = []string{"bias", "score", "strength", "density", "raw", "size", "mass", "length"}

const (
	learnedSize = 8
	mostLearned = 40
)

// LearnedTermNames names the terms that LearnedTerms gives.
func LearnedTermNames() []string { return slices.Clone(learnedTerms) }

// LearnedTerms gives the terms of a learned sentiment's probabilities, "bias" first, for a raw score, a sum of magnitudes, a length in
// words and the mass of every word.
func LearnedTerms(raw, total float64, words int, every float64) [learnedSize]float64 {
	s := raw / math.Sqrt(raw*raw+scoreSpread)
	length := math.Sqrt(1 + float64(words)/10)
	bent := min(max(raw, -mostLearned), mostLearned) / 8
	mass := min(max(total-every*math.Sqrt(float64(words)), -mostLearned), mostLearned) / 8
	return [learnedSize]float64{1, s, math.Abs(s), 6 * math.Tanh(raw/length/6), bent, math.Abs(bent), mass, length}
}

// read takes the labels and calibration of a model.
func (o *opinion) read(m *lexicons.Model) error {
	label := func(id string) int32 {
		return int32(slices.IndexFunc(m.Labels, func(l lexicons.Label) bool { return l.ID == id }))
	}
	o.own, o.mass, o.raw = label(lexicons.OwnLabel), label(lexicons.MassLabel), label(lexicons.RawLabel)
	if o.mass >= 0 {
		o.every = m.Labels[o.mass].Bias
	}
	for _, c := range m.Calibration {
		lang, k, term := slices.Index([]string{"en", "vi"}, c.Lang), slices.Index(calibrationLabels, c.Label), slices.Index(learnedTerms, c.Term)
		if lang < 0 || k < 1 || term < 0 {
			return fmt.Errorf("calibration.tsv: unknown row %s %s %s", c.Lang, c.Label, c.Term)
		}
		o.calibration[lang][k][term] = c.Value
		o.fitted[lang] = true
	}
	return nil
}

func (o *opinion) probabilities(lang uint8, raw, total int64, words int) Probabilities {
	x := LearnedTerms(fromMicro(raw), fromMicro(total), words, o.every)
	c := &o.calibration[calibrated(lang)]
	var z [3]float64
	for k := 1; k < 3; k++ {
		for j, v := range x {
			z[k] += c[k][j] * v
		}
	}
	return softmax(z)
}

// sayable counts the words that a learned sentiment reads: those that are not quoted.
func (s *scratch) sayable() int {
	n := 0
	for i := range s.spelt {
		if !s.spelt[i].quoted {
			n++
		}
	}
	return n
}

// said is what a word says by what was learned, in millionths.
type said struct{ raw, mass int64 }

// weighSentiment reads the text with what was learned of its sentiment, where it is of the overlay's own trade. The learned bias, what the
// texts learned from take for granted, is the words' in equal parts.
func (s *scratch) weighSentiment(l *learned) {
	o := &l.opinion
	s.said = s.sayable()
	if s.said == 0 || len(s.met) == 0 {
		return
	}
	scale := int64(math.Round(scaleOne / math.Sqrt(float64(s.said))))
	if o.own >= 0 {
		own := l.labels[o.own].bias
		for i := range s.met {
			own += scaled(weightOf(l.weights[s.met[i].first:s.met[i].last], o.own), scale)
		}
		if own < 0 {
			return
		}
	}
	s.saying = slices.Grow(s.saying[:0], len(s.units))[:len(s.units)]
	clear(s.saying)
	for i := range s.met {
		weights, f := l.weights[s.met[i].first:s.met[i].last], s.met[i].place.lesson(0)
		v := said{scaled(weightOf(weights, o.raw), scale), scaled(weightOf(weights, o.mass), scale)}
		step := int32(1)
		if f.pair {
			step = f.end - f.start - 1
		}
		for at, parts := f.start, int64((f.end-f.start-1)/step+1); at < f.end; at, parts = at+step, parts-1 {
			x := &s.saying[at]
			raw, mass := v.raw/parts, v.mass/parts
			x.raw, x.mass = x.raw+raw, x.mass+mass
			v.raw, v.mass = v.raw-raw, v.mass-mass
		}
	}
	lo := int32(len(s.lessons))
	rest, words := l.labels[o.raw].bias, int64(s.said)
	every := int64(0)
	if o.mass >= 0 {
		every = scaled(l.labels[o.mass].bias, scale)
	}
	for i := range s.saying {
		if s.spelt[i].quoted {
			continue
		}
		part := rest / words
		rest, words = rest-part, words-1
		raw := s.saying[i].raw + part
		size := max(every+s.saying[i].mass, raw, -raw)
		size += (size + raw) & 1 // halves are whole
		at := lesson{start: int32(i), end: int32(i) + 1}
		if at.value = (size + raw) / 2; at.value != 0 {
			s.lessons = append(s.lessons, at)
		}
		if at.value = (raw - size) / 2; at.value != 0 {
			s.lessons = append(s.lessons, at)
		}
		p := &s.phrases[s.units[i].phrase]
		p.raw += raw
		s.sentences[p.sentence].raw += raw
	}
	s.lessonsOf = [2]int32{lo, int32(len(s.lessons))}
}

// sentimentLessons gives what was learned of the text's sentiment.
func (s *scratch) sentimentLessons() []lesson { return s.lessons[s.lessonsOf[0]:s.lessonsOf[1]] }

// teacher gives the overlay that learned the sentiment, nil for none.
func (m *model) teacher() *learned {
	for _, l := range m.learned {
		if l.task == lexicons.Sentiment {
			return l
		}
	}
	return nil
}

// sentimentBias is the raw score of a text without evidence.
func (m *model) sentimentBias(lang uint8) int64 {
	if lang == langVietnamese {
		return m.bias
	}
	return 0
}
