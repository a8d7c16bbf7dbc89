package index

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/thau-cx/thau/feedback"
)

// cursor is where a page ended: what its last hit is sorted by, the query it belongs to, and the rarities that its scores were made
// of. The next page holds what comes after it in the present state, so a cursor never expires.
type cursor struct {
	Query    []byte `json:"q"`
	Score    uint64 `json:"s,omitempty"`
	Key      int64  `json:"k"`
	ID       string `json:"i"`
	Rarities []byte `json:"w,omitempty"`
	Near     bool   `json:"n,omitempty"` // how near words stand counts
}

// maxCursor bounds what is decoded: an id has at most 256 bytes.
const maxCursor = 4096

func (c cursor) encode() (string, error) {
	b, err := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b), err
}

// decodeCursor reads a cursor of the query with a hash and a number of leaves.
func decodeCursor(s string, hash []byte, leaves int) (c cursor, err error) {
	broken := feedback.Errorf(feedback.CodeInvalid, "cursor", "this cursor is not one of ours: start from the first page")
	if len(s) > maxCursor {
		return c, broken
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &c) != nil || c.ID == "" {
		return c, broken
	}
	if string(c.Query) != string(hash) {
		return c, feedback.Errorf(feedback.CodeInvalid, "cursor", "this cursor belongs to another query: start from the first page")
	}
	if len(c.Rarities) != leaves {
		return c, broken
	}
	return c, nil
}

// hashQuery names what a cursor holds for: everything that decides which records match, and their order.
func hashQuery(q *feedback.Query, sort string) ([]byte, error) {
	b, err := json.Marshal(struct {
		Text     string
		Synonyms bool
		Filter   feedback.Filter
		Sort     string
	}{q.Text, q.Synonyms, q.Filter, sort})
	if err != nil {
		return nil, feedback.Errorf(feedback.CodeInvalid, "", "the filter cannot be used: %v", err)
	}
	sum := sha256.Sum256(b)
	return sum[:8], nil
}
