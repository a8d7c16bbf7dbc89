package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/thau-cx/thau/lexicons"
)

// Overlays that no store has yet are named by where they are.

// isOverlayPath tells a path from the id of a stored overlay: there is something at it, or it is written as one.
func isOverlayPath(name string) bool {
	if name == "" {
		return false
	}
	if strings.ContainsRune(name, filepath.Separator) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

// folders gives what the two overlays say otherwise.
func (c *overlayDiffCmd) folders() ([]lexicons.Difference, error) {
	var read [2]*lexicons.Overlay
	for i, path := range []string{c.Against, c.ID} {
		if path == "" {
			continue
		}
		o, err := readOverlay(path)
		if err != nil {
			return nil, err
		}
		read[i] = o
	}
	return lexicons.Diff(read[0], read[1]), nil
}

// overlayAt is an overlay in a folder or an archive, as overlay list tells of it.
type overlayAt struct {
	Path     string        `json:"path"`
	Name     string        `json:"name"`
	Kind     string        `json:"kind"`
	Task     lexicons.Task `json:"task,omitempty"`
	Hash     string        `json:"hash"`
	Bytes    int           `json:"bytes"`
	Labels   int           `json:"labels,omitempty"`
	Weights  int           `json:"weights,omitempty"`
	Accepted *bool         `json:"accepted,omitempty"` // by the gate; absent where no card says
	Reason   string        `json:"reason,omitempty"`
}

func newOverlayAt(path string, o *lexicons.Overlay) (overlayAt, error) {
	at := overlayAt{Path: path, Name: o.Name, Kind: string(o.Kind), Task: o.Task, Hash: o.Hash()}
	for _, content := range o.Files() {
		at.Bytes += len(content)
	}
	if o.Model != nil {
		at.Labels, at.Weights = len(o.Model.Labels), len(o.Model.Weights)
	}
	if b := o.Card(); b != nil {
		var card struct {
			Accepted *bool
			Reason   string
		}
		if err := json.Unmarshal(b, &card); err != nil {
			return at, fmt.Errorf("%s: card.json: %w", path, err)
		}
		at.Accepted, at.Reason = card.Accepted, card.Reason
	}
	return at, nil
}

// overlaysAt reads the overlay at a path, or those one level below it.
func overlaysAt(path string) ([]overlayAt, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, "manifest.json")); errors.Is(err, fs.ErrNotExist) {
			return overlaysBelow(path)
		}
	}
	o, err := readOverlay(path)
	if err != nil {
		return nil, err
	}
	at, err := newOverlayAt(path, o)
	return []overlayAt{at}, err
}

func overlaysBelow(path string) ([]overlayAt, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var out []overlayAt
	for _, e := range entries {
		below := filepath.Join(path, e.Name())
		if _, err := os.Stat(filepath.Join(below, "manifest.json")); err != nil {
			continue // no overlay
		}
		o, err := readOverlay(below)
		if err != nil {
			return nil, err
		}
		at, err := newOverlayAt(below, o)
		if err != nil {
			return nil, err
		}
		out = append(out, at)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no overlay at %s: neither it nor a folder in it has a manifest.json", path)
	}
	return out, nil
}

// folders lists the overlays at the paths.
func (c *overlayListCmd) folders(std streams) error {
	var list []overlayAt
	for _, path := range c.Paths {
		found, err := overlaysAt(path)
		if err != nil {
			return err
		}
		list = append(list, found...)
	}
	if c.JSON {
		return printJSON(std.out, map[string]any{"items": list})
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "path\tname\tkind\ttask\tlabels\tweights\tbytes\tgate")
	for _, o := range list {
		gate := "-"
		if o.Accepted != nil {
			if gate = "accepted"; !*o.Accepted {
				gate = "refused: " + o.Reason
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%s\n", o.Path, o.Name, o.Kind, o.Task, o.Labels, o.Weights, o.Bytes, gate)
	}
	return t.Flush()
}
