package health

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed policies/*.yaml
var policies embed.FS

// The built-in policies: one for anybody, and one a kind of business to start one's own from.
const (
	BuiltinDefault = "default" // works with text, NPS, CSAT and tickets alone
	BuiltinSaaS    = "saas"    // subscriptions to software
	BuiltinShop    = "shop"    // shops and their customers
	BuiltinBank    = "bank"    // banks and telecoms
	BuiltinB2B     = "b2b"     // services to businesses
)

// Builtins gives the names of the built-in policies, the default first.
func Builtins() []string {
	return []string{BuiltinDefault, BuiltinSaaS, BuiltinShop, BuiltinBank, BuiltinB2B}
}

// BuiltinYAML gives a built-in policy as text, to start one's own from.
func BuiltinYAML(name string) ([]byte, error) {
	if !slices.Contains(Builtins(), name) {
		return nil, fmt.Errorf("health: no built-in policy %q; there are %s", name, strings.Join(Builtins(), ", "))
	}
	return policies.ReadFile("policies/" + name + ".yaml")
}

var defaultPolicy = sync.OnceValues(func() (*Policy, error) { return ParsePolicy(DefaultYAML()) })

// Default gives the built-in policy that holds until a workspace sets its own.
func Default() *Policy {
	p, err := defaultPolicy()
	if err != nil {
		panic("health: default.yaml: " + err.Error()) // a test parses it; it cannot be reached in a built program
	}
	return p
}

// DefaultYAML gives the default policy as text.
func DefaultYAML() []byte {
	b, err := BuiltinYAML(BuiltinDefault)
	if err != nil {
		panic(err) // it is embedded
	}
	return b
}
