package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/uuid"

	"github.com/thau-cx/thau/feedback"
)

// Backup writes a sound copy of the truth as of now to a file, while reads and writes go on. The file appears under its name when
// it is whole and on disk, in place of an older backup.
func (db *DB) Backup(ctx context.Context, path string) error {
	if err := db.enter(); err != nil {
		return fmt.Errorf("store: backup to %s: %w", path, err)
	}
	defer db.life.RUnlock()
	return Backup(ctx, db.dir, path)
}

// Backup is DB.Backup for a directory that another process may have open: it takes no lock and waits for nobody.
func Backup(ctx context.Context, dir, path string) error {
	fail := func(err error) error { return fmt.Errorf("store: backup to %s: %w", path, explain(err)) }
	database := filepath.Join(dir, File)
	if _, err := os.Stat(database); err != nil {
		return fail(&feedback.Error{Code: feedback.CodeNotFound, Message: "there is no data in " + dir, Err: err})
	}
	if own, err := sameFile(path, database); err != nil {
		return fail(err)
	} else if own {
		return fail(feedback.Errorf(feedback.CodeInvalid, "path", "that is the database itself"))
	}
	temporary := path + ".partial-" + uuid.NewString()
	// A connection of its own, for one that only queries may not vacuum.
	source, err := connect(database, "")
	if err != nil {
		return fail(err)
	}
	_, err = source.ExecContext(ctx, "VACUUM INTO ?", temporary)
	if err := errors.Join(err, source.Close()); err != nil {
		return fail(errors.Join(err, remove(temporary)))
	}
	if err := publish(temporary, path); err != nil {
		return fail(errors.Join(err, remove(temporary)))
	}
	return nil
}

// Restore puts a backup into a data directory that no process uses. The backup is checked first: a file that is damaged, not ours
// or of a newer version changes nothing. Data that is there already is replaced only with force. The truth has a new ID afterwards,
// for what was derived from the old one does not belong to it.
func Restore(ctx context.Context, src, dir string, force bool) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("store: restore %s: %w", src, explain(err))
		}
	}()
	if _, err := os.Stat(src); err != nil {
		return &feedback.Error{Code: feedback.CodeNotFound, Field: "src", Message: "the backup cannot be read", Err: err}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	l, err := acquire(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.release()) }()
	target := filepath.Join(dir, File)
	if own, err := sameFile(src, target); err != nil {
		return err
	} else if own {
		return feedback.Errorf(feedback.CodeInvalid, "src", "that is the database itself")
	}
	if _, err := os.Stat(target); err == nil && !force {
		return feedback.Errorf(feedback.CodeInvalid, "", "%s holds data already: use --force to replace it", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temporary := target + ".restore-" + uuid.NewString()
	if err := unpackBackup(ctx, src, temporary); err != nil {
		return errors.Join(err, remove(temporary, temporary+"-wal", temporary+"-shm", temporary+"-journal"))
	}
	if err := settleLog(target); err != nil {
		return errors.Join(err, remove(temporary))
	}
	return publish(temporary, target)
}

// unpackBackup copies a backup to a file of its own, checks that the copy is sound and ours, and gives it a new epoch. A log that
// lies beside the backup belongs to it.
func unpackBackup(ctx context.Context, src, path string) (err error) {
	if err := copyFile(src, path); err != nil {
		return err
	}
	if err := copyFile(src+"-wal", path+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := connect(path, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return feedback.Errorf(feedback.CodeInvalid, "src", "the backup is damaged: %s", verdict)
	}
	provider, err := migrator(db)
	if err != nil {
		return err
	}
	have, _, err := version(ctx, db, provider)
	if err != nil {
		return err
	}
	if have == 0 {
		return feedback.Errorf(feedback.CodeInvalid, "src", "the backup is empty")
	}
	if _, err := db.ExecContext(ctx, "UPDATE meta SET value = ? WHERE key = 'epoch'", uuid.NewString()); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// settleLog empties the log beside a database that is about to be replaced, so that it cannot be taken for the new one's. What the
// log holds goes into the old file as far as that can still be read.
func settleLog(path string) error {
	if _, err := os.Stat(path); err == nil {
		old, err := connect(path, "")
		if err != nil {
			return err
		}
		// A damaged database may fail here, and is replaced all the same.
		_, _ = old.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
		if err := old.Close(); err != nil {
			return err
		}
	}
	return remove(path+"-wal", path+"-shm")
}

// publish gives a whole file its name, so that after a crash there is either the old file or the new one.
func publish(temporary, path string) error {
	f, err := os.OpenFile(temporary, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // where directories cannot be synced
		return nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func copyFile(src, dst string) (err error) {
	from, err := os.Open(src)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	_, err = io.Copy(to, from)
	return err
}

// remove removes files that may not be there.
func remove(paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// sameFile tells whether two paths lead to one file.
func sameFile(a, b string) (bool, error) {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	for _, err := range []error{errX, errY} {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
	}
	return errX == nil && errY == nil && os.SameFile(x, y), errors.Join(errX, errY)
}
