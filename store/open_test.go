package store_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/feedback/feedbacktest"
	"github.com/thau-cx/thau/store"
)

// asChild names the environment variable that makes the test binary hold a store instead of testing one.
const asChild = "STORE_TEST_CHILD"

// child opens the store in a directory and stores records, telling the id of each once it is acknowledged, until it is killed.
func child(dir string) error {
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		id := fmt.Sprint("r-", i)
		if _, err := db.Put(ctx, []feedback.Record{feedbacktest.Record(feedback.Draft{ID: id, Text: "x"})}); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// startChild runs child in a process of its own and gives what it tells.
func startChild(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asChild+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// A directory has one owner, a second is told at once who it is, and what the owner acknowledged outlives a kill.
func TestSecondProcess(t *testing.T) {
	dir := t.TempDir()
	cmd, lines := startChild(t, dir)
	if !lines.Scan() {
		t.Fatal("the child stored nothing")
	}
	start := time.Now()
	_, err := store.Open(t.Context(), dir, store.Options{})
	if took := time.Since(start); took > time.Second {
		t.Errorf("the answer took %v", took)
	}
	if feedback.CodeOf(err) != feedback.CodeUnavailable {
		t.Fatalf("open: %v", err)
	}
	for _, want := range []string{fmt.Sprint("process ", cmd.Process.Pid), dir, "--server URL"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not name %q", err, want)
		}
	}
	acknowledged := []string{lines.Text()}
	for len(acknowledged) < 200 && lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	if runtime.GOOS == "windows" { // where the lock has to be removed by hand
		if err := os.Remove(filepath.Join(dir, "thau.lock")); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, dir)
	records, err := db.Get(t.Context(), acknowledged...)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(acknowledged) {
		t.Errorf("%d of %d acknowledged records outlived the kill", len(records), len(acknowledged))
	}
}

func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dữ liệu 100%?#", "x")
	first, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := first.ID()
	put(t, first, "a", "b")
	if _, err := first.Delete(t.Context(), "b", feedbacktest.Epoch); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, store.File+"-wal")); !os.IsNotExist(err) {
		t.Errorf("a log is left after closing: %v", err)
	}
	db := open(t, dir)
	if db.ID() != id {
		t.Errorf("the id was %s and is %s", id, db.ID())
	}
	if head, err := db.Head(t.Context()); err != nil || head != 3 {
		t.Errorf("head %d, %v", head, err)
	}
	if results := put(t, db, "c", "b"); results[0].Seq != 4 || results[1].Status != feedback.Created {
		t.Errorf("results: %+v", results)
	}
	if other := open(t, t.TempDir()); other.ID() == id {
		t.Error("two stores have the same id")
	}
}

func TestClosed(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	record := feedbacktest.Record(feedback.Draft{ID: "r", Text: "x"})
	for name, call := range map[string]func() error{
		"put":          func() error { _, err := db.Put(t.Context(), []feedback.Record{record}); return err },
		"get":          func() error { _, err := db.Get(t.Context(), "r"); return err },
		"head":         func() error { _, err := db.Head(t.Context()); return err },
		"tally":        func() error { _, err := db.Tally(t.Context(), feedback.TallyQuery{Metric: "nps"}); return err },
		"observations": func() error { _, err := db.Observations(t.Context(), "a", feedbacktest.Epoch); return err },
		"backup":       func() error { return db.Backup(t.Context(), filepath.Join(t.TempDir(), "b")) },
	} {
		if err := call(); feedback.CodeOf(err) != feedback.CodeUnavailable {
			t.Errorf("%s after close: %v", name, err)
		}
	}
}

// Open refuses what it cannot read, says why and leaves it as it is.
func TestOpenRefuses(t *testing.T) {
	foreign := func(statements ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range statements {
				if _, err := db.Exec(s); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name, want string
		make       func(*testing.T, string)
	}{
		{"garbage", "damaged", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"of another program", "not made by Thấu", foreign("CREATE TABLE t (x)")},
		{"newer", "use a newer thau", func(t *testing.T, path string) {
			db := open(t, filepath.Dir(path))
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			foreign("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")(t, path)
		}},
		{"cut short", "damaged", func(t *testing.T, path string) {
			db := open(t, filepath.Dir(path))
			put(t, db, "a", "b")
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, 20_000); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, store.File)
			c.make(t, path)
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time shows that the first let the directory go
				_, err = store.Open(t.Context(), dir, store.Options{})
				if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
					t.Errorf("open: %v", err)
				}
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
}

// What is deleted cannot be found in the files any more, but for the id.
func TestDeleteErases(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	record := func(id, secret string) feedback.Record {
		r := feedbacktest.Record(feedback.Draft{
			ID: id, Text: "text " + secret, Title: "title " + secret, CustomerID: "customer-" + secret, Tags: []string{"tag-" + secret, "shared"},
			Attributes: map[string]string{"phone": "phone-" + secret}, Metadata: map[string]any{"note": "note " + secret},
		})
		r.Idempotency = "key-" + secret
		return r
	}
	updated := record("updated", "later")
	for _, r := range []feedback.Record{record("kept", "public"), record("deleted", "SECRET"), record("updated", "SECRET"), updated} {
		if _, err := db.Put(t.Context(), []feedback.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Correct(t.Context(), "deleted", feedback.Correction{By: "by SECRET", Tags: &[]string{"corrected-SECRET"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Delete(t.Context(), "deleted", feedbacktest.Epoch); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, store.File))
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{"text SECRET", "title SECRET", "note SECRET", "tag-SECRET", "phone-SECRET", "customer-SECRET", "by SECRET", "corrected-SECRET"} {
		if strings.Contains(string(b), trace) {
			t.Errorf("%q is still in the file", trace)
		}
	}
	if !strings.Contains(string(b), "tag-public") || !strings.Contains(string(b), "deleted") {
		t.Error("what should be in the file is not")
	}
}

// put stores records of some ids.
func put(t testing.TB, db *store.DB, ids ...string) []feedback.Result {
	t.Helper()
	var records []feedback.Record
	for _, id := range ids {
		records = append(records, feedbacktest.Record(feedback.Draft{ID: id, Text: "text of " + id}))
	}
	results, err := db.Put(t.Context(), records)
	if err != nil {
		t.Fatal(err)
	}
	return results
}
