package feedback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/lexicons"
)

// Overlay is a lexicon overlay that the truth keeps: a version of its name. The content itself, with the model card, is apart.
type Overlay struct {
	ID       string    `json:"id"` // name@version
	Name     string    `json:"name"`
	Version  int       `json:"version"`
	Kind     string    `json:"kind"`           // "pack", "learned" or "written"
	Task     string    `json:"task,omitempty"` // of a learned one
	Hash     string    `json:"hash"`
	Parent   string    `json:"parent,omitempty"` // hash of the overlay it follows
	Bytes    int       `json:"bytes"`            // packed
	Accepted bool      `json:"accepted"`         // the gate let it pass; one that is not learned has no gate to pass
	Reason   string    `json:"reason,omitempty"` // of the gate
	By       string    `json:"by,omitempty"`
	AddedAt  time.Time `json:"added_at"`
	Active   bool      `json:"active"` // in force now
}

// Activation is what overlays were in force from a moment on, in the order they are laid.
type Activation struct {
	Version  int       `json:"version"` // counts from 1; 0 before the first
	Parent   int       `json:"parent"`  // the version that a rollback goes back to
	Overlays []string  `json:"overlays"`
	Action   string    `json:"action"` // "activate x@1", "deactivate x@1", "rollback"
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
}

// Activated is what came of a change of the overlays in force: the engine that reads from now on, and the job that reads again what
// another one read.
type Activated struct {
	Activation Activation      `json:"activation"`
	Engine     analyzer.Engine `json:"engine"`
	Job        Job             `json:"job"`
}

// MaxOverlay bounds a packed overlay, in bytes.
const MaxOverlay = 32 << 20

// AddOverlay checks an overlay and keeps it, as the next version of its name; the same content again changes nothing.
func (s *Service) AddOverlay(ctx context.Context, packed []byte, by string) (o Overlay, created bool, err error) {
	if len(packed) > MaxOverlay {
		return o, false, Errorf(CodeTooLarge, "", "the overlay has %d bytes, at most %d are taken", len(packed), MaxOverlay)
	}
	read, err := lexicons.UnpackOverlay(packed)
	if err != nil {
		return o, false, overlayFault(err)
	}
	return s.keepOverlay(ctx, read, by)
}

// keepOverlay keeps an overlay that was read, packed anew so that the same content has the same bytes.
func (s *Service) keepOverlay(ctx context.Context, read *lexicons.Overlay, by string) (o Overlay, created bool, err error) {
	packed, err := read.Pack()
	if err != nil {
		return o, false, err
	}
	o = Overlay{
		Name: read.Name, Kind: string(read.Kind), Task: string(read.Task), Hash: read.Hash(), Parent: read.Parent, Bytes: len(packed),
		Accepted: true, By: by, AddedAt: s.now().UTC().Truncate(time.Millisecond),
	}
	if read.Kind == lexicons.Learned {
		if o.Accepted, o.Reason, err = verdict(read.Card()); err != nil {
			return o, false, err
		}
	}
	if o, created, err = s.store.PutOverlay(ctx, o, packed); err != nil {
		return o, false, err
	}
	active, err := s.store.Activation(ctx, 0)
	o.Active = slices.Contains(active.Overlays, o.ID)
	return o, created, err
}

// verdict reads what the gate said in a model card. An overlay without a card passed no gate.
func verdict(card []byte) (accepted bool, reason string, err error) {
	if card == nil {
		return false, "it has no model card, so nothing says that it is better than what is there", nil
	}
	var v struct {
		Accepted bool   `json:"accepted"`
		Reason   string `json:"reason"`
	}
	if err := json.Unmarshal(card, &v); err != nil {
		return false, "", Errorf(CodeInvalid, "card.json", "the model card cannot be read: %v", err)
	}
	return v.Accepted, v.Reason, nil
}

// overlayFault tells what is wrong with an overlay, by file and line.
func overlayFault(err error) error {
	var line *lexicons.LineError
	if errors.As(err, &line) {
		return Errorf(CodeInvalid, fmt.Sprintf("%s:%d", line.File, line.Line), "%s", line.Msg)
	}
	return Errorf(CodeInvalid, "", "%s", err)
}

// ListOverlays gives every overlay that is kept, and which are in force.
func (s *Service) ListOverlays(ctx context.Context) ([]Overlay, Activation, error) {
	active, err := s.store.Activation(ctx, 0)
	if err != nil {
		return nil, active, err
	}
	list, err := s.store.ListOverlays(ctx)
	for i := range list {
		list[i].Active = slices.Contains(active.Overlays, list[i].ID)
	}
	return list, active, err
}

// Overlay gives an overlay with its model card (JSON, nil where it has none), or CodeNotFound.
func (s *Service) Overlay(ctx context.Context, id string) (Overlay, json.RawMessage, error) {
	o, read, err := s.overlay(ctx, id)
	if err != nil {
		return o, nil, err
	}
	active, err := s.store.Activation(ctx, 0)
	o.Active = slices.Contains(active.Overlays, id)
	return o, read.Card(), err
}

func (s *Service) overlay(ctx context.Context, id string) (Overlay, *lexicons.Overlay, error) {
	o, packed, err := s.store.PackedOverlay(ctx, id)
	if err != nil {
		return o, nil, err
	}
	read, err := lexicons.UnpackOverlay(packed)
	if err != nil {
		return o, nil, &Error{Code: CodeInternal, Message: "the stored overlay cannot be read", Err: err}
	}
	return o, read, nil
}

// PackedOverlay gives an overlay as a zip archive, or CodeNotFound.
func (s *Service) PackedOverlay(ctx context.Context, id string) ([]byte, error) {
	_, packed, err := s.store.PackedOverlay(ctx, id)
	return packed, err
}

// DiffOverlays tells what an overlay says otherwise than another one; without another, than the version before it, or nothing.
func (s *Service) DiffOverlays(ctx context.Context, id, against string) ([]lexicons.Difference, string, error) {
	o, read, err := s.overlay(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if against == "" && o.Version > 1 {
		against = fmt.Sprintf("%s@%d", o.Name, o.Version-1)
	}
	if against == "" {
		return lexicons.Diff(nil, read), "", nil
	}
	_, other, err := s.overlay(ctx, against)
	if err != nil {
		return nil, "", err
	}
	return lexicons.Diff(other, read), against, nil
}

// ActivateOverlay puts an overlay in force, in place of another version of its name and, where it is learned, of another one learned for
// its task; what was read by another engine is read again in the background. What the gate refused is not put in force.
func (s *Service) ActivateOverlay(ctx context.Context, id, by string) (Activated, error) {
	return s.change(ctx, "activate "+id, by, func(now []Overlay, _ Activation) ([]string, int, error) {
		o, _, err := s.store.PackedOverlay(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		if !o.Accepted {
			return nil, 0, Errorf(CodeInvalid, "id", "the gate refused %s: %s", id, o.Reason)
		}
		var ids []string
		for _, other := range now {
			if other.Name != o.Name && !(o.Kind == string(lexicons.Learned) && other.Kind == o.Kind && other.Task == o.Task) {
				ids = append(ids, other.ID)
			}
		}
		return append(ids, id), -1, nil
	})
}

// DeactivateOverlay takes an overlay out of force.
func (s *Service) DeactivateOverlay(ctx context.Context, id, by string) (Activated, error) {
	return s.change(ctx, "deactivate "+id, by, func(now []Overlay, _ Activation) ([]string, int, error) {
		var ids []string
		for _, other := range now {
			if other.ID != id {
				ids = append(ids, other.ID)
			}
		}
		if len(ids) == len(now) {
			return nil, 0, Errorf(CodeNotFound, "id", "the overlay %s is not in force", quote(id))
		}
		return ids, -1, nil
	})
}

// RollBackOverlays puts those overlays in force that were before the last change; once more, those before that.
func (s *Service) RollBackOverlays(ctx context.Context, by string) (Activated, error) {
	return s.change(ctx, "rollback", by, func(_ []Overlay, current Activation) ([]string, int, error) {
		if current.Version == 0 || current.Parent == 0 && len(current.Overlays) == 0 {
			return nil, 0, Errorf(CodeNotFound, "", "there is nothing to roll back: no overlay was in force")
		}
		if current.Parent == 0 {
			return nil, 0, nil
		}
		before, err := s.store.Activation(ctx, current.Parent)
		return before.Overlays, before.Parent, err
	})
}

// change puts other overlays in force: choose gives their ids and the version to roll back to, below 0 for the present one. The analyzer
// is built before anything is stored, so that what cannot be laid changes nothing.
func (s *Service) change(ctx context.Context, action, by string, choose func([]Overlay, Activation) ([]string, int, error)) (out Activated, err error) {
	s.laying.Lock()
	defer s.laying.Unlock()
	list, current, err := s.ListOverlays(ctx)
	if err != nil {
		return out, err
	}
	var now []Overlay
	for _, id := range current.Overlays {
		if i := slices.IndexFunc(list, func(o Overlay) bool { return o.ID == id }); i >= 0 {
			now = append(now, list[i])
		}
	}
	ids, parent, err := choose(now, current)
	if err != nil {
		return out, err
	}
	if parent < 0 {
		parent = current.Version
	}
	a, err := s.lay(ctx, ids)
	if err != nil {
		return out, err
	}
	next := Activation{Parent: parent, Overlays: append([]string{}, ids...), Action: action, By: by, At: s.now().UTC().Truncate(time.Millisecond)}
	if out.Activation, err = s.store.Activate(ctx, next, current.Version); err != nil {
		return out, err
	}
	s.analyzer.Store(a)
	out.Engine = a.Engine()
	out.Job, err = s.Reanalyze(ctx, action)
	return out, err
}

// lay builds the analyzer of some overlays.
func (s *Service) lay(ctx context.Context, ids []string) (*analyzer.Analyzer, error) {
	if s.lexicon == nil {
		return nil, Errorf(CodeUnavailable, "", "overlays cannot be laid here")
	}
	overlays := make([]*lexicons.Overlay, len(ids))
	for i, id := range ids {
		var err error
		if _, overlays[i], err = s.overlay(ctx, id); err != nil {
			return nil, err
		}
	}
	lex, err := s.lexicon.With(overlays...)
	if err != nil {
		return nil, overlayFault(err)
	}
	a, err := analyzer.New(lex)
	if err != nil {
		return nil, Errorf(CodeInvalid, "", "%s", err)
	}
	return a, nil
}

// LoadOverlays has the service read with the overlays in force. It is called once, before anything is analyzed.
func (s *Service) LoadOverlays(ctx context.Context) error {
	s.laying.Lock()
	defer s.laying.Unlock()
	active, err := s.store.Activation(ctx, 0)
	if err != nil || len(active.Overlays) == 0 {
		return err
	}
	a, err := s.lay(ctx, active.Overlays)
	if err != nil {
		return fmt.Errorf("the overlays in force cannot be laid: %w", err)
	}
	s.analyzer.Store(a)
	return nil
}

// Analyzer gives what reads at the moment.
func (s *Service) Analyzer() *analyzer.Analyzer { return s.analyzer.Load() }
