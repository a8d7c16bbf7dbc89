package health

import (
	_ "embed"
	"sync"
)

//go:embed default.yaml
var defaultYAML []byte

var defaultPolicy = sync.OnceValues(func() (*Policy, error) { return ParsePolicy(defaultYAML) })

// Default gives the built-in policy, which holds until a workspace sets its own: what customers say, what support owes them and what
// they use, two to one to one.
func Default() *Policy {
	p, err := defaultPolicy()
	if err != nil {
		panic("health: default.yaml: " + err.Error()) // a test parses it; it cannot be reached in a built program
	}
	return p
}

// DefaultYAML gives the built-in policy as text, to start one's own from.
func DefaultYAML() []byte { return append([]byte(nil), defaultYAML...) }
