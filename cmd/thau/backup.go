package main

import (
	"context"
	"fmt"

	"github.com/thau-cx/thau/store"
)

type backupCmd struct {
	dataFlags
	File string `arg:"" help:"Where the backup goes; an older one there is replaced."`
}

// Run writes a backup, also while a server works on the data directory.
func (c *backupCmd) Run(ctx context.Context, std streams) error {
	if err := c.exists(); err != nil {
		return err
	}
	if err := store.Backup(ctx, c.Data, c.File); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "backed up %s to %s\n", c.Data, c.File)
	return nil
}

type restoreCmd struct {
	dataFlags
	Force bool   `help:"Replace the data that is there."`
	File  string `arg:"" help:"The backup."`
}

// Run puts a backup into a data directory. Search follows by itself when the directory is opened.
func (c *restoreCmd) Run(ctx context.Context, std streams) error {
	if err := store.Restore(ctx, c.File, c.Data, c.Force); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "restored %s to %s; search is rebuilt when it is next opened\n", c.File, c.Data)
	return nil
}
