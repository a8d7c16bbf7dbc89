package feedback

import "time"

// Account is a customer organisation; for consumers the account is the customer.
type Account struct {
	ID         string            `json:"id"`
	Name       string            `json:"name,omitempty"`
	StartedAt  *time.Time        `json:"started_at,omitempty"`
	ChurnedAt  *time.Time        `json:"churned_at,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Stub       bool              `json:"stub,omitempty"` // made by an unknown account_id on a record or signal, not by its owner
	CreatedAt  time.Time         `json:"created_at"`
	ChangedAt  time.Time         `json:"changed_at"`
}

// Signal is one number about an account at a time: usage minutes, logins, revenue, orders, features used … Its key is the ID, else
// (AccountID, Name, At); the same key replaces.
type Signal struct {
	ID         string    `json:"id,omitempty"`
	AccountID  string    `json:"account_id"`
	Name       string    `json:"name"`
	Value      float64   `json:"value"`
	At         time.Time `json:"at"`
	Unit       string    `json:"unit,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
}

// The scopes of an API key. Admin includes write, write includes read.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
	ScopeAdmin = "admin"
)

// Key is an API key as the store knows it: never the secret, only its SHA-256.
type Key struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scope     string     `json:"scope"`
	Hash      [32]byte   `json:"-"`
	CreatedAt time.Time  `json:"created_at"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}
