package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/feedback/feedbacktest"
	"github.com/thau-cx/thau/store"
)

// A backup taken while records come in holds a moment of the truth: the changes up to some seq, all of them.
func TestBackupWhileWriting(t *testing.T) {
	db := open(t, t.TempDir())
	put(t, db, "first")
	backup := filepath.Join(t.TempDir(), "thau.backup")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				r := feedbacktest.Record(feedback.Draft{ID: fmt.Sprintf("r-%d-%d", w, i), Text: strings.Repeat("x", 2000)})
				if _, err := db.Put(t.Context(), []feedback.Record{r}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 3 { // a later backup takes the place of an earlier one
		if err := db.Backup(t.Context(), backup); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()

	dir := t.TempDir()
	if err := store.Restore(t.Context(), backup, dir, false); err != nil {
		t.Fatal(err)
	}
	restored := open(t, dir)
	head, err := restored.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	changes, err := restored.Changes(t.Context(), 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(changes)) != head || head == 0 {
		t.Errorf("%d changes up to %d", len(changes), head)
	}
	if files, err := filepath.Glob(backup + "*"); err != nil || len(files) != 1 {
		t.Errorf("files: %v, %v", files, err)
	}
}

func TestRestore(t *testing.T) {
	src := open(t, t.TempDir())
	put(t, src, "a")
	backup := filepath.Join(t.TempDir(), "thau.backup")
	if err := src.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	put(t, src, "b")

	dir := t.TempDir()
	seen := map[string]bool{src.ID(): true}
	check := func(n int) {
		t.Helper()
		db, err := store.Open(t.Context(), dir, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := db.Count(t.Context()); err != nil || got != n {
			t.Errorf("%d records, want %d: %v", got, n, err)
		}
		if seen[db.ID()] {
			t.Error("the id did not change")
		}
		seen[db.ID()] = true
		if err := store.Restore(t.Context(), backup, dir, true); feedback.CodeOf(err) != feedback.CodeUnavailable {
			t.Errorf("restore under an owner: %v", err)
		}
		put(t, db, "later")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Restore(t.Context(), backup, dir, false); err != nil {
		t.Fatal(err)
	}
	check(1)
	if err := store.Restore(t.Context(), backup, dir, false); feedback.CodeOf(err) != feedback.CodeInvalid || !strings.Contains(err.Error(), "--force") {
		t.Errorf("restore over data: %v", err)
	}
	if err := store.Restore(t.Context(), backup, dir, true); err != nil {
		t.Fatal(err)
	}
	check(1)
	// Data that cannot be opened any more can still be replaced.
	if err := os.WriteFile(filepath.Join(dir, store.File), []byte("rubble"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Restore(t.Context(), backup, dir, true); err != nil {
		t.Fatal(err)
	}
	check(1)
}

// A bad backup changes nothing, not even with force.
func TestRestoreRefuses(t *testing.T) {
	src := open(t, t.TempDir())
	for n := range 20 {
		put(t, src, fmt.Sprint("a", n), fmt.Sprint("b", n))
	}
	good := filepath.Join(t.TempDir(), "thau.backup")
	if err := src.Backup(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	zeroed := append([]byte(nil), whole...)
	clear(zeroed[len(zeroed)/2 : len(zeroed)/2+len(zeroed)/4])

	dir := t.TempDir()
	first := open(t, dir)
	put(t, first, "mine")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"missing": nil,
		"empty":   {},
		"garbage": []byte(strings.Repeat("rubble ", 10_000)),
		"cut":     whole[:len(whole)/2],
		"zeroed":  zeroed,
	} {
		path := filepath.Join(t.TempDir(), "backup")
		if content != nil {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		err := store.Restore(t.Context(), path, dir, true)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	db := open(t, dir)
	if records, err := db.Get(t.Context(), "mine"); err != nil || len(records) != 1 {
		t.Errorf("%d records, %v", len(records), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(f.Name(), "restore") {
			t.Errorf("%s is left", f.Name())
		}
	}
}

func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	put(t, db, "a")
	if err := db.Backup(t.Context(), filepath.Join(dir, store.File)); feedback.CodeOf(err) != feedback.CodeInvalid {
		t.Errorf("onto itself: %v", err)
	}
	if err := db.Backup(t.Context(), filepath.Join(dir, "none", "backup")); err == nil {
		t.Error("a backup into no directory")
	}
}
