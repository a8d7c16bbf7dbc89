package feedback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/insight"
)

// EmergingQuery asks what is said more often than it was.
type EmergingQuery struct {
	Filter   Filter
	At       time.Time // the end of now, itself not included; zero means the end of the last day that has records
	Days     int       // of now, 1–366; 0 means 7
	Baseline int       // days before now, Days–3660; 0 means 56
	Least    int       // voices that say it now, at least 2; 0 means 5
	Limit    int       // items, 1–100; 0 means 20
	Quotes   int       // of each, 1–10; 0 means 5, negative none
}

// Emerging is what is said more often now than before, topics and phrases, the least likely to be chance first, and what drifts slowly.
type Emerging struct {
	Now    Window       `json:"now"`
	Before Window       `json:"before"`
	Items  []Rise       `json:"items"`
	Drifts []TopicDrift `json:"drifts"` // of topics, in the weeks before the end of now
}

// Window is a stretch of days and who speaks in it.
type Window struct {
	From string `json:"from"` // its first day
	To   string `json:"to"`   // the day after its last
	Heard
}

// Rise is a topic or phrase that is said more often than it was.
type Rise struct {
	Kind      string              `json:"kind"`                // topic or phrase
	Label     string              `json:"label"`               // what people call it
	Topic     string              `json:"topic,omitempty"`     // of a topic
	Sentiment string              `json:"sentiment,omitempty"` // said of that topic
	Name      *analyzer.TopicName `json:"name,omitempty"`      // of a topic
	Variants  []Variant           `json:"variants,omitempty"`  // of a phrase
	Topics    []TopicShare        `json:"topics,omitempty"`    // of a phrase: those its words are a reason for
	Proposal  *TopicProposal      `json:"proposal,omitempty"`  // where the taxonomy lacks a phrase
	insight.Rise
	Series []insight.PeriodCount `json:"series"` // records, before and now
	Quotes []Quotation           `json:"quotes"`
	Text   Words                 `json:"text"` // the same in a sentence, with what would clear it
}

// TopicDrift is a topic that changes slowly.
type TopicDrift struct {
	Topic     string             `json:"topic"`
	Sentiment string             `json:"sentiment,omitempty"`
	Name      analyzer.TopicName `json:"name"`
	insight.Drift
	Text Words `json:"text"`
}

// The kinds of a Rise.
const (
	RiseTopic  = "topic"
	RisePhrase = "phrase"
)

// driftSpan is how many days drifts are watched for: a year, so that half of it says what is usual.
const driftSpan = 364

func (q *EmergingQuery) normalise() error {
	for _, d := range []struct {
		field *int
		value int
	}{{&q.Days, 7}, {&q.Baseline, 56}, {&q.Least, usualVoices}, {&q.Limit, usualThemes}, {&q.Quotes, 5}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	switch {
	case q.Days < 1 || q.Days > 366:
		return Errorf(CodeInvalid, "days", "takes 1 to 366")
	case q.Baseline < q.Days || q.Baseline > 3660:
		return Errorf(CodeInvalid, "baseline", "takes %d to 3660: as many days as now or more", q.Days)
	case q.Least < minVoices:
		return Errorf(CodeInvalid, "least", "takes %d or more", minVoices)
	case q.Limit < 1 || q.Limit > maxThemes:
		return Errorf(CodeInvalid, "limit", "takes 1 to %d", maxThemes)
	case q.Quotes > maxQuotes:
		return Errorf(CodeInvalid, "quotes", "takes 0 to %d", maxQuotes)
	case !q.Filter.From.IsZero() || !q.Filter.To.IsZero():
		return Errorf(CodeInvalid, "from", "use at, days and baseline to say when")
	}
	return nil
}

// Emerging finds what more voices say now than before, among all voices then: topics, each also with what is said of it, and phrases.
func (s *Service) Emerging(ctx context.Context, q EmergingQuery) (Emerging, error) {
	if err := q.normalise(); err != nil {
		return Emerging{}, err
	}
	end, err := s.lastDay(ctx, q)
	if err != nil {
		return Emerging{}, err
	}
	out := Emerging{Items: []Rise{}, Drifts: []TopicDrift{}}
	if end.IsZero() {
		return out, nil
	}
	now, before := end.AddDate(0, 0, -q.Days), end.AddDate(0, 0, -q.Days-q.Baseline)
	out.Now, out.Before = Window{From: dayOf(now), To: dayOf(end)}, Window{From: dayOf(before), To: dayOf(now)}
	filter := q.Filter
	filter.From, filter.To = before, end
	if span := end.AddDate(0, 0, -driftSpan); span.Before(before) {
		filter.From = span
	}
	sets := []Filter{{From: now}, {From: before, To: now}}
	c, err := s.store.Columns(ctx, ColumnsQuery{Filter: filter, Sets: sets, Facet: "topic", Terms: true, Zone: s.zone})
	if err != nil {
		return Emerging{}, err
	}
	first := int32(now.Add(time.Duration(zoneOffset(now))*time.Second).Unix() / (24 * 3600))
	e := emergence{Service: s, ctx: ctx, query: q, columns: c, first: first}
	if err := e.topics(&out); err != nil {
		return Emerging{}, err
	}
	if err := e.phrases(&out); err != nil {
		return Emerging{}, err
	}
	slices.SortStableFunc(out.Items, func(a, b Rise) int {
		return cmp.Or(-cmp.Compare(flagOf(a.Alert), flagOf(b.Alert)), cmp.Compare(a.Q, b.Q), cmp.Compare(b.Low, a.Low), cmp.Compare(b.N, a.N))
	})
	out.Items = out.Items[:min(len(out.Items), q.Limit)]
	return out, nil
}

// lastDay gives the end of the last day that has records, or the moment asked for; the zero time where nothing is meant.
func (s *Service) lastDay(ctx context.Context, q EmergingQuery) (time.Time, error) {
	if !q.At.IsZero() {
		return q.At.In(s.zone), nil
	}
	tallies, err := s.store.Tally(ctx, TallyQuery{Metric: "records", Filter: q.Filter, Period: "day", Zone: s.zone})
	if err != nil || len(tallies) == 0 {
		return time.Time{}, err
	}
	day, err := time.ParseInLocation(time.DateOnly, tallies[len(tallies)-1].Period, s.zone)
	return day.AddDate(0, 0, 1), err
}

func dayOf(t time.Time) string { return t.Format(time.DateOnly) }

func zoneOffset(t time.Time) int {
	_, offset := t.Zone()
	return offset
}

// emergence is one search for what emerges.
type emergence struct {
	*Service
	ctx     context.Context
	query   EmergingQuery
	columns *Columns
	first   int32 // the first day of now
}

// topics finds the topics that rise, and those that drift.
func (e *emergence) topics(out *Emerging) error {
	texts := e.columns.texts()
	texts.Ends, texts.Terms = e.columns.LabelEnds, asKeys(e.columns.Labels)
	h := insight.Hear(texts)
	counts := insight.CountPhrases(h)
	for _, sets := range e.columns.Sets {
		out.Now.Records += int(sets & insight.InSet)
		out.Before.Records += int(sets & insight.InRest >> 1)
	}
	out.Now.Voices, out.Before.Voices = counts.Set, counts.Rest
	found, tests := counts.Rising(e.query.Least, candidates)
	groups := make([][]uint32, len(found))
	for i, p := range found {
		groups[i] = []uint32{p.Key}
	}
	now, before := h.Members(groups, insight.InSet), h.Members(groups, insight.InRest)
	t := themer{Service: e.Service, ctx: e.ctx, columns: e.columns, heard: h, phrases: counts, sets: insight.InSet}
	rises := h.Rises(now, before, counts, tests, e.first)
	names := make([]string, len(found))
	for i, p := range found {
		names[i] = e.columns.Names[p.Key]
	}
	for i, r := range rises {
		if r.Low <= 1 || explained(i, names, rises) {
			continue
		}
		topic, sentiment, _ := strings.Cut(names[i], ":")
		name := e.analyzer.Load().TopicName(topic)
		item := Rise{Kind: RiseTopic, Label: name.Vietnamese, Topic: topic, Sentiment: sentiment, Name: &name, Rise: r, Quotes: []Quotation{}}
		item.Series = h.Series(append(slices.Clone(before[i]), now[i]...))
		if err := e.quoteTopic(&t, &item, now[i]); err != nil {
			return err
		}
		item.Text = item.words(name, moods[sentiment], out.Now.Voices)
		out.Items = append(out.Items, item)
	}
	e.drifts(out, texts)
	return nil
}

// mostOf is the share of a topic's voices from which one that says more stands for it.
const mostOf = 0.8

// explained tells whether a rise is that of a topic that says more.
func explained(i int, names []string, rises []insight.Rise) bool {
	for j, r := range rises {
		if saysMore(names[j], names[i]) && r.Low > 1 && float64(r.N) >= mostOf*float64(rises[i].N) {
			return true
		}
	}
	return false
}

// saysMore tells whether a topic, with what is said of it or without, says all that another does and more.
func saysMore(more, less string) bool {
	topic, said, _ := strings.Cut(more, ":")
	other, mood, _ := strings.Cut(less, ":")
	if strings.HasPrefix(topic, other+".") {
		return mood == "" || said == mood
	}
	return topic == other && mood == "" && said != ""
}

// asKeys gives labels as what insight counts.
func asKeys(labels []int32) []uint32 {
	out := make([]uint32, len(labels))
	for i, l := range labels {
		out[i] = uint32(l)
	}
	return out
}

// drifts watches the topics over the whole span.
func (e *emergence) drifts(out *Emerging, texts *insight.Texts) {
	whole := *texts
	whole.Sets = make([]uint8, len(texts.Sets))
	for i := range whole.Sets {
		whole.Sets[i] = insight.InRest
	}
	h := insight.Hear(&whole)
	groups := make([][]uint32, len(e.columns.Names))
	for i := range groups {
		groups[i] = []uint32{uint32(i)}
	}
	end := e.first + int32(e.query.Days)
	drifts := h.Drifts(h.Members(groups, insight.InRest), end)
	for i, d := range drifts {
		if d == nil || driftExplained(i, e.columns.Names, drifts) {
			continue
		}
		topic, sentiment, _ := strings.Cut(e.columns.Names[i], ":")
		drift := TopicDrift{Topic: topic, Sentiment: sentiment, Name: e.analyzer.Load().TopicName(topic), Drift: *d}
		drift.Text = drift.words()
		out.Drifts = append(out.Drifts, drift)
	}
	slices.SortStableFunc(out.Drifts, func(a, b TopicDrift) int {
		return cmp.Or(cmp.Compare(b.Sum, a.Sum), cmp.Compare(a.Topic+a.Sentiment, b.Topic+b.Sentiment))
	})
	out.Drifts = out.Drifts[:min(len(out.Drifts), e.query.Limit)]
}

// driftExplained tells whether a drift is that of a topic that says more, which drifts the same way with most of the voices.
func driftExplained(i int, names []string, drifts []*insight.Drift) bool {
	for j, d := range drifts {
		if d != nil && d.Direction == drifts[i].Direction && saysMore(names[j], names[i]) && d.Share >= mostOf*drifts[i].Share {
			return true
		}
	}
	return false
}

// quoteTopic gives a rise of a topic its quotes, with the words that are the reason for the topic.
func (e *emergence) quoteTopic(t *themer, item *Rise, texts []int32) error {
	if e.query.Quotes < 0 {
		return nil
	}
	sample := t.heard.Sample(texts, quoteSamples)
	if err := t.read(sample); err != nil {
		return err
	}
	var examples []example
	mood := 0.0
	for _, i := range sample {
		r := t.records[i]
		if r == nil {
			continue
		}
		x := example{record: r}
		for _, topic := range r.Analysis.Topics {
			if topic.ID != item.Topic && !strings.HasPrefix(topic.ID, item.Topic+".") {
				continue
			}
			for _, ev := range topic.Evidence {
				if ev.Contribution > 0 {
					x.terms = append(x.terms, analyzer.Term{Field: ev.Field, Start: ev.Start, End: ev.End})
				}
			}
		}
		x.distinct = min(len(x.terms), 1)
		examples = append(examples, x)
		switch r.Labels().Sentiment {
		case analyzer.Negative:
			mood--
		case analyzer.Positive:
			mood++
		}
	}
	item.Quotes = quotesOf(examples, mood, e.query.Quotes)
	return nil
}

// phrases finds the phrases that rise.
func (e *emergence) phrases(out *Emerging) error {
	h := insight.Hear(e.columns.texts())
	counts := insight.CountPhrases(h)
	found, tests := counts.Rising(e.query.Least, candidates)
	t := themer{Service: e.Service, ctx: e.ctx, columns: e.columns, heard: h, phrases: counts, sets: insight.InSet}
	if err := t.name(found, nil); err != nil {
		return err
	}
	themes := slices.DeleteFunc(t.gather(), func(phrases []int) bool { return t.head(phrases).weak })
	now, before := t.members(themes)
	rises := h.Rises(now, before, counts, tests, e.first)
	order := make([]int, 0, len(rises))
	for i := range rises {
		if rises[i].Low > 1 && rises[i].N >= e.query.Least {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rises[a].Q, rises[b].Q), cmp.Compare(rises[b].Low, rises[a].Low))
	})
	for _, i := range order[:min(len(order), e.query.Limit)] {
		theme, err := t.show(themes[i], now[i], insight.Theme{}, e.query.Quotes)
		if err != nil {
			return err
		}
		item := Rise{
			Kind: RisePhrase, Label: theme.Label, Variants: theme.Variants, Topics: theme.Topics, Proposal: theme.Proposal, Rise: rises[i],
			Series: h.Series(append(slices.Clone(before[i]), now[i]...)), Quotes: theme.Quotes,
		}
		quoted := "“" + theme.Label + "”"
		item.Text = item.words(analyzer.TopicName{English: quoted, Vietnamese: quoted}, Words{}, out.Now.Voices)
		out.Items = append(out.Items, item)
	}
	return nil
}

// words says a rise in a sentence.
func (r *Rise) words(name analyzer.TopicName, mood Words, voices int) Words {
	what := withMood(name, mood)
	times := fmt.Sprintf("%.1f", r.Ratio)
	w := Words{
		English: fmt.Sprintf("%s: %d of %d voices, %s times as often as before (at least %.1f times, with 95 %% certainty)", what.English, r.N, voices, times, r.Low),
		Vietnamese: fmt.Sprintf("%s: %d trên %d người, gấp %s lần trước đó (ít nhất %s lần, độ chắc chắn 95 %%)", what.Vietnamese, r.N, voices,
			comma(times), comma(fmt.Sprintf("%.1f", r.Low))),
	}
	if r.Before == 0 {
		w.English = fmt.Sprintf("%s: %d of %d voices, and nobody before", what.English, r.N, voices)
		w.Vietnamese = fmt.Sprintf("%s: %d trên %d người, trước đó không ai nhắc đến", what.Vietnamese, r.N, voices)
	}
	if !r.Alert {
		w.English += "; not yet enough to be sure"
		w.Vietnamese += "; chưa đủ để chắc chắn"
	}
	w.English += fmt.Sprintf(". It clears at %d voices or fewer of as many.", r.Clears)
	w.Vietnamese += fmt.Sprintf(". Trở lại bình thường khi còn %d người trở xuống trên cùng số người.", r.Clears)
	return w
}

// withMood gives a name with what is said of it.
func withMood(name analyzer.TopicName, mood Words) Words {
	w := Words{name.English, name.Vietnamese}
	if mood.English != "" {
		w.English += " (" + mood.English + ")"
		w.Vietnamese += " (" + mood.Vietnamese + ")"
	}
	return w
}

// words says a drift in a sentence.
func (d *TopicDrift) words() Words {
	what := withMood(d.Name, moods[d.Sentiment])
	direction := Words{"falling", "giảm"}
	if d.Direction == insight.Rising {
		direction = Words{"rising", "tăng"}
	}
	return Words{
		English: fmt.Sprintf("%s: slowly %s since the week of %s, %.1f %% of voices a week against %.1f %% before.", what.English, direction.English, d.Since, 100*d.Share, 100*d.Expected),
		Vietnamese: fmt.Sprintf("%s: %s dần từ tuần %s, %s %% số người mỗi tuần so với %s %% trước đó.", what.Vietnamese, direction.Vietnamese, d.Since,
			comma(fmt.Sprintf("%.1f", 100*d.Share)), comma(fmt.Sprintf("%.1f", 100*d.Expected))),
	}
}
