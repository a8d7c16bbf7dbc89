package stats

import "math"

// NPMI gives the normalised pointwise mutual information of two things that were seen together in joint of n places, one in a of them
// and the other in b: ln[p(x,y)/(p(x)p(y))] / −ln p(x,y) (Bouma 2009). −1 where they never meet, 0 where they meet by chance, 1 where
// they never part. Counts that contradict each other, and n < 1, give 0.
func NPMI(joint, a, b, n int) float64 {
	if n < 1 || a < 1 || b < 1 || joint > min(a, b) || max(a, b) > n || joint < 0 {
		return 0
	}
	if joint == 0 {
		return -1
	}
	if joint == n {
		return 1
	}
	p := float64(joint) / float64(n)
	pmi := math.Log(float64(joint) * float64(n) / (float64(a) * float64(b)))
	return min(max(pmi/-math.Log(p), -1), 1)
}

// G2 gives the log-likelihood ratio 2·Σ O·ln(O/E) of the 2×2 table behind the same counts (Dunning 1993), at least 0. Where the two are
// independent it follows χ² with one degree of freedom: 3.84 is the 5 % point. Counts that contradict each other give 0.
func G2(joint, a, b, n int) float64 {
	if n < 1 || joint < 0 || joint > min(a, b) || max(a, b) > n || a+b-joint > n {
		return 0
	}
	size := float64(n)
	rows, columns := [2]float64{float64(a), float64(n - a)}, [2]float64{float64(b), float64(n - b)}
	cells := [2][2]float64{{float64(joint), float64(a - joint)}, {float64(b - joint), float64(n - a - b + joint)}}
	sum := 0.0
	for i := range cells {
		for j, o := range cells[i] {
			if o > 0 {
				sum += float64(o * math.Log(o*size/(rows[i]*columns[j])))
			}
		}
	}
	return max(2*sum, 0)
}
