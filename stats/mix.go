package stats

// Part is a group's share in a whole at two times: how many answers it gave and their mean.
type Part struct {
	BeforeN, AfterN int
	Before, After   float64
}

// Change is how much of a whole's change one part, or all of them, explains.
type Change struct {
	Mix  float64 // because the part weighs more or less
	Rate float64 // because its mean changed
}

// MixAndRate splits the change of a mean over parts into mix and rate, Δ = Σ (w₁−w₀)·(s̄−M̄) + Σ w̄·(s₁−s₀), with w the parts' shares, s
// their means, bars the middle of both times, and M the mean of all (Kitagawa 1955). The middle of all is taken off s̄ so that a part
// that grows adds what it is better than the rest; the sum over the parts is the same without. A part that is absent at one time has
// the mean it has at the other. total is the change of the mean of all, the sum of all parts' mix and rate but for rounding; ok is
// false where either time has no answers.
func MixAndRate(parts []Part) (by []Change, total float64, ok bool) {
	var n0, n1, m0, m1 float64
	for _, p := range parts {
		a, b := float64(max(p.BeforeN, 0)), float64(max(p.AfterN, 0))
		n0, n1 = n0+a, n1+b
		if a > 0 {
			m0 += float64(a * p.Before)
		}
		if b > 0 {
			m1 += float64(b * p.After)
		}
	}
	if n0 == 0 || n1 == 0 || !usable(m0) || !usable(m1) {
		return nil, 0, false
	}
	m0, m1 = m0/n0, m1/n1
	by = make([]Change, len(parts))
	for i, p := range parts {
		w0, w1 := float64(max(p.BeforeN, 0))/n0, float64(max(p.AfterN, 0))/n1
		s0, s1 := p.Before, p.After
		switch {
		case w0 == 0 && w1 == 0:
			continue
		case w0 == 0:
			s0 = s1
		case w1 == 0:
			s1 = s0
		}
		by[i] = Change{Mix: (w1 - w0) * ((s0+s1)/2 - (m0+m1)/2), Rate: (w0 + w1) / 2 * (s1 - s0)}
	}
	return by, m1 - m0, true
}
