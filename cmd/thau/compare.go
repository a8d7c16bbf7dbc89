package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
)

// labelDiff is what an overlay changes in the labels of a text: of those that are single, what it was and is; of the others, what comes
// and what goes.
type labelDiff struct {
	Sentiment []string              `json:"sentiment,omitempty"`
	Urgency   []string              `json:"urgency,omitempty"`
	Topics    *feedback.LabelChange `json:"topics,omitempty"`
	Intents   *feedback.LabelChange `json:"intents,omitempty"`
}

// compare reads every text without and with the overlay and prints the labels that differ, and at the end, to standard error, how many
// texts are read otherwise.
func (c *analyzeCmd) compare(ctx context.Context, std streams, without *analyzer.Analyzer) error {
	more := c.layerFlags
	more.Overlay = append(slices.Clone(more.Overlay), c.Compare)
	with, _, err := more.analyzer()
	if err != nil {
		return err
	}
	var texts, changed atomic.Int64
	err = eachLine(ctx, std, c.Files, func(out *bytes.Buffer, line inputLine) string {
		in, id, there, fault := c.input(line)
		if !there {
			return fault
		}
		texts.Add(1)
		diff := diffLabels(without.Analyze(in), with.Analyze(in))
		if diff.empty() {
			return ""
		}
		changed.Add(1)
		said, err := json.Marshal(diff)
		if err != nil {
			return err.Error()
		}
		b := appendLine(out.AvailableBuffer(), line.n, id)
		b = append(append(b, `,"diff":`...), said...)
		out.Write(append(b, '}', '\n'))
		return ""
	})
	fmt.Fprintf(std.err, "%d of %d texts are read otherwise with %s\n", changed.Load(), texts.Load(), c.Compare)
	return err
}

// empty tells whether nothing differs.
func (d *labelDiff) empty() bool {
	return d.Sentiment == nil && d.Urgency == nil && d.Topics == nil && d.Intents == nil
}

// diffLabels compares what two analyses are sure of.
func diffLabels(before, after analyzer.Analysis) labelDiff {
	was, is := (&feedback.Record{Analysis: before}).Predicted(), (&feedback.Record{Analysis: after}).Predicted()
	var d labelDiff
	if was.Sentiment != is.Sentiment {
		d.Sentiment = []string{was.Sentiment, is.Sentiment}
	}
	if was.Urgency != is.Urgency {
		d.Urgency = []string{was.Urgency, is.Urgency}
	}
	d.Topics = diffSets(slices.Sorted(maps.Keys(was.Topics)), slices.Sorted(maps.Keys(is.Topics)))
	d.Intents = diffSets(was.Intents, is.Intents)
	return d
}

// diffSets tells what comes and goes, nil for nothing.
func diffSets(was, is []string) *feedback.LabelChange {
	less := func(a, b []string) (out []string) {
		for _, l := range a {
			if !slices.Contains(b, l) {
				out = append(out, l)
			}
		}
		return out
	}
	d := feedback.LabelChange{Add: less(is, was), Remove: less(was, is)}
	if d.Add == nil && d.Remove == nil {
		return nil
	}
	return &d
}
