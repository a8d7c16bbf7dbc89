package feedback

import (
	"time"

	"github.com/thau-cx/thau/analyzer"
)

// ColumnsQuery says which records Columns gives, and what of them.
type ColumnsQuery struct {
	Filter Filter         // all that are given
	Sets   []Filter       // which of these each is in; at most 8
	Metric string         // a score, or "" for none; sentiment is always there
	Facet  string         // its labels of this facet (as in Query.Facets, "account" excepted), or "" for none
	Single []string       // its value of each of these facets that have one: those of Query.Facets but topic, intent, account and tag
	Terms  bool           // the keys of its terms, and its sketch
	Zone   *time.Location // of the days; nil means UTC
}

// Columns are records as aggregates read them, one place a record, the oldest first and those of one moment in the order of their first
// receipt.
type Columns struct {
	Rows       []int64 // names the records to RecordsAt
	Days       []int32 // of collection, in the zone, counted from 1970-01-01
	Voices     []uint64
	Sets       []uint8 // bit i: in set i
	Sentiments []int8  // of what is in force: −1, 0, 1, or NoSentiment without a text
	Scores     []int32 // of the metric, by place in Kinds; −1 without one
	Kinds      []Score

	LabelEnds []uint32 // where the labels of each record end in Labels
	Labels    []int32  // by place in Names, ascending
	Names     []string // sorted

	Singles     [][]int32  // of each facet of Single, by place in SingleNames, −1 without a value
	SingleNames [][]string // in the order they were met

	TermEnds []uint32 // where the keys of each record end in Terms
	Terms    []uint32
	Sketches [][analyzer.SketchSize]uint16
}

// NoSentiment stands for the sentiment of a record without a text.
const NoSentiment = 2

// Len gives the number of records.
func (c *Columns) Len() int { return len(c.Rows) }

// LabelsOf gives the labels of a record.
func (c *Columns) LabelsOf(i int) []int32 { return part(c.Labels, c.LabelEnds, i) }

// TermsOf gives the keys of a record's terms, ascending.
func (c *Columns) TermsOf(i int) []uint32 { return part(c.Terms, c.TermEnds, i) }

// part gives the piece of a column of lists that belongs to a record.
func part[T any](list []T, ends []uint32, i int) []T {
	from := uint32(0)
	if i > 0 {
		from = ends[i-1]
	}
	return list[from:ends[i]]
}
