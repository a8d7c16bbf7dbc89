package analyzer

import (
	"math"
	"slices"
)

// Topics, intents and urgency are logistic: raw = bias + Σ contributions, confidence = 1/(1+e^−raw). A weight of 1 in a lexicon adds
// two to raw, so that one clear word lifts a topic above its threshold and a hint alone does not.
const (
	weightScale   = 2
	topicBias     = -1_200_000
	topicListed   = 0.25 // confidence from which a topic is listed at all
	labelSure     = 0.5
	intentBias    = -1_200_000
	urgencyBias   = -2_600_000
	urgentHigh    = 0         // raw from which urgency is high
	urgentMost    = 2_500_000 // … and critical
	urgentLow     = -3_400_000
	praiseShare   = 0.6 // of a sentiment contribution that speaks for complaint or praise
	againstShare  = 0.3 // … and against the other
	questionMark  = 2_200_000
	sentimentRule = "sentiment"
)

func logistic(raw int64) float64 { return round3(1 / (1 + math.Exp(-fromMicro(raw)))) }

// hit is a match that speaks for a label.
type hit struct {
	label        int32
	match, entry int32
	value        int64
	start, end   int32
}

// hits gives the matches of a kind by label; of those of one label that overlap, the strongest stays.
func (s *scratch) hits(kind entryKind) []hit {
	m := s.model
	var hits []hit
	for i := range s.matches {
		mt := &s.matches[i]
		id := m.forms[mt.form].entry
		e := &m.entries[id]
		if e.kind != kind {
			continue
		}
		hits = append(hits, hit{e.label, int32(i), int32(id), e.value * weightScale, mt.start, mt.end})
	}
	if len(hits) < 2 {
		return hits
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.label != b.label {
			return int(a.label - b.label)
		}
		if a.start != b.start {
			return int(a.start - b.start)
		}
		return int(b.end - a.end)
	})
	kept := hits[:1]
	for _, h := range hits[1:] {
		last := &kept[len(kept)-1]
		if h.label == last.label && h.start < last.end {
			if abs(h.value) > abs(last.value) || h.value == last.value && h.end-h.start > last.end-last.start {
				*last = h
			}
			continue
		}
		kept = append(kept, h)
	}
	return kept
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// reasons writes hits out as evidence. The same entry counts at most twice: a word said ten times is no tenfold reason.
func (s *scratch) reasons(hits []hit) (out []Evidence, raw int64) {
	out = make([]Evidence, 0, len(hits))
	for i, h := range hits {
		same := 0
		for _, g := range hits[:i] {
			if g.entry == h.entry {
				same++
			}
		}
		if same >= 2 {
			continue
		}
		value := h.value >> same
		e := s.span(h.start, h.end)
		e.Contribution = fromMicro(value)
		en := &s.model.entries[h.entry]
		e.Entry, e.Lexicon = en.term, en.lexicon
		mt := &s.matches[h.match]
		if mt.quality == typedBare {
			e.Rules = append(e.Rules, "bare")
		} else if mt.quality == typedNear {
			e.Rules = append(e.Rules, "near")
		}
		if mt.gaps {
			if parts := s.parts(mt); len(parts) > 1 {
				e.Parts = parts
			}
		}
		raw += value
		out = append(out, e)
	}
	return out, raw
}

// parts lists the runs of words that a match with gaps is made of.
func (s *scratch) parts(mt *match) [][2]int {
	var parts [][2]int
	n := int(s.model.forms[mt.form].n)
	for i := 0; i < n; {
		j := i + 1
		for j < n && mt.path[j] == mt.path[j-1]+1 {
			j++
		}
		a, b := &s.toks[s.units[mt.path[i]].tok], &s.toks[s.units[mt.path[j-1]].tok]
		parts = append(parts, [2]int{int(a.cpStart), int(b.cpEnd)})
		i = j
	}
	return parts
}

// topics gives the themes spoken of, surest first, each with the sentiment of the phrases it stands in.
func (s *scratch) topics() []Topic {
	hits := s.hits(kindTopic)
	out := []Topic{}
	for lo := 0; lo < len(hits); {
		hi := lo + 1
		for hi < len(hits) && hits[hi].label == hits[lo].label {
			hi++
		}
		group := hits[lo:hi]
		evidence, raw := s.reasons(group)
		raw += topicBias
		if confidence := logistic(raw); confidence >= topicListed {
			out = append(out, Topic{
				ID: s.model.themes[group[0].label], Confidence: confidence, Sure: confidence >= labelSure,
				Raw: fromMicro(raw), Bias: fromMicro(topicBias), Sentiment: polarity(s.around(group)), Evidence: evidence,
			})
		}
		lo = hi
	}
	slices.SortStableFunc(out, func(a, b Topic) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
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

// intents gives what the writer wants, surest first. Sentiment evidence speaks for complaint or praise too.
func (s *scratch) intents(sentiment []Evidence) []Intent {
	hits := s.hits(kindIntent)
	out := []Intent{}
	for label := range intentNames {
		lo := 0
		for lo < len(hits) && hits[lo].label < int32(label) {
			lo++
		}
		hi := lo
		for hi < len(hits) && hits[hi].label == int32(label) {
			hi++
		}
		if lo == hi && label != intentComplaint && label != intentPraise && label != intentQuestion {
			continue
		}
		evidence, raw := s.reasons(hits[lo:hi])
		raw += intentBias
		switch label {
		case intentComplaint:
			raw += lean(&evidence, sentiment, -1)
		case intentPraise:
			raw += lean(&evidence, sentiment, 1)
		case intentQuestion:
			for i := range s.sentences {
				if st := &s.sentences[i]; st.question && st.unitEnd > st.unit {
					e := s.questionMark(st)
					evidence = append(evidence, e)
					raw += questionMark
					break
				}
			}
		}
		if confidence := logistic(raw); confidence >= labelSure {
			out = append(out, Intent{ID: intentNames[label], Confidence: confidence, Sure: true, Raw: fromMicro(raw), Bias: fromMicro(intentBias), Evidence: evidence})
		}
	}
	slices.SortStableFunc(out, func(a, b Intent) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return out
}

// lean adds the sentiment evidence to an intent: what is on its side (sign) for it, the rest against it.
func lean(evidence *[]Evidence, sentiment []Evidence, sign float64) int64 {
	sum := int64(0)
	for _, e := range sentiment {
		c := e.Contribution * sign
		share := praiseShare
		if c < 0 {
			share = againstShare
		}
		value := toMicro(c * share)
		e.Contribution = fromMicro(value)
		e.Rules = append(append([]string{}, e.Rules...), sentimentRule)
		*evidence = append(*evidence, e)
		sum += value
	}
	return sum
}

// questionMark points at the mark that ends a sentence, or at its last token where a word makes the question.
func (s *scratch) questionMark(st *sentence) Evidence {
	t := &s.toks[st.tokEnd-1]
	for i := st.tok; i < st.tokEnd; i++ {
		if tk := &s.toks[i]; tk.kind == Punct && s.texts[tk.field][tk.start] == '?' {
			t = tk
		}
	}
	e := Evidence{Start: int(t.cpStart), End: int(t.cpEnd), Text: s.slice(t.field, t.start, t.end), Contribution: fromMicro(questionMark), Entry: "?", Rules: []string{}, Lexicon: "shared/marks"}
	if t.field == fieldTitle {
		e.Field = "title"
	}
	return e
}

// urgency says how soon somebody should act.
func (s *scratch) urgency() Urgency {
	evidence, raw := s.reasons(s.hits(kindUrgency))
	raw += urgencyBias
	u := Urgency{Level: UrgencyNormal, Raw: fromMicro(raw), Bias: fromMicro(urgencyBias), Evidence: evidence}
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
