package feedbacktest

import (
	"testing"
	"time"

	"github.com/thau-cx/thau/feedback"
	"github.com/thau-cx/thau/health"
)

func testAccounts(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	_, err := s.Account(ctx, "none")
	code(t, err, feedback.CodeNotFound)
	_, _, err = s.PutAccount(ctx, feedback.Account{})
	code(t, err, feedback.CodeInvalid)
	a := feedback.Account{
		ID: "acme", Name: "Công ty", StartedAt: At(-time.Hour), Attributes: map[string]string{"plan": "pro"},
		CreatedAt: Epoch, ChangedAt: Epoch,
	}
	step := func(name string, a feedback.Account, want feedback.Account, status feedback.Status) {
		t.Helper()
		got, st, err := s.PutAccount(ctx, a)
		if err != nil || st != status {
			t.Errorf("%s: %s, %v", name, st, err)
		}
		same(t, name, got, want)
		same(t, name+", read", must[feedback.Account](t)(s.Account(ctx, a.ID)), want)
	}
	step("created", a, a, feedback.Created)
	b := a
	b.CreatedAt, b.ChangedAt = Epoch.Add(time.Hour), Epoch.Add(time.Hour)
	step("same", b, a, feedback.Unchanged)
	b.Name, b.Attributes, b.ChurnedAt = "", nil, At(time.Hour)
	want := b
	want.CreatedAt = Epoch
	step("updated", b, want, feedback.Updated)
	// Records and signals make stubs, owners make accounts of them.
	r := Record(feedback.Draft{ID: "r", Text: "x", AccountID: "zeta"})
	put(t, s, r, Record(feedback.Draft{ID: "r2", Text: "x", AccountID: "acme"}))
	if _, err := s.PutSignals(ctx, []feedback.Signal{{AccountID: "beta", Name: "logins", At: Epoch, ReceivedAt: Epoch}}); err != nil {
		t.Fatal(err)
	}
	same(t, "stub", must[feedback.Account](t)(s.Account(ctx, "zeta")), feedback.Account{ID: "zeta", Stub: true, CreatedAt: Epoch, ChangedAt: Epoch})
	ids := func(after string, limit int) (out []string) {
		for _, a := range must[[]feedback.Account](t)(s.ListAccounts(ctx, after, limit)) {
			out = append(out, a.ID)
		}
		return out
	}
	same(t, "first page", ids("", 2), []string{"acme", "beta"})
	same(t, "second page", ids("beta", 2), []string{"zeta"})
	step("owned", feedback.Account{ID: "zeta", Stub: true, CreatedAt: Epoch.Add(time.Hour), ChangedAt: Epoch.Add(time.Hour)},
		feedback.Account{ID: "zeta", CreatedAt: Epoch, ChangedAt: Epoch.Add(time.Hour)}, feedback.Updated)
}

func testSignals(t *testing.T, s feedback.Store) {
	ctx := t.Context()
	signal := func(id, account, name string, value float64, at time.Duration) feedback.Signal {
		return feedback.Signal{ID: id, AccountID: account, Name: name, Value: value, At: *At(at), ReceivedAt: Epoch}
	}
	nan := signal("", "a", "logins", 0, 0)
	nan.Value /= nan.Value
	results := must[[]feedback.Result](t)(s.PutSignals(ctx, []feedback.Signal{
		signal("", "a", "logins", 1, 0),
		signal("", "a", "logins", 1, 0),
		signal("", "a", "logins", 2, 0),
		signal("", "a", "logins", 3, -time.Hour),
		signal("s1", "a", "logins", 4, 0),
		signal("s1", "b", "orders", 5, -time.Minute),
		signal("s1", "b", "orders", 5, -time.Minute),
		signal("", "", "logins", 1, 0),
		signal("", "a", "", 1, 0),
		{AccountID: "a", Name: "logins"},
		nan,
	}))
	same(t, "statuses", statuses(results), []feedback.Status{
		feedback.Created, feedback.Unchanged, feedback.Updated, feedback.Created, feedback.Created, feedback.Updated, feedback.Unchanged,
		feedback.Rejected, feedback.Rejected, feedback.Rejected, feedback.Rejected,
	})
	for _, r := range results[7:] {
		if r.Err == nil || r.Err.Code != feedback.CodeInvalid || r.Err.Field == "" {
			t.Errorf("rejected: %v", r.Err)
		}
	}
	same(t, "of a", must[[]health.Observation](t)(s.Observations(ctx, "a", Epoch)), []health.Observation{
		{Signal: "logins", Value: 3, At: *At(-time.Hour), ReceivedAt: Epoch},
		{Signal: "logins", Value: 2, At: Epoch, ReceivedAt: Epoch},
	})
	same(t, "of b", must[[]health.Observation](t)(s.Observations(ctx, "b", Epoch)), []health.Observation{
		{Signal: "orders", Value: 5, At: *At(-time.Minute), ReceivedAt: Epoch, Source: "s1"},
	})
	same(t, "head", must[int64](t)(s.Head(ctx)), int64(0))
}
