package index

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"

	bleve "github.com/blevesearch/bleve_index_api"
	"github.com/thau-cx/thau/feedback"
)

// mapping is the version of the layout of fields and terms. It is raised whenever a record would be indexed differently.
//
//	1: first layout
//	2: the words of the title in a field of their own
//	3: no score where there is nothing to read
const mapping = 3

// The fields of a document. None is stored: the index knows ids, the store speaks.
const (
	fieldWords      = "words" // of title and text
	fieldTitle      = "title" // of the title again
	fieldKey        = "key"
	fieldSource     = "source"
	fieldChannel    = "channel"
	fieldLanguage   = "language"
	fieldSentiment  = "sentiment"
	fieldTopic      = "topic"
	fieldIntent     = "intent"
	fieldUrgency    = "urgency"
	fieldAccount    = "account"
	fieldCustomer   = "customer"
	fieldTouchpoint = "touchpoint"
	fieldTag        = "tag"
	fieldScore      = "score"
	fieldAttr       = "attr" // terms are name, attrSeparator, value

	attrSeparator = "\x00"
	titleGap      = 100 // positions between the title and the text, so that no phrase spans both
)

// numbers are the scores that can be filtered by range. "score" is the sentiment's.
var numbers = map[string]bool{"nps": true, "csat": true, "ces": true, "rating": true, fieldScore: true}

// The ways a field is laid down. Words need positions for phrases. Fields that callers fill freely have doc values, so that
// counting facets of a small result does not walk a large dictionary; fields with a closed set of values need none.
const (
	positions = bleve.IndexField | bleve.IncludeTermVectors
	closed    = bleve.IndexField | bleve.SkipFreqNorm
	open      = bleve.IndexField | bleve.DocValues
	single    = bleve.IndexField
)

// document is a record as Bleve sees it. Its words are found when Bleve analyses the batch, on all cores.
type document struct {
	id     string
	fields []*field
}

// drawer lays the records of one batch out. What many of them say is laid out once and shared: nobody changes a field once its terms
// are found.
type drawer struct {
	tokenizer Tokenizer
	shared    map[string]*field // by name and values
	key       []byte            // of one of them
}

// draw lays a record out.
func (w *drawer) draw(r *feedback.Record) *document {
	d := &document{id: r.ID, fields: make([]*field, 0, 20)}
	labels := r.Labels()
	d.fields = append(d.fields, &field{name: fieldWords, options: positions, tokenizer: w.tokenizer, title: r.Title, text: r.Text})
	if r.Title != "" {
		d.fields = append(d.fields, &field{name: fieldTitle, options: closed, tokenizer: w.tokenizer, title: r.Title})
	}
	d.add(newField(fieldKey, open, encode(uint64(sortKey(r))^1<<63)))
	d.add(w.share(fieldSource, closed, r.Source))
	d.add(w.share(fieldLanguage, closed, labels.Language))
	d.add(w.share(fieldSentiment, closed, labels.Sentiment))
	d.add(w.share(fieldTopic, closed, topicTerms(labels.Topics)...))
	d.add(w.share(fieldIntent, closed, labels.Intents...))
	d.add(w.share(fieldUrgency, closed, labels.Urgency))
	d.add(w.share(fieldChannel, open, r.Channel))
	d.add(w.share(fieldAccount, open, r.AccountID))
	d.add(newField(fieldCustomer, single, r.CustomerID))
	d.add(w.share(fieldTouchpoint, open, r.Touchpoint))
	d.add(newField(fieldTag, open, labels.Tags...))
	attrs := make([]string, 0, len(r.Attributes))
	for name, value := range r.Attributes {
		if value != "" {
			attrs = append(attrs, name+attrSeparator+value)
		}
	}
	slices.Sort(attrs)
	d.add(w.share(fieldAttr, open, attrs...))
	for name, s := range r.Scores {
		if numbers[name] && name != fieldScore { // which is the sentiment's
			d.add(w.share(name, closed, encodeNumber(s.Value)))
		}
	}
	if r.Text != "" || r.Title != "" {
		d.add(w.share(fieldScore, closed, encodeNumber(r.Analysis.Sentiment.Score)))
	}
	return d
}

// share gives the field with some values, nil without any.
func (w *drawer) share(name string, options bleve.FieldIndexingOptions, values ...string) *field {
	w.key = append(w.key[:0], name...)
	for _, v := range values {
		w.key = append(binary.AppendUvarint(append(w.key, 0), uint64(len(v))), v...)
	}
	f, ok := w.shared[string(w.key)]
	if !ok {
		f = newField(name, options, values...)
		w.shared[string(w.key)] = f
	}
	return f
}

// topicTerms gives what a filter or facet "topic" can say of a record: every topic and its parent, each also with the sentiment
// said of it, sorted.
func topicTerms(topics map[string]string) []string {
	var out []string
	for id, sentiment := range topics {
		for {
			out = append(out, id)
			if sentiment != "" {
				out = append(out, id+":"+sentiment)
			}
			dot := strings.LastIndexByte(id, '.')
			if dot <= 0 {
				break
			}
			id = id[:dot]
		}
	}
	slices.Sort(out)
	return out
}

// add adds a field, if there is one.
func (d *document) add(f *field) {
	if f != nil {
		d.fields = append(d.fields, f)
	}
}

// newField lays down the values of a keyword field, nil where there are none; empty ones are left out and repeated ones count once.
func newField(name string, options bleve.FieldIndexingOptions, values ...string) *field {
	if len(values) == 0 {
		return nil
	}
	terms := make(bleve.TokenFrequencies, len(values))
	for _, v := range values {
		if v == "" {
			continue
		}
		v = strings.ToValidUTF8(v, "\uFFFD") // 0xff separates doc values
		tf := &bleve.TokenFreq{Term: []byte(v)}
		if !options.SkipFreqNorm() {
			tf.SetFrequency(1) // lets a term of one document live in the dictionary alone
		}
		terms[v] = tf
	}
	if len(terms) == 0 {
		return nil
	}
	return &field{name: name, options: options, terms: terms, length: 1}
}

// sortKey orders records by time of collection, in milliseconds, and then by a hash of the id: an order that depends on nothing
// but the record, so that a cursor stays in place whatever is written around it. (Equal keys are told apart by the id itself.)
func sortKey(r *feedback.Record) int64 {
	at := r.ReceivedAt
	if r.CollectedAt != nil {
		at = *r.CollectedAt
	}
	h := fnv.New32a()
	h.Write([]byte(r.ID))
	return timeKey(at) | int64(h.Sum32()>>(32-keyHashBits))
}

// keyHashBits of a sort key are the hash; the rest are milliseconds since 1970, which reach 278 years either way.
const keyHashBits = 20

// timeKey gives the least sort key of a moment.
func timeKey(at time.Time) int64 {
	const limit = math.MaxInt64 >> keyHashBits
	return max(min(at.UnixMilli(), limit), -limit) << keyHashBits
}

// encode writes a number as ten bytes that sort like it and stay below 0x80, for 0xff separates doc values.
func encode(v uint64) string {
	var b [10]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte(v & 0x7f)
		v >>= 7
	}
	return string(b[:])
}

// decode reads what encode wrote.
func decode(b []byte) uint64 {
	var v uint64
	for _, c := range b {
		v = v<<7 | uint64(c)
	}
	return v
}

// encodeNumber writes a number, rounded to four decimals, as a term that sorts like it: a score has few distinct values and a
// range of them few terms.
func encodeNumber(f float64) string {
	if r := math.Round(f * 1e4); math.Abs(r) < 1<<53 {
		f = r / 1e4
	}
	bits := math.Float64bits(f + 0) // +0 makes −0 zero
	if bits>>63 != 0 {
		return encode(^bits)
	}
	return encode(bits | 1<<63)
}

// ID, Size … make a document a bleve.Document.

func (d *document) ID() string { return d.id }

func (d *document) Size() int {
	n := len(d.id)
	for _, f := range d.fields {
		n += len(f.title) + len(f.text) + 32*len(f.terms)
	}
	return n
}

func (d *document) VisitFields(visit bleve.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}

func (d *document) AddIDField() {
	tf := &bleve.TokenFreq{Term: []byte(d.id)}
	tf.SetFrequency(1)
	d.fields = append(d.fields, &field{
		name: "_id", options: bleve.IndexField | bleve.StoreField, value: []byte(d.id),
		terms: bleve.TokenFrequencies{d.id: tf}, length: 1,
	})
}

func (d *document) VisitComposite(bleve.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) StoredFieldsBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return false }

// field is one field of a document with its terms.
type field struct {
	name    string
	options bleve.FieldIndexingOptions
	value   []byte // of the id
	terms   bleve.TokenFrequencies
	length  int

	tokenizer   Tokenizer // of the words, which Analyze finds
	title, text string
}

// Analyze finds the words of a text; other fields come with their terms.
func (f *field) Analyze() {
	if f.tokenizer == nil {
		return
	}
	f.terms = make(bleve.TokenFrequencies, min((len(f.title)+len(f.text))/3, 1<<12))
	next := f.addWords(f.title, 1)
	if next > 1 {
		next += titleGap
	}
	f.addWords(f.text, next)
	f.length = max(f.length, 1)
}

// addWords adds the words of a text from a position on and gives the position after them. What belongs to the terms lies side by side.
func (f *field) addWords(text string, pos int) int {
	if text == "" {
		return pos
	}
	list := words(f.tokenizer, text)
	spelled := forms{text: make([]byte, 0, 3*len(text)), ends: make([]int32, 0, 3*len(list))}
	of := make([]int32, 0, 3*len(list)) // the word of each term
	for i := range list {
		spelled.add(&list[i])
		for len(of) < len(spelled.ends) {
			of = append(of, int32(i))
		}
	}
	// Only the position is kept: highlights come from the text itself, and zeros are small on disk.
	locations := make([]bleve.TokenLocation, len(list))
	for i := range locations {
		locations[i].Position = pos + i
	}
	terms := string(spelled.text)
	room, places := make([]bleve.TokenFreq, len(of)), make([]*bleve.TokenLocation, len(of))
	from := int32(0)
	for i, end := range spelled.ends {
		t, at := terms[from:end], &locations[of[i]]
		tf := f.terms[t]
		if tf == nil {
			tf = &room[i]
			tf.Term, tf.Locations = spelled.text[from:end:end], places[i:i:i+1]
			f.terms[t] = tf
		}
		if n := len(tf.Locations); n == 0 || tf.Locations[n-1] != at {
			tf.Locations = append(tf.Locations, at)
			tf.SetFrequency(len(tf.Locations))
		}
		from = end
	}
	f.length += len(list)
	return pos + len(list)
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.value }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Options() bleve.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return f.length }
func (f *field) AnalyzedTokenFrequencies() bleve.TokenFrequencies { return f.terms }
func (f *field) NumPlainTextBytes() uint64                        { return 0 }
