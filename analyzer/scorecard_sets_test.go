package analyzer_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/stats"
)

// set is a test set and what is measured on it.
type set struct {
	name     string
	measures []measure
}

// measure is a figure of a set; goal is 0 where there is none.
type measure struct {
	name string
	of   func([]reading) (n int, figure float64)
	goal float64
}

var sets = []set{
	{"en/dynasent_r1", []measure{{"macro-F1", macroF1, .64}, {"accuracy", accuracy, 0}}},
	{"en/airline_tweets", []measure{{"macro-F1", macroF1, .64}, {"accuracy", accuracy, 0}}},
	{"en/semeval_twitter", []measure{{"macro-F1", macroF1, .63}, {"accuracy", accuracy, 0}}},
	{"en/sst5", []measure{{"macro-F1", macroF1, .54}, {"accuracy", accuracy, 0}}},
	{"en/goemotions", []measure{{"macro-F1", macroF1, 0}, {"accuracy", accuracy, 0}}},
	{"en/product_reviews_liu", []measure{{"macro-F1", macroF1, 0}, {"accuracy", accuracy, 0}}},
	{"en/uci_sentiment_sentences", []measure{{"accuracy of the sign", signAccuracy, .88}}},
	{"en/pros_cons_liu", []measure{{"accuracy of the sign", signAccuracy, 0}}},
	{"en/sentence_polarity_pl05", []measure{{"accuracy of the sign", signAccuracy, 0}}},
	{"en/vader_tweets", []measure{{"Pearson r of the score", pearson, .87}}},
	{"en/complaints_twitter", []measure{{"complaint intent, macro-F1", complaintMacro, .68}}},
	{"en/semeval19_suggestions", []measure{{"suggestion intent, F1", intentF1("suggestion", "suggestion"), 0}}},
	{"en/gplay_app_reviews", []measure{{"bug report intent, F1", intentF1("bug report", "bug_report"), 0}, {"feature request as suggestion or request, F1", intentF1("feature request", "suggestion", "request"), 0}}},
	{"en/bitext_customer_service", []measure{{"cancel intent for delete_account, F1", intentF1("delete_account", "cancel"), 0}, {"complaint intent, F1", intentF1("complaint", "complaint"), 0}}},
	{"en/langid_lingua", []measure{{"English called English", called("en", "en"), .98}, {"Vietnamese called Vietnamese", called("vi", "vi"), 0}, {"others called neither", called("", "und"), .95}}},
	{"vi/uit_vsfc", []measure{{"accuracy", accuracy, .88}, {"macro-F1", macroF1, .72}}},
	{"vi/vlsp2016_sa", []measure{{"macro-F1", macroF1, .70}, {"accuracy", accuracy, 0}}},
	{"vi/aivivn2019", []measure{{"F1 of negative by the sign", signNegative, .87}, {"accuracy of the sign", signAccuracy, 0}}},
	{"vi/uts2017_bank", []measure{{"accuracy", accuracy, .92}, {"macro-F1", macroF1, 0}}},
	{"vi/bank_app_reviews", []measure{{"AUC 4–5 stars over 1–2", starsAUC, .95}}},
	{"vi/unaccented_natural", []measure{{"accuracy of the sign", signAccuracy, .90}}},
	{"vi/uit_viocd", []measure{{"complaint intent, macro-F1", complaintMacro, .86}}},
	{"vi/langid_vi_mixed", []measure{{"accuracy of the language", languageAccuracy, .985}}},
}

// reading is a row and what the analyzer makes of it.
type reading struct {
	labelled
	got analyzer.Analysis
}

func read(a *analyzer.Analyzer, rows []labelled, typed func(string) string) []reading {
	out := make([]reading, len(rows))
	for i, row := range rows {
		out[i] = reading{row, a.Analyze(analyzer.Input{Text: typed(row.Text)})}
	}
	return out
}

// TestScorecardSets holds the figures of the test sets to testdata/scorecard/sets.md. The sets are not part of the project; nothing
// was fitted on the rows measured here.
func TestScorecardSets(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the test sets twice")
	}
	dir, a := dataFolder(t), builtin(t)
	var b strings.Builder
	b.WriteString("| set | n | measure | figure | goal | over it | without diacritics | lost |\n|---|---:|---|---:|---:|---:|---:|---:|\n")
	for _, s := range sets {
		rows := devRows(t, filepath.Join(dir, s.name+".jsonl"))
		got := read(a, rows, func(text string) string { return text })
		var bare []reading
		if strings.HasPrefix(s.name, "vi/") {
			bare = read(a, rows, stripped)
		}
		for _, m := range s.measures {
			n, figure := m.of(got)
			if n == 0 {
				t.Errorf("%s: no row carries a label for %s", s.name, m.name)
			}
			fmt.Fprintf(&b, "| %s | %d | %s | %.3f |", s.name, n, m.name, figure)
			if m.goal > 0 {
				fmt.Fprintf(&b, " %.3f | %+.3f |", m.goal, figure-m.goal)
			} else {
				b.WriteString(" | |")
			}
			if bare != nil {
				_, f := m.of(bare)
				fmt.Fprintf(&b, " %.3f | %+.3f |\n", f, f-figure)
			} else {
				b.WriteString(" | |\n")
			}
		}
	}
	golden(t, filepath.Join(scorecards, "sets.md"), b.String())
}

// labels counts the labels given against the true ones.
func labels(rows []reading) (int, stats.Confusion) {
	n, c := 0, stats.Confusion{}
	for _, r := range rows {
		if r.Sentiment != "" {
			n++
			c.Add(r.Sentiment, r.got.Sentiment.Label)
		}
	}
	return n, c
}

func accuracy(rows []reading) (int, float64) {
	n, c := labels(rows)
	return n, c.Accuracy()
}

func macroF1(rows []reading) (int, float64) {
	n, c := labels(rows)
	return n, stats.MacroF1(c.Classes())
}

// signs counts the sign of the score against the positive and negative rows; a score of 0 is wrong.
func signs(rows []reading) (int, stats.Confusion) {
	n, c := 0, stats.Confusion{}
	for _, r := range rows {
		if r.Sentiment != analyzer.Positive && r.Sentiment != analyzer.Negative {
			continue
		}
		n++
		switch raw := r.got.Sentiment.Raw; {
		case raw > 0:
			c.Add(r.Sentiment, analyzer.Positive)
		case raw < 0:
			c.Add(r.Sentiment, analyzer.Negative)
		default:
			c.Add(r.Sentiment, "none")
		}
	}
	return n, c
}

func signAccuracy(rows []reading) (int, float64) {
	n, c := signs(rows)
	return n, c.Accuracy()
}

func signNegative(rows []reading) (int, float64) {
	n, c := signs(rows)
	return n, c.Classes()[analyzer.Negative].F1
}

func pearson(rows []reading) (int, float64) {
	var scores, ratings []float64
	for _, r := range rows {
		if r.Rating != nil {
			scores, ratings = append(scores, r.got.Sentiment.Score), append(ratings, *r.Rating)
		}
	}
	return len(scores), stat.Correlation(scores, ratings, nil)
}

func starsAUC(rows []reading) (int, float64) {
	var scores []float64
	var liked []bool
	for _, r := range rows {
		if r.Rating != nil && *r.Rating != 3 {
			scores, liked = append(scores, r.got.Sentiment.Score), append(liked, *r.Rating > 3)
		}
	}
	auc, _ := stats.AUC(scores, liked)
	return len(scores), auc
}

// complaintMacro measures the complaint intent against extra.complaint, or the topic "complaint".
func complaintMacro(rows []reading) (int, float64) {
	n, c := 0, stats.Confusion{}
	for _, r := range rows {
		truth, ok := r.Extra["complaint"]
		if !ok && len(r.Topics) > 0 {
			truth, ok = slices.Contains(r.Topics, "complaint"), true
		}
		if !ok {
			continue
		}
		n++
		has := slices.ContainsFunc(r.got.Intents, func(in analyzer.Intent) bool { return in.ID == "complaint" })
		c.Add(fmt.Sprint(truth), fmt.Sprint(has))
	}
	return n, stats.MacroF1(c.Classes())
}

// intentF1 gives the measure of how well a label of a set is found by one of some intents.
func intentF1(label string, intents ...string) func([]reading) (int, float64) {
	return func(rows []reading) (int, float64) {
		c := stats.Confusion{}
		for _, r := range rows {
			has := slices.ContainsFunc(r.got.Intents, func(in analyzer.Intent) bool { return slices.Contains(intents, in.ID) })
			c.Add(fmt.Sprint(slices.Contains(r.Topics, label)), fmt.Sprint(has))
		}
		return len(rows), c.Classes()["true"].F1
	}
}

func languageAccuracy(rows []reading) (int, float64) {
	right := 0
	for _, r := range rows {
		if r.got.Language.Code == r.Lang {
			right++
		}
	}
	return len(rows), float64(right) / float64(len(rows))
}

// called measures how many of the texts in a language ("" for all but Vietnamese and English) are called by a code.
func called(lang, code string) func([]reading) (int, float64) {
	return func(rows []reading) (n int, share float64) {
		right := 0
		for _, r := range rows {
			if r.Lang != lang && (lang != "" || r.Lang == "vi" || r.Lang == "en") {
				continue
			}
			n++
			if r.got.Language.Code == code {
				right++
			}
		}
		return n, float64(right) / float64(max(n, 1))
	}
}
