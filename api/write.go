package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"
)

// buffers hold answers while they are made.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled bounds the buffers that are kept.
const maxPooled = 1 << 20

// writeJSON answers with JSON, whole or not at all.
func writeJSON(c *gin.Context, status int, contentType string, v any) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= maxPooled {
			b.Reset()
			buffers.Put(b)
		}
	}()
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // recover answers
	}
	h := c.Writer.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(b.Len())}
	c.Writer.WriteHeader(status)
	// The caller may be gone, and then there is nobody to tell.
	_, _ = c.Writer.Write(b.Bytes())
}

// writeOK answers with a JSON body.
func writeOK(c *gin.Context, v any) { writeJSON(c, http.StatusOK, "application/json", v) }
