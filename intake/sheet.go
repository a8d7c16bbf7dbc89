package intake

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/thau-cx/thau/feedback"
)

// Sheet writes records as CSV for spreadsheets: UTF-8 with a byte order mark, a header, a row a record. Import reads it again.
//
// A cell that a spreadsheet would take for a formula begins with an apostrophe, which it shows as text.
type Sheet struct {
	csv        *csv.Writer
	attributes []string
	scores     []string
	row        []string
}

// NewSheet writes the header. Attributes and scores have a column each, in their order.
func NewSheet(w io.Writer, attributes, scores []string) (*Sheet, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	s := &Sheet{csv: csv.NewWriter(w), attributes: attributes, scores: scores}
	header := []string{"id", "source", "channel", "title", "text", "collected_at", "event_at", "updated_at", "account_id", "customer_id", "thread_id",
		"touchpoint"}
	header = append(header, scores...)
	header = append(header, "tags", "ticket_status", "ticket_priority")
	for _, name := range attributes {
		header = append(header, "attr."+name)
	}
	header = append(header, "language", "sentiment", "sentiment_score", "topics", "intents", "urgency", "received_at")
	for i := range header {
		header[i] = plain(header[i])
	}
	return s, s.csv.Write(header)
}

// Write writes a record.
func (s *Sheet) Write(r *feedback.Record) error {
	l := r.Labels()
	row := append(s.row[:0], r.ID, r.Source, r.Channel, r.Title, r.Text, formatMoment(r.CollectedAt), formatMoment(r.EventAt), formatMoment(r.UpdatedAt),
		r.AccountID, r.CustomerID, r.ThreadID, r.Touchpoint)
	first := len(row) // of the numbers, which need no care
	for _, name := range s.scores {
		cell := ""
		if score, ok := r.Scores[name]; ok {
			cell = formatNumber(score.Value)
		}
		row = append(row, cell)
	}
	after := len(row)
	row = append(row, strings.Join(l.Tags, "; "))
	if r.Ticket != nil {
		row = append(row, r.Ticket.Status, r.Ticket.Priority)
	} else {
		row = append(row, "", "")
	}
	for _, name := range s.attributes {
		row = append(row, r.Attributes[name])
	}
	topics := make([]string, 0, len(l.Topics))
	for id, said := range l.Topics {
		if said != "" {
			id += ":" + said
		}
		topics = append(topics, id)
	}
	slices.Sort(topics)
	row = append(row, l.Language, l.Sentiment)
	score := len(row)
	row = append(row, formatNumber(r.Analysis.Sentiment.Score), strings.Join(topics, "; "), strings.Join(l.Intents, "; "), l.Urgency, formatMoment(&r.ReceivedAt))
	for i := range row {
		if i < first || i >= after && i != score {
			row[i] = plain(row[i])
		}
	}
	s.row = row
	return s.csv.Write(row)
}

// Flush writes what is held back.
func (s *Sheet) Flush() error {
	s.csv.Flush()
	return s.csv.Error()
}

// plain makes a cell text where a spreadsheet would calculate: where it begins, after blanks, with = + - @, their full-width forms, or
// with a tab or line break.
func plain(cell string) string {
	trimmed := strings.TrimLeft(cell, " \u00A0\u3000")
	if trimmed != "" && strings.ContainsAny(firstRune(trimmed), "=+-@\t\r\n＝＋－＠") {
		return "'" + cell
	}
	return cell
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func formatMoment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.Format(time.RFC3339)
}
