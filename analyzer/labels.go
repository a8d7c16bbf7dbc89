package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/lexicons"
)

// Topics, intents and urgency are logistic: raw = bias + Σ contributions, confidence = 1/(1+e^−raw), for intents with the slope and offset
// that were fitted (confidence.tsv). A weight of 1 in a lexicon adds
// two to raw, so that one clear word lifts a topic above its threshold and a hint alone does not.
const (
	weightScale      = 2
	topicBias        = -1_200_000
	topicListed      = 0.25 // confidence from which a topic is listed at all
	labelSure        = 0.5
	intentSure       = 0.4 // F1 is at its best at a threshold of half its value (Lipton, Elkan and Naryanaswamy 2014), which is about .8
	intentBias       = -1_200_000
	verdictBias      = -500_000 // of complaint and praise, which the sentiment speaks for
	urgencyBias      = -2_600_000
	urgentHigh       = 0         // raw from which urgency is high
	urgentMost       = 2_500_000 // … and critical
	urgentLow        = -3_400_000
	verdictShare     = 0.6 // of a sentiment contribution that speaks for complaint or praise
	malfunctionShare = 0.3 // … where it is what does not work
	againstShare     = 0.3 // … and against the other
	questionMark     = 2_200_000
)

func logistic(raw int64) float64 { return round3(1 / (1 + math.Exp(-fromMicro(raw)))) }

// Topics lists the topics that can be read, those of learned overlays too.
func (a *Analyzer) Topics() []string { return a.model.known(a.model.themes, lexicons.Topics) }

// Intents lists the intents that can be read, those of learned overlays too.
func (a *Analyzer) Intents() []string { return a.model.known(intentNames, lexicons.Intents) }

// known adds the labels learned for a task to others.
func (m *model) known(labels []string, task lexicons.Task) []string {
	out := slices.Clone(labels)
	for _, l := range m.learned {
		if l.task != task {
			continue
		}
		for _, label := range l.labels {
			if label.id != "" && !slices.Contains(out, label.id) {
				out = append(out, label.id)
			}
		}
	}
	return out
}

// sureness is how often an intent with a raw score is right: a logistic function, fitted on labelled messages.
type sureness struct{ slope, offset float64 }

func (c sureness) confidence(raw int64) float64 {
	return round3(1 / (1 + math.Exp(-c.slope*fromMicro(raw)-c.offset)))
}

// assure takes how sure the intents are from the lexicon.
func (m *model) assure(rows []lexicons.Confidence) {
	m.sureness = make([]sureness, len(intentNames))
	for i := range m.sureness {
		m.sureness[i] = sureness{slope: 1}
	}
	for _, r := range rows {
		m.sureness[slices.Index(intentNames, r.Intent)] = sureness{r.Slope, r.Offset}
	}
}

// hit is a match that speaks for a label.
type hit struct {
	match      int32
	label      int32
	start, end int32 // units
	value      int64
	again      uint8 // how often its entry came before: the second time it counts half, from mostAgain on nothing
}

// mostAgain is how often an entry counts: a word said ten times is no tenfold reason.
const mostAgain = 2

// hitList is the hits of one kind of label. Its slices are reused.
type hitList struct {
	found    []hit // as they stand in the text, of those that start together the longest first
	sorted   []hit // by label
	places   []int32
	findings []finding
}

// finding is the hits [lo, hi) of one label and what they come to.
type finding struct {
	label, lo, hi int32
	count         int32 // evidence to be written
	raw           int64
	confidence    float64
}

// findHits takes the hits out of the matches and sorts them out. Every step is linear, however long the text.
func (s *scratch) findHits() {
	m := s.model
	for k := range s.hits {
		s.hits[k].found = s.hits[k].found[:0]
	}
	for i := range s.matches {
		mt := &s.matches[i]
		if mt.kind < kindTopic {
			continue
		}
		e := &m.entries[mt.entry]
		s.hitsOf(mt.kind).add(hit{match: int32(i), label: e.label, start: mt.start, end: mt.end, value: e.value * weightScale})
	}
	if len(s.times) < len(m.entries) {
		s.times = make([]uint8, len(m.entries))
	}
	for k, labels := range [...]int{len(m.themes), len(intentNames), len(kindNames)} {
		l := &s.hits[k]
		l.sort(labels)
		for g := range l.findings {
			s.count(l, &l.findings[g])
		}
	}
	s.hitsOf(kindUrgency).bound()
}

// Somebody who waits, writes again, has a deadline or wants the manager is pressing, and so is one who was charged wrongly; all that
// together makes a matter high. Critical takes danger, an outage, the law or fraud, which is what a weight of 3 says. So the rest adds
// pressingMost at most, which stays below urgentMost.
const (
	pressingMost = urgentMost - urgencyBias - 100_000
	decisive     = 3 * weightScale * micro
)

// pressing are the kinds of urgency that are no danger by themselves.
var pressing = [...]bool{urgentMoney: true, urgentDeadline: true, urgentRepeated: true, urgentEscalation: true, urgentCalm: false}

// bound cuts what presses to pressingMost: the last hits add less, or nothing.
func (l *hitList) bound() {
	left := int64(pressingMost)
	for i := range l.findings {
		g := &l.findings[i]
		if !pressing[g.label] {
			continue
		}
		for j := g.lo; j < g.hi; j++ {
			h := &l.sorted[j]
			v := h.value >> h.again
			if h.again >= mostAgain || v <= 0 || v >= decisive {
				continue
			}
			take := min(v, left)
			left -= take
			if g.raw += take - v; take < v {
				h.value, h.again = take, 0
			}
			if take == 0 {
				h.again = mostAgain
				g.count--
			}
		}
	}
}

// add takes a hit in. Hits come in the order of their start.
func (l *hitList) add(h hit) {
	l.found = append(l.found, h)
	for i := len(l.found) - 1; i > 0 && l.found[i-1].start == h.start && l.found[i-1].end < h.end; i-- {
		l.found[i-1], l.found[i] = l.found[i], l.found[i-1]
	}
}

// sort sorts the hits by label; of those of one label that overlap, the strongest stays.
func (l *hitList) sort(labels int) {
	l.findings = l.findings[:0]
	if len(l.found) == 0 {
		return
	}
	if len(l.places) < labels+1 {
		l.places = make([]int32, labels+1)
	}
	places := l.places[:labels+1] // label → where its next hit goes
	clear(places)
	for i := range l.found {
		places[l.found[i].label+1]++
	}
	for i := 1; i < len(places); i++ {
		places[i] += places[i-1]
	}
	l.sorted = append(l.sorted[:0], l.found...)
	for i := range l.found {
		h := &l.found[i]
		l.sorted[places[h.label]] = *h
		places[h.label]++
	}
	kept := int32(0)
	for i := range l.sorted {
		h := &l.sorted[i]
		if i == 0 || h.label != l.sorted[kept-1].label {
			l.findings = append(l.findings, finding{label: h.label, lo: kept, hi: kept})
		} else if last := &l.sorted[kept-1]; h.start < last.end {
			if abs(h.value) > abs(last.value) || h.value == last.value && h.end-h.start > last.end-last.start {
				*last = *h
			}
			continue
		}
		l.sorted[kept] = *h
		kept++
		l.findings[len(l.findings)-1].hi = kept
	}
}

// count adds a finding up.
func (s *scratch) count(l *hitList, g *finding) {
	hits := l.sorted[g.lo:g.hi]
	for i := range hits {
		h := &hits[i]
		times := &s.times[s.matches[h.match].entry]
		if h.again = *times; h.again < mostAgain {
			*times++
			g.count++
			g.raw += h.value >> h.again
		}
	}
	for i := range hits {
		s.times[s.matches[hits[i].match].entry] = 0
	}
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// decide settles which labels are given, surest first, and how much evidence they take.
func (s *scratch) decide() {
	s.findHits()
	s.decideTopics()
	s.decideIntents()
}

func (s *scratch) decideTopics() {
	l := s.hitsOf(kindTopic)
	given := l.findings[:0]
	for _, g := range l.findings {
		g.raw += topicBias
		if g.confidence = logistic(g.raw); g.confidence >= topicListed {
			given = append(given, g)
		}
	}
	themes := s.model.themes
	slices.SortStableFunc(given, func(a, b finding) int {
		if c := cmp.Compare(b.confidence, a.confidence); c != 0 {
			return c
		}
		return strings.Compare(themes[a.label], themes[b.label])
	})
	l.findings = given
}

// decideIntents takes the sentiment for complaint and praise in, and the question marks for a question.
func (s *scratch) decideIntents() {
	l := s.hitsOf(kindIntent)
	s.asked = nil
	for i := range s.sentences {
		if st := &s.sentences[i]; st.question && st.unitEnd > st.unit {
			s.asked = st
			break
		}
	}
	s.markActs()
	found := l.findings
	s.intended = s.intended[:0]
	for label := range int32(len(intentNames)) {
		g := finding{label: label}
		if len(found) > 0 && found[0].label == label {
			g, found = found[0], found[1:]
		} else if label != intentComplaint && label != intentPraise && (label != intentQuestion || s.asked == nil) {
			continue
		}
		g.raw += biasOf(label)
		switch {
		case label == intentComplaint || label == intentPraise:
			for i := range s.reasons {
				g.raw += s.lean(&s.reasons[i], label)
			}
			g.count += int32(len(s.reasons))
		case label == intentQuestion && s.asked != nil:
			g.raw += questionMark
			g.count++
		}
		if g.raw >= 0 || label == intentComplaint && s.suspected(&g) {
			g.confidence = s.model.sureness[label].confidence(g.raw)
			s.intended = append(s.intended, g)
		}
	}
	slices.SortStableFunc(s.intended, func(a, b finding) int { return cmp.Compare(b.confidence, a.confidence) })
}

// biasOf gives the bias of an intent.
func biasOf(label int32) int64 {
	if label == intentComplaint || label == intentPraise {
		return verdictBias
	}
	return intentBias
}

// lean gives what a reason of the sentiment adds to complaint or praise: more where it is on its side than against it. Words that ask,
// propose, thank or leave are kind or harsh without a verdict (`giúp em`, `should have`, `cancel`), and what does not work is told more
// than complained of, until another word says so.
func (s *scratch) lean(r *reason, label int32) int64 {
	acts := s.actsIn(r)
	switch v := leaning(r, label); {
	case v < 0:
		return toMicro(v * againstShare)
	case acts&verdictless != 0:
		return 0
	case label == intentComplaint && acts&(1<<intentBug) != 0:
		return toMicro(v * malfunctionShare)
	default:
		return toMicro(v * verdictShare)
	}
}

// leaning gives a reason's value as it speaks for complaint or praise.
func leaning(r *reason, label int32) float64 {
	if label == intentComplaint {
		return -fromMicro(r.value)
	}
	return fromMicro(r.value)
}

// suspected tells whether all that the sentiment has against something, be it said in a wish, a request or of a malfunction, makes a
// complaint possible: then it is listed, though not sure.
func (s *scratch) suspected(g *finding) bool {
	sum := g.raw
	for i := range s.reasons {
		if r := &s.reasons[i]; r.value < 0 {
			sum += toMicro(leaning(r, intentComplaint)*verdictShare) - s.lean(r, intentComplaint)
		}
	}
	return sum >= 0
}

// verdictless are the intents whose words say nothing for complaint or praise.
const verdictless = 1<<intentQuestion | 1<<intentRequest | 1<<intentSuggestion | 1<<intentCancel | 1<<intentThanks | 1<<intentSpam

// markActs notes which intents the words of the text speak for, a bit an intent.
func (s *scratch) markActs() {
	if cap(s.acts) < len(s.units) {
		s.acts = make([]uint16, len(s.units)+len(s.units)/4)
	}
	s.acts = s.acts[:len(s.units)]
	clear(s.acts)
	l := s.hitsOf(kindIntent)
	for i := range l.found {
		if h := &l.found[i]; h.value > 0 {
			for u := h.start; u < h.end; u++ {
				s.acts[u] |= 1 << h.label
			}
		}
	}
}

// actsIn gives the intents that the words of a reason speak for.
func (s *scratch) actsIn(r *reason) (acts uint16) {
	for u := r.start; u < r.end; u++ {
		acts |= s.acts[u]
	}
	return acts
}

// hitsOf gives the list of a kind: topics, intents or urgency.
func (s *scratch) hitsOf(kind entryKind) *hitList { return &s.hits[kind-kindTopic] }

// topics gives the themes spoken of, each with the sentiment of the phrases it stands in.
func (s *scratch) topics() []Topic {
	l := s.hitsOf(kindTopic)
	out := room(&s.lists.topics, len(l.findings)+len(s.taught))
	for _, g := range l.findings {
		id := s.model.themes[g.label]
		if s.superseded(lexicons.Topics, id) {
			continue
		}
		from := len(s.room)
		s.explain(l, &g)
		out = append(out, Topic{
			ID: id, Confidence: g.confidence, Sure: g.confidence >= labelSure,
			Raw: fromMicro(g.raw), Bias: fromMicro(topicBias), Sentiment: polarity(s.around(l.sorted[g.lo:g.hi])), Evidence: s.since(from),
		})
	}
	if len(s.taught) > 0 {
		out = s.taughtTopics(out)
		slices.SortStableFunc(out, func(a, b Topic) int { return cmp.Compare(b.Confidence, a.Confidence) })
	}
	return out
}

// around sums the sentiment of the phrases that hits stand in, each phrase once. Where they have none, half of what their sentence says
// is taken for them.
func (s *scratch) around(hits []hit) int64 {
	sum := int64(0)
	next := int32(0) // phrases before it are counted
	for _, h := range hits {
		if h.value <= 0 {
			continue
		}
		spoken := false
		first, last := s.units[h.start].phrase, s.units[h.end-1].phrase
		for p := first; p <= last; p++ {
			spoken = spoken || s.phrases[p].spoken
			if p >= next {
				sum += s.phrases[p].raw
			}
		}
		if !spoken && last >= next {
			sum += s.sentences[s.phrases[first].sentence].raw / 2
		}
		next = max(next, last+1)
	}
	return sum
}

// intents gives what the writer wants. Sentiment evidence speaks for complaint or praise too.
func (s *scratch) intents() []Intent {
	l := s.hitsOf(kindIntent)
	out := room(&s.lists.intents, len(s.intended)+len(s.taught))
	for _, g := range s.intended {
		if s.superseded(lexicons.Intents, intentNames[g.label]) {
			continue
		}
		from := len(s.room)
		s.explain(l, &g)
		switch {
		case g.label == intentComplaint || g.label == intentPraise:
			for j := range s.reasons {
				r := &s.reasons[j]
				s.write(r, s.lean(r, g.label), r.rules|ruleSentiment)
			}
		case g.label == intentQuestion && s.asked != nil:
			s.point(s.asked)
		}
		out = append(out, Intent{
			ID: intentNames[g.label], Confidence: g.confidence, Sure: g.confidence >= intentSure,
			Raw: fromMicro(g.raw), Bias: fromMicro(biasOf(g.label)), Evidence: s.since(from),
		})
	}
	if len(s.taught) > 0 {
		out = s.taughtIntents(out)
		slices.SortStableFunc(out, func(a, b Intent) int { return cmp.Compare(b.Confidence, a.Confidence) })
	}
	return out
}

// urgency says how soon somebody should act.
func (s *scratch) urgency() Urgency {
	l := s.hitsOf(kindUrgency)
	raw := int64(urgencyBias)
	for i := range l.findings {
		raw += l.findings[i].raw
	}
	from := len(s.room)
	for i := range l.findings {
		s.explain(l, &l.findings[i])
	}
	u := Urgency{Level: UrgencyNormal, Raw: fromMicro(raw), Bias: fromMicro(urgencyBias), Evidence: s.since(from)}
	switch {
	case raw >= urgentMost:
		u.Level, u.Confidence = UrgencyCritical, logistic(raw-urgentMost+micro)
	case raw >= urgentHigh:
		u.Level, u.Confidence = UrgencyHigh, logistic(min(raw-urgentHigh, urgentMost-raw)+micro)
	case raw <= urgentLow:
		u.Level, u.Confidence = UrgencyLow, logistic(urgentLow-raw+micro)
	default:
		u.Level, u.Confidence = UrgencyNormal, logistic(min(urgentHigh-raw, raw-urgentLow)+micro)
	}
	return u
}
