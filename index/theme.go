package index

import (
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// themeLeaf matches records of a topic, as words in other words: the taxonomy's terms of a topic, in either language, are what a search
// takes for synonyms. The analyzer found them when it read the record.
type themeLeaf struct{ topic string }

func (l *themeLeaf) candidates(v *view) (*roaring.Bitmap, error) {
	return v.once(l, func() (*roaring.Bitmap, error) { return v.docs(fieldTopic, l.topic) })
}

func (l *themeLeaf) match(v *view, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	docs, err := l.candidates(v)
	if err != nil {
		return nil, err
	}
	return roaring.And(among, docs), nil
}

func (l *themeLeaf) grade(v *view, among *roaring.Bitmap, report func(uint32, grade)) error {
	docs, err := l.match(v, among)
	if err != nil {
		return err
	}
	for it := docs.Iterator(); it.HasNext(); {
		report(it.Next(), grade{quality: themed})
	}
	return v.ctx.Err()
}

// spans reports nothing: the words that made the analyzer see the topic are in the record (see evidence).
func (l *themeLeaf) spans([]word, func(first, last int)) {}

// evidence gives the words of a record that are why it has the topic.
func (l *themeLeaf) evidence(r *feedback.Record, field string) (out []analyzer.Evidence) {
	for _, t := range r.Analysis.Topics {
		id, said, ok := strings.Cut(l.topic, ":")
		if !t.Sure || t.ID != id && !strings.HasPrefix(t.ID, id+".") || ok && t.Sentiment.Label != said {
			continue
		}
		for _, e := range t.Evidence {
			if e.Contribution > 0 && (e.Field == field || e.Field == "" && field == "text") {
				out = append(out, e)
			}
		}
	}
	return out
}

// Themes gives the topics that a text names, as the field topic has them: with what is said of each where the text says something.
func Themes(a *analyzer.Analyzer) func(text string) []string {
	return func(text string) []string {
		var out []string
		topics := a.Analyze(analyzer.Input{Text: text}).Topics
		for _, t := range topics {
			below := func(other analyzer.Topic) bool { return other.Sure && strings.HasPrefix(other.ID, t.ID+".") }
			switch {
			case !t.Sure || slices.ContainsFunc(topics, below): // what is narrower says it better
			case t.Sentiment.Label == analyzer.Neutral:
				out = append(out, t.ID)
			default:
				out = append(out, t.ID+":"+t.Sentiment.Label)
			}
		}
		return out
	}
}
