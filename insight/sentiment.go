package insight

import "github.com/thau-cx/thau/stats"

// Sentiment gives net sentiment: the share of positive texts less the share of negative ones. A count's Value is read by its sign; its
// scale is not. The interval is that of a net promoter score, for the arithmetic is the same.
func Sentiment(counts []Count, o Options) SentimentResult {
	var r SentimentResult
	for _, c := range counts {
		switch {
		case c.N < 1:
		case c.Value > 0:
			r.Positive += c.N
		case c.Value < 0:
			r.Negative += c.N
		case c.Value == 0:
			r.Neutral += c.N
		default: // not a number
			r.Skipped += c.N
		}
	}
	if r.N = r.Positive + r.Neutral + r.Negative; r.N == 0 {
		return r
	}
	r.Sentiment = figure(stats.NPS(r.Positive, r.Neutral, r.Negative) / 100)
	oneBand := max(r.Positive, r.Neutral, r.Negative) == r.N
	i := stats.NPSInterval(r.Positive, r.Neutral, r.Negative, o.Confidence, r.N < fewNPS || oneBand)
	r.Low, r.High = figure(i.Low/100), figure(i.High/100)
	r.Small, r.Grey = r.N < SmallN, r.N < GreyN
	return r
}
