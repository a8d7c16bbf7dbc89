package health_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what was computed into the case files")

const divider = "----------\n"

// cases runs f on the input of every case file (input, a line of ten dashes, expected) of a folder and compares what it gives.
func cases(t *testing.T, folder string, f func(t *testing.T, input string) string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.case"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no case in testdata/%s (%v)", folder, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".case"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want, found := strings.Cut(string(b), divider)
			if !found {
				t.Fatalf("%s: no line of ten dashes", file)
			}
			got := f(t, input)
			if *update {
				if err := os.WriteFile(file, []byte(input+divider+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", file, got, want)
			}
		})
	}
}
