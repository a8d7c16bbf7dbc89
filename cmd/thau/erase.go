package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"github.com/thau-cx/thau/feedback"
)

type eraseCmd struct {
	dataFlags
	serverFlags
	Yes      bool   `help:"Erase without asking back; there is no way to undo it."`
	JSON     bool   `name:"json" help:"Print what was erased as JSON, as DELETE /v1/customers/{id} answers."`
	Customer string `arg:"" help:"The customer_id."`
}

// Run erases everything that is known of a customer.
func (c *eraseCmd) Run(ctx context.Context, std streams) error {
	if !c.Yes {
		return errors.New("an erasure cannot be undone: say --yes if you mean it")
	}
	erased, err := c.erase(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", "  ")
		return enc.Encode(erased)
	}
	account := ""
	if erased.Account {
		account = " and the account"
	}
	_, err = fmt.Fprintf(std.out, "erased %s%s\n", records(erased.Records), account)
	if err == nil && erased.Job != "" {
		_, err = fmt.Fprintf(std.out, "the files are still being cleared: job %s\n", erased.Job)
	}
	return err
}

func (c *eraseCmd) erase(ctx context.Context, std streams) (erased feedback.Erasure, err error) {
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return erased, err
		}
		res, err := cl.do(ctx, "DELETE", "/v1/customers/"+url.PathEscape(c.Customer), nil, "", nil)
		if err != nil {
			return erased, err
		}
		defer res.Body.Close()
		return erased, json.NewDecoder(res.Body).Decode(&erased)
	}
	w, err := c.workspace(ctx, c.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return erased, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return w.service.Erase(ctx, c.Customer)
}
