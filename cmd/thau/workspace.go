package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/index"
	"github.com/thau-cx/thau/store"
)

// dataFlags say where the data is and what reads it.
type dataFlags struct {
	packFlags
	Data string `default:"./thau-data" placeholder:"DIR" help:"The data directory (${default})."`

	now func() time.Time // nil but for a demonstration
}

// open opens the store of the directory, which is made where it is not there.
func (d dataFlags) open(ctx context.Context) (*store.DB, error) {
	return store.Open(ctx, d.Data, store.Options{})
}

// openSet opens the store with settings.
func (d dataFlags) openSet(ctx context.Context, f settingsFlags) (*store.DB, error) {
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, d.Data, o)
}

// settingsFlags change what a workspace counts by. What is not given stays as it is.
type settingsFlags struct {
	Timezone string   `placeholder:"ZONE" help:"The workspace's time zone, which defines day, week and month: Asia/Ho_Chi_Minh, Europe/London … What is stored is counted anew."`
	Rollup   []string `placeholder:"ATTRIBUTE" help:"Attributes that dashboards count by: plan, region … What is stored is counted anew."`
}

// options gives the settings for the store.
func (f settingsFlags) options() (store.Options, error) {
	o := store.Options{Attributes: f.Rollup}
	if f.Timezone != "" {
		zone, err := time.LoadLocation(f.Timezone)
		if err != nil || f.Timezone == "Local" {
			return o, fmt.Errorf("--timezone %s is no time zone like Asia/Ho_Chi_Minh", f.Timezone)
		}
		o.Zone = zone
	}
	return o, nil
}

// openExisting opens the store of a directory that has one: whoever only reads must not make an empty one by a slip of the keys.
func (d dataFlags) openExisting(ctx context.Context) (*store.DB, error) {
	if err := d.exists(); err != nil {
		return nil, err
	}
	return d.open(ctx)
}

// exists is the error for a directory without data.
func (d dataFlags) exists() error {
	_, err := os.Stat(filepath.Join(d.Data, store.File))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no data in %s: import something first, or name another directory with --data", d.Data)
	}
	return err
}

// workspace is the rooms of one data directory, joined.
type workspace struct {
	store   *store.DB
	index   *index.Index
	service *feedback.Service
	running context.Context // ends when the workspace closes
	cancel  context.CancelFunc
	tasks   sync.WaitGroup // the index follows the store, jobs are done
}

// indexDir is where the index lies in a data directory.
const indexDir = "index"

// join opens the index beside a store, has it follow, and reads with the packs and the overlays in force. The workspace closes the store,
// also where this fails.
func (d dataFlags) join(ctx context.Context, db *store.DB, log *slog.Logger) (w *workspace, err error) {
	w = &workspace{store: db}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	// The index cuts words with the built-in lexicon, whatever is laid over it: labels change with an overlay, words do not.
	cutter, err := newAnalyzer()
	if err != nil {
		return w, err
	}
	w.index, err = index.Open(filepath.Join(d.Data, indexDir), index.Options{
		StoreID: db.ID(), Revision: revision(cutter.Engine()), Tokenizer: cutter, Themes: index.Themes(cutter), Zone: db.Zone(), Logger: log,
	})
	if err != nil {
		return w, err
	}
	lex, err := d.lexicon()
	if err != nil {
		return w, err
	}
	base := cutter
	if len(d.Pack) > 0 {
		if base, err = analyzer.New(lex); err != nil {
			return w, err
		}
	}
	cases, err := behaviours()
	if err != nil {
		return w, err
	}
	w.service, err = feedback.NewService(feedback.Config{
		Store: db, Index: w.index, Analyzer: base, Lexicon: lex, Behaviours: cases, Sentences: sentences, Zone: db.Zone(),
		Attributes: db.RolledAttributes(), Now: d.now, Log: log,
	})
	if err != nil {
		return w, err
	}
	if err := w.service.LoadOverlays(ctx); err != nil {
		return w, err
	}
	w.running, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	w.tasks.Go(func() { w.service.Run(w.running) })
	return w, nil
}

// work has jobs done and health kept up to date until the workspace closes: also jobs that were asked for before and did not come to an end.
func (w *workspace) work() {
	w.tasks.Go(func() { w.service.Work(w.running) })
	w.tasks.Go(func() { w.service.KeepHealth(w.running) })
}

// revision names what the index was cut with: another analyzer or lexicon cuts other words.
func revision(e analyzer.Engine) string { return e.Version + " " + e.Lexicon }

// workspace opens everything in the data directory; open opens its store.
func (d dataFlags) workspace(ctx context.Context, open func(context.Context) (*store.DB, error), log *slog.Logger) (*workspace, error) {
	db, err := open(ctx)
	if err != nil {
		return nil, err
	}
	return d.join(ctx, db, log)
}

// Close lets the index stop following and closes everything.
func (w *workspace) Close() error {
	if w.cancel != nil {
		w.cancel()
		w.tasks.Wait()
	}
	var errs []error
	if w.index != nil {
		errs = append(errs, w.index.Close())
	}
	return errors.Join(append(errs, w.store.Close())...)
}

// catchUp waits until search knows everything that is stored.
func (w *workspace) catchUp(ctx context.Context) error {
	head, _, err := w.service.Lag(ctx)
	if err != nil {
		return err
	}
	return w.service.WaitIndexed(ctx, head)
}

// newLogger logs to standard error.
func newLogger(std streams, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: level}))
}

// parseMoment reads a day, which begins at midnight in the zone, or a moment.
func parseMoment(value string, zone *time.Location) (at time.Time, isDay bool, err error) {
	if at, err := time.ParseInLocation(time.DateOnly, value, zone); err == nil {
		return at, true, nil
	}
	at, err = time.Parse(time.RFC3339, value)
	if err != nil {
		return at, false, fmt.Errorf("%q is no day like 2026-01-31 and no moment like 2026-01-31T09:00:00+07:00", value)
	}
	return at, false, nil
}
