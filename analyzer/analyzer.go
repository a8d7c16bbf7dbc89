package analyzer

import (
	"math"
	"sync"

	"github.com/thau-cx/thau/lexicons"
)

// Revision is the analyzer's own version. It is raised whenever the same text and lexicon give another Analysis.
const Revision = "4"

// Analyzer reads texts with one lexicon. It is immutable and safe for concurrent use.
type Analyzer struct {
	model *model
	pool  sync.Pool
}

// New lays out a lexicon for matching. The error names the entry that cannot be laid out.
func New(lex *lexicons.Lexicon) (*Analyzer, error) {
	m, err := newModel(lex)
	if err != nil {
		return nil, err
	}
	a := &Analyzer{model: m}
	a.pool.New = func() any { return &scratch{model: m} }
	return a, nil
}

// Engine names the revision and lexicon this analyzer reads with.
func (a *Analyzer) Engine() Engine { return a.model.engine }

// TopicName is what people call a topic.
type TopicName struct {
	English    string `json:"en"`
	Vietnamese string `json:"vi"`
}

// TopicName gives what people call a topic of the taxonomy; a topic that it does not list is called by its id.
func (a *Analyzer) TopicName(id string) TopicName {
	if i, ok := a.model.themeIndex[id]; ok {
		return a.model.themeNames[i]
	}
	return TopicName{id, id}
}

// Analyze reads one text. It never fails: a text that says nothing has language "und", no evidence and the label of the bias.
func (a *Analyzer) Analyze(in Input) Analysis {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	out := s.analyze(in)
	s.lists = lists{} // they are the result's
	return out
}

// AppendAnalysis reads one text and appends its Analysis as JSON: the bytes that AppendJSON writes of what Analyze gives, without the
// garbage that an Analysis is when it is written and forgotten.
func (a *Analyzer) AppendAnalysis(dst []byte, in Input) []byte {
	s := a.pool.Get().(*scratch)
	defer a.pool.Put(s)
	s.lists = s.spare
	out := s.analyze(in)
	dst = AppendJSON(dst, &out)
	s.spare, s.lists = s.lists.reuse(), lists{}
	return dst
}

func (s *scratch) analyze(in Input) Analysis {
	s.read(in)
	s.reason()
	s.decide()
	s.apply()
	s.makeRoom()
	out := Analysis{
		Language:  s.language(),
		Sentiment: s.verdict(),
		Sentences: s.sentenceList(),
		Topics:    s.topics(),
		Intents:   s.intents(),
		Urgency:   s.urgency(),
		PII:       s.pii(),
		Engine:    s.model.engine,
	}
	if in.Phrases {
		out.KeyPhrases = s.keyPhrases()
	}
	if in.Terms {
		out.Terms = s.termKeys()
	}
	return out
}

// read takes a text in: tokens, units, matches and what they add to the sentiment.
func (s *scratch) read(in Input) {
	s.reset()
	s.texts[fieldTitle], s.texts[fieldText] = in.Title, in.Text
	if in.Title != "" {
		s.scan(in.Title, fieldTitle)
	}
	s.scan(in.Text, fieldText)
	s.resolve(in.Lang)
	s.matchAll()
	s.sentiment()
}

func (s *scratch) language() Language {
	v := &s.votes
	l := Language{Code: langCode(v.lang), Confidence: round3(v.confidence), Mix: unmixed}
	if v.lang != 0 {
		l.Mix = mixes[int(math.Round(v.mixVi*1000))]
	}
	return l
}

// unmixed and mixes are the mixes that occur, by the thousandths of Vietnamese. An Analysis shares them.
var (
	unmixed = map[string]float64{}
	mixes   = func() (m [1001]map[string]float64) {
		for i := range m {
			m[i] = make(map[string]float64, 2)
			if i > 0 {
				m[i]["vi"] = float64(i) / 1000
			}
			if i < 1000 {
				m[i]["en"] = float64(1000-i) / 1000
			}
		}
		return m
	}()
)

func round3(v float64) float64 { return math.Round(v*1000) / 1000 }

// fromMicro gives millionths as a number.
func fromMicro(v int64) float64 { return float64(v) / micro }

// scoreSpread bends raw to [−1, 1]: score = raw / √(raw² + scoreSpread). One strong entry (valence 3) gives 0.65, two 0.87.
const scoreSpread = 12

func score(raw int64) float64 {
	r := fromMicro(raw)
	return round3(r / math.Sqrt(r*r+scoreSpread))
}

// polarityAt is the raw score from which a sentence or topic counts as positive or negative: less than the faintest plain word.
const polarityAt = 400_000

func polarity(raw int64) Polarity {
	p := Polarity{Label: Neutral, Score: score(raw)}
	switch {
	case raw >= polarityAt:
		p.Label = Positive
	case raw <= -polarityAt:
		p.Label = Negative
	}
	return p
}

// reason lists what adds to the sentiment, items and fitted terms, in the order of the text.
func (s *scratch) reason() {
	s.reasons = s.reasons[:0]
	for i, j := 0, 0; i < len(s.items) || j < len(s.weights); {
		if j == len(s.weights) || i < len(s.items) && s.items[i].start <= s.weights[j].start {
			if it := &s.items[i]; it.role == 0 && it.value != 0 {
				s.reasons = append(s.reasons, reason{it.start, it.end, it.entry, it.symbol, it.rules, it.value})
			}
			i++
			continue
		}
		if w := &s.weights[j]; w.value != 0 {
			s.reasons = append(s.reasons, reason{w.start, w.end, w.entry, -1, w.rules, w.value})
		}
		j++
	}
}

// verdict sums the reasons up.
func (s *scratch) verdict() Sentiment {
	plus, minus := int64(0), int64(0)
	for i := range s.reasons {
		if v := s.reasons[i].value; v > 0 {
			plus += v
		} else {
			minus -= v
		}
	}
	mixed := min(plus, minus) >= micro && 3*min(plus, minus) >= max(plus, minus)
	lessons := s.sentimentLessons()
	for i := range lessons {
		if v := lessons[i].value; v > 0 {
			plus += v
		} else {
			minus -= v
		}
	}
	bias := s.model.sentimentBias(s.votes.lang)
	raw := bias + plus - minus
	v := Sentiment{Raw: fromMicro(raw), Score: score(raw), Bias: fromMicro(bias), Mixed: mixed}
	if len(lessons) > 0 {
		v.Probabilities = s.model.teacher().opinion.probabilities(s.votes.lang, raw, plus+minus, s.said)
	} else {
		v.Probabilities = s.model.calibration[calibrated(s.votes.lang)].probabilities(raw, plus+minus, s.length())
	}
	v.Label, v.Confidence = Neutral, v.Probabilities.Neutral
	if v.Probabilities.Positive > v.Confidence {
		v.Label, v.Confidence = Positive, v.Probabilities.Positive
	}
	if v.Probabilities.Negative > v.Confidence {
		v.Label, v.Confidence = Negative, v.Probabilities.Negative
	}
	from := len(s.room)
	for i := range s.reasons {
		r := &s.reasons[i]
		s.write(r, r.value, r.rules)
	}
	if len(lessons) > 0 {
		s.teach(lessons, s.model.teacher().name)
	}
	v.Evidence = s.since(from)
	return v
}

func (s *scratch) sentenceList() []Sentence {
	out := room(&s.lists.sentences, len(s.sentences))
	for i := range s.sentences {
		st := &s.sentences[i]
		if st.tokEnd <= st.tok {
			continue
		}
		x := Sentence{
			Start: int(s.toks[st.tok].cpStart), End: int(s.toks[st.tokEnd-1].cpEnd),
			Language: langCode(st.lang), Sentiment: polarity(st.raw),
		}
		if s.toks[st.tok].field == fieldTitle {
			x.Field = "title"
		}
		out = append(out, x)
	}
	return out
}
