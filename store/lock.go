package store

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/thau-cx/thau/feedback"
)

// lockFile is the name of the file whose lock stands for the directory. It holds the owner's process id.
const lockFile = "thau.lock"

// lock is the ownership of a data directory.
type lock struct {
	file *os.File
}

// claim writes who owns the directory into the lock file.
func (l *lock) claim() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// taken is the error for a directory that another process owns.
func taken(dir string) error {
	owner := "another process"
	b, err := os.ReadFile(filepath.Join(dir, lockFile))
	if pid := strings.TrimSpace(string(b)); err == nil && pid != "" {
		owner = "process " + pid
	}
	return &feedback.Error{
		Code:    feedback.CodeUnavailable,
		Message: "the data directory " + dir + " is in use by " + owner + ": stop it, or work through it with --server URL",
		Err:     err,
	}
}
