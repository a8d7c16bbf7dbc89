package feedback

import (
	"context"
	"errors"
	"sync"

	"github.com/thau-cx/thau/health"
)

// policyCache keeps the policy in force parsed.
type policyCache struct {
	mu     sync.Mutex
	yaml   string
	policy *health.Policy
	byHash map[string]*health.Policy
}

// Policy gives the health policy in force: the stored one, else the built-in.
func (s *Service) Policy(ctx context.Context) (*health.Policy, []byte, error) {
	yaml, err := s.store.Policy(ctx)
	if CodeOf(err) == CodeNotFound {
		return health.Default(), health.DefaultYAML(), nil
	}
	if err != nil {
		return nil, nil, err
	}
	s.policies.mu.Lock()
	defer s.policies.mu.Unlock()
	if s.policies.policy == nil || s.policies.yaml != string(yaml) {
		p, err := health.ParsePolicy(yaml)
		if err != nil {
			return nil, nil, &Error{Code: CodeInternal, Message: "the stored health policy cannot be read", Err: err}
		}
		s.policies.yaml, s.policies.policy = string(yaml), p
	}
	return s.policies.policy, yaml, nil
}

// PutPolicy checks and stores a health policy and gives its version number.
func (s *Service) PutPolicy(ctx context.Context, yaml []byte, by string) (int, error) {
	if _, err := health.ParsePolicy(yaml); err != nil {
		return 0, policyFaults(err)
	}
	version, err := s.store.PutPolicy(ctx, yaml, by, s.now().UTC())
	if err != nil {
		return 0, err
	}
	return version, s.Recompute(ctx)
}

// policyOf gives the policy of a hash, stored or built in; nil where none is known.
func (s *Service) policyOf(ctx context.Context, hash string) (*health.Policy, error) {
	s.policies.mu.Lock()
	defer s.policies.mu.Unlock()
	if p, ok := s.policies.byHash[hash]; ok {
		return p, nil
	}
	stored, err := s.store.Policies(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range health.Builtins() {
		yaml, err := health.BuiltinYAML(name)
		if err != nil {
			return nil, err
		}
		stored = append(stored, yaml)
	}
	s.policies.byHash = map[string]*health.Policy{hash: nil}
	for _, yaml := range stored {
		// One that an earlier program took and this one does not is as good as unknown.
		if p, err := health.ParsePolicy(yaml); err == nil {
			s.policies.byHash[p.Hash()] = p
		}
	}
	return s.policies.byHash[hash], nil
}

// policyFaults gives every problem of a policy as a fault of its own, at its place.
func policyFaults(err error) error {
	var policy *health.PolicyError
	if !errors.As(err, &policy) || len(policy.Problems) == 0 {
		return &Error{Code: CodeInvalid, Field: "policy", Message: err.Error()}
	}
	faults := make([]*Error, len(policy.Problems))
	for i, p := range policy.Problems {
		field := p.Path
		if field == "" {
			field = "policy"
		}
		faults[i] = Errorf(CodeInvalid, field, "line %d, column %d: %s", p.Line, p.Column, p.Message)
	}
	return Join(faults)
}
