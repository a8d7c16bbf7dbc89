package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The model file: a magic of 8 bytes that names the revision of the features, then tableSize weights of 16 bits, little-endian.
const (
	magic     = "thauseg3"
	tableBits = 19
	tableSize = 1 << tableBits
	modelSize = len(magic) + 2*tableSize
)

// model is one table of hashed weights, in 1/WeightScale of a unit of log-odds.
type model struct {
	weights *[tableSize]int16
	empty   bool
}

// WeightScale is how finely a weight is stored.
const WeightScale = 512

var errModel = errors.New("segment: the model is of another revision or cut short; fit it anew with analyzer/segment/fit")

func readModel(b []byte) (*model, error) {
	m := &model{weights: new([tableSize]int16)}
	if len(b) == 0 {
		m.empty = true
		return m, nil
	}
	if len(b) != modelSize || string(b[:len(magic)]) != magic {
		return nil, errModel
	}
	b = b[len(magic):]
	for i := range m.weights {
		m.weights[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return m, nil
}

// EncodeModel writes weights, as many as Buckets, in the form that New reads. For the fitting command.
func EncodeModel(weights []int16) ([]byte, error) {
	if len(weights) != tableSize {
		return nil, fmt.Errorf("segment: %d weights, want %d", len(weights), tableSize)
	}
	b := append(make([]byte, 0, modelSize), magic...)
	for _, w := range weights {
		b = binary.LittleEndian.AppendUint16(b, uint16(w))
	}
	return b, nil
}

// Buckets is the size of the weight table.
const Buckets = tableSize
