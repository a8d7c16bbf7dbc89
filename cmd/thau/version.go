package main

import (
	"fmt"
	"runtime/debug"

	"github.com/thau-cx/thau/lexicons"

	"github.com/thau-cx/thau/analyzer"
)

type versionCmd struct{}

// Run prints the versions, one a line.
func (versionCmd) Run(std streams) error {
	lex, err := lexicons.Builtin()
	if err != nil {
		return err
	}
	program := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		program = info.Main.Version
	}
	fmt.Fprintf(std.out, "thau     %s\nanalyzer %s\nlexicon  %s\n", program, analyzer.Revision, lex.Hash())
	return nil
}
