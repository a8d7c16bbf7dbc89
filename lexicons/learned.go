package lexicons

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Model is the fitted weights of a learned overlay: for each label a bias and what each feature of a text adds to its raw score.
// Features are the analyzer's; what their names mean is in README.md.
type Model struct {
	Labels      []Label         // sorted by ID
	Features    []string        // sorted; those that have a weight
	Weights     []LearnedWeight // by feature, then label
	Calibration []Calibration   // of sentiment
}

// Label is an answer of a learned overlay. A sentiment has "raw" and may have "mass" and "own".
type Label struct {
	ID        string
	Bias      float64
	Threshold float64 // the confidence from which it is sure, in [0, 1]
}

// LearnedWeight is what a feature adds to a label's raw score, times the feature's value.
type LearnedWeight struct {
	Feature int32 // index in Features
	Label   int32 // index in Labels
	Value   float64
}

// The labels of a learned sentiment (see analyzer).
const (
	RawLabel  = "raw"  // the raw score
	MassLabel = "mass" // how much is said for and against; its bias is what every word says
	OwnLabel  = "own"  // whether a text is of the trade that was learned: read where it is not below 0
)

const (
	mostLabels  = 10_000
	longestName = 1024 // bytes of a label or feature
)

// readModel reads labels.tsv, weights.tsv and, for sentiment, calibration.tsv.
func readModel(fsys fs.FS, m Manifest) (*Model, error) {
	t, err := needed(fsys, "labels.tsv", "bias", "threshold", "label")
	if err != nil {
		return nil, err
	}
	if len(t.rows) == 0 || len(t.rows) > mostLabels {
		return nil, &LineError{t.file, 1, fmt.Sprintf("%d labels, want 1 to %d", len(t.rows), mostLabels)}
	}
	out := &Model{}
	index := make(map[string]int32, len(t.rows))
	for i, r := range t.rows {
		l := Label{ID: r.cells[2]}
		if l.Bias, err = t.number(r, 0, -1e4, 1e4); err != nil {
			return nil, err
		}
		if l.Threshold, err = t.number(r, 1, 0, 1); err != nil {
			return nil, err
		}
		switch {
		case !PlainName(l.ID):
			return nil, &LineError{t.file, r.line, fmt.Sprintf("label %q is empty, too long or has control characters", l.ID)}
		case i > 0 && l.ID <= out.Labels[i-1].ID:
			return nil, &LineError{t.file, r.line, fmt.Sprintf("label %q stands twice or out of order", l.ID)}
		case m.Task == Sentiment && l.ID != RawLabel && l.ID != MassLabel && l.ID != OwnLabel:
			return nil, &LineError{t.file, r.line, fmt.Sprintf("a learned sentiment has the labels %q, %q and %q, not %q", MassLabel, OwnLabel, RawLabel, l.ID)}
		}
		index[l.ID] = int32(i)
		out.Labels = append(out.Labels, l)
	}
	if _, ok := index[RawLabel]; m.Task == Sentiment && !ok {
		return nil, &LineError{t.file, 1, fmt.Sprintf("a learned sentiment has the label %q", RawLabel)}
	}
	if t, err = needed(fsys, "weights.tsv", "feature", "label", "weight"); err != nil {
		return nil, err
	}
	out.Weights = make([]LearnedWeight, 0, len(t.rows))
	for _, r := range t.rows {
		name := r.cells[0]
		label, ok := index[r.cells[1]]
		last := len(out.Features) - 1
		fresh := last < 0 || name != out.Features[last]
		switch {
		case !ok:
			return nil, &LineError{t.file, r.line, fmt.Sprintf("label %q is not in labels.tsv", r.cells[1])}
		case !PlainName(name) || strings.IndexByte(name, ':') < 1:
			return nil, &LineError{t.file, r.line, fmt.Sprintf("%q is no feature", name)}
		case fresh && last >= 0 && name < out.Features[last], !fresh && label <= out.Weights[len(out.Weights)-1].Label:
			return nil, &LineError{t.file, r.line, fmt.Sprintf("%q for %q stands twice or out of order", name, r.cells[1])}
		}
		w := LearnedWeight{Label: label}
		if w.Value, err = t.number(r, 2, -1e3, 1e3); err != nil {
			return nil, err
		}
		if fresh {
			out.Features = append(out.Features, name)
		}
		w.Feature = int32(len(out.Features) - 1)
		out.Weights = append(out.Weights, w)
	}
	if m.Task != Sentiment {
		return out, nil
	}
	var l Lexicon
	if err := l.readCalibration(fsys); err != nil {
		return nil, err
	}
	if out.Calibration = l.Calibration; len(out.Calibration) == 0 {
		return nil, &LineError{"calibration.tsv", 1, "a learned sentiment has a calibration"}
	}
	return out, nil
}

// PlainName tells whether a label or feature can stand in a table: UTF-8 without control characters, 1 to 1,024 bytes, no blanks at its ends.
func PlainName(s string) bool {
	return s != "" && len(s) <= longestName && utf8.ValidString(s) && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, unicode.IsControl)
}
