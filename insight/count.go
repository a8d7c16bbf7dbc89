package insight

// SmallN is the number of answers below which a result says "small": true. It is shown all the same: hiding is the reader's choice.
const SmallN = 5

// Count is how often a value was given on a scale. Min and Max are the ends of the scale; HighIs is "effort" where a high value means
// hard, and empty otherwise. Counts of the same value may repeat; an N below 1 counts nothing.
type Count struct {
	Value  float64
	Min    float64
	Max    float64
	HighIs string
	N      int
}

// Options say how metrics are cut. The zero Options are the defaults.
type Options struct {
	Confidence float64 // of the intervals, in (0, 1); 0 means 0.95
	Satisfied  float64 // CSAT: an answer from this place of its scale on is satisfied, in (0, 1]; 0 means 0.75, the top two boxes of 1–5
	Easy       float64 // CES: an answer from this place of its scale on is easy, in (0, 1]; 0 means 2/3, the top three boxes of 1–7
}
