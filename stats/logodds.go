package stats

import "math"

// Mentions is how many of a group's voices say something: 0 ≤ Said ≤ Of.
type Mentions struct {
	Said, Of float64
}

// LogOdds compares how often two groups say a phrase: the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn
// 2008, Political Analysis 16:372, equations 16 and 19),
//
//	δ = ln[(y₁+α)/(n₁+α₀−y₁−α)] − ln[(y₂+α)/(n₂+α₀−y₂−α)]
//	σ² = 1/(y₁+α) + 1/(n₁+α₀−y₁−α) + 1/(y₂+α) + 1/(n₂+α₀−y₂−α)
//
// where share = α/α₀ is how often the background says it and strength = α₀ how many voices the prior weighs. z = δ/σ. Shares are kept
// within (0, 1), so neither figure is infinite; a group of nobody is the prior alone.
func LogOdds(a, b Mentions, share, strength float64) (delta, sigma float64) {
	if !(strength > 0) || !usable(strength) {
		strength = 1
	}
	if share != share {
		share = 0.5
	}
	share = min(max(share, 1e-9), 1-1e-9)
	alpha, against := share*strength, (1-share)*strength
	said1, silent1 := a.sides()
	said2, silent2 := b.sides()
	said1, said2 = said1+alpha, said2+alpha
	silent1, silent2 = silent1+against, silent2+against
	delta = math.Log(said1/silent1) - math.Log(said2/silent2)
	return delta, math.Sqrt(1/said1 + 1/silent1 + 1/said2 + 1/silent2)
}

// sides gives how many say it and how many do not, neither negative.
func (m Mentions) sides() (said, silent float64) {
	if !usable(m.Of) || !usable(m.Said) {
		return 0, 0
	}
	of := max(m.Of, 0)
	said = min(max(m.Said, 0), of)
	return said, of - said
}

// TwoSidedP gives the probability that a standard normal lies at least as far from 0 as z, in [0, 1]; 1 where z is NaN.
func TwoSidedP(z float64) float64 {
	if math.IsNaN(z) {
		return 1
	}
	return math.Erfc(math.Abs(z) / math.Sqrt2)
}
