package api

import (
	"encoding/json"

	"github.com/thau-cx/thau/analyzer"
)

// appendAnalyzed writes an Analyzed as encoding/json would.
func appendAnalyzed(b []byte, id json.RawMessage, a *analyzer.Analysis) []byte {
	b = append(b, '{')
	if len(id) > 0 {
		b = append(b, `"id":`...)
		b = append(b, id...)
		b = append(b, ',')
	}
	b = append(b, `"analysis":`...)
	b = analyzer.AppendJSON(b, a)
	return append(b, '}')
}
