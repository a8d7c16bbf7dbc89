package learn

import "math"

// A feature that tells a label from the others may have a larger weight than one that is as frequent with it as without: strengths are
// multiplied by a power of the log-ratio of the two frequencies, which is what Wang & Manning 2012 (Baselines and bigrams: simple, good
// sentiment and topic classification) do to the values of features.

const (
	seen     = 1   // added to every count
	leastSay = 0.1 // of a log-ratio
)

// telling gives the strengths of the features of a fit, by how well each tells rows of y = 1 from the others, on the whole as large as before.
func telling(m *margin, power float64) []float64 {
	with, without := make([]float64, len(m.strength)), make([]float64, len(m.strength))
	yes, no := 0.0, 0.0
	for k, i := range m.rows {
		counts := without
		if m.y[k] > 0 {
			counts = with
			yes++
		} else {
			no++
		}
		for _, j := range m.docs[i].features {
			counts[j]++
		}
	}
	out := make([]float64, len(m.strength))
	sum, before := 0.0, 0.0
	for j, s := range m.strength {
		ratio := math.Log((with[j]+seen)/(yes+2*seen)) - math.Log((without[j]+seen)/(no+2*seen))
		out[j] = s * math.Pow(math.Abs(ratio)+leastSay, 2*power)
		sum += out[j] * (with[j] + without[j])
		before += s * (with[j] + without[j])
	}
	if sum > 0 {
		for j := range out {
			out[j] *= before / sum
		}
	}
	return out
}
