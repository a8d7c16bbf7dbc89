package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/intake"
)

type analyzeCmd struct {
	Text    bool `help:"Take plain lines of text instead of JSON."`
	Phrases bool `help:"Also find key phrases (slower)."`
	layerFlags
	Compare string   `placeholder:"OVERLAY" help:"Print what OVERLAY, a folder or a zip archive, changes in the labels instead: a line for each text that is read otherwise with it."`
	Files   []string `arg:"" optional:"" name:"file" help:"Files to read; - or none is standard input."`
}

// Run streams lines through the analyzer.
func (c *analyzeCmd) Run(ctx context.Context, std streams) error {
	a, _, err := c.analyzer()
	if err != nil {
		return err
	}
	if c.Compare != "" {
		return c.compare(ctx, std, a)
	}
	return eachLine(ctx, std, c.Files, func(out *bytes.Buffer, line inputLine) string {
		return c.line(a, out, line)
	})
}

// byteOrderMark may begin a file.
var byteOrderMark = []byte("\uFEFF")

// line analyzes one line.
func (c *analyzeCmd) line(a *analyzer.Analyzer, out *bytes.Buffer, line inputLine) string {
	in, id, there, fault := c.input(line)
	if !there {
		return fault
	}
	b := appendLine(out.AvailableBuffer(), line.n, id)
	b = append(b, `,"analysis":`...)
	b = a.AppendAnalysis(b, in)
	out.Write(append(b, '}', '\n'))
	return ""
}

// appendLine begins what is said of a line.
func appendLine(b []byte, n int, id json.RawMessage) []byte {
	b = append(b, `{"line":`...)
	b = strconv.AppendInt(b, int64(n), 10)
	if len(id) > 0 {
		b = append(b, `,"id":`...)
		b = append(b, id...)
	}
	return b
}

// input reads the text of a line and its id. Blank lines are no texts unless lines are plain.
func (c *analyzeCmd) input(line inputLine) (in analyzer.Input, id json.RawMessage, there bool, fault string) {
	if line.long {
		return in, nil, false, ""
	}
	text := bytes.TrimSuffix(line.text, []byte{'\r'})
	if line.n == 1 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	in.Phrases = c.Phrases
	if c.Text {
		in.Text = string(text)
		return in, nil, true, ""
	}
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return in, nil, false, ""
	}
	read, ok := intake.ReadText(text)
	if !ok {
		read = intake.Text{}
		if err := json.Unmarshal(text, &read); err != nil {
			return in, nil, false, jsonFault(err)
		}
		if text[0] != '{' {
			return in, nil, false, "not a JSON object"
		}
	}
	if read.Text == nil && read.Title == nil {
		return in, nil, false, `has no field "text"`
	}
	in.Lang = read.Lang
	if read.Title != nil {
		in.Title = *read.Title
	}
	if read.Text != nil {
		in.Text = *read.Text
	}
	return in, compact(read.ID), true, ""
}

// compact takes the blanks out of a JSON value that may have some.
func compact(value json.RawMessage) json.RawMessage {
	if len(value) == 0 || value[0] != '{' && value[0] != '[' {
		return value
	}
	var b bytes.Buffer
	if err := json.Compact(&b, value); err != nil {
		return value // cannot be: it was read as JSON
	}
	return b.Bytes()
}

// jsonFault says what is wrong with a line of JSON.
func jsonFault(err error) string {
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typed) && typed.Field == "":
		return "not a JSON object"
	case errors.As(err, &typed):
		return fmt.Sprintf("field %q is a %s, want a %s", typed.Field, typed.Value, typed.Type)
	}
	return "not a JSON object: " + err.Error()
}
