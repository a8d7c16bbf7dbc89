package api

import (
	"encoding/json"
)

// appendAnalyzed writes an Analyzed as encoding/json would, with an analysis that another writes.
func appendAnalyzed(b []byte, id json.RawMessage, analysis func([]byte) []byte) []byte {
	b = append(b, '{')
	if len(id) > 0 {
		b = append(b, `"id":`...)
		b = append(b, id...)
		b = append(b, ',')
	}
	b = append(b, `"analysis":`...)
	return append(analysis(b), '}')
}
