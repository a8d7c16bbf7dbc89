package feedback

import (
	"context"
	"time"
)

// Erasure says what was erased of a customer.
type Erasure struct {
	Records int  `json:"records"`
	Account bool `json:"account" doc:"an account of the customer's own, with its signals, was erased too"`
}

// Erase removes everything that is known of a customer for good: the records with their texts, scores, corrections and ids, what search
// holds of them and, where nobody else's records name it, the account of the customer's id with its signals. It returns when nothing of
// it is left in the files of the workspace; backups are others' to erase. CodeNotFound where nothing is known of the customer.
func (s *Service) Erase(ctx context.Context, customer string) (Erasure, error) {
	if msg := CheckID(customer); msg != "" {
		return Erasure{}, Errorf(CodeInvalid, "id", "%s", msg)
	}
	e, seq, err := s.store.Erase(ctx, customer, s.now().UTC())
	if err != nil {
		return Erasure{}, err
	}
	s.stored()
	// From here on the customer is gone for whoever reads the truth; what follows clears search and the files, also when the caller goes
	// away. Where it fails, the next erasure clears what is left of this one too.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxErase)
	defer cancel()
	if s.index != nil {
		if err := s.WaitIndexed(ctx, seq); err != nil {
			return e, err
		}
		if err := s.index.Compact(ctx); err != nil {
			return e, err
		}
	}
	return e, s.store.Purge(ctx, seq)
}

// maxErase bounds the clearing of files.
const maxErase = 15 * time.Minute
