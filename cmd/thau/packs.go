package main

import (
	"github.com/thau-cx/thau/lexicons"
)

// packFlags choose industry packs.
type packFlags struct {
	Pack []string `placeholder:"NAME" help:"Industry packs to read with, as ${packs}; may be given several times."`
}

// lexicon gives the built-in lexicon with the packs laid over it.
func (f packFlags) lexicon() (*lexicons.Lexicon, error) {
	lex, err := lexicons.Builtin()
	if err != nil {
		return nil, err
	}
	var packs []*lexicons.Overlay
	for _, name := range f.Pack {
		p, err := lexicons.BuiltinPack(name)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	return lex.With(packs...)
}
