package store

import (
	"fmt"
	"path/filepath"
	"testing"
)

// What durability and erasure rest on.
func TestPragmas(t *testing.T) {
	db := openHere(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "page_size": "8192", "query_only": "1", "busy_timeout": "5000", "secure_delete": "1",
	} {
		var got string
		if err := db.reading.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s of a reader is %q, want %q: %v", pragma, got, want, err)
		}
	}
	if err := db.write(t.Context(), 1, func(t *tx) error {
		for pragma, want := range map[string]int{"synchronous": 2, "secure_delete": 1, "query_only": 0} {
			var got int
			if err := t.queryRow("PRAGMA " + pragma).Scan(&got); err != nil {
				return err
			}
			if got != want {
				return fmt.Errorf("%s of the writer is %d, want %d", pragma, got, want)
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// A first start that was killed between the table of migrations and the first migration does not keep the next from working.
func TestOpenAfterHalfStart(t *testing.T) {
	dir := t.TempDir()
	raw, err := connect(filepath.Join(dir, File), "")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := migrator(raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.GetDBVersion(t.Context()); err != nil { // makes the table
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
