package learn

import (
	"maps"
	"slices"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// A learned sentiment knows the texts of its own trade, and a text foreign to it is left to the built-in: the margin of own says which. How
// much of it is asked for is what the least of the texts learned from have, but for a share of them that is lost: the least share with
// which the gate's behaviours hold.

// lostShares are the shares of the texts learned from that may be left to the built-in, least first.
var lostShares = []float64{0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2, 0.3, 0.5}

// usualLost is the index of the share that the calibration counts with.
const usualLost = 4

// spare is how much of what the gate lets break may break when the share is chosen.
const spare = 0.9

// cuts gives the margins of own that are asked for, by shares lost; nil where own was not fitted.
func (o *opinion) cuts(planes [folds][3]plane) []float64 {
	if o.absent[planeOwn] {
		return nil
	}
	var margins []float64
	for i := range o.corpus.examples {
		margins = append(margins, o.at(&planes[o.corpus.fold[i]][planeOwn], planeOwn, i))
	}
	slices.Sort(margins)
	out := make([]float64, len(lostShares))
	for i, share := range lostShares {
		out[i] = margins[int(share*float64(len(margins)-1))]
	}
	return out
}

// keepToOwn gives the overlay that leaves the least to the built-in with which the behaviours hold, from the share chosen on.
func (l *lesson) keepToOwn(base *analyzer.Analyzer, chosen *choice, m made) (made, error) {
	for ; ; chosen.lost++ {
		b, err := l.behaves(base, m.analyzer)
		if err != nil || b.Before-b.After <= mostBroken*spare || chosen.lost+1 >= len(chosen.cuts) {
			return m, err
		}
		if m, err = l.asking(m, (chosen.cuts[chosen.lost+1]-chosen.cuts[chosen.lost])*ownScale); err != nil {
			return m, err
		}
	}
}

// asking gives an overlay that asks for more of own.
func (l *lesson) asking(m made, more float64) (made, error) {
	labels := slices.Clone(m.overlay.Model.Labels)
	for i := range labels {
		if labels[i].ID == lexicons.OwnLabel {
			labels[i].Bias -= more
		}
	}
	content := maps.Collect(m.overlay.Files())
	content[labelsFile] = labelTable(labels)
	return l.layer(content)
}
