package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"unicode"

	"golang.org/x/term"

	"github.com/thau-cx/thau/feedback"
)

// isTerminal tells whether somebody watches a stream.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// The marks of a matched word on a terminal.
const (
	markOn  = "\x1b[1;33m"
	markOff = "\x1b[0m"
)

// marks tells whether to mark words on a stream; NO_COLOR forbids it.
func marks(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

// printable makes what a customer wrote harmless on a terminal: control characters become blanks.
func printable(r rune) rune {
	if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		return ' '
	}
	return r
}

// plainError gives an error as one sentence. What the error says for the log only is left out where there is a message for people.
func plainError(err error) string {
	var e *feedback.Error
	if !errors.As(err, &e) || e.Code == feedback.CodeInternal && e.Err != nil {
		return err.Error()
	}
	if e.Field != "" && !strings.HasPrefix(e.Message, e.Field) {
		return e.Field + ": " + e.Message
	}
	return e.Message
}
