package segment

// Gap is what the model sees at a gap between two syllables. For the fitting command.
type Gap struct {
	Index   int      // of the syllable after the gap
	First   bool     // no gap before it in the chain
	Here    []uint32 // buckets whose weights sum up to the log-odds of joining
	Chained []uint32 // buckets that count too where the gap before is joined
}

// Observe gives the gaps of a text that the model decides, in order. Gaps that are settled by rule are left out and break the chain.
// It is for fitting; Join does not call it.
func (s *Segmenter) Observe(syl []Syllable) []Gap {
	var gaps []Gap
	var scratch Scratch
	cased, base := hasLower(syl), 0
	for len(syl) > 0 {
		n := s.fill(syl, cased, &scratch)
		s.settle(scratch.slots)
		gaps = s.observe(scratch.slots, base, gaps)
		syl, base = syl[n:], base+n
	}
	return gaps
}

func (s *Segmenter) observe(slots []slot, base int, gaps []Gap) []Gap {
	for i := 2; i < len(slots); {
		end := i
		for slots[end].index >= 0 {
			end++
		}
		if end > i {
			clause := slots[i-2 : end+2]
			s.spans(clause)
			first := true
			for k := 3; k < len(clause)-2; k++ {
				if barred(&clause[k-1], &clause[k]) {
					first = true
					continue
				}
				var f [features + chained]uint32
				read(clause, k, &f)
				gaps = append(gaps, Gap{Index: base + int(clause[k].index), First: first, Here: f[:features], Chained: f[features:]})
				first = false
			}
		}
		i = end + 2
	}
	return gaps
}
