package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeCommands runs what README.md tells a reader to type, in its order: the calls of HTTP against the demo, the commands in an
// empty directory with small files under the names that the page uses.
func TestReadmeCommands(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: apt install curl", tool)
		}
	}
	server, err := startServer(program(t), t.TempDir(), "--demo")
	if err != nil {
		t.Fatal(err)
	}
	defer server.kill()
	dir := t.TempDir()
	if _, err := linkProgram(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range readmeFiles() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page := read(t, filepath.Join("..", "..", "README.md"))
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(page, -1) {
		script := strings.ReplaceAll(block[1], "\\\n", " ")
		script = strings.ReplaceAll(script, "|\n", "| ")
		for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
			if regexp.MustCompile(`^(go (run|test|build)|./thau serve)\b`).MatchString(line) {
				continue // compiles, or runs until it is stopped: other tests start servers
			}
			line = strings.ReplaceAll(line, "localhost:8080", strings.TrimPrefix(server.url, "http://"))
			cmd := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(line, "curl -s", "curl -sS --fail-with-body"))
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			ran++
			if why := refused(line); why != "" && err != nil && bytes.Contains(out, []byte(why)) {
				continue
			}
			if err != nil {
				t.Errorf("%s\n%v\n%s", line, err, out)
			}
		}
	}
	if ran < 20 {
		t.Errorf("only %d commands were found", ran)
	}
}

// refused says why the demo may refuse a call of the page, empty for a call that must succeed.
func refused(line string) string {
	switch {
	case strings.Contains(line, "/v1/learn "):
		return "needs at least 50 texts"
	case strings.Contains(line, "/v1/overlays/rollback "):
		return "there is nothing to roll back"
	}
	return ""
}

// readmeFiles are the files that the page's commands read.
func readmeFiles() map[string]string {
	var labelled strings.Builder
	for i := range 80 {
		fmt.Fprintf(&labelled, `{"text":"the car park of house %d","topics":["parking"]}`+"\n", i)
		fmt.Fprintf(&labelled, `{"text":"the water of house %d","topics":["pool"]}`+"\n", i)
	}
	return map[string]string{
		"reviews.csv":    "id,text,rating\n1,Giao hàng nhanh,5\n2,Too slow,2\n",
		"tickets.jsonl":  `{"id":"t-1","text":"Em bị trừ tiền hai lần"}` + "\n",
		"labelled.jsonl": labelled.String(),
	}
}
