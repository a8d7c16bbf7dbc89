package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"text/tabwriter"

	"github.com/thau-cx/thau/lexicons"
)

type lexiconCmd struct {
	Lint  lexiconLintCmd  `cmd:"" help:"Check lexicon files; each breach is printed with its file and line."`
	Stats lexiconStatsCmd `cmd:"" help:"Count the entries of lexicon files."`

	Explain lexiconExplainCmd `cmd:"" help:"Say why a text is read as it is: every word that counts, its entry, rules and lexicon, and the sums."`
}

// lexiconDir is a folder of lexicon files, the built-in one where none is named.
type lexiconDir struct {
	Dir string `arg:"" optional:"" type:"existingdir" help:"A folder of lexicon files; the built-in ones where absent."`
}

func (d lexiconDir) files() fs.FS {
	if d.Dir == "" {
		return lexicons.Files()
	}
	return os.DirFS(d.Dir)
}

type lexiconLintCmd struct{ lexiconDir }

// Run lints; the exit code is 1 where there is a breach.
func (c *lexiconLintCmd) Run(std streams) error {
	faults := lexicons.Lint(c.files())
	for _, f := range faults {
		fmt.Fprintln(std.out, f)
	}
	if len(faults) > 0 {
		return errReported
	}
	return nil
}

type lexiconStatsCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
	lexiconDir
}

// Run counts.
func (c *lexiconStatsCmd) Run(std streams) error {
	stats, err := lexicons.Stats(c.files())
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(std.out).Encode(stats)
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, s := range stats {
		fmt.Fprintf(t, "%d\t  %s\n", s.Entries, s.File)
	}
	return t.Flush()
}
