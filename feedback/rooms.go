package feedback

import (
	"context"
	"time"

	"github.com/thau-cx/thau/analyzer"
	"github.com/thau-cx/thau/health"
)

// Store is the truth. It is safe for concurrent use; every write is durable when the call returns, and concurrent small writes share
// a commit. Errors are *Error where the caller can act on them.
type Store interface {
	Records
	Accounts
	Keys
	Jobs
	Overlays
	Standings
	Views

	// Policy gives the health policy in force, or CodeNotFound where none was set.
	Policy(ctx context.Context) ([]byte, error)
	// PutPolicy stores a health policy (YAML that health.ParsePolicy accepts) as a new version and gives its number.
	PutPolicy(ctx context.Context, yaml []byte, by string, at time.Time) (int, error)
	// TaggingRules gives the tagging rules in force with their version, or CodeNotFound where none were set.
	TaggingRules(ctx context.Context) (text string, version int, err error)
	// PutTaggingRules stores tagging rules (that tagging.Parse accepts) as a new version and gives its number.
	PutTaggingRules(ctx context.Context, text, by string, at time.Time) (int, error)
}

// Records is the part of the truth about feedback.
type Records interface {
	// Put stores records in one transaction, in order, and answers each: created, updated, unchanged (same Payload, or an older
	// UpdatedAt: Stale) or rejected (id_conflict, idempotency_conflict). ReceivedAt, a defaulted CollectedAt and Corrections of
	// an existing record are kept. An unknown AccountID makes a stub account. An error means nothing of the call was stored.
	Put(ctx context.Context, records []Record) ([]Result, error)
	// Get gives the records that exist, in the order of ids.
	Get(ctx context.Context, ids ...string) ([]Record, error)
	// Delete leaves a tombstone in the changes and gives its Seq; CodeNotFound where there is no such record.
	Delete(ctx context.Context, id string, at time.Time) (int64, error)
	// Correct appends a correction, which is a change of the record; CodeNotFound where there is no such record.
	Correct(ctx context.Context, id string, c Correction) (Record, error)
	// Corrected calls do with every record that was corrected: its tags as they were sent and its corrections, oldest first.
	Corrected(ctx context.Context, do func(id string, tags []string, corrections []Correction) error) error
	// Changes gives at most limit changes after a Seq, in Seq order, each record once in its latest state.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
	// Labelled gives what Changes does, with no more of each analysis than its labels in force and the sentiment's score, for search.
	Labelled(ctx context.Context, after int64, limit int) ([]Change, error)
	// Head gives the last Seq.
	Head(ctx context.Context) (int64, error)
	// Count gives the number of records.
	Count(ctx context.Context) (int, error)
	// Attributes gives the names of the attributes that records have, and those of their scores, sorted.
	Attributes(ctx context.Context) (attributes, scores []string, err error)
	// Erase deletes the records of a customer, and the account of that id where no other record names it, and stores the job to clear what is
	// left of them, in one transaction. CodeNotFound where there is neither.
	Erase(ctx context.Context, customer string, at time.Time, clearing Job) (Erasure, error)
	// Purge clears from the files what was deleted up to a Seq that the index has passed.
	Purge(ctx context.Context, seq int64) error
	// Select calls do with each record that a filter means, in the order of their first receipt, and ends with do's first error.
	Select(ctx context.Context, f Filter, do func(*Record) error) error
	// Tally counts the values of a score, or the records, by group and period, both sorted.
	Tally(ctx context.Context, q TallyQuery) ([]Tally, error)
	// ScoreNames gives the name of every score that was ever given, sorted.
	ScoreNames(ctx context.Context) ([]string, error)
	// Columns gives the records of a filter as columns, for aggregates that tallies cannot tell.
	Columns(ctx context.Context, q ColumnsQuery) (*Columns, error)
	// RecordsAt gives the records that Columns named, by row, without those that are gone.
	RecordsAt(ctx context.Context, rows ...int64) (map[int64]Record, error)
	// Stale gives at most limit records after a Seq, in Seq order, that another engine has read.
	Stale(ctx context.Context, engine analyzer.Engine, after int64, limit int) ([]Record, error)
	// CountStale gives how many records another engine has read.
	CountStale(ctx context.Context, engine analyzer.Engine) (int, error)
	// Reread puts the analyses of records in place of those they have, in one transaction. Each that is taken is a change with a Seq
	// of its own; everything else stays, ChangedAt too, for nobody changed it. A record whose Seq is another by now is left alone.
	Reread(ctx context.Context, records []Record) (taken int, err error)
}

// Overlays is the part of the truth about lexicon overlays.
type Overlays interface {
	// PutOverlay stores an overlay as the next version of its name and gives it with its id; one with the same hash is given as it is there.
	PutOverlay(ctx context.Context, o Overlay, packed []byte) (out Overlay, created bool, err error)
	// ListOverlays gives every overlay, by name and version. Which are in force it does not say.
	ListOverlays(ctx context.Context) ([]Overlay, error)
	// PackedOverlay gives an overlay as it was packed, or CodeNotFound.
	PackedOverlay(ctx context.Context, id string) (Overlay, []byte, error)
	// Activation gives the activation of a version, or the last one for a version below 1; the zero Activation where there was none.
	Activation(ctx context.Context, version int) (Activation, error)
	// Activate puts overlays in force as the next version, where the last one still is the one given; else it is CodeUnavailable.
	Activate(ctx context.Context, a Activation, after int) (Activation, error)
}

// Jobs is the part of the truth about work that goes on in the background.
type Jobs interface {
	// PutJob stores a job, in place of the one with its id.
	PutJob(ctx context.Context, j Job) error
	// Job gives a job, or CodeNotFound.
	Job(ctx context.Context, id string) (Job, error)
	// ListJobs gives at most limit jobs, the newest first.
	ListJobs(ctx context.Context, limit int) ([]Job, error)
	// OpenJobs gives the jobs that are not finished, the oldest first.
	OpenJobs(ctx context.Context) ([]Job, error)
}

// Views is the part of the truth about filters by name.
type Views interface {
	// PutView creates or replaces a view.
	PutView(ctx context.Context, v View) (Status, error)
	// View gives a view, or CodeNotFound.
	View(ctx context.Context, name string) (View, error)
	// ListViews gives every view, by name.
	ListViews(ctx context.Context) ([]View, error)
	// DeleteView removes a view, or is CodeNotFound.
	DeleteView(ctx context.Context, name string) error
}

// Accounts is the part of the truth about customers.
type Accounts interface {
	// PutAccount creates or replaces an account.
	PutAccount(ctx context.Context, a Account) (Account, Status, error)
	// Account gives an account, or CodeNotFound.
	Account(ctx context.Context, id string) (Account, error)
	// ListAccounts gives accounts by id after a cursor (the last id of the page before).
	ListAccounts(ctx context.Context, after string, limit int) ([]Account, error)
	// PutSignals stores signals in one transaction, in order; the same key replaces.
	PutSignals(ctx context.Context, signals []Signal) ([]Result, error)
	// Observations gives everything health can use about an account that happened and was received by a moment, oldest first: its
	// signals; the scores, intents, sentiment and sentiment by topic of its records; and what its tickets tell: "open_tickets" and
	// "open_critical_tickets" as gauges, "tickets" and "resolution_hours".
	Observations(ctx context.Context, account string, at time.Time) ([]health.Observation, error)
}

// Keys is the part of the truth about API keys.
type Keys interface {
	PutKey(ctx context.Context, k Key) error
	// RevokeKey ends a key; CodeNotFound where there is none.
	RevokeKey(ctx context.Context, id string, at time.Time) error
	ListKeys(ctx context.Context) ([]Key, error)
	// KeyByHash gives the key of a secret's SHA-256 that is not revoked, or CodeUnauthorized.
	KeyByHash(ctx context.Context, hash [32]byte) (Key, error)
}

// Index is search, derived from the store's changes and disposable. It is safe for concurrent use.
type Index interface {
	// Mark gives the Seq up to which changes have been applied.
	Mark() int64
	// Apply indexes changes in one batch together with the new mark, which is the last change's Seq. Head is the store's last Seq:
	// an index that is being built takes over from the one it replaces when its mark reaches it.
	Apply(ctx context.Context, changes []Change, head int64) error
	// Search finds the ids of a page. A text that cannot be parsed is CodeInvalid with the column in the message; a query that
	// runs too long is CodeTimeout.
	Search(ctx context.Context, q Query) (Hits, error)
	// Compact clears from the files what was deleted.
	Compact(ctx context.Context) error
	// Highlight marks where a query matches a record.
	Highlight(q Query, r *Record) []Span
}
