package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/thau-cx/thau/analyzer"
)

// words measures tokenize on a file of one sentence a line, its words apart by blanks and the syllables of a word joined by _. The
// tokenizer sees the sentence with blanks instead; a word is right when it begins and ends at the same letters.
func (c *evalCmd) words(ctx context.Context, a *analyzer.Analyzer, r io.Reader) (evalResult, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), maxLine)
	var res evalResult
	right, truth, predicted := 0, 0, 0
	var b bytes.Buffer
	for sc.Scan() {
		if ctx.Err() != nil {
			return res, ctx.Err()
		}
		line := sc.Text()
		want := wordSpans(line)
		if len(want) == 0 {
			continue
		}
		b.Reset()
		writeTokens(&b, a, strings.ReplaceAll(line, "_", " "))
		got := wordSpans(b.String())
		res.N++
		truth, predicted = truth+len(want), predicted+len(got)
		for span := range got {
			if want[span] {
				right++
			}
		}
	}
	if err := sc.Err(); err != nil {
		return res, err
	}
	if res.N > 0 {
		f1 := 2 * float64(right) / float64(truth+predicted)
		res.WordF1 = &f1
	}
	return res, nil
}

// wordSpans gives the words of a segmented line by their first letter and the one past their last, not counting blanks and _.
func wordSpans(line string) map[[2]int]bool {
	spans := map[[2]int]bool{}
	at, start := 0, 0
	end := func() {
		if at > start {
			spans[[2]int{start, at}] = true
		}
		start = at
	}
	for _, r := range line {
		switch {
		case unicode.IsSpace(r):
			end()
		case r != '_':
			at++
		}
	}
	end()
	return spans
}

// normalized measures normalize on rows with extra.normalized, or the label asked for: how many tokens of the longer of both are
// the same, in order.
func (c *evalCmd) normalized(ctx context.Context, a *analyzer.Analyzer, rows []evalRow) (evalResult, error) {
	path := c.Label
	if path == "" {
		path = "extra.normalized"
	}
	var res evalResult
	same, all := 0, 0
	for i := range rows {
		if ctx.Err() != nil {
			return res, ctx.Err()
		}
		truth := rows[i].label(path)
		if truth == "" {
			continue
		}
		res.N++
		want, got := strings.Fields(truth), strings.Fields(a.Normalize(rows[i].Text, analyzer.ToneKeep))
		if len(want) > maxTokens || len(got) > maxTokens {
			return res, fmt.Errorf("row %d has more than %d tokens", i+1, maxTokens)
		}
		same += common(want, got)
		all += max(len(want), len(got))
	}
	if all > 0 {
		accuracy := float64(same) / float64(all)
		res.Tokens = &accuracy
	}
	return res, nil
}

// maxTokens bounds a text whose tokens are compared, which takes the square of their number.
const maxTokens = 20_000

// common gives the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
