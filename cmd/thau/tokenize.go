package main

import (
	"bytes"
	"context"
	"unicode"

	"github.com/thau-cx/thau/analyzer"
)

type tokenizeCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Files to read; - or none is standard input."`
}

// Run streams lines through the tokenizer.
func (c *tokenizeCmd) Run(ctx context.Context, std streams) error {
	a, err := newAnalyzer()
	if err != nil {
		return err
	}
	return eachLine(ctx, std, c.Files, func(out *bytes.Buffer, line inputLine) string {
		writeTokens(out, a, string(line.text))
		if line.ended {
			out.WriteByte('\n')
		}
		return ""
	})
}

// writeTokens writes the words of a text with blanks between them and _ between the syllables of one. Characters that no token has
// because nobody sees them stay where they are.
func writeTokens(out *bytes.Buffer, a *analyzer.Analyzer, text string) {
	start, end := out.Len(), 0
	for _, t := range a.Joined(text) {
		if out.Len() > start {
			if t.Join {
				out.WriteByte('_')
			} else {
				out.WriteByte(' ')
			}
		}
		writeUnseen(out, text[end:t.Start])
		out.WriteString(text[t.Start:t.End])
		end = t.End
	}
	writeUnseen(out, text[end:])
}

// writeUnseen writes what stands between two tokens but for white space.
func writeUnseen(out *bytes.Buffer, gap string) {
	for _, r := range gap {
		if !unicode.IsSpace(r) {
			out.WriteRune(r)
		}
	}
}
