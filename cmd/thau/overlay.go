package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/lexicons"
)

type overlayCmd struct {
	Add        overlayAddCmd        `cmd:"" help:"Keep an overlay, as a version of its name. It is not in force before it is activated."`
	List       overlayListCmd       `cmd:"" help:"List the overlays and which are in force, or those in folders."`
	Diff       overlayDiffCmd       `cmd:"" help:"Show what an overlay says otherwise than another one, the largest changes first."`
	Activate   overlayActivateCmd   `cmd:"" help:"Put an overlay in force and read records again."`
	Deactivate overlayDeactivateCmd `cmd:"" help:"Take an overlay out of force and read records again."`
	Rollback   overlayRollbackCmd   `cmd:"" help:"Put those overlays in force that were before."`
}

// overlayFlags lead to the overlays of a data directory or a server.
type overlayFlags struct {
	dataFlags
	serverFlags
	JSON bool `name:"json" help:"Print JSON, as the API answers."`
}

// overlayBy is who changes overlays from here.
const overlayBy = "thau overlay"

// with calls do with the workspace of the data directory.
func (f overlayFlags) with(ctx context.Context, std streams, do func(*workspace) error) (err error) {
	w, err := f.workspace(ctx, f.openExisting, newLogger(std, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return do(w)
}

type overlayAddCmd struct {
	overlayFlags
	Path string `arg:"" help:"The overlay: a folder with manifest.json, or a zip archive of one."`
}

// Run reads, checks and keeps an overlay.
func (c *overlayAddCmd) Run(ctx context.Context, std streams) error {
	read, err := readOverlay(c.Path)
	if err != nil {
		return err
	}
	packed, err := read.Pack()
	if err != nil {
		return err
	}
	var o feedback.Overlay
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return err
		}
		if err := cl.exchange(ctx, http.MethodPost, "/v1/overlays", "application/zip", packed, &o); err != nil {
			return err
		}
	} else {
		// An overlay may be the first thing there is.
		db, err := c.open(ctx)
		if err != nil {
			return err
		}
		s, err := feedback.NewService(feedback.Config{Store: db})
		if err == nil {
			o, _, err = s.AddOverlay(ctx, packed, overlayBy)
		}
		if err := errors.Join(err, db.Close()); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(std.out, o)
	}
	if !o.Accepted {
		_, err = fmt.Fprintf(std.out, "kept %s; the gate refuses it: %s\n", o.ID, o.Reason)
		return err
	}
	_, err = fmt.Fprintf(std.out, "kept %s; thau overlay activate %s puts it in force\n", o.ID, o.ID)
	return err
}

// readOverlay reads an overlay from a folder or a zip archive.
func readOverlay(path string) (*lexicons.Overlay, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no overlay at %s", path)
	}
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return lexicons.ReadOverlay(os.DirFS(path))
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return lexicons.UnpackOverlay(b)
}

type overlayListCmd struct {
	overlayFlags
	Paths []string `arg:"" optional:"" name:"path" help:"Overlays to list instead, wherever they are: folders or zip archives of one, or folders that hold such."`
}

// overlayList is what GET /v1/overlays answers.
type overlayList struct {
	Items      []feedback.Overlay  `json:"items"`
	Activation feedback.Activation `json:"activation"`
}

// Run lists the overlays.
func (c *overlayListCmd) Run(ctx context.Context, std streams) error {
	if len(c.Paths) > 0 {
		return c.folders(std)
	}
	var list overlayList
	if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return err
		}
		if err := cl.get(ctx, "/v1/overlays", nil, &list); err != nil {
			return err
		}
	} else if err := c.with(ctx, std, func(w *workspace) (err error) {
		list.Items, list.Activation, err = w.service.ListOverlays(ctx)
		return err
	}); err != nil {
		return err
	}
	if c.JSON {
		list.Items = append([]feedback.Overlay{}, list.Items...)
		list.Activation.Overlays = append([]string{}, list.Activation.Overlays...)
		return printJSON(std.out, list)
	}
	t := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "in force\tid\tkind\ttask\tbytes\tadded\tgate")
	for _, o := range list.Items {
		mark, gate := "", "-"
		if o.Active {
			mark = "*"
		}
		if o.Kind == string(lexicons.Learned) {
			if gate = "accepted"; !o.Accepted {
				gate = "refused: " + o.Reason
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", mark, o.ID, o.Kind, o.Task, o.Bytes, o.AddedAt.Format("2006-01-02 15:04"), gate)
	}
	return t.Flush()
}

type overlayDiffCmd struct {
	overlayFlags
	ID      string `arg:"" help:"The overlay: its id, NAME@VERSION, or its folder or zip archive."`
	Against string `arg:"" optional:"" help:"The other one, likewise; where absent, the version before, or nothing."`
	Limit   int    `default:"50" help:"How many entries to show (${default})."`
}

// overlayDiff is what GET /v1/overlays/{id}/diff answers.
type overlayDiff struct {
	ID      string                `json:"id"`
	Against string                `json:"against,omitempty"`
	Total   int                   `json:"total"`
	Items   []lexicons.Difference `json:"items"`
}

// Run prints what differs.
func (c *overlayDiffCmd) Run(ctx context.Context, std streams) error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit takes at least 1")
	}
	diff := overlayDiff{ID: c.ID, Items: []lexicons.Difference{}}
	if isOverlayPath(c.ID) || isOverlayPath(c.Against) {
		found, err := c.folders()
		if err != nil {
			return err
		}
		diff.Against, diff.Total = c.Against, len(found)
		diff.Items = append(diff.Items, found[:min(c.Limit, len(found))]...)
	} else if c.Server != "" {
		cl, err := c.client()
		if err != nil {
			return err
		}
		q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
		if c.Against != "" {
			q.Set("against", c.Against)
		}
		if err := cl.get(ctx, "/v1/overlays/"+url.PathEscape(c.ID)+"/diff", q, &diff); err != nil {
			return err
		}
	} else if err := c.with(ctx, std, func(w *workspace) error {
		found, against, err := w.service.DiffOverlays(ctx, c.ID, c.Against)
		diff.Against, diff.Total = against, len(found)
		diff.Items = append(diff.Items, found[:min(c.Limit, len(found))]...)
		return err
	}); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, diff)
	}
	against := diff.Against
	if against == "" {
		against = "nothing"
	}
	fmt.Fprintf(std.out, "--- %s\n+++ %s\n", against, diff.ID)
	for _, d := range diff.Items {
		for _, side := range []struct{ sign, value string }{{"-", d.Before}, {"+", d.After}} {
			if side.value != "" || side.sign == "+" && d.Before == "" {
				fmt.Fprintf(std.out, "%s %s\t%s\t%s\n", side.sign, d.File, d.Key, side.value)
			}
		}
	}
	_, err := fmt.Fprintf(std.out, "%d entries differ from %s\n", diff.Total, against)
	return err
}

type overlayActivateCmd struct {
	overlayFlags
	ID string `arg:"" help:"The overlay's id, NAME@VERSION."`
}

// Run puts an overlay in force. With a server the records are read again in the background, else before this ends.
func (c *overlayActivateCmd) Run(ctx context.Context, std streams) error {
	return c.change(ctx, std, "/v1/overlays/"+url.PathEscape(c.ID)+"/activate", func(s *feedback.Service) (feedback.Activated, error) {
		return s.ActivateOverlay(ctx, c.ID, overlayBy)
	})
}

type overlayDeactivateCmd struct {
	overlayFlags
	ID string `arg:"" help:"The overlay's id, NAME@VERSION."`
}

// Run takes an overlay out of force.
func (c *overlayDeactivateCmd) Run(ctx context.Context, std streams) error {
	return c.change(ctx, std, "/v1/overlays/"+url.PathEscape(c.ID)+"/deactivate", func(s *feedback.Service) (feedback.Activated, error) {
		return s.DeactivateOverlay(ctx, c.ID, overlayBy)
	})
}

type overlayRollbackCmd struct{ overlayFlags }

// Run goes back to the overlays before.
func (c *overlayRollbackCmd) Run(ctx context.Context, std streams) error {
	return c.change(ctx, std, "/v1/overlays/rollback", func(s *feedback.Service) (feedback.Activated, error) {
		return s.RollBackOverlays(ctx, overlayBy)
	})
}

// change changes which overlays are in force and waits until the records are read again.
func (f overlayFlags) change(ctx context.Context, std streams, path string, here func(*feedback.Service) (feedback.Activated, error)) error {
	var a feedback.Activated
	if f.Server != "" {
		cl, err := f.client()
		if err != nil {
			return err
		}
		if err := cl.post(ctx, path, map[string]string{"by": overlayBy}, &a); err != nil {
			return err
		}
		if a.Job, err = awaitJob(ctx, std, a.Job.ID, "reanalyze", cl.getJob); err != nil {
			return err
		}
	} else if err := f.with(ctx, std, func(w *workspace) (err error) {
		if a, err = here(w.service); err != nil {
			return err
		}
		w.work()
		if a.Job, err = awaitJob(ctx, std, a.Job.ID, "reanalyze", w.service.Job); err != nil {
			return err
		}
		return w.catchUp(ctx)
	}); err != nil {
		return err
	}
	if f.JSON {
		return printJSON(std.out, a)
	}
	what := "no overlay"
	for i, id := range a.Activation.Overlays {
		if i == 0 {
			what = id
		} else {
			what += ", " + id
		}
	}
	_, err := fmt.Fprintf(std.out, "in force: %s; read %s again\n", what, records(a.Job.Done))
	return err
}
