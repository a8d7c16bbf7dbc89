package feedback

import (
	"context"
	"time"

	"github.com/thau-cx/thau/health"
)

// Standing is the health of an account as it was computed last, with what a list of accounts is sorted and filtered by.
type Standing struct {
	Account  Account    `json:"account"`
	At       time.Time  `json:"at"`
	Score    float64    `json:"score"`
	Grade    string     `json:"grade,omitempty"` // after hysteresis; absent where too little is known
	Coverage float64    `json:"coverage"`
	Change   float64    `json:"change"` // of the score in thirty days
	Slope    float64    `json:"slope"`  // points a week
	Trend    string     `json:"trend"`
	Value    float64    `json:"value"` // revenue of the last year
	Lost     float64    `json:"lost"`  // points that negative contributions cost: the room to improve
	Warnings []string   `json:"warnings"`
	AskedAt  *time.Time `json:"asked_at,omitempty"` // of the last NPS answer
	Worst    string     `json:"worst,omitempty"`    // the signal that costs most
	Action   string     `json:"action,omitempty"`
	// The score with a person's word on it, where one is in force.
	Overridden *float64 `json:"overridden,omitempty"`
}

// Snapshot is what was computed for an account on a day with a policy and an engine. It never changes.
type Snapshot struct {
	Day      string         `json:"day"`    // in the workspace's time zone
	Policy   string         `json:"policy"` // hash
	Engine   string         `json:"engine"`
	At       time.Time      `json:"at"`
	Score    float64        `json:"score"`
	Low      float64        `json:"low"`
	High     float64        `json:"high"`
	Coverage float64        `json:"coverage"`
	Grade    string         `json:"grade,omitempty"`     // after hysteresis
	Raw      string         `json:"raw_grade,omitempty"` // before
	Segment  string         `json:"segment,omitempty"`
	Parts    []SnapshotPart `json:"contributions"`
}

// SnapshotPart is a contribution in a snapshot.
type SnapshotPart struct {
	Signal       string  `json:"signal"`
	Contribution float64 `json:"contribution"`
}

// Standings is the part of the truth about health that has been computed.
type Standings interface {
	// StaleAccounts gives at most limit accounts of which something has changed since their standing was computed, and how many there are.
	StaleAccounts(ctx context.Context, limit int) (accounts []StaleAccount, total int, err error)
	// MarkStale marks every account as changed: after a day, or a new policy.
	MarkStale(ctx context.Context) error
	// PutStandings stores standings with their snapshots in one transaction and takes the marks away that were there when they were
	// computed. A snapshot of the same account, day, policy and engine stays as it was first. Accounts that are gone are left out.
	PutStandings(ctx context.Context, computed []ComputedStanding) error
	// EachStanding calls do with every standing by account id, and ends with do's first error.
	EachStanding(ctx context.Context, do func(*Standing) error) error
	// Snapshots gives an account's snapshots of the days from the first up to and with the last, oldest first.
	Snapshots(ctx context.Context, account, from, to string) ([]Snapshot, error)
	// PutOverride stores an override of an account's score; the latest one in force holds. CodeNotFound where there is no such account.
	PutOverride(ctx context.Context, account string, o health.Override) error
	// EndOverrides ends the overrides of an account at a moment; CodeNotFound where none was in force.
	EndOverrides(ctx context.Context, account string, at time.Time) error
	// Override gives the override of an account in force at a moment, nil where there is none.
	Override(ctx context.Context, account string, at time.Time) (*health.Override, error)
	// Policies gives every health policy that was stored, oldest first.
	Policies(ctx context.Context) ([][]byte, error)
	// Ledger adds up signals by account and period, both sorted, of those that were received by now.
	Ledger(ctx context.Context, q LedgerQuery) ([]Entry, error)
	// EachMention calls do with what is known in short of each record that a filter means, in no order, until it answers false. The
	// mention and its slices are used again for the next record.
	EachMention(ctx context.Context, f Filter, do func(*Mention) bool) error
	// PutTarget stores a target, in place of the one with its id; DeleteTarget removes one, or CodeNotFound.
	PutTarget(ctx context.Context, t Target) error
	DeleteTarget(ctx context.Context, id string) error
	// Targets gives every target by id.
	Targets(ctx context.Context) ([]Target, error)
}

// StaleAccount names an account and the state of its mark.
type StaleAccount struct {
	ID   string
	Mark int64
}

// ComputedStanding is a standing on its way into the store. Mark is 0 where it was computed without being asked for.
type ComputedStanding struct {
	Standing
	Snapshot *Snapshot // nil where nothing is worth keeping
	Mark     int64
}

// Mention is what is known in short of a record.
type Mention struct {
	Account    string // empty where none is named
	Customer   uint64 // hashed; 0 where none is named
	At         time.Time
	Touchpoint string
	Topics     []string // with those above, and with what is said of them after a colon
	Intents    []string
	Tags       []string
	Scores     []NamedScore
}

// NamedScore is a score of a record.
type NamedScore struct {
	Name string
	Score
}

// LedgerQuery asks for sums of signals.
type LedgerQuery struct {
	Names  []string // of signals
	From   time.Time
	To     time.Time      // not included; zero means open, as From
	Period string         // "day", "week", "month" or empty
	Zone   *time.Location // of the periods; nil means UTC
}

// Entry is what signals of one name of an account add up to in a period.
type Entry struct {
	Account string
	Period  string // first day, empty without Period
	Name    string
	Sum     float64
	N       int     // signals
	Last    float64 // value of the latest
}

// Target is what somebody wants a figure to be.
type Target struct {
	ID        string     `json:"id"`
	Metric    string     `json:"metric"`              // nps, csat, ces, sentiment, rating, health, churn, clv, deal_size, support_cost, profit, cpr, npu or opo
	Owner     string     `json:"owner,omitempty"`     // the organisation, a function or a person
	Attribute string     `json:"attribute,omitempty"` // for accounts with this attribute …
	Value     string     `json:"value,omitempty"`     // … and this value of it
	Goal      float64    `json:"goal"`
	Direction string     `json:"direction" enum:"at_least,at_most"`
	From      *time.Time `json:"from,omitempty"`
	To        *time.Time `json:"to,omitempty"`
	By        string     `json:"by,omitempty"` // who set it
	SetAt     time.Time  `json:"set_at"`
}
