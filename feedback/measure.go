package feedback

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/insight"
)

// MeasureQuery asks for a metric, by group and period where By and Period say so.
type MeasureQuery struct {
	TallyQuery
	Options  insight.Options
	Least    int  // groups of fewer answers are left out; 0 leaves none out
	Shrink   bool // also give what to rank groups by
	Coverage bool // also say of how much of the records it speaks
	Earlier  struct {
		From, To time.Time // the time to compare with; both zero means none
	}
}

// ByAspect is a By for satisfaction with one thing after another: the scores csat:<aspect>.
const ByAspect = "aspect"

// Grouped is a result for one group and period; both are empty where none were asked for.
type Grouped[T any] struct {
	Group  string
	Period string
	Result T
	Extra
}

// Extra is what stands beside a result where it was asked for.
type Extra struct {
	Shrunk     *float64            `json:"shrunk,omitempty"`     // the metric, pulled towards that of all groups: rank small ones by it
	Comparison *insight.Difference `json:"comparison,omitempty"` // with the earlier time: before is that one
}

// Measured is a metric of every group and period.
type Measured[T any] struct {
	Groups   []Grouped[T]
	Hidden   int               // groups of too few answers
	Prior    *insight.Prior    // what groups are pulled towards
	Coverage *insight.Coverage // of all groups
}

// MeasureNPS computes its metric by group and period where the query asks for them, as its siblings do; a metric of no answers has n = 0.
func (s *Service) MeasureNPS(ctx context.Context, q MeasureQuery) (Measured[insight.NPSResult], error) {
	return measure(ctx, s, q, insight.NPS, func(r insight.NPSResult) int { return r.N })
}

// MeasureCSAT is described at MeasureNPS; it also groups by ByAspect.
func (s *Service) MeasureCSAT(ctx context.Context, q MeasureQuery) (Measured[insight.CSATResult], error) {
	return measure(ctx, s, q, insight.CSAT, func(r insight.CSATResult) int { return r.N })
}

// MeasureCES is described at MeasureNPS.
func (s *Service) MeasureCES(ctx context.Context, q MeasureQuery) (Measured[insight.CESResult], error) {
	return measure(ctx, s, q, insight.CES, func(r insight.CESResult) int { return r.N })
}

// MeasureSentiment is described at MeasureNPS.
func (s *Service) MeasureSentiment(ctx context.Context, q MeasureQuery) (Measured[insight.SentimentResult], error) {
	return measure(ctx, s, q, insight.Sentiment, func(r insight.SentimentResult) int { return r.N })
}

// MeasureRating is described at MeasureNPS.
func (s *Service) MeasureRating(ctx context.Context, q MeasureQuery) (Measured[insight.RatingResult], error) {
	return measure(ctx, s, q, insight.Rating, func(r insight.RatingResult) int { return r.N })
}

// NPS is MeasureNPS where the groups are all that is asked for, as its siblings are.
func (s *Service) NPS(ctx context.Context, q TallyQuery) ([]Grouped[insight.NPSResult], error) {
	m, err := s.MeasureNPS(ctx, MeasureQuery{TallyQuery: q})
	return m.Groups, err
}

// CSAT is described at NPS.
func (s *Service) CSAT(ctx context.Context, q TallyQuery) ([]Grouped[insight.CSATResult], error) {
	m, err := s.MeasureCSAT(ctx, MeasureQuery{TallyQuery: q})
	return m.Groups, err
}

// CES is described at NPS.
func (s *Service) CES(ctx context.Context, q TallyQuery) ([]Grouped[insight.CESResult], error) {
	m, err := s.MeasureCES(ctx, MeasureQuery{TallyQuery: q})
	return m.Groups, err
}

// Sentiment is described at NPS.
func (s *Service) Sentiment(ctx context.Context, q TallyQuery) ([]Grouped[insight.SentimentResult], error) {
	m, err := s.MeasureSentiment(ctx, MeasureQuery{TallyQuery: q})
	return m.Groups, err
}

// Rating is described at NPS.
func (s *Service) Rating(ctx context.Context, q TallyQuery) ([]Grouped[insight.RatingResult], error) {
	m, err := s.MeasureRating(ctx, MeasureQuery{TallyQuery: q})
	return m.Groups, err
}

func (q *MeasureQuery) normalise(zone *time.Location) error {
	if q.Zone == nil {
		q.Zone = zone
	}
	compared := !q.Earlier.From.IsZero() || !q.Earlier.To.IsZero()
	switch {
	case q.Least < 0:
		return Errorf(CodeInvalid, "min_n", "takes 0 or more")
	case q.Shrink && q.By == "":
		return Errorf(CodeInvalid, "shrink", "pulls groups towards each other: say by what to group")
	case compared && q.Period != "":
		return Errorf(CodeInvalid, "compare_from", "compares one time with another: leave period out")
	case compared && !q.Earlier.To.IsZero() && !q.Earlier.From.Before(q.Earlier.To):
		return Errorf(CodeInvalid, "compare_to", "lies before compare_from, or at it")
	case q.By == ByAspect && q.Metric != "csat":
		return Errorf(CodeInvalid, "by", "only csat has aspects")
	}
	return nil
}

// measure computes a metric of the tallies that a query asks for.
func measure[T any](ctx context.Context, s *Service, q MeasureQuery, of func([]insight.Count, insight.Options) T, size func(T) int) (out Measured[T], err error) {
	if err := q.normalise(s.zone); err != nil {
		return out, err
	}
	tallies, err := s.tallies(ctx, q.TallyQuery)
	if err != nil {
		return out, err
	}
	if len(tallies) == 0 && q.By == "" && q.Period == "" {
		tallies = []Tally{{}}
	}
	counts := make([][]insight.Count, len(tallies))
	for i := range tallies {
		counts[i] = tallies[i].counts()
	}
	out.Groups = make([]Grouped[T], 0, len(tallies))
	answers := 0
	var kept []int
	for i, t := range tallies {
		r := of(counts[i], q.Options)
		answers += size(r)
		if size(r) < q.Least && (q.By != "" || q.Period != "") {
			out.Hidden++
			continue
		}
		kept = append(kept, i)
		out.Groups = append(out.Groups, Grouped[T]{Group: t.Group, Period: t.Period, Result: r})
	}
	if q.Shrink {
		shrunk, prior := insight.Shrink(q.Metric, counts, q.Options)
		out.Prior = &prior
		for k, i := range kept {
			out.Groups[k].Shrunk = &shrunk[i]
		}
	}
	if !q.Earlier.From.IsZero() || !q.Earlier.To.IsZero() {
		earlier := q.TallyQuery
		earlier.Filter.From, earlier.Filter.To = q.Earlier.From, q.Earlier.To
		before, err := s.tallies(ctx, earlier)
		if err != nil {
			return out, err
		}
		for k, i := range kept {
			var was []insight.Count
			if at := slices.IndexFunc(before, func(t Tally) bool { return t.Group == tallies[i].Group }); at >= 0 {
				was = before[at].counts()
			}
			d := insight.Compare(q.Metric, was, counts[i], q.Options)
			out.Groups[k].Comparison = &d
		}
	}
	if q.Coverage {
		if out.Coverage, err = s.coverage(ctx, q, answers); err != nil {
			return out, err
		}
	}
	return out, nil
}

// tallies asks the store, for one aspect after another where the query groups by them.
func (s *Service) tallies(ctx context.Context, q TallyQuery) (out []Tally, err error) {
	if q.By != ByAspect {
		return s.store.Tally(ctx, q)
	}
	names, err := s.store.ScoreNames(ctx)
	if err != nil {
		return nil, err
	}
	q.By = ""
	for _, name := range names {
		aspect, ok := strings.CutPrefix(name, "csat:")
		if !ok {
			continue
		}
		q.Metric = name
		tallies, err := s.store.Tally(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, t := range tallies {
			if len(t.Counts) > 0 {
				t.Group = aspect
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// coverage says of how much of the records of a query a metric speaks. Where a record may be in several groups, or answer on several
// aspects, its answers are counted once more than they are.
func (s *Service) coverage(ctx context.Context, q MeasureQuery, answers int) (*insight.Coverage, error) {
	whole := TallyQuery{Filter: q.Filter, Zone: q.Zone}
	count := func(metric, by string) (total int, groups map[string]int, err error) {
		whole.Metric, whole.By = metric, by
		tallies, err := s.store.Tally(ctx, whole)
		groups = map[string]int{}
		for _, t := range tallies {
			for _, c := range t.Counts {
				groups[t.Group] += c.N
				total += c.N
			}
		}
		return total, groups, err
	}
	records, languages, err := count("records", "language")
	if err != nil {
		return nil, err
	}
	texts, _, err := count("sentiment", "")
	if err != nil {
		return nil, err
	}
	if q.By != "" && q.By != ByAspect && !parts(q.By) {
		if answers, _, err = count(q.Metric, ""); err != nil {
			return nil, err
		}
	}
	c := insight.CoverageOf(records, min(answers, records), texts, languages)
	return &c, nil
}
