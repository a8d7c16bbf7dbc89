package health

import "math"

// mapping turns a signal's value into points, 0 the worst and 100 the best. By number it is piecewise linear through knots, over the
// value or, for counts whose first steps matter most, over log(1+value); beyond the outer knots it is flat. By word it is a table.
type mapping struct {
	log   bool
	knots []knot             // ascending x, at least two; nil in a table of words
	words map[string]float64 // nil in a mapping of numbers
}

// knot is a point of a mapping: at x (already on the mapping's scale) it gives y points.
type knot struct{ x, y float64 }

// straight gives the mapping from worst to best, whose order gives the direction.
func straight(worst, best float64, log bool) mapping {
	m := mapping{log: log}
	a, b := knot{m.scale(worst), 0}, knot{m.scale(best), 100}
	if a.x > b.x {
		a, b = b, a
	}
	m.knots = []knot{a, b}
	return m
}

// scale gives a value's place on the mapping's axis. Below zero the logarithmic scale is flat.
func (m mapping) scale(v float64) float64 {
	if m.log {
		return math.Log1p(max(v, 0))
	}
	return v
}

// of gives the points of an observation's value, in [0, 100]; ok is false for a word the table does not know.
func (m mapping) of(v float64, word string) (points float64, ok bool) {
	if m.words != nil {
		if word == "" {
			word = decimal(v)
		}
		points, ok = m.words[word]
		return points, ok
	}
	x := m.scale(v)
	first, last := m.knots[0], m.knots[len(m.knots)-1]
	if x <= first.x {
		return first.y, true
	}
	if x >= last.x {
		return last.y, true
	}
	i := 1
	for m.knots[i].x < x {
		i++
	}
	a, b := m.knots[i-1], m.knots[i]
	return a.y + float64((x-a.x)/(b.x-a.x)*(b.y-a.y)), true
}
