package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/store"
)

type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Create a key and print its secret, this once."`
	List   keyListCmd   `cmd:"" help:"List the keys, revoked ones too."`
	Revoke keyRevokeCmd `cmd:"" help:"Revoke a key."`
}

type keyCreateCmd struct {
	dataFlags
	Scope string `enum:"read,write,admin" default:"write" help:"What the key allows: read, write (and read) or admin (everything)."`
	JSON  bool   `name:"json" help:"Print JSON."`
	Name  string `arg:"" help:"Who or what the key is for."`
}

// Run creates a key. The secret alone goes to standard output, so that a script can take it.
func (c *keyCreateCmd) Run(ctx context.Context, std streams) error {
	return withKeys(ctx, c.open, func(s *feedback.Service) error {
		secret, key, err := s.CreateKey(ctx, c.Name, c.Scope)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(std.out).Encode(struct {
				feedback.Key
				Secret string `json:"secret"`
			}{key, secret})
		}
		fmt.Fprintln(std.out, secret)
		fmt.Fprintf(std.err, "key %s (%s, %s): keep the secret, it is not shown again\n", key.ID, key.Name, key.Scope)
		return nil
	})
}

type keyListCmd struct {
	dataFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the keys.
func (c *keyListCmd) Run(ctx context.Context, std streams) error {
	return withKeys(ctx, c.openExisting, func(s *feedback.Service) error {
		keys, err := s.ListKeys(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if keys == nil {
				keys = []feedback.Key{}
			}
			return json.NewEncoder(std.out).Encode(keys)
		}
		t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "id\tscope\tcreated\trevoked\tname")
		for _, k := range keys {
			revoked := "-"
			if k.RevokedAt != nil {
				revoked = k.RevokedAt.Format(time.RFC3339)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Scope, k.CreatedAt.Format(time.RFC3339), revoked, k.Name)
		}
		return t.Flush()
	})
}

type keyRevokeCmd struct {
	dataFlags
	ID string `arg:"" help:"The key's id, as list shows it."`
}

// Run revokes a key.
func (c *keyRevokeCmd) Run(ctx context.Context, std streams) error {
	return withKeys(ctx, c.openExisting, func(s *feedback.Service) error {
		if err := s.RevokeKey(ctx, c.ID); err != nil {
			return err
		}
		fmt.Fprintf(std.err, "key %s is revoked\n", c.ID)
		return nil
	})
}

// withKeys gives a service that has a store and nothing else.
func withKeys(ctx context.Context, open func(context.Context) (*store.DB, error), do func(*feedback.Service) error) (err error) {
	db, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	s, err := feedback.NewService(feedback.Config{Store: db})
	if err != nil {
		return err
	}
	return do(s)
}
