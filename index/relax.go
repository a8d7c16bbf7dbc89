package index

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/thau-cx/thau/feedback"
)

// A text that few records match is read another way too, in the query language itself, so that an answer can say what it is an answer
// to: first with every word that no record has as word~, then with OR between
// the words, others that say the same and the topics that they name. Filters and what is excluded hold in either
// case, and records with more and rarer of the words come first. What is found so stands beside the hits, not among them.

const (
	leastMended = 4  // how long a word is, in code points, to be taken for a slip
	enough      = 10 // hits and related records together
)

// relate adds related records where a first page by relevance has room for them, and gives up where they take too long: the hits are
// what was asked for.
func (x *Index) relate(ctx context.Context, s *scorch.IndexSnapshot, c *columns, asked *feedback.Query, p *plan, hits *feedback.Hits) error {
	err := x.findRelated(ctx, s, c, asked, p, hits)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

func (x *Index) findRelated(ctx context.Context, s *scorch.IndexSnapshot, c *columns, asked *feedback.Query, p *plan, hits *feedback.Hits) error {
	room := min(enough, p.limit) - hits.Total
	if room <= 0 || p.after != nil || p.sort != sortRelevance || len(p.query.pieces) == 0 {
		return nil
	}
	views, err := viewsOf(ctx, s, c)
	if err != nil {
		return err
	}
	unknown, err := p.query.unknown(views)
	if err != nil {
		return err
	}
	read := p.query
	for _, relax := range []func() relaxed{
		func() relaxed { return relaxed{text: read.mend(unknown)} },
		func() relaxed { return read.some(x.o.Themes) },
	} {
		q, r := *asked, relax()
		q.Facets, q.Limit = nil, enough
		if q.Text = r.text; q.Text == "" {
			continue
		}
		other, err := x.plan(&q)
		if feedback.CodeOf(err) == feedback.CodeInvalid { // longer than a text may be
			continue
		}
		if err != nil {
			return err
		}
		read = other.query
		if end := len(other.leaves) - r.topics; !asked.Synonyms && end >= r.others { // else the parser has told them
			for i := end - r.others; i < end; i++ {
				other.lesser = append(other.lesser, i)
			}
		}
		found, err := other.run(ctx, s, c)
		if err != nil {
			return err
		}
		related := slices.DeleteFunc(found.IDs, func(id string) bool { return slices.Contains(hits.IDs, id) })
		if len(related) > 0 {
			hits.Related, hits.ReadAs = related[:min(room, len(related))], q.Text
		}
		if len(related) >= room {
			break
		}
	}
	return nil
}

// unknown tells which pieces are words that no record has.
func (q *query) unknown(views []*view) ([]bool, error) {
	out := make([]bool, len(q.pieces))
	for i, p := range q.pieces {
		if p.leaf < 0 {
			continue
		}
		out[i] = true
		for _, v := range views {
			docs, err := q.leaves[p.leaf].candidates(v)
			if err != nil {
				return nil, err
			}
			if !docs.IsEmpty() {
				out[i] = false
				break
			}
		}
	}
	return out, nil
}

// mend gives the text with word~ for the words that are unknown, "" where none can be.
func (q *query) mend(unknown []bool) string {
	runes := []rune(q.text)
	var b strings.Builder
	last, changed := 0, false
	for i, p := range q.pieces {
		if !unknown[i] || p.end-p.start < leastMended {
			continue
		}
		b.WriteString(string(runes[last:p.end]))
		b.WriteByte('~')
		last, changed = p.end, true
	}
	if !changed {
		return ""
	}
	return b.String() + string(runes[last:])
}

// relaxed is a text that finds more, with how many words in it stand for others and how many topics come after them.
type relaxed struct {
	text           string
	others, topics int
}

// otherShare is what part of its own weight a word has that stands for another.
const otherShare = 2

// some gives the text with OR between its words, others that say the same and the topics they name, "" or nothing where that would change nothing or mean something else.
func (q *query) some(themes func(string) []string) relaxed {
	if !q.simple {
		return relaxed{}
	}
	runes := []rune(q.text)
	words := make([]string, len(q.pieces))
	var rest strings.Builder
	last := 0
	for i, p := range q.pieces {
		words[i] = q.words(p)
		rest.WriteString(string(runes[last:p.start]))
		rest.WriteByte(' ')
		last = p.end
	}
	rest.WriteString(string(runes[last:]))
	plain := strings.ReplaceAll(strings.Join(words, " "), "~", "")
	others := synonyms().of(strings.Fields(plain))
	words = append(words, others...)
	topics := len(words)
	if themes != nil {
		for _, topic := range themes(plain) {
			words = append(words, fieldTopic+":"+topic)
		}
	}
	if len(words) < 2 {
		return relaxed{}
	}
	text, after := strings.Join(words, " OR "), strings.TrimSpace(rest.String())
	if after != "" { // filters, phrases and what is excluded
		text = "(" + text + ") " + after
	}
	if utf8.RuneCountInString(text) > maxText {
		return relaxed{}
	}
	r := relaxed{text: text}
	if after == "" { // what comes after may have leaves too
		r.others, r.topics = len(others), len(words)-topics
	}
	return r
}
