package feedback

import "time"

// Filter says which records are meant. Values of one field are alternatives; different fields must all hold. The zero Filter means
// all records.
type Filter struct {
	Source     []string            `json:"source,omitempty"`
	Channel    []string            `json:"channel,omitempty"`
	Language   []string            `json:"language,omitempty"`
	Sentiment  []string            `json:"sentiment,omitempty"`
	Topic      []string            `json:"topic,omitempty"` // "delivery" includes its children; "delivery.speed:negative" asks for what is said about it
	Intent     []string            `json:"intent,omitempty"`
	Urgency    []string            `json:"urgency,omitempty"`
	Account    []string            `json:"account,omitempty"`
	Customer   []string            `json:"customer,omitempty"`
	Touchpoint []string            `json:"touchpoint,omitempty"`
	Tag        []string            `json:"tag,omitempty"`
	Attributes map[string][]string `json:"attributes,omitempty"` // attr.plan=pro
	From       time.Time           `json:"from,omitzero"`        // CollectedAt ≥ From; zero means open
	To         time.Time           `json:"to,omitzero"`          // CollectedAt < To; zero means open
	Ranges     map[string]Range    `json:"ranges,omitempty"`     // "nps", "csat", "ces", "rating" (the sender's values), "score" (sentiment)
}

// Range is a closed interval; a nil end is open.
type Range struct {
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
}

// Query asks for records that match a text and a filter.
type Query struct {
	Text     string   // see index for the query language; empty matches all
	Synonyms bool     // the words of the text also find what is said in others, in either language: by synonyms, and by the topics they name
	Filter   Filter   //
	Facets   []string // facets to count: source channel language sentiment topic intent urgency account touchpoint tag attr.<name>
	Sort     string   // "relevance" (default with a text), "newest" (default without), "oldest"
	Limit    int      // 1–200; 0 means 20
	Excerpt  int      // give a piece of so many code points with each record, 40–1,000; 0 gives none
	Cursor   string   // Hits.Next of the page before
}

// Hits is one page of search results, best first: ids, for the store speaks.
type Hits struct {
	IDs    []string
	Total  int
	Facets map[string][]FacetCount
	Next   string // empty on the last page
	Stale  bool   // an index that is being replaced answered

	// Related are ids of records that come nearest to a text where few match it, best first, beside those that do: slips of the keys
	// mended, or some of the words. ReadAs is the text that finds them. Totals, facets and further pages are without them.
	Related []string
	ReadAs  string
}

// FacetCount is how many of the matching records have a value. For the facet "topic" the values include "delivery.speed:negative"
// beside "delivery.speed" and "delivery".
type FacetCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Span marks a place in a field of a record, in code points, half-open.
type Span struct {
	Field string `json:"field"` // "text" or "title"
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Item is one search result.
type Item struct {
	Record  Record   `json:"record"`
	Spans   []Span   `json:"spans"`
	Excerpt *Excerpt `json:"excerpt,omitempty" doc:"where it was asked for: the piece that shows most of what matched"`
}

// Page is one page of search results with the records themselves.
type Page struct {
	Items  []Item                  `json:"items"`
	Total  int                     `json:"total"`
	Next   string                  `json:"next,omitempty"`
	Stale  bool                    `json:"stale,omitempty"`
	Facets map[string][]FacetCount `json:"facets,omitempty"`

	Related []Item `json:"related,omitempty" doc:"where few records match: those that come nearest, beside them; totals, facets and further pages are without them"`
	ReadAs  string `json:"read_as,omitempty" doc:"the text that finds what is related: slips of the keys mended, or some of the words"`
}

// TallyQuery asks how often each value of a score was given, or how many records there are.
type TallyQuery struct {
	Metric string // "nps", "csat", "csat:<aspect>", "ces", "rating", "sentiment" (of records with a text) or "records"
	Filter Filter
	By     string         // a facet (as in Query.Facets) to group by, or empty
	Period string         // "day", "week" (from Monday), "month" or empty
	Zone   *time.Location // of the periods; nil means UTC
}

// Tally is the answer for one group and period. For "sentiment" the values are −1, 0 and 1; for "records" the one value is the zero
// Score.
type Tally struct {
	Group  string // value of By; empty where the records have none
	Period string // first day of the period, "2006-01-02"; empty without Period
	Counts []ValueCount
}

// ValueCount is how often a value was given on a scale.
type ValueCount struct {
	Score Score
	N     int
}
