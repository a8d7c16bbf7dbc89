package main

import (
	"runtime/debug"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// layerFlags choose what is laid over the built-in lexicon.
type layerFlags struct {
	packFlags
	Overlay []string `placeholder:"DIR" help:"An overlay to read with, a folder or a zip archive of one; may be given several times."`
}

// lexicon gives the built-in lexicon with packs and overlays laid over it, and the overlays.
func (f layerFlags) lexicon() (*lexicons.Lexicon, []*lexicons.Overlay, error) {
	lex, err := f.packFlags.lexicon()
	if err != nil {
		return nil, nil, err
	}
	var overlays []*lexicons.Overlay
	for _, dir := range f.Overlay {
		o, err := readOverlay(dir)
		if err != nil {
			return nil, nil, err
		}
		overlays = append(overlays, o)
	}
	lex, err = lex.With(overlays...)
	return lex, overlays, err
}

// analyzer gives what reads with them, and the overlays.
func (f layerFlags) analyzer() (*analyzer.Analyzer, []*lexicons.Overlay, error) {
	defer collectLater()()
	lex, overlays, err := f.lexicon()
	if err != nil {
		return nil, nil, err
	}
	a, err := analyzer.New(lex)
	return a, overlays, err
}

// collectLater keeps the garbage collector from running until what it gives is called. Reading a lexicon grows the heap from nothing to what it then
// stays at: collections on the way find next to nothing to free.
func collectLater() func() {
	percent := debug.SetGCPercent(-1)
	return func() { debug.SetGCPercent(percent) }
}
