package learn

import (
	"encoding/json"
	"maps"

	"github.com/thau-cx/thau/analyzer"
)

// A learned sentiment knows the texts of its own trade. Weights of words do not know what a negation, a question or a comparison does to
// them elsewhere, so a text foreign to what was learned is left to the built-in: one of whose runs of two words too few were met in
// learning.

// mostFamiliar is how many known runs a text is asked for at most: with more, few texts would be read.
const mostFamiliar = 16

// spare is how much of what the gate lets break may break when the number is chosen.
const spare = 0.9

// keepToKnown gives the overlay that asks for the least number of known runs with which the behaviours hold, from that chosen on.
func (l *lesson) keepToKnown(base *analyzer.Analyzer, chosen *choice, m made) (made, error) {
	for ; ; chosen.familiar++ {
		again, err := l.asking(m, chosen.familiar)
		if err != nil {
			return m, err
		}
		b, err := l.behaves(base, again.analyzer)
		if err != nil || b.Before-b.After <= mostBroken*spare || chosen.familiar == mostFamiliar {
			return again, err
		}
	}
}

// asking gives an overlay that asks for another number of known runs.
func (l *lesson) asking(m made, familiar int) (made, error) {
	manifest := m.overlay.Manifest
	manifest.Familiar = familiar
	b, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return made{}, err
	}
	content := maps.Collect(m.overlay.Files())
	content[manifestFile] = append(b, '\n')
	return l.layer(content)
}
