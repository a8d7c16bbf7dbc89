package feedback

import (
	"context"
	"slices"
	"time"

	"github.com/thau-cx/thau/insight"
)

// ThemesQuery asks what sets records apart.
type ThemesQuery struct {
	Filter  Filter  // the set
	Against Against // the rest
	Limit   int     // themes, 1–100; 0 means 20
	Quotes  int     // of each, 1–10; 0 means 3, negative none
	Least   int     // voices a theme needs, at least 2; 0 means 5
}

// Against says what a set is held against.
type Against string

// What a set can be held against. The empty Against is AgainstRest, or AgainstNothing where the set is all there is.
const (
	AgainstRest    Against = "rest"    // all other records
	AgainstNothing Against = "nothing" // then the most frequent themes come first
)

// Themes is what sets records apart, the most distinct first.
type Themes struct {
	Items   []Theme `json:"items"`
	Against Against `json:"against"`
	Set     Heard   `json:"set"`
	Rest    *Heard  `json:"rest,omitempty"`
	Copies  int     `json:"copies,omitempty"` // records that are near copies of another person's, counted with it
}

// Heard is how many records there are, and voices behind them: customers, else accounts, else the records themselves.
type Heard struct {
	Records int `json:"records"`
	Voices  int `json:"voices"`
}

// Theme is one thing that a set of records says.
type Theme struct {
	Label    string    `json:"label"`
	Language string    `json:"language"` // of the label: vi or en
	Variants []Variant `json:"variants"` // the phrases it is said in, the most distinct first
	insight.Theme
	Topics   []TopicShare   `json:"topics"`             // of the taxonomy, that its words are a reason for
	Proposal *TopicProposal `json:"proposal,omitempty"` // where the taxonomy lacks it
	Quotes   []Quotation    `json:"quotes"`
}

// Variant is a phrase of a theme.
type Variant struct {
	Text      string   `json:"text"`
	N         int      `json:"n"`                   // voices of the set that say it
	Spellings []string `json:"spellings,omitempty"` // other ways it is written
}

// TopicShare is a topic of the taxonomy, and for how much of a theme its words are a reason, 0–1.
type TopicShare struct {
	Topic string  `json:"topic"`
	Share float64 `json:"share"`
}

// TopicProposal is a topic that the taxonomy could have.
type TopicProposal struct {
	ID    string   `json:"id"`
	Terms []string `json:"terms"`
}

// Quotation is what one record says of a theme.
type Quotation struct {
	ID          string     `json:"id"`
	Title       string     `json:"title,omitempty"`
	Text        string     `json:"text"`
	CollectedAt *time.Time `json:"collected_at,omitempty"`
	Sentiment   string     `json:"sentiment"`
	Spans       []Span     `json:"spans"`
}

// The bounds and usual values of a ThemesQuery.
const (
	maxThemes, usualThemes = 100, 20
	maxQuotes, usualQuotes = 10, 3
	minVoices, usualVoices = 2, 5
)

func (q *ThemesQuery) normalise() error {
	if q.Limit == 0 {
		q.Limit = usualThemes
	}
	if q.Quotes == 0 {
		q.Quotes = usualQuotes
	}
	if q.Least == 0 {
		q.Least = usualVoices
	}
	switch {
	case q.Limit < 1 || q.Limit > maxThemes:
		return Errorf(CodeInvalid, "limit", "takes 1 to %d", maxThemes)
	case q.Quotes > maxQuotes:
		return Errorf(CodeInvalid, "quotes", "takes 0 to %d", maxQuotes)
	case q.Least < minVoices:
		return Errorf(CodeInvalid, "least", "takes %d or more: fewer people than that are no theme", minVoices)
	}
	switch q.Against {
	case AgainstRest, AgainstNothing:
	case "":
		q.Against = AgainstRest
		if q.Filter.isZero() {
			q.Against = AgainstNothing
		}
	default:
		return Errorf(CodeInvalid, "against", "%s is none of rest, nothing", quote(string(q.Against)))
	}
	return nil
}

// isZero tells whether a filter means all records.
func (f *Filter) isZero() bool {
	for _, values := range [][]string{f.Source, f.Channel, f.Language, f.Sentiment, f.Topic, f.Intent, f.Urgency, f.Account, f.Customer, f.Touchpoint, f.Tag} {
		if len(values) > 0 {
			return false
		}
	}
	return len(f.Attributes) == 0 && len(f.Ranges) == 0 && f.From.IsZero() && f.To.IsZero()
}

// Themes finds what sets records apart: phrases that more of their voices say than the rest's do, put together where the same records say
// them. The same records give the same answer.
func (s *Service) Themes(ctx context.Context, q ThemesQuery) (Themes, error) {
	if err := q.normalise(); err != nil {
		return Themes{}, err
	}
	cq := ColumnsQuery{Sets: []Filter{q.Filter}, Terms: true, Zone: s.zone}
	if q.Against == AgainstNothing {
		cq.Filter = q.Filter
	}
	columns, err := s.store.Columns(ctx, cq)
	if err != nil {
		return Themes{}, err
	}
	if q.Against == AgainstRest {
		columns.others()
	}
	return s.themesOf(ctx, columns, q)
}

// others puts the records into the rest that are not in the set.
func (c *Columns) others() {
	for i, sets := range c.Sets {
		if sets&insight.InSet == 0 {
			c.Sets[i] = insight.InRest
		}
	}
}

// themesOf finds the themes of columns whose records are in the set or the rest; one that is in both is of the set.
func (s *Service) themesOf(ctx context.Context, columns *Columns, q ThemesQuery) (Themes, error) {
	out := Themes{Items: []Theme{}, Against: q.Against}
	if q.Against != AgainstNothing {
		out.Rest = &Heard{}
	}
	for i, sets := range columns.Sets {
		switch {
		case sets&insight.InSet != 0:
			columns.Sets[i] = insight.InSet
			out.Set.Records++
		case sets&insight.InRest != 0 && out.Rest != nil:
			out.Rest.Records++
		}
	}
	h := insight.Hear(columns.texts())
	phrases := insight.CountPhrases(h)
	out.Copies, out.Set.Voices = h.Copies, phrases.Set
	if out.Rest != nil {
		out.Rest.Voices = phrases.Rest
	}
	found, tests := phrases.Distinct(q.Least, candidates)
	t := themer{Service: s, ctx: ctx, columns: columns, heard: h, phrases: phrases, sets: insight.InSet}
	if err := t.name(found, nil); err != nil {
		return Themes{}, err
	}
	themes := slices.DeleteFunc(t.gather(), func(phrases []int) bool { return t.head(phrases).weak }) // a mere verb is no theme
	inSet, inRest := t.members(themes)
	measured := h.Measure(inSet, inRest, phrases, tests, insight.Options{})
	order := t.order(measured, q.Least)
	for _, i := range order[:min(len(order), q.Limit)] {
		theme, err := t.show(themes[i], inSet[i], measured[i], q.Quotes)
		if err != nil {
			return Themes{}, err
		}
		out.Items = append(out.Items, theme)
	}
	return out, nil
}

// texts gives columns as what themes count.
func (c *Columns) texts() *insight.Texts {
	return &insight.Texts{
		Voices: c.Voices, Days: c.Days, Sets: c.Sets, Sentiments: c.Sentiments, Ends: c.TermEnds, Terms: c.Terms, Sketches: c.Sketches,
	}
}

// order gives the places of themes, the most distinct first, or the most frequent without a rest, without those of too few voices and
// those that chance explains.
func (t *themer) order(themes []insight.Theme, least int) []int {
	var out []int
	for i := range themes {
		if themes[i].N >= least && (t.phrases.Rest == 0 || themes[i].Z >= faintest) {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int {
		x, y := &themes[a], &themes[b]
		if t.phrases.Rest > 0 {
			switch {
			case x.Z > y.Z:
				return -1
			case x.Z < y.Z:
				return 1
			}
		}
		return y.N - x.N
	})
	return out
}

// faintest is the z from which a theme is shown: the 5 % point, one-sided.
const faintest = 1.645
