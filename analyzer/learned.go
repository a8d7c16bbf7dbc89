package analyzer

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// FeaturesRevision names the features that learned overlays weigh. It is raised whenever a text gives other features.
const FeaturesRevision = "2"

// learned is a learned overlay laid out for reading: its features by hash, each with a run of weights.
type learned struct {
	name      string // overlay:NAME
	task      lexicons.Task
	exclusive bool
	replaces  bool
	labels    []learnedLabel
	slots     []featureSlot
	sieve     []uint64 // a bit for every feature, by hash: most look-ups end here, in a few kilobytes
	weights   []labelWeight
	opinion   opinion // of a sentiment
}

type learnedLabel struct {
	id        string // "" is never listed
	bias      int64
	threshold float64
}

type featureSlot struct {
	hash         uint64
	first, count uint32 // in weights
	number       uint32 // of the feature
}

type labelWeight struct {
	label int32
	value int32 // millionths
}

// layLearned lays the learned overlays out.
func (m *model) layLearned(lex *lexicons.Lexicon) error {
	for _, o := range lex.Learned {
		if o.Features != FeaturesRevision {
			return fmt.Errorf("overlay %s weighs features of revision %s, and this version reads revision %s: fit it again on its texts with thau learn --task %s", o.Name, o.Features, FeaturesRevision, o.Task)
		}
		l, err := newLearned(o)
		if err != nil {
			return fmt.Errorf("overlay %s: %w", o.Name, err)
		}
		m.replaced[l.task] = m.replaced[l.task] || o.Replaces
		if m.relearned[l.task] == nil {
			m.relearned[l.task] = map[string]bool{}
		}
		for _, lb := range l.labels {
			m.relearned[l.task][lb.id] = true
		}
		m.learned = append(m.learned, l)
	}
	return nil
}

// nameCells hashes the topics and intents as features.
func (m *model) nameCells(lex *lexicons.Lexicon) {
	for _, th := range lex.Themes {
		m.themeOrigins = append(m.themeOrigins, th.Origin)
		m.themeHash = append(m.themeHash, newGradedHash(familyPrefix[familyTopic]+th.Origin))
		m.aboveHash = append(m.aboveHash, nameAbove(th.Origin))
	}
	for _, name := range intentNames {
		m.intentHash = append(m.intentHash, newGradedHash(familyPrefix[familyIntent]+name))
	}
}

func newLearned(o *lexicons.Overlay) (*learned, error) {
	l := &learned{name: "overlay:" + o.Name, task: o.Task, exclusive: o.Exclusive, replaces: o.Replaces}
	for _, lb := range o.Model.Labels {
		l.labels = append(l.labels, learnedLabel{lb.ID, toMicro(lb.Bias), lb.Threshold})
	}
	l.slots = make([]featureSlot, 1<<bits.Len(uint(2*len(o.Model.Features)+1)))
	mask := uint64(len(l.slots) - 1)
	l.sieve = make([]uint64, len(l.slots)*sieveBits/2/64+1)
	l.weights = make([]labelWeight, len(o.Model.Weights))
	at := 0
	for f, name := range o.Model.Features {
		h, ok := cellHash(name)
		if !ok {
			return nil, fmt.Errorf("weights.tsv: %q is no feature of revision %s", name, FeaturesRevision)
		}
		first := at
		for ; at < len(o.Model.Weights) && o.Model.Weights[at].Feature == int32(f); at++ {
			w := o.Model.Weights[at]
			l.weights[at] = labelWeight{w.Label, int32(toMicro(w.Value))} // at most 1,000
		}
		i := h & mask
		for l.slots[i].hash != 0 && l.slots[i].hash != h {
			i = (i + 1) & mask
		}
		if l.slots[i].hash == h { // two names of one feature, such as "w:a  b": the first counts
			continue
		}
		l.slots[i] = featureSlot{h, uint32(first), uint32(at - first), uint32(f)}
		word, bit := l.sieved(h)
		l.sieve[word] |= bit
	}
	if o.Task == lexicons.Sentiment {
		return l, l.opinion.read(o.Model)
	}
	return l, nil
}

// sieveBits is how many bits of the sieve there are for a feature, at least.
const sieveBits = 8

// sieved gives where the bit of a hash stands in the sieve.
func (l *learned) sieved(h uint64) (word, bit uint64) {
	at, _ := bits.Mul64(h*sieveFactor, uint64(len(l.sieve))<<6)
	return at >> 6, 1 << (at & 63)
}

const sieveFactor = 0x9E3779B97F4A7C15 // 2⁶⁴ divided by the golden ratio spreads the bits anew

// find gives the slot of a feature, nil for none.
func (l *learned) find(h uint64) *featureSlot {
	if word, bit := l.sieved(h); l.sieve[word]&bit == 0 {
		return nil
	}
	mask := uint64(len(l.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s := &l.slots[i]; s.hash {
		case h:
			return s
		case 0:
			return nil
		}
	}
}

// lesson is what learned weights add for a label on units of the text.
type lesson struct {
	start, end int32
	pair       bool
	value      int64
}

// taught is a label of a learned overlay with what speaks for it: the lessons [lo, hi).
type taught struct {
	by         *learned
	label      int32
	lo, hi     int32
	raw        int64
	confidence float64
	sure       bool
}

// scaleOne is 1 as the fixed-point number that weights are multiplied by.
const scaleOne = 1 << 20

// cellScale gives the value of every feature of the text: 1/√n for n words.
func (s *scratch) cellScale() int64 {
	return int64(math.Round(scaleOne / math.Sqrt(float64(max(len(s.units), 1)))))
}

// scaled multiplies a weight by the value of a feature, rounding to the nearest.
func scaled(weight, scale int64) int64 { return (weight*scale + scaleOne/2) >> 20 }

// apply reads the text with the learned overlays.
func (s *scratch) apply() {
	m := s.model
	s.taught, s.lessons, s.lessonsOf = s.taught[:0], s.lessons[:0], [2]int32{}
	if len(m.learned) == 0 {
		return
	}
	s.findCells()
	scale := s.cellScale()
	for _, l := range m.learned {
		if l.task == lexicons.Sentiment && !l.opinion.fitted[calibrated(s.votes.lang)] {
			continue // fitted on texts of another language, whose pieces mean nothing here
		}
		s.meet(l)
		if l.task == lexicons.Sentiment {
			s.weighSentiment(l)
			continue
		}
		s.tally(l, scale)
		for _, t := range s.ranked(l) {
			t.lo = int32(len(s.lessons))
			s.gather(l, t.label, scale)
			t.hi = int32(len(s.lessons))
			s.taught = append(s.taught, t)
		}
	}
	slices.SortStableFunc(s.taught, func(a, b taught) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(b.raw, a.raw))
	})
}

// met is a feature of the text that an overlay weighs: its place and its weights [first, last) in the overlay's.
type met struct {
	place       spot
	first, last uint32
}

// spot orders what stands on units: by start, then end, a pair of words apart after a run.
type spot uint64

func newSpot(c *cell) spot {
	p := spot(c.start)<<33 | spot(c.end)<<1
	if c.family == familyPair {
		p |= 1
	}
	return p
}

func (p spot) lesson(value int64) lesson {
	return lesson{int32(p >> 33), int32(uint32(p) >> 1), p&1 == 1, value}
}

// meet finds the features of the text that an overlay weighs, each once, and puts them in the order of their places. A
// sentiment weighs none with a word for who somebody is.
func (s *scratch) meet(l *learned) {
	s.met = s.met[:0]
	personal := l.task == lexicons.Sentiment
	if len(s.seen) < len(l.slots) {
		s.seen = make([]uint32, len(l.slots))
		s.lap = 0
	}
	if s.lap++; s.lap == 0 {
		clear(s.seen)
		s.lap = 1
	}
	for i := range s.cells {
		c := &s.cells[i]
		if personal && c.flags&cellPersonal != 0 {
			continue
		}
		slot := l.find(c.hash)
		if slot == nil || s.seen[slot.number] == s.lap {
			continue
		}
		s.seen[slot.number] = s.lap
		s.met = append(s.met, met{newSpot(c), slot.first, slot.first + slot.count})
	}
	slices.SortFunc(s.met, func(a, b met) int { return cmp.Compare(a.place, b.place) }) // weights of one place are added: their order is nothing
}

// tally sums the raw score of every label.
func (s *scratch) tally(l *learned, scale int64) {
	s.raws = s.raws[:0]
	for i := range l.labels {
		s.raws = append(s.raws, l.labels[i].bias)
	}
	for i := range s.met {
		for _, w := range l.weights[s.met[i].first:s.met[i].last] {
			s.raws[w.label] += scaled(int64(w.value), scale)
		}
	}
}

// ranked gives the labels that are listed, surest first. Exclusive labels share one whole, by their raw scores; others are each for itself.
func (s *scratch) ranked(l *learned) []taught {
	total := 1.0
	top := slices.Max(s.raws)
	if l.exclusive {
		total = 0
		for _, r := range s.raws {
			total += math.Exp(fromMicro(r - top))
		}
	}
	s.rank = s.rank[:0]
	for i, r := range s.raws {
		t := taught{by: l, label: int32(i), raw: r}
		if l.exclusive {
			t.confidence = round3(math.Exp(fromMicro(r-top)) / total)
		} else {
			t.confidence = logistic(r)
		}
		t.sure = t.confidence >= l.labels[i].threshold
		if l.labels[i].id != "" && (t.confidence >= topicListed || t.sure || r == top && l.replaces) {
			s.rank = append(s.rank, t)
		}
	}
	slices.SortStableFunc(s.rank, func(a, b taught) int {
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), cmp.Compare(b.raw, a.raw))
	})
	listed := s.rank[:0]
	for _, t := range s.rank { // labels that overlays renamed to one are listed once
		if !slices.ContainsFunc(listed, func(o taught) bool { return l.labels[o.label].id == l.labels[t.label].id }) {
			listed = append(listed, t)
		}
	}
	return listed
}

// gather appends the lessons of a label, by where they stand; what is smaller than a word is the word's.
func (s *scratch) gather(l *learned, label int32, scale int64) {
	for i := 0; i < len(s.met); {
		at, value := s.met[i].place, int64(0)
		for ; i < len(s.met) && s.met[i].place == at; i++ {
			value += scaled(weightOf(l.weights[s.met[i].first:s.met[i].last], label), scale)
		}
		if value != 0 {
			s.lessons = append(s.lessons, at.lesson(value))
		}
	}
}

// weightOf gives the weight of a label among those of a feature, 0 for none.
func weightOf(weights []labelWeight, label int32) int64 {
	for len(weights) > 8 {
		if half := len(weights) / 2; weights[half].label > label {
			weights = weights[:half]
		} else {
			weights = weights[half:]
		}
	}
	for _, w := range weights {
		if w.label == label {
			return int64(w.value)
		}
	}
	return 0
}

// teach writes lessons as evidence.
func (s *scratch) teach(lessons []lesson, lexicon string) {
	for _, x := range lessons {
		e := s.span(x.start, x.end)
		e.Contribution, e.Rules, e.Lexicon = fromMicro(x.value), s.ruleNames(0), lexicon
		if x.pair {
			a, b := &s.toks[s.units[x.start].tok], &s.toks[s.units[x.end-1].tok]
			e.Parts = [][2]int{{int(a.cpStart), int(a.cpEnd)}, {int(b.cpStart), int(b.cpEnd)}}
		}
		b := s.fold[:0]
		for i := x.start; i < x.end; i++ {
			if x.pair && i > x.start && i < x.end-1 {
				continue
			}
			if i > x.start {
				b = append(b, ' ')
			}
			if x.pair && i == x.end-1 {
				b = append(b, "* "...)
			}
			b = append(b, s.spelling[s.spelt[i].text:s.spelt[i].bare]...)
		}
		s.fold = b
		e.Entry = string(b)
	}
}

// taughtTopics gives the topics that overlays learned.
func (s *scratch) taughtTopics(out []Topic) []Topic {
	for i := range s.taught {
		t := &s.taught[i]
		if t.by.task != lexicons.Topics {
			continue
		}
		from := len(s.room)
		lessons := s.lessons[t.lo:t.hi]
		s.teach(lessons, t.by.name)
		lb := &t.by.labels[t.label]
		out = append(out, Topic{
			ID: lb.id, Confidence: t.confidence, Sure: t.sure, Raw: fromMicro(t.raw), Bias: fromMicro(lb.bias),
			Sentiment: polarity(s.aroundLessons(lessons)), Evidence: s.since(from),
		})
	}
	return out
}

// aroundLessons sums the sentiment of the phrases that the strongest word for a label stands in; without any it is 0.
func (s *scratch) aroundLessons(lessons []lesson) int64 {
	var best *lesson
	for i := range lessons {
		if x := &lessons[i]; x.value > 0 && (best == nil || x.value > best.value) {
			best = x
		}
	}
	if best == nil {
		return 0
	}
	h := [1]hit{{start: best.start, end: best.end, value: best.value}}
	return s.around(h[:])
}

// taughtIntents gives the intents that overlays learned.
func (s *scratch) taughtIntents(out []Intent) []Intent {
	for i := range s.taught {
		t := &s.taught[i]
		if t.by.task != lexicons.Intents {
			continue
		}
		from := len(s.room)
		s.teach(s.lessons[t.lo:t.hi], t.by.name)
		lb := &t.by.labels[t.label]
		out = append(out, Intent{ID: lb.id, Confidence: t.confidence, Sure: t.sure, Raw: fromMicro(t.raw), Bias: fromMicro(lb.bias), Evidence: s.since(from)})
	}
	return out
}

// superseded tells whether a label of the lexicon is not listed because an overlay learned it, or learned all labels of its task.
func (s *scratch) superseded(task lexicons.Task, id string) bool {
	m := s.model
	if len(m.learned) == 0 {
		return false
	}
	return m.replaced[task] || m.relearned[task][id]
}
