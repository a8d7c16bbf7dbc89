package lexicons

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed packs
var packFiles embed.FS

// PackNames gives the names of the industry packs that ship, sorted.
func PackNames() []string {
	entries, err := fs.ReadDir(packFiles, "packs")
	if err != nil {
		return nil // nothing is embedded: a test would see it
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// BuiltinPack gives an industry pack that ships, an overlay of second-level topics.
func BuiltinPack(name string) (*Overlay, error) {
	if !slices.Contains(PackNames(), name) {
		return nil, fmt.Errorf("there is no pack %q: use %s", name, strings.Join(PackNames(), ", "))
	}
	folder, err := fs.Sub(packFiles, "packs/"+name)
	if err != nil {
		return nil, err
	}
	return ReadOverlay(folder)
}
