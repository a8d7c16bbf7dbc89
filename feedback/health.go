package feedback

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/thau-cx/thau/health"
)

// How standings are kept.
const (
	period        = 30 * 24 * time.Hour // what "change" looks back on
	periodSlack   = 7 * 24 * time.Hour
	snapshotLeast = 7                // days after which a snapshot is kept though nothing has changed
	snapshotMove  = 0.5              // points that are worth one before
	historyDays   = 45               // of snapshots that a computation reads
	standingBatch = 250              // accounts of one transaction
	standingPoll  = 10 * time.Second // also look without being told
	standingRest  = 3                // times as long as a batch took, for others to have the machine
	maxQuote      = 240              // characters of a quote
)

// healthEngine names what scores here: the arithmetic and what read the texts.
func (s *Service) healthEngine() string {
	e := s.Engine()
	return health.Engine + "/" + e.Version + "/" + strings.TrimPrefix(e.Lexicon, "sha256:")[:min(12, len(strings.TrimPrefix(e.Lexicon, "sha256:")))]
}

// Health computes the health of an account at a moment from what was received by then; the zero moment is now. The report has its
// change since the last period, the quotes behind its warnings, and the override in force. An unknown account is CodeNotFound.
func (s *Service) Health(ctx context.Context, account string, at time.Time) (health.Report, error) {
	if at.IsZero() {
		at = s.now()
	}
	a, err := s.store.Account(ctx, account)
	if err != nil {
		return health.Report{}, err
	}
	policy, _, err := s.Policy(ctx)
	if err != nil {
		return health.Report{}, err
	}
	c, err := s.assess(ctx, policy, a, at.UTC())
	if err != nil {
		return health.Report{}, err
	}
	return c.report, s.quote(ctx, c.report.Warnings)
}

// assessment is what was computed for an account, with what it was computed from.
type assessment struct {
	report       health.Report
	raw          string // grade before hysteresis
	observations []health.Observation
	last         *Snapshot // before the day of the report
}

// assess computes the health of an account by the policy in force.
func (s *Service) assess(ctx context.Context, policy *health.Policy, a Account, at time.Time) (c assessment, err error) {
	policy = policy.For(a.Attributes)
	if c.observations, err = s.observations(ctx, a, at); err != nil {
		return c, err
	}
	c.report = policy.Compute(a.ID, c.observations, at)
	c.report.Engine = s.healthEngine()
	c.raw = c.report.Grade

	day := at.In(s.zone)
	history, err := s.store.Snapshots(ctx, a.ID, day.AddDate(0, 0, -historyDays).Format(time.DateOnly), day.AddDate(0, 0, -1).Format(time.DateOnly))
	if err != nil {
		return c, err
	}
	target := at.Add(-period)
	then, h0 := health.Then{At: target}, target.Add(-periodSlack) // the snapshot nearest to it, none further off than a week
	for i := range history {
		if h := &history[i]; h.At.Sub(target).Abs() < h0.Sub(target).Abs() {
			h0 = h.At
			score := h.Score
			then = health.Then{At: h.At, Score: &score}
			if then.Policy, err = s.policyOf(ctx, h.Policy); err != nil {
				return c, err
			}
			if then.Policy != nil {
				then.Policy = then.Policy.For(a.Attributes)
			}
		}
	}
	change := policy.Compare(c.observations, then, at)
	c.report.Change = &change
	if len(history) > 0 {
		c.last = &history[len(history)-1]
		if c.report.Sufficient {
			c.report.Grade = policy.Settle(c.report, c.last.Grade, c.last.Raw)
		}
	}
	override, err := s.store.Override(ctx, a.ID, at)
	if err != nil {
		return c, err
	}
	c.report = policy.Overridden(c.report, override)
	return c, nil
}

// observations gives what is known of an account by a moment: what the store has, and week by week how old the account is and, until its
// first ticket and since tickets are received here at all, that none is open. The weeks are counted from the beginning, so that what was
// said of a moment is said of it ever after.
func (s *Service) observations(ctx context.Context, a Account, at time.Time) ([]health.Observation, error) {
	out, err := s.store.Observations(ctx, a.ID, at)
	if err != nil {
		return out, err
	}
	first, err := s.firstTicket(ctx)
	if err != nil {
		return out, err
	}
	tickets := at
	for _, o := range out {
		if o.Signal == health.SignalOpenTickets && o.At.Before(tickets) {
			tickets = o.At
		}
	}
	began := a.CreatedAt
	if a.StartedAt != nil {
		began = *a.StartedAt
		out = append(out, weekly(health.SignalAccountAge, began, at, func(then time.Time) float64 { return math.Floor(then.Sub(began).Hours() / 24) })...)
	}
	if !first.IsZero() {
		if began.Before(first) {
			began = first
		}
		out = append(out, weekly(health.SignalOpenTickets, began, tickets.Add(-1), func(time.Time) float64 { return 0 })...)
	}
	return out, nil
}

// weekly gives a signal every week since a moment, at most the last 52, up to another.
func weekly(signal string, since, to time.Time, value func(time.Time) float64) (out []health.Observation) {
	const week, most = 7 * 24 * time.Hour, 52
	n := int(to.Sub(since) / week)
	for k := max(0, n-most); k <= n && !since.After(to); k++ {
		then := since.Add(time.Duration(k) * week)
		out = append(out, health.Observation{Signal: signal, Value: value(then), At: then, ReceivedAt: then})
	}
	return out
}

// ticketsPause is how long the answer that no ticket was ever received is believed.
const ticketsPause = time.Minute

// firstTicket gives when the first ticket was collected here, zero where none was.
func (s *Service) firstTicket(ctx context.Context) (time.Time, error) {
	s.tickets.mu.Lock()
	defer s.tickets.mu.Unlock()
	t := &s.tickets
	if !t.first.IsZero() || s.now().Sub(t.asked).Abs() < ticketsPause {
		return t.first, nil
	}
	err := s.store.EachMention(ctx, Filter{Source: []string{SourceTicket}}, func(m *Mention) bool {
		if t.first.IsZero() || m.At.Before(t.first) {
			t.first = m.At
		}
		return true
	})
	if err == nil {
		t.asked = s.now()
	}
	return t.first, err
}

// ticketsSeen remembers the first ticket.
type ticketsSeen struct {
	mu           sync.Mutex
	first, asked time.Time
}

// quote gives warnings the words of the records behind them.
func (s *Service) quote(ctx context.Context, warnings []health.Warning) error {
	for i := range warnings {
		w := &warnings[i]
		if len(w.Sources) == 0 {
			continue
		}
		records, err := s.store.Get(ctx, w.Sources...)
		if err != nil {
			return err
		}
		for _, r := range records {
			if text := excerpt(&r); text != "" {
				w.Quotes = append(w.Quotes, health.Quote{ID: r.ID, At: *r.CollectedAt, Text: text})
			}
		}
	}
	return nil
}

// excerpt gives the beginning of what a record says.
func excerpt(r *Record) string {
	text := r.Text
	if text == "" {
		text = r.Title
	}
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > maxQuote {
		return string(runes[:maxQuote-1]) + "…"
	}
	return string(runes)
}

// standing gives what is kept of an assessment.
func (s *Service) standing(a Account, c assessment, mark int64) ComputedStanding {
	r := c.report
	st := Standing{
		Account: a, At: r.At, Score: r.Score, Grade: r.Grade, Coverage: r.Coverage, Change: r.Change.Total,
		Slope: r.Trend.SlopePerWeek, Trend: r.Trend.Direction, Warnings: []string{},
	}
	for _, w := range r.Warnings {
		if !slices.Contains(st.Warnings, w.Kind) {
			st.Warnings = append(st.Warnings, w.Kind)
		}
	}
	if r.Action != nil {
		st.Action = r.Action.Do
	}
	if r.Override != nil {
		st.Overridden = &r.Override.Score
	}
	least := 0.0
	for _, p := range r.Contributions {
		if p.Contribution < 0 {
			st.Lost -= p.Contribution
		}
		if p.Contribution < least {
			least, st.Worst = p.Contribution, p.Signal
		}
	}
	for _, o := range c.observations {
		switch {
		case o.Signal == "revenue" && r.At.Sub(o.At) <= 365*24*time.Hour:
			st.Value += o.Value
		case o.Signal == "nps" && (st.AskedAt == nil || o.At.After(*st.AskedAt)):
			at := o.At
			st.AskedAt = &at
		}
	}
	out := ComputedStanding{Standing: st, Mark: mark}
	day := r.At.In(s.zone).Format(time.DateOnly)
	if len(r.Contributions) == 0 { // nothing is known yet
		return out
	}
	if l := c.last; l == nil || l.Policy != r.Policy.Hash || l.Engine != r.Engine || l.Grade != r.Grade || l.Raw != c.raw ||
		math.Abs(l.Score-r.Score) >= snapshotMove || daysBetween(l.Day, day) >= snapshotLeast {
		snap := &Snapshot{
			Day: day, Policy: r.Policy.Hash, Engine: r.Engine, At: r.At, Score: r.Score, Low: r.Low, High: r.High,
			Coverage: r.Coverage, Grade: r.Grade, Raw: c.raw, Segment: r.Policy.Segment, Parts: make([]SnapshotPart, len(r.Contributions)),
		}
		for i, p := range r.Contributions {
			snap.Parts[i] = SnapshotPart{p.Signal, p.Contribution}
		}
		out.Snapshot = snap
	}
	return out
}

// daysBetween counts the days from one to another, both as 2006-01-02.
func daysBetween(from, to string) int {
	a, err1 := time.Parse(time.DateOnly, from)
	b, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil {
		return math.MaxInt
	}
	return int(b.Sub(a).Hours() / 24)
}

// Recompute marks the health of every account to be computed anew.
func (s *Service) Recompute(ctx context.Context) error {
	if err := s.store.MarkStale(ctx); err != nil {
		return err
	}
	s.wakeHealth()
	return nil
}

func (s *Service) wakeHealth() {
	select {
	case s.assessing <- struct{}{}:
	default:
	}
}

// RefreshHealth computes the standing of at most limit accounts of which something has changed, on all cores, and tells how many are
// left. Memory is that of one batch of accounts.
func (s *Service) RefreshHealth(ctx context.Context, limit int) (done, left int, err error) {
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	policy, _, err := s.Policy(ctx)
	if err != nil {
		return 0, 0, err
	}
	for done < limit {
		accounts, total, err := s.store.StaleAccounts(ctx, min(standingBatch, limit-done))
		if err != nil || len(accounts) == 0 {
			return done, total, err
		}
		at := s.now().UTC()
		computed := make([]ComputedStanding, len(accounts))
		errs := make([]error, len(accounts))
		each(len(accounts), func(i int) {
			a, err := s.store.Account(ctx, accounts[i].ID)
			if err != nil {
				errs[i] = err
				return
			}
			c, err := s.assess(ctx, policy, a, at)
			if err != nil {
				errs[i] = err
				return
			}
			computed[i] = s.standing(a, c, accounts[i].Mark)
		})
		for _, err := range errs {
			if err != nil && CodeOf(err) != CodeNotFound {
				return done, total, err
			}
		}
		computed = slices.DeleteFunc(computed, func(c ComputedStanding) bool { return c.Account.ID == "" })
		if err := s.store.PutStandings(ctx, computed); err != nil {
			return done, total, err
		}
		done += len(accounts)
		left = total - len(accounts)
	}
	return done, max(left, 0), nil
}

// KeepHealth keeps standings up to date until the context ends: those of accounts of which something has changed within seconds, and
// everybody's when a day begins, for evidence ages. It takes a quarter of the machine at most. An error is logged and tried again.
func (s *Service) KeepHealth(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	today := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.assessing:
		case <-timer.C:
		}
		day := s.now().In(s.zone).Format(time.DateOnly)
		err := error(nil)
		if day != today {
			if err = s.store.MarkStale(ctx); err == nil {
				today = day
			}
		}
		for left := 1; err == nil && left > 0; {
			began := time.Now()
			if _, left, err = s.RefreshHealth(ctx, standingBatch); err != nil || left == 0 {
				break
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(standingRest * time.Since(began)):
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Error("health is not kept up to date", "err", err)
		}
		timer.Reset(standingPoll)
	}
}

// History gives the snapshots of an account's health of some days, oldest first: to an empty last day, which is today, and from an empty
// first one, a year before it. An unknown account is CodeNotFound.
func (s *Service) History(ctx context.Context, account, from, to string) ([]Snapshot, error) {
	if to == "" {
		to = s.now().In(s.zone).Format(time.DateOnly)
	}
	if from == "" {
		last, err := time.Parse(time.DateOnly, to)
		if err != nil {
			return nil, Errorf(CodeInvalid, "to", "%s is no day like 2026-01-31", quote(to))
		}
		from = last.AddDate(-1, 0, 0).Format(time.DateOnly)
	}
	if _, err := s.store.Account(ctx, account); err != nil {
		return nil, err
	}
	return s.store.Snapshots(ctx, account, from, to)
}

// Override puts what a person says beside an account's score. At is now; ExpiresAt is 90 days later where it is zero.
func (s *Service) Override(ctx context.Context, account string, o health.Override) (health.Override, error) {
	now := s.now().UTC().Truncate(time.Millisecond)
	o.At = now
	if o.ExpiresAt.IsZero() {
		o.ExpiresAt = now.Add(health.OverrideLife)
	}
	var faults []*Error
	if !slices.Contains([]string{health.OverrideValue, health.OverrideFloor, health.OverrideCeiling}, o.Kind) {
		faults = append(faults, Errorf(CodeInvalid, "kind", "is none of value, floor, ceiling"))
	}
	if !(o.Value >= 0 && o.Value <= 100) {
		faults = append(faults, Errorf(CodeInvalid, "value", "takes a number from 0 to 100"))
	}
	if strings.TrimSpace(o.Reason) == "" || len(o.Reason) > MaxLabel {
		faults = append(faults, Errorf(CodeInvalid, "reason", "says why and takes 1 to %d bytes", MaxLabel))
	}
	if strings.TrimSpace(o.Author) == "" || len(o.Author) > MaxID {
		faults = append(faults, Errorf(CodeInvalid, "author", "says who and takes 1 to %d bytes", MaxID))
	}
	if !o.ExpiresAt.After(now) {
		faults = append(faults, Errorf(CodeInvalid, "expires_at", "lies in the past"))
	}
	if len(faults) > 0 {
		return o, Join(faults)
	}
	return o, s.store.PutOverride(ctx, account, o)
}

// EndOverride takes the override of an account away; CodeNotFound where none is in force.
func (s *Service) EndOverride(ctx context.Context, account string) error {
	return s.store.EndOverrides(ctx, account, s.now().UTC())
}

// Validation measures health against what happened: every account that was there a horizon before the end is scored as of that moment,
// from what had been received by then and by the policy in force, and the outcome is whether it left within the horizon. Overrides play
// no part. With too few who left, the error is CodeInvalid and says so.
func (s *Service) Validation(ctx context.Context, end time.Time, horizon time.Duration) (*health.Backtest, error) {
	if end.IsZero() {
		end = s.now()
	}
	start := end.Add(-horizon).UTC()
	policy, _, err := s.Policy(ctx)
	if err != nil {
		return nil, err
	}
	var judged []health.Judged
	err = s.eachScored(ctx, policy, start, func(Account) bool { return true }, func(a Account, r health.Report) {
		if len(r.Contributions) > 0 { // else nothing was known of it then
			judged = append(judged, health.Judged{ID: a.ID, Report: r, Happened: a.ChurnedAt != nil && a.ChurnedAt.Before(end)})
		}
	})
	if err != nil {
		return nil, err
	}
	b, err := policy.Validate(judged)
	if err != nil {
		return nil, &Error{Code: CodeInvalid, Message: "there are no outcomes to hold health against: " + err.Error(), Err: err}
	}
	var then, now []float64
	for _, j := range judged {
		then = append(then, j.Report.Score)
	}
	if err := s.store.EachStanding(ctx, func(st *Standing) error {
		if st.Account.thereAt(end) {
			now = append(now, st.Score)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	if drift, ok := health.Drift(then, now); ok {
		b.Drift = &drift
	}
	if b.Events < 50 {
		b.Warnings = append(b.Warnings, "fewer than 50 accounts left: read the intervals, not the figures")
	}
	return b, nil
}

// eachScored calls f, by id, for every account that is meant and was there at a moment, with its score then. Scores are computed on all
// cores.
func (s *Service) eachScored(ctx context.Context, policy *health.Policy, at time.Time, meant func(Account) bool, f func(Account, health.Report)) error {
	var batch []Account
	score := func() error {
		reports, errs := make([]health.Report, len(batch)), make([]error, len(batch))
		each(len(batch), func(i int) {
			observations, err := s.observations(ctx, batch[i], at)
			reports[i], errs[i] = policy.For(batch[i].Attributes).Score(batch[i].ID, observations, at), err
		})
		if err := errors.Join(errs...); err != nil {
			return err
		}
		for i, a := range batch {
			f(a, reports[i])
		}
		batch = batch[:0]
		return nil
	}
	err := s.eachAccount(ctx, func(a Account) error {
		if a.thereAt(at) && meant(a) {
			if batch = append(batch, a); len(batch) == standingBatch {
				return score()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return score()
}

// thereAt tells whether an account had begun by a moment and not left.
func (a *Account) thereAt(at time.Time) bool {
	return (a.StartedAt == nil || !a.StartedAt.After(at)) && (a.ChurnedAt == nil || a.ChurnedAt.After(at))
}

// eachAccount calls f for every account, by id.
func (s *Service) eachAccount(ctx context.Context, f func(Account) error) error {
	const page = 500
	for after := ""; ; {
		accounts, err := s.store.ListAccounts(ctx, after, page)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if err := f(a); err != nil {
				return err
			}
		}
		if len(accounts) < page {
			return nil
		}
		after = accounts[len(accounts)-1].ID
	}
}
