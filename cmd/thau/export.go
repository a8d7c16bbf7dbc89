package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
)

type exportCmd struct {
	dataFlags
}

// exportBatch is how many records are read at a time.
const exportBatch = 1000

// Run writes every record as a line of JSON, in the order of its last change. Imported again, they are the same records.
func (c *exportCmd) Run(ctx context.Context, std streams) (err error) {
	db, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out := bufio.NewWriterSize(std.out, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for after := int64(0); ; {
		changes, err := db.Changes(ctx, after, exportBatch)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			return out.Flush()
		}
		for i := range changes {
			after = changes[i].Seq
			if changes[i].Record == nil { // deleted
				continue
			}
			if err := enc.Encode(changes[i].Record); err != nil {
				return err
			}
		}
	}
}
