package stats

// Brier gives the mean squared error of probabilities for outcomes that came (true) or not, mean (p − y)² (Brier 1950), in [0, 1], 0
// the best. Probabilities are clamped to [0, 1]; those that are not numbers are left out. The two pair up to the shorter. ok is false
// where nothing pairs.
func Brier(probabilities []float64, outcomes []bool) (score float64, ok bool) {
	score, _, n := brier(probabilities, outcomes)
	return score, n > 0
}

// BrierSkill gives 1 − BS/BS₀, where BS₀ is the score of always forecasting the share of outcomes that came: 1 perfect, 0 no better
// than the base rate, negative worse. ok is false where nothing pairs or all outcomes are the same, for then BS₀ is 0.
func BrierSkill(probabilities []float64, outcomes []bool) (skill float64, ok bool) {
	score, rate, n := brier(probabilities, outcomes)
	base := rate * (1 - rate)
	if n == 0 || base == 0 {
		return 0, false
	}
	return 1 - score/base, true
}

// brier gives the score, the share of outcomes that came and the number of pairs.
func brier(probabilities []float64, outcomes []bool) (score, rate float64, n int) {
	for i := range min(len(probabilities), len(outcomes)) {
		p := probabilities[i]
		if p != p {
			continue
		}
		p = min(max(p, 0), 1)
		n++
		if outcomes[i] {
			rate++
			p = 1 - p
		}
		score += p * p
	}
	if n == 0 {
		return 0, 0, 0
	}
	return score / float64(n), rate / float64(n), n
}
