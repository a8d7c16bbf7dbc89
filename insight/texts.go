package insight

// SketchSize is how many hashes a sketch of a text has.
const SketchSize = 8

// Sketch is min-wise hashes of a text: the share of equal places in two estimates how much of the texts is the same. The zero Sketch is
// that of a text too short to be a copy.
type Sketch = [SketchSize]uint16

// Texts are what people said, one place a text, the oldest first. Sets tells in bits which sets a text belongs to; terms are keys of
// what it says, each once.
type Texts struct {
	Voices     []uint64 // who said it
	Days       []int32  // when
	Sets       []uint8
	Sentiments []int8 // −1, 0, 1; any other value is none
	Ends       []uint32
	Terms      []uint32
	Sketches   []Sketch
}

// Len gives the number of texts.
func (t *Texts) Len() int { return len(t.Voices) }

// TermsOf gives the terms of a text.
func (t *Texts) TermsOf(i int) []uint32 {
	from := uint32(0)
	if i > 0 {
		from = t.Ends[i-1]
	}
	return t.Terms[from:t.Ends[i]]
}

// sameFrom is how many of a sketch's places two texts must share to count as copies: at 6 of 8, texts of which 9/10 are the same are
// taken for copies in 96 % of cases, and texts of which half is in 14 %.
const sameFrom = 6

// Heard are texts with their voices counted: near copies speak with the voice of the oldest of them, so that a message that was pasted a
// hundred times counts once. It is not safe for concurrent use.
type Heard struct {
	*Texts
	voices []int32 // of each text, from 0
	people int     // how many voices there are
	order  []int32 // texts by voice
	Copies int     // texts that speak with another's voice

	calendars map[uint8]*calendar // by sets
	seen      []int32             // by voice, the last question it answered to
	asked     int32               // how many questions there were
}

// Hear counts the voices of texts. It keeps the texts. O(n).
func Hear(t *Texts) *Heard {
	h := &Heard{Texts: t, voices: make([]int32, t.Len()), calendars: map[uint8]*calendar{}}
	leaders := copies(t.Sketches)
	numbers := make(map[uint64]int32, t.Len())
	for i, v := range t.Voices {
		if i < len(leaders) && leaders[i] != int32(i) {
			h.voices[i] = h.voices[leaders[i]]
			if v != t.Voices[leaders[i]] {
				h.Copies++
			}
			continue
		}
		n, ok := numbers[v]
		if !ok {
			n = int32(len(numbers))
			numbers[v] = n
		}
		h.voices[i] = n
	}
	h.people = len(numbers)
	h.order = byVoice(h.voices, h.people)
	return h
}

// byVoice sorts texts by voice, and those of one voice by place.
func byVoice(voices []int32, people int) []int32 {
	starts := make([]int32, people+1)
	for _, v := range voices {
		starts[v+1]++
	}
	for v := range people {
		starts[v+1] += starts[v]
	}
	order := make([]int32, len(voices))
	for i, v := range voices {
		order[starts[v]] = int32(i)
		starts[v]++
	}
	return order
}

// Voices gives how many voices each of the sets has, by bit.
func (h *Heard) Voices() (sets [8]int) {
	for at := 0; at < len(h.order); {
		voice, seen := h.voices[h.order[at]], uint8(0)
		for ; at < len(h.order) && h.voices[h.order[at]] == voice; at++ {
			seen |= h.Sets[h.order[at]]
		}
		for bit := range sets {
			sets[bit] += int(seen >> bit & 1)
		}
	}
	return sets
}

// The bands of a sketch: two texts are compared where they share one. Texts of which 9/10 are the same share one in 99.9 % of cases.
const (
	bands    = 4
	bandSize = SketchSize / bands
)

// copies gives of each text the oldest that it is a near copy of, itself where there is none. A text is compared with the first that had
// one of its bands, so the answer depends on the order, which is that of time.
func copies(sketches []Sketch) []int32 {
	out := make([]int32, len(sketches))
	type band struct {
		hash uint64
		text int32
	}
	size := 1
	for size < 2*bands*len(sketches) {
		size *= 2
	}
	table := make([]band, size)
	for i := range sketches {
		s := &sketches[i]
		out[i] = int32(i)
		if *s == (Sketch{}) {
			continue
		}
		found := int32(-1)
		for b := range bands {
			hash := uint64(b + 1)
			for _, v := range s[b*bandSize : (b+1)*bandSize] {
				hash = hash<<16 | uint64(v)
			}
			at := stir(hash) & uint64(size-1)
			for table[at].hash != 0 && table[at].hash != hash {
				at = (at + 1) & uint64(size-1)
			}
			if table[at].hash == 0 {
				table[at] = band{hash, int32(i)}
				continue
			}
			if first := table[at].text; found < 0 && alike(s, &sketches[first]) >= sameFrom {
				found = out[first]
			}
		}
		if found >= 0 {
			out[i] = found
		}
	}
	return out
}

func alike(a, b *Sketch) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// stir is the finaliser of SplitMix64.
func stir(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
