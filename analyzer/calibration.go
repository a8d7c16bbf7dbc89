package analyzer

import (
	"fmt"
	"math"
	"slices"

	"github.com/thau-cx/thau/lexicons"
)

// From score to probabilities
//
// The probabilities of the three labels are a multinomial logistic function of the raw score, the sum of magnitudes and the length in
// words, symmetric in sign: what makes −2 negative makes +2 positive, but for the terms of long texts, which may lean (reviews that come to no
// verdict praise more than they blame). So no evidence and evidence on both sides differ, and one word
// says more in a short text than in a long one. The coefficients are data (calibration.tsv), fitted on labelled sentences whose labels
// are balanced, not to any set's share of labels.
//
// A language may have a bias of the raw score (label raw, term bias): Vietnamese customers who say nothing that is weighed are more often
// discontent than not.
//
// score: the score in [−1, 1]; strength: its magnitude; density: raw by the square root of the length in tens of words, bent beyond
// ±6; total: log(1 + Σ|contribution|), by the same length; discord: how much of 1 + Σ|contribution|
// cancels out (`good but slow`). What makes a text of many sentences neutral is not that it says little but that it
// says both, so such texts have terms of their own, times how long the text is: long: 0 up to 20 words and 1 from 50 on; balance: raw by
// 2 + Σ|contribution|, near ±1 where all evidence points one way and near 0 where it is on both sides; agreement: its magnitude; wealth: total.
var calibrationTerms = []string{"bias", "score", "strength", "density", "total", "long", "balance", "agreement", "wealth", "discord"}

const (
	calibrationSize = 10
	longFrom        = 20 // words
	longTo          = 50
)

var calibrationLabels = []string{Neutral, Negative, Positive}

// calibration holds the coefficients of negative and positive; those of neutral are zero.
type calibration [3][calibrationSize]float64

// uncalibrated serves a lexicon without coefficients: symmetric, neutral while the evidence is faint.
var uncalibrated = calibration{1: {-0.6, -3, 2}, 2: {-0.6, 3, 2}}

// calibrated gives the index of a language's calibration.
func calibrated(lang uint8) int {
	if lang == 'v' {
		return 1
	}
	return 0
}

// calibrate takes the coefficients from the lexicon.
func (m *model) calibrate(rows []lexicons.Calibration) error {
	m.calibration = [2]calibration{uncalibrated, uncalibrated}
	for _, r := range rows {
		if r.Label == "raw" && r.Term == "bias" && r.Lang == "vi" {
			m.bias = toMicro(r.Value)
			continue
		}
		if r.Label == "stance" && r.Term == "question" && r.Lang == "vi" {
			m.asking = toMicro(r.Value)
			continue
		}
		lang := slices.Index([]string{"en", "vi"}, r.Lang)
		label, term := slices.Index(calibrationLabels, r.Label), slices.Index(calibrationTerms, r.Term)
		if lang < 0 || label < 1 || term < 0 {
			return fmt.Errorf("calibration.tsv: unknown row %s %s %s", r.Lang, r.Label, r.Term)
		}
		m.calibration[lang][label][term] = r.Value
	}
	return nil
}

// CalibrationTerms gives the terms of the calibration, "bias" first, for a raw score, a sum of magnitudes and a length in words.
func CalibrationTerms(raw, total float64, words int) [calibrationSize]float64 {
	s := raw / math.Sqrt(raw*raw+scoreSpread)
	length := math.Sqrt(1 + float64(words)/10)
	wealth := math.Log1p(total / length)
	long := min(max(float64(words-longFrom)/(longTo-longFrom), 0), 1)
	balance := long * raw / (2 + total)
	discord := (total - math.Abs(raw)) / (1 + total)
	return [calibrationSize]float64{1, s, math.Abs(s), 6 * math.Tanh(raw/length/6), wealth, long, balance, math.Abs(balance), long * wealth, discord}
}

func (c *calibration) probabilities(raw, total int64, words int) Probabilities {
	x := CalibrationTerms(fromMicro(raw), fromMicro(total), words)
	var z [3]float64
	for k := 1; k < 3; k++ {
		for j, v := range x {
			z[k] += c[k][j] * v
		}
	}
	return softmax(z)
}

// softmax gives the probabilities of the logits of neutral, negative and positive.
func softmax(z [3]float64) Probabilities {
	top := max(z[0], z[1], z[2])
	e := [3]float64{math.Exp(z[0] - top), math.Exp(z[1] - top), math.Exp(z[2] - top)}
	sum := e[0] + e[1] + e[2]
	p := Probabilities{Negative: round3(e[1] / sum), Positive: round3(e[2] / sum)}
	p.Neutral = round3(1 - p.Negative - p.Positive)
	return p
}

// CalibrationNames names the terms that CalibrationTerms gives.
func CalibrationNames() []string { return slices.Clone(calibrationTerms) }
