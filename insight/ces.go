package insight

// easyFrom is the cut of Options where it names none: on 1–7 it is a 5, "somewhat easy", the top three boxes.
const easyFrom = 2.0 / 3

// CES gives the mean customer effort score on 1–7, high is easy, with Student's interval. Answers on other scales are stretched to 1–7,
// and turned round where a high value means effort.
func CES(counts []Count, o Options) CESResult {
	values, skipped := units(counts)
	r := CESResult{Skipped: skipped}
	mean, i, n := meanOf(values, o.Confidence)
	if r.N = n; n == 0 {
		return r
	}
	r.CES, r.Low, r.High = figure(1+6*mean), figure(1+6*i.Low), figure(1+6*i.High)
	r.Easy = figure(float64(countFrom(values, cutOr(o.Easy, easyFrom))) / float64(n))
	r.Small, r.Grey = n < SmallN, n < GreyN
	return r
}
