package feedback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/insight"
)

// TrendsQuery asks how a metric goes over time.
type TrendsQuery struct {
	Metric string // records, or a metric
	Filter Filter
	By     string    // a facet to group by, or empty
	Period string    // day, week or month; week where empty
	Split  time.Time // where the later time begins; zero means the middle period
	Limit  int       // groups, the largest first, 1–200; 0 means 20
}

// Trends is a metric over time, and what its change comes from.
type Trends struct {
	Metric string         `json:"metric"`
	Period string         `json:"period"`
	All    TrendSeries    `json:"all"`
	Items  []TrendSeries  `json:"items,omitempty"`  // by group, the largest first
	Groups int            `json:"groups,omitempty"` // how many there are
	Change *insight.Shift `json:"change,omitempty"` // from before the split to after it; of records there is none
	Text   *Words         `json:"text,omitempty"`   // the change in a sentence
}

// TrendSeries is a metric over time of one group.
type TrendSeries struct {
	Group  *string              `json:"group,omitempty"`
	N      int                  `json:"n"`
	Points []insight.TrendPoint `json:"points"`
	Slope  *insight.Slope       `json:"slope,omitempty"` // with five periods or more
}

// maxGroups bounds the series of an answer, and maxSpan the periods of each.
const (
	maxGroups = 200
	maxSpan   = 3660
)

func (q *TrendsQuery) normalise() error {
	if q.Period == "" {
		q.Period = "week"
	}
	if q.Limit == 0 {
		q.Limit = usualThemes
	}
	switch {
	case !isMetric(q.Metric) && q.Metric != "records":
		return Errorf(CodeInvalid, "metric", "no such metric: use records, nps, csat, csat:<aspect>, ces, rating or sentiment")
	case !slices.Contains([]string{"day", "week", "month"}, q.Period):
		return Errorf(CodeInvalid, "period", "is none of day, week, month")
	case q.Limit < 1 || q.Limit > maxGroups:
		return Errorf(CodeInvalid, "limit", "takes 1 to %d", maxGroups)
	}
	return nil
}

// parts tells whether a record is in one group of a facet at most, so that groups add up to the whole.
func parts(facet string) bool {
	return slices.Contains([]string{"source", "channel", "language", "sentiment", "urgency", "touchpoint", "account"}, facet) || strings.HasPrefix(facet, "attr.")
}

// Trends computes a metric by period, of all and by group, and splits its change between two times into mix and rate where groups add up
// to the whole.
func (s *Service) Trends(ctx context.Context, q TrendsQuery) (Trends, error) {
	if err := q.normalise(); err != nil {
		return Trends{}, err
	}
	tally := TallyQuery{Metric: q.Metric, Filter: q.Filter, Period: q.Period, Zone: s.zone}
	all, err := s.store.Tally(ctx, tally)
	if err != nil {
		return Trends{}, err
	}
	out := Trends{Metric: q.Metric, Period: q.Period}
	span, err := spanOf(all, q.Period)
	if err != nil {
		return Trends{}, err
	}
	out.All = seriesOf(q.Metric, all, span)
	groups := [][]Tally{all}
	if q.By != "" {
		tally.By = q.By
		tallies, err := s.store.Tally(ctx, tally)
		if err != nil {
			return Trends{}, err
		}
		groups = byGroup(tallies)
		out.Groups = len(groups)
		for _, g := range groups {
			series := seriesOf(q.Metric, g, span)
			series.Group = &g[0].Group
			out.Items = append(out.Items, series)
		}
		slices.SortStableFunc(out.Items, func(a, b TrendSeries) int { return cmp.Compare(b.N, a.N) })
		out.Items = out.Items[:min(len(out.Items), q.Limit)]
		if !parts(q.By) {
			groups = [][]Tally{all}
		}
	}
	if q.Metric != "records" && len(span) > 1 {
		split := span[len(span)/2]
		if !q.Split.IsZero() {
			split = q.Split.In(s.zone).Format(time.DateOnly)
		}
		shift := insight.Split(q.Metric, split, sides(groups, split), insight.Options{})
		out.Change = &shift
		text := shiftWords(q.Metric, &shift)
		out.Text = &text
	}
	return out, nil
}

// spanOf gives every period from the first of tallies to the last.
func spanOf(tallies []Tally, period string) (span []string, err error) {
	if len(tallies) == 0 {
		return nil, nil
	}
	first, err := time.Parse(time.DateOnly, tallies[0].Period)
	if err != nil {
		return nil, err
	}
	last := tallies[len(tallies)-1].Period
	for day := int32(first.Unix() / (24 * 3600)); ; day = insight.NextPeriod(period, day) {
		name := insight.DayName(day)
		switch {
		case name > last:
			return span, nil
		case len(span) == maxSpan:
			return nil, Errorf(CodeInvalid, "period", "the records span more than %d of it: use a longer one, or from and to", maxSpan)
		}
		span = append(span, name)
	}
}

// byGroup cuts tallies, which are sorted by group, into groups.
func byGroup(tallies []Tally) (groups [][]Tally) {
	for len(tallies) > 0 {
		n := 1
		for n < len(tallies) && tallies[n].Group == tallies[0].Group {
			n++
		}
		groups, tallies = append(groups, tallies[:n]), tallies[n:]
	}
	return groups
}

// seriesOf measures every period of a span.
func seriesOf(metric string, tallies []Tally, span []string) TrendSeries {
	s := TrendSeries{Points: make([]insight.TrendPoint, 0, len(span))}
	for _, period := range span {
		var counts []insight.Count
		if len(tallies) > 0 && tallies[0].Period == period {
			counts, tallies = tallies[0].counts(), tallies[1:]
		}
		p := insight.PointOf(metric, period, counts, insight.Options{})
		s.N += p.N
		s.Points = append(s.Points, p)
	}
	if slope, ok := insight.SlopeOf(s.Points, insight.Options{}); ok {
		s.Slope = &slope
	}
	return s
}

// counts gives a tally as insight counts it.
func (t *Tally) counts() []insight.Count {
	out := make([]insight.Count, len(t.Counts))
	for i, c := range t.Counts {
		out[i] = c.Score.count(c.N)
	}
	return out
}

// sides adds the counts of groups up before a day and from it on.
func sides(groups [][]Tally, split string) []insight.GroupCounts {
	out := make([]insight.GroupCounts, len(groups))
	for i, tallies := range groups {
		g := &out[i]
		g.Group = tallies[0].Group
		for k := range tallies {
			if tallies[k].Period < split {
				g.Before = append(g.Before, tallies[k].counts()...)
			} else {
				g.After = append(g.After, tallies[k].counts()...)
			}
		}
	}
	return out
}

// shiftWords says a change in a sentence.
func shiftWords(metric string, s *insight.Shift) Words {
	unit := units[strings.SplitN(metric, ":", 2)[0]]
	if s.Small {
		return Words{
			English:    fmt.Sprintf("%s: too few answers before or after %s to compare.", unit.English, s.Split),
			Vietnamese: fmt.Sprintf("%s: quá ít câu trả lời trước hoặc sau %s để so sánh.", unit.Vietnamese, s.Split),
		}
	}
	w := Words{
		English: fmt.Sprintf("%s went from %s to %s since %s (%s, 95 %% interval %s to %s)", unit.English, minus(plain(s.Before)), minus(plain(s.After)), s.Split,
			signed(s.Difference.Difference), signed(s.Low), signed(s.High)),
		Vietnamese: fmt.Sprintf("%s từ %s thành %s kể từ %s (%s, khoảng tin cậy 95 %% từ %s đến %s)", unit.Vietnamese, minus(comma(plain(s.Before))), minus(comma(plain(s.After))), s.Split,
			comma(signed(s.Difference.Difference)), comma(signed(s.Low)), comma(signed(s.High))),
	}
	if s.Low <= 0 && s.High >= 0 {
		w.English += "; this may be chance"
		w.Vietnamese += "; có thể chỉ là ngẫu nhiên"
	}
	if len(s.Parts) > 1 {
		w.English += fmt.Sprintf(": %s because groups grew or shrank, %s because groups changed", signed(s.Mix), signed(s.Rate))
		w.Vietnamese += fmt.Sprintf(": %s do tỷ trọng các nhóm thay đổi, %s do chính các nhóm thay đổi", comma(signed(s.Mix)), comma(signed(s.Rate)))
	}
	w.English += "."
	w.Vietnamese += "."
	return w
}

// signed is plain with a sign.
func signed(v float64) string {
	if v <= 0 {
		return minus(plain(v))
	}
	return "+" + plain(v)
}

// minus writes a minus and no hyphen.
func minus(figure string) string { return strings.Replace(figure, "-", "−", 1) }
