package main

import (
	"fmt"
	"runtime/debug"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

type versionCmd struct{}

// Run prints the versions, one a line.
func (versionCmd) Run(std streams) error {
	lex, err := lexicons.Builtin()
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "thau     %s\nanalyzer %s\nlexicon  %s\n", programVersion(), analyzer.Revision, lex.Hash())
	return nil
}

// programVersion gives the version that the program was built from.
func programVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
