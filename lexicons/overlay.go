package lexicons

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Overlay is a lexicon laid over the built-in one: an industry pack, weights learned from labelled texts, or a customer's own terms and
// taxonomy. It is read-only and safe for concurrent use.
type Overlay struct {
	Manifest
	Model *Model // of a learned one, else nil

	files   map[string][]byte
	own     *Lexicon // its terms; Lexicon names are like vi/overlay:NAME
	changes []change
	hash    string
}

// Bounds of an overlay, so that a hostile one cannot fill the memory.
const (
	mostOverlayFiles = 64
	mostOverlayBytes = 96 << 20 // all files together
	mostFileBytes    = 64 << 20
	mostLines        = 2_000_000 // of a file
)

const (
	cardFile    = "card.json"
	changesFile = "changes.tsv"
)

// OverlayError is a fault of an overlay: Err, often a *LineError, says where in its folder.
type OverlayError struct {
	Name string // of the overlay, "" where the manifest could not be read
	Err  error
}

// Error implements error.
func (e *OverlayError) Error() string {
	if e.Name == "" {
		return "overlay: " + e.Err.Error()
	}
	return "overlay " + e.Name + ": " + e.Err.Error()
}

// Unwrap gives Err.
func (e *OverlayError) Unwrap() error { return e.Err }

// ReadOverlay reads and checks an overlay folder (its layout is in README.md). Whatever is wrong is an *OverlayError that wraps a
// *LineError with file, line and reason. Whether its changes fit the lexicon below it is found by With.
func ReadOverlay(fsys fs.FS) (*Overlay, error) {
	o := &Overlay{files: map[string][]byte{}}
	err := o.read(fsys)
	if err != nil {
		return nil, &OverlayError{o.Name, err}
	}
	return o, nil
}

func (o *Overlay) read(fsys fs.FS) error {
	if err := o.take(fsys); err != nil {
		return err
	}
	b, ok := o.files[manifestFile]
	if !ok {
		return &LineError{manifestFile, 1, "is missing: an overlay is a folder with a manifest.json"}
	}
	m, err := readManifest(b)
	if err != nil {
		return err
	}
	o.Manifest = m
	o.hash = o.sum()
	for name := range o.Files() {
		if err := m.allows(name); err != nil {
			return err
		}
	}
	inside := fileMap(o.files)
	if m.Kind == Learned {
		o.Model, err = readModel(inside, m)
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(layouts)) {
		if _, ok := o.files[name]; !ok {
			continue
		}
		t, err := readTable(inside, name, layouts[name].columns...)
		if err != nil {
			return err
		}
		if faults := t.lint(layouts[name].key); len(faults) > 0 {
			return faults[0]
		}
	}
	if o.changes, err = readChanges(inside); err != nil {
		return err
	}
	o.own = &Lexicon{overlay: m.Name}
	return o.own.load(inside)
}

// take copies the files in, within the bounds.
func (o *Overlay) take(fsys fs.FS) error {
	total := 0
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."): // .git, .DS_Store
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if strings.Count(name, "/") > 0 {
				return &LineError{name, 1, "a folder too deep for an overlay"}
			}
			return nil
		case !d.Type().IsRegular():
			return &LineError{name, 1, "is no regular file"}
		case len(o.files) == mostOverlayFiles:
			return &LineError{name, 1, fmt.Sprintf("an overlay has at most %d files", mostOverlayFiles)}
		}
		b, err := readBounded(fsys, name)
		if err != nil {
			return err
		}
		if total += len(b); total > mostOverlayBytes {
			return &LineError{name, 1, fmt.Sprintf("an overlay has at most %d MB", mostOverlayBytes>>20)}
		}
		if n := bytes.Count(b, []byte{'\n'}); n > mostLines {
			return &LineError{name, mostLines, fmt.Sprintf("has %d lines, at most %d are read", n, mostLines)}
		}
		if i := invalidAt(b); i >= 0 {
			return &LineError{name, 1 + bytes.Count(b[:i], []byte{'\n'}), "is not UTF-8"}
		}
		o.files[name] = b
		return nil
	})
}

// invalidAt gives the place of the first byte that is no UTF-8, −1 for none.
func invalidAt(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	at := 0
	for at < len(b) {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return at
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, plain(err))
	}
	b, err := io.ReadAll(io.LimitReader(f, mostFileBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, plain(err))
	}
	if len(b) > mostFileBytes {
		return nil, &LineError{name, 1, fmt.Sprintf("is larger than %d MB", mostFileBytes>>20)}
	}
	return b, nil
}

// plain takes the path off an error of the file system: it is said already.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// writable are the tables an overlay written by hand may have.
var writable = []string{
	changesFile, "taxonomy.tsv", "en/sentiment.tsv", "vi/sentiment.tsv", "en/modifiers.tsv", "vi/modifiers.tsv", "en/topics.tsv", "vi/topics.tsv",
	"en/intents.tsv", "vi/intents.tsv", "en/acts.tsv", "vi/acts.tsv", "en/urgency.tsv", "vi/urgency.tsv", "en/abbreviations.tsv", "vi/teencode.tsv", "en/stopwords.txt",
	"vi/stopwords.txt", "shared/emoji.tsv", "shared/emoticons.tsv",
}

// fitted are the tables of a learned overlay.
var fitted = []string{"labels.tsv", "weights.tsv", "calibration.tsv"}

// allows tells what is wrong with a file in an overlay of this kind.
func (m *Manifest) allows(name string) error {
	base := strings.ToUpper(path.Base(name))
	tables := writable
	if m.Kind == Learned {
		tables = fitted
	}
	switch {
	case name == manifestFile, name == cardFile, name == "card.md", slices.Contains(tables, name):
		return nil
	case strings.HasPrefix(base, "README"), strings.HasPrefix(base, "LICENSE"), strings.HasPrefix(base, "NOTICE"):
		return nil
	}
	return &LineError{name, 1, fmt.Sprintf("is no file of a %s overlay; it has %s", m.Kind, strings.Join(tables, ", "))}
}

// Hash names what the overlay says: "sha256:" and 64 hexadecimal digits over its files but for the model card, which only tells about it.
func (o *Overlay) Hash() string { return o.hash }

func (o *Overlay) sum() string {
	h := sha256.New()
	for name, b := range o.Files() {
		if name != cardFile && name != "card.md" {
			fmt.Fprintf(h, "%s %d\n", name, len(b))
			h.Write(b)
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Files gives the files of the folder, name and content, in name order. The content must not be changed.
func (o *Overlay) Files() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for _, name := range slices.Sorted(maps.Keys(o.files)) {
			if !yield(name, o.files[name]) {
				return
			}
		}
	}
}

// Card gives the model card, JSON; nil where there is none.
func (o *Overlay) Card() []byte { return o.files[cardFile] }

// Pack gives the overlay as one piece of bytes, a zip archive of its folder: the same overlay gives the same bytes.
func (o *Overlay) Pack() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range o.Files() {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return nil, fmt.Errorf("overlay %s: pack: %w", o.Name, err)
		}
		if _, err := w.Write(content); err != nil {
			return nil, fmt.Errorf("overlay %s: pack: %w", o.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("overlay %s: pack: %w", o.Name, err)
	}
	return b.Bytes(), nil
}

// UnpackOverlay reads what Pack gave, or a zip archive of an overlay folder made by hand, with the checks of ReadOverlay.
func UnpackOverlay(b []byte) (*Overlay, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, &OverlayError{"", fmt.Errorf("is no zip archive: %w", err)}
	}
	return ReadOverlay(z)
}

// NewOverlay reads an overlay from files by name, with the checks of ReadOverlay.
func NewOverlay(files map[string][]byte) (*Overlay, error) { return ReadOverlay(fileMap(files)) }
