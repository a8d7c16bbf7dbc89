package feedback

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/thau-cx/thau/tagging"
)

// TaggingQuery asks how well records are tagged. The zero query is about all corrections, without periods; drift is then since the last
// change of the overlays in force.
type TaggingQuery struct {
	From, To time.Time // of the corrections, half-open; zero means open
	Period   string    // "week", "month" or ""
	Since    time.Time // what drift compares with: records collected from then on with those before
	Filter   Filter    // of the records that drift counts
}

// TaggingReport is how well records are tagged: what people made of predictions, and how far what is predicted has moved.
type TaggingReport struct {
	Corrected int                  `json:"corrected"` // records that people corrected or confirmed
	Kinds     []tagging.KindReport `json:"kinds"`
	Since     *time.Time           `json:"since,omitempty"` // what drift compares with
	SinceWhat string               `json:"since_what,omitempty"`
	Drift     []tagging.Drift      `json:"drift,omitempty"`
	// RuleTags is how many records of the filter that have a text carry each tag that the rules in force can set, the most frequent first.
	RuleTags []TagCount `json:"rule_tags,omitempty"`
}

// TagCount is how many records carry a tag.
type TagCount struct {
	Tag     string `json:"tag"`
	Records int    `json:"records"`
}

// TaggingReport computes the report.
func (s *Service) TaggingReport(ctx context.Context, q TaggingQuery) (TaggingReport, error) {
	out := TaggingReport{Kinds: []tagging.KindReport{}}
	if q.Period != "" && q.Period != "week" && q.Period != "month" {
		return out, Errorf(CodeInvalid, "period", "%s is none of week, month", quote(q.Period))
	}
	var judgments []tagging.Judgment
	vocabulary := map[string]bool{} // tags that people set
	var tagged []int                // judgments of tags
	err := s.store.Corrected(ctx, func(_ string, tags []string, corrections []Correction) error {
		found := judge(tags, corrections, q)
		if len(found) > 0 {
			out.Corrected++
		}
		for _, j := range found {
			if j.Kind == tagging.KindTag {
				tagged = append(tagged, len(judgments))
				for _, t := range slices.Concat(j.Truth, j.Ruled) {
					vocabulary[t] = true
				}
			}
			judgments = append(judgments, j)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	// A tag is predicted where a rule set it, or where a topic or intent bears its name, as those of a learned overlay do. Where nothing
	// does, tags are nobody's prediction and there is nothing to judge.
	predicts := false
	for _, i := range tagged {
		j := &judgments[i]
		j.Predicted = slices.DeleteFunc(j.Predicted, func(l string) bool { return !vocabulary[l] })
		maps.DeleteFunc(j.Listed, func(l string, _ float64) bool { return !vocabulary[l] })
		predicts = predicts || len(j.Predicted) > 0
	}
	if !predicts {
		judgments = slices.DeleteFunc(judgments, func(j tagging.Judgment) bool { return j.Kind == tagging.KindTag })
	}
	if kinds := tagging.Report(judgments, q.Period, s.zone); kinds != nil {
		out.Kinds = kinds
	}
	if err := s.countRuleTags(ctx, q, &out); err != nil {
		return out, err
	}
	return out, s.addDrift(ctx, q, &out)
}

// countRuleTags counts the records that carry what the rules in force set.
func (s *Service) countRuleTags(ctx context.Context, q TaggingQuery, out *TaggingReport) error {
	rules, _, err := s.TaggingRules(ctx)
	if err != nil || len(rules.Tags()) == 0 {
		return err
	}
	counts, err := s.countBy(ctx, "tag", q.Filter)
	if err != nil {
		return err
	}
	for _, tag := range rules.Tags() {
		out.RuleTags = append(out.RuleTags, TagCount{tag, counts[tag]})
	}
	slices.SortStableFunc(out.RuleTags, func(a, b TagCount) int { return cmp.Compare(b.Records, a.Records) })
	return nil
}

// judge gives what the corrections of one record say of what was predicted: for each kind of label that one names, the last that does.
// The tags are those the record was sent with.
func judge(tags []string, corrections []Correction, q TaggingQuery) []tagging.Judgment {
	var out []tagging.Judgment
	for _, k := range []struct {
		kind  string
		names func(*Correction) bool
		of    func(Labels) []string
	}{
		{tagging.KindTopic, func(c *Correction) bool { return c.Topics != nil }, func(l Labels) []string { return slices.Sorted(maps.Keys(l.Topics)) }},
		{tagging.KindIntent, func(c *Correction) bool { return c.Intents != nil }, func(l Labels) []string { return l.Intents }},
		{tagging.KindSentiment, func(c *Correction) bool { return c.Sentiment != "" }, func(l Labels) []string { return []string{l.Sentiment} }},
		{tagging.KindUrgency, func(c *Correction) bool { return c.Urgency != "" }, func(l Labels) []string { return []string{l.Urgency} }},
		{tagging.KindTag, func(c *Correction) bool { return c.Tags != nil }, nil},
	} {
		last := -1
		for i := range corrections {
			c := &corrections[i]
			if k.names(c) && !c.At.Before(q.From) && (q.To.IsZero() || c.At.Before(q.To)) {
				last = i
			}
		}
		if last < 0 {
			continue
		}
		c := &corrections[last]
		truth := c.Predicted.corrected(corrections[:last+1])
		j := tagging.Judgment{Kind: k.kind, At: c.At, Listed: map[string]float64{}}
		if k.kind == tagging.KindTag {
			j.Ruled = c.Predicted.RuleTags
			j.Predicted = slices.Concat(slices.Sorted(maps.Keys(c.Predicted.Topics)), c.Predicted.Intents, j.Ruled)
			j.Truth = truth.Tags
		} else {
			j.Predicted, j.Truth = k.of(c.Predicted), k.of(truth)
		}
		for name, confidence := range c.Confidence {
			kind, label, _ := strings.Cut(name, ":")
			if kind == k.kind || k.kind == tagging.KindTag && (kind == tagging.KindTopic || kind == tagging.KindIntent) {
				j.Listed[label] = confidence
			}
		}
		out = append(out, j)
	}
	return out
}

// addDrift compares what was read in records collected since a moment with what was read in those before: since the last change of the
// overlays in force where the query names none. Both were read by the same engine once re-reading is done, so what differs is what
// customers write.
func (s *Service) addDrift(ctx context.Context, q TaggingQuery, out *TaggingReport) error {
	since, what := q.Since, "as asked for"
	if since.IsZero() {
		active, err := s.store.Activation(ctx, 0)
		if err != nil || active.Version == 0 {
			return err
		}
		since, what = active.At, active.Action
	}
	out.Since, out.SinceWhat = &since, what
	sides := [2]Filter{q.Filter, q.Filter}
	sides[0].To, sides[1].From = since, since
	compare := func(of string, count func(Filter) (map[string]int, error)) error {
		var counts [2]map[string]int
		for i := range sides {
			var err error
			if counts[i], err = count(sides[i]); err != nil {
				return err
			}
		}
		if d, ok := tagging.DriftOf(of, counts[0], counts[1]); ok {
			out.Drift = append(out.Drift, d)
		}
		return nil
	}
	for _, facet := range []string{"topic", "intent", "sentiment", "urgency", "language"} {
		if err := compare(facet, func(f Filter) (map[string]int, error) { return s.countBy(ctx, facet, f) }); err != nil {
			return err
		}
	}
	return compare("score", func(f Filter) (map[string]int, error) { return s.countScores(ctx, f) })
}

// countBy counts the records with a text by the value of a facet; topics by their first level.
func (s *Service) countBy(ctx context.Context, facet string, f Filter) (map[string]int, error) {
	tallies, err := s.store.Tally(ctx, TallyQuery{Metric: "sentiment", Filter: f, By: facet})
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, t := range tallies {
		if facet == "topic" && strings.ContainsAny(t.Group, ".:") {
			continue
		}
		group := t.Group
		if group == "" {
			group = "none"
		}
		for _, c := range t.Counts {
			out[group] += c.N
		}
	}
	return out, nil
}

// scoreBins is how many bins the scores of the sentiment are counted in, from −1 to 1.
const scoreBins = 10

// countScores counts the records with a text by the score of their sentiment.
func (s *Service) countScores(ctx context.Context, f Filter) (map[string]int, error) {
	out := map[string]int{}
	ranges := f.Ranges
	for i := range scoreBins {
		low, high := -1+2*float64(i)/scoreBins, -1+2*float64(i+1)/scoreBins
		name := fmt.Sprintf("%.1f to %.1f", low, high)
		if i+1 < scoreBins {
			high -= 1e-9 // scores have three digits
		}
		f.Ranges = maps.Clone(ranges)
		if f.Ranges == nil {
			f.Ranges = map[string]Range{}
		}
		f.Ranges["score"] = Range{&low, &high}
		tallies, err := s.store.Tally(ctx, TallyQuery{Metric: "sentiment", Filter: f})
		if err != nil {
			return nil, err
		}
		for _, t := range tallies {
			for _, c := range t.Counts {
				out[name] += c.N
			}
		}
	}
	return out, nil
}
