package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"
)

const jsonType = "application/json"

// buffers hold answers while they are made.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxPooled bounds the buffers that are kept.
const maxPooled = 1 << 20

// write answers with what appendBody writes, whole or not at all.
func write(c *gin.Context, status int, contentType string, appendBody func([]byte) []byte) {
	buffer := buffers.Get().(*[]byte)
	body := appendBody((*buffer)[:0])
	if cap(body) <= maxPooled {
		*buffer = body
		defer buffers.Put(buffer)
	}
	h := c.Writer.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if len(body) < mostCorked/2 {
		cork(c.Request.Context())
	}
	c.Writer.WriteHeader(status)
	// The caller may be gone, and then there is nobody to tell.
	_, _ = c.Writer.Write(body)
}

// writeJSON answers with JSON.
func writeJSON(c *gin.Context, status int, contentType string, v any) {
	write(c, status, contentType, func(b []byte) []byte {
		out := bytes.NewBuffer(b)
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			panic(err) // recover answers
		}
		return out.Bytes()
	})
}

// writeOK answers with a JSON body.
func writeOK(c *gin.Context, v any) { writeJSON(c, http.StatusOK, jsonType, v) }
