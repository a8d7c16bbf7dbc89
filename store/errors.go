package store

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/thau-cx/thau/feedback"
)

// explain turns what SQLite says into an error that tells what to do, where somebody can do something.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &feedback.Error{Code: feedback.CodeInternal, Message: "the database file is damaged: restore a sound backup", Err: err}
	case sqlite3.SQLITE_FULL:
		return &feedback.Error{Code: feedback.CodeUnavailable, Message: "the disk is full: nothing was stored", Err: err}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &feedback.Error{Code: feedback.CodeUnavailable, Message: "another program holds the database file: try again", Err: err}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return &feedback.Error{Code: feedback.CodeUnavailable, Message: "a file cannot be opened or written: check the path and its permissions", Err: err}
	}
	return err
}
