package store

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/feedback"
)

// The facts of a record are what filters and tallies read: the numbers of its labels and its scores, packed into one small column.
// The truth of them is the record; they are written with it in the same transaction and never change on their own.
//
//	byte     format, 1
//	8 bytes  customer, hashed; 0 where none
//	uvarint  source, channel, language, sentiment, urgency, touchpoint (label numbers, 0 where empty)
//	byte     1 and 8 bytes of the sentiment's score where there is a text, else 0
//	uvarint  how many topics and intents, and the number of each, ascending
//	uvarint  how many tags and attributes, and the number of each, ascending
//	uvarint  how many scores, and of each the number of its name, value, min, max (8 bytes each), 1 where high is effort
//	uvarint  how many topics something is said of, and of each its number and the sentiment (8 bytes)
//
// Integers and floats of 8 bytes are little-endian.
const factsFormat = 1

// label is a value of a facet.
type label struct {
	facet, value string
}

// The facets with one value a record, in the order the facts keep them.
const (
	facetSource = iota
	facetChannel
	facetLanguage
	facetSentiment
	facetUrgency
	facetTouchpoint
	singleFacets // how many there are
)

// singleFacetNames are the names of those facets.
var singleFacetNames = [singleFacets]string{"source", "channel", "language", "sentiment", "urgency", "touchpoint"}

// The facets with many values a record, and the names of scores, which are labels too.
const (
	facetTopic      = "topic"
	facetIntent     = "intent"
	facetTag        = "tag"
	facetAttributes = "attr." // and the attribute's name
	facetScore      = "score"
)

// recordFacts are the facts of one record with labels by number.
type recordFacts struct {
	customer uint64
	single   [singleFacets]int64
	written  bool    // there is a text, so the sentiment says something
	score    float64 // of the sentiment
	read     []int64 // topics and intents, ascending
	words    []int64 // tags and attributes, ascending; the words of callers, whose uses are counted
	scores   []scoreFact
	topics   []topicFact // what is said of each topic, without those above it
}

// scoreFact is one score of a record.
type scoreFact struct {
	name            int64 // number of the label
	value, min, max float64
	effort          bool
}

// score gives a score as it was sent.
func (s scoreFact) score() feedback.Score {
	out := feedback.Score{Value: s.value, Min: s.min, Max: s.max}
	if s.effort {
		out.HighIs = "effort"
	}
	return out
}

// topicFact is the sentiment of what is said of a topic.
type topicFact struct {
	topic     int64 // number of the label
	sentiment float64
}

// singles gives the values of the facets with one value.
func singles(r *feedback.Record, l feedback.Labels) [singleFacets]string {
	return [singleFacets]string{
		facetSource:     r.Source,
		facetChannel:    r.Channel,
		facetLanguage:   l.Language,
		facetSentiment:  l.Sentiment,
		facetUrgency:    l.Urgency,
		facetTouchpoint: r.Touchpoint,
	}
}

// readings gives the topics and intents of a record, possibly twice. A topic counts for those above it too, and each with what is
// said of it: "delivery.speed", "delivery.speed:negative", "delivery", "delivery:negative".
func readings(l feedback.Labels) []label {
	out := make([]label, 0, 4*len(l.Topics)+len(l.Intents))
	for topic, polarity := range l.Topics {
		for topic != "" {
			out = append(out, label{facetTopic, topic})
			if polarity != "" {
				out = append(out, label{facetTopic, topic + ":" + polarity})
			}
			dot := strings.LastIndexByte(topic, '.')
			if dot < 0 {
				break
			}
			topic = topic[:dot]
		}
	}
	for _, intent := range l.Intents {
		if intent != "" {
			out = append(out, label{facetIntent, intent})
		}
	}
	return out
}

// words gives the tags and attributes of a record, possibly twice. An empty one is as good as none.
func words(r *feedback.Record, l feedback.Labels) []label {
	out := make([]label, 0, len(l.Tags)+len(r.Attributes))
	for _, tag := range l.Tags {
		if tag != "" {
			out = append(out, label{facetTag, tag})
		}
	}
	for name, value := range r.Attributes {
		if value != "" {
			out = append(out, label{facetAttributes + name, value})
		}
	}
	return out
}

// hashCustomer gives the number that stands for a customer: 64 bits of SHA-256, 0 for none.
func hashCustomer(id string) uint64 {
	if id == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(id))
	return binary.LittleEndian.Uint64(sum[:]) | 1
}

// pack writes facts as the column keeps them.
func (f *recordFacts) pack() []byte {
	b := make([]byte, 0, 32+2*len(f.read)+2*len(f.words)+27*len(f.scores)+10*len(f.topics))
	b = append(b, factsFormat)
	b = binary.LittleEndian.AppendUint64(b, f.customer)
	for _, id := range f.single {
		b = binary.AppendUvarint(b, uint64(id))
	}
	if f.written {
		b = appendFloat(append(b, 1), f.score)
	} else {
		b = append(b, 0)
	}
	for _, ids := range [][]int64{f.read, f.words} {
		b = binary.AppendUvarint(b, uint64(len(ids)))
		for _, id := range ids {
			b = binary.AppendUvarint(b, uint64(id))
		}
	}
	b = binary.AppendUvarint(b, uint64(len(f.scores)))
	for _, s := range f.scores {
		b = binary.AppendUvarint(b, uint64(s.name))
		b = appendFloat(appendFloat(appendFloat(b, s.value), s.min), s.max)
		if s.effort {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(f.topics)))
	for _, t := range f.topics {
		b = appendFloat(binary.AppendUvarint(b, uint64(t.topic)), t.sentiment)
	}
	return b
}

// unpack reads facts into f, reusing its slices.
func (f *recordFacts) unpack(b []byte) error {
	r := factsReader{b: b}
	if format := r.byte(); format != factsFormat {
		return fmt.Errorf("facts of unknown format %d", format)
	}
	f.customer = r.fixed()
	for i := range f.single {
		f.single[i] = r.uvarint()
	}
	f.written, f.score = r.byte() == 1, 0
	if f.written {
		f.score = r.float()
	}
	f.read, f.words, f.scores, f.topics = f.read[:0], f.words[:0], f.scores[:0], f.topics[:0]
	for _, ids := range []*[]int64{&f.read, &f.words} {
		for n := r.uvarint(); n > 0 && !r.short; n-- {
			*ids = append(*ids, r.uvarint())
		}
	}
	for n := r.uvarint(); n > 0 && !r.short; n-- {
		f.scores = append(f.scores, scoreFact{name: r.uvarint(), value: r.float(), min: r.float(), max: r.float(), effort: r.byte() == 1})
	}
	for n := r.uvarint(); n > 0 && !r.short; n-- {
		f.topics = append(f.topics, topicFact{r.uvarint(), r.float()})
	}
	if r.short || len(r.b) > 0 {
		return errors.New("facts are cut or damaged")
	}
	return nil
}

func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
}

// factsReader reads packed facts; short tells that they ended too early.
type factsReader struct {
	b     []byte
	short bool
}

func (r *factsReader) byte() byte {
	if len(r.b) < 1 {
		r.short = true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

func (r *factsReader) fixed() uint64 {
	if len(r.b) < 8 {
		r.short = true
		return 0
	}
	v := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return v
}

func (r *factsReader) float() float64 { return math.Float64frombits(r.fixed()) }

func (r *factsReader) varint() int64 {
	if len(r.b) > 0 && r.b[0] < 0x80 { // most take one byte
		v := int64(r.b[0])
		r.b = r.b[1:]
		return v>>1 ^ -(v & 1)
	}
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.short = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *factsReader) uvarint() int64 {
	if len(r.b) > 0 && r.b[0] < 0x80 {
		v := int64(r.b[0])
		r.b = r.b[1:]
		return v
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.short = true
		return 0
	}
	r.b = r.b[n:]
	return int64(v)
}

// gatherFacts gives the facts of a record, numbering labels that are new.
func (t *tx) gatherFacts(r *feedback.Record) (recordFacts, error) {
	l := r.Labels()
	f := recordFacts{customer: hashCustomer(r.CustomerID), written: written(r), score: r.Analysis.Sentiment.Score}
	var err error
	for i, value := range singles(r, l) {
		if value == "" {
			continue
		}
		if f.single[i], err = t.label(label{singleFacetNames[i], value}); err != nil {
			return f, err
		}
	}
	if f.read, err = t.numbers(readings(l)); err != nil {
		return f, err
	}
	if f.words, err = t.numbers(words(r, l)); err != nil {
		return f, err
	}
	for name, s := range r.Scores {
		id, err := t.label(label{facetScore, name})
		if err != nil {
			return f, err
		}
		f.scores = append(f.scores, scoreFact{id, s.Value, s.Min, s.Max, s.HighIs == "effort"})
	}
	for topic, sentiment := range topicSentiments(r, l) {
		id, err := t.label(label{facetTopic, topic})
		if err != nil {
			return f, err
		}
		f.topics = append(f.topics, topicFact{id, sentiment})
	}
	slices.SortFunc(f.topics, func(a, b topicFact) int { return cmp.Compare(a.topic, b.topic) })
	slices.SortFunc(f.scores, func(a, b scoreFact) int { return cmp.Compare(a.name, b.name) })
	return f, nil
}

// numbers gives the numbers of labels, ascending and each once.
func (t *tx) numbers(labels []label) ([]int64, error) {
	ids := make([]int64, len(labels))
	for i, l := range labels {
		var err error
		if ids[i], err = t.label(l); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// written tells whether a record has words to read, so that its sentiment says something.
func written(r *feedback.Record) bool { return r.Text != "" || r.Title != "" }

// label gives the number of a label, which it takes a new one for where it has none.
func (t *tx) label(l label) (int64, error) {
	if id, ok := t.labels[l]; ok {
		return id, nil
	}
	var id int64
	err := t.queryRow("SELECT id FROM labels WHERE facet = ? AND value = ?", l.facet, l.value).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.queryRow("INSERT INTO labels (facet, value) VALUES (?, ?) RETURNING id", l.facet, l.value).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	if len(t.labels) >= cacheSize {
		clear(t.labels)
	}
	t.labels[l] = id
	return id, nil
}

// count notes that words are used once more (by = 1) or less (by = −1).
func (t *tx) count(words []int64, by int) {
	for _, id := range words {
		t.uses[id] += by
	}
}

// settle brings the counts noted in a job, and its part of the rollups' log, to the database. A word that nothing uses any more goes, for it may be personal.
func (t *tx) settle() error {
	for id, by := range t.uses {
		if by != 0 {
			if err := t.exec("UPDATE labels SET uses = uses + ? WHERE id = ?", by, id); err != nil {
				return err
			}
		}
		if by > 0 {
			continue
		}
		var gone label
		err := t.queryRow("DELETE FROM labels WHERE id = ? AND uses <= 0 RETURNING facet, value", id).Scan(&gone.facet, &gone.value)
		if err == nil {
			delete(t.labels, gone)
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	clear(t.uses)
	return t.keepLog()
}
