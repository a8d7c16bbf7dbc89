package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/thau-cx/thau/analyzer"
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

// TestMigrateEngines opens a database of the first schema: its records get their engine from their bodies.
func TestMigrateEngines(t *testing.T) {
	dir := t.TempDir()
	raw, err := connect(filepath.Join(dir, File), "")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := migrator(raw)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for i, version := range []string{"1", "1", "2"} {
		const record = `INSERT INTO records (row, seq, id, account, thread, collected, received, revised, changed, corrections, payload, facts)
			VALUES (?1, ?1, 'r' || ?1, 0, '', 0, 0, 0, 0, 0, x'', ?2)`
		if _, err := raw.Exec(record, i+1, (&recordFacts{}).pack()); err != nil {
			t.Fatal(err)
		}
		body := fmt.Sprintf(`{"id":"r%d","analysis":{"engine":{"version":%q,"lexicon":"sha256:a"}}}`, i+1, version)
		if _, err := raw.Exec("INSERT INTO bodies (row, body) VALUES (?, ?)", i+1, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stale, err := db.Stale(t.Context(), analyzer.Engine{Version: "1", Lexicon: "sha256:a"}, 0, 10)
	if err != nil || len(stale) != 1 || stale[0].ID != "r3" {
		t.Errorf("stale: %+v, %v", stale, err)
	}
}
