package feedbacktest

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

var (
	someTopics = []string{"delivery", "delivery.speed", "delivery.condition", "price", "staff.attitude", "a.b.c"}
	someLabels = []string{analyzer.Negative, analyzer.Neutral, analyzer.Positive}
	someWords  = []string{"", "a", "b", "ấm"}
	someFacets = []string{"", "source", "channel", "language", "sentiment", "topic", "intent", "urgency", "account", "touchpoint", "tag", "attr.plan"}
	someZones  = []*time.Location{nil, time.UTC, zone("Asia/Ho_Chi_Minh"), zone("America/New_York"), zone("Australia/Lord_Howe")}
)

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the suite needs the time zone database
	}
	return z
}

// drawRecord gives a record of few ids and values, so that records often share them.
func drawRecord(t *rapid.T) feedback.Record {
	word := rapid.SampledFrom(someWords)
	collected := Epoch.Add(time.Duration(rapid.Int64Range(-200*24*3600, 200*24*3600).Draw(t, "collected")) * time.Second)
	d := feedback.Draft{
		ID:     fmt.Sprint("r", rapid.IntRange(0, 30).Draw(t, "id")),
		Source: feedback.SourceSurvey, Channel: word.Draw(t, "channel"), Touchpoint: word.Draw(t, "touchpoint"),
		Title: word.Draw(t, "title"), Text: word.Draw(t, "text"), CollectedAt: &collected,
		AccountID: word.Draw(t, "account"), CustomerID: word.Draw(t, "customer"), Scores: map[string]feedback.Score{},
		Attributes: map[string]string{"plan": word.Draw(t, "plan"), "city": word.Draw(t, "city")},
		Tags:       rapid.SliceOfN(word, 0, 3).Draw(t, "tags"),
	}
	for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"nps", "csat", "csat:staff", "ces"}), 0, 3).Draw(t, "scores") {
		low, high, _ := feedback.Scales(name)
		s := feedback.Score{Value: float64(rapid.IntRange(int(low), int(high)).Draw(t, name)), Min: low, Max: high}
		if name == "ces" && rapid.Bool().Draw(t, "effort") {
			s.HighIs = "effort"
		}
		if name == "nps" && s.Value > 0 && rapid.Bool().Draw(t, "from one") {
			s.Min = 1
		}
		d.Scores[name] = s
	}
	r := Record(d)
	r.Analysis.Language.Code = rapid.SampledFrom([]string{"vi", "en", "und"}).Draw(t, "language")
	r.Analysis.Sentiment = analyzer.Sentiment{
		Label: rapid.SampledFrom(someLabels).Draw(t, "sentiment"),
		Score: rapid.Float64Range(-1, 1).Draw(t, "score"),
	}
	r.Analysis.Urgency.Level = rapid.SampledFrom([]string{analyzer.UrgencyLow, analyzer.UrgencyHigh}).Draw(t, "urgency")
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(someTopics), 0, 3, rapid.ID).Draw(t, "topics") {
		r.Analysis.Topics = append(r.Analysis.Topics, analyzer.Topic{
			ID: id, Sure: rapid.Bool().Draw(t, "sure"), Sentiment: analyzer.Polarity{Label: rapid.SampledFrom(someLabels).Draw(t, "said")},
		})
	}
	if rapid.Bool().Draw(t, "complains") {
		r.Analysis.Intents = []analyzer.Intent{{ID: "complaint", Sure: true}, {ID: "request", Sure: rapid.Bool().Draw(t, "requests")}}
	}
	return r
}

// drawCorrection gives a correction of some labels.
func drawCorrection(t *rapid.T) feedback.Correction {
	c := feedback.Correction{At: Epoch, By: "lan", Sentiment: rapid.SampledFrom(append(someLabels, "")).Draw(t, "corrected sentiment")}
	if rapid.Bool().Draw(t, "corrects topics") {
		c.Topics = &feedback.LabelChange{
			Add:    rapid.SliceOfN(rapid.SampledFrom(someTopics), 0, 2).Draw(t, "added"),
			Remove: rapid.SliceOfN(rapid.SampledFrom(someTopics), 0, 2).Draw(t, "removed"),
		}
	}
	if rapid.Bool().Draw(t, "corrects tags") {
		tags := rapid.SliceOfN(rapid.SampledFrom(someWords), 0, 2).Draw(t, "corrected tags")
		c.Tags = &tags
	}
	return c
}

// drawFilter gives a filter of values that records have and one that none has.
func drawFilter(t *rapid.T) feedback.Filter {
	some := func(name string, values ...string) []string {
		if !rapid.Bool().Draw(t, "by "+name) {
			return nil
		}
		return rapid.SliceOfN(rapid.SampledFrom(append(values, "none")), 1, 3).Draw(t, name)
	}
	rare := func(name string, values ...string) []string {
		if rapid.IntRange(0, 3).Draw(t, "rarely "+name) > 0 {
			return nil
		}
		return some(name, values...)
	}
	f := feedback.Filter{
		Source: rare("source", feedback.SourceSurvey), Channel: rare("channel", someWords...), Language: rare("language", "vi", "en"),
		Sentiment: rare("sentiment", someLabels...), Intent: rare("intent", "complaint", "request"),
		Topic:   some("topic", "delivery", "delivery:negative", "delivery.speed:positive", "price", "a.b", "a:neutral"),
		Urgency: rare("urgency", analyzer.UrgencyHigh), Account: rare("account", someWords...), Customer: rare("customer", someWords...),
		Touchpoint: rare("touchpoint", someWords...), Tag: rare("tag", someWords...),
	}
	if plans := rare("plan", someWords...); plans != nil {
		f.Attributes = map[string][]string{"plan": plans, "city": someWords}
	}
	if rapid.Bool().Draw(t, "since") {
		f.From = Epoch.Add(time.Duration(rapid.IntRange(-200, 200).Draw(t, "from")) * 24 * time.Hour)
	}
	if rapid.Bool().Draw(t, "until") {
		f.To = Epoch.Add(time.Duration(rapid.IntRange(-200, 200).Draw(t, "to")) * 24 * time.Hour)
	}
	if rapid.IntRange(0, 3).Draw(t, "ranged") == 0 {
		low, high := float64(rapid.IntRange(-1, 8).Draw(t, "low")), float64(rapid.IntRange(0, 10).Draw(t, "high"))
		f.Ranges = map[string]feedback.Range{
			rapid.SampledFrom([]string{"nps", "csat", "csat:staff", "ces", "rating", "score"}).Draw(t, "range"): {Min: &low, Max: &high},
		}
	}
	return f
}

// drawTally gives a tally over a filter.
func drawTally(t *rapid.T) feedback.TallyQuery {
	return feedback.TallyQuery{
		Metric: rapid.SampledFrom([]string{"nps", "csat", "csat:staff", "ces", "rating", "sentiment", "records"}).Draw(t, "metric"),
		Filter: drawFilter(t),
		By:     rapid.SampledFrom(someFacets).Draw(t, "facet"),
		Period: rapid.SampledFrom([]string{"", "day", "week", "month"}).Draw(t, "period"),
		Zone:   rapid.SampledFrom(someZones).Draw(t, "zone"),
	}
}
