//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// acquire takes the lock of a directory at once or not at all: who creates the file owns the directory. A process that was killed
// leaves the file, which then has to be removed by hand.
func acquire(dir string) (*lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, taken(dir)
	}
	if err != nil {
		return nil, err
	}
	l := &lock{file: f}
	if err := l.claim(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// release lets the directory go.
func (l *lock) release() error {
	return errors.Join(l.file.Close(), os.Remove(l.file.Name()))
}
