package intake

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// decoded gives a text as UTF-8 without a byte order mark. head is its beginning.
func decoded(r io.Reader, head []byte) io.Reader {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return skipped(r, 3)
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(r)
	}
	if e := wide(head); e != nil {
		return e.NewDecoder().Reader(r)
	}
	if !mostlyUTF8(head) {
		// Windows-1258 writes tones as marks of their own.
		return norm.NFC.Reader(charmap.Windows1258.NewDecoder().Reader(r))
	}
	return r
}

// skipped leaves out the first n bytes, which are known to be there.
func skipped(r io.Reader, n int64) io.Reader {
	if _, err := io.CopyN(io.Discard, r, n); err != nil {
		return failing{err}
	}
	return r
}

// failing is a reader that has failed.
type failing struct{ err error }

// Read gives the error.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

// wide tells UTF-16 without a mark by where its zero bytes are: every other byte of ASCII is one.
func wide(head []byte) encoding.Encoding {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	switch few := len(head) / 8; {
	case zeros[1] > few && zeros[0]*8 < zeros[1]:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > few && zeros[1]*8 < zeros[0]:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// mostlyUTF8 tells whether what is beyond ASCII is more often UTF-8 than not. A few broken characters do not make another encoding.
func mostlyUTF8(head []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !utf8.FullRune(head[i:]) { // cut off at the end of the sample
			break
		}
		r, n := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return bad <= good
}
