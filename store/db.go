package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"

	"github.com/thau-cx/thau/feedback"
)

// File is the name of the database in its directory.
const File = "thau.db"

// applicationID marks the file as ours; it spells "Thau".
const applicationID = 0x54686175

//go:embed migrations/*.sql
var migrations embed.FS

// Options set up a DB. The zero value is ready to use.
type Options struct {
	// Now is the only clock; it fills in receipt and change times that a caller left zero. Nil means time.Now.
	Now func() time.Time
	// Zone is the workspace's time zone, in which rollups count days; nil means the one it has, at first Asia/Ho_Chi_Minh. Another one
	// than it has makes Open count all records anew.
	Zone *time.Location
	// Attributes are those that rollups count by; nil means those it has, at first none. Others make Open count all records anew.
	Attributes []string
}

// DB is the truth in a directory. It implements feedback.Store and is safe for concurrent use.
type DB struct {
	dir     string
	id      string
	opts    Options
	rolled  rollupSettings
	lock    *lock
	writing *sql.DB // one connection, held by the writer
	reading *sql.DB
	writer  *writer
	view    *view
	names   names
	head    atomic.Int64 // the last committed seq

	closed atomic.Bool
	life   sync.RWMutex // held for reading by every call, for writing by Close
}

var _ feedback.Store = (*DB)(nil)

// Open opens the truth in a directory, creating both where absent, and brings its schema up to date. While it is open no other
// process can open it: the error then is CodeUnavailable and names the process. A file that is damaged, of a newer version or not
// ours is an error that says so, and is left as it is.
func Open(ctx context.Context, dir string, opts Options) (*DB, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	fail := func(err error) (*DB, error) { return nil, fmt.Errorf("store: open %s: %w", dir, explain(err)) }
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	l, err := acquire(dir)
	if err != nil {
		return fail(err)
	}
	db := &DB{dir: dir, opts: opts, lock: l, view: newView(), names: names{byID: map[int64]label{}}}
	if err := db.open(ctx); err != nil {
		return fail(errors.Join(err, db.release()))
	}
	return db, nil
}

// open does the work of Open under the lock; on an error the caller releases what is there.
func (db *DB) open(ctx context.Context) error {
	path := filepath.Join(db.dir, File)
	var err error
	if db.writing, err = connect(path, "_txlock=immediate"); err != nil {
		return err
	}
	db.writing.SetMaxOpenConns(1)
	if err := migrate(ctx, db.writing); err != nil {
		return err
	}
	if db.id, err = identify(ctx, db.writing); err != nil {
		return err
	}
	if db.reading, err = connect(path, "_pragma=query_only(1)"); err != nil {
		return err
	}
	readers := max(4, runtime.GOMAXPROCS(0))
	db.reading.SetMaxOpenConns(readers)
	db.reading.SetMaxIdleConns(readers)
	var counted bool
	if db.rolled, counted, err = db.opts.settings(ctx, db.writing); err != nil {
		return err
	}
	if db.writer, err = newWriter(ctx, db.writing, &db.head, db.rolled); err != nil || counted {
		return err
	}
	return db.RebuildRollups(ctx)
}

// now reads the clock.
func (db *DB) now() time.Time { return db.opts.Now() }

// ID tells this truth from every other: it stays while the directory lives and changes when a backup is restored into it, so
// whoever derives something from the changes can tell that it has to start anew.
func (db *DB) ID() string { return db.id }

// Close waits for the calls under way, writes everything into the one file and lets the directory go. Calls after it answer
// CodeUnavailable; closing again does nothing.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	db.life.Lock()
	defer db.life.Unlock()
	if err := db.release(); err != nil {
		return fmt.Errorf("store: close %s: %w", db.dir, explain(err))
	}
	return nil
}

// release undoes open in reverse order, as far as it came.
func (db *DB) release() error {
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.stop())
	}
	if db.reading != nil {
		errs = append(errs, db.reading.Close())
	}
	if db.writer != nil {
		_, err := db.writing.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
		errs = append(errs, err)
	}
	if db.writing != nil {
		errs = append(errs, db.writing.Close())
	}
	return errors.Join(append(errs, db.lock.release())...)
}

// enter begins a call, which must end with db.life.RUnlock.
func (db *DB) enter() error {
	if !db.closed.Load() { // so that nobody waits behind a Close that waits for a long call
		db.life.RLock()
		if !db.closed.Load() {
			return nil
		}
		db.life.RUnlock()
	}
	return feedback.Errorf(feedback.CodeUnavailable, "", "the store is closed")
}

// read calls do with a snapshot of the truth.
func (db *DB) read(ctx context.Context, do func(*sql.Tx) error) error {
	if err := db.enter(); err != nil {
		return err
	}
	defer db.life.RUnlock()
	tx, err := db.reading.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// connect opens a pool on a database file. Commits are on disk when they return, what is deleted is overwritten, and the log is
// moved into the file every 40 MB.
func connect(path, extra string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") { // C:/…
		abs = "/" + abs
	}
	query := strings.Join([]string{
		"_pragma=busy_timeout(5000)",
		"_pragma=cache_size(-16384)",
		"_pragma=secure_delete(1)",
		"_pragma=synchronous(FULL)",
		"_pragma=temp_store(MEMORY)",
		"_pragma=wal_autocheckpoint(5000)",
		extra,
	}, "&")
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: abs, RawQuery: query}).String())
}

// migrate checks that the database is empty or ours and brings its schema up to date.
func migrate(ctx context.Context, db *sql.DB) error {
	provider, err := migrator(db)
	if err != nil {
		return err
	}
	if _, _, err := version(ctx, db, provider); err != nil {
		return err
	}
	// What is of the file, in this order: the page size can only be chosen while the file is new.
	for _, pragma := range []string{"page_size = 8192", "journal_mode = WAL"} {
		if _, err := db.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	_, err = provider.Up(ctx)
	return err
}

func migrator(db *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// version gives the schema version of a database (0 where it is empty) and the newest one known here. A database that is not ours
// or is newer than this program is an error.
func version(ctx context.Context, db *sql.DB, provider *goose.Provider) (have, want int64, err error) {
	sources := provider.ListSources()
	want = sources[len(sources)-1].Version
	var app, tables int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&app); err != nil {
		return 0, 0, err
	}
	// The table of migrations is there before the first of them, which gives the file its application_id.
	const query = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'"
	if err := db.QueryRowContext(ctx, query).Scan(&tables); err != nil {
		return 0, 0, err
	}
	if tables == 0 {
		return 0, want, nil
	}
	if app != applicationID {
		return 0, 0, feedback.Errorf(feedback.CodeInvalid, "", "the database was not made by Thấu")
	}
	if have, err = provider.GetDBVersion(ctx); err != nil {
		return 0, 0, err
	}
	if have > want {
		return 0, 0, feedback.Errorf(feedback.CodeInvalid, "",
			"the database has schema version %d and this program knows %d: use a newer thau", have, want)
	}
	return have, want, nil
}

// identify gives the identity of the truth, drawing it where there is none yet.
func identify(ctx context.Context, db *sql.DB) (string, error) {
	const draw = "INSERT INTO meta (key, value) VALUES ('store_id', ?), ('epoch', ?) ON CONFLICT DO NOTHING"
	if _, err := db.ExecContext(ctx, draw, uuid.NewString(), uuid.NewString()); err != nil {
		return "", err
	}
	var id string
	err := db.QueryRowContext(ctx, "SELECT (SELECT value FROM meta WHERE key = 'store_id') || '/' || (SELECT value FROM meta WHERE key = 'epoch')").Scan(&id)
	return id, err
}

// micros gives a time as the store keeps it.
func micros(t time.Time) int64 { return t.UnixMicro() }

// optional gives an optional time as the store keeps it.
func optional(t *time.Time) any {
	if t == nil {
		return nil
	}
	return micros(*t)
}

// moment is the way back from micros.
func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// optionalMoment is the way back from optional.
func optionalMoment(us sql.NullInt64) *time.Time {
	if !us.Valid {
		return nil
	}
	t := moment(us.Int64)
	return &t
}

// quoted shows an id in a message, at a length that cannot flood a log.
func quoted(id string) string {
	if len(id) > 80 {
		id = id[:80] + "…"
	}
	return strconv.Quote(id)
}
