package main

import (
	"bytes"
	"context"

	"github.com/thau-cx/thau/analyzer"
)

type normalizeCmd struct {
	Tone  string   `enum:"keep,old,new" default:"keep" help:"Where tone marks go in open syllables: keep the writer's place, old (hoà) or new (hòa)."`
	Files []string `arg:"" optional:"" name:"file" help:"Files to read; - or none is standard input."`
}

// tones are the values of --tone.
var tones = map[string]analyzer.Tone{"keep": analyzer.ToneKeep, "old": analyzer.ToneOld, "new": analyzer.ToneNew}

// Run streams lines through the normalizer.
func (c *normalizeCmd) Run(ctx context.Context, std streams) error {
	a, err := newAnalyzer()
	if err != nil {
		return err
	}
	return eachLine(ctx, std, c.Files, func(out *bytes.Buffer, line inputLine) string {
		out.WriteString(a.Normalize(string(line.text), tones[c.Tone]))
		if line.ended {
			out.WriteByte('\n')
		}
		return ""
	})
}
