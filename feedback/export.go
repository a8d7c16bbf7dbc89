package feedback

import "context"

// exportPage is how many records an export of a text's results reads at a time.
const exportPage = 200

// Export calls do with every record that a query means, and ends with do's first error: those of a filter in the order of their first
// receipt, those of a text newest first. Facets, Limit, Cursor and Sort of the query do not count.
func (s *Service) Export(ctx context.Context, q Query, do func(*Record) error) error {
	if q.Text == "" {
		return s.store.Select(ctx, q.Filter, do)
	}
	if s.index == nil {
		return Errorf(CodeUnavailable, "", "search is not running")
	}
	q.Facets, q.Limit, q.Sort, q.Cursor = nil, exportPage, "newest", ""
	for {
		hits, err := s.index.Search(ctx, q)
		if err != nil {
			return err
		}
		records, err := s.store.Get(ctx, hits.IDs...)
		if err != nil {
			return err
		}
		for i := range records {
			if err := do(&records[i]); err != nil {
				return err
			}
		}
		if hits.Next == "" {
			return nil
		}
		q.Cursor = hits.Next
	}
}

// Attributes gives the names of the attributes that records have, and those of their scores, sorted.
func (s *Service) Attributes(ctx context.Context) (attributes, scores []string, err error) {
	return s.store.Attributes(ctx)
}
