package index

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
)

const crashDir = "THAU_INDEX_CRASH_DIR"

// crashBatch makes the batch after a mark: one record a Seq, and the one ten before it goes. So after mark m there are min(m, 10).
func crashBatch(mark int64, n int) []feedback.Change {
	var out []feedback.Change
	for seq := mark + 1; len(out) < 2*n; seq += 2 {
		id := func(i int64) string { return fmt.Sprint("r", i) }
		out = append(out, changes(seq-1, record(id(seq), "giao hàng chậm"))...)
		out = append(out, feedback.Change{Seq: seq + 1, ID: id(seq - 20)})
	}
	return out
}

// TestCrashChild is the process that TestKill kills.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("runs as a child of TestKill")
	}
	x := mustOpen(t, dir, options())
	for n := 1; ; n = n%7 + 1 {
		mustApply(t, x, crashBatch(x.Mark(), n))
		fmt.Println(x.Mark())
	}
}

// TestKill kills a writer again and again: what was acknowledged is there, and the mark says exactly which records are.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
		cmd.Env = append(os.Environ(), crashDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var acknowledged int64
		lines := bufio.NewScanner(out)
		for n := 5 + r.IntN(30); n > 0 && lines.Scan(); n-- {
			if acknowledged, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
		cmd.Process.Kill()
		for lines.Scan() {
			if mark, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
				acknowledged = mark
			}
		}
		cmd.Wait()

		x, err := Open(dir, options())
		if err != nil {
			t.Fatal(err)
		}
		mark := x.Mark()
		hits, err := x.Search(context.Background(), feedback.Query{Text: "giao hang", Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		if mark < acknowledged || mark == 0 {
			t.Errorf("round %d: mark %d, acknowledged %d", round, mark, acknowledged)
		}
		want := map[string]bool{}
		for seq := mark - 1; seq > 0 && len(want) < 10; seq -= 2 {
			want[fmt.Sprint("r", seq)] = true
		}
		for _, id := range hits.IDs {
			if !want[id] {
				t.Errorf("round %d, mark %d: %s is there", round, mark, id)
			}
		}
		if len(hits.IDs) != len(want) {
			t.Errorf("round %d, mark %d: %d records, want %d", round, mark, len(hits.IDs), len(want))
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
