//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package store

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// acquire takes the lock of a directory at once or not at all. The system lets it go when the process ends, however it ends.
func acquire(dir string) (*lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = taken(dir)
		}
		return nil, errors.Join(err, f.Close())
	}
	l := &lock{file: f}
	if err := l.claim(); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// release lets the directory go. The file stays: removing it would let two processes lock two files of the same name.
func (l *lock) release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}
