package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/api/web"
	"github.com/thau-cx/thau/feedback"
)

// readingBody is what a page shows of how a text was read.
type readingBody struct {
	Title, Text []web.Piece
	Analysis    *analyzer.Analysis
	Name        func(topic string) string
}

// reading lays the reasons of a sentiment over a text.
func (s *server) reading(title, text string, a *analyzer.Analysis) readingBody {
	marks := func(field string) []web.Mark {
		var out []web.Mark
		for _, e := range a.Sentiment.Evidence {
			if e.Field != field {
				continue
			}
			parts := e.Parts
			if len(parts) == 0 {
				parts = [][2]int{{e.Start, e.End}}
			}
			for _, p := range parts {
				out = append(out, web.Mark{Start: p[0], End: p[1], Weight: e.Contribution})
			}
		}
		return out
	}
	return readingBody{Title: web.Cut(title, marks("title")), Text: web.Cut(text, marks("")), Analysis: a, Name: s.topicName}
}

// topicName gives what people call a topic, which may be followed by what is said of it.
func (s *server) topicName(id string) string {
	topic, sentiment, said := strings.Cut(id, ":")
	name := s.service.Analyzer().TopicName(topic).English
	if said {
		name += " (" + sentiment + ")"
	}
	return name
}

// textBody is what the page that reads a text shows.
type textBody struct {
	Given   string
	Reading *readingBody
}

// exampleText is read where nobody has typed yet.
const exampleText = "Giao hàng nhanh, đóng gói cẩn thận nhưng nv ko nhiệt tình, app thì keeps crashing"

// readPage shows how a text is read.
func (s *server) readPage(c *gin.Context) {
	body := textBody{Given: exampleText}
	if c.Request.Method == post {
		if err := c.Request.ParseForm(); err != nil {
			s.showProblem(c, err)
			return
		}
		body.Given = c.Request.PostForm.Get("text")
	}
	if strings.TrimSpace(body.Given) != "" {
		a := s.service.Analyze([]analyzer.Input{{Text: body.Given}})[0]
		r := s.reading("", body.Given, &a)
		body.Reading = &r
	}
	s.show(c, http.StatusOK, "read", "Read a text", body)
}

// recordBody is what the page of a record shows.
type recordBody struct {
	Record      feedback.Record
	Reading     readingBody
	When        string
	Scores      []string
	Sentiment   string   // in force
	Labels      []string // topics in force
	Corrections []string
	Topics      []topicChoice
	Fault       string
}

// topicChoice is a topic to add.
type topicChoice struct{ ID, Name string }

func (s *server) recordPage(c *gin.Context) {
	record, err := s.service.Get(c.Request.Context(), c.Param("id"))
	if err != nil {
		s.showProblem(c, err)
		return
	}
	s.showRecord(c, http.StatusOK, record, "")
}

func (s *server) showRecord(c *gin.Context, status int, record feedback.Record, fault string) {
	labels := record.Labels()
	body := recordBody{
		Record: record, Reading: s.reading(record.Title, record.Text, &record.Analysis), When: s.when(record.CollectedAt),
		Scores: scoreWords(record.Scores), Sentiment: labels.Sentiment, Labels: sortedKeys(labels.Topics), Fault: fault,
	}
	for _, correction := range record.Corrections {
		body.Corrections = append(body.Corrections, s.when(&correction.At)+", "+correction.By+": "+strings.Join(wordsOf(correction), ", "))
	}
	for _, id := range s.service.Analyzer().Topics() {
		body.Topics = append(body.Topics, topicChoice{id, s.topicName(id)})
	}
	s.show(c, status, "record", record.ID, body)
}

// wordsOf tells what a correction changes.
func wordsOf(c feedback.Correction) []string {
	var out []string
	if c.Sentiment != "" {
		out = append(out, "it is "+c.Sentiment)
	}
	if c.Urgency != "" {
		out = append(out, "urgency "+c.Urgency)
	}
	for _, change := range []*feedback.LabelChange{c.Topics, c.Intents} {
		if change == nil {
			continue
		}
		for _, id := range change.Add {
			out = append(out, "it is about "+id)
		}
		for _, id := range change.Remove {
			out = append(out, "it is not about "+id)
		}
	}
	if c.Tags != nil {
		out = append(out, "tags "+strings.Join(*c.Tags, " "))
	}
	return out
}

// correctOnPage takes a correction from the form of a record's page.
func (s *server) correctOnPage(c *gin.Context) {
	if err := c.Request.ParseForm(); err != nil {
		s.showProblem(c, err)
		return
	}
	form := c.Request.PostForm
	correction := feedback.Correction{By: strings.TrimSpace(form.Get("by")), Sentiment: form.Get("sentiment")}
	change := feedback.LabelChange{}
	if add := strings.TrimSpace(form.Get("add")); add != "" {
		change.Add = []string{add}
	}
	if remove := form.Get("remove"); remove != "" {
		change.Remove = []string{remove}
	}
	if len(change.Add)+len(change.Remove) > 0 {
		correction.Topics = &change
	}
	id := c.Param("id")
	if _, err := s.service.Correct(c.Request.Context(), id, correction); err != nil {
		record, gone := s.service.Get(c.Request.Context(), id)
		if gone != nil {
			s.showProblem(c, gone)
		} else if text, status := s.fault(c, err); status != 0 {
			s.showRecord(c, status, record, text)
		}
		return
	}
	c.Redirect(http.StatusSeeOther, recordURL(id))
}

// when writes a moment in the workspace's time zone.
func (s *server) when(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(s.service.Zone()).Format("2 Jan 2006")
}

// scoreWords writes the scores of a record, sorted.
func scoreWords(scores map[string]feedback.Score) []string {
	var out []string
	for _, name := range sortedKeys(scores) {
		score := scores[name]
		out = append(out, strings.ToUpper(name)+" "+strconv.FormatFloat(score.Value, 'g', -1, 64)+"/"+strconv.FormatFloat(score.Max, 'g', -1, 64))
	}
	return out
}
