package insight

// Rating gives the mean rating on 1–5 with Student's interval. Answers on other scales are stretched to 1–5.
func Rating(counts []Count, o Options) RatingResult {
	values, skipped := units(counts)
	r := RatingResult{Skipped: skipped}
	mean, i, n := meanOf(values, o.Confidence)
	if r.N = n; n == 0 {
		return r
	}
	r.Rating, r.Low, r.High = figure(1+4*mean), figure(1+4*i.Low), figure(1+4*i.High)
	r.Small, r.Grey = n < SmallN, n < GreyN
	return r
}
