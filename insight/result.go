package insight

// NPSResult is a net promoter score with its interval.
type NPSResult struct {
	NPS        float64 `json:"nps"` // −100…100
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	N          int     `json:"n"`
	Promoters  int     `json:"promoters"`
	Passives   int     `json:"passives"`
	Detractors int     `json:"detractors"`
	Scale      string  `json:"scale,omitempty"`   // "1-10" or "mixed" where answers were not all asked on 0–10
	Skipped    int     `json:"skipped,omitempty"` // answers on neither scale, which no cut is defined for
	Small      bool    `json:"small,omitempty"`   // n below SmallN: read the interval, not the figure
	Grey       bool    `json:"grey,omitempty"`    // n below GreyN: too few to rank by
}

// CSATResult is the share of satisfied answers in percent with its interval.
type CSATResult struct {
	CSAT      float64 `json:"csat"` // percent, 0–100
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	N         int     `json:"n"`
	Satisfied int     `json:"satisfied"`
	Mean      float64 `json:"mean"`              // on 1–5, high is satisfied; 0 where n is 0
	Skipped   int     `json:"skipped,omitempty"` // answers off their own scale
	Small     bool    `json:"small,omitempty"`
	Grey      bool    `json:"grey,omitempty"`
}

// CESResult is the mean customer effort score with its interval.
type CESResult struct {
	CES     float64 `json:"ces"` // mean on 1–7, high is easy; 0 where n is 0
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	N       int     `json:"n"`
	Easy    float64 `json:"easy"` // share of answers that say easy, 0–1
	Skipped int     `json:"skipped,omitempty"`
	Small   bool    `json:"small,omitempty"`
	Grey    bool    `json:"grey,omitempty"`
}

// SentimentResult is net sentiment, the share of positive less the share of negative texts, with its interval.
type SentimentResult struct {
	Sentiment float64 `json:"sentiment"` // −1…1
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	N         int     `json:"n"`
	Positive  int     `json:"positive"`
	Neutral   int     `json:"neutral"`
	Negative  int     `json:"negative"`
	Skipped   int     `json:"skipped,omitempty"`
	Small     bool    `json:"small,omitempty"`
	Grey      bool    `json:"grey,omitempty"`
}

// RatingResult is a mean rating with its interval.
type RatingResult struct {
	Rating  float64 `json:"rating"` // mean on 1–5; 0 where n is 0
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
	N       int     `json:"n"`
	Skipped int     `json:"skipped,omitempty"`
	Small   bool    `json:"small,omitempty"`
	Grey    bool    `json:"grey,omitempty"`
}
