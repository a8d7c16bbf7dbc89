package feedback_test

import (
	"io"
	"os"
	"testing"
)

// errEnd ends a stream of drafts.
var errEnd = io.EOF

// dirs are made by benchmarks and removed at the end: they outlive each of them.
var dirs []string

func benchDir() (string, error) {
	dir, err := os.MkdirTemp("", "thau-bench-")
	dirs = append(dirs, dir)
	return dir, err
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
	}
	os.Exit(code)
}
