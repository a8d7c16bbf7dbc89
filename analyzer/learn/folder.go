package learn

import (
	"encoding/json"
	"maps"

	"github.com/thau-cx/thau/lexicons"
)

// withCard puts a card into an overlay's folder; the overlay's hash stays.
func withCard(o *lexicons.Overlay, c *Card) (*lexicons.Overlay, error) {
	content := maps.Collect(o.Files())
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, err
	}
	content["card.json"], content["card.md"] = append(b, '\n'), c.Markdown()
	return lexicons.NewOverlay(content)
}
