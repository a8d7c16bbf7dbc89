package feedback

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/insight"
)

// DriversQuery asks which topics a metric goes with.
type DriversQuery struct {
	Metric string // nps, csat, csat:<aspect>, ces, rating or sentiment
	Filter Filter
	Adjust []string // facets whose values are held equal (as in ColumnsQuery.Single); nil means the declared attributes, empty none
	Level  int      // of the topics: 1 those above, 2 those below them where there are any; 0 means 2
	Limit  int      // drivers, 1–200; 0 means 50
	Least  int      // voices that a driver needs, at least 2; 0 means 5
}

// Drivers is how a metric goes with the topics that answers mention, the strongest first.
type Drivers struct {
	Metric string   `json:"metric"`
	N      int      `json:"n"`      // answers
	Voices int      `json:"voices"` // who gave them
	Value  float64  `json:"value"`
	R2     float64  `json:"r2"`                     // how much of the metric's variance topics explain, 0–1
	Held   []string `json:"adjusted_for,omitempty"` // facets whose values effects hold equal
	Items  []Driver `json:"items"`
	Note   Words    `json:"note"` // how to read this
}

// Driver is how a metric goes with one topic and what is said of it.
type Driver struct {
	Topic     string             `json:"topic"`
	Sentiment string             `json:"sentiment,omitempty"` // of what is said of it
	Name      analyzer.TopicName `json:"name"`
	insight.Driver
	Text Words `json:"text"` // the same in a sentence
}

// Words is a sentence in both languages.
type Words struct {
	English    string `json:"en"`
	Vietnamese string `json:"vi"`
}

const maxDrivers, usualDrivers = 200, 50

func (q *DriversQuery) normalise() error {
	if q.Limit == 0 {
		q.Limit = usualDrivers
	}
	if q.Least == 0 {
		q.Least = usualVoices
	}
	if q.Level == 0 {
		q.Level = 2
	}
	switch {
	case q.Level != 1 && q.Level != 2:
		return Errorf(CodeInvalid, "level", "is 1 or 2")
	case !isMetric(q.Metric):
		return Errorf(CodeInvalid, "metric", "no such metric: use nps, csat, csat:<aspect>, ces, rating or sentiment")
	case q.Limit < 1 || q.Limit > maxDrivers:
		return Errorf(CodeInvalid, "limit", "takes 1 to %d", maxDrivers)
	case q.Least < minVoices:
		return Errorf(CodeInvalid, "least", "takes %d or more", minVoices)
	}
	return nil
}

// isMetric tells whether a metric is a mean of answers or sentiment.
func isMetric(name string) bool {
	_, _, ok := Scales(name)
	return ok || name == "sentiment"
}

// Drivers computes how a metric goes with the topics that answers mention, each with what is said of it: what the metric would be without
// those answers, and how they differ when all else that is mentioned is held equal. It says what goes together, not what causes what.
func (s *Service) Drivers(ctx context.Context, q DriversQuery) (Drivers, error) {
	if err := q.normalise(); err != nil {
		return Drivers{}, err
	}
	if q.Adjust == nil {
		for _, name := range s.attributes {
			q.Adjust = append(q.Adjust, "attr."+name)
		}
	}
	c, err := s.store.Columns(ctx, ColumnsQuery{Filter: q.Filter, Metric: scoreOf(q.Metric), Facet: "topic", Single: q.Adjust, Zone: s.zone})
	if err != nil {
		return Drivers{}, err
	}
	said := sayings(c.Names, q.Level)
	var mentions []int32
	voices := make([]map[uint64]struct{}, len(said.names))
	for i := range c.Len() {
		if _, ok := c.answer(i, q.Metric); !ok {
			continue
		}
		mentions = said.of(mentions[:0], c.LabelsOf(i))
		for _, m := range mentions {
			if voices[m] == nil {
				voices[m] = map[uint64]struct{}{}
			}
			if len(voices[m]) < q.Least {
				voices[m][c.Voices[i]] = struct{}{}
			}
		}
	}
	said.keep(func(m int32) bool { return len(voices[m]) >= q.Least }) // the rest would only be noise to the regression
	segments := c.segments(int32(len(said.names)), q)
	var table insight.MentionTable
	for i := range c.Len() {
		if value, ok := c.answer(i, q.Metric); ok {
			mentions = said.of(mentions[:0], c.LabelsOf(i))
			for k, column := range c.Singles {
				if column[i] >= 0 && segments[k][column[i]] >= 0 {
					mentions = append(mentions, segments[k][column[i]])
				}
			}
			table.Add(value, c.Voices[i], mentions)
		}
	}
	d := table.Drivers(len(said.names), q.Metric == "nps", q.Least, insight.Options{})
	out := Drivers{Metric: q.Metric, N: d.N, Voices: d.Voices, Value: d.Value, R2: d.R2, Held: q.Adjust, Items: []Driver{}, Note: driversNote}
	strongest := d.Strongest(q.Least)
	a := s.analyzer.Load()
	for _, i := range strongest[:min(len(strongest), q.Limit)] {
		topic, sentiment, _ := strings.Cut(said.names[i], ":")
		item := Driver{Topic: topic, Sentiment: sentiment, Name: a.TopicName(topic), Driver: d.By[i]}
		item.Text = item.words(q.Metric, d.Value)
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// maxSegments is how many values of a facet effects hold equal, those of most answers; the rest count as one.
const maxSegments = 30

// segments numbers the values of the facets to hold equal, from a number on: those that enough answers have, but the one of most, which the
// others are compared with.
func (c *Columns) segments(from int32, q DriversQuery) [][]int32 {
	out := make([][]int32, len(c.Singles))
	for k, column := range c.Singles {
		counts := make([]int, len(c.SingleNames[k]))
		for i, at := range column {
			if _, ok := c.answer(i, q.Metric); ok && at >= 0 {
				counts[at]++
			}
		}
		order := make([]int32, len(counts))
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortFunc(order, func(a, b int32) int {
			return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(c.SingleNames[k][a], c.SingleNames[k][b]))
		})
		out[k] = make([]int32, len(counts))
		for place, at := range order {
			out[k][at] = -1
			if place > 0 && place <= maxSegments && counts[at] >= q.Least {
				out[k][at] = from
				from++
			}
		}
	}
	return out
}

var driversNote = Words{
	English: "Impact is the metric less what it is without the answers that mention a topic; effect is how those answers differ when all else that is mentioned, and the segments that are adjusted for, are equal. " +
		"Topics that are mentioned together share what they go with. This is what goes together, not what causes what.",
	Vietnamese: "Tác động là chỉ số hiện tại trừ chỉ số khi bỏ các câu trả lời nhắc đến chủ đề; hiệu ứng là mức chênh của các câu trả lời đó khi mọi điều khác được nhắc đến và các nhóm khách được điều chỉnh là như nhau. " +
		"Các chủ đề hay được nhắc cùng nhau chia nhau mức liên quan. Đây là những gì đi cùng nhau, không phải nguyên nhân.",
}

// scoreOf gives the score that a metric is computed of, "" for sentiment.
func scoreOf(metric string) string {
	if metric == "sentiment" {
		return ""
	}
	return metric
}

// answer gives what a record adds to a metric.
func (c *Columns) answer(i int, metric string) (float64, bool) {
	if metric == "sentiment" {
		return float64(c.Sentiments[i]), c.Sentiments[i] != NoSentiment
	}
	if c.Scores[i] < 0 {
		return 0, false
	}
	return insight.Answer(metric, c.Kinds[c.Scores[i]].count(1), insight.Options{})
}

// count gives a score as insight counts it.
func (s Score) count(n int) insight.Count {
	return insight.Count{Value: s.Value, Min: s.Min, Max: s.Max, HighIs: s.HighIs, N: n}
}

// said are the topics with what is said of them, among the labels of the facet "topic".
type said struct {
	names  []string
	number []int32  // by label; −1 for one that is no such
	base   []string // by label, the topic
}

func sayings(labels []string, level int) *said {
	s := &said{number: make([]int32, len(labels)), base: make([]string, len(labels))}
	for i, l := range labels {
		s.number[i] = -1
		topic, _, ok := strings.Cut(l, ":")
		if ok && (level > 1 || !strings.Contains(topic, ".")) {
			s.number[i], s.base[i] = int32(len(s.names)), topic
			s.names = append(s.names, l)
		}
	}
	return s
}

// keep numbers those anew that are to be kept.
func (s *said) keep(wanted func(int32) bool) {
	var names []string
	for i, n := range s.number {
		if n < 0 {
			continue
		}
		if !wanted(n) {
			s.number[i] = -1
			continue
		}
		s.number[i] = int32(len(names))
		names = append(names, s.names[n])
	}
	s.names = names
}

// of appends the numbers of a record's topics, without those above another of its topics.
func (s *said) of(dst []int32, labels []int32) []int32 {
	for _, l := range labels {
		if s.number[l] < 0 {
			continue
		}
		above := slices.ContainsFunc(labels, func(o int32) bool {
			return len(s.base[o]) > len(s.base[l]) && s.base[o][len(s.base[l])] == '.' && strings.HasPrefix(s.base[o], s.base[l])
		})
		if !above {
			dst = append(dst, s.number[l])
		}
	}
	return dst
}

// words says a driver in a sentence.
func (d *Driver) words(metric string, value float64) Words {
	what := withMood(d.Name, moods[d.Sentiment])
	unit := units[strings.SplitN(metric, ":", 2)[0]]
	up, towards := "higher", "cao hơn"
	if d.Impact > 0 {
		up, towards = "lower", "thấp hơn"
	}
	without := value - d.Impact
	w := Words{
		English: fmt.Sprintf("%s: mentioned in %.0f %% of answers, whose %s is %s; without them it would be %s (%s %s, 95 %% interval %s to %s)",
			what.English, 100*d.Share, unit.English, minus(plain(d.Value)), minus(plain(without)), plain(math.Abs(d.Impact)), up, signed(-d.ImpactHigh), signed(-d.ImpactLow)),
		Vietnamese: fmt.Sprintf("%s: được nhắc trong %.0f %% câu trả lời, với %s là %s; nếu không có các câu này, chỉ số sẽ là %s (%s %s, khoảng tin cậy 95 %% từ %s đến %s)",
			what.Vietnamese, 100*d.Share, unit.Vietnamese, minus(comma(plain(d.Value))), minus(comma(plain(without))), towards, comma(plain(math.Abs(d.Impact))),
			comma(signed(-d.ImpactHigh)), comma(signed(-d.ImpactLow))),
	}
	if d.Sure {
		w.English += ". Associated with it, not necessarily its cause."
		w.Vietnamese += ". Có liên quan, chưa chắc là nguyên nhân."
	} else {
		w.English += ". This may be chance."
		w.Vietnamese += ". Có thể chỉ là ngẫu nhiên."
	}
	return w
}

var moods = map[string]Words{
	analyzer.Negative: {"said of it: negative", "nói tiêu cực"},
	analyzer.Neutral:  {"said of it: neutral", "nói trung tính"},
	analyzer.Positive: {"said of it: positive", "nói tích cực"},
}

var units = map[string]Words{
	"nps": {"NPS", "NPS"}, "csat": {"CSAT", "CSAT"}, "ces": {"CES", "CES"}, "rating": {"mean rating", "điểm đánh giá trung bình"},
	"sentiment": {"net sentiment", "cảm xúc ròng"},
}

// comma writes a figure as Vietnamese does.
func comma(figure string) string { return strings.Replace(figure, ".", ",", 1) }

// plain writes a figure with as many digits as people read: none after the point from 10 on.
func plain(v float64) string {
	v += 0 // no −0
	switch a := math.Abs(v); {
	case a >= 9.95:
		return fmt.Sprintf("%.0f", v)
	case a >= 0.995:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
