package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// errCorrupt marks damage that only a rebuild mends; errBusy that another process has the index open.
var (
	errCorrupt = errors.New("damaged")
	errBusy    = errors.New("another process has it open")
)

const (
	rootFile = "root.bolt" // scorch's list of snapshots
	sumFile  = "root.sum"  // its checksum, while nobody has it open
	lockWait = time.Second // for another process to let go of rootFile
)

// verify reads everything that the newest snapshot of a closed scorch directory refers to. It returns errCorrupt for anything
// that is missing, cut short or not what its checksum says, and never panics, whatever the bytes.
func verify(dir string) error {
	if err := verifyRoot(dir); err != nil {
		return err
	}
	names, err := snapshotSegments(filepath.Join(dir, rootFile))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := verifySegment(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// sealRoot writes down the checksum of the root.bolt of a directory that was closed: bbolt has one for its first two pages alone.
func sealRoot(dir string) error {
	sum, err := sumOf(filepath.Join(dir, rootFile))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, sumFile), fmt.Appendf(nil, "%08x\n", sum), 0o600)
}

// unsealRoot forgets it before root.bolt changes. A process that is killed leaves none.
func unsealRoot(dir string) error {
	if err := os.Remove(filepath.Join(dir, sumFile)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// verifyRoot compares root.bolt with its checksum, where there is one.
func verifyRoot(dir string) error {
	want, err := os.ReadFile(filepath.Join(dir, sumFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sum, err := sumOf(filepath.Join(dir, rootFile))
	if err != nil || string(want) != fmt.Sprintf("%08x\n", sum) {
		return fmt.Errorf("%w: %s does not match its checksum", errCorrupt, rootFile)
	}
	return nil
}

func sumOf(path string) (uint32, error) {
	b, err := os.ReadFile(path)
	return crc32.ChecksumIEEE(b), err
}

// snapshotSegments walks every page of a root.bolt and gives the files of its newest snapshot. A file that a crash left half
// written is not among them.
func snapshotSegments(path string) (names []string, err error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", errCorrupt, err)
	case err != nil:
		return nil, err
	case info.Size() == 0: // bbolt would try to make a database of it
		return nil, fmt.Errorf("%w: %s is empty", errCorrupt, rootFile)
	}
	var file *os.File
	var db *bbolt.DB
	err = shielded(func() error {
		var err error
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: lockWait,
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				var err error
				file, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
				return file, err
			}})
		if err != nil {
			return err
		}
		return db.View(func(tx *bbolt.Tx) error {
			names, err = newestSegments(tx)
			return err
		})
	})
	// After a panic the database cannot be closed (it holds its own locks); the file can, which frees the lock on it.
	if db != nil && !errors.Is(err, errPanic) {
		err = errors.Join(err, db.Close())
	} else if file != nil {
		file.Close()
	}
	return names, classify(err)
}

// newestSegments gives the segment files of the last snapshot and touches every key and value on the way.
func newestSegments(tx *bbolt.Tx) ([]string, error) {
	snapshots := tx.Bucket([]byte{'s'})
	if snapshots == nil {
		return nil, fmt.Errorf("%w: %s has no snapshots", errCorrupt, rootFile)
	}
	var names []string
	err := snapshots.ForEachBucket(func(epoch []byte) error {
		names = names[:0]
		snapshot := snapshots.Bucket(epoch)
		return snapshot.ForEachBucket(func(key []byte) error {
			return snapshot.Bucket(key).ForEach(func(k, v []byte) error {
				if len(k) == 1 && k[0] == 'p' && key[0] != 'i' && key[0] != 'm' {
					names = append(names, filepath.Base(string(v)))
				}
				return nil
			})
		})
	})
	return names, err
}

// verifySegment compares a .zap file with the CRC-32 (IEEE) of all that precedes it, which is its last four bytes (big endian).
// Bleve writes it and never reads it.
func verifySegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w: %w", errCorrupt, err)
		}
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := info.Size() - crc32.Size
	if size < 0 {
		return fmt.Errorf("%w: %s is cut short", errCorrupt, filepath.Base(path))
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyBuffer(sum, io.LimitReader(f, size), make([]byte, 1<<20)); err != nil {
		return err
	}
	var want [crc32.Size]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%w: %s does not match its checksum", errCorrupt, filepath.Base(path))
	}
	return nil
}

// errPanic marks what shielded caught.
var errPanic = errors.New("panic")

// shielded runs f and turns a panic, or a fault on a memory-mapped file that shrank, into an error.
func shielded(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", errPanic, r)
		}
	}()
	return f()
}

// classify tells damage from a lock held elsewhere and from a disk or permission that fails: only damage may cost the index.
func classify(err error) error {
	var path *os.PathError
	switch {
	case err == nil, errors.Is(err, errCorrupt):
		return err
	case errors.Is(err, bolterrors.ErrTimeout):
		return errBusy
	case errors.Is(err, os.ErrPermission), errors.As(err, &path):
		return err
	}
	return fmt.Errorf("%w: %w", errCorrupt, err)
}
