package stats

import "math"

// The pseudo-counts NPSInterval adds when asked: three answers, a quarter promoters, half passives, a quarter detractors. They pull a
// small sample towards 0 and keep a width where all answers fall in one band.
const (
	pseudoPromoters  = 0.75
	pseudoPassives   = 1.5
	pseudoDetractors = 0.75
)

// NPS gives the net promoter score 100·(p − d), in [−100, 100]; 0 where there are no answers. Negative counts are read as 0.
func NPS(promoters, passives, detractors int) float64 {
	p, d, n := npsShares(promoters, passives, detractors, false)
	if n == 0 {
		return 0
	}
	return 100 * (p - d)
}

// NPSError gives the standard error of a net promoter score, 100·√((p + d − (p−d)²)/n): the score is 100 times the mean of answers
// that are 1, 0 or −1, and this is that mean's. In [0, 100]; 0 where there are no answers.
func NPSError(promoters, passives, detractors int) float64 {
	p, d, n := npsShares(promoters, passives, detractors, false)
	if n == 0 {
		return 0
	}
	return npsError(p, d, n)
}

// NPSInterval gives the interval NPS ± z·NPSError, inside [−100, 100]. With pseudo it is centred on the shares after adding ¾ promoter,
// 1½ passives and ¾ detractor, which holds its promise for small samples, and is widened where needed to hold the score itself.
// Without answers it is [−100, 100].
func NPSInterval(promoters, passives, detractors int, confidence float64, pseudo bool) Interval {
	p, d, n := npsShares(promoters, passives, detractors, pseudo)
	if max(promoters, 0)+max(passives, 0)+max(detractors, 0) == 0 {
		return Interval{-100, 100}
	}
	score := 100 * (p - d)
	half := TwoSided(confidence) * npsError(p, d, n)
	plain := NPS(promoters, passives, detractors)
	return Interval{min(score-half, plain), max(score+half, plain)}.clamp(-100, 100)
}

func npsShares(promoters, passives, detractors int, pseudo bool) (p, d, n float64) {
	p, d = float64(max(promoters, 0)), float64(max(detractors, 0))
	n = p + d + float64(max(passives, 0))
	if pseudo {
		p, d = p+pseudoPromoters, d+pseudoDetractors
		n += pseudoPromoters + pseudoPassives + pseudoDetractors
	}
	if n == 0 {
		return 0, 0, 0
	}
	return p / n, d / n, n
}

func npsError(p, d, n float64) float64 {
	return 100 * math.Sqrt(max(p+d-(p-d)*(p-d), 0)/n)
}
