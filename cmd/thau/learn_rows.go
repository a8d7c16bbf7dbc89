package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
)

// rowExample is what a row to learn from looks like.
const rowExample = `{"text":"Giao hàng chậm quá","topics":["delivery"]}`

// readRows reads rows of any shape: which fields count is the caller's to say.
func readRows(r io.Reader) ([]evalRow, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	var rows []evalRow
	for n := 1; lines.Scan(); n++ {
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff")) // as Excel and Windows write
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		switch {
		case line[0] == '[':
			return nil, fmt.Errorf("line %d: a list; want one object a line, such as %s (jq -c '.[]' makes it of a list)", n, rowExample)
		case line[0] != '{':
			return nil, fmt.Errorf("line %d: no JSON; want one object a line, such as %s", n, rowExample)
		}
		row := evalRow{line: n}
		if err := json.Unmarshal(line, &row.raw); err != nil {
			return nil, fmt.Errorf("line %d: %s", n, jsonFault(err))
		}
		rows = append(rows, row)
	}
	return rows, lines.Err()
}

// fieldsOf lists the fields that rows have, for whoever named one that they do not have.
func fieldsOf(rows []evalRow) string {
	fields := map[string]bool{}
	for i := range rows {
		for name := range rows[i].raw {
			fields[name] = true
		}
	}
	const most = 20
	names := slices.Sorted(maps.Keys(fields))
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, ", ")
}

// examples reads labelled rows.
func (c *learnCmd) examples(std streams, file string) ([]learn.Example, error) {
	var rows []evalRow
	err := withInput(file, std.in, func(r io.Reader) (err error) {
		rows, err = readRows(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s has no rows; want one object a line, such as %s", file, rowExample)
	}
	out := make([]learn.Example, 0, len(rows))
	texts, labelled := 0, 0
	for i := range rows {
		e, err := c.example(&rows[i])
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", file, rows[i].line, err)
		}
		if strings.TrimSpace(e.Title+e.Text) != "" {
			texts++
		}
		if len(e.Labels) > 0 {
			labelled++
		}
		out = append(out, e)
	}
	switch {
	case texts == 0:
		return nil, fmt.Errorf("%s: no row has a text in %q; the rows have %s: name the text's field with --text", file, c.Text, fieldsOf(rows))
	case labelled == 0 && c.Task == lexicons.Sentiment && c.Label == "":
		return nil, fmt.Errorf("%s: no row has a label in %q; the rows have %s: name the label's field with --label; rating, nps or csat takes scores instead", file, c.path(), fieldsOf(rows))
	case labelled == 0:
		return nil, fmt.Errorf("%s: no row has a label in %q; the rows have %s: name the label's field with --label", file, c.path(), fieldsOf(rows))
	}
	return out, nil
}

// path gives where the label stands.
func (c *learnCmd) path() string {
	if c.Label != "" {
		return c.Label
	}
	return string(c.Task)
}

func (c *learnCmd) example(row *evalRow) (learn.Example, error) {
	e := learn.Example{Title: row.label("title"), Text: row.label(c.Text), Line: row.line, Customer: row.label(c.Customer)}
	labels, err := row.labels(c.path())
	if err != nil {
		return e, err
	}
	if c.Separator != "" {
		labels = apart(labels, c.Separator)
	}
	if c.Task == lexicons.Sentiment {
		labels, err = weak(c.path(), labels)
	}
	e.Labels = labels
	return e, err
}

// apart splits labels that stand in one text.
func apart(labels []string, separator string) []string {
	if labels == nil {
		return nil
	}
	out := []string{}
	for _, text := range labels {
		for label := range strings.SplitSeq(text, separator) {
			if label = strings.TrimSpace(label); label != "" {
				out = append(out, label)
			}
		}
	}
	return out
}

// weak turns a score into the sentiment that a customer who gave it surely has.
func weak(path string, labels []string) ([]string, error) {
	scale := path[strings.LastIndexByte(path, '.')+1:]
	if len(labels) != 1 || !learn.IsScale(scale) {
		return labels, nil
	}
	label, err := learn.WeakSentiment(scale, labels[0])
	if err != nil || label == "" {
		return nil, err
	}
	return []string{label}, nil
}
