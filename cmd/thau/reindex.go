package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/thau-cx/thau/store"
)

type reindexCmd struct {
	dataFlags
	settingsFlags
}

// Run builds the search index and the rollups anew from the store. What is there answers until the new is whole, so an interruption
// harms nothing.
func (c *reindexCmd) Run(ctx context.Context, std streams) (err error) {
	w, err := c.workspace(ctx, func(ctx context.Context) (*store.DB, error) {
		if err := c.exists(); err != nil {
			return nil, err
		}
		return c.openSet(ctx, c.settingsFlags)
	}, newLogger(std, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	start := time.Now()
	if err := w.store.RebuildRollups(ctx); err != nil {
		return err
	}
	if err := w.index.Rebuild(); err != nil {
		return err
	}
	head, _, err := w.service.Lag(ctx)
	if err != nil {
		return err
	}
	bar := progressbar.NewOptions64(head, progressbar.OptionSetWriter(std.err), progressbar.OptionSetVisibility(isTerminal(std.err)),
		progressbar.OptionSetDescription("reindex"), progressbar.OptionClearOnFinish())
	wait := make(chan error, 1)
	go func() { wait <- w.service.CatchUp(ctx) }()
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case err := <-wait:
			tick.Stop()
			if err := errors.Join(err, bar.Finish()); err != nil {
				return err
			}
			n, err := w.store.Count(ctx)
			if err == nil {
				fmt.Fprintf(std.out, "indexed %s in %.1f s\n", records(n), time.Since(start).Seconds())
			}
			return err
		case <-tick.C:
			if err := bar.Set64(w.index.Mark()); err != nil {
				return err
			}
		}
	}
}
