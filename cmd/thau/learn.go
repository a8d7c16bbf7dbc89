package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/thau-cx/thau/analyzer/learn"
	"github.com/thau-cx/thau/lexicons"
	"github.com/thau-cx/thau/testdata"
)

type learnCmd struct {
	Task      lexicons.Task `required:"" enum:"sentiment,topics,intents" help:"What to learn: sentiment, topics or intents."`
	Train     string        `required:"" placeholder:"FILE" help:"Labelled texts to learn from, JSON Lines: one object a line, such as {\"text\":\"Where is my parcel?\",\"topics\":[\"delivery\"]}. A few hundred teach something, thousands teach well."`
	Dev       string        `placeholder:"FILE" help:"Labelled texts to measure on; where absent, a fifth of the others is held out."`
	Label     string        `placeholder:"PATH" help:"Where the label stands in a row, a text or a list of them; where absent, in the field named as the task. A dot leads into an object: extra.complaint. For sentiment also rating, nps or csat."`
	Text      string        `default:"text" placeholder:"PATH" help:"Where the text stands in a row (${default})."`
	Separator string        `placeholder:"TEXT" help:"What parts labels that stand in one text, e.g. a comma in \"billing, refund\"."`
	Exclusive bool          `xor:"labels" help:"A text has one label. It is so by default where no row has two."`
	Multi     bool          `xor:"labels" help:"A text has any number of labels."`
	Customer  string        `default:"customer_id" placeholder:"PATH" help:"Where a row says who wrote it (${default}); only what several people say is learned."`
	Out       string        `required:"" placeholder:"DIR" help:"Folder to write the overlay to."`
	Name      string        `placeholder:"NAME" help:"Name of the overlay; where absent, that of its folder."`
	Precision float64       `placeholder:"P" help:"How many of the sure answers should be right, e.g. 0.9. Each label gets the lowest threshold that held-out texts show to be enough; what is below it is listed as unsure. The card tells what share of texts is left to people. Where absent, plain thresholds."`
	Parent    string        `placeholder:"DIR" help:"The overlay that this one follows."`
	Seed      uint64        `default:"1" help:"Decides what is held out."`
	JSON      bool          `name:"json" help:"Print the model card as JSON."`
	packFlags
}

// Run learns. Where the gate refuses, it says why, writes nothing and exits 1.
func (c *learnCmd) Run(ctx context.Context, std streams) error {
	name := c.Name
	if name == "" {
		name = folderName(c.Out)
	}
	if err := free(c.Out); err != nil {
		return err
	}
	if c.Precision < 0 || c.Precision >= 1 {
		return fmt.Errorf("--precision %v is not in (0, 1)", c.Precision)
	}
	lex, err := c.lexicon()
	if err != nil {
		return err
	}
	began := time.Now()
	o := learn.Options{Name: name, Task: c.Task, Precision: c.Precision, Seed: c.Seed, Clock: func() time.Duration { return time.Since(began) }}
	if o.Behaviours, err = behaviours(); err != nil {
		return err
	}
	if c.Task == lexicons.Sentiment {
		if o.Sentences, err = sentences(); err != nil {
			return err
		}
	}
	if c.Exclusive || c.Multi {
		o.Exclusive = &c.Exclusive
	}
	if c.Parent != "" {
		parent, err := readOverlay(c.Parent)
		if err != nil {
			return err
		}
		o.Parent = parent.Hash()
	}
	if isTerminal(std.err) {
		o.Progress = func(step string) { fmt.Fprintf(std.err, "\r\x1b[K%s …", step) }
		defer fmt.Fprint(std.err, "\r\x1b[K")
	}
	train, err := c.examples(std, c.Train)
	if err != nil {
		return err
	}
	var dev []learn.Example
	if c.Dev != "" {
		if dev, err = c.examples(std, c.Dev); err != nil {
			return err
		}
	}
	overlay, card, err := learn.Learn(ctx, lex, train, dev, o)
	if err != nil {
		return err
	}
	if overlay != nil {
		if err := writeOverlay(c.Out, overlay); err != nil {
			return err
		}
	}
	if c.JSON {
		err = printJSON(std.out, card)
	} else {
		err = printCard(std.out, card, c.Out)
	}
	if err == nil && overlay == nil {
		return errReported
	}
	return err
}

// behaviours gives the cases that an overlay must not break.
func behaviours() ([]learn.Behaviour, error) {
	folder, err := fs.Sub(testdata.Behaviours, "behaviours")
	if err != nil {
		return nil, err
	}
	return learn.ReadBehaviours(folder)
}

// sentences gives what a learned sentiment is rehearsed on.
func sentences() ([]learn.Example, error) {
	folder, err := fs.Sub(testdata.Sentences, "sentences")
	if err != nil {
		return nil, err
	}
	return learn.ReadSentences(folder)
}

// folderName gives the name of an overlay by its folder.
func folderName(out string) string {
	if abs, err := filepath.Abs(out); err == nil {
		out = abs
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, filepath.Base(out))
	return strings.TrimLeft(name, ".")
}

// free tells whether an overlay may be written to a folder: it is not there, empty, or an overlay already.
func free(out string) error {
	entries, err := os.ReadDir(out)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("--out %s is a file: name a folder", out)
	case err != nil:
		return err
	}
	if _, err := os.Stat(filepath.Join(out, "manifest.json")); err != nil {
		return fmt.Errorf("--out %s has other files: name a folder of its own", out)
	}
	return nil
}

// writeOverlay writes an overlay's folder beside its place and puts it there at once.
func writeOverlay(out string, o *lexicons.Overlay) error {
	parent := filepath.Dir(filepath.Clean(out))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".learned-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	for name, content := range o.Files() {
		if err := os.WriteFile(filepath.Join(fresh, filepath.FromSlash(name)), content, 0o644); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(out); err != nil { // free said that it is an overlay or empty
		return err
	}
	return os.Rename(fresh, out)
}

func printCard(w io.Writer, c *learn.Card, out string) error {
	verdict := "refused"
	if c.Accepted {
		verdict = "accepted"
	}
	_, err := fmt.Fprintf(w, "%s: %s\n", verdict, c.Reason)
	if err == nil && c.Accepted {
		_, err = fmt.Fprintf(w, "%d texts, %d weights, written to %s; card.md tells the rest\n", c.Data.Fitted, c.Weights, out)
	}
	return err
}
