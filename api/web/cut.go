package web

import "slices"

// Mark is a place in a text, in code points, half-open, and how much it weighs. Hit tells that it was searched for.
type Mark struct {
	Start, End int
	Weight     float64
	Hit        bool
}

// Piece is a stretch of a text under the same marks: the sum of their weights, and whether one of them was searched for.
type Piece struct {
	Text   string
	Weight float64
	Marked bool
	Hit    bool
}

// Cut cuts a text where marks begin and end. Together the pieces are the text. Marks may overlap; a part that lies outside is left out.
func Cut(text string, marks []Mark) []Piece {
	runes := []rune(text)
	at := []int{0, len(runes)}
	for i := range marks {
		m := &marks[i]
		m.Start, m.End = min(max(m.Start, 0), len(runes)), min(max(m.End, 0), len(runes))
		at = append(at, m.Start, m.End)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	var out []Piece
	for i := range len(at) - 1 {
		p := Piece{Text: string(runes[at[i]:at[i+1]])}
		for _, m := range marks {
			if m.Start <= at[i] && at[i+1] <= m.End {
				p.Weight += m.Weight
				p.Marked = p.Marked || !m.Hit
				p.Hit = p.Hit || m.Hit
			}
		}
		if n := len(out); n > 0 && out[n-1].Weight == p.Weight && out[n-1].Marked == p.Marked && out[n-1].Hit == p.Hit {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}
