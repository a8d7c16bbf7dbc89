package learn

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"github.com/thau-cx/thau/lexicons"
)

// weight is a line of weights.tsv.
type weight struct {
	feature, label int32
	value          float64
}

const (
	leastWeight = 0.01    // smaller ones say nothing
	mostKept    = 200_000 // the largest ones
)

// keep takes the weights of planes that matter, by feature and label.
func keep(planes []plane, scale []float64) []weight {
	var out []weight
	for k := range planes {
		for j, w := range planes[k].w {
			if v := math.Round(w*scale[k]*1e4) / 1e4; math.Abs(v) >= leastWeight {
				out = append(out, weight{int32(j), int32(k), v})
			}
		}
	}
	if len(out) > mostKept {
		slices.SortStableFunc(out, func(a, b weight) int { return compare(math.Abs(b.value), math.Abs(a.value)) })
		out = out[:mostKept]
	}
	slices.SortFunc(out, func(a, b weight) int {
		if a.feature != b.feature {
			return int(a.feature - b.feature)
		}
		return int(a.label - b.label)
	})
	return out
}

// Files of an overlay.
const (
	manifestFile = "manifest.json" // what it begins with
	labelsFile   = "labels.tsv"
)

// files writes a learned overlay but for its card.
func files(m lexicons.Manifest, names []string, labels []lexicons.Label, weights []weight, calibration []lexicons.Calibration) (map[string][]byte, error) {
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{manifestFile: append(manifest, '\n')}
	out[labelsFile] = labelTable(labels)
	b := []byte("feature\tlabel\tweight\n")
	for _, w := range weights {
		b = append(append(b, names[w.feature]...), '\t')
		b = append(append(b, labels[w.label].ID...), '\t')
		b = append(number(b, significant(w.value)), '\n')
	}
	out["weights.tsv"] = b
	if calibration != nil {
		b = []byte("lang\tlabel\tterm\tvalue\n")
		for _, c := range calibration {
			b = append(append(b, c.Lang+"\t"+c.Label+"\t"+c.Term+"\t"...), strconv.FormatFloat(c.Value, 'f', 4, 64)...)
			b = append(b, '\n')
		}
		out["calibration.tsv"] = b
	}
	return out, nil
}

// significant rounds a weight to three digits: a thousandth of it changes no answer, and the file is the smaller.
func significant(v float64) float64 {
	if v == 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-2)
	return math.Round(v/unit) * unit
}

func labelTable(labels []lexicons.Label) []byte {
	b := []byte("bias\tthreshold\tlabel\n")
	for _, l := range labels {
		b = append(number(append(number(b, l.Bias), '\t'), l.Threshold), '\t')
		b = append(append(b, l.ID...), '\n')
	}
	return b
}

// number writes a number with at most four decimals.
func number(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*1e4)/1e4, 'f', -1, 64)
}
