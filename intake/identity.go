package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// occurrences counts how often each content was seen. It knows a content by 64 bits of its hash: of a hundred million different rows
// without an id, two would share a count once in four thousand files, and would still get different ids.
type occurrences map[uint64]uint32

// id makes an id of a row's content and how often that was seen before, so that importing a file twice gives the same ids and two
// equal rows different ones.
func (o occurrences) id(content []byte) string {
	sum := sha256.Sum256(content)
	key := binary.LittleEndian.Uint64(sum[:])
	o[key]++
	return hex.EncodeToString(sum[:12]) + "-" + strconv.FormatUint(uint64(o[key]), 10)
}
